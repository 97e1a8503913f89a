"""A list of everything that can be varied, in groups; typing a few letters finds it."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QStandardItem, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QWidget

from gui.models.sweep_fields import SweepField, field_of
from gui.widgets.fonts import title_font

PATH = Qt.ItemDataRole.UserRole


class SweepFieldChoice(QComboBox):
    """Shows one of the fields and reports another one that a person chooses."""

    chosen = Signal(str)
    """The path of the field."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields: tuple[SweepField, ...] = ()
        self._value = ""
        self.line = QLineEdit()
        self._finder = QCompleter(self)
        self._finder.setFilterMode(Qt.MatchFlag.MatchContains)
        self._finder.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setLineEdit(self.line)
        self.setCompleter(self._finder)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the wheel must not take the focus
        self.setMaxVisibleItems(20)
        self.activated.connect(self._on_activated)

    def value(self) -> str:
        """The path of the field that is shown."""
        return self._value

    def set_fields(self, fields: Sequence[SweepField]) -> None:
        """Offer these."""
        if tuple(fields) == self._fields:
            return
        self._fields = tuple(fields)
        model = QStandardItemModel(self)
        group = ""
        for field in fields:
            if field.group != group:
                group = field.group
                model.appendRow(self._heading(group))
            item = QStandardItem(field.name)
            item.setData(field.path, PATH)
            item.setToolTip(field.tip)
            model.appendRow(item)
        self.setModel(model)
        self._finder.setModel(model)
        self.restore()

    def set_value(self, path: str) -> None:
        """Show this field, by its path; reports nothing."""
        self._value = path
        self.restore()

    def restore(self) -> None:
        """Show the value again in place of what was typed."""
        field = field_of(self._fields, self._value)
        self.setCurrentIndex(self.findData(self._value, PATH))
        self.setEditText(field.name if field else self._value)
        self.line.setCursorPosition(0)
        self.setToolTip(field.tip if field else "")

    def sizeHint(self) -> QSize:
        return QSize(96, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.restore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()  # what is around scrolls instead

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        path = self.itemData(index, PATH)
        self.restore()
        if path and path != self._value:
            self.chosen.emit(path)

    def _heading(self, text: str) -> QStandardItem:
        item = QStandardItem(text)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setFont(title_font(self.font()))
        return item
