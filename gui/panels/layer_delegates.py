"""The cells of the layer stack: how each is drawn, what a click does, and its editor."""

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QSpinBox,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from engine.layer_specs import Dropout
from gui.icons import Icons
from gui.models.layer_kinds import size_title
from gui.models.layer_rows import Column, LayerRow
from gui.models.layer_table import LayerTable
from gui.models.layer_text import activation_text
from gui.panels.layer_cells import CELL_PADDING, control_rect, paint_cell
from gui.panels.layer_painting import row_metrics
from gui.theme import ThemeSource
from gui.widgets.fraction_spin_box import FractionSpinBox
from gui.widgets.learning_rate_spin_box import LearningRateSpinBox
from gui.widgets.rate_text import MAXIMUM
from gui.widgets.undo_keys import UndoKeys

MAX_UNITS = 65_536  # as in layer_specs.Units; the engine refuses more

Index = QModelIndex | QPersistentModelIndex


class LayerDelegate(QStyledItemDelegate):
    """Draws the upper line of a row cell by cell, and makes the editors."""

    check_clicked = Signal(int)
    """The check box in this row was clicked."""
    rate_edited = Signal(int, float)
    """A person committed another learning rate in this row."""
    focus_moved = Signal()
    """The keyboard went into an editor or left it."""
    problem_changed = Signal()
    """A rate was typed that is none, or one that was is mended."""

    def __init__(self, themes: ThemeSource, icons: Icons, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._themes = themes
        self._icons = icons

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, row_metrics(option.font).height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        paint_cell(painter, option, index, self._themes.theme, self._icons)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        row: LayerRow = index.data(LayerTable.RowRole)
        match Column(index.column()):
            case Column.RATE:
                return self._make_rate_field(parent, row)
            case Column.UNITS if isinstance(row.layer, Dropout):
                return self._set_up_number(FractionSpinBox(parent), row)
            case Column.UNITS:
                field = QSpinBox(parent)
                field.setRange(1, MAX_UNITS)
                return self._set_up_number(field, row)
            case _:
                return self._make_activation_field(parent, index, row)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        row: LayerRow = index.data(LayerTable.RowRole)
        if isinstance(editor, LearningRateSpinBox):
            self._show_rate(editor, row, index.data(Qt.ItemDataRole.ToolTipRole))
        elif isinstance(editor, QSpinBox | FractionSpinBox):
            editor.setValue(index.data(Qt.ItemDataRole.EditRole))
        elif isinstance(editor, QComboBox):
            editor.setCurrentIndex(editor.findData(index.data(Qt.ItemDataRole.EditRole)))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, LearningRateSpinBox):
            if editor.value() != index.data(Qt.ItemDataRole.EditRole):
                self.rate_edited.emit(index.row(), editor.value())
        elif isinstance(editor, QSpinBox):
            model.setData(index, editor.value())
        elif isinstance(editor, FractionSpinBox):
            if editor.text() != editor.textFromValue(index.data(Qt.ItemDataRole.EditRole)):
                model.setData(index, editor.value())
        elif isinstance(editor, QComboBox):
            model.setData(index, editor.currentData())

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        row: LayerRow = index.data(LayerTable.RowRole)
        shows = not isinstance(editor, LearningRateSpinBox) or row.learning_rate <= MAXIMUM
        place = control_rect(option).adjusted(CELL_PADDING // 2, 0, 0, 0)
        editor.setGeometry(place if shows else QRect())  # more than it can show: see paint_cell

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        if index.column() != Column.TRAINS or not isinstance(event, QMouseEvent):
            return False
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        inside = control_rect(option).contains(event.position().toPoint())
        if inside and event.type() == QEvent.Type.MouseButtonRelease:
            self.check_clicked.emit(index.row())
        return inside

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            self.focus_moved.emit()
        if isinstance(watched, QSpinBox) and _is_escape(event):
            watched.setValue(watched.value())  # else it reads what was typed when it is gone
        if isinstance(watched, FractionSpinBox) and _is_escape(event):
            watched.setValue(watched.value())
        if isinstance(watched, LearningRateSpinBox):
            return False  # always open, and it knows its keys: nothing to commit or close
        return super().eventFilter(watched, event)

    @Slot()
    def _on_editor_changed(self) -> None:
        editor = self.sender()
        if isinstance(editor, QWidget) and _is_open(editor):
            self.commitData.emit(editor)

    @Slot()
    def _on_activation_chosen(self) -> None:
        editor = self.sender()
        if isinstance(editor, QWidget) and _is_open(editor):
            self.commitData.emit(editor)
            self.closeEditor.emit(editor)

    def _make_rate_field(self, parent: QWidget, row: LayerRow) -> QWidget:
        field = LearningRateSpinBox(parent)
        field.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # Tab goes the grid's way
        field.setAccessibleName(self.tr("Learning rate of {layer}").format(layer=row.id))
        UndoKeys(field)
        field.edited.connect(self._on_editor_changed)
        field.problem_changed.connect(self.problem_changed)
        return field

    def _show_rate(self, field: LearningRateSpinBox, row: LayerRow, tip: str) -> None:
        field.set_value(min(row.learning_rate, MAXIMUM))
        field.setEnabled(row.trainable)
        if not row.trainable:
            field.restore()  # nobody could mend there what was typed
        if not field.problem:
            field.setToolTip(tip)

    def _set_up_number(self, field: QSpinBox | FractionSpinBox, row: LayerRow) -> QWidget:
        field.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        field.setAlignment(Qt.AlignmentFlag.AlignRight)
        field.setKeyboardTracking(False)
        name = self.tr("{number} of {layer}").format(number=size_title(row.layer), layer=row.id)
        field.setAccessibleName(name[:1].upper() + name[1:])
        field.valueChanged.connect(self._on_editor_changed)
        return field

    def _make_activation_field(self, parent: QWidget, index: Index, row: LayerRow) -> QWidget:
        field = QComboBox(parent)
        for activation in index.data(LayerTable.ChoicesRole):
            field.addItem(activation_text(activation), activation)
        field.setAccessibleName(self.tr("Activation of {layer}").format(layer=row.id))
        field.activated.connect(self._on_activation_chosen)
        QTimer.singleShot(0, field, field.showPopup)
        return field


def _is_open(editor: QWidget) -> bool:
    """Whether the view still knows this editor: its row may have gone while it was being left."""
    viewport = editor.parentWidget()
    view = viewport.parentWidget() if viewport is not None else None
    if not isinstance(view, QAbstractItemView):
        return False
    return view.indexWidget(view.indexAt(editor.geometry().center())) is editor


def _is_escape(event: QEvent) -> bool:
    if not isinstance(event, QKeyEvent):
        return False
    return event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape
