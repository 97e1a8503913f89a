"""From curves and marks to what the overlay shows: line ends, mark places, readout, small print."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor

from gui.plots.live_plot import PlotView
from gui.plots.loss_curve import LossCurve
from gui.plots.loss_inputs import EditMark
from gui.plots.loss_overlay import LineEnd, MarkPlace
from gui.plots.loss_readout import Readout, ReadoutRow
from gui.plots.plot_export import csv_text
from gui.plots.plot_style import Sign
from gui.plots.series import FloatArray, plot_safe
from gui.theme import Theme
from gui.widgets.number_text import three_digits

MARK_REACH = 6.0  # pixels at which the pointer is on a mark

EDGE = 6.0  # pixels that a symbol at the edge of the view needs


def line_ends(curves: Sequence[LossCurve], view: PlotView, theme: Theme) -> tuple[LineEnd, ...]:
    """Where each curve ends and what it has reached there; ends beside the view are left out."""
    ends: list[LineEnd] = []
    sound = sound_curves(curves)
    for curve in curves:
        place = _end_place(curve, view)
        if place is None or not -1 <= place[0] <= view.width + 1:
            continue
        style, last = curve.style, curve.last
        ends.append(
            LineEnd(
                x=place[0],
                y=min(max(place[1], EDGE), view.height - EDGE),
                value=three_digits(last[1]) if last and curve in sound else "",
                name=_held_out() if style.held_out else style.label,
                sign=Sign(style.variant_index, curve.colour(theme), style.held_out),
                ghost=style.ghost,
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


def read_at(
    curves: Sequence[LossCurve], epoch: float, parts: tuple[bool, bool], theme: Theme
) -> Readout:
    """Every visible variant's values at this epoch: a row each, training and held-out beside it."""
    values: dict[tuple[str, int, bool], dict[bool, str]] = {}
    signs: dict[tuple[str, int, bool], Sign] = {}
    for curve in curves:
        value = curve.value_at(epoch)
        if value is not None:
            variant = _variant(curve)
            values.setdefault(variant, {})[curve.style.held_out] = three_digits(value)
            signs[variant] = Sign(curve.style.variant_index, curve.colour(theme))
    ghosts_last = sorted(values, key=lambda variant: variant[2])
    return Readout(
        epoch=QCoreApplication.translate("LossPlot", "epoch {0}").format(f"{epoch:g}"),
        train_title=QCoreApplication.translate("LossPlot", "train") if parts[0] else "",
        held_out_title=QCoreApplication.translate("LossPlot", "held-out") if parts[1] else "",
        rows=tuple(
            ReadoutRow(v[0], signs[v], values[v].get(False, ""), values[v].get(True, ""))
            for v in ghosts_last
        ),
    )


def dots_at(
    curves: Sequence[LossCurve], epoch: float, view: PlotView, theme: Theme
) -> tuple[tuple[float, QColor], ...]:
    """Height in pixels and colour of every curve that has a drawable value at this epoch."""
    dots = []
    for curve in curves:
        value = curve.value_at(epoch)
        if value is not None:
            drawable = float(plot_safe(np.array([value]), view.log).values[0])
            if view.y[0] <= drawable <= view.y[1]:
                dots.append((view.place(epoch, drawable)[1], curve.colour(theme)))
    return tuple(dots)


def sound_curves(curves: Sequence[LossCurve]) -> list[LossCurve]:
    """The curves of variants of which none has diverged."""
    diverged = {_variant(curve) for curve in curves if curve.diverged is not None}
    return [curve for curve in curves if _variant(curve) not in diverged]


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


def thinning_note(curves: Sequence[LossCurve]) -> tuple[str, ...]:
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


def loss_table(curves: Sequence[LossCurve]) -> str:
    """Every point of the curves as CSV: a row per curve and epoch, the band where there is one."""
    rows: list[list[str | float]] = []
    for curve in curves:
        style, data = curve.style, curve.data
        part = "held-out" if style.held_out else "train"
        run = "earlier" if style.ghost else "current"
        for i in range(data.mean.size):
            low = "" if data.low is None else float(data.low[i])
            high = "" if data.high is None else float(data.high[i])
            rows.append(
                [style.label, part, run, float(data.epochs[i]), float(data.mean[i]), low, high]
            )
    return csv_text(("variant", "part", "run", "epoch", "loss", "low", "high"), rows)


def _variant(curve: LossCurve) -> tuple[str, int, bool]:
    """What training and held-out curve of one variant have in common."""
    return curve.style.label, curve.style.variant_index, curve.style.ghost
