"""A small line of text in one of the theme's colours."""

from typing import Literal

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QWidget

from gui.theme import ThemeSource
from gui.widgets.fonts import number_font, scaled_font

Ink = Literal["text", "muted", "accent", "frozen_ink", "trainable_ink"]
SMALL = 0.92


class InkLabel(QLabel):
    """Plain text, a little smaller than its surroundings, with figures of equal width."""

    def __init__(
        self,
        themes: ThemeSource,
        ink: Ink = "muted",
        text: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._themes = themes
        self._ink = ink
        self.setTextFormat(Qt.TextFormat.PlainText)  # the text may quote a file
        self.setFont(number_font(scaled_font(self.font(), SMALL)))
        self._on_theme_changed()
        themes.changed.connect(self._on_theme_changed)

    def set_ink(self, ink: Ink) -> None:
        """Take another of the theme's colours."""
        if ink != self._ink:
            self._ink = ink
            self._on_theme_changed()

    @Slot()
    def _on_theme_changed(self) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, getattr(self._themes.theme, self._ink))
        self.setPalette(palette)
