"""How histograms look: made once per theme, colour and type, used in every frame."""

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from gui.plots.histogram_strip import SHADES
from gui.plots.plot_style import faded, hairline, mixed, small_font
from gui.theme import Theme

TURN = 0.7  # of the shades: from here on they go from the variant's colour towards the text's


class HistogramLook:
    """Pens, fills and type that all views of a grid share."""

    def __init__(self, theme: Theme, variant_index: int, font: QFont, log: bool) -> None:
        self.log = log
        self.font, self.strong = small_font(font), small_font(font, bold=True)
        self.tiny = small_font(self.font)
        self.metrics, self.strong_metrics = QFontMetricsF(self.font), QFontMetricsF(self.strong)
        self.tiny_metrics = QFontMetricsF(self.tiny)
        self._take_colours(theme, theme.variant(variant_index))
        self._take_history_colours(theme, theme.variant(variant_index))
        self._flake = _flake_path(5.0)
        self._flake_pen = QPen(self.frozen_ink, 1.2)
        self._flake_pen.setCapStyle(Qt.PenCapStyle.RoundCap)

    def draw_flake(self, painter: QPainter, centre: QPointF) -> None:
        """The sign for frozen."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(self._flake_pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(self._flake.translated(centre))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _take_colours(self, theme: Theme, ink: str) -> None:
        self.text, self.muted = QColor(theme.text), QColor(theme.muted)
        self.panel, self.problem = QColor(theme.panel), QColor(theme.problem)
        self.frozen_ink = QColor(theme.frozen_ink)
        self.now_fill = mixed(ink, theme.panel, 0.8)
        self.frozen_fill = mixed(theme.frozen_ink, theme.frozen_fill, 0.22)
        self.start_fill = mixed(theme.muted, theme.panel, 0.2)
        self.start_line = hairline(mixed(theme.text, theme.panel, 0.55))
        self.frozen_line = hairline(theme.frozen_ink)
        self.baseline = hairline(mixed(theme.muted, theme.panel, 0.5))

    def _take_history_colours(self, theme: Theme, ink: str) -> None:
        self.frozen_ground = QColor(theme.frozen_fill)
        self.lost_ground = QColor(theme.problem_fill)
        self.empty_ground = QColor(theme.window)
        self.grey_ground = mixed(theme.line, theme.panel, 0.7)
        self.hatching = QBrush(mixed(theme.muted, theme.panel, 0.3), Qt.BrushStyle.BDiagPattern)
        self.number_line = QPen(QColor(ink), 1.3)
        self.second_line = hairline(theme.muted)
        self.second_line.setDashPattern([3.0, 2.2])
        self.guide_line = hairline(mixed(theme.muted, theme.panel, 0.6))
        self.guide_line.setDashPattern([1.0, 3.0])
        self.dash = QPen(self.frozen_ink, 1.4)
        self.grey_dash = QPen(self.muted, 1.4)
        self.cursor = hairline(theme.text)
        self.cursor_ground = faded(theme.panel, 170)
        self.label_ground = faded(theme.panel, 200)
        self.shades = _shades(theme.panel, ink, theme.text)
        self.frozen_shades = _shades(theme.frozen_fill, theme.frozen_ink, theme.text)


def _shades(ground: str, ink: str, end: str) -> NDArray[np.uint32]:
    """From the ground by way of the ink to a little beyond it, (SHADES,) as 0xffRRGGBB."""
    beyond = mixed(end, ink, 0.45).name()
    colours = []
    for depth in np.linspace(0.0, 1.0, SHADES).tolist():
        if depth <= TURN:
            colours.append(mixed(ink, ground, depth / TURN))
        else:
            colours.append(mixed(beyond, ink, (depth - TURN) / (1 - TURN)))
    return np.array([colour.rgb() for colour in colours], np.uint32)


def _flake_path(radius: float) -> QPainterPath:
    """Three crossed strokes with small barbs."""
    path = QPainterPath()
    for turn in range(6):
        angle = math.radians(turn * 60 + 30)
        tip = QPointF(math.cos(angle), math.sin(angle)) * radius
        strokes = [QLineF(QPointF(), tip)]
        for side in (-50, 50):
            barb = angle + math.radians(side)
            end = QPointF(math.cos(barb), math.sin(barb)) * (radius * 0.36)
            strokes.append(QLineF(tip * 0.58, tip * 0.58 + end))
        for stroke in strokes:
            path.moveTo(stroke.p1())
            path.lineTo(stroke.p2())
    return path
