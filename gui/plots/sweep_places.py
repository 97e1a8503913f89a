"""Where the points of a sweep's curves stand, in pixels; those without a number at an edge."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gui.models.sweep_curve_axis import VARIANT
from gui.models.sweep_curve_text import edge_text
from gui.models.sweep_curves import CurvePoint, SweepCurve, SweepCurves
from gui.plots.figures import MARGIN, Extent
from gui.plots.live_plot import PlotView
from gui.plots.series import LARGEST, plot_safe

FEW = 8
"""Curves up to which each is drawn in full; of more, the one that is pointed at."""

SIDE = 28.0  # pixels left and right of the outer values
MOST_ASIDE = 5.0  # pixels between the curves' points at one value
BELOW = 0.3  # decades below the lowest mean; a bar that nearly reaches zero goes down for ever
EDGE_ROW = 15.0
EDGE_ROWS = 3  # beyond it, the last row counts the others
EDGE_TOP = 4.0
EDGE_WIDTH = 62.0  # of a mark with its count


@dataclass(frozen=True)
class PlacedPoint:
    """A point of a curve in pixels."""

    point: CurvePoint
    x: float
    y: float
    bar: Extent | None = None
    """Upper and lower end of the bar of ± a standard deviation."""
    at_edge: bool = False
    """It has no height of its own: no number, or none that a logarithmic axis shows."""
    is_best: bool = False


@dataclass(frozen=True)
class PlacedCurve:
    """A curve in pixels."""

    curve: SweepCurve
    points: tuple[PlacedPoint, ...]


@dataclass(frozen=True)
class EdgeMark:
    """What stands at the upper edge over a value: diverged seeds of one variant, or of several."""

    x: float
    y: float
    text: str
    place: int | None = None
    """Of the variant, for its sign; None where the mark counts several variants."""


class PlacedCurves:
    """All curves in pixels, and which point is where."""

    def __init__(self, curves: Sequence[PlacedCurve] = ()) -> None:
        self.curves = tuple(curves)
        self.points = tuple(point for curve in curves for point in curve.points)
        self._places = np.array([(point.x, point.y) for point in self.points])
        self._found = {p.point.key: (curve, p) for curve in curves for p in curve.points}

    def find(self, key: str) -> tuple[PlacedCurve, PlacedPoint] | None:
        """The point with this key, and its curve."""
        return self._found.get(key)

    def nearest(self, x: float, y: float, reach: float) -> str:
        """The key of the point nearest to this place, at most `reach` away; empty without one."""
        if not self.points:
            return ""
        distances = np.hypot(*(self._places - (x, y)).T)
        nearest = int(distances.argmin())
        return self.points[nearest].point.key if distances[nearest] <= reach else ""


EdgeRows = Mapping[str, int]
"""The row of every mark at the upper edge, by the point's key."""


def edge_rows(shown: SweepCurves) -> EdgeRows:
    """Which points have a mark at the upper edge, and in which row; below each other at a value."""
    taken: dict[int, int] = {}
    rows = {}
    for curve in shown.curves:
        for point in curve.points:
            if point.diverged or not point.has_number:
                rows[point.key] = taken.get(point.at, 0)
                taken[point.at] = rows[point.key] + 1
    return rows


def strip_height(rows: EdgeRows) -> float:
    """What the marks take at the upper edge, in pixels."""
    most = min(EDGE_ROWS, max(rows.values(), default=-1) + 1)
    return EDGE_TOP + EDGE_ROW * most if most else 0.0


def across_range(width: float) -> Extent:
    """The places in view: 0 to 1, and some pixels beside them."""
    beside = SIDE / max(width - 2 * SIDE, 40.0)
    return -beside, 1.0 + beside


def up_range(shown: SweepCurves, log: bool, strip: float, height: float) -> Extent:
    """What is in view from bottom to top, the strip with the marks above it; with log, of log."""
    low, high = _extent(shown, log)
    below = MARGIN
    if not log and shown.measure.kind != "score" and min(shown.means, default=0.0) >= 0:
        low, below = 0.0, 0.0  # a loss is read from zero; a bar that reaches further is cut
    span = high - low or max(abs(high), 1.0) * 0.1
    low, high = low - span * below, high + span * MARGIN
    return low, high + (high - low) * strip / max(height - strip, 40.0)


def place_curves(shown: SweepCurves, rows: EdgeRows, view: PlotView) -> PlacedCurves:
    """Every curve in pixels; a few with bars stand a little beside each other."""
    aside = _aside(shown, view)
    return PlacedCurves(
        [
            PlacedCurve(curve, tuple(_placed(shown, curve, rows, view, shift)))
            for curve, shift in zip(shown.curves, aside, strict=True)
        ]
    )


def edge_marks(shown: SweepCurves, rows: EdgeRows, view: PlotView) -> tuple[EdgeMark, ...]:
    """The marks at the upper edge; where one value has more than fit, the last counts the rest.

    Where values are close to each other there is a sign alone, and the readout has the count.
    """
    by_value: dict[int, list[tuple[SweepCurve, CurvePoint]]] = {}
    for curve in shown.curves:
        for point in curve.points:
            if point.key in rows:
                by_value.setdefault(point.at, []).append((curve, point))
    marks: list[EdgeMark] = []
    near = np.diff(sorted(shown.axis.places[at] for at in by_value))
    has_room = not len(near) or near.min() * _scale(view) >= EDGE_WIDTH
    for at, found in by_value.items():
        x = view.place(shown.axis.places[at], 0.0)[0]
        named = len(found) if len(found) <= EDGE_ROWS else EDGE_ROWS - 1
        for row, (curve, point) in enumerate(found[:named]):
            text = edge_text(point, brief=not has_room)
            marks.append(EdgeMark(x, _row_middle(row), text, curve.place))
        if named < len(found):
            marks.append(EdgeMark(x, _row_middle(named), f"+ {len(found) - named}"))
    return tuple(marks)


def is_crowd(shown: SweepCurves) -> bool:
    """Whether there are more curves than can be told apart at one glance."""
    return len(shown.curves) > FEW and shown.axis.path != VARIANT


def least_distance(shown: SweepCurves, view: PlotView) -> float:
    """Pixels between the two neighbouring values that are closest."""
    places = np.array(shown.axis.places)
    if len(places) < 2:
        return view.width
    return float(np.diff(places).min()) * _scale(view)


def _scale(view: PlotView) -> float:
    """Pixels between the places 0 and 1."""
    return view.width / (view.x[1] - view.x[0])


def _placed(
    shown: SweepCurves, curve: SweepCurve, rows: EdgeRows, view: PlotView, shift: float
) -> Iterator[PlacedPoint]:
    places = np.array([shown.axis.places[point.at] for point in curve.points], np.float64)
    across = view.to_x(places).tolist()
    for index, (x, heights) in enumerate(zip(across, _heights(curve, view), strict=True)):
        point = curve.points[index]
        mean, low, high = heights
        if math.isnan(mean):
            y = _row_middle(rows[point.key]) if point.key in rows else view.height - EDGE_TOP
            yield PlacedPoint(point, x, y, at_edge=True)
            continue
        bar = None if math.isnan(point.spread.deviation) else (high, low)
        yield PlacedPoint(point, x + shift, mean, bar, is_best=index == curve.best)


def _heights(curve: SweepCurve, view: PlotView) -> list[list[float]]:
    """Of every point the mean and the ends of its bar in pixels; NaN where there is nothing."""
    means = np.array([point.spread.mean for point in curve.points], np.float64)
    half = np.array([point.spread.deviation for point in curve.points], np.float64)
    values = np.stack((means, means - half, means + half), axis=1)
    pixels = view.to_y(plot_safe(values, view.log).values)
    reaches_zero = np.isnan(pixels[:, 1])
    pixels[reaches_zero, 1] = view.height + 10  # out at the bottom
    heights: list[list[float]] = pixels.tolist()
    return heights


def _aside(shown: SweepCurves, view: PlotView) -> list[float]:
    """How far each curve's points stand beside the value, so that bars do not hide each other."""
    count = len(shown.curves)
    if shown.seeds < 2 or shown.axis.path == VARIANT or is_crowd(shown):
        return [0.0] * count
    step = min(MOST_ASIDE, least_distance(shown, view) / (2 * count))
    return [(place - (count - 1) / 2) * step for place in range(count)]


def _row_middle(row: int) -> float:
    return EDGE_TOP + EDGE_ROW * (min(row, EDGE_ROWS - 1) + 0.5)


def _extent(shown: SweepCurves, log: bool) -> Extent:
    """Lowest and highest end of the bars; of logarithms where the axis is logarithmic."""
    spreads = [p.spread for c in shown.curves for p in c.points if p.has_number]
    means = np.array([each.mean for each in spreads])
    half = np.nan_to_num([each.deviation for each in spreads])
    ends = np.clip(np.concatenate((means - half, means, means + half)), -LARGEST, LARGEST)
    if log:
        ends = np.log10(ends[ends > 0])
        lowest = np.log10(means[means > 0])
        ends = np.clip(ends, min(lowest, default=0.0) - BELOW, None)
    if not len(ends):
        return 0.0, 1.0
    return float(ends.min()), float(ends.max())
