"""What stands over the curves, in pixels: values at the lines' ends, marks, crosshair, notes."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from gui.plots.loss_readout import Readout, ReadoutPanel
from gui.plots.plot_style import Sign, draw_sign, faded, hairline, mixed, small_font
from gui.theme import Theme

ROW = 15.0  # pixels from one end label to the next
MOST_SHIFT = 2.5 * ROW  # when a label would stand further off, only training ends are labelled


@dataclass(frozen=True)
class LineEnd:
    """The end of one curve: where it is, what it has reached, and what went wrong if it did."""

    x: float
    y: float
    value: str
    name: str
    sign: Sign
    ghost: bool
    problem: str = ""
    first: bool = False  # labelled and drawn before the others


@dataclass(frozen=True)
class MarkPlace:
    """An edit mark in pixels; `row` counts the marks at the same place."""

    x: float
    row: int
    colour: QColor


@dataclass(frozen=True)
class BestPlace:
    """The lowest point of a held-out curve in pixels; `first` is drawn on top of the others."""

    x: float
    y: float
    colour: QColor
    first: bool = False


@dataclass(frozen=True)
class OverlayContent:
    """Everything the overlay shows, ready to draw."""

    empty_text: str = ""
    ends: tuple[LineEnd, ...] = ()
    marks: tuple[MarkPlace, ...] = ()
    mark_texts: tuple[tuple[float, str], ...] = ()
    end_of_plan: float | None = None
    crosshair: float | None = None
    chosen: float | None = None  # the epoch that the other plots show
    readout: Readout | None = None
    dots: tuple[tuple[float, QColor], ...] = ()  # height and colour of the curves at the crosshair
    rings: tuple[tuple[float, QColor], ...] = ()  # the same of the seed that is named
    best: tuple[BestPlace, ...] = ()
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


class LossOverlay(QGraphicsItem):
    """One item, the size of the view box, that draws its content and takes no mouse."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(1000)
        self._area = QRectF()
        self._content = OverlayContent()
        self._theme: Theme | None = None
        self._font, self._strong = QFont(), QFont()

    def set_area(self, area: QRectF) -> None:
        """Cover this part of the parent."""
        if area != self._area:
            self.prepareGeometryChange()
            self._area = QRectF(area)

    def set_content(self, content: OverlayContent) -> None:
        """Show this."""
        self._content = content
        self.update()

    def apply_theme(self, theme: Theme, font: QFont) -> None:
        """Take colours and type."""
        self._theme = theme
        self._font, self._strong = small_font(font), small_font(font, bold=True)
        self.update()

    def boundingRect(self) -> QRectF:
        return self._area

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,
    ) -> None:
        """Draw from the back to the front."""
        theme = self._theme
        if theme is None:
            return
        painter.setFont(self._font)
        content = self._content
        if content.empty_text:
            painter.setPen(QColor(theme.muted))
            painter.drawText(self._area, Qt.AlignmentFlag.AlignCenter, content.empty_text)
        self._draw_lines(painter, theme)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        self._draw_mark_signs(painter)
        for best in self._content.best:
            draw_best_sign(painter, best, self._area.bottom(), QColor(theme.panel))
        self._draw_dots(painter, theme)
        self._draw_ends(painter, theme)
        self._draw_notes(painter, theme)
        self._draw_mark_texts(painter, theme)
        if content.readout is not None and content.crosshair is not None:
            below = self._area.adjusted(0, 23 * len(content.mark_texts), 0, 0)
            panel = ReadoutPanel(painter, theme, self._font)
            panel.draw(content.readout, below, content.crosshair)

    def _draw_lines(self, painter: QPainter, theme: Theme) -> None:
        """Upright hairlines: end of the plan, edits, crosshair."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        top, bottom = self._area.top(), self._area.bottom()
        if self._content.end_of_plan is not None:
            painter.setPen(hairline(mixed(theme.muted, theme.panel, 0.45)))
            painter.drawLine(
                QLineF(self._content.end_of_plan, top, self._content.end_of_plan, bottom)
            )
        if self._content.chosen is not None:
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.drawLine(QLineF(self._content.chosen, top, self._content.chosen, bottom))
        for mark in self._content.marks:
            pen = hairline(faded(mark.colour.name(), 130))
            painter.setPen(pen)
            painter.drawLine(QLineF(mark.x, top + 10, mark.x, bottom))
        if self._content.crosshair is not None:
            painter.setPen(hairline(theme.muted))
            painter.drawLine(QLineF(self._content.crosshair, top, self._content.crosshair, bottom))

    def _draw_mark_signs(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        for mark in self._content.marks:
            y = self._area.top() + 2 + 8 * mark.row
            sign = QPainterPath(QPointF(mark.x - 4.5, y))
            sign.lineTo(mark.x + 4.5, y)
            sign.lineTo(mark.x, y + 7)
            sign.closeSubpath()
            painter.setBrush(mark.colour)
            painter.drawPath(sign)

    def _draw_dots(self, painter: QPainter, theme: Theme) -> None:
        if self._content.crosshair is None:
            return
        painter.setPen(QPen(QColor(theme.panel), 1.2))
        for y, colour in self._content.dots:
            painter.setBrush(colour)
            painter.drawEllipse(QPointF(self._content.crosshair, y), 3.4, 3.4)
        painter.setBrush(QColor(theme.panel))
        for y, colour in self._content.rings:
            painter.setPen(QPen(colour, 2))
            painter.drawEllipse(QPointF(self._content.crosshair, y), 4.2, 4.2)

    def _draw_mark_texts(self, painter: QPainter, theme: Theme) -> None:
        metrics = QFontMetricsF(self._font)
        for row, (x, text) in enumerate(self._content.mark_texts):
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, self._area.width() - 24)
            width = metrics.horizontalAdvance(shown) + 14
            left = min(max(x - width / 2, self._area.left() + 2), self._area.right() - width - 2)
            pill = QRectF(left, self._area.top() + 14 + row * 23, width, 20)
            _draw_pill(painter, pill, QColor(theme.panel), QColor(theme.line))
            painter.setPen(QColor(theme.text))
            painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, shown)

    def _draw_ends(self, painter: QPainter, theme: Theme) -> None:
        """Symbols first, then their values beside them, moved apart where they would collide."""
        ground = QColor(theme.panel)
        for end in sorted(self._content.ends, key=lambda end: end.first):
            radius = 3.0 if end.ghost else 3.8
            draw_sign(painter, end.sign, QPointF(end.x, end.y), radius, ground)
        low, high = self._area.top() + ROW / 2 + 2, self._area.bottom() - ROW / 2 - 2
        told, places = labelled(self._content.ends, low, high)
        for end, y in zip(told, places, strict=True):
            self._draw_end_text(painter, theme, end, y)

    def _draw_end_text(self, painter: QPainter, theme: Theme, end: LineEnd, y: float) -> None:
        metrics = QFontMetricsF(self._font)
        left = end.x + 9
        if abs(y - end.y) > 2:
            painter.setPen(hairline(mixed(end.sign.colour.name(), theme.panel, 0.5)))
            painter.drawLine(QLineF(end.x + 5, end.y, left, y))
            left += 3
        if end.problem:
            self._draw_problem(painter, theme, end, y)
            return
        width = metrics.horizontalAdvance(end.value)
        painter.setPen(QColor(theme.text))
        painter.drawText(QPointF(left, y + metrics.capHeight() / 2), end.value)
        space = self._area.right() - left - width - 10
        if end.name and space > 24:
            name = metrics.elidedText(end.name, Qt.TextElideMode.ElideRight, space)
            painter.setPen(QColor(theme.muted))
            painter.drawText(QPointF(left + width + 7, y + metrics.capHeight() / 2), name)

    def _draw_problem(self, painter: QPainter, theme: Theme, end: LineEnd, y: float) -> None:
        """A badge at the curve's end, to its left where the right has no room."""
        metrics = QFontMetricsF(self._strong)
        text = metrics.elidedText(
            end.problem, Qt.TextElideMode.ElideRight, min(320.0, self._area.width() - 40)
        )
        width = metrics.horizontalAdvance(text) + 16
        left = end.x + 10
        if left + width > self._area.right() - 2:
            left = max(self._area.left() + 2, min(end.x - 10, self._area.right() - 2) - width)
        badge = QRectF(left, y - 10, width, 20)
        _draw_pill(painter, badge, mixed(theme.problem, theme.panel, 0.12), QColor(theme.problem))
        painter.setFont(self._strong)
        painter.setPen(QColor(theme.problem))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)
        painter.setFont(self._font)

    def _draw_notes(self, painter: QPainter, theme: Theme) -> None:
        """Small print in the upper right corner."""
        metrics = QFontMetricsF(self._font)
        lines = [(text, theme.problem) for text in self._content.problems]
        lines += [(text, theme.muted) for text in self._content.notes]
        for row, (text, ink) in enumerate(lines):
            width = metrics.horizontalAdvance(text)
            place = QRectF(
                self._area.right() - width - 10, self._area.top() + 2 + row * 17, width + 8, 16
            )
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(faded(theme.panel, 215))
            painter.drawRoundedRect(place, 4, 4)
            painter.setPen(QColor(ink))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)


def labelled(ends: Sequence[LineEnd], low: float, high: float) -> tuple[list[LineEnd], list[float]]:
    """The ends that get a label, the highest first, and where: all, or as many as fit.

    Where all would push each other far away, only training ends are labelled; where these still
    would, only those that have room at their own height: the first ones and problems before others.
    """
    told = sorted(
        (end for end in ends if not end.ghost and (end.value or end.problem)),
        key=lambda end: end.y,
    )
    for chosen in (told, [end for end in told if end.problem or end.first or not end.sign.hollow]):
        places = spread([end.y for end in chosen], ROW, low, high)
        shifts = (abs(end.y - y) for end, y in zip(chosen, places, strict=True))
        if max(shifts, default=0.0) <= MOST_SHIFT and (len(chosen) - 1) * ROW <= high - low:
            return chosen, places
    kept: list[LineEnd] = []
    for end in sorted(chosen, key=lambda end: (not end.first, not end.problem, end.sign.hollow)):
        if all(abs(end.y - other.y) >= ROW for other in kept):
            kept.append(end)
    kept.sort(key=lambda end: end.y)
    return kept, spread([end.y for end in kept], ROW, low, high)


def draw_best_sign(painter: QPainter, best: BestPlace, bottom: float, ground: QColor) -> None:
    """A small arrow at the lowest point, from below; from above where there is no room."""
    down = -1.0 if best.y + 14 > bottom else 1.0
    tip = QPointF(best.x, best.y + 3 * down)
    arrow = QPainterPath(QPointF(best.x, best.y + 13 * down))
    arrow.lineTo(tip)
    arrow.moveTo(best.x - 3.5, best.y + 7 * down)
    arrow.lineTo(tip)
    arrow.lineTo(best.x + 3.5, best.y + 7 * down)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for ink, width in ((ground, 4.0), (best.colour, 1.6)):
        pen = QPen(ink, width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPath(arrow)


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places near the wanted ones (ascending), at least `gap` apart, between low and high.

    Neighbours that are too close share the displacement; where there is no room for all at this
    gap, they stand closer.
    """
    if not wanted:
        return []
    if len(wanted) > 1:
        gap = min(gap, (high - low) / (len(wanted) - 1))
    groups: list[tuple[float, int]] = []  # where a group starts, and how many it has
    for place in wanted:
        start, count = place, 1
        while groups and groups[-1][0] + groups[-1][1] * gap > start:
            before, more = groups.pop()
            start = (before * more + (start - more * gap) * count) / (more + count)
            count += more
        groups.append((min(max(start, low), high - (count - 1) * gap), count))
    places = [start + i * gap for start, count in groups for i in range(count)]
    for i in range(1, len(places)):
        places[i] = max(places[i], places[i - 1] + gap)
    overhang = places[-1] - high
    if overhang > 0:
        for i in range(len(places) - 1, -1, -1):
            limit = high if i == len(places) - 1 else places[i + 1] - gap
            places[i] = min(places[i], limit)
    return places


def _draw_pill(painter: QPainter, place: QRectF, fill: QColor, edge: QColor) -> None:
    painter.setPen(hairline(edge))
    painter.setBrush(fill)
    painter.drawRoundedRect(place, 5, 5)
