"""What the card of a variant shows, and by what cards can be sorted. Pure."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from gui.models.variant_results import Spread, VariantResult

CardState = Literal["not trained", "trained", "next run"]
Measure = Literal[
    "train_loss", "validation_loss", "best_validation_loss", "score", "trainable", "backward_cost"
]

MEASURES: tuple[Measure, ...] = get_args(Measure)
HELD_OUT: frozenset[Measure] = frozenset({"validation_loss", "best_validation_loss"})
"""Measures that there are only where rows are held out."""


@dataclass(frozen=True)
class LatticeCard:
    """A variant's results, and how its card stands among the others."""

    result: VariantResult
    seeds: int
    """How many members the variant has."""
    state: CardState = "not trained"
    hidden: bool = False
    """Whether its curves are left out of the plots."""
    score: str = "accuracy"
    """What the score is: accuracy, or R²."""

    @property
    def id(self) -> str:
        """The variant's id."""
        return self.result.variant

    @property
    def diverged(self) -> int:
        """How many seeds have no training loss any more."""
        loss = self.result.train_loss
        return 0 if loss is None else self.seeds - loss.seeds

    @property
    def final_score(self) -> Spread | None:
        """The held-out score; that of the training rows where none are held out."""
        result = self.result
        return result.validation_score if result.validation_score else result.train_score


def sorted_ids(cards: Iterable[LatticeCard], measure: Measure) -> tuple[str, ...]:
    """The variants, the lowest first; scores the highest first. Without a number: at the end."""
    key = _KEYS[measure]

    def place(card: LatticeCard) -> tuple[bool, float, int]:
        value = key(card)
        missing = math.isnan(value)
        return missing, 0.0 if missing else value, card.result.place

    return tuple(card.id for card in sorted(cards, key=place))


def _mean(spread: Spread | None) -> float:
    return math.nan if spread is None else spread.mean


_KEYS: Mapping[Measure, Callable[[LatticeCard], float]] = {
    "train_loss": lambda card: _mean(card.result.train_loss),
    "validation_loss": lambda card: _mean(card.result.validation_loss),
    "best_validation_loss": lambda card: _mean(card.result.best_validation_loss),
    "score": lambda card: -_mean(card.final_score),
    "trainable": lambda card: float(card.result.trainable),
    "backward_cost": lambda card: card.result.backward_cost,
}
