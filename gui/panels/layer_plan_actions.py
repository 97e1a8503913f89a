"""What the selected variant does with layers beside training them, and their options."""

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from engine.experiment import Experiment, LayerPlan
from engine.values import WhenFrozen
from gui.document import Document
from gui.icons import Icons
from gui.models.layer_edits import LayerEdits
from gui.models.layer_kinds import options
from gui.models.layer_rows import LayerRow
from gui.models.layer_status import when_frozen_text
from gui.panels.layer_grid import LayerGrid

DETACH_KEY = "D"


class LayerPlanActions(QObject):
    """Actions that show how the layers are treated, and change it; their ticks follow the grid."""

    options_wanted = Signal(str)
    """The id of the layer whose seldom changed numbers are to be shown."""
    part_wanted = Signal(str)
    """The id of the layer of which only a random part is to be trained."""

    def __init__(
        self, document: Document, edits: LayerEdits, grid: LayerGrid, icons: Icons
    ) -> None:
        super().__init__(grid)
        self._edits = edits
        self._grid = grid
        self.detach = self._make_detach(icons)
        self._choices = QActionGroup(self)
        self.as_in_inference = self._make_choice("inference")
        self.as_in_training = self._make_choice("training")
        self.options = QAction(self.tr("Options…"), self)
        self.options.setToolTip(self.tr("Momentum and epsilon of the selected layer"))
        self.options.triggered.connect(self._on_options)
        self.part = QAction(self.tr("Train a random part…"), self)
        self.part.setToolTip(
            self.tr("Train only some of the layer's weights and biases, chosen by chance")
        )
        self.part.triggered.connect(self._on_part)
        grid.selectionModel().selectionChanged.connect(self._on_selection_changed)
        grid.selectionModel().currentChanged.connect(self._on_selection_changed)
        document.changed.connect(self._on_document_changed)
        document.view.selected_variant_changed.connect(self._on_selection_changed)
        self._show()

    @Slot()
    def _on_selection_changed(self) -> None:
        self._show()

    @Slot(object, object)
    def _on_document_changed(self, before: Experiment, after: Experiment) -> None:
        self._show()

    @Slot(bool)
    def _on_detach(self, detached: bool) -> None:
        self._edits.set_detached(self._grid.selected_layers(), detached)
        self._show()  # a refused edit must not leave the tick

    @Slot()
    def _on_choice(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            choice: WhenFrozen = action.data()
            self._edits.set_when_frozen([row.id for row in self._choosing()], choice)
            self._show()

    @Slot()
    def _on_options(self) -> None:
        self.options_wanted.emit(self._grid.selected_layers()[0])

    @Slot()
    def _on_part(self) -> None:
        self.part_wanted.emit(self._grid.selected_layers()[0])

    def _make_detach(self, icons: Icons) -> QAction:
        action = QAction(self.tr("Detach here (cut backprop)"), self)
        action.setCheckable(True)
        action.setShortcut(QKeySequence(DETACH_KEY))
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.setToolTip(
            self.tr(
                "Cut backprop at the layer's output, as detach() does: neither it nor any "
                "earlier layer learns ({keys})"
            ).format(keys=DETACH_KEY)
        )
        action.setIconVisibleInMenu(False)  # there it has a box that shows whether it is ticked
        action.triggered.connect(self._on_detach)
        icons.bind(action, "scissors")
        self._grid.addAction(action)
        return action

    def _make_choice(self, choice: WhenFrozen) -> QAction:
        text = when_frozen_text(choice)
        action = QAction(text[:1].upper() + text[1:], self)
        action.setCheckable(True)
        action.setData(choice)
        action.setToolTip(LayerPlan.model_fields["when_frozen"].description or "")
        action.triggered.connect(self._on_choice)
        self._choices.addAction(action)
        return action

    def _show(self) -> None:
        """Ticks as the first of the selected layers has them."""
        rows, choosing = self._grid.selected_rows(), self._choosing()
        self.detach.setEnabled(bool(rows))
        self.detach.setChecked(bool(rows) and rows[0].plan.detached)
        self._choices.setEnabled(bool(choosing))
        wanted = choosing[0].plan.when_frozen if choosing else "inference"
        self.as_in_inference.setChecked(wanted == "inference")
        self.as_in_training.setChecked(wanted == "training")
        self.options.setEnabled(len(rows) == 1 and bool(options(rows[0].layer)))
        self.part.setEnabled(len(rows) == 1 and rows[0].layer.has_parameters)

    def _choosing(self) -> list[LayerRow]:
        """The selected layers that act otherwise in training."""
        return [row for row in self._grid.selected_rows() if row.layer.differs_in_training]
