"""How histograms look: made once per theme, colour and type, used in every frame."""

import math

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from gui.plots.plot_style import faded, hairline, mixed, small_font
from gui.theme import Theme


class HistogramLook:
    """Pens, fills and type that all views of a grid share."""

    def __init__(self, theme: Theme, variant_index: int, font: QFont, log: bool) -> None:
        self.log = log
        self.font, self.strong = small_font(font), small_font(font, bold=True)
        self.metrics, self.strong_metrics = QFontMetricsF(self.font), QFontMetricsF(self.strong)
        self.text, self.muted = QColor(theme.text), QColor(theme.muted)
        self.panel, self.problem = QColor(theme.panel), QColor(theme.problem)
        self.frozen_ink = QColor(theme.frozen_ink)
        self.now_fill = faded(theme.variant(variant_index), 205)
        self.frozen_fill = mixed(theme.frozen_ink, theme.frozen_fill, 0.22)
        self.start_fill = mixed(theme.muted, theme.panel, 0.2)
        self.start_line = hairline(mixed(theme.text, theme.panel, 0.55))
        self.frozen_line = hairline(theme.frozen_ink)
        self.baseline = hairline(mixed(theme.muted, theme.panel, 0.5))
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
