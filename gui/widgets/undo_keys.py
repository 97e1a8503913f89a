"""Undo and redo keys in a field: its own while something is typed, the document's otherwise."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit


class UndoKeys(QObject):
    """Lets these keys pass through a field in which nothing was typed; Qt's would keep them."""

    def __init__(self, field: QAbstractSpinBox | QLineEdit) -> None:
        super().__init__(field)
        self._line = field.lineEdit() if isinstance(field, QAbstractSpinBox) else field
        field.installEventFilter(self)  # a spin box hands keys on without asking filters again

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            keys = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
            if not self._line.isModified() and any(event.matches(key) for key in keys):
                event.ignore()
                return True
        return super().eventFilter(watched, event)
