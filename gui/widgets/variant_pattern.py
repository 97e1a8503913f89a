"""Which layers of a variant train, as tiny squares: warm trains, ice with a flake is frozen."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from gui.theme import Theme

MOST_SQUARES = 10
"""Deeper networks show this many from the input on, then two dots."""
GAP = 2


def variant_pattern_size(metrics: QFontMetrics, layers: int) -> QSize:
    """Room that the squares of this many layers take beside text of this size."""
    side = _side(metrics)
    squares = min(layers, MOST_SQUARES) + (layers > MOST_SQUARES)
    return QSize(max(0, squares * (side + GAP) - GAP), side)


def paint_variant_pattern(
    painter: QPainter,
    rect: QRect | QRectF,
    pattern: Sequence[bool],
    theme: Theme,
    *,
    enabled: bool = True,
) -> None:
    """Draw one square per layer, input first, in a rectangle of `variant_pattern_size`."""
    area = QRectF(rect)
    side = area.height()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for place, trains in enumerate(pattern[:MOST_SQUARES]):
        square = QRectF(area.left() + place * (side + GAP), area.top(), side, side)
        if trains:
            _paint_training(painter, square, theme, enabled)
        else:
            _paint_frozen(painter, square, theme, enabled)
    if len(pattern) > MOST_SQUARES:
        _paint_more(painter, area.right(), area.center().y(), side, theme)
    painter.restore()


def describe_pattern(pattern: Sequence[bool]) -> str:
    """The pattern in words, for screen readers and tooltips."""
    trains = QCoreApplication.translate("VariantPattern", "trains")
    frozen = QCoreApplication.translate("VariantPattern", "frozen")
    return ", ".join(trains if layer else frozen for layer in pattern)


def _side(metrics: QFontMetrics) -> int:
    return max(9, round(metrics.height() * 0.68))


def _paint_training(painter: QPainter, square: QRectF, theme: Theme, enabled: bool) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.trainable_ink if enabled else theme.disabled))
    painter.drawRoundedRect(square, 2, 2)


def _paint_frozen(painter: QPainter, square: QRectF, theme: Theme, enabled: bool) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.frozen_fill if enabled else theme.hover))
    painter.drawRoundedRect(square, 2, 2)
    ink = QColor(theme.frozen_ink if enabled else theme.disabled)
    pen = QPen(ink, max(1.0, square.width() / 10))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    reach = square.width() * 0.36
    for angle in (90, 30, 150):
        arm = QPointF(math.cos(math.radians(angle)), math.sin(math.radians(angle))) * reach
        painter.drawLine(square.center() - arm, square.center() + arm)


def _paint_more(painter: QPainter, right: float, middle: float, side: float, theme: Theme) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.muted))
    for share in (0.3, 0.7):
        painter.drawEllipse(QPointF(right - side + share * side, middle), 1.2, 1.2)
