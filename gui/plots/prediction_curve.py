"""Predicted numbers: the curve over one input, and predicted against actual numbers."""

from collections.abc import Iterable

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from engine.prediction_values import FittedCurve, PredictedActual
from gui.models.prediction_text import curve_text, row_text
from gui.plots.curve_line import stroke_places
from gui.plots.figures import Extent
from gui.plots.plot_export import Cell
from gui.plots.plot_style import faded, hairline
from gui.plots.prediction_drawing import PanelDrawing, share_of
from gui.plots.prediction_frame import PlotFrame
from gui.plots.prediction_layer import PlotLayer
from gui.plots.prediction_look import PredictionLook
from gui.plots.series import AnyFloatArray

MARGIN = 0.1  # of the numbers' range, on each side
MOST_ROWS = 300  # drawn as dots
NEAR = 10.0  # pixels from a dot that still count as pointing at it
DOT = 2.4


class CurveDrawing(PanelDrawing):
    """Draws one variant's fitted curve over the rows; other seeds as thin lines."""

    def __init__(
        self, picture: FittedCurve, index: int, place: int, y_name: str, layer: PlotLayer
    ) -> None:
        self._picture, self._curves = picture, picture.y[index]  # (seeds, places)
        self._place, self._layer = place, layer
        targets = np.concatenate([picture.training.targets, picture.held_out.targets])
        x = float(picture.x[0]), float(picture.x[-1])
        self.frame: PlotFrame = PlotFrame(x, _widened(targets), (picture.input_name, y_name))

    def paint(self, painter: QPainter, body: QRectF, look: PredictionLook) -> None:
        area, colour = self.frame.area(body, look), look.theme.variant(self._place)
        parts = self._picture.training, self._picture.held_out
        self._layer.paint(painter, body, self.frame, parts, look)
        painter.save()
        painter.setClipRect(area)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(hairline(faded(colour, 130)))
        for curve in self._curves[1:]:
            painter.drawPolyline(self._line(area, curve))
        line = self._line(area, self._curves[0])
        for stroke, width in ((look.panel, 4.0), (QColor(colour), 2.2)):  # set off from the rows
            painter.setPen(hairline(stroke))
            for aside in stroke_places(width):
                painter.drawPolyline(line.translated(QPointF(*aside)))
        painter.restore()

    def told(self, body: QRectF, point: QPointF, look: PredictionLook) -> str:
        area = self.frame.area(body, look)
        if not area.contains(point):
            return ""
        share = share_of(area, point)
        place = round(share.x() * (len(self._picture.x) - 1))
        value = float(self._curves[0, place])
        return curve_text(self._picture.input_name, float(self._picture.x[place]), value)

    def header(self) -> tuple[str, ...]:
        seeds = range(1, len(self._curves) + 1)
        return (self._picture.input_name, *(f"predicted {seed}" for seed in seeds))

    def rows(self) -> Iterable[tuple[Cell, ...]]:
        for x, values in zip(self._picture.x.tolist(), self._curves.T.tolist(), strict=True):
            yield x, *values

    def _line(self, area: QRectF, curve: AnyFloatArray) -> QPolygonF:
        known = np.isfinite(curve)
        if not known.any():  # of a seed that diverged; pyqtgraph crashes on no points
            return QPolygonF()
        low, high = self.frame.y
        beyond = 5 * (high - low)  # what runs away is clipped: a painter takes no huge numbers
        y = np.clip(curve[known], low - beyond, high + beyond)
        line: QPolygonF = pg.functions.arrayToQPolygonF(
            *self.frame.scaled(area, self._picture.x[known], y)
        )
        return line


class PredictedActualDrawing(PanelDrawing):
    """Draws one variant's predictions against the actual numbers; right ones lie on the line."""

    def __init__(
        self,
        picture: PredictedActual,
        index: int,
        place: int,
        names: tuple[str, str],
        layer: PlotLayer,
    ) -> None:
        self._actual, self._predicted = picture.actual, picture.predicted[index]
        self._place, self._layer = place, layer
        extent = _widened(self._actual)
        self.frame: PlotFrame = PlotFrame(extent, extent, names)

    def paint(self, painter: QPainter, body: QRectF, look: PredictionLook) -> None:
        area = self.frame.area(body, look)
        self._layer.paint(painter, body, self.frame, None, look)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.identity)
        painter.drawLine(QLineF(area.bottomLeft(), area.topRight()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faded(look.theme.variant(self._place), 170))
        for dot in self._dots(area):
            painter.drawEllipse(dot, DOT, DOT)

    def told(self, body: QRectF, point: QPointF, look: PredictionLook) -> str:
        dots = self._dots(self.frame.area(body, look))
        far = [QLineF(dot, point).length() for dot in dots]
        nearest = int(np.argmin(far))
        if far[nearest] > NEAR:
            return ""
        return row_text(float(self._actual[nearest]), float(self._predicted[nearest]))

    def header(self) -> tuple[str, ...]:
        return "actual", "predicted"

    def rows(self) -> Iterable[tuple[Cell, ...]]:
        return zip(self._actual.tolist(), self._predicted.tolist(), strict=True)

    def _dots(self, area: QRectF) -> list[QPointF]:
        """What is predicted beyond the axes stands at their end."""
        predicted = np.clip(np.nan_to_num(self._predicted[:MOST_ROWS]), *self.frame.y)
        return self.frame.at(area, self._actual[:MOST_ROWS], predicted)


def _widened(values: AnyFloatArray) -> Extent:
    low, high = float(values.min()), float(values.max())
    margin = MARGIN * (high - low) or 1.0
    return low - margin, high + margin
