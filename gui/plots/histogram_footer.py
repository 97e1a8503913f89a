"""The key to the histograms, and the words on whether their edges have stayed the same."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from gui.plots.histogram_look import HistogramLook
from gui.plots.histogram_view import ELIDED, LEFT, RIGHT
from gui.theme import ThemeSource

FOOTER = 24  # pixels


class HistogramFooter(QWidget):
    """The key to the drawing, and whether the edges have stayed the same."""

    def __init__(self, themes: ThemeSource, parent: QWidget) -> None:
        super().__init__(parent)
        self._themes = themes
        self._variant_index, self._note = 0, ""
        self.setFixedHeight(FOOTER)
        themes.changed.connect(self.update)

    def set_colour(self, variant_index: int) -> None:
        """Show this variant's colour."""
        self._variant_index = variant_index
        self.update()

    def set_note(self, text: str) -> None:
        """Show this at the right."""
        if text != self._note:
            self._note = text
            self.setAccessibleName(text)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        look = HistogramLook(self._themes.theme, self._variant_index, self.font(), log=False)
        painter.fillRect(self.rect(), look.panel)
        painter.setFont(look.font)
        left, middle = 12.0, self.height() / 2
        for kind, text in enumerate((self.tr("now"), self.tr("at the start"), self.tr("frozen"))):
            swatch = QRectF(left, middle - 5, 11, 10)
            if kind == 0:
                painter.fillRect(swatch, look.now_fill)
            elif kind == 1:
                painter.setPen(look.start_line)
                painter.setBrush(look.start_fill)
                painter.drawRect(swatch.adjusted(0.5, 0.5, -0.5, -0.5))
            else:
                look.draw_flake(painter, swatch.center())
            painter.setPen(look.muted)
            place = QRectF(left + 16, 0, self.width(), self.height())
            painter.drawText(place, LEFT, text)
            left += 32 + look.metrics.horizontalAdvance(text)
        note = QRectF(left, 0, self.width() - left - 12, self.height())
        painter.drawText(note, RIGHT, look.metrics.elidedText(self._note, ELIDED, note.width()))
