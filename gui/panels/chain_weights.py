"""The picked weights of layer 1 with their gradients, and which weights are picked."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor, QKeySequence, QPainter, QPen
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSpinBox,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.chain_rule_values import ChainRuleCheck
from gui.icons import Icons
from gui.models.chain_tables import WeightTable
from gui.models.chain_weight_text import WeightColumn
from gui.panels.chain_table import ChainTable
from gui.theme import ThemeSource, mixed
from gui.widgets.choice_field import ChoiceField
from gui.widgets.section_title import SectionTitle

PICTURE_WIDTH = 56
INPUT_WIDTH = 152
MOST_WEIGHTS = 64

Index = QModelIndex | QPersistentModelIndex
Pick = tuple[int, int]


class GradientDelegate(QStyledItemDelegate):
    """Draws a weight's gradient from a line in the middle: as it is, and after an alteration."""

    def __init__(self, themes: ThemeSource, table: WeightTable) -> None:
        super().__init__()
        self._themes = themes
        self._table = table

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(PICTURE_WIDTH, super().sizeHint(option, index).height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        weight = self._table.weight(index.row())
        theme, largest = self._themes.theme, self._table.largest
        area = QRectF(option.rect).adjusted(8, 3, -8, -3)
        middle = area.center().x()

        def bar(value: float, height: float) -> QRectF:
            length = value / largest * area.width() / 2 if largest else 0.0
            if value:
                length = max(abs(length), 1.5) * (1 if value > 0 else -1)
            shape = QRectF(middle, area.center().y() - height / 2, length, height)
            return shape.normalized()

        before = QColor(theme.trainable_ink)
        if weight.altered is not None:
            before = QColor(mixed(theme.panel, theme.trainable_ink, 0.38))
        painter.fillRect(bar(weight.gradient, area.height() - 2), before)
        if weight.altered is not None:
            painter.fillRect(bar(weight.altered, area.height() * 0.45), QColor(theme.accent))
        painter.setPen(QPen(QColor(theme.control), 1))
        painter.drawLine(int(middle), int(area.top()), int(middle), int(area.bottom()))


class ChainWeights(QWidget):
    """A row for every picked weight; the current one is the one whose chain is read out."""

    weights_chosen = Signal(object)
    """The weights to show, ((input, unit), …); None: those with the largest gradient."""
    current_chosen = Signal(int, int)
    """A person went to the weight from this input to this unit."""

    def __init__(self, themes: ThemeSource, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._check: ChainRuleCheck | None = None
        self._showing = False
        self._table = WeightTable(self)
        self._view = ChainTable(
            self._table, stretched=WeightColumn.PICTURE, elided=WeightColumn.WEIGHT
        )
        self._title = SectionTitle(themes, self.tr("Picked weights"))
        self._input = ChoiceField()
        self._unit = QSpinBox()
        self._delegate = GradientDelegate(themes, self._table)
        self.add = self._make_action(icons, "add", self.tr("Show this weight"), self._on_add)
        self.remove = self._make_action(
            icons, "remove", self.tr("Leave the selected weight out"), self._on_remove
        )
        self.reset = self._make_action(
            icons, "reset", self.tr("Show those with the largest gradient"), self._on_reset
        )
        self._assemble()
        self._input.chosen.connect(self._on_input_chosen)
        self._view.selectionModel().currentRowChanged.connect(self._on_current_changed)
        themes.changed.connect(self._view.viewport().update)

    @property
    def view(self) -> ChainTable:
        """The table."""
        return self._view

    @property
    def weights(self) -> tuple[Pick, ...]:
        """The weights that are shown, as (input, unit)."""
        weights = self._check.weights if self._check else ()
        return tuple((weight.row, weight.column) for weight in weights)

    @property
    def current(self) -> Pick | None:
        """The weight on the current row."""
        row = self._view.currentIndex().row()
        return self.weights[row] if 0 <= row < len(self.weights) else None

    def set_check(self, check: ChainRuleCheck) -> None:
        """Show the weights of this check; the current row stays on its weight if it is there."""
        current = self.current
        self._check = check
        self._showing = True
        self._table.set_check(check)
        self._input.set_choices(list(enumerate(check.inputs)))
        if self._input.value() is None:
            self._input.set_value(0)
        self._unit.setRange(1, check.units)
        self._unit.setToolTip(
            self.tr("The unit of {layer}, 1 to {units}, that the weight leads to").format(
                layer=check.layer, units=check.units
            )
        )
        row = self.weights.index(current) if current in self.weights else 0
        self._view.selectRow(row)
        self._showing = False
        self.remove.setEnabled(len(check.weights) > 1)
        self.add.setEnabled(len(check.weights) < MOST_WEIGHTS)

    def set_current(self, row: int, column: int) -> None:
        """Go to this weight without reporting it."""
        if (row, column) in self.weights:
            self._showing = True
            self._view.selectRow(self.weights.index((row, column)))
            self._showing = False

    @Slot(object)
    def _on_input_chosen(self, row: object) -> None:
        self._input.set_value(row)

    @Slot()
    def _on_add(self) -> None:
        row, column = self._input.value(), self._unit.value() - 1
        if not isinstance(row, int):
            return
        if (row, column) in self.weights:
            self._view.selectRow(self.weights.index((row, column)))
        else:
            self.weights_chosen.emit((*self.weights, (row, column)))

    @Slot()
    def _on_remove(self) -> None:
        if len(self.weights) > 1:
            self.weights_chosen.emit(tuple(w for w in self.weights if w != self.current))

    @Slot()
    def _on_reset(self) -> None:
        self.weights_chosen.emit(None)

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, current: QModelIndex, previous: QModelIndex) -> None:
        picked = self.current
        if picked is not None and not self._showing:
            self.current_chosen.emit(*picked)

    def _make_action(self, icons: Icons, icon: str, text: str, slot: object) -> QAction:
        action = QAction(text, self)
        icons.bind(action, icon)
        action.triggered.connect(slot)
        return action

    def _make_button(self, action: QAction, text: str) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setText(text)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setAccessibleName(action.text())
        return button

    def _assemble(self) -> None:
        self._view.setAccessibleName(self.tr("Picked weights and their gradients"))
        self._delegate.setParent(self._view)
        self._view.setItemDelegateForColumn(WeightColumn.PICTURE, self._delegate)
        self.remove.setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
        self.remove.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self._view.addAction(self.remove)
        self._input.setFixedWidth(INPUT_WIDTH)
        self._input.setAccessibleName(self.tr("Input of the weight to add"))
        self._unit.setAccessibleName(self.tr("Unit of the weight to add"))
        self._unit.setPrefix(self.tr("unit "))
        self._input.setToolTip(self.tr("The input that the weight comes from"))
        self._unit.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._title)
        row.addStretch(1)
        row.addWidget(self._input)
        row.addWidget(self._unit)
        row.addWidget(self._make_button(self.add, self.tr("Add")))
        row.addWidget(self._make_button(self.remove, self.tr("Remove")))
        row.addWidget(self._make_button(self.reset, self.tr("Largest")))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self._view, 1)
