"""The seldom changed numbers of one layer, in a small window beside the stack."""

from collections.abc import Mapping

from PySide6.QtWidgets import QWidget

from engine.layer_specs import Layer
from gui.document import Document
from gui.models.field_range import field_range, field_tip
from gui.models.layer_edits import LayerEdits
from gui.models.layer_kinds import kind_title, options
from gui.panels.layer_fields import LayerFields
from gui.theme import ThemeSource
from gui.widgets.number_range import Step, add, multiply

STEPS: dict[str, Step] = {"momentum": add("0.05"), "epsilon": multiply("10")}


class LayerOptions(LayerFields):
    """Shows the options of a layer's kind: the momentum and the epsilon of a normalization."""

    def __init__(
        self,
        document: Document,
        edits: LayerEdits,
        themes: ThemeSource,
        layer: Layer,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(document, edits, themes, layer, parent)
        kind = type(layer)
        for name in options(layer):
            tip = field_tip(kind, name)
            self._add_field(name, name, field_range(kind, name), STEPS[name], tip)
        self.setWindowTitle(self.tr("Options of {layer}").format(layer=layer.id))
        self._assemble(kind_title(layer.kind))
        self._show()

    def _values(self) -> Mapping[str, float | None]:
        return options(self._layer)

    def _take(self, name: str, number: float | None) -> bool:
        return number is not None and self._edits.set_option(self._layer.id, name, number)
