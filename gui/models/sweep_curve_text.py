"""The words around and in the plot of a sweep: axes, captions, and what a point says."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from gui.models.results_text import cell_text
from gui.models.sweep_curve_axis import VARIANT
from gui.models.sweep_curves import CurvePoint, SweepCurve, SweepCurves
from gui.widgets.number_text import NOTHING

translate = QCoreApplication.translate

BEST_SIGN = "○"
"""The ring around each curve's best point, in words about it."""

MOST_NAMES = 3
"""So many variants are named in the caption at one value; more are counted."""

MOST_VALUES = 4
"""At so many values the best points are named; more are counted."""


@dataclass(frozen=True)
class PointText:
    """What is said of one point."""

    head: str
    """The value on the axis: `learning rate 0.003`."""
    name: str
    """The variant's, as it is in the file."""
    number: str
    """The measure: `held-out loss 0.0512 ± 0.0041`."""
    notes: tuple[str, ...]
    """Over how many seeds, and what else is to be known."""

    @property
    def spoken(self) -> str:
        """The same in one sentence, for a screen reader."""
        return "; ".join(part for part in (self.head, self.name, self.number, *self.notes) if part)


def across_title(shown: SweepCurves) -> str:
    """What stands below the plot."""
    axis = shown.axis
    if axis.scale == "logarithmic":
        return translate("sweep", "{0} (logarithmic)").format(axis.name)
    if axis.scale == "even" and axis.numeric:
        return translate("sweep", "{0} (evenly spaced)").format(axis.name)
    return axis.name


def up_title(shown: SweepCurves, *, log: bool) -> str:
    """What stands beside the plot."""
    title = shown.measure.title
    return translate("sweep", "{0} (logarithmic)").format(title) if log else title


def caption(shown: SweepCurves) -> str:
    """What a point is, and at which values of the other axes: nothing is averaged over these."""
    parts = [_seeds_text(shown)]
    if any(point.diverged for curve in shown.curves for point in curve.points):
        parts.append(translate("sweep", "✕ diverged seeds, left out of the mean"))
    of = translate("sweep", "{0}: {1}")
    parts += [of.format(name, text) for name, text in shown.fixed]
    return " · ".join(parts)


def best_caption(shown: SweepCurves) -> str:
    """Where each curve has its best point, the variants of one value together; may be empty."""
    found: dict[int, list[str]] = {}
    for curve in shown.curves:
        if curve.best is not None:
            point = curve.points[curve.best]
            found.setdefault(point.at, []).append(_named(curve, point))
    if not found:
        return ""
    groups = [_group_text(shown, at, names) for at, names in sorted(found.items())[:MOST_VALUES]]
    if len(found) > MOST_VALUES:
        more = translate("sweep", "+ {0} more values").format(len(found) - MOST_VALUES)
        groups.append(more)
    head = f"{BEST_SIGN} {best_words(shown)}"
    if not shown.is_complete:
        head = translate("sweep", "{0} so far").format(head)
    if shown.axis.path == VARIANT:
        return f"{head}: {groups[0]}"
    at_first = translate("sweep", "{0} at {1} {2}")
    return at_first.format(head, shown.axis.name, " · ".join(groups))


def best_words(shown: SweepCurves) -> str:
    """What the marked point of a curve is, and nothing more."""
    several = shown.seeds > 1
    if shown.measure.kind == "score":
        return translate("sweep", "Highest mean") if several else translate("sweep", "Highest")
    return translate("sweep", "Lowest mean") if several else translate("sweep", "Lowest")


def point_text(shown: SweepCurves, curve: SweepCurve, point: CurvePoint) -> PointText:
    """What is said of a point that is pointed at."""
    is_best = curve.best is not None and curve.points[curve.best] is point
    notes = list(_point_notes(point))
    if is_best:
        place = translate("sweep", "{0} of this variant")
        if shown.axis.path == VARIANT:
            place = translate("sweep", "{0} of all variants")
        notes.append(place.format(best_words(shown)))
    named = translate("sweep", "{0} {1}").format(shown.axis.name, shown.axis.texts[point.at])
    return PointText(
        head="" if shown.axis.path == VARIANT else named,
        name=curve.name,
        number=f"{shown.measure.title} {cell_text(point.spread)}",
        notes=tuple(notes),
    )


def edge_text(point: CurvePoint, *, brief: bool = False) -> str:
    """What the mark at the upper edge says, of a point with diverged seeds or without a number."""
    if point.diverged:
        return "✕" if brief else f"✕ {point.diverged}/{point.finished}"
    return NOTHING if brief else translate("sweep", "no number")


def _seeds_text(shown: SweepCurves) -> str:
    if shown.seeds == 1:
        return translate("sweep", "one seed, so nothing is said of the spread")
    if any(point.finished < point.planned for curve in shown.curves for point in curve.points):
        return translate("sweep", "mean ± sd over the seeds so far, of {0}").format(shown.seeds)
    return translate("sweep", "mean ± sd over {0} seeds").format(shown.seeds)


def _group_text(shown: SweepCurves, at: int, names: Sequence[str]) -> str:
    who = ", ".join(names)
    if len(names) > MOST_NAMES:
        who = translate("sweep", "{0} variants").format(len(names))
    if shown.axis.path == VARIANT:
        return who
    return translate("sweep", "{0} for {1}").format(shown.axis.texts[at], who)


def _named(curve: SweepCurve, point: CurvePoint) -> str:
    """The variant, with the seeds that are left where some diverged: a mean of few is luck."""
    if not point.diverged:
        return curve.name
    left = translate("sweep", "{0} ({1} of {2} seeds)")
    return left.format(curve.name, point.spread.seeds, point.finished)


def _point_notes(point: CurvePoint) -> Sequence[str]:
    """Over how many seeds."""
    notes = []
    if point.finished < point.planned:
        so_far = translate("sweep", "{0} of {1} seeds have finished")
        notes.append(so_far.format(point.finished, point.planned))
    if point.diverged:
        gone = translate("sweep", "{0} of {1} seeds diverged").format(
            point.diverged, point.finished
        )
        left = translate("sweep", "the mean is of the other {0}").format(point.spread.seeds)
        notes.append(f"{gone}; {left}" if point.spread.seeds else gone)
    elif not point.has_number:
        notes.append(translate("sweep", "no run has this number"))
    elif point.spread.seeds < point.finished:
        few = translate("sweep", "{0} of {1} seeds have this number")
        notes.append(few.format(point.spread.seeds, point.finished))
    elif not notes:
        several = translate("sweep", "mean ± sd of {0} seeds")
        if math.isnan(point.spread.deviation):
            several = translate("sweep", "one seed")
        notes.append(several.format(point.spread.seeds))
    return notes
