"""Horizontal bars that compare lengths of one gradient, with their numbers beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import ThemeSource
from gui.widgets.fonts import number_font, scaled_font

BarInk = Literal["muted", "accent", "frozen_ink", "trainable_ink"]
SMALL = 0.92
GAP = 12  # pixels between words, bar and number
ROOM = 6  # above and below a line of text
LEAST_BAR = 48
SLIVER = 2.0
"""Pixels of a bar that is longer than nothing: it must not look empty."""


@dataclass(frozen=True)
class Bar:
    """One bar: its words, its length (None: there is no number), the number in words, its ink."""

    label: str
    length: float | None
    text: str
    ink: BarInk = "muted"


class GradientBars(QWidget):
    """Bars on one scale from 0. Without a number there is a dotted line, which is not a 0."""

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._themes = themes
        self._bars: tuple[Bar, ...] = ()
        self.setFont(number_font(scaled_font(self.font(), SMALL)))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        themes.changed.connect(self.update)

    @property
    def bars(self) -> tuple[Bar, ...]:
        """What is shown, from top to bottom."""
        return self._bars

    def set_bars(self, bars: Sequence[Bar]) -> None:
        """Show these bars."""
        if tuple(bars) == self._bars:
            return
        self._bars = tuple(bars)
        self.setAccessibleDescription(", ".join(f"{bar.label}: {bar.text}" for bar in bars))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        height = self._row_height() * max(1, len(self._bars))
        return QSize(LEAST_BAR * 4 + 2 * self._widest_label(), height)

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_BAR * 4, self.sizeHint().height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        metrics, row = self.fontMetrics(), self._row_height()
        words = min(self._widest_label(), self.width() * 2 // 5)
        measured = [bar.text for bar in self._bars if bar.length is not None]
        numbers = max((metrics.horizontalAdvance(text) for text in measured), default=0)
        left = words + GAP
        room = max(1, self.width() - left - GAP - numbers)
        longest = max((bar.length or 0.0 for bar in self._bars), default=0.0)
        for place, bar in enumerate(self._bars):
            area = QRectF(left, place * row, room, row)
            self._draw_words(painter, bar, QRectF(0, place * row, words, row), metrics)
            end = self._draw_bar(painter, bar, area, longest)
            self._draw_number(painter, bar, end, area)

    def _draw_words(self, painter: QPainter, bar: Bar, area: QRectF, metrics: QFontMetrics) -> None:
        theme = self._themes.theme
        painter.setPen(QColor(theme.text if bar.length is not None else theme.muted))
        label = metrics.elidedText(bar.label, Qt.TextElideMode.ElideMiddle, int(area.width()))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, label)

    def _draw_bar(self, painter: QPainter, bar: Bar, area: QRectF, longest: float) -> float:
        """Draw it and say where it ends."""
        theme = self._themes.theme
        middle = area.center().y()
        if bar.length is None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.control))
            for step in range(4):  # dots: nothing was measured or nothing is there
                painter.drawEllipse(QPointF(area.left() + 2 + 6 * step, middle), 1.2, 1.2)
            return area.left() + 20
        share = bar.length / longest if longest > 0 else 0.0
        width = max(SLIVER, share * area.width()) if bar.length > 0 else 0.0
        height = area.height() - 10
        shape = QRectF(area.left(), middle - height / 2, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(theme, bar.ink)))
        painter.drawRoundedRect(shape, min(3.0, width / 2), min(3.0, width / 2))
        painter.fillRect(
            QRectF(area.left() - 1, area.top() + 3, 1, area.height() - 6), theme.control
        )
        return shape.right()

    def _draw_number(self, painter: QPainter, bar: Bar, end: float, area: QRectF) -> None:
        theme = self._themes.theme
        painter.setPen(QColor(theme.text if bar.length is not None else theme.muted))
        place = QRectF(end + 8, area.top(), self.width() - end - 8, area.height())
        text = self.fontMetrics().elidedText(
            bar.text, Qt.TextElideMode.ElideRight, int(place.width())
        )
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def _row_height(self) -> int:
        return self.fontMetrics().height() + ROOM

    def _widest_label(self) -> int:
        metrics = self.fontMetrics()
        return max((metrics.horizontalAdvance(bar.label) for bar in self._bars), default=0) + 2
