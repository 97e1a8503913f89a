"""A label that shortens its text to the room it has and keeps the whole in its tooltip."""

import math

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from gui.widgets.tip_text import plain_tip

FEWEST_CHARACTERS = 4
SPARE = 2  # pixels: letters reach a little past the width that fonts state


class ElidedLabel(QFrame):
    """Plain text on one line, with an ellipsis where it does not fit."""

    def __init__(
        self,
        text: str = "",
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
        *,
        whole_word: bool = False,
    ) -> None:
        """`whole_word`: show nothing rather than less than the first word."""
        super().__init__(parent)
        self._text = ""
        self._mode = mode
        self._whole_word = whole_word
        self.set_text(text)

    @property
    def text(self) -> str:
        """The whole text."""
        return self._text

    @property
    def is_elided(self) -> bool:
        """Whether the text is longer than the room for it."""
        return self._shown_text() != self._text

    def set_text(self, text: str) -> None:
        """Show this text; line breaks become spaces."""
        plain = " ".join(text.splitlines())
        if plain != self._text:
            self._text = plain
            self.setAccessibleName(plain)
            self.updateGeometry()
            self._offer_whole_text()
            self.update()

    def sizeHint(self) -> QSize:
        width = math.ceil(QFontMetricsF(self.font()).horizontalAdvance(self._text))
        return QSize(width + SPARE, self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        if self._whole_word:
            return QSize(0, metrics.height())
        shortest = metrics.averageCharWidth() * FEWEST_CHARACTERS
        return QSize(min(shortest, self.sizeHint().width()), metrics.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._offer_whole_text()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(self.contentsRect(), flags, self._shown_text())

    def _shown_text(self) -> str:
        width = self.contentsRect().width() - SPARE
        shown = self.fontMetrics().elidedText(self._text, self._mode, width)
        first = self._text.partition(" ")[0]
        return "" if self._whole_word and not shown.startswith(first) else shown

    def _offer_whole_text(self) -> None:
        self.setToolTip(plain_tip(self._text) if self.is_elided else "")
