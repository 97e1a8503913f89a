"""What a person does to layers: each one undo step on the document, with its name."""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.edits import SetLearningRate, SetTrainable, apply_edits
from engine.experiment import Activation, Experiment
from engine.structure import (
    duplicate_layer,
    insert_layer,
    move_layer,
    remove_layer,
    replace_layer,
)
from gui.document import Document
from gui.models.checked_edit import try_edit
from gui.models.edit_text import freeze_text, listed_layers, rate_step_text


class LayerEdits(QObject):
    """Edits the layers of a document; trainable flags and rates are the selected variant's.

    Every method tells whether the engine took the edit; if not, nothing has changed.
    """

    refused = Signal(str)
    """Why the engine refused an edit; empty after one that it took."""

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document

    def set_trainable(self, layers: Sequence[str], trainable: bool) -> bool:
        """Freeze or unfreeze layers."""
        variant = self._document.view.selected_variant
        edits = [SetTrainable(variant=variant, layer=i, trainable=trainable) for i in layers]
        text = freeze_text(layers, trainable)
        return self._take(lambda experiment: apply_edits(experiment, edits), text)

    def set_learning_rate(self, layers: Sequence[str], rate: float) -> bool:
        """Set the learning rate of layers."""
        variant = self._document.view.selected_variant

        def changed(experiment: Experiment) -> Experiment:
            edits = [SetLearningRate(variant=variant, layer=i, learning_rate=0.0) for i in layers]
            return apply_edits(experiment, [edit.replace(learning_rate=rate) for edit in edits])

        key = " ".join(("rate", variant, *layers))
        return self._take(changed, rate_step_text(layers), key)

    def set_units(self, layer: str, units: int) -> bool:
        """Set the number of outputs of a layer."""
        text = self.tr("Set units of {layer}").format(layer=layer)
        return self._take(lambda e: _replaced(e, layer, units=units), text, f"units {layer}")

    def set_activation(self, layer: str, activation: Activation) -> bool:
        """Set the activation of a layer."""
        text = self.tr("Set activation of {layer}").format(layer=layer)
        return self._take(lambda e: _replaced(e, layer, activation=activation), text)

    def add(self, place: int) -> bool:
        """A new hidden layer at this place."""
        return self._take(lambda experiment: insert_layer(experiment, place), self.tr("Add layer"))

    def duplicate(self, layers: Sequence[str]) -> bool:
        """A copy of each of the layers, after it."""
        text = self.tr("Duplicate {layers}").format(layers=listed_layers(layers))
        return self._take(lambda experiment: reduce(duplicate_layer, layers, experiment), text)

    def remove(self, layers: Sequence[str]) -> bool:
        """Without these layers."""
        text = self.tr("Remove {layers}").format(layers=listed_layers(layers))
        return self._take(lambda experiment: reduce(remove_layer, layers, experiment), text)

    def move(self, layers: Sequence[str], before: int) -> bool:
        """Layers to where the layer at `before` stands, together and in their order."""
        text = self.tr("Move {layers}").format(layers=listed_layers(layers))
        return self._take(lambda experiment: moved_layers(experiment, layers, before), text)

    def _take(
        self, change: Callable[[Experiment], Experiment], text: str, merge_key: str | None = None
    ) -> bool:
        problem = try_edit(self._document, change, text, merge_key)
        self.refused.emit(problem)
        return not problem


def moved_layers(experiment: Experiment, layers: Sequence[str], before: int) -> Experiment:
    """With `layers` moved together to where the layer at `before` stands; the output stays last.

    Raises ExperimentError if the output layer is among them.
    """
    ids = [layer.id for layer in experiment.layers]
    moving = [layer_id for layer_id in ids if layer_id in layers]
    others = [layer_id for layer_id in ids if layer_id not in layers]
    place = sum(layer_id not in layers for layer_id in ids[:before])
    place = min(place, len(others) - 1)
    for index, layer_id in enumerate([*others[:place], *moving, *others[place:]]):
        if experiment.layers[index].id != layer_id:
            experiment = move_layer(experiment, layer_id, index)
    return experiment


def _replaced(experiment: Experiment, layer: str, **changes: Any) -> Experiment:
    return replace_layer(experiment, experiment.layer(layer).replace(**changes))
