"""A flat panel with a small title, a line of muted detail, and room for buttons at its right."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gui.theme import ThemeSource
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.fonts import title_font


class TitledPanel(QFrame):
    """Holds one widget under a title."""

    def __init__(
        self, themes: ThemeSource, title: str, content: QWidget, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("panel", True)
        self.setAccessibleName(title)
        self._themes = themes
        # a long name must not make the window wide, and "L…" says nothing
        self._title = ElidedLabel(title, whole_word=True)
        self._title.setFont(title_font(self._title.font()))
        self._header = QHBoxLayout()
        self._header.setContentsMargins(12, 8, 8, 0)
        self._header.addWidget(self._title, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(4)
        column.addLayout(self._header)
        column.addWidget(content, 1)
        self._content, self._column = content, column
        self._on_theme_changed()
        themes.changed.connect(self._on_theme_changed)

    def set_title(self, title: str) -> None:
        """Change the title."""
        self._title.set_text(title)

    def set_content(self, content: QWidget) -> None:
        """Hold this widget instead; the one before is gone."""
        self._column.replaceWidget(self._content, content)
        self._content.deleteLater()
        self._content = content

    def add_to_header(self, widget: QWidget) -> None:
        """Put a control at the right end of the title's line."""
        self._header.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)

    @Slot()
    def _on_theme_changed(self) -> None:
        palette = self._title.palette()
        palette.setColor(QPalette.ColorRole.WindowText, self._themes.theme.muted)
        self._title.setPalette(palette)
