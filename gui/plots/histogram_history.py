"""A layer's past under its histogram: a strip of all its histograms, and its number as a line."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPaintEngine, QPainter, QPen, QPixmap

from gui.models.probe_history import VariantHistory
from gui.plots.histogram_captions import OF_TRAINABLE
from gui.plots.histogram_lines import draw_lines
from gui.plots.histogram_look import HistogramLook
from gui.plots.histogram_strip import (
    Columns,
    Span,
    ValueScale,
    columns_of,
    common_scale,
    over_columns,
    resampled,
    runs,
    shades,
    spans,
)

FEWEST_ROWS, MOST_ROWS = 8, 32
LONGEST_DASH = 10.0  # pixels


@dataclass(frozen=True)
class Lanes:
    """Where strip and line stand, one below the other; None for what there is no room for."""

    strip: QRectF | None = None
    line: QRectF | None = None

    @property
    def whole(self) -> QRectF:
        """Both together; empty if there are none."""
        rect = QRectF()
        for lane in (self.strip, self.line):
            rect = rect if lane is None else rect.united(lane)
        return rect


class LayerPast:
    """Draws one layer's past of one kind; a picture of it is kept until something changes."""

    def __init__(
        self,
        history: VariantHistory,
        kind: str,
        layer_id: str,
        before: "LayerPast | None" = None,
    ) -> None:
        """`before`: what was shown so far; its picture serves until there is time for a new one."""
        self._history, self._kind, self._layer = history, kind, layer_id
        self._picture: QPixmap | None = None
        self._drawn_for: tuple[object, ...] = ()
        self.is_stale = False
        """Whether the picture that is kept lacks the latest epochs."""
        if before is not None and before._leads_to(self):
            self._picture, self._drawn_for, self.is_stale = before._picture, before._drawn_for, True
        self.bins = history.bins(kind, layer_id)
        self.frozen = history.frozen(layer_id)
        moved = history.measure(layer_id, "moved")
        self.spans = spans(self.bins, self.frozen, ~np.isinf(moved), kind in OF_TRAINABLE)
        self.scale: ValueScale | None = common_scale(self.bins.edges)

    def paint(
        self, painter: QPainter, lanes: Lanes, look: HistogramLook, renew: bool = True
    ) -> None:
        """Draw into the lanes: on a screen from the kept picture.

        Unless it is to `renew` it, a picture that lacks the latest epochs is good enough.
        """
        area = lanes.whole
        if area.isEmpty():
            self.is_stale = False  # there is nothing to renew
            return
        if painter.paintEngine().type() == QPaintEngine.Type.SVG:
            self._draw(painter, lanes, look, 1.0)
            return
        ratio = painter.device().devicePixelRatioF()
        wanted = (look, area.size(), lanes.strip is None, lanes.line is None, ratio)
        stale = self.is_stale and renew
        if self._picture is None or wanted != self._drawn_for or stale:
            self.is_stale = False
            self._picture, self._drawn_for = self._make_picture(lanes, look, ratio), wanted
        painter.drawPixmap(area.topLeft(), self._picture)

    def place_of(self, area: QRectF, epoch: int) -> float:
        """Where an epoch stands, in pixels from the left."""
        history = self._history
        return area.left() + (epoch - history.stride / 2) / history.planned * area.width()

    def _make_picture(self, lanes: Lanes, look: HistogramLook, ratio: float) -> QPixmap:
        area = lanes.whole
        picture = QPixmap((area.size() * ratio).toSize())
        picture.setDevicePixelRatio(ratio)
        picture.fill(look.panel)
        painter = QPainter(picture)
        painter.translate(-area.topLeft())
        self._draw(painter, lanes, look, ratio)
        painter.end()
        return picture

    def _draw(self, painter: QPainter, lanes: Lanes, look: HistogramLook, ratio: float) -> None:
        width = round(lanes.whole.width() * ratio)
        history = self._history
        columns = columns_of(history.kept, history.stride, history.planned, width)
        states = self._states(columns)
        for lane in (lanes.strip, lanes.line):
            if lane is not None:
                painter.fillRect(lane, look.empty_ground)
                self._draw_grounds(painter, lane, columns, states, look)
        if lanes.strip is not None:
            self._draw_strip(painter, lanes.strip, columns, states, look)
        first = lanes.strip or lanes.line
        if first is not None:
            self._draw_dashes(painter, first, states, look)
        if lanes.line is not None:
            draw_lines(painter, lanes.line, self._history, self._kind, self._layer, look)

    def _leads_to(self, later: "LayerPast") -> bool:
        same = (self._kind, self._layer) == (later._kind, later._layer)
        return same and later._history.continues(self._history)

    def _states(self, columns: Columns) -> NDArray[np.int8]:
        """What each column says, (width,) of Span; a frozen epoch is never skipped."""
        width = columns.shown.size
        if not len(self._history) or not width:
            return np.zeros(width, np.int8)
        states = np.where(columns.shown >= 0, self.spans[columns.shown], Span.AHEAD).astype(np.int8)
        middles = (np.arange(width) + 0.5) * self._history.planned / width
        trained = middles <= self._history.last
        states[trained & (columns.shown < 0)] = Span.MISSING
        states[over_columns(self.spans == Span.FROZEN, columns)] = Span.FROZEN
        return states

    def _draw_grounds(
        self,
        painter: QPainter,
        lane: QRectF,
        columns: Columns,
        states: NDArray[np.int8],
        look: HistogramLook,
    ) -> None:
        """Ice where the layer was frozen, a dash where it had no numbers, hatching where unseen."""
        frozen = over_columns(self.frozen, columns)
        self._fill(painter, lane, frozen, look.frozen_ground)
        self._fill(painter, lane, states == Span.LOST, look.lost_ground)
        self._fill(painter, lane, states == Span.NOTHING, look.grey_ground)
        for span in _places(lane, states == Span.MISSING):
            painter.fillRect(span, look.hatching)

    def _draw_dashes(
        self, painter: QPainter, lane: QRectF, states: NDArray[np.int8], look: HistogramLook
    ) -> None:
        """A dash where there was nothing to count."""
        for span in _places(lane, states == Span.FROZEN):
            _draw_dash(painter, span, look.dash)
        for span in _places(lane, states == Span.NOTHING):
            _draw_dash(painter, span, look.grey_dash)

    def _fill(
        self, painter: QPainter, lane: QRectF, where: NDArray[np.bool_], colour: QColor
    ) -> None:
        for span in _places(lane, where):
            painter.fillRect(span, colour)

    def _draw_strip(
        self,
        painter: QPainter,
        lane: QRectF,
        columns: Columns,
        states: NDArray[np.int8],
        look: HistogramLook,
    ) -> None:
        """The histograms as columns, run by run, so that what is between them stays as it is."""
        if self.scale is None:
            return
        rows = int(min(max(lane.height(), FEWEST_ROWS), MOST_ROWS))
        depths = shades(resampled(self.bins, self.scale, rows))
        colours = np.where(
            self.frozen[:, None], look.frozen_shades[depths], look.shades[depths]
        ).astype(np.uint32)
        share = lane.width() / max(1, states.size)
        for first, end in runs(states == Span.COUNTED):
            pixels = np.ascontiguousarray(colours[columns.shown[first:end]].T)
            image = QImage(
                pixels.data, end - first, rows, 4 * (end - first), QImage.Format.Format_RGB32
            )
            left = lane.left() + first * share
            painter.drawImage(QRectF(left, lane.top(), (end - first) * share, lane.height()), image)


def draw_cursor(painter: QPainter, lanes: Lanes, x: float, look: HistogramLook) -> None:
    """A hairline at the chosen epoch, through both lanes."""
    for lane in (lanes.strip, lanes.line):
        if lane is not None:
            place = min(max(round(x), lane.left() + 1), lane.right() - 1)
            ground = QRectF(place - 1, lane.top(), 3, lane.height())
            painter.fillRect(ground, look.cursor_ground)
            painter.fillRect(QRectF(place, lane.top(), 1, lane.height()), look.text)


def _places(lane: QRectF, where: NDArray[np.bool_]) -> list[QRectF]:
    share = lane.width() / max(1, where.size)
    return [
        QRectF(lane.left() + first * share, lane.top(), (end - first) * share, lane.height())
        for first, end in runs(where)
    ]


def _draw_dash(painter: QPainter, span: QRectF, pen: QPen) -> None:
    """The sign for no number, as wide as the span allows."""
    length = min(LONGEST_DASH, span.width() - 2)
    if length < 2:
        return
    painter.setPen(pen)
    middle = span.center()
    painter.drawLine(QLineF(middle - QPointF(length / 2, 0), middle + QPointF(length / 2, 0)))
