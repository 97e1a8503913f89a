"""The variants' results kept up to date while the log grows; a look costs the same in any run."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.experiment import Experiment
from gui.models.variant_results import (
    TRAIN_LOSS,
    TRAIN_SCORE,
    VALIDATION_LOSS,
    VALIDATION_SCORE,
    Spread,
    VariantResult,
)

Floats = NDArray[np.float64]


class RunNumbers:
    """What `variant_results` would say of a run's log, from its new rows alone."""

    def __init__(self, experiment: Experiment) -> None:
        self._places = {variant.id: at for at, variant in enumerate(experiment.variants)}
        self._shape = len(experiment.variants), len(experiment.training.seeds)
        self._epochs = 0
        self._best = np.full(self._shape, np.inf)
        self._best_epochs = np.zeros(self._shape, np.intp)
        self._last: list[list[Spread]] = []  # by column of the log, then by variant
        self._lowest: list[Spread] = []

    def read(self, table: NDArray[np.float32]) -> bool:
        """Take the rows that the log, (epochs, 4, M), has grown; whether there were any."""
        rows = table[self._epochs :]
        if not len(rows):
            return False
        held_out = rows[:, VALIDATION_LOSS].reshape(len(rows), *self._shape)
        masked = np.where(np.isfinite(held_out), held_out, np.inf)
        lowest = masked.min(axis=0)
        better = lowest < self._best
        self._best_epochs[better] = masked.argmin(axis=0)[better] + self._epochs + 1
        self._best[better] = lowest[better]
        self._epochs += len(rows)
        self._last = [_spreads(column.reshape(self._shape)) for column in rows[-1]]
        self._lowest = _spreads(self._best)
        return True

    def of(self, fixed: VariantResult) -> VariantResult:
        """The result with this run's numbers; as it is where the run has none."""
        at = self._places.get(fixed.variant)
        if at is None or not self._epochs:
            return fixed
        found = np.isfinite(self._best[at])
        held_out = bool(found.any())
        return replace(
            fixed,
            epochs=self._epochs,
            train_loss=self._last[TRAIN_LOSS][at],
            validation_loss=self._last[VALIDATION_LOSS][at] if held_out else None,
            train_score=self._last[TRAIN_SCORE][at],
            validation_score=self._last[VALIDATION_SCORE][at] if held_out else None,
            best_validation_loss=self._lowest[at] if held_out else None,
            best_epoch=float(np.median(self._best_epochs[at, found])) if held_out else None,
        )


def _spreads(values: NDArray[np.floating[Any]]) -> list[Spread]:
    """Of each variant, (variants, seeds), as `variant_results.spread`, all in one go."""
    finite = np.isfinite(values)
    counts = finite.sum(axis=1)
    kept: Floats = np.where(finite, values, 0.0).astype(np.float64)
    means = kept.sum(axis=1) / np.maximum(counts, 1)
    squares = np.where(finite, (kept - means[:, None]) ** 2, 0.0).sum(axis=1)
    deviations = np.sqrt(squares / np.maximum(counts - 1, 1))
    return [
        Spread(mean if count else math.nan, deviation if count > 1 else math.nan, count)
        for mean, deviation, count in zip(
            means.tolist(), deviations.tolist(), counts.tolist(), strict=True
        )
    ]
