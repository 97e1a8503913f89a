"""One of a few words, all of them in sight: a row of joined buttons."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import ThemeSource
from gui.widgets.fonts import scaled_font
from gui.widgets.painted_widget import PaintedWidget

PADDING, LEAST_PADDING = 10, 4  # pixels beside a word
HEIGHT = 24
RADIUS = 5.0
SMALL = 0.92  # of the window's type


@dataclass(frozen=True)
class Segment:
    """One choice: its key, the word shown, and a sentence about it."""

    key: str
    text: str
    tip: str = ""


class SegmentedChoice(PaintedWidget):
    """Shows which of its segments is chosen, and reports another one that a person wants."""

    chosen = Signal(str)

    def __init__(
        self,
        themes: ThemeSource,
        name: str,
        segments: Sequence[Segment],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(themes, parent)
        self._segments: tuple[Segment, ...] = ()
        self._value = ""
        self._hovered = -1
        self.setFont(scaled_font(self.font(), SMALL))
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.set_segments(segments)

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The choices, from left to right."""
        return self._segments

    def value(self) -> str:
        """The key of the segment that is shown as chosen."""
        return self._value

    def set_segments(self, segments: Sequence[Segment]) -> None:
        """Offer these; the first is chosen if what was chosen is not among them."""
        if tuple(segments) == self._segments:
            return
        self._segments = tuple(segments)
        keys = [segment.key for segment in segments]
        self.set_value(self._value if self._value in keys else keys[0] if keys else "")
        self.updateGeometry()
        self.update()

    def set_value(self, key: str) -> None:
        """Show this one as chosen; reports nothing."""
        self._value = key
        shown = next((s for s in self._segments if s.key == key), None)
        self.setAccessibleDescription(shown.text if shown is not None else "")
        self.update()

    def place_of(self, key: str) -> QRectF:
        """Where a segment stands."""
        keys = [segment.key for segment in self._segments]
        return self._places()[keys.index(key)]

    def tip_at(self, point: QPointF) -> str:
        """The sentence about the segment under the mouse."""
        index = self._index_at(point)
        return self._segments[index].tip if index >= 0 else ""

    def sizeHint(self) -> QSize:
        return QSize(self._width(PADDING), max(HEIGHT, self.fontMetrics().height() + 8))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._width(LEAST_PADDING), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._themes.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.hover))
        painter.drawRoundedRect(outline, RADIUS, RADIUS)
        for index, (segment, place) in enumerate(zip(self._segments, self._places(), strict=True)):
            self._draw_segment(painter, index, segment, place)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(outline.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._index_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and index >= 0:
            self._ask(index)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._set_hovered(self._index_at(event.position()))

    def enterEvent(self, event: QEnterEvent) -> None:
        self._set_hovered(self._index_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._set_hovered(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from one to the next, Home and End to the outer ones."""
        last = len(self._segments) - 1
        index = next((i for i, s in enumerate(self._segments) if s.key == self._value), 0)
        wanted = {
            Qt.Key.Key_Left: index - 1,
            Qt.Key.Key_Up: index - 1,
            Qt.Key.Key_Right: index + 1,
            Qt.Key.Key_Down: index + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }.get(Qt.Key(event.key()))
        if wanted is None:
            super().keyPressEvent(event)
        elif 0 <= wanted <= last:
            self._ask(wanted)

    def _draw_segment(self, painter: QPainter, index: int, segment: Segment, place: QRectF) -> None:
        theme = self._themes.theme
        is_chosen = segment.key == self._value
        inside = place.adjusted(1.5, 1.5, -1.5, -1.5)
        if is_chosen:
            painter.setPen(QPen(QColor(theme.control), 1))
            painter.setBrush(QColor(theme.panel))
            painter.drawRoundedRect(inside, RADIUS - 1, RADIUS - 1)
        elif index == self._hovered and self.isEnabled():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.pressed))
            painter.drawRoundedRect(inside, RADIUS - 1, RADIUS - 1)
        ink = theme.text if is_chosen else theme.muted
        painter.setPen(QColor(ink if self.isEnabled() else theme.disabled))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, segment.text)

    def _ask(self, index: int) -> None:
        key = self._segments[index].key
        if key != self._value:
            self.set_value(key)
            self.chosen.emit(key)

    def _set_hovered(self, index: int) -> None:
        if index != self._hovered:
            self._hovered = index
            self.update()

    def _index_at(self, point: QPointF) -> int:
        places = self._places()
        return next((i for i, place in enumerate(places) if place.contains(point)), -1)

    def _words(self) -> list[float]:
        metrics = QFontMetricsF(self.font())
        return [metrics.horizontalAdvance(segment.text) for segment in self._segments]

    def _width(self, padding: int) -> int:
        return round(sum(self._words())) + 2 * padding * len(self._segments) + 2

    def _places(self) -> list[QRectF]:
        """Every segment as wide as its word and an equal share of the rest."""
        words, count = self._words(), max(1, len(self._segments))
        spare = (self.width() - sum(words)) / count
        places, left = [], 0.0
        for word in words:
            places.append(QRectF(left, 0, word + spare, self.height()))
            left += word + spare
        return places
