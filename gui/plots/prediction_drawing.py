"""What every kind of panel can do: paint itself, say what stands at a point, write its numbers."""

from abc import ABC, abstractmethod
from collections.abc import Iterable

from PySide6.QtCore import QLineF, QPointF, QRectF
from PySide6.QtGui import QPainter

from gui.plots.plot_export import Cell
from gui.plots.prediction_frame import PlotFrame
from gui.plots.prediction_look import PredictionLook


class PanelDrawing(ABC):
    """One variant's picture, drawn into the body of its panel."""

    frame: PlotFrame | None = None
    """The axes, in which a probe can stand; None for a picture without."""

    @abstractmethod
    def paint(self, painter: QPainter, body: QRectF, look: PredictionLook) -> None:
        """Draw it."""

    @abstractmethod
    def told(self, body: QRectF, point: QPointF, look: PredictionLook) -> str:
        """What stands at a point, in words; empty where nothing does."""

    @abstractmethod
    def header(self) -> tuple[str, ...]:
        """The columns of its numbers."""

    @abstractmethod
    def rows(self) -> Iterable[tuple[Cell, ...]]:
        """Its numbers, whole, as a table."""

    def area(self, body: QRectF, look: PredictionLook) -> QRectF:
        """Where values stand."""
        return body if self.frame is None else self.frame.area(body, look)

    def probed(self, body: QRectF, share: QPointF, look: PredictionLook) -> str:
        """What is told at a share of the area, 0 to 1 from its lower left."""
        return self.told(body, place_of(self.area(body, look), share), look)

    def paint_probe(
        self, painter: QPainter, body: QRectF, share: QPointF, look: PredictionLook
    ) -> None:
        """Two hairlines through the probe."""
        if self.frame is None:
            return
        area = self.area(body, look)
        place = place_of(area, share)
        painter.setPen(look.probe)
        painter.drawLine(QLineF(area.left(), place.y(), area.right(), place.y()))
        painter.drawLine(QLineF(place.x(), area.top(), place.x(), area.bottom()))


def place_of(area: QRectF, share: QPointF) -> QPointF:
    """The point at a share of an area, 0 to 1 from its lower left."""
    return QPointF(
        area.left() + share.x() * area.width(), area.bottom() - share.y() * area.height()
    )


def share_of(area: QRectF, point: QPointF) -> QPointF:
    """The share at which a point stands, the inverse of `place_of`."""
    return QPointF(
        (point.x() - area.left()) / max(area.width(), 1.0),
        (area.bottom() - point.y()) / max(area.height(), 1.0),
    )
