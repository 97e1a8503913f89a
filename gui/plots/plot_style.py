"""Colours, symbols and type shared by the plots; all of it follows from a Theme."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen, QPolygonF

SYMBOLS = 10  # distinct shapes; more than colours, so a repeated colour has another shape


@dataclass(frozen=True)
class Sign:
    """How a curve is told from the others: colour, symbol, and whether the symbol is hollow."""

    symbol: int
    colour: QColor
    hollow: bool = False


def mixed(ink: str, ground: str, share: float) -> QColor:
    """An opaque colour with `share` of ink on the ground: pale, without the cost of blending."""
    front, back = QColor(ink), QColor(ground)
    return QColor.fromRgbF(
        front.redF() * share + back.redF() * (1 - share),
        front.greenF() * share + back.greenF() * (1 - share),
        front.blueF() * share + back.blueF() * (1 - share),
    )


def faded(ink: str, alpha: int) -> QColor:
    """A see-through colour, alpha 0 … 255."""
    colour = QColor(ink)
    colour.setAlpha(alpha)
    return colour


def hairline(colour: str | QColor) -> QPen:
    """One device pixel wide at any scale."""
    pen = QPen(QColor(colour))
    pen.setCosmetic(True)
    pen.setWidthF(1.0)
    return pen


def small_font(font: QFont, bold: bool = False) -> QFont:
    """The plots' type: a step smaller than the window's, figures of equal width."""
    small = QFont(font)
    if font.pixelSize() > 0:
        small.setPixelSize(max(9, round(font.pixelSize() * 0.88)))
    else:
        small.setPointSizeF(max(7.0, font.pointSizeF() * 0.88))
    small.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    small.setFeature(QFont.Tag("tnum"), 1)
    return small


def symbol_path(index: int, centre: QPointF, radius: float) -> QPainterPath:
    """The variant's second sign: a shape of about equal area, the same wherever it appears."""
    path = QPainterPath()
    shape = index % SYMBOLS
    if shape == 0:
        path.addEllipse(centre, radius, radius)
    elif shape == 1:
        side = radius * 0.9
        path.addRect(QRectF(centre.x() - side, centre.y() - side, 2 * side, 2 * side))
    elif shape in (2, 4):
        path.addPolygon(_regular(3, centre, radius * 1.3, -90 if shape == 2 else 90))
        path.closeSubpath()
    elif shape == 3:
        path.addPolygon(_regular(4, centre, radius * 1.25, -90))
        path.closeSubpath()
    elif shape in (5, 6):
        _add_cross(path, centre, radius * 1.2, 0 if shape == 5 else 45)
    elif shape == 7:
        path.addPolygon(_star(centre, radius * 1.4))
        path.closeSubpath()
    elif shape == 8:
        path.addPolygon(_regular(6, centre, radius * 1.15, 0))
        path.closeSubpath()
    else:
        path.addRect(
            QRectF(
                centre.x() - radius * 1.3, centre.y() - radius * 0.55, radius * 2.6, radius * 1.1
            )
        )
    return path


def draw_sign(
    painter: QPainter, sign: Sign, centre: QPointF, radius: float, ground: QColor
) -> None:
    """Draw the variant's symbol: filled for training, hollow for held-out."""
    pen = QPen(sign.colour if sign.hollow else ground, 1.4 if sign.hollow else 1.2)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(ground if sign.hollow else sign.colour)
    painter.drawPath(symbol_path(sign.symbol, centre, radius))


def _regular(corners: int, centre: QPointF, radius: float, start: float) -> QPolygonF:
    return QPolygonF([_around(centre, radius, start + i * 360 / corners) for i in range(corners)])


def _star(centre: QPointF, radius: float) -> QPolygonF:
    return QPolygonF(
        [_around(centre, radius if i % 2 == 0 else radius * 0.45, -90 + i * 36) for i in range(10)]
    )


def _add_cross(path: QPainterPath, centre: QPointF, radius: float, turn: float) -> None:
    """A plus or an x as one outline, so that it fills and outlines like the others."""
    half = radius * 0.34
    corners = [
        (-half, -radius), (half, -radius), (half, -half), (radius, -half),
        (radius, half), (half, half), (half, radius), (-half, radius),
        (-half, half), (-radius, half), (-radius, -half), (-half, -half),
    ]  # fmt: skip
    cosine, sine = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    path.addPolygon(
        QPolygonF(
            [
                QPointF(centre.x() + x * cosine - y * sine, centre.y() + x * sine + y * cosine)
                for x, y in corners
            ]
        )
    )
    path.closeSubpath()


def _around(centre: QPointF, radius: float, degrees: float) -> QPointF:
    angle = math.radians(degrees)
    return QPointF(centre.x() + radius * math.cos(angle), centre.y() + radius * math.sin(angle))
