"""The key to the histograms, and the words on whether their edges have stayed the same."""

from collections.abc import Callable

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.plots.histogram_captions import line_words
from gui.plots.histogram_look import HistogramLook
from gui.plots.histogram_view import LEFT, RIGHT
from gui.theme import ThemeSource
from gui.widgets.painted_widget import PaintedWidget

FOOTER = 24  # pixels
SWATCH, BESIDE, BETWEEN = 12.0, 5.0, 14.0  # pixels: a swatch, from it to its word, to the next

Draw = Callable[[QPainter, QRectF, HistogramLook], None]


class HistogramFooter(PaintedWidget):
    """The key to the drawing, and whether the edges have stayed the same."""

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(themes, parent)
        self._variant_index, self._note, self._kind, self._with_lines = 0, "", "weights", False
        self._look = HistogramLook(themes.theme, 0, self.font(), log=False)
        self.setFixedHeight(FOOTER)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_colour(self, variant_index: int) -> None:
        """Show this variant's colour."""
        self._variant_index = variant_index
        self._on_looks_changed()

    def set_kind(self, kind: str, with_lines: bool) -> None:
        """Explain this kind's histograms, and the lines of their past if there are any."""
        if (kind, with_lines) != (self._kind, self._with_lines):
            self._kind, self._with_lines = kind, with_lines
            self.updateGeometry()
            self.update()

    def set_note(self, text: str) -> None:
        """Show this at the right, as far as there is room; the tip has it always."""
        if text != self._note:
            self._note = text
            self.setAccessibleName(text)
            self.setToolTip(text)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        width = 12.0 + sum(self._width(words) for _, words in self._entries())
        return QSize(round(width + self._look.metrics.horizontalAdvance(self._note)) + 24, FOOTER)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, FOOTER)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), self._look
        painter.fillRect(self.rect(), look.panel)
        painter.setFont(look.font)
        left, middle = 12.0, self.height() / 2
        for draw, words in self._entries():
            if left + self._width(words) - BETWEEN > self.width():
                return
            draw(painter, QRectF(left, middle - 5, SWATCH, 10), look)
            painter.setPen(look.muted)
            painter.drawText(
                QRectF(left + SWATCH + BESIDE, 0, self.width(), self.height()), LEFT, words
            )
            left += self._width(words)
        note = QRectF(left, 0, self.width() - left - 12, self.height())
        if look.metrics.horizontalAdvance(self._note) <= note.width():
            painter.drawText(note, RIGHT, self._note)

    def _on_looks_changed(self) -> None:
        theme = self._themes.theme
        self._look = HistogramLook(theme, self._variant_index, self.font(), log=False)
        self.update()

    def _width(self, words: str) -> float:
        return SWATCH + BESIDE + self._look.metrics.horizontalAdvance(words) + BETWEEN

    def _entries(self) -> list[tuple[Draw, str]]:
        """The most needed first: what does not fit is left out."""
        entries: list[tuple[Draw, str]] = []
        if self._kind == "weights":
            entries.append((_draw_now, self.tr("now")))
            entries.append((_draw_start, self.tr("at the start")))
        else:
            entries.append((_draw_now, self.tr("this step")))
        entries.append((_draw_flake, self.tr("frozen")))
        if self._with_lines:
            lines: tuple[Draw, ...] = (_draw_line, _draw_second_line)
            entries += zip(lines, line_words(self._kind), strict=False)
        return entries


def _draw_now(painter: QPainter, swatch: QRectF, look: HistogramLook) -> None:
    painter.fillRect(swatch, look.now_fill)


def _draw_start(painter: QPainter, swatch: QRectF, look: HistogramLook) -> None:
    painter.setPen(look.start_line)
    painter.setBrush(look.start_fill)
    painter.drawRect(swatch.adjusted(0.5, 0.5, -0.5, -0.5))


def _draw_flake(painter: QPainter, swatch: QRectF, look: HistogramLook) -> None:
    look.draw_flake(painter, swatch.center())


def _draw_line(painter: QPainter, swatch: QRectF, look: HistogramLook) -> None:
    painter.setPen(look.number_line)
    _draw_across(painter, swatch)


def _draw_second_line(painter: QPainter, swatch: QRectF, look: HistogramLook) -> None:
    painter.setPen(look.second_line)
    _draw_across(painter, swatch)


def _draw_across(painter: QPainter, swatch: QRectF) -> None:
    y = swatch.center().y()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawLine(QLineF(swatch.left(), y, swatch.right(), y))
