"""How many rows are trained on and how many are held out: pure arithmetic, nothing is loaded."""

import math
from dataclasses import dataclass

from engine.datasets.registry import Description, describe
from engine.experiment import DataSpec


@dataclass(frozen=True)
class RowCounts:
    """Rows of a data set after the split."""

    training: int
    held_out: int

    @property
    def total(self) -> int:
        """All rows."""
        return self.training + self.held_out


def row_counts(spec: DataSpec) -> RowCounts:
    """Training and held-out rows of a split; as scikit-learn, the held-out part is rounded up.

    Raises DatasetError if the data set is unknown.
    """
    rows = _rows(describe(spec.name), spec)
    held_out = math.ceil(spec.validation_fraction * rows)
    return RowCounts(training=rows - held_out, held_out=held_out)


def split_problem(spec: DataSpec) -> str | None:
    """What is wrong with the split, for `data.validation_fraction`, or None.

    Each part needs a row of every class, and two rows where the target is a number (R2 compares
    rows with their mean). Raises DatasetError if the data set is unknown.
    """
    description = describe(spec.name)
    counts = row_counts(spec)
    needed = max(2, description.classes)
    if counts.training >= needed and (counts.held_out >= needed or not spec.validation_fraction):
        return None
    lowest = math.ceil(1e4 * needed / counts.total) / 1e4
    highest = min(0.9, math.floor(1e4 * (counts.total - needed) / counts.total) / 1e4)
    kinds = f" for {description.classes} classes" if description.classes else ""
    return (
        f"{spec.validation_fraction:g} of {counts.total} rows leaves {counts.training} to train on "
        f"and holds out {counts.held_out}; each needs at least {needed}{kinds}: "
        f"choose 0 or {lowest:g} to {highest:g}"
    )


def _rows(description: Description, spec: DataSpec) -> int:
    return spec.samples if description.rows is None else description.rows
