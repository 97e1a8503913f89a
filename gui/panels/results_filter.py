"""The field above a table that says which of its rows to show."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from gui.icons import Icons
from gui.widgets.undo_keys import UndoKeys

NARROWEST, WIDEST = 88, 360


class ResultsFilter(QLineEdit):
    """Reports the words as they are typed.

    Escape clears them; Down and Enter leave for the rows.
    """

    changed = Signal(str)
    left = Signal()

    def __init__(self, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(self.tr("Filter"))
        self.setAccessibleName(self.tr("Filter the rows"))
        self.setToolTip(
            self.tr("Show only rows whose texts contain every word, in any order and column")
        )
        self.setMinimumWidth(NARROWEST)
        self.setMaximumWidth(WIDEST)
        self.setAcceptDrops(False)  # a file that is dropped is meant for the window
        self.setClearButtonEnabled(True)
        sign = QAction(self)
        icons.bind(sign, "search", "muted")
        self.addAction(sign, QLineEdit.ActionPosition.LeadingPosition)
        self.textChanged.connect(self.changed)
        UndoKeys(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Escape if self.text():
                self.clear()
            case Qt.Key.Key_Down | Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.left.emit()
            case _:
                super().keyPressEvent(event)
