"""The Qt item model of the layer stack: one row per layer of the selected variant."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from engine.checks import suitable_activations
from engine.datasets.registry import describe
from engine.experiment import Experiment
from engine.layer_specs import ACTIVATIONS, Activation
from gui.document import Document
from gui.models.layer_edits import LayerEdits
from gui.models.layer_kinds import activation, has_box, size
from gui.models.layer_rows import Column, LayerRow, LayerTelemetry, layer_rows
from gui.models.layer_text import cell_text, cell_tip
from gui.widgets.rate_text import MAXIMUM

MIME = "application/x-frostline-layers"

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()


class LayerTable(QAbstractTableModel):
    """The layers of the document as the selected variant treats them; edits go to the document."""

    RowRole = Qt.ItemDataRole.UserRole + 1
    """The LayerRow, for delegates."""
    TelemetryRole = Qt.ItemDataRole.UserRole + 2
    """The LayerTelemetry, or None."""
    ChoicesRole = Qt.ItemDataRole.UserRole + 3
    """The activations to choose from."""

    def __init__(
        self, document: Document, edits: LayerEdits, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._edits = edits
        self._token = secrets.token_hex(8)  # layers of another window have equal names
        self._running: Experiment | None = None
        self._telemetry: Mapping[str, LayerTelemetry] = {}
        self._rows = list(self._present_rows())
        document.changed.connect(self._on_document_changed)
        document.view.selected_variant_changed.connect(self._on_variant_selected)

    @property
    def rows(self) -> Sequence[LayerRow]:
        """The rows, from input to output."""
        return self._rows

    def row_of(self, layer_id: str) -> int:
        """The place of a layer, -1 if it is not there."""
        ids = [row.id for row in self._rows]
        return ids.index(layer_id) if layer_id in ids else -1

    def telemetry(self, layer_id: str) -> LayerTelemetry | None:
        """What a run last measured on a layer."""
        return self._telemetry.get(layer_id)

    def set_telemetry(self, telemetry: Mapping[str, LayerTelemetry]) -> None:
        """Show what a run measured on the layers of the selected variant, by layer id."""
        self._telemetry = telemetry
        first = self.index(0, Column.MOVED)
        last = self.index(len(self._rows) - 1, Column.HISTOGRAM)
        self.dataChanged.emit(first, last, [Qt.ItemDataRole.DisplayRole, self.TelemetryRole])

    def set_running(self, experiment: Experiment | None) -> None:
        """Mark the layers that the run which is going has otherwise; None: no run is going."""
        self._running = experiment
        self._follow()

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(Column)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], Column(index.column())
        match role:
            case self.RowRole:
                content: object = row
            case self.TelemetryRole:
                content = self._telemetry.get(row.id)
            case self.ChoicesRole:
                content = self._activations(row)
            case Qt.ItemDataRole.EditRole:
                content = self._value(row, column)
            case Qt.ItemDataRole.CheckStateRole if column is Column.TRAINS and has_box(row.layer):
                content = Qt.CheckState.Checked if row.trainable else Qt.CheckState.Unchecked
            case _:
                content = self._words(row, column, role)
        return content

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if orientation is Qt.Orientation.Vertical or role != Qt.ItemDataRole.DisplayRole:
            return super().headerData(section, orientation, role)
        titles = {
            Column.LAYER: self.tr("layer"),
            Column.UNITS: self.tr("units"),
            Column.ACTIVATION: self.tr("activation"),
            Column.TRAINS: self.tr("trains"),
            Column.RATE: self.tr("rate"),
            Column.PARAMETERS: self.tr("parameters"),
            Column.MOVED: self.tr("moved"),
            Column.HISTOGRAM: self.tr("weights"),
        }
        return titles[Column(section)]

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled  # between the rows
        row, column = self._rows[index.row()], Column(index.column())
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        flags |= Qt.ItemFlag.ItemNeverHasChildren
        if not row.is_output:
            flags |= Qt.ItemFlag.ItemIsDragEnabled
        if column is Column.TRAINS and has_box(row.layer):
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        if _is_editable(row, column):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if not index.isValid():
            return False
        layer, column = self._rows[index.row()].id, Column(index.column())
        flags = self.flags(index)
        if role == Qt.ItemDataRole.CheckStateRole and flags & Qt.ItemFlag.ItemIsUserCheckable:
            ticked = Qt.CheckState(value) == Qt.CheckState.Checked
            return self._edits.set_trainable([layer], ticked)
        if role != Qt.ItemDataRole.EditRole or not flags & Qt.ItemFlag.ItemIsEditable:
            return False
        match column:
            case Column.UNITS:
                return self._edits.set_size(layer, value)
            case Column.ACTIVATION:
                return self._edits.set_activation(layer, value)
            case _:
                return self._edits.set_learning_rate([layer], value)

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        rows = sorted({index.row() for index in indexes})
        layers = [self._rows[row].id for row in rows if not self._rows[row].is_output]
        content = QMimeData()
        content.setData(MIME, QByteArray("\n".join([self._token, *layers]).encode()))
        return content

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        if action == Qt.DropAction.IgnoreAction:
            return True
        if action != Qt.DropAction.MoveAction or not data.hasFormat(MIME) or row < 0:
            return False
        token, *dragged = bytes(data.data(MIME).data()).decode(errors="replace").split("\n")
        layers = [row.id for row in self._rows if row.id in dragged]
        return token == self._token and bool(layers) and self._edits.move(layers, row)

    def _on_document_changed(self, before: Experiment, after: Experiment) -> None:
        self._follow()

    def _on_variant_selected(self, variant_id: str) -> None:
        self._telemetry = {}
        self._follow()

    def _present_rows(self) -> tuple[LayerRow, ...]:
        document = self._document
        return layer_rows(document.experiment, document.view.selected_variant, self._running)

    def _value(self, row: LayerRow, column: Column) -> object:
        values = {
            Column.UNITS: size(row.layer),
            Column.ACTIVATION: activation(row.layer),
            Column.TRAINS: row.trainable,
            Column.RATE: row.learning_rate,
        }
        return values.get(column, self._words(row, column, Qt.ItemDataRole.DisplayRole))

    def _activations(self, row: LayerRow) -> tuple[Activation, ...]:
        """What the loss lets the output layer apply; hidden layers may apply anything."""
        if not row.is_output:
            return ACTIVATIONS
        experiment, chosen = self._document.experiment, activation(row.layer)
        description = describe(experiment.data.name)
        units = experiment.output.units
        choices = suitable_activations(description, experiment.training.loss, units)
        return choices if chosen is None or chosen in choices else (chosen, *choices)

    def _words(self, row: LayerRow, column: Column, role: int) -> str | None:
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return cell_text(column, row, self._telemetry.get(row.id))
        if role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole}:
            return cell_tip(column, row)
        return None

    def _follow(self) -> None:
        """Go from the rows shown to the present ones, telling of every row by its layer's id."""
        present = self._present_rows()
        self._remove_all_but({_identity(row) for row in present})
        for place, row in enumerate(present):
            was = self.row_of(row.id)
            if was < 0:
                self.beginInsertRows(NO_INDEX, place, place)
                self._rows.insert(place, row)
                self.endInsertRows()
            elif was != place:
                self.beginMoveRows(NO_INDEX, was, was, NO_INDEX, place)
                self._rows.insert(place, self._rows.pop(was))
                self.endMoveRows()
        for place, row in enumerate(present):
            if self._rows[place] != row:
                self._rows[place] = row
                last = self.index(place, len(Column) - 1)
                self.dataChanged.emit(self.index(place, 0), last)

    def _remove_all_but(self, kept: set[tuple[str, str]]) -> None:
        for place in reversed(range(len(self._rows))):
            if _identity(self._rows[place]) not in kept:
                self.beginRemoveRows(NO_INDEX, place, place)
                del self._rows[place]
                self.endRemoveRows()


def _identity(row: LayerRow) -> tuple[str, str]:
    """A layer of another kind is another row, whatever its name: it has other fields."""
    return row.id, row.layer.kind


def _is_editable(row: LayerRow, column: Column) -> bool:
    match column:
        case Column.UNITS:
            return size(row.layer) is not None and not row.is_output  # that is the data's
        case Column.ACTIVATION:
            return activation(row.layer) is not None
        case Column.RATE:
            trains = row.trainable and row.layer.has_parameters
            return trains and row.learning_rate <= MAXIMUM
    return False
