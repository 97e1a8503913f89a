"""The words and numbers on the cards of the lattice, around them, and in their tooltips."""

import html
import math
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from gui.models.lattice import Lattice, LatticeRow
from gui.models.lattice_cards import LatticeCard, Measure
from gui.models.stack_text import percent_text
from gui.models.variant_results import Spread
from gui.widgets.number_text import NOTHING, three_digits, with_deviation
from gui.widgets.variant_pattern import describe_pattern

translate = QCoreApplication.translate


@dataclass(frozen=True)
class CardText:
    """What stands on a card; an empty text takes no room."""

    name: str
    cost: str
    parameters: str
    train: str
    held_out: str
    best: str
    note: str
    """What is unusual: not trained yet, at the next run, diverged seeds."""
    is_problem: bool = False


def card_text(card: LatticeCard) -> CardText:
    """The texts of a card."""
    result = card.result
    best = ""
    if result.best_epoch is not None:
        best = translate("lattice", "best epoch {0}").format(f"{result.best_epoch:,.0f}")
    return CardText(
        name=result.name,
        cost=translate("lattice", "cost {0}").format(percent_text(result.backward_cost)),
        parameters=translate("lattice", "trains {0}").format(f"{result.trainable:,}"),
        train=spread_text(result.train_loss),
        held_out=spread_text(result.validation_loss),
        best=best,
        note=_note(card),
        is_problem=card.diverged > 0,
    )


def train_word() -> str:
    """What the first loss is."""
    return translate("lattice", "train")


def held_out_word() -> str:
    """What the second loss is."""
    return translate("lattice", "held-out")


def spread_text(spread: Spread | None) -> str:
    """`0.0450 ± 0.012`; of one seed the number alone."""
    if spread is None:
        return NOTHING
    if math.isnan(spread.mean):
        return translate("lattice", "not finite")
    return with_deviation(spread.mean, spread.deviation)


def row_title(row: LatticeRow, lattice: Lattice) -> str:
    """What the variants of a row have in common."""
    if row.trained is None:
        return translate("lattice", "others: other rates, parts of layers, detached layers")
    if row.trained == 0:
        return translate("lattice", "nothing trains")
    if row.trained == lattice.layers:
        return translate("lattice", "all {0} layers train").format(lattice.layers)
    of = translate("lattice", "{0} of {1} layers train")
    return of.format(row.trained, lattice.layers)


def measure_text(measure: Measure, score: str) -> str:
    """What cards are sorted by; `score`: accuracy or R²."""
    texts: dict[Measure, str] = {
        "train_loss": translate("lattice", "training loss"),
        "validation_loss": translate("lattice", "held-out loss"),
        "best_validation_loss": translate("lattice", "best held-out loss"),
        "score": translate("lattice", "{0}, highest first").format(score),
        "trainable": translate("lattice", "trainable parameters"),
        "backward_cost": translate("lattice", "backward cost"),
    }
    return texts[measure]


def axes_text(low: float, high: float, log: bool, epochs: int, held_out: bool) -> str:
    """The key of all curves: they share their axes."""
    lines = translate("lattice", "solid train, dashed held-out")
    if not held_out:
        lines = translate("lattice", "solid train")
    axis = translate("lattice", "loss {0} … {1}")
    if log:
        axis = translate("lattice", "loss {0} … {1}, logarithmic")
    every = translate("lattice", "{0} epochs, equal axes on every card")
    found = [lines, axis.format(three_digits(low), three_digits(high)), every.format(f"{epochs:,}")]
    return " · ".join(found)


def card_lines(card: LatticeCard) -> tuple[str, ...]:
    """All numbers of a card in words, a line each; the name is as it is in the file."""
    result = card.result
    lines = [
        result.name,
        describe_pattern(result.pattern),
        translate("lattice", "Trains {0} of {1} parameters: weights and biases.").format(
            f"{result.trainable:,}", f"{result.total:,}"
        ),
        translate(
            "lattice",
            "Backward cost {0}: multiply-adds of the backward pass, relative to all layers "
            "trainable.",
        ).format(percent_text(result.backward_cost)),
    ]
    return (*lines, *_measured_lines(card), *([note] if (note := _note(card)) else []))


def card_tip(card: LatticeCard) -> str:
    """The same as a tooltip; the name may hold anything, so it is escaped."""
    name, *rest = (html.escape(line) for line in card_lines(card))
    return f"<b>{name}</b><br>" + "<br>".join(rest)


def _measured_lines(card: LatticeCard) -> list[str]:
    result = card.result
    if result.train_loss is None:
        return []
    after = translate("lattice", "After epoch {0}, mean ± standard deviation of {1} seeds:")
    if card.seeds == 1:
        after = translate("lattice", "After epoch {0}, one seed:")
    lines = [after.format(f"{result.epochs:,}", card.seeds)]
    found = (
        (translate("lattice", "training loss {0}"), result.train_loss),
        (translate("lattice", "held-out loss {0}"), result.validation_loss),
        (translate("lattice", "lowest held-out loss {0}"), result.best_validation_loss),
        (translate("lattice", "{1} {0}"), card.final_score),
    )
    for text, spread in found:
        if spread is not None:
            lines.append(text.format(spread_text(spread), card.score))
    if result.best_epoch is not None:
        best = translate("lattice", "Lowest held-out loss at epoch {0}, the median of the seeds.")
        lines.append(best.format(f"{result.best_epoch:,.0f}"))
    return lines


def _note(card: LatticeCard) -> str:
    if card.state == "next run":
        return translate("lattice", "at the next run")
    if card.result.train_loss is None:
        return translate("lattice", "not trained yet")
    if not card.diverged:
        return ""
    if card.diverged == card.seeds:
        return translate("lattice", "diverged")
    return translate("lattice", "{0} of {1} seeds diverged").format(card.diverged, card.seeds)
