"""Undo and redo keys in a field: its own while something is typed, the document's otherwise."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit


class UndoKeys(QObject):
    """An event filter for a line edit, which would keep these keys even with nothing to undo."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            keys = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
            untouched = isinstance(watched, QLineEdit) and not watched.isModified()
            if untouched and any(event.matches(key) for key in keys):
                event.ignore()
                return True
        return super().eventFilter(watched, event)
