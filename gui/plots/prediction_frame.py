"""A pair of axes: where values stand in a panel, and the ticks and names beside them."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from gui.plots.figures import Extent, linear_ticks
from gui.plots.prediction_look import PredictionLook
from gui.plots.series import AnyFloatArray, FloatArray

FOOT = 17.0  # pixels under the axes, for the ticks' numbers
TURNED = 15.0  # pixels left of them, for the name of the upright axis
BETWEEN = 6.0  # pixels between two texts
TICKS_APART = 44.0, 28.0  # pixels between two ticks, across and upright


@dataclass(frozen=True)
class PlotFrame:
    """The ranges of both axes and their names, the same in every panel."""

    x: Extent
    y: Extent
    names: tuple[str, str]

    def area(self, body: QRectF, look: PredictionLook) -> QRectF:
        """What the axes leave of a panel's body."""
        return body.adjusted(self._name_distance(look), 2, -2, -FOOT)

    def scaled(
        self, area: QRectF, x: AnyFloatArray, y: AnyFloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Where these values stand, in pixels across and down."""
        across = (x - self.x[0]) * (area.width() / (self.x[1] - self.x[0])) + area.left()
        down = area.bottom() - (y - self.y[0]) * (area.height() / (self.y[1] - self.y[0]))
        return across.astype(np.float64), down.astype(np.float64)

    def at(self, area: QRectF, x: AnyFloatArray, y: AnyFloatArray) -> list[QPointF]:
        """The same as points."""
        return [QPointF(*pair) for pair in np.stack(self.scaled(area, x, y), axis=-1).tolist()]

    def value(self, share: QPointF) -> tuple[float, float]:
        """The values at a share of the area, 0 to 1 from its lower left."""
        return (
            self.x[0] + share.x() * (self.x[1] - self.x[0]),
            self.y[0] + share.y() * (self.y[1] - self.y[0]),
        )

    def draw(self, painter: QPainter, area: QRectF, look: PredictionLook) -> None:
        """Two hairlines, ticks with their numbers, and the names."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(look.axis)
        painter.drawLine(QLineF(area.bottomLeft(), area.bottomRight()))
        painter.drawLine(QLineF(area.topLeft(), area.bottomLeft()))
        painter.setFont(look.tiny)
        painter.setPen(look.muted)
        self._draw_upright(painter, area, look)
        self._draw_across(painter, area, look)

    def _upright(self, height: float) -> list[tuple[float, str]]:
        return linear_ticks(*self.y, height / TICKS_APART[1])

    def _draw_upright(self, painter: QPainter, area: QRectF, look: PredictionLook) -> None:
        right = area.left() - BETWEEN
        align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for value, text in self._upright(area.height()):
            share = (value - self.y[0]) / (self.y[1] - self.y[0])
            middle = area.bottom() - share * area.height()
            painter.drawText(QRectF(right - 60, middle - 8, 60, 16), align, text)
        painter.save()
        painter.translate(area.left(), area.center().y())
        painter.rotate(-90)
        line = QRectF(-area.height() / 2, 0, area.height(), TURNED)
        line.moveTop(-self._name_distance(look))
        name = look.tiny_metrics.elidedText(
            self.names[1], Qt.TextElideMode.ElideRight, area.height()
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, name)
        painter.restore()

    def _name_distance(self, look: PredictionLook) -> float:
        widest = max(look.tiny_metrics.horizontalAdvance(text) for _, text in self._upright(150.0))
        return TURNED + widest + BETWEEN

    def _draw_across(self, painter: QPainter, area: QRectF, look: PredictionLook) -> None:
        """Ticks from the left, and the name at the right; a number in its way is left out."""
        top, metrics = area.bottom() + 2, look.tiny_metrics
        name = metrics.elidedText(self.names[0], Qt.TextElideMode.ElideRight, area.width() / 2)
        begins = area.right() - metrics.horizontalAdvance(name)
        painter.drawText(QPointF(begins, top + metrics.ascent() + 1), name)
        for value, text in linear_ticks(*self.x, area.width() / TICKS_APART[0]):
            share = (value - self.x[0]) / (self.x[1] - self.x[0])
            middle = area.left() + share * area.width()
            half = metrics.horizontalAdvance(text) / 2
            if middle + half + BETWEEN <= begins:
                painter.drawText(QPointF(middle - half, top + metrics.ascent() + 1), text)
