"""The Qt item models of the chain-rule check: picked weights, samples, and the ways up."""

from abc import abstractmethod
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from engine.chain_rule_values import ChainRuleCheck, FactorChain, PickedWeight
from gui.models.chain_figures import figure
from gui.models.chain_text import (
    SampleColumn,
    WayColumn,
    WayRow,
    sample_cell,
    sample_tip,
    sample_title,
    way_rows,
    way_tip,
    way_title,
)
from gui.models.chain_weight_text import WeightColumn, cell_text, column_tip, column_title
from gui.widgets.tip_text import plain_tip

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class FigureTable(QAbstractTableModel):
    """Words at the left, numbers right-aligned in the columns after it; nothing to edit."""

    def __init__(self, columns: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns = columns
        self._count = 0

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else self._columns

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.cell(index.row(), index.column())
            case Qt.ItemDataRole.ToolTipRole:
                return self.cell_tip(index.row(), index.column())
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{self.title(index.column())} {self.cell(index.row(), index.column())}"
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if index.column() else _LEFT
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Vertical:
            return super().headerData(section, orientation, role)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self.title(section)
            case Qt.ItemDataRole.ToolTipRole:
                return self.tip(section)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if section else _LEFT
        return None

    @abstractmethod
    def title(self, column: int) -> str:
        """The words above a column."""

    @abstractmethod
    def tip(self, column: int) -> str:
        """What the numbers of a column are."""

    @abstractmethod
    def cell(self, row: int, column: int) -> str:
        """What a cell shows."""

    def cell_tip(self, row: int, column: int) -> str:
        """The tooltip of a cell; that of its column."""
        return self.tip(column)

    def _show(self, count: int) -> None:
        """Show so many rows; whoever reads them keeps the place if their number stays."""
        if count != self._count:
            self.beginResetModel()
            self._count = count
            self.endResetModel()
        elif count:
            self.dataChanged.emit(self.index(0, 0), self.index(count - 1, self._columns - 1))
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self._columns - 1)


class WeightTable(FigureTable):
    """The picked weights of layer 1, with their gradient in every way it was computed."""

    WeightRole = Qt.ItemDataRole.UserRole + 1
    """The PickedWeight, for delegates."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(len(WeightColumn), parent)
        self._check: ChainRuleCheck | None = None

    @property
    def largest(self) -> float:
        """The largest |gradient| of all, as it is or altered: the scale of the picture."""
        weights = self._check.weights if self._check else ()
        return max((abs(g) for w in weights for g in (w.gradient, w.altered or 0.0)), default=0.0)

    def weight(self, row: int) -> PickedWeight:
        """The weight in a row."""
        assert self._check is not None
        return self._check.weights[row]

    def set_check(self, check: ChainRuleCheck | None) -> None:
        """Show the weights of this check."""
        self._check = check
        self._show(len(check.weights) if check else 0)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if index.isValid() and role == self.WeightRole:
            return self.weight(index.row())
        return super().data(index, role)

    def title(self, column: int) -> str:
        altered = self._check.altered if self._check else None
        return column_title(WeightColumn(column), altered.alteration if altered else None)

    def tip(self, column: int) -> str:
        return column_tip(WeightColumn(column))

    def cell(self, row: int, column: int) -> str:
        return cell_text(WeightColumn(column), self.weight(row))

    def cell_tip(self, row: int, column: int) -> str:
        reason = self._check.identity_reason if self._check else ""
        if column == WeightColumn.IDENTITY and reason:
            return f"{reason}.\n{self.tip(column)}"
        if column == WeightColumn.WEIGHT:
            return plain_tip(self.cell(row, column))  # it may be too long for its cell
        if column == WeightColumn.PICTURE:
            weight = self.weight(row)
            return f"{figure(weight.gradient)} → {figure(weight.altered)}\n{self.tip(column)}"
        return self.tip(column)


class SampleTable(FigureTable):
    """Every sample of the batch with its factors and their product."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(len(SampleColumn), parent)
        self._chain: FactorChain | None = None

    def set_chain(self, chain: FactorChain | None) -> None:
        """Show the samples of this chain."""
        self._chain = chain
        self._show(len(chain.x) if chain else 0)

    def title(self, column: int) -> str:
        return sample_title(SampleColumn(column))

    def tip(self, column: int) -> str:
        return sample_tip(SampleColumn(column))

    def cell(self, row: int, column: int) -> str:
        assert self._chain is not None
        return sample_cell(self._chain, row, SampleColumn(column))


class WayTable(FigureTable):
    """What adds up to the gradient from above, in one sample."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(len(WayColumn), parent)
        self._rows: tuple[WayRow, ...] = ()

    def set_chain(self, chain: FactorChain | None, sample: int) -> None:
        """Show the ways up of one sample."""
        self._rows = way_rows(chain, sample) if chain else ()
        self._show(len(self._rows))

    def title(self, column: int) -> str:
        return way_title(WayColumn(column))

    def tip(self, column: int) -> str:
        return way_tip(WayColumn(column))

    def cell(self, row: int, column: int) -> str:
        way = self._rows[row]
        return (way.way, way.gradient, way.weight, way.product)[column]
