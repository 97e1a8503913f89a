"""A decision boundary: class probabilities as a soft fill, the border between classes, the rows."""

from collections.abc import Iterable
from functools import cached_property

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath

from engine.prediction_values import Boundary
from gui.models.prediction_contour import class_borders
from gui.models.prediction_text import class_text, place_text
from gui.plots.plot_export import Cell
from gui.plots.prediction_drawing import PanelDrawing, share_of
from gui.plots.prediction_frame import PlotFrame
from gui.plots.prediction_layer import PlotLayer
from gui.plots.prediction_look import PredictionLook


class BoundaryDrawing(PanelDrawing):
    """Draws one variant's decision boundary."""

    def __init__(self, picture: Boundary, index: int, layer: PlotLayer) -> None:
        self._picture = picture
        self._probabilities = picture.probabilities[index]  # (rows, columns, classes)
        self._layer = layer
        self._filled: tuple[PredictionLook, QImage] | None = None
        x, y = picture.x, picture.y
        self.frame: PlotFrame = PlotFrame(
            (float(x[0]), float(x[-1])),
            (float(y[0]), float(y[-1])),
            (picture.input_names[0], picture.input_names[1]),
        )

    def paint(self, painter: QPainter, body: QRectF, look: PredictionLook) -> None:
        area = self.frame.area(body, look)
        rows, columns = self._probabilities.shape[:2]
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        # The outermost values stand on the edges: half a pixel of the image lies beyond them.
        painter.drawImage(area, self._fill(look), QRectF(0.5, 0.5, columns - 1, rows - 1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.border)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self._border_path(area))
        parts = self._picture.training, self._picture.held_out
        self._layer.paint(painter, body, self.frame, parts, look)

    def told(self, body: QRectF, point: QPointF, look: PredictionLook) -> str:
        area = self.frame.area(body, look)
        if not area.contains(point):
            return ""
        share = share_of(area, point)
        rows, columns = self._probabilities.shape[:2]
        found = self._probabilities[round(share.y() * (rows - 1)), round(share.x() * (columns - 1))]
        best = int(found.argmax())
        place = place_text(self.frame.names, *self.frame.value(share))
        return class_text(place, self._picture.class_names[best], float(found[best]))

    def header(self) -> tuple[str, ...]:
        return (*self.frame.names, *self._picture.class_names)

    def rows(self) -> Iterable[tuple[Cell, ...]]:
        for y, row in zip(self._picture.y.tolist(), self._probabilities.tolist(), strict=True):
            for x, probabilities in zip(self._picture.x.tolist(), row, strict=True):
                yield x, y, *probabilities

    @cached_property
    def _borders(self) -> NDArray[np.float64]:
        return class_borders(self._probabilities)

    def _border_path(self, area: QRectF) -> QPainterPath:
        """All pieces as one path, which is drawn much faster than lines one by one."""
        rows, columns = self._probabilities.shape[:2]
        across, up = area.width() / (columns - 1), area.height() / (rows - 1)
        pieces = self._borders * (across, -up, across, -up)
        pieces += (area.left(), area.bottom(), area.left(), area.bottom())
        x, y = pieces[:, 0::2].ravel(), pieces[:, 1::2].ravel()
        path: QPainterPath = pg.functions.arrayToQPath(x, y, connect="pairs")
        return path

    def _fill(self, look: PredictionLook) -> QImage:
        if self._filled is None or self._filled[0] is not look:
            self._filled = look, _fill_image(self._probabilities, look)
        return self._filled[1]


def _fill_image(probabilities: NDArray[np.float32], look: PredictionLook) -> QImage:
    """A pixel for each place of the grid, the first row at the bottom.

    The panel's colour where all classes are equally probable, and the deeper in a class's colour
    the more probable it is. What is not finite has the panel's colour.
    """
    rows, columns, classes = probabilities.shape
    certainty = np.fmax((probabilities * classes - 1) / (classes - 1), 0)  # of nan and 0, 0
    ground = _channels(look.panel)
    steps = np.stack([_channels(look.class_colour(each)) for each in range(classes)]) - ground
    pixels = np.full((rows, columns, 4), 255, np.uint8)
    pixels[..., :3] = (certainty[::-1] @ (look.depth * steps) + (ground + 0.5)).astype(np.uint8)
    image = QImage(pixels.tobytes(), columns, rows, 4 * columns, QImage.Format.Format_RGB32)
    return image.copy()  # the bytes stay this function's


def _channels(colour: QColor) -> NDArray[np.float32]:
    """Blue, green and red, as they lie in an image's memory."""
    return np.array([colour.blue(), colour.green(), colour.red()], np.float32)
