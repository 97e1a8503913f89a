"""What every variant of a run has come to: one row for cards and tables. Pure numpy."""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.backprop import variant_backward_cost, variant_counts
from engine.experiment import Experiment
from engine.rounding import are_apart
from gui.models.layer_rows import variant_pattern
from gui.widgets.variant_pattern import LayerSign

TRAIN_LOSS, VALIDATION_LOSS, TRAIN_SCORE, VALIDATION_SCORE = range(4)
"""Columns of a metric log, as in engine.telemetry.METRICS, which brings torch."""


@dataclass(frozen=True)
class Spread:
    """One number over the seeds: mean and standard deviation (n - 1) of those that have one."""

    mean: float
    """NaN where no seed has a number."""
    deviation: float
    """NaN where fewer than two seeds have one."""
    seeds: int
    """How many seeds have a number; the others diverged."""


@dataclass(frozen=True)
class VariantResult:
    """One variant: what it trains, and what it has come to at the last epoch there is.

    The spreads are None before the first epoch; those of held-out rows also where none are held
    out.
    """

    variant: str
    name: str
    place: int
    """Where it stands among the variants: gives its colour and symbol."""
    pattern: tuple[LayerSign, ...]
    trainable: int
    total: int
    backward_cost: float
    epochs: int
    train_loss: Spread | None = None
    validation_loss: Spread | None = None
    train_score: Spread | None = None
    validation_score: Spread | None = None
    best_validation_loss: Spread | None = None
    """Each seed's lowest held-out loss so far: what early stopping would have kept."""
    best_epoch: float | None = None
    """The median of the seeds' epochs with the lowest held-out loss; None where all are equal."""


@dataclass(frozen=True, eq=False)
class MemberNumbers:
    """What every member of a run has come to; each of the log's rows is read once."""

    epochs: int
    last: NDArray[np.float32]
    """The metrics of the last epoch, (4, M)."""
    best: NDArray[np.float32]
    """The lowest held-out loss so far, (M,); infinite where there is none."""
    highest: NDArray[np.float32]
    """The highest held-out loss so far, (M,); minus infinity where there is none."""
    best_epoch: NDArray[np.int64]
    """The epoch of `best`, the first of equal ones, (M,)."""
    lost: NDArray[np.int64]
    """The first epoch whose training loss was not finite, (M,); 0 where all were."""

    @classmethod
    def before_a_run(cls, members: int) -> "MemberNumbers":
        """Of a run that has no epoch yet."""
        return cls(
            epochs=0,
            last=np.full((4, members), np.nan, np.float32),
            best=np.full(members, np.inf, np.float32),
            highest=np.full(members, -np.inf, np.float32),
            best_epoch=np.zeros(members, np.int64),
            lost=np.zeros(members, np.int64),
        )

    @property
    def has_best_epoch(self) -> NDArray[np.bool_]:
        """Whether some epoch is better than another, (M,): where nothing trains, none is."""
        return np.asarray(are_apart(self.best, self.highest))

    def read_on(self, table: NDArray[np.float32]) -> "MemberNumbers":
        """With what the log, (epochs, 4, M), has grown since."""
        rows = table[self.epochs :]
        if not len(rows):
            return self
        losses = rows[:, VALIDATION_LOSS]
        is_number = np.isfinite(losses)
        highest = np.where(is_number, losses, -np.float32(np.inf)).max(axis=0)
        losses = np.where(is_number, losses, np.float32(np.inf))
        lowest = losses.min(axis=0)
        lower = lowest < self.best
        went = ~np.isfinite(rows[:, TRAIN_LOSS])
        is_new = went.any(axis=0) & (self.lost == 0)
        return MemberNumbers(
            epochs=len(table),
            last=rows[-1].copy(),
            best=np.where(lower, lowest, self.best),
            highest=np.maximum(highest, self.highest),
            best_epoch=np.where(lower, self.epochs + losses.argmin(axis=0) + 1, self.best_epoch),
            lost=np.where(is_new, self.epochs + went.argmax(axis=0) + 1, self.lost),
        )


def variant_results(
    experiment: Experiment, table: NDArray[np.float32] | None = None
) -> tuple[VariantResult, ...]:
    """A result for every variant, in their order.

    `table`: a run's metric log, (epochs, 4, M), whose members are the experiment's; None before a
    run. Raises DatasetError if the data set is unknown.
    """
    fixed = tuple(_fixed(experiment, place) for place in range(len(experiment.variants)))
    if table is None:
        return fixed
    numbers = MemberNumbers.before_a_run(len(experiment.members)).read_on(table)
    seeds = len(experiment.training.seeds)
    return tuple(
        with_numbers(result, numbers, slice(place * seeds, (place + 1) * seeds))
        for place, result in enumerate(fixed)
    )


def with_numbers(fixed: VariantResult, numbers: MemberNumbers, members: slice) -> VariantResult:
    """The variant's result with the numbers of its members."""
    if not numbers.epochs:
        return fixed
    has_held_out = bool(np.isfinite(numbers.best[members]).any())
    best_epochs = numbers.best_epoch[members][numbers.has_best_epoch[members]]
    rows = np.vstack([numbers.last[:, members], numbers.best[members]])
    train_loss, validation_loss, train_score, validation_score, best = spreads(rows)
    return replace(
        fixed,
        epochs=numbers.epochs,
        train_loss=train_loss,
        validation_loss=validation_loss if has_held_out else None,
        train_score=train_score,
        validation_score=validation_score if has_held_out else None,
        best_validation_loss=best if has_held_out else None,
        best_epoch=float(np.median(best_epochs)) if best_epochs.size else None,
    )


def spread(values: NDArray[np.floating[Any]]) -> Spread:
    """Mean and deviation of the finite values, (seeds,)."""
    return spreads(values[None])[0]


def spreads(rows: NDArray[np.floating[Any]]) -> list[Spread]:
    """Mean and deviation of the finite values in every row, (rows, seeds), all in one go."""
    finite = np.isfinite(rows)
    counts = finite.sum(axis=1)
    kept = np.where(finite, rows, 0.0).astype(np.float64)
    means = kept.sum(axis=1) / np.maximum(counts, 1)
    squares = np.where(finite, (kept - means[:, None]) ** 2, 0.0).sum(axis=1)
    deviations = np.sqrt(squares / np.maximum(counts - 1, 1))
    return [
        Spread(mean if count else math.nan, deviation if count > 1 else math.nan, count)
        for mean, deviation, count in zip(
            means.tolist(), deviations.tolist(), counts.tolist(), strict=True
        )
    ]


def _fixed(experiment: Experiment, place: int) -> VariantResult:
    """What is known of a variant before any run."""
    variant = experiment.variants[place]
    counts = variant_counts(experiment, variant)
    return VariantResult(
        variant=variant.id,
        name=variant.name,
        place=place,
        pattern=variant_pattern(experiment.layers, variant),
        trainable=counts.trainable,
        total=counts.total,
        backward_cost=variant_backward_cost(experiment, variant),
        epochs=0,
    )
