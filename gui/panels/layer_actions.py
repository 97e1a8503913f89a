"""What can be done to the selected layers: one action each, for buttons, keys and menus."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence

from engine.experiment import Experiment
from engine.layer_specs import LayerKind
from gui.document import Document
from gui.icons import Icons
from gui.models.layer_edits import LayerEdits
from gui.models.layer_kinds import MENU_KINDS, has_box, kind_tip, kind_title
from gui.panels.layer_grid import LayerGrid


class LayerActions(QObject):
    """Actions on the layers that are selected in the grid; the keys act while it has the focus."""

    def __init__(
        self, document: Document, edits: LayerEdits, grid: LayerGrid, icons: Icons
    ) -> None:
        super().__init__(grid)
        self._document = document
        self._edits = edits
        self._grid = grid
        self._icons = icons
        self.add = self._make(self.tr("Add layer"), "add", "Ins", self._on_add)
        self.add.setIconText(self.tr("layer"))
        self.add_kinds = tuple(self._make_kind(kind) for kind in MENU_KINDS)
        self.duplicate = self._make(
            self.tr("Duplicate layer"), "duplicate", "Ctrl+D", self._on_duplicate
        )
        self.remove = self._make(self.tr("Remove layer"), "remove", "Delete", self._on_remove)
        self.up = self._make(self.tr("Move towards the input"), "up", "Ctrl+Up", self._on_up)
        self.down = self._make(
            self.tr("Move towards the output"), "down", "Ctrl+Down", self._on_down
        )
        self.toggle = self._make(
            self.tr("Freeze or unfreeze"), "snowflake", "T", grid.toggle_selected
        )
        grid.selectionModel().selectionChanged.connect(self._on_selection_changed)
        grid.selectionModel().currentChanged.connect(self._on_selection_changed)
        document.changed.connect(self._on_document_changed)
        self._enable()

    @property
    def all(self) -> tuple[QAction, ...]:
        """The actions on layers of every kind, in the order of the buttons."""
        return (self.add, self.duplicate, self.remove, self.up, self.down, self.toggle)

    @Slot()
    def _on_selection_changed(self) -> None:
        self._enable()

    @Slot(object, object)
    def _on_document_changed(self, before: Experiment, after: Experiment) -> None:
        self._enable()

    @Slot()
    def _on_add(self) -> None:
        self._add("dense")

    @Slot()
    def _on_add_kind(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self._add(action.data())

    @Slot()
    def _on_duplicate(self) -> None:
        layers = self._grid.selected_layers()
        self._select_new(lambda: self._edits.duplicate(layers))

    @Slot()
    def _on_remove(self) -> None:
        layers = self._hidden_layers()
        place = self._ids().index(layers[0])
        if self._edits.remove(layers):
            self._grid.select_layers([self._ids()[min(place, self._output)]])

    @Slot()
    def _on_up(self) -> None:
        layers = self._hidden_layers()
        self._edits.move(layers, self._places()[0] - 1)

    @Slot()
    def _on_down(self) -> None:
        layers = self._hidden_layers()
        self._edits.move(layers, self._ids().index(layers[-1]) + 2)

    def _add(self, kind: LayerKind) -> None:
        """A layer after the selected ones, or else before the output."""
        places = self._places()
        place = places[-1] + 1 if places else self._output
        self._select_new(lambda: self._edits.add(place, kind))

    def _make_kind(self, kind: LayerKind) -> QAction:
        action = QAction(kind_title(kind), self)
        action.setData(kind)
        action.setToolTip(kind_tip(kind))
        action.triggered.connect(self._on_add_kind)
        return action

    def _make(self, text: str, icon: str, keys: str, do: Callable[[], None]) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(self.tr("{what} ({keys})").format(what=text, keys=shown))
        action.triggered.connect(do)
        self._icons.bind(action, icon)
        self._grid.addAction(action)
        return action

    def _enable(self) -> None:
        ids = self._ids()
        hidden = self._hidden_layers()
        places = [ids.index(layer) for layer in hidden if layer in ids]
        self.duplicate.setEnabled(bool(self._grid.selected_layers()))
        self.toggle.setEnabled(any(has_box(row.layer) for row in self._grid.selected_rows()))
        self.remove.setEnabled(bool(hidden))
        self.up.setEnabled(bool(places) and places[0] > 0)
        self.down.setEnabled(bool(places) and places[-1] < self._output - 1)

    def _select_new(self, edit: Callable[[], bool]) -> None:
        before = set(self._ids())
        if edit():
            self._grid.select_layers([layer for layer in self._ids() if layer not in before])

    @property
    def _output(self) -> int:
        return len(self._ids()) - 1

    def _ids(self) -> list[str]:
        return [layer.id for layer in self._document.experiment.layers]

    def _hidden_layers(self) -> list[str]:
        return [layer for layer in self._grid.selected_layers() if layer != self._ids()[-1]]

    def _places(self) -> list[int]:
        return [self._ids().index(layer) for layer in self._grid.selected_layers()]
