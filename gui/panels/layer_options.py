"""The seldom changed numbers of one layer, in a small window beside the stack."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from engine.experiment import Experiment
from engine.layer_specs import Layer
from gui.document import Document
from gui.models.field_range import field_range, field_tip
from gui.models.layer_edits import LayerEdits
from gui.models.layer_kinds import kind_title, options
from gui.theme import ThemeSource
from gui.widgets.field_grid import FieldGrid
from gui.widgets.number_field import NumberField
from gui.widgets.number_range import Step, add, multiply
from gui.widgets.section_title import SectionTitle

STEPS: dict[str, Step] = {"momentum": add("0.05"), "epsilon": multiply("10")}


class LayerOptions(QDialog):
    """Shows the numbers of a layer and edits them in the document; closes when the layer goes."""

    def __init__(
        self,
        document: Document,
        edits: LayerEdits,
        themes: ThemeSource,
        layer: Layer,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._edits = edits
        self._layer = layer
        self._grid = FieldGrid(themes)
        self._fields = {name: self._make_field(name) for name in options(layer)}
        self._refused = ""
        self._assemble(themes)
        edits.refused.connect(self._on_refused)
        document.changed.connect(self._on_document_changed)
        self._show()

    @Slot(object)
    def _on_edited(self, number: float) -> None:
        name = self.sender().objectName()
        if self._edits.set_option(self._layer.id, name, number):
            self._fields[name].restore()
        else:
            self._fields[name].set_problem(self._refused)

    @Slot(str)
    def _on_problem_changed(self, problem: str) -> None:
        self._grid.set_problem(self.sender().objectName(), problem)

    @Slot(str)
    def _on_refused(self, problem: str) -> None:
        self._refused = problem

    @Slot(object, object)
    def _on_document_changed(self, before: Experiment, after: Experiment) -> None:
        there = {layer.id: layer for layer in after.layers}
        layer = there.get(self._layer.id)
        if layer is None or layer.kind != self._layer.kind:
            self.close()
            return
        self._layer = layer
        self._show()

    def _show(self) -> None:
        for name, number in options(self._layer).items():
            self._fields[name].set_value(number)

    def _make_field(self, name: str) -> NumberField:
        kind = type(self._layer)
        field = NumberField(field_range(kind, name), STEPS[name])
        field.setObjectName(name)
        field.edited.connect(self._on_edited)
        field.problem_changed.connect(self._on_problem_changed)
        self._grid.add(name, name, field, field_tip(kind, name))
        return field

    def _assemble(self, themes: ThemeSource) -> None:
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)  # else each opening leaves one
        self.setWindowTitle(self.tr("Options of {layer}").format(layer=self._layer.id))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(16)
        column.addWidget(SectionTitle(themes, kind_title(self._layer.kind)))
        column.addWidget(self._grid)
        column.addWidget(buttons)
        self.setMinimumWidth(280)
