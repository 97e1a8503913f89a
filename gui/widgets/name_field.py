"""A line edit that lies over a name while it is changed in place."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget


class NameField(QLineEdit):
    """Hidden until opened; Enter or leaving it reports another name, Escape drops it."""

    renamed = Signal(str)

    def __init__(self, longest: int, owner: QWidget) -> None:
        super().__init__(owner)
        self._owner = owner
        self._before = ""
        self._is_open = False
        self.setMaxLength(longest)
        self.setVisible(False)
        self.setAccessibleName(self.tr("New name"))

    @property
    def is_open(self) -> bool:
        """Whether the name is being edited now."""
        return self._is_open

    def open(self, name: str) -> None:
        """Show the field with this name selected, ready to be typed over."""
        self._before = name
        self._is_open = True
        self.setText(name)
        self.show()
        self.selectAll()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._close(report=True)
        elif event.key() == Qt.Key.Key_Escape:
            self._close(report=False)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:  # its own context menu
            self._close(report=True)

    def _close(self, report: bool) -> None:
        if not self._is_open:
            return
        self._is_open = False  # first: handing on the focus leaves the field once more
        if self.hasFocus():
            self._owner.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()
        name = self.text().strip()
        if report and name and name != self._before:
            self.renamed.emit(name)
