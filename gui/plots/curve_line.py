"""The line of one curve: as wide and smooth as a frame can afford."""

import math

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPaintEngine, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

DASH = (6.0, 4.0)  # pixels on and off, for held-out
NARROW = 1.3  # device pixels up to which one stroke is enough


class CurveLine(pg.PlotCurveItem):  # type: ignore[misc]  # pyqtgraph is untyped
    """A PlotCurveItem stroked several times with one device pixel, each a little aside.

    Qt strokes wider smooth lines slowly, and very slowly where they cross themselves: 13 ms for
    400 ragged points against 0.3 ms at one pixel. A ring of fine strokes looks the same.
    """

    def __init__(self) -> None:
        super().__init__(antialias=True, segmentedLineMode="off", connect="finite")
        self._strokes: list[tuple[float, float]] = [(0.0, 0.0)]
        self._drawing_pen = QPen()

    def set_strokes(self, places: list[tuple[float, float]]) -> None:
        """Stroke once at each of these places, in the data's units from the true one."""
        self._strokes = places

    def set_drawing_pen(self, pen: QPen) -> None:
        """What strokes the line once where it is not drawn on pixels."""
        self._drawing_pen = pen

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Stroke at every place; in a drawing such as SVG only once, in full width."""
        if painter.paintEngine().type() != QPaintEngine.Type.Raster:
            painter.setPen(self._drawing_pen)
            painter.drawPath(self.getPath())
            return
        true_place = painter.transform()
        for across, up in self._strokes:
            painter.translate(across, up)
            super().paint(painter, option, widget)
            painter.setTransform(true_place)


def stroke_places(width: float) -> list[tuple[float, float]]:
    """Where to put strokes of one device pixel so that together they look so many wide."""
    if width <= NARROW:
        return [(0.0, 0.0)]
    radius = (width - 1) * 0.58
    corners = 3 if radius < 0.8 else 6
    ring = [
        (radius * math.sin(2 * math.pi * i / corners), radius * math.cos(2 * math.pi * i / corners))
        for i in range(corners)
    ]
    return ring if corners == 3 else [*ring, (0.0, 0.0)]


def line_pen(colour: QColor, width: float, dashed: bool, scale: float = 1.0) -> QPen:
    """A pen of so many device pixels, of which `scale` make a pixel; dashes count in pixels."""
    pen = QPen(colour, width)
    pen.setCosmetic(True)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if dashed:
        pen.setDashPattern([length * scale / width for length in DASH])
    return pen
