"""What every variant of a run has come to: one row for cards and tables. Pure numpy."""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.backprop import variant_backward_cost, variant_counts
from engine.experiment import Experiment
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
    """The median of the seeds' epochs with the lowest held-out loss."""


def variant_results(
    experiment: Experiment, table: NDArray[np.float32] | None = None
) -> tuple[VariantResult, ...]:
    """A result for every variant, in their order.

    `table`: a run's metric log, (epochs, 4, M), whose members are the experiment's; None before a
    run. Raises DatasetError if the data set is unknown.
    """
    seeds = len(experiment.training.seeds)
    results = []
    for place, variant in enumerate(experiment.variants):
        counts = variant_counts(experiment, variant)
        fixed = VariantResult(
            variant=variant.id,
            name=variant.name,
            place=place,
            pattern=variant_pattern(experiment.layers, variant),
            trainable=counts.trainable,
            total=counts.total,
            backward_cost=variant_backward_cost(experiment, variant),
            epochs=0,
        )
        own = None if table is None else table[:, :, place * seeds : (place + 1) * seeds]
        results.append(fixed if own is None or not len(own) else _with_numbers(fixed, own))
    return tuple(results)


def spread(values: NDArray[np.floating[Any]]) -> Spread:
    """Mean and deviation of the finite values, (seeds,)."""
    finite = values[np.isfinite(values)].astype(np.float64)
    return Spread(
        mean=float(finite.mean()) if finite.size else math.nan,
        deviation=float(finite.std(ddof=1)) if finite.size > 1 else math.nan,
        seeds=finite.size,
    )


def _with_numbers(fixed: VariantResult, own: NDArray[np.float32]) -> VariantResult:
    last, held_out = own[-1], own[:, VALIDATION_LOSS]
    has_held_out = bool(np.isfinite(held_out).any())
    masked = np.where(np.isfinite(held_out), held_out, np.inf)
    best = masked.min(axis=0)
    epochs = masked.argmin(axis=0)[np.isfinite(best)] + 1
    return replace(
        fixed,
        epochs=len(own),
        train_loss=spread(last[TRAIN_LOSS]),
        validation_loss=spread(last[VALIDATION_LOSS]) if has_held_out else None,
        train_score=spread(last[TRAIN_SCORE]),
        validation_score=spread(last[VALIDATION_SCORE]) if has_held_out else None,
        best_validation_loss=spread(best) if has_held_out else None,
        best_epoch=float(np.median(epochs)) if has_held_out else None,
    )
