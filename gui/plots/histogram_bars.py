"""A histogram made drawable: its data, where its bars stand, and its outline. Pure."""

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPolygonF

from gui.plots.series import AnyFloatArray, FloatArray, plot_safe

THINNEST = 2.0  # pixels of a bar that counts anything at all
SPACED = 5.0  # pixels from which bars stand apart
HEADROOM, SHRINK = 1.08, 0.6


@dataclass(frozen=True)
class HistogramData:
    """Values of one layer: edges (bins + 1,), counts (bins,), and those at the start if any."""

    edges: FloatArray
    counts: FloatArray
    start_counts: FloatArray | None = None


def histogram_data(
    edges: AnyFloatArray, counts: AnyFloatArray, start_counts: AnyFloatArray | None
) -> HistogramData:
    """The data made drawable: counts that are not finite, or negative, count nothing."""
    return HistogramData(
        plot_safe(edges).values,
        np.fmax(plot_safe(counts).values, 0.0),
        None if start_counts is None else np.fmax(plot_safe(start_counts).values, 0.0),
    )


def calm_peak(current: float, wanted: float) -> float:
    """The count at the top of the view: the present one as long as it fits."""
    if SHRINK * current <= wanted <= current:
        return current
    return wanted * HEADROOM


def bar_places(edges: FloatArray, left: float, width: float) -> FloatArray:
    """Whole pixels of the edges, (bins + 1,); where all edges are one number, equal shares."""
    shares = (edges - edges[0]) / max(float(edges[-1] - edges[0]), 1e-300)
    if not (shares[-1] > 0.5 and np.isfinite(shares).all()):
        shares = np.linspace(0.0, 1.0, edges.size)
    return np.asarray(np.round(left + shares * width))


def step_outline(x: FloatArray, heights: FloatArray, bottom: float) -> QPolygonF:
    """The outline of the bars as one step, from the baseline to the baseline."""
    up = np.zeros(2 * x.size)
    up[1:-1] = np.repeat(heights, 2)
    polygon = pg.functions.arrayToQPolygonF(np.repeat(x, 2), bottom - up)
    assert isinstance(polygon, QPolygonF)
    return polygon


def bar_rects(x: FloatArray, heights: FloatArray, bottom: float) -> list[QRectF]:
    """A bar for every bin that counts anything; wide ones stand apart."""
    filled = np.flatnonzero(heights)
    widths = np.diff(x)
    widths = np.maximum(widths - (1.0 if widths.mean() >= SPACED else 0.0), THINNEST)
    left, width, height = x[filled].tolist(), widths[filled].tolist(), heights[filled].tolist()
    return [QRectF(a, bottom - h, w, h) for a, w, h in zip(left, width, height, strict=True)]
