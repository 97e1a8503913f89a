"""The number of a kind over the epochs, as a thin line in a lane of its own."""

from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from gui.models.measure_text import USUAL_RATIO
from gui.models.probe_history import FloatArray, VariantHistory
from gui.plots.figures import DECADES
from gui.plots.histogram_captions import KIND_MEASURES, LOGARITHMIC, ratio_text
from gui.plots.histogram_look import HistogramLook
from gui.plots.histogram_strip import runs
from gui.plots.series import finite_extent, plot_safe
from gui.widgets.number_text import three_digits

LABELLED = 18.0  # pixels from which the lane's highest number is written into it
BOTH_LABELLED = 34.0  # and from which the lowest one as well
GUIDE_CLEAR = 2.0  # heights of type between the lane's top and the guide
INSET = 2.0  # pixels above and below the line


@dataclass(frozen=True)
class LineScale:
    """What the lane reaches from and to; decimal logarithms if `log`."""

    low: float
    high: float
    log: bool
    whole: bool = False
    """Whether its numbers are counts."""
    guide: float | None = None
    """A place that is drawn across the lane, and labelled."""

    def height(self, values: FloatArray, lane: QRectF) -> FloatArray:
        """Where values stand in the lane, pixels from above."""
        share = (values - self.low) / (self.high - self.low)
        return lane.bottom() - INSET - share * (lane.height() - 2 * INSET)

    def label(self, value: float) -> str:
        """A place on the scale as its number."""
        if self.whole:
            return f"{value:.0f}"
        if self.guide is not None:
            return ratio_text(10**value)
        return three_digits(10**value if self.log else value)


def line_values(history: VariantHistory, kind: str, layer_id: str) -> list[FloatArray]:
    """The kind's numbers over the records, ready to draw: decimal logarithms where it has them."""
    log = kind in LOGARITHMIC
    return [
        plot_safe(history.measure(layer_id, measure), log).values for measure in KIND_MEASURES[kind]
    ]


def line_scale(values: list[FloatArray], kind: str) -> LineScale | None:
    """From 0 to the highest number, or by decades; None if there is no number at all."""
    extents = [extent for extent in map(finite_extent, values) if extent is not None]
    if not extents:
        return None
    low, high = min(low for low, _ in extents), max(high for _, high in extents)
    if kind not in LOGARITHMIC:
        return LineScale(0.0, high if high > 0 else 1.0, log=False, whole=kind == "activations")
    if kind == "updates":
        usual = float(np.log10(USUAL_RATIO))
        low, high = min(low, usual - 0.5), max(high, usual + 0.5)
        return LineScale(max(low, high - DECADES), high, log=True, guide=usual)
    middle, half = (low + high) / 2, max((high - low) / 2, 0.5)
    return LineScale(max(middle - half, middle + half - DECADES), middle + half, log=True)


def draw_lines(
    painter: QPainter,
    lane: QRectF,
    history: VariantHistory,
    kind: str,
    layer_id: str,
    look: HistogramLook,
) -> None:
    """Draw the kind's numbers: the first solid, a second one thin and dashed."""
    painter.setFont(look.tiny)
    values = line_values(history, kind, layer_id)
    scale = line_scale(values, kind)
    if scale is None:
        return
    if scale.guide is not None:
        _draw_guide(painter, lane, scale, scale.guide, look)
    x = lane.left() + (history.kept - history.stride / 2) / history.planned * lane.width()
    pens = (look.number_line, look.second_line)
    for numbers, pen in reversed(list(zip(values, pens, strict=False))):
        smooth = pen is look.number_line  # smooth dashes would cost ten times as much
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)
        _draw_line(painter, x, scale.height(numbers, lane), history, pen)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    _draw_labels(painter, lane, scale, look)


def _draw_line(
    painter: QPainter, x: FloatArray, y: FloatArray, history: VariantHistory, pen: QPen
) -> None:
    """The line, broken where there is no number or no record."""
    there = np.isfinite(y)
    gaps = np.flatnonzero(np.diff(history.kept) > history.stride) + 1
    for first, end in runs(there):
        cuts = gaps[(gaps > first) & (gaps < end)].tolist()
        for start, stop in zip([first, *cuts], [*cuts, end], strict=True):
            if stop - start > 1:
                painter.setPen(pen)
                line = pg.functions.arrayToQPolygonF(x[start:stop], y[start:stop])
                assert isinstance(line, QPolygonF)
                painter.drawPolyline(line)
            else:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(pen.color())
                painter.drawEllipse(QPointF(x[start], y[start]), 1.5, 1.5)


def _draw_guide(
    painter: QPainter, lane: QRectF, scale: LineScale, guide: float, look: HistogramLook
) -> None:
    """Where the ratio usually is."""
    y = round(float(scale.height(np.array([guide]), lane)[0])) + 0.5
    painter.setPen(look.guide_line)
    painter.drawLine(QLineF(lane.left(), y, lane.right(), y))
    if lane.height() >= LABELLED:
        _draw_label(painter, lane, y, "1e-3", look, right=True)


def _draw_labels(painter: QPainter, lane: QRectF, scale: LineScale, look: HistogramLook) -> None:
    if lane.height() < LABELLED:
        return
    if scale.guide is not None:
        y = float(scale.height(np.array([scale.guide]), lane)[0])
        if y - lane.top() < GUIDE_CLEAR * look.tiny_metrics.ascent():
            return  # the guide's own label says enough
    falls = scale.log  # gradients and updates shrink, the rest grows: the label keeps clear
    _draw_label(painter, lane, lane.top(), scale.label(scale.high), look, right=falls)
    if lane.height() >= BOTH_LABELLED and not scale.guide:
        _draw_label(painter, lane, lane.bottom(), scale.label(scale.low), look)


def _draw_label(
    painter: QPainter,
    lane: QRectF,
    y: float,
    text: str,
    look: HistogramLook,
    right: bool = False,
) -> None:
    """A small number at the lane's edge, on a ground that keeps the line off it."""
    width, height = look.tiny_metrics.horizontalAdvance(text) + 4, look.tiny_metrics.ascent()
    left = lane.right() - width if right else lane.left()
    top = min(max(y - height / 2, lane.top()), lane.bottom() - height)
    place = QRectF(left, top, width, height)
    painter.fillRect(place, look.label_ground)
    painter.setPen(look.muted)
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip
    painter.drawText(place, flags, text)
