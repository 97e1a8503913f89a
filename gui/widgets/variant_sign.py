"""A variant's second sign beside its colour: one symbol per place, in chips, legends and curves."""

import math

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from gui.theme import Theme

SYMBOLS = 10
"""Distinct shapes; more than colours, so a colour that comes again has another shape."""

_REGULAR = {  # corners, direction of the first in degrees (90 is up), reach beside a circle's
    1: (4, 45.0, 1.27),
    2: (3, 90.0, 1.3),
    3: (4, 90.0, 1.25),
    4: (3, 270.0, 1.3),
    8: (6, 0.0, 1.15),
}


def symbol_path(index: int, center: QPointF, radius: float) -> QPainterPath:
    """The outline of the symbol of the variant at this place; all look about equally large.

    Circle, square, triangle up, diamond, triangle down, plus, x, star, hexagon, bar.
    """
    path = QPainterPath()
    shape = index % SYMBOLS
    if shape == 0:
        path.addEllipse(QPointF(0, 0), radius, radius)
    elif shape in (5, 6):
        path.addPolygon(_cross(radius * 1.2, 0.0 if shape == 5 else 45.0))
    elif shape == 7:
        path.addPolygon(_polygon(10, 90.0, radius * 1.4, inner=0.45))
    elif shape == 9:
        path.addRect(QRectF(-1.3 * radius, -0.55 * radius, 2.6 * radius, 1.1 * radius))
    else:
        corners, turn, reach = _REGULAR[shape]
        path.addPolygon(_polygon(corners, turn, radius * reach))
    path.closeSubpath()
    return path.translated(center)


def paint_variant_sign(
    painter: QPainter, rect: QRect | QRectF, index: int, theme: Theme, *, enabled: bool = True
) -> None:
    """Draw the key of a variant's curve: a piece of line with its symbol on it."""
    area = QRectF(rect)
    color = QColor(theme.variant(index) if enabled else theme.disabled)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(color, max(1.5, area.height() / 8))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    middle = area.center()
    painter.drawLine(QPointF(area.left() + 1, middle.y()), QPointF(area.right() - 1, middle.y()))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    painter.drawPath(symbol_path(index, middle, area.height() * 0.32))
    painter.restore()


def _polygon(corners: int, turn: float, radius: float, inner: float = 1.0) -> QPolygonF:
    """A regular polygon; with an inner radius below 1, a star of half as many points."""
    polygon = QPolygonF()
    for corner in range(corners):
        reach = radius * (inner if corner % 2 else 1.0)
        polygon.append(_direction(turn + 360 * corner / corners) * reach)
    return polygon


def _cross(radius: float, turn: float) -> QPolygonF:
    """A plus as one outline, so that it fills like the others; turned by 45 degrees, an x."""
    half = math.degrees(math.asin(0.34))
    across = math.hypot(0.34, 0.34)
    polygon = QPolygonF()
    for arm in range(4):
        middle = turn + 90 * arm
        polygon.append(_direction(middle - half) * radius)
        polygon.append(_direction(middle + half) * radius)
        polygon.append(_direction(middle + 45) * (radius * across))
    return polygon


def _direction(degrees: float) -> QPointF:
    angle = math.radians(degrees)
    return QPointF(math.cos(angle), -math.sin(angle))
