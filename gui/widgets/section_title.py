"""The small, semibold, muted title above a group of controls."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QWidget

from gui.theme import ThemeSource
from gui.widgets.fonts import title_font


class SectionTitle(QLabel):
    """A title that can carry the focus to a control (`setBuddy`), muted in either theme."""

    def __init__(self, themes: ThemeSource, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._themes = themes
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(title_font(self.font()))
        self.setForegroundRole(QPalette.ColorRole.WindowText)  # in a tool bar it would be another
        self._on_theme_changed()
        themes.changed.connect(self._on_theme_changed)

    @Slot()
    def _on_theme_changed(self) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, self._themes.theme.muted)
        self.setPalette(palette)
