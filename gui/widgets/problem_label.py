"""One line that says what is wrong and what would be valid, beside the field it belongs to."""

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPalette
from PySide6.QtWidgets import QLabel, QWidget

from gui.theme import ThemeSource
from gui.widgets.fonts import scaled_font

SIGN = "\N{WARNING SIGN}\N{VARIATION SELECTOR-15}"


class ProblemLabel(QLabel):
    """Small text in the problem colour after a sign; not there at all when nothing is wrong."""

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._themes = themes
        self._problem = ""
        self.setTextFormat(Qt.TextFormat.PlainText)  # the text may quote a file
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setWordWrap(True)
        self.setFont(scaled_font(self.font(), 0.92))
        self.setVisible(False)
        self.setForegroundRole(QPalette.ColorRole.WindowText)  # in a tool bar it would be another
        self._on_theme_changed()
        themes.changed.connect(self._on_theme_changed)

    @property
    def problem(self) -> str:
        """The problem shown; empty if none."""
        return self._problem

    @Slot(str)
    def set_problem(self, problem: str) -> None:
        """Show this problem, or vanish if it is empty; screen readers are told of a new one."""
        if problem == self._problem:
            return
        self._problem = problem
        self.setText(f"{SIGN} {problem}" if problem else "")
        self.setAccessibleName(self.tr("Problem: {0}").format(problem) if problem else "")
        self._show_or_vanish()
        if problem:
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ParentChange:
            self._show_or_vanish()

    @Slot()
    def _on_theme_changed(self) -> None:
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.WindowText, self._themes.theme.problem)
        self.setPalette(palette)

    def _show_or_vanish(self) -> None:
        if self.parentWidget() is not None:  # without a parent it would open as a window
            self.setVisible(bool(self._problem))
