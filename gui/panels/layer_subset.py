"""How many of one layer's weights and biases train, and which, in a small window."""

from collections.abc import Mapping
from dataclasses import replace

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QDialogButtonBox, QWidget

from engine.backprop import layer_parameters
from engine.experiment import Subset
from engine.layer_specs import Layer
from gui.document import Document
from gui.models.field_range import field_range, field_tip
from gui.models.layer_edits import LayerEdits
from gui.panels.layer_fields import LayerFields
from gui.theme import ThemeSource
from gui.widgets.ink_label import InkLabel
from gui.widgets.number_range import add


class LayerSubset(LayerFields):
    """Shows the random part of a layer that the selected variant trains; empty: all of it."""

    def __init__(
        self,
        document: Document,
        edits: LayerEdits,
        themes: ThemeSource,
        layer: Layer,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(document, edits, themes, layer, parent)
        counts = replace(field_range(Subset, "count"), optional=True)  # an empty field: all
        self._add_field(
            "count", self.tr("how many train"), counts, add("1"), field_tip(Subset, "count")
        )
        seeds = field_range(Subset, "seed")
        self._add_field("seed", self.tr("subset seed"), seeds, add("1"), field_tip(Subset, "seed"))
        self._all = self._buttons.addButton(
            self.tr("All of them"), QDialogButtonBox.ButtonRole.ResetRole
        )
        self._all.setToolTip(self.tr("Train all of the layer's weights and biases again"))
        self._all.clicked.connect(self._on_all)
        document.view.selected_variant_changed.connect(self._on_variant_selected)
        self.setWindowTitle(self.tr("Train a random part of {layer}").format(layer=layer.id))
        self._assemble(layer.id, self._explanation())
        self._show()

    @Slot()
    def _on_all(self) -> None:
        self._edits.set_subset(self._layer.id, None)

    @Slot(str)
    def _on_variant_selected(self, variant_id: str) -> None:
        self._show()

    @property
    def _subset(self) -> Subset | None:
        variant = self._document.experiment.variant(self._document.view.selected_variant)
        return variant.layers[self._layer.id].subset

    @property
    def _parameters(self) -> int:
        return layer_parameters(self._document.experiment)[self._layer.id]

    def _values(self) -> Mapping[str, float | None]:
        subset = self._subset
        if subset is None:
            return {"count": None, "seed": 0}
        return {"count": subset.count, "seed": subset.seed}

    def _take(self, name: str, number: float | None) -> bool:
        wanted = {**self._values(), name: number}
        count, seed = wanted["count"], wanted["seed"]
        if count is None or count == self._parameters:
            return self._edits.set_subset(self._layer.id, None)
        return self._edits.set_subset(self._layer.id, Subset(count=int(count), seed=int(seed or 0)))

    def _show(self) -> None:
        super()._show()
        part = self._subset is not None
        self._fields["seed"].setEnabled(part)
        self._all.setEnabled(part)
        everything = self.tr("all {parameters}").format(parameters=f"{self._parameters:,}")
        self._fields["count"].set_placeholder(everything)

    def _explanation(self) -> InkLabel:
        text = self.tr(
            "Chance picks the weights and biases that train; the others stand still. So this "
            "variant can train as many numbers as another one does, but elsewhere."
        )
        label = InkLabel(self._themes, text=text)
        label.setWordWrap(True)
        return label
