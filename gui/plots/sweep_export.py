"""The points of a sweep's curves as a table."""

import math

from gui.models.sweep_curve_axis import VARIANT
from gui.models.sweep_curves import SweepCurves
from gui.plots.plot_export import Cell, csv_text


def sweep_csv(shown: SweepCurves) -> str:
    """A row for every point, from curve to curve; no cell is rounded, none without a number."""
    names = [name for name, _ in shown.fixed]
    across = [] if shown.axis.path == VARIANT else [shown.axis.name]
    measure = shown.measure.title
    header = [*names, *across, "variant", f"{measure} (mean)", f"{measure} (sd)"]
    rows = []
    for curve in shown.curves:
        for point in curve.points:
            value = [shown.axis.texts[point.at]] if across else []
            spread = point.spread
            numbers = [_cell(spread.mean), _cell(spread.deviation), spread.seeds, point.diverged]
            rows.append([*(text for _, text in shown.fixed), *value, curve.name, *numbers])
    return csv_text([*header, "seeds with a number", "diverged"], rows)


def _cell(number: float) -> Cell:
    return "" if math.isnan(number) else number
