"""How the backprop picture looks: colours, type, arrows and signs."""

import math

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from engine.backprop import Reach
from gui.models.backprop_rows import Sign
from gui.plots.plot_style import faded, mixed, small_font
from gui.theme import Theme
from gui.widgets.reach_badge import reach_ink

THINNEST, WIDEST = 2.0, 12.0  # pixels
LEAST_DECADE, MOST_DECADE = -6.0, 1.0  # norms 1e-6 … 10
RADIUS = 8.0  # of a sign


def arrow_width(norm: float | None) -> float:
    """Width of an arrow in pixels, by the logarithm of the norm; the thinnest without one."""
    if norm is None or not norm > 0 or not math.isfinite(norm):
        return THINNEST
    share = (math.log10(norm) - LEAST_DECADE) / (MOST_DECADE - LEAST_DECADE)
    return THINNEST + min(max(share, 0.0), 1.0) * (WIDEST - THINNEST)


class BackpropLook:
    """Pens, colours and type of one theme and font."""

    def __init__(self, theme: Theme, font: QFont) -> None:
        self.theme = theme
        self.font = font
        self.name_font = QFont(font)
        self.name_font.setWeight(QFont.Weight.DemiBold)
        self.small = small_font(font)
        self.strong = small_font(font, bold=True)
        self.name_metrics = QFontMetricsF(self.name_font)
        self.metrics = QFontMetricsF(self.small)
        self.strong_metrics = QFontMetricsF(self.strong)
        self.text, self.muted = QColor(theme.text), QColor(theme.muted)
        self.panel, self.problem = QColor(theme.panel), QColor(theme.problem)
        self.ice = QColor(theme.frozen_fill)
        self.pale_ice = mixed(theme.frozen_fill, theme.panel, 0.45)
        self.from_loss = mixed(theme.muted, theme.panel, 0.85)
        self.boundary = mixed(theme.text, theme.panel, 0.75)
        self.forward = QPen(mixed(theme.control, theme.panel, 0.75), 1.5)
        self.forward.setDashPattern([1.5, 3.0])
        self.faint = mixed(theme.muted, theme.panel, 0.45)
        self.halo = faded(theme.accent, 120)
        self.halo_pen = QPen(self.halo, 7)
        self.halo_pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        self.gauge = QPen(QColor(theme.control), 1.5)

    def ink(self, name: str) -> QColor:
        """One of the theme's colours, by its name."""
        return QColor(str(getattr(self.theme, name)))

    def flow(self, reach: Reach | None) -> QColor:
        """Colour of the gradient that has gone through a layer; None: that comes from the loss."""
        return self.from_loss if reach is None else QColor(reach_ink(reach, self.theme))


def arrow_up(x: float, bottom: float, top: float, width: float) -> QPainterPath:
    """A straight arrow from bottom to top, with its tip at the top."""
    half, wing, length = width / 2, head_wing(width), head_length(width)
    length = min(length, (bottom - top) * 0.8)
    path = QPainterPath(QPointF(x - half, bottom))
    for point in (
        QPointF(x - half, top + length),
        QPointF(x - wing, top + length),
        QPointF(x, top),
        QPointF(x + wing, top + length),
        QPointF(x + half, top + length),
        QPointF(x + half, bottom),
    ):
        path.lineTo(point)
    path.closeSubpath()
    return path


def arrow_aside(x: float, y: float, tip: float, width: float) -> QPainterPath:
    """An arrow that branches off at x from a way that comes from below, and ends at `tip`."""
    half, wing, length = width / 2, head_wing(width), head_length(width)
    neck = tip - length
    turn = max(half + 4.0, 8.0)
    path = QPainterPath(QPointF(x, y + turn))
    path.lineTo(x, y - half)
    path.lineTo(neck, y - half)
    path.lineTo(neck, y - wing)
    path.lineTo(tip, y)
    path.lineTo(neck, y + wing)
    path.lineTo(neck, y + half)
    path.lineTo(x + turn, y + half)
    path.quadTo(QPointF(x + half, y + half), QPointF(x + half, y + turn))
    path.closeSubpath()
    return path


def head_wing(width: float) -> float:
    """Half the width of an arrow's head."""
    return width / 2 + 3.0


def head_length(width: float) -> float:
    """Length of an arrow's head."""
    return 5.0 + width * 0.35


def draw_sign(
    painter: QPainter, centre: QPointF, sign: Sign, look: BackpropLook, alive: bool
) -> None:
    """The sign before a layer's name; pale where backprop does not come."""
    theme = look.theme
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if sign == "trains":
        _draw_square(painter, centre, look.ink("trainable_ink") if alive else look.faint)
    elif sign == "frozen":
        ink = look.ink("frozen_ink")
        painter.setPen(_round_pen(ink if alive else mixed(theme.frozen_ink, theme.panel, 0.6), 1.6))
        painter.drawPath(_flake(RADIUS).translated(centre))
    elif sign == "detached":
        painter.setPen(_round_pen(look.text, 1.5))
        painter.drawPath(_scissors().translated(centre))
    else:
        painter.setPen(QPen(look.muted if alive else look.faint, 1.5))
        painter.setBrush(look.panel)
        painter.drawEllipse(centre, 4.0, 4.0)


def draw_way_round(painter: QPainter, centre: QPointF, ink: QColor) -> None:
    """The way round a residual block's sign, from below it to above it."""
    radius = RADIUS + 5.0
    painter.setPen(_round_pen(ink, 2.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    box = QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius)
    painter.drawArc(box, 105 * 16, 150 * 16)  # sixteenths of a degree, anticlockwise


def _draw_square(painter: QPainter, centre: QPointF, ink: QColor) -> None:
    """A square within a square."""
    painter.setPen(QPen(ink, 1.5))
    outer = QRectF(centre.x() - 6.75, centre.y() - 6.75, 13.5, 13.5)
    painter.drawRoundedRect(outer, 3, 3)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ink)
    painter.drawRoundedRect(outer.adjusted(3.25, 3.25, -3.25, -3.25), 1.5, 1.5)


def _round_pen(ink: QColor, width: float) -> QPen:
    pen = QPen(ink, width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def _flake(radius: float) -> QPainterPath:
    """Six arms with small barbs."""
    path = QPainterPath()
    for turn in range(30, 390, 60):
        angle = math.radians(turn)
        tip = QPointF(math.cos(angle), math.sin(angle)) * radius
        strokes = [QLineF(QPointF(), tip)]
        for side in (-50, 50):
            barb = angle + math.radians(side)
            end = QPointF(math.cos(barb), math.sin(barb)) * (radius * 0.34)
            strokes.append(QLineF(tip * 0.6, tip * 0.6 + end))
        for stroke in strokes:
            path.moveTo(stroke.p1())
            path.lineTo(stroke.p2())
    return path


def _scissors() -> QPainterPath:
    """Two blades that cross, and their rings."""
    path = QPainterPath()
    for side in (-1, 1):
        path.moveTo(-2.6, side * 2.9)
        path.lineTo(7.5, -side * 4.6)
        path.addEllipse(QPointF(-4.8, side * 4.2), 2.6, 2.6)
    return path
