"""A line of text that is reported when a person is done with it."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from gui.widgets.problem_mark import mark_problem
from gui.widgets.undo_keys import UndoKeys


class TextField(QLineEdit):
    """Shows a text and reports another one at Enter or on leaving; Escape brings back the old."""

    edited = Signal(str)
    problem_changed = Signal(str)
    """What is wrong with the text, to stand beside the field; empty when nothing is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = ""
        self._problem = ""
        self.setProperty("problem", False)
        self.setAcceptDrops(False)  # a file that is dropped is meant for the window
        self.textEdited.connect(self._on_text_edited)
        UndoKeys(self)

    @property
    def problem(self) -> str:
        """What is wrong with the text; empty if nothing is."""
        return self._problem

    def value(self) -> str:
        """The text last shown, never a half-typed one."""
        return self._value

    def set_value(self, text: str) -> None:
        """Show this text without reporting it."""
        if text != self._value:  # the same value must not disturb someone who is typing
            self._value = text
            self.restore()

    def restore(self) -> None:
        """Show the value again in place of what was typed."""
        self.setText(self._value)
        self.setCursorPosition(0)
        self.set_problem("")

    def set_problem(self, problem: str) -> None:
        """Mark the field; the words stand beside it."""
        if problem != self._problem:
            self._problem = problem
            mark_problem(self, problem)
            self.problem_changed.emit(problem)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text() != self._value:
            self.restore()
            return
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._commit()
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:  # its own context menu
            self._commit()

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        self.set_problem("")  # typing is not wrong yet

    def _commit(self) -> None:
        if self.text() != self._value and not self._problem:
            self.edited.emit(self.text())
