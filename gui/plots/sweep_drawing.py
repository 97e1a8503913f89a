"""Draws the curves of a sweep: lines, bars, signs, the marks at the edge, and the readout."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui.plots.plot_style import Sign, draw_sign, hairline, mixed, small_font
from gui.plots.sweep_places import EdgeMark, PlacedCurve, PlacedPoint
from gui.plots.sweep_readout import SweepReadout, draw_readout
from gui.theme import Theme

RADIUS, SMALL, TINY = 4.2, 3.0, 1.8
BEST_RING, POINTED_RING = 3.2, 6.4  # beyond the sign
CAP = 3.5  # half the width of a bar's end
BAR_SHARE = 0.7  # of its colour that a bar keeps, so that signs stand out
PALE = 0.5  # share of its colour that a curve in the background keeps
TEXT_WIDTH = 320.0  # of the sentence in the middle


Room = Literal["signs", "dots", ""]


@dataclass(frozen=True)
class DrawnCurve:
    """A curve, and how much is made of it."""

    placed: PlacedCurve
    pale: bool = False
    """In the background: thin, without bars."""
    raised: bool = False
    """Pointed at: a thicker line."""
    room: Room = "signs"
    """What there is room for at the points."""


@dataclass(frozen=True)
class SweepContent:
    """Everything that is drawn, the last curve on top."""

    empty_text: str = ""
    curves: tuple[DrawnCurve, ...] = ()
    marks: tuple[EdgeMark, ...] = ()
    rings: tuple[PlacedPoint, ...] = ()
    """Points that are pointed at or chosen."""
    readout: SweepReadout | None = None


class SweepDrawing(QGraphicsItem):
    """One item, the size of the view box, that draws its content and takes no mouse."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(1000)
        self._area = QRectF()
        self._content = SweepContent()
        self._theme: Theme | None = None
        self._font = QFont()

    @property
    def content(self) -> SweepContent:
        """What is drawn."""
        return self._content

    def set_area(self, area: QRectF) -> None:
        """Cover this part of the parent."""
        if area != self._area:
            self.prepareGeometryChange()
            self._area = QRectF(area)

    def set_content(self, content: SweepContent) -> None:
        """Draw this."""
        self._content = content
        self.update()

    def apply_theme(self, theme: Theme, font: QFont) -> None:
        """Take colours and type."""
        self._theme, self._font = theme, small_font(font)
        self.update()

    def boundingRect(self) -> QRectF:
        return self._area

    def paint(
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw from the back to the front."""
        theme, content = self._theme, self._content
        if theme is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setFont(self._font)
        painter.save()
        painter.setClipRect(self._area)
        if content.empty_text:
            self._draw_sentence(painter, theme, content.empty_text)
        for curve in content.curves:
            _draw_curve(painter, theme, curve)
        for mark in content.marks:
            _draw_mark(painter, theme, mark, self._area)
        for ring in content.rings:
            painter.setPen(QPen(QColor(theme.text), 1.6))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(
                QPointF(ring.x, ring.y), RADIUS + POINTED_RING, RADIUS + POINTED_RING
            )
        painter.restore()
        if content.readout is not None:
            draw_readout(painter, theme, content.readout, self._area)

    def _draw_sentence(self, painter: QPainter, theme: Theme, text: str) -> None:
        width = min(TEXT_WIDTH, self._area.width() - 32)
        place = QRectF(0, self._area.top(), width, self._area.height())
        place.moveCenter(self._area.center())
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.setPen(QColor(theme.muted))
        painter.drawText(place, flags, text)


def _draw_curve(painter: QPainter, theme: Theme, drawn: DrawnCurve) -> None:
    """The line, the bars over it, and the signs on top."""
    curve = drawn.placed.curve
    strong = QColor(theme.variant(curve.place))
    colour = mixed(strong.name(), theme.panel, PALE) if drawn.pale else strong
    pen = QPen(colour, 1.0 if drawn.pale else 2.4 if drawn.raised else 1.6)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(_line(drawn.placed.points))
    inside = [point for point in drawn.placed.points if not point.at_edge]
    if not drawn.pale:
        bar = strong if drawn.raised else mixed(strong.name(), theme.panel, BAR_SHARE)
        _draw_bars(painter, bar, inside)
    for point in inside:
        if drawn.room or point.is_best:
            _draw_point(painter, theme, drawn, point)


def _line(points: Sequence[PlacedPoint]) -> QPainterPath:
    """From value to value; broken where one has no number, or no result yet."""
    path = QPainterPath()
    before: PlacedPoint | None = None
    for point in points:
        if point.at_edge:
            before = None
            continue
        joined = before is not None and before.point.at + 1 == point.point.at
        (path.lineTo if joined else path.moveTo)(QPointF(point.x, point.y))
        before = point
    return path


def _draw_bars(painter: QPainter, colour: QColor, points: Sequence[PlacedPoint]) -> None:
    painter.setPen(QPen(colour, 1.2))
    for point in points:
        if point.bar is not None:
            top, bottom = point.bar
            painter.drawLine(QLineF(point.x, top, point.x, bottom))
            for end in (top, bottom):
                painter.drawLine(QLineF(point.x - CAP, end, point.x + CAP, end))


def _draw_point(painter: QPainter, theme: Theme, drawn: DrawnCurve, point: PlacedPoint) -> None:
    """The variant's sign; of a curve in the background a dot, its best point a larger one."""
    place = drawn.placed.curve.place
    colour, ground = QColor(theme.variant(place)), QColor(theme.panel)
    centre = QPointF(point.x, point.y)
    if drawn.pale or drawn.room != "signs":
        painter.setPen(Qt.PenStyle.NoPen)
        pale = drawn.pale and not point.is_best
        painter.setBrush(mixed(colour.name(), theme.panel, PALE) if pale else colour)
        radius = SMALL if point.is_best else TINY
        painter.drawEllipse(centre, radius, radius)
    else:
        draw_sign(painter, Sign(place, colour), centre, RADIUS, ground)
    if point.is_best and not drawn.pale:
        painter.setPen(QPen(colour, 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, RADIUS + BEST_RING, RADIUS + BEST_RING)


def _draw_mark(painter: QPainter, theme: Theme, mark: EdgeMark, area: QRectF) -> None:
    """The variant's sign, hollow, and what is to be said, on a ground of its own."""
    width = QFontMetricsF(painter.font()).horizontalAdvance(mark.text)
    indent = 0.0 if mark.place is None else 12.0
    whole = QRectF(0, mark.y - 7, width + indent + 6, 14)
    whole.moveLeft(min(max(mark.x - whole.width() / 2, area.left()), area.right() - whole.width()))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.panel))
    painter.drawRect(whole)
    if mark.place is not None:
        sign = Sign(mark.place, QColor(theme.variant(mark.place)), hollow=True)
        centre = QPointF(whole.left() + 7, mark.y)
        draw_sign(painter, sign, centre, SMALL, QColor(theme.panel))
    painter.setPen(QColor(theme.problem))
    words = whole.adjusted(3 + indent, 0, 0, 0)
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, mark.text)
    painter.setPen(hairline(theme.line))
