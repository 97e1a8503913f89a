"""One layer's weight histogram: now over the start, how far it moved, and whether it is frozen."""

import math
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from gui.plots.figures import three_digits
from gui.plots.histogram_look import HistogramLook
from gui.plots.series import AnyFloatArray, FloatArray, plot_safe

HEAD, FOOT, SIDE = 38.0, 19.0, 12.0  # pixels above, below and beside the bars
THINNEST, LOWEST = 2.0, 2.0  # pixels of a bar that counts anything at all
LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
ELIDED = Qt.TextElideMode.ElideRight
SPACED = 5.0  # pixels from which bars stand apart
HEADROOM, SHRINK = 1.08, 0.6


@dataclass(frozen=True)
class LayerHeading:
    """A layer as its histogram names it; detail says what it is, such as "16 relu"."""

    layer_id: str
    title: str
    detail: str = ""


@dataclass(frozen=True)
class HistogramData:
    """One layer's weights: edges (bins + 1,), counts now and at the start (bins,)."""

    edges: FloatArray
    counts: FloatArray
    start_counts: FloatArray
    moved: float | None
    frozen: bool


def histogram_data(
    edges: AnyFloatArray,
    counts: AnyFloatArray,
    start_counts: AnyFloatArray,
    moved: float | None,
    frozen: bool,
) -> HistogramData:
    """The data made drawable: counts that are not finite, or negative, count nothing."""
    now, start = (np.fmax(plot_safe(values).values, 0.0) for values in (counts, start_counts))
    return HistogramData(plot_safe(edges).values, now, start, moved, frozen)


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


def moved_text(moved: float | None) -> str:
    """How far the layer moved, in words: nothing at all is told from very little."""
    if moved is None:
        return QCoreApplication.translate("HistogramGrid", "moved —")
    if moved == 0.0:
        return QCoreApplication.translate("HistogramGrid", "moved exactly 0")
    return QCoreApplication.translate("HistogramGrid", "moved {0}").format(three_digits(moved))


class HistogramView:
    """Draws one layer into a rectangle. Keeps the scale calm from one histogram to the next."""

    def __init__(self, heading: LayerHeading) -> None:
        self.heading = heading
        self._data: HistogramData | None = None
        self._peak = 0.0

    @property
    def data(self) -> HistogramData | None:
        """What is shown, None before the first step."""
        return self._data

    def set_data(self, data: HistogramData | None) -> None:
        """Show these data."""
        self._data = data
        if data is None:
            self._peak = 0.0
        elif data.counts.size:
            highest = max(float(data.counts.max()), float(data.start_counts.max()))
            self._peak = calm_peak(self._peak, highest)

    def bars(self, place: QRectF) -> QRectF:
        """The part of the place in which the bars stand."""
        return QRectF(place.adjusted(SIDE, HEAD, -SIDE, -FOOT).toAlignedRect())

    def bin_at(self, place: QRectF, point: QPointF) -> int | None:
        """The bin under the point, None beside the bars."""
        area = self.bars(place)
        if self._data is None or not area.contains(point):
            return None
        edges = bar_places(self._data.edges, area.left(), area.width())
        index = int(np.searchsorted(edges, point.x(), "right")) - 1
        return min(max(index, 0), self._data.counts.size - 1)

    def paint(self, painter: QPainter, place: QRectF, look: HistogramLook) -> None:
        """Draw heading, bars and axis."""
        area = self.bars(place)
        self._draw_heading(painter, place, look)
        if self._data is not None and self._data.counts.size:
            self._draw_bars(painter, area, self._data, look)
            self._draw_axis(painter, area, self._data, look)
        painter.setPen(look.baseline)
        painter.drawLine(QLineF(area.left(), area.bottom(), area.right(), area.bottom()))

    def _draw_heading(self, painter: QPainter, place: QRectF, look: HistogramLook) -> None:
        """Title, flake when frozen, detail; on the second line how far it moved."""
        data = self._data
        frozen = data is not None and data.frozen
        line = QRectF(place.left() + SIDE, place.top() + 3, place.width() - 2 * SIDE, 16)
        room = line.width() - (18 if frozen else 0)
        title = look.strong_metrics.elidedText(self.heading.title, ELIDED, room)
        painter.setFont(look.strong)
        painter.setPen(look.text)
        painter.drawText(line, LEFT, title)
        used = look.strong_metrics.horizontalAdvance(title) + 8
        if frozen:
            look.draw_flake(painter, QPointF(line.left() + used + 3, line.center().y()))
            used += 18
        painter.setFont(look.font)
        painter.setPen(look.muted)
        if self.heading.detail and line.width() - used > 30:
            detail = look.metrics.elidedText(self.heading.detail, ELIDED, line.width() - used)
            painter.drawText(line, RIGHT, detail)
        if data is not None:
            lost = data.moved is not None and not math.isfinite(data.moved)
            painter.setPen(look.problem if lost else look.frozen_ink if frozen else look.muted)
            painter.drawText(line.translated(0, 16), LEFT, moved_text(data.moved))

    def _draw_bars(
        self, painter: QPainter, area: QRectF, data: HistogramData, look: HistogramLook
    ) -> None:
        """The start as a pale shape, now as bars over it, the start's outline over both."""
        x = bar_places(data.edges, area.left(), area.width())
        start = _step(x, self._heights(data.start_counts, area.height(), look.log), area.bottom())
        heights = self._heights(data.counts, area.height(), look.log)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.start_fill)
        painter.drawPolygon(start)
        painter.setBrush(look.frozen_fill if data.frozen else look.now_fill)
        painter.drawRects(_bars(x, heights, area.bottom()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(look.start_line)
        painter.drawPolyline(start)
        if data.frozen:
            painter.setPen(look.frozen_line)
            painter.drawPolyline(_step(x, heights, area.bottom()))

    def _draw_axis(
        self, painter: QPainter, area: QRectF, data: HistogramData, look: HistogramLook
    ) -> None:
        """The two outer edges, and 0 where it lies between them with room to spare."""
        low, high = float(data.edges[0]), float(data.edges[-1])
        line = QRectF(area.left(), area.bottom() + 4, area.width(), FOOT - 4)
        texts = three_digits(low), three_digits(high)
        painter.setPen(look.muted)
        painter.drawText(line, LEFT, texts[0])
        painter.drawText(line, RIGHT, texts[1])
        if not low < 0 < high:
            return
        zero = round(area.left() - low / (high - low) * area.width())
        painter.drawLine(QLineF(zero, area.bottom(), zero, area.bottom() + 4))
        clear_left = area.left() + look.metrics.horizontalAdvance(texts[0]) + 10
        clear_right = area.right() - look.metrics.horizontalAdvance(texts[1]) - 10
        if clear_left < zero < clear_right:
            spot = QRectF(zero - 10, line.top(), 20, line.height())
            painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, "0")

    def _heights(self, counts: FloatArray, height: float, log: bool) -> FloatArray:
        """Whole pixels; a bin that counts anything is at least a visible bar high."""
        if self._peak <= 0:
            return np.zeros(counts.size)
        share = np.log1p(counts) / np.log1p(self._peak) if log else counts / self._peak
        return np.where(counts > 0, np.maximum(np.round(share * height), LOWEST), 0.0)


def _step(x: FloatArray, heights: FloatArray, bottom: float) -> QPolygonF:
    """The outline of the bars as one step, from the baseline to the baseline."""
    up = np.zeros(2 * x.size)
    up[1:-1] = np.repeat(heights, 2)
    polygon = pg.functions.arrayToQPolygonF(np.repeat(x, 2), bottom - up)
    assert isinstance(polygon, QPolygonF)
    return polygon


def _bars(x: FloatArray, heights: FloatArray, bottom: float) -> list[QRectF]:
    """A bar for every bin that counts anything; wide ones stand apart."""
    filled = np.flatnonzero(heights)
    widths = np.diff(x)
    widths = np.maximum(widths - (1.0 if widths.mean() >= SPACED else 0.0), THINNEST)
    left, width, height = x[filled].tolist(), widths[filled].tolist(), heights[filled].tolist()
    return [QRectF(a, bottom - h, w, h) for a, w, h in zip(left, width, height, strict=True)]
