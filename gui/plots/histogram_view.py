"""One layer's cell: its histogram, its number in words, whether it is frozen, and its past."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication, QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from gui.plots.histogram_bars import (
    HistogramData,
    bar_places,
    bar_rects,
    calm_peak,
    step_outline,
)
from gui.plots.histogram_cell import FOOT, SIDE, CellParts
from gui.plots.histogram_history import LayerPast, draw_cursor
from gui.plots.histogram_look import HistogramLook
from gui.plots.series import FloatArray
from gui.widgets.number_text import three_digits

LOWEST = 2.0  # pixels of a bar that counts anything at all
LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
ELIDED = Qt.TextElideMode.ElideRight


@dataclass(frozen=True)
class LayerHeading:
    """A layer as its histogram names it; detail says what it is, such as "16 relu"."""

    layer_id: str
    title: str
    detail: str = ""


@dataclass(frozen=True)
class CellContent:
    """What a cell shows: a histogram or the reason why there is none, and the number in words.

    captions: the fullest first, the first that fits is shown; `lost`: values are not finite;
    epoch: the one that is shown, None for the present.
    """

    captions: tuple[str, ...]
    frozen: bool
    histogram: HistogramData | None = None
    reason: str = ""
    lost: bool = False
    epoch: int | None = None


class HistogramView:
    """Draws one layer into its cell. Keeps the scale calm from one histogram to the next."""

    def __init__(self, heading: LayerHeading) -> None:
        self.heading = heading
        self.past: LayerPast | None = None
        self.may_renew = True
        """Whether there is time to renew the picture of the past in this frame."""
        self.caption_level = 0
        """The fullest of the captions that there is room for in all cells."""
        self._content: CellContent | None = None
        self._peak = 0.0

    @property
    def content(self) -> CellContent | None:
        """What is shown, None before the first step."""
        return self._content

    @property
    def data(self) -> HistogramData | None:
        """The histogram shown, None if there is none."""
        return self._content.histogram if self._content is not None else None

    def set_content(self, content: CellContent | None) -> None:
        """Show this."""
        self._content = content
        data = self.data
        if content is None:
            self.forget_scale()
        elif data is not None and data.counts.size:
            starts = data.start_counts
            highest = max(float(data.counts.max()), 0.0 if starts is None else float(starts.max()))
            self._peak = calm_peak(self._peak, highest)

    def forget_scale(self) -> None:
        """What comes next is of another kind: it finds a scale of its own."""
        self._peak = 0.0

    def bin_at(self, parts: CellParts, point: QPointF) -> int | None:
        """The bin under the point, None beside the bars."""
        data = self.data
        if data is None or not parts.bars.contains(point):
            return None
        edges = bar_places(data.edges, parts.bars.left(), parts.bars.width())
        index = int(np.searchsorted(edges, point.x(), "right")) - 1
        return min(max(index, 0), data.counts.size - 1)

    def paint(
        self,
        painter: QPainter,
        place: QRectF,
        parts: CellParts,
        look: HistogramLook,
        epoch: int | None = None,
    ) -> None:
        """Draw heading, bars, axis and past; a hairline at the chosen epoch."""
        content, area = self._content, parts.bars
        self._draw_heading(painter, place, look)
        painter.setFont(look.font)
        if content is not None:
            self._draw_caption(painter, place, content, look)
            if content.histogram is not None and content.histogram.counts.size:
                self._draw_bars(painter, area, content.histogram, content.frozen, look)
                self._draw_axis(painter, area, content.histogram, look)
            else:
                self._draw_reason(painter, area, content, look)
        painter.setPen(look.baseline)
        painter.drawLine(QLineF(area.left(), area.bottom(), area.right(), area.bottom()))
        if self.past is not None:
            self.past.paint(painter, parts.lanes, look, self.may_renew)
            if epoch is not None:
                place_of = self.past.place_of(parts.lanes.whole, epoch)
                draw_cursor(painter, parts.lanes, place_of, look)

    def _draw_heading(self, painter: QPainter, place: QRectF, look: HistogramLook) -> None:
        """Title, flake when frozen, detail."""
        frozen = self._content is not None and self._content.frozen
        line = _line(place, 3)
        room = line.width() - (18 if frozen else 0)
        title = look.strong_metrics.elidedText(self.heading.title, ELIDED, room)
        painter.setFont(look.strong)
        painter.setPen(look.text)
        painter.drawText(line, LEFT, title)
        used = look.strong_metrics.horizontalAdvance(title) + 8
        if frozen:
            look.draw_flake(painter, QPointF(line.left() + used + 3, line.center().y()))
            used += 18
        detail = self._detail()
        if detail and line.width() - used >= look.metrics.horizontalAdvance(detail):
            painter.setFont(look.font)
            painter.setPen(look.muted)
            painter.drawText(line, RIGHT, detail)

    def _detail(self) -> str:
        """What the layer is; of an earlier epoch, which."""
        if self._content is not None and self._content.epoch is not None:
            words = QCoreApplication.translate("HistogramGrid", "epoch {0}")
            return words.format(self._content.epoch)
        return self.heading.detail

    def _draw_caption(
        self, painter: QPainter, place: QRectF, content: CellContent, look: HistogramLook
    ) -> None:
        """The number in words, as fully as there is room."""
        line = _line(place, 19)
        captions = content.captions[self.caption_level :] or content.captions[-1:]
        fitting = (
            words for words in captions if look.metrics.horizontalAdvance(words) <= line.width()
        )
        last = captions[-1] if captions else ""
        ink = look.frozen_ink if content.frozen else look.muted
        painter.setPen(look.problem if content.lost else ink)
        words = next(fitting, None) or look.metrics.elidedText(last, ELIDED, line.width())
        painter.drawText(line, LEFT, words)

    def _draw_reason(
        self, painter: QPainter, area: QRectF, content: CellContent, look: HistogramLook
    ) -> None:
        """A dash, and under it why there is nothing to count."""
        painter.setPen(look.frozen_ink if content.frozen else look.muted)
        room = area.adjusted(-SIDE / 2, 0, SIDE / 2, 0)
        reason = look.metrics.elidedText(content.reason, ELIDED, room.width())
        between = "\n" if area.height() >= 2.2 * look.metrics.height() else " "
        words = f"—{between}{reason}"
        if between == " " and look.metrics.horizontalAdvance(words) > room.width():
            words = reason
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, words.strip())

    def _draw_bars(
        self,
        painter: QPainter,
        area: QRectF,
        data: HistogramData,
        frozen: bool,
        look: HistogramLook,
    ) -> None:
        """The start as a pale shape, now as bars over it, the start's outline over both."""
        x = bar_places(data.edges, area.left(), area.width())
        start = None
        if data.start_counts is not None:
            heights = self._heights(data.start_counts, area.height(), look.log)
            start = step_outline(x, heights, area.bottom())
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.start_fill)
            painter.drawPolygon(start)
        heights = self._heights(data.counts, area.height(), look.log)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.frozen_fill if frozen else look.now_fill)
        painter.drawRects(bar_rects(x, heights, area.bottom()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if start is not None:
            painter.setPen(look.start_line)
            painter.drawPolyline(start)
        if frozen:
            painter.setPen(look.frozen_line)
            painter.drawPolyline(step_outline(x, heights, area.bottom()))

    def _draw_axis(
        self, painter: QPainter, area: QRectF, data: HistogramData, look: HistogramLook
    ) -> None:
        """The two outer edges, and 0 where it lies between them with room to spare."""
        low, high = float(data.edges[0]), float(data.edges[-1])
        line = QRectF(area.left(), area.bottom() + 2, area.width(), FOOT - 4)
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
            spot = QRectF(zero - 10, line.top() + 1, 20, line.height())
            painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, "0")

    def _heights(self, counts: FloatArray, height: float, log: bool) -> FloatArray:
        """Whole pixels; a bin that counts anything is at least a visible bar high."""
        if self._peak <= 0:
            return np.zeros(counts.size)
        share = np.log1p(counts) / np.log1p(self._peak) if log else counts / self._peak
        return np.where(counts > 0, np.maximum(np.round(share * height), LOWEST), 0.0)


def bin_told(view: HistogramView, index: int, kind: str) -> str:
    """A bin in words: its edges and what it counts."""
    data = view.data
    assert data is not None
    low, high = three_digits(float(data.edges[index])), three_digits(float(data.edges[index + 1]))
    count = f"{data.counts[index]:.0f}"
    if data.start_counts is None:
        return QCoreApplication.translate(
            "HistogramGrid", "{0} to {1}: {2} {3}\nA bar counts the values between two edges."
        ).format(low, high, count, kind)
    return QCoreApplication.translate(
        "HistogramGrid",
        "{0} to {1}: {2} weights now, {3} at the start\n"
        "A bar counts the layer's weights between two edges, at this step only.",
    ).format(low, high, count, f"{data.start_counts[index]:.0f}")


def _line(place: QRectF, top: float) -> QRectF:
    """One line of the heading."""
    return QRectF(place.left() + SIDE, place.top() + top, place.width() - 2 * SIDE, 16)
