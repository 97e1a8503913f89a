"""A sweep's results as curves: a measure against one thing that varies, a curve per variant."""

import itertools
import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from engine.rounding import are_apart
from engine.sweep import Cell, RunResult, Sweep
from gui.models.sweep_columns import number_column, score_words
from gui.models.sweep_curve_axis import VARIANT, CurveAxis, curve_axis, is_wide, variant_axis
from gui.models.sweep_fields import SweepField, field_of
from gui.models.sweep_table import ALL_SEEDS, MEASURES, survivors_number
from gui.models.variant_results import Spread, spreads

Kind = Literal["loss", "score", "epoch"]

KINDS: dict[str, Kind] = {
    "train_loss": "loss",
    "validation_loss": "loss",
    "best_validation_loss": "loss",
    "best_epoch": "epoch",
    "train_score": "score",
    "validation_score": "score",
}
HELD_OUT = frozenset({"validation_loss", "best_validation_loss", "best_epoch", "validation_score"})


@dataclass(frozen=True)
class CurveMeasure:
    """What curves show: a field of a result."""

    key: str
    title: str
    tip: str

    @property
    def kind(self) -> Kind:
        """What sort of number it is; of an epoch neither low nor high is better."""
        return KINDS[self.key]


@dataclass(frozen=True)
class CurveChoice:
    """What to draw against what. `fixed`: for other axes, by path, which value from the left."""

    axis: str
    measure: str
    fixed: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class CurvePoint:
    """One variant of one cell: mean and deviation over the seeds that did not diverge."""

    key: str
    """The key of its row in the table of means."""
    at: int
    """Which of the axis's values, from the left."""
    spread: Spread
    finished: int
    """Seeds that have finished, diverged ones among them."""
    diverged: int
    planned: int
    """Seeds that there will be."""

    @property
    def has_number(self) -> bool:
        """Whether there is a mean; not where all seeds diverged, or nothing is held out."""
        return not math.isnan(self.spread.mean)


@dataclass(frozen=True)
class SweepCurve:
    """One variant: its points from left to right, those of which a run has finished."""

    variant: str
    name: str
    place: int
    """Where the variant stands among all: gives its colour and symbol."""
    points: tuple[CurvePoint, ...]
    best: int | None
    """Which point has the lowest mean, of a score the highest; None where none stands out."""


@dataclass(frozen=True)
class SweepCurves:
    """All that a plot of a sweep shows."""

    axis: CurveAxis
    measure: CurveMeasure
    fixed: tuple[tuple[str, str], ...]
    """The other axes, and the one value of each that this is of."""
    curves: tuple[SweepCurve, ...]
    is_complete: bool
    """Whether every run of every point has finished."""

    @property
    def means(self) -> tuple[float, ...]:
        """Every mean that there is."""
        return tuple(p.spread.mean for c in self.curves for p in c.points if p.has_number)

    @property
    def is_empty(self) -> bool:
        """Whether there is no point yet."""
        return not any(curve.points for curve in self.curves)

    @property
    def is_wide(self) -> bool:
        """Whether it shows losses that span more than a factor of 20."""
        means = self.means
        return self.measure.kind == "loss" and bool(means) and is_wide(means)

    @property
    def seeds(self) -> int:
        """The largest number of seeds that a point will have."""
        return max((p.planned for c in self.curves for p in c.points), default=0)


@dataclass(frozen=True)
class _Group:
    """The finished runs of one variant of one cell."""

    at: int
    cell: Cell
    variant: str
    runs: list[RunResult]


class CurveMaker:
    """Makes the curves of one sweep. Nothing is averaged but the seeds of one cell's variant."""

    def __init__(self, sweep: Sweep, cells: Sequence[Cell], fields: Sequence[SweepField]) -> None:
        self._cells = cells
        self._lengths = {axis.path: len(axis.values) for axis in sweep.axes}
        self._variants = sweep.base.variants
        several = [axis for axis in sweep.axes if len(axis.values) > 1]
        self._axes = {axis.path: curve_axis(axis, field_of(fields, axis.path)) for axis in several}
        held_out = any(cell.experiment.data.validation_fraction > 0 for cell in cells)
        score = score_words(cells)
        keys = [key for key in MEASURES if held_out or key not in HELD_OUT]
        columns = [number_column(key, score) for key in keys]
        self.measures = tuple(CurveMeasure(each.key, each.title, each.tip) for each in columns)
        """What can be shown."""
        self.usual_measure = "validation_loss" if held_out else "train_loss"

    @property
    def axes(self) -> tuple[CurveAxis, ...]:
        """What it can be shown against: axes of several values; without any, the variants."""
        return tuple(self._axes.values()) or (variant_axis(self._variants),)

    def others(self, path: str) -> tuple[CurveAxis, ...]:
        """The axes of several values but this one: each needs a value to be fixed at."""
        return tuple(axis for axis in self._axes.values() if axis.path != path)

    def curves(self, results: Sequence[RunResult], choice: CurveChoice) -> SweepCurves:
        """The curves, of results that come in the order of cells, variants and seeds."""
        axis = next(axis for axis in self.axes if axis.path == choice.axis)
        measure = next(each for each in self.measures if each.key == choice.measure)
        cells = self._cells_along(axis, choice.fixed)
        points = self._points(results, cells, measure.key)
        drawn = tuple(
            SweepCurve(variant.id, variant.name, place, own := points.get(variant.id, ()),
                       _best(own, measure.kind))
            for place, variant in enumerate(self._variants)
        )  # fmt: skip
        if axis.path == VARIANT:
            drawn = _side_by_side(drawn, measure.kind)
        runs = sum(len(cell.experiment.members) for cell in cells)
        found = sum(point.finished for own in points.values() for point in own)
        fixed = tuple(
            (other.name, other.texts[choice.fixed.get(other.path, 0)])
            for other in self.others(axis.path)
        )
        return SweepCurves(axis, measure, fixed, drawn, found == runs)

    def _cells_along(self, axis: CurveAxis, fixed: Mapping[str, int]) -> list[Cell]:
        """The cell at every value of the axis, from the left."""
        indices = dict.fromkeys(self._lengths, 0)
        for other in self.others(axis.path):
            indices[other.path] = other.indices[fixed.get(other.path, 0)]
        if axis.path == VARIANT:
            return [self._cell(indices)]
        return [self._cell({**indices, axis.path: index}) for index in axis.indices]

    def _cell(self, indices: Mapping[str, int]) -> Cell:
        """Cells are numbered with the last axis varying fastest."""
        number = 0
        for path, length in self._lengths.items():
            number = number * length + indices[path]
        return self._cells[number]

    def _points(
        self, results: Sequence[RunResult], cells: Sequence[Cell], measure: str
    ) -> dict[str, tuple[CurvePoint, ...]]:
        """The points of every variant."""
        groups = list(_groups(results, cells))
        most = max((len(group.runs) for group in groups), default=0)
        numbers = np.full((len(groups), max(1, most)), math.nan)
        for row, group in enumerate(groups):
            numbers[row, : len(group.runs)] = [survivors_number(r, measure) for r in group.runs]
        points: dict[str, list[CurvePoint]] = {}
        for group, spread in zip(groups, spreads(numbers), strict=True):
            points.setdefault(group.variant, []).append(_point(group, spread))
        return {variant: tuple(own) for variant, own in points.items()}


def _groups(results: Sequence[RunResult], cells: Sequence[Cell]) -> Iterator[_Group]:
    """The runs of these cells, found by halving: results come in hundred thousands."""
    for at, cell in enumerate(cells):
        first = bisect_left(results, cell.number, key=_cell_number)
        end = bisect_right(results, cell.number, first, key=_cell_number)
        for variant, runs in itertools.groupby(results[first:end], key=lambda run: run.variant):
            yield _Group(at, cell, variant, list(runs))


def _cell_number(result: RunResult) -> int:
    return result.cell


def _point(group: _Group, spread: Spread) -> CurvePoint:
    return CurvePoint(
        key=f"{group.cell.number} {group.variant} {ALL_SEEDS}",
        at=group.at,
        spread=spread,
        finished=len(group.runs),
        diverged=sum(run.diverged is not None for run in group.runs),
        planned=len(group.cell.experiment.training.seeds),
    )


def _best(points: Sequence[CurvePoint], kind: Kind) -> int | None:
    """Which mean is the lowest, or the highest of a score; of equal ones the first."""
    found = [(point.spread.mean, index) for index, point in enumerate(points) if point.has_number]
    if kind == "epoch" or len(found) < 2 or not are_apart(min(found)[0], max(found)[0]):
        return None
    if kind == "loss":
        return min(found)[1]
    return max(found, key=lambda each: each[0])[1]


def _side_by_side(curves: Sequence[SweepCurve], kind: Kind) -> tuple[SweepCurve, ...]:
    """Variants as places: each has one point, at its own, and they are compared with each other."""
    holders = [curve for curve in curves if curve.points]
    best = _best([curve.points[0] for curve in holders], kind)
    winner = None if best is None else holders[best]
    return tuple(
        SweepCurve(
            curve.variant,
            curve.name,
            curve.place,
            tuple(replace(point, at=curve.place) for point in curve.points),
            0 if curve is winner else None,
        )
        for curve in curves
    )
