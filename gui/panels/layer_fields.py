"""What the small windows beside the stack share: a few numbers of one layer, edited at once."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QVBoxLayout, QWidget

from engine.experiment import Experiment
from engine.layer_specs import Layer
from gui.document import Document
from gui.models.layer_edits import LayerEdits
from gui.theme import ThemeSource
from gui.widgets.field_grid import FieldGrid
from gui.widgets.number_field import NumberField
from gui.widgets.number_range import NumberRange, Step
from gui.widgets.section_title import SectionTitle


class LayerFields(QDialog):
    """Shows numbers of a layer and edits them in the document; closes when the layer goes.

    A subclass adds the fields, and says what their values are and what becomes of a new one.
    """

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
        self._themes = themes
        self._layer = layer
        self._grid = FieldGrid(themes)
        self._fields: dict[str, NumberField] = {}
        self._refused = ""
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)  # else each opening leaves one
        self.setMinimumWidth(280)
        edits.refused.connect(self._on_refused)
        document.changed.connect(self._on_document_changed)

    @Slot(object)
    def _on_edited(self, number: float | None) -> None:
        name = self.sender().objectName()
        if self._take(name, number):
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

    def _values(self) -> Mapping[str, float | None]:
        """The numbers as they are now, by the names of their fields."""
        raise NotImplementedError

    def _take(self, name: str, number: float | None) -> bool:
        """Make an edit of a new number; whether the engine took it."""
        raise NotImplementedError

    def _show(self) -> None:
        for name, number in self._values().items():
            self._fields[name].set_value(number)

    def _add_field(self, name: str, title: str, numbers: NumberRange, step: Step, tip: str) -> None:
        field = NumberField(numbers, step)
        field.setObjectName(name)
        field.edited.connect(self._on_edited)
        field.problem_changed.connect(self._on_problem_changed)
        self._grid.add(name, title, field, tip)
        self._fields[name] = field

    def _assemble(self, title: str, *above: QWidget) -> None:
        self._buttons.rejected.connect(self.close)
        for button in self._buttons.findChildren(QPushButton):
            button.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(16)
        column.addWidget(SectionTitle(self._themes, title))
        for widget in (*above, self._grid, self._buttons):
            column.addWidget(widget)
