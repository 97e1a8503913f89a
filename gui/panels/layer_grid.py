"""The layer stack under the mouse and the keyboard."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QAbstractSpinBox, QApplication, QWidget

from gui.icons import Icons
from gui.models.layer_edits import LayerEdits
from gui.models.layer_kinds import has_box
from gui.models.layer_rows import Column, LayerRow
from gui.models.layer_table import LayerTable
from gui.panels.layer_delegates import LayerDelegate
from gui.panels.layer_view import LayerView
from gui.theme import ThemeSource
from gui.widgets.learning_rate_spin_box import LearningRateSpinBox

STOPS = (Column.UNITS, Column.ACTIVATION, Column.TRAINS, Column.RATE)
"""Where Tab stops in a row."""
FIELDS = (Column.UNITS, Column.RATE)
"""Where typing a digit begins a new value."""

Index = QModelIndex | QPersistentModelIndex
Flag = QItemSelectionModel.SelectionFlag


class LayerGrid(LayerView):
    """What a person does to the rows goes to LayerEdits, for all selected rows at once."""

    current_moved = Signal(QRect)
    """The row where the keyboard went, for whatever scrolls around the table."""
    menu_wanted = Signal(QPoint)
    """A menu for the selected layers was asked for, here on the screen."""
    rate_problem_changed = Signal()
    """Another text than before stands in a rate's field that is no rate."""

    def __init__(
        self,
        table: LayerTable,
        edits: LayerEdits,
        themes: ThemeSource,
        icons: Icons,
        parent: QWidget | None = None,
    ) -> None:
        self._edits = edits
        self._pressed = QPersistentModelIndex()
        super().__init__(table, themes, icons, parent)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self._set_up_dragging()
        self.setItemDelegate(self._make_delegate(themes, icons))
        self._open_fields(0, table.rowCount() - 1)
        self.setAccessibleName(self.tr("Layers, from input to output"))

    def selected_layers(self) -> list[str]:
        """Ids of the selected layers, from input to output; else of the one with the keyboard."""
        return [row.id for row in self.selected_rows()]

    def selected_rows(self) -> list[LayerRow]:
        """What is shown of the selected layers, in the same order."""
        rows = self._selected_rows() or [self.currentIndex().row()]
        return [self._table.rows[row] for row in rows if row >= 0]

    def select_layers(self, layers: Sequence[str]) -> None:
        """Select these layers, and bring the keyboard to the first of them."""
        rows = [self._table.row_of(layer) for layer in layers]
        selection = QItemSelection()
        for row in rows:
            selection.select(self._table.index(row, 0), self._table.index(row, Column.HISTOGRAM))
        self.selectionModel().select(selection, Flag.ClearAndSelect)
        if rows:
            lead = self._table.index(rows[0], Column.LAYER)
            self.selectionModel().setCurrentIndex(lead, Flag.NoUpdate)

    def rate_problem(self) -> str:
        """What is wrong with the rates as they were typed, layer by layer; empty if nothing is."""
        problems = [(row.id, field.problem) for row, field in self._rate_fields() if field.problem]
        return "\n".join(f"{layer}: {problem}" for layer, problem in problems)

    def restore_rates(self) -> None:
        """Show the rates as they are in place of what was typed and is none."""
        for _, field in self._rate_fields():
            if field.problem:
                field.restore()

    @Slot()
    def toggle_selected(self) -> None:
        """Freeze or unfreeze all selected layers: the opposite of the one with the keyboard."""
        boxes = [row for row in self.selected_rows() if has_box(row.layer)]
        rows = [self._table.row_of(row.id) for row in boxes]
        current = self.currentIndex().row()
        if rows:
            self._toggle(rows, current if current in rows else rows[0])

    def rowsInserted(self, parent: Index, start: int, end: int) -> None:
        super().rowsInserted(parent, start, end)
        self._open_fields(start, end)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self.current_moved.emit(self.row_rect(current.row()))

    def selectionCommand(self, index: Index, event: QEvent | None = None) -> Flag:
        """What is done to the box or the rate of a selected row is meant for all selected rows."""
        on_box = (
            isinstance(event, QMouseEvent)
            and not event.modifiers()
            and index.column() == Column.TRAINS
        )
        into_field = event is None  # Qt follows the keyboard into a field that is always open
        if (on_box or into_field) and index.row() in self._selected_rows():
            return Flag.NoUpdate
        return super().selectionCommand(index, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = QPersistentModelIndex(self.indexAt(event.position().toPoint()))
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        left = event.button() == Qt.MouseButton.LeftButton and not event.modifiers()
        if left and self._pressed.isValid() and self._pressed == index:
            self._open_editor(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        key, text = event.key(), event.text()
        if not self.hasFocus():  # what an editor had no use for
            if key == Qt.Key.Key_Escape:
                self.setFocus()
            event.setAccepted(key == Qt.Key.Key_Escape)
        elif key == Qt.Key.Key_Space and index.isValid():
            if has_box(self._table.rows[index.row()].layer):
                self._toggle([index.row()], index.row())
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2}:
            self._open_editor(index)
        elif text and text in "0123456789." and index.column() in FIELDS:
            self._open_editor(index, event)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """A menu for the row under the mouse, or for the one with the keyboard."""
        row = self.currentIndex().row()
        if event.reason() is QContextMenuEvent.Reason.Mouse:
            row = self.rowAt(event.pos().y())
            if row >= 0 and row not in self._selected_rows():
                self.select_layers([self._table.rows[row].id])
        if row >= 0:
            by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
            below = self.viewport().mapToGlobal(self.row_rect(row).bottomLeft())
            self.menu_wanted.emit(event.globalPos() if by_mouse else below)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        stops = self._stops()
        if event.reason() == Qt.FocusReason.TabFocusReason:
            self._enter(stops[0])
        elif event.reason() == Qt.FocusReason.BacktabFocusReason:
            self._enter(stops[-1])
        elif not self._selected_rows():
            self.selectRow(max(0, self.currentIndex().row()))  # show where the keyboard is

    def focusNextPrevChild(self, next: bool) -> bool:
        """Tab goes from field to field through the rows, and then to what follows the table."""
        here = self._place_of_keyboard()
        stops = self._stops() if next else self._stops()[::-1]
        for stop in stops:
            if stop > here if next else stop < here:
                self._enter(stop)
                return True
        self.setFocus(Qt.FocusReason.OtherFocusReason)  # leave from here, not from an editor
        return super().focusNextPrevChild(next)

    @Slot(int)
    def _on_check_clicked(self, row: int) -> None:
        self._toggle(self._rows_with(row), row)

    @Slot(int, float)
    def _on_rate_edited(self, row: int, rate: float) -> None:
        rows = [self._table.rows[each] for each in self._rows_with(row)]
        self._edits.set_learning_rate([each.id for each in rows if each.layer.has_parameters], rate)

    def _set_up_dragging(self) -> None:
        self.setDragDropMode(
            QAbstractItemView.DragDropMode.DragDrop
        )  # the table takes its own only
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDragDropOverwriteMode(False)

    def _make_delegate(self, themes: ThemeSource, icons: Icons) -> LayerDelegate:
        delegate = LayerDelegate(themes, icons, self)
        delegate.check_clicked.connect(self._on_check_clicked)
        delegate.rate_edited.connect(self._on_rate_edited)
        delegate.focus_moved.connect(self.viewport().update)
        delegate.problem_changed.connect(self.rate_problem_changed)
        return delegate

    def _open_fields(self, start: int, end: int) -> None:
        for row in range(start, end + 1):
            if self._table.rows[row].layer.has_parameters:
                self.openPersistentEditor(self._table.index(row, Column.RATE))

    def _rate_fields(self) -> Iterator[tuple[LayerRow, LearningRateSpinBox]]:
        for place, row in enumerate(self._table.rows):
            field = self.indexWidget(self._table.index(place, Column.RATE))
            if isinstance(field, LearningRateSpinBox):
                yield row, field

    def _selected_rows(self) -> list[int]:
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def _rows_with(self, row: int) -> list[int]:
        """The selected rows if this is one of them, else this one alone."""
        rows = self._selected_rows()
        return rows if row in rows else [row]

    def _toggle(self, rows: Sequence[int], lead: int) -> None:
        chosen = [self._table.rows[row] for row in rows]
        layers = [row.id for row in chosen if has_box(row.layer)]
        self._edits.set_trainable(layers, not self._table.rows[lead].trainable)

    def _open_editor(self, index: QModelIndex, typed: QKeyEvent | None = None) -> None:
        """Begin to edit a value, with the key that was typed if one was."""
        editable = index.isValid() and index.flags() & Qt.ItemFlag.ItemIsEditable
        if not editable or index.column() not in STOPS:
            return
        self.edit(index)
        editor = self.indexWidget(index)
        if typed is not None and isinstance(editor, QAbstractSpinBox):
            editor.selectAll()
            QApplication.sendEvent(editor, typed)

    def _stops(self) -> list[tuple[int, int]]:
        """(row, column) of everything that the keyboard can change, in the order of Tab."""
        places = [(row, column) for row in range(self._table.rowCount()) for column in STOPS]
        return [place for place in places if self._is_stop(self._table.index(*place))]

    def _place_of_keyboard(self) -> tuple[int, int]:
        """(row, column); a click into a rate's field leaves the current cell where it was."""
        for row, field in self._rate_fields():
            if field.hasFocus():
                return self._table.row_of(row.id), Column.RATE
        return self.currentIndex().row(), self.currentIndex().column()

    def _is_stop(self, index: QModelIndex) -> bool:
        wanted = Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsUserCheckable
        return bool(index.flags() & wanted)

    def _enter(self, place: tuple[int, int]) -> None:
        """Bring the keyboard to a cell; a learning rate's field takes it at once."""
        index = self._table.index(*place)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        keep = place[0] in self._selected_rows()
        rows = Flag.ClearAndSelect | Flag.Rows
        self.selectionModel().setCurrentIndex(index, Flag.NoUpdate if keep else rows)
        if place[1] == Column.RATE:
            self.edit(index)
