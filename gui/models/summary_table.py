"""The Qt item models of the network's summary: its layers, and the totals of every variant."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from engine.backprop import variant_counts
from engine.experiment import Experiment
from engine.summary import SummaryRow
from gui.models.layer_kinds import kind_word
from gui.models.summary_text import (
    SummaryColumn,
    column_tip,
    column_title,
    summary_cell_text,
    summary_cell_tip,
)
from gui.widgets.tip_text import plain_tip

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_MIDDLE = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter


class SummaryTable(QAbstractTableModel):
    """One row for every layer of the variant that is shown."""

    RowRole = Qt.ItemDataRole.UserRole + 1
    """The SummaryRow, for delegates."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[SummaryRow, ...] = ()

    def set_rows(self, rows: tuple[SummaryRow, ...]) -> None:
        """Show these layers, from input to output."""
        if rows == self._rows:
            return
        if len(rows) != len(self._rows):
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
        else:  # whoever reads them keeps the place
            self._rows = rows
            last = self.index(len(rows) - 1, len(SummaryColumn) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(SummaryColumn)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], SummaryColumn(index.column())
        match role:
            case self.RowRole:
                return row
            case Qt.ItemDataRole.DisplayRole:
                return summary_cell_text(column, row)
            case Qt.ItemDataRole.AccessibleTextRole:
                kind = f", {kind_word(row.kind)}" if column is SummaryColumn.LAYER else ""
                return summary_cell_text(column, row) + kind
            case Qt.ItemDataRole.ToolTipRole:
                return summary_cell_tip(column, row)
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation is Qt.Orientation.Vertical:
            return super().headerData(section, orientation, role)
        column = SummaryColumn(section)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return column_title(column)
            case Qt.ItemDataRole.ToolTipRole:
                return column_tip(column)
            case Qt.ItemDataRole.TextAlignmentRole:
                aligned = {SummaryColumn.PARAMETERS: _RIGHT, SummaryColumn.TRAINS: _MIDDLE}
                return aligned.get(column, _LEFT)
        return None


class VariantTotals(QAbstractTableModel):
    """One row for every variant: its name, its trainable and its non-trainable parameters."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[tuple[str, str, str], ...] = ()
        self._ids: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """The variants' ids, row by row."""
        return self._ids

    def set_experiment(self, experiment: Experiment) -> None:
        """Show the variants of this experiment."""
        counts = [variant_counts(experiment, variant) for variant in experiment.variants]
        rows = tuple(
            (
                " ".join(variant.name.splitlines()),
                f"{of.trainable:,}",
                f"{of.non_trainable:,}",
            )
            for variant, of in zip(experiment.variants, counts, strict=True)
        )
        ids = tuple(variant.id for variant in experiment.variants)
        if (rows, ids) == (self._rows, self._ids):
            return
        if ids != self._ids:
            self.beginResetModel()
            self._rows, self._ids = rows, ids
            self.endResetModel()
        else:
            self._rows = rows
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, 2))

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else 3

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._rows[index.row()][index.column()]
            case Qt.ItemDataRole.ToolTipRole:
                return self._tip(index)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if index.column() else _LEFT
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation is Qt.Orientation.Vertical:
            return super().headerData(section, orientation, role)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                titles = (self.tr("variant"), self.tr("trains"), self.tr("frozen"))
                return titles[section]
            case Qt.ItemDataRole.ToolTipRole:
                tips = (
                    self.tr("Choose a variant to see its layers."),
                    self.tr("Trainable parameters of each variant."),
                    self.tr("Non-trainable parameters of each variant: those of frozen layers."),
                )
                return tips[section]
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if section else _LEFT
        return None

    def _tip(self, index: Index) -> str:
        name, trainable, frozen = self._rows[index.row()]
        words = self.tr("{trainable} trainable, {frozen} non-trainable parameters").format(
            trainable=trainable, frozen=frozen
        )
        return plain_tip(f"{name}\n{words}")
