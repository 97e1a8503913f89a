"""From curves and marks to what the overlay shows: line ends, mark places, small print."""

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor

from engine.seed_bands import seeds_left
from gui.plots.figures import Extent
from gui.plots.live_plot import PlotView
from gui.plots.loss_curve import Company, LossCurve
from gui.plots.loss_inputs import EditMark
from gui.plots.loss_legend_chips import LegendEntry
from gui.plots.loss_overlay import BestPlace, LineEnd, MarkPlace
from gui.plots.loss_pointing import SeedValue
from gui.plots.plot_style import Sign
from gui.plots.series import FloatArray, plot_safe
from gui.theme import Theme
from gui.widgets.number_text import three_digits

MARK_REACH = 6.0  # pixels at which the pointer is on a mark

GUTTER = (150.0, 64.0)  # pixels right of the last epoch: for value and name, for the value only

FEW, SEVERAL = 8, 24  # curves, two to a variant

EDGE = 6.0  # pixels that a symbol at the edge of the view needs


def line_ends(curves: Sequence[LossCurve], view: PlotView, theme: Theme) -> tuple[LineEnd, ...]:
    """Where each curve ends and what it has reached there; ends beside the view are left out."""
    ends: list[LineEnd] = []
    sound = {id(curve) for curve in sound_curves(curves)}
    for curve in curves:
        place = _end_place(curve, view)
        if place is None or not -1 <= place[0] <= view.width + 1:
            continue
        style, last = curve.style, curve.last
        ends.append(
            LineEnd(
                x=place[0],
                y=min(max(place[1], EDGE), view.height - EDGE),
                value=three_digits(last[1]) if last and id(curve) in sound else "",
                name=_held_out() if style.held_out else style.label,
                sign=Sign(style.variant_index, curve.colour(theme), style.held_out),
                ghost=style.ghost,
                first=style.selected,
                problem=_problem_untold(curve, ends),
            )
        )
    return tuple(ends)


def _problem_untold(curve: LossCurve, told: Sequence[LineEnd]) -> str:
    """What went wrong, unless another curve of the same member says so already."""
    problem = curve.diverged[1] if curve.diverged else ""
    return "" if any(end.problem == problem for end in told) else problem


def _held_out() -> str:
    return QCoreApplication.translate("LossPlot", "held-out")


def _end_place(curve: LossCurve, view: PlotView) -> tuple[float, float] | None:
    """The pixel of the last drawable point; of a diverged curve without one, the top edge."""
    if curve.last is not None:
        epoch, value = curve.last
        drawable = plot_safe(np.array([value]), view.log).values[0]
        if not np.isnan(drawable):
            return view.place(epoch, float(drawable))
        return view.place(epoch, view.y[0])
    if curve.diverged is not None:
        return view.place(curve.diverged[0], view.y[1])[0], 0.0
    return None


def mark_places(marks: Sequence[EditMark], view: PlotView, theme: Theme) -> tuple[MarkPlace, ...]:
    """Where the marks in view stand; those within the same few pixels in rows below each other."""
    places: list[MarkPlace] = []
    taken: dict[int, int] = {}
    for mark in marks:
        x = view.place(mark.epoch, 0.0)[0]
        if 0 <= x <= view.width:
            row = taken.get(round(x / 4), 0)
            taken[round(x / 4)] = row + 1
            places.append(MarkPlace(x, min(row, 3), QColor(theme.variant(mark.variant_index))))
    return tuple(places)


def mark_texts(
    marks: Sequence[EditMark], view: PlotView, pixel: float
) -> tuple[tuple[float, str], ...]:
    """Place and text of the marks that the pointer, at this pixel, is on."""
    near = []
    for mark in marks:
        x = view.place(mark.epoch, 0.0)[0]
        if abs(x - pixel) <= MARK_REACH:
            near.append((x, mark.text))
    return tuple(near[:6])


def dots_at(
    curves: Sequence[LossCurve], epoch: float, view: PlotView, theme: Theme
) -> tuple[tuple[float, QColor], ...]:
    """Height in pixels and colour of every curve that has a drawable value at this epoch."""
    dots = []
    for curve in curves:
        height = _height(curve.value_at(epoch), view)
        if height is not None:
            dots.append((height, curve.colour(theme)))
    return tuple(dots)


def seed_ring(
    curve: LossCurve | None, seed: SeedValue | None, view: PlotView, theme: Theme
) -> tuple[tuple[float, QColor], ...]:
    """The ring around the named seed of this curve at the crosshair."""
    height = None if seed is None else _height(seed.value, view)
    return () if curve is None or height is None else ((height, curve.colour(theme)),)


def best_places(curves: Sequence[LossCurve], view: PlotView) -> tuple[BestPlace, ...]:
    """Where the lowest held-out losses of the present run stand, as far as they are in view."""
    places = []
    for curve in curves:
        if curve.best is None or curve.style.ghost:
            continue
        x, y = view.place(curve.best[0], 0.0)[0], _height(curve.best[1], view)
        if y is not None and 0 <= x <= view.width:
            places.append(BestPlace(x, y, curve.line_colour, curve.style.selected))
    return tuple(sorted(places, key=lambda place: place.first))


def _height(value: float | None, view: PlotView) -> float | None:
    """Pixels from the top edge, of a value that is in view."""
    if value is None:
        return None
    drawable = float(plot_safe(np.array([value]), view.log).values[0])
    return view.place(0.0, drawable)[1] if view.y[0] <= drawable <= view.y[1] else None


def sound_curves(curves: Sequence[LossCurve]) -> list[LossCurve]:
    """The curves of variants of which none has diverged."""
    diverged = {curve.style.variant for curve in curves if curve.diverged is not None}
    return [curve for curve in curves if curve.style.variant not in diverged]


def problems(curves: Sequence[LossCurve]) -> tuple[str, ...]:
    """What could not be drawn as it is; a diverged curve has its badge and is not counted here."""
    notes = []
    gaps = sum(curve.not_finite for curve in sound_curves(curves))
    clipped = sum(curve.clipped for curve in curves)
    not_positive = sum(curve.not_positive for curve in curves)
    if gaps:
        text = QCoreApplication.translate("LossPlot", "values not finite, shown as gaps: {0}")
        notes.append(text.format(gaps))
    if clipped:
        text = QCoreApplication.translate("LossPlot", "values beyond 1e30, cut there: {0}")
        notes.append(text.format(clipped))
    if not_positive:
        text = QCoreApplication.translate("LossPlot", "values of 0 or less, not on a log axis: {0}")
        notes.append(text.format(not_positive))
    return tuple(notes)


def company(curves: Sequence[LossCurve]) -> Company:
    """How many there are: of several only what is selected or pointed at has its band."""
    return "few" if len(curves) <= FEW else "several" if len(curves) <= SEVERAL else "crowd"


def remarks(curves: Sequence[LossCurve], following: bool) -> tuple[str, ...]:
    """What is drawn otherwise than one may think: thinned, without bands, or zoomed."""
    notes = _thinning_note(curves)
    if company(curves) != "few" and any(curve.data.low is not None for curve in curves):
        text = QCoreApplication.translate("LossPlot", "band of the selected variant only")
        notes = (*notes, text)
    if not following:
        text = QCoreApplication.translate("LossPlot", "zoomed · double-click to follow")
        notes = (*notes, text)
    return notes


def _thinning_note(curves: Sequence[LossCurve]) -> tuple[str, ...]:
    """That fewer points are drawn than there are, told of the curve with the most."""
    thinned = [curve for curve in curves if curve.thinned]
    if not thinned:
        return ()
    most = max(thinned, key=lambda curve: curve.in_view)
    text = QCoreApplication.translate("LossPlot", "showing {0} of {1} points")
    return (text.format(most.drawn, most.in_view),)


def all_epochs(curves: Sequence[LossCurve]) -> FloatArray:
    """Every epoch at which some curve has a point, ascending."""
    parts = [np.asarray(curve.data.epochs, dtype=np.float64) for curve in curves]
    if not parts:
        return np.empty(0)
    longest = max(parts, key=lambda part: part.size)
    if all(np.array_equal(part, longest[: part.size]) for part in parts):
        return longest
    return np.unique(np.concatenate(parts))


def legend_entries(curves: Sequence[LossCurve]) -> tuple[LegendEntry, ...]:
    """An entry for each variant, with the seeds that its curve with the fewest has left."""
    variants: dict[tuple[str, int, bool], list[LossCurve]] = {}
    for curve in curves:
        variants.setdefault(curve.style.variant, []).append(curve)
    return tuple(_entry(own) for own in variants.values())


def _entry(curves: Sequence[LossCurve]) -> LegendEntry:
    style = curves[0].style
    logs = [c.data.seeds for c in curves if c.data.seeds is not None and len(c.data.seeds)]
    total = len(style.seeds) or 1
    return LegendEntry(
        label=style.label,
        variant_index=style.variant_index,
        ghost=style.ghost,
        selected=style.selected,
        left=min((seeds_left(log[-1]) for log in logs), default=total) if total > 1 else 1,
        seeds=total,
    )


def data_extent(curves: Sequence[LossCurve]) -> Extent | None:
    """Lowest and highest value shown; of a diverged curve only when there is no other."""
    found = [e for e in (curve.extent for curve in sound_curves(curves)) if e is not None]
    if not found:
        found = [e for e in (curve.extent for curve in curves) if e is not None]
    return (min(e[0] for e in found), max(e[1] for e in found)) if found else None


def last_epoch(curves: Sequence[LossCurve], planned: float) -> float:
    """The right end of the frame: the plan, or further if the data already are."""
    reached = max((float(curve.data.epochs[-1]) for curve in curves), default=0.0)
    return planned if reached <= planned else float(math.ceil(reached * 1.2))


def epochs_in_view(last: float, width: float) -> Extent:
    """The epochs that so many pixels show: up to the last, and room for the labels beside it."""
    width = max(width, 200.0)
    gutter = GUTTER[0] if width > 520 else GUTTER[1]
    return 0.0, last * width / (width - gutter)
