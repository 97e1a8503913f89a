"""What a person does to layers: each one undo step on the document, with its name."""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.edits import apply_edits, with_plan, with_variant
from engine.experiment import Experiment, Subset
from engine.journal import SetDetached, SetLearningRate, SetTrainable, SetWhenFrozen
from engine.layer_specs import Activation, LayerKind
from engine.structure import (
    duplicate_layer,
    insert_layer,
    move_layer,
    remove_layer,
    replace_layer,
)
from engine.values import WhenFrozen
from gui.document import Document
from gui.models.checked_edit import try_edit
from gui.models.edit_text import (
    detach_text,
    freeze_text,
    listed_layers,
    rate_step_text,
    when_frozen_step_text,
)
from gui.models.layer_kinds import add_text, size_field, size_title


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

    def set_when_frozen(self, layers: Sequence[str], choice: WhenFrozen) -> bool:
        """Choose what layers do while they are frozen."""
        variant = self._document.view.selected_variant
        edits = [SetWhenFrozen(variant=variant, layer=i, when_frozen=choice) for i in layers]
        text = when_frozen_step_text(layers, choice)
        return self._take(lambda experiment: apply_edits(experiment, edits), text)

    def set_detached(self, layers: Sequence[str], detached: bool) -> bool:
        """Cut backprop at the output of layers, or let it pass again."""
        variant = self._document.view.selected_variant
        edits = [SetDetached(variant=variant, layer=i, detached=detached) for i in layers]
        text = detach_text(layers, detached)
        return self._take(lambda experiment: apply_edits(experiment, edits), text)

    def set_subset(self, layer: str, subset: Subset | None) -> bool:
        """Train only a random part of a layer's weights and biases; None: all of them."""
        variant = self._document.view.selected_variant
        text = self.tr("Train a random part of {layer}").format(layer=layer)
        if subset is None:
            text = self.tr("Train all of {layer}").format(layer=layer)

        def changed(experiment: Experiment) -> Experiment:
            plan = with_plan(experiment, experiment.variant(variant), layer, subset=subset)
            return with_variant(experiment, plan)

        return self._take(changed, text, f"subset {variant} {layer}" if subset else None)

    def set_size(self, layer: str, number: float) -> bool:
        """Set what a layer has in the column of units: units, components, a width, a drop rate."""
        spec = self._document.experiment.layer(layer)
        field = size_field(spec)
        if field is None:
            return False
        return self._set_number(layer, field, size_title(spec), number)

    def set_option(self, layer: str, field: str, number: float) -> bool:
        """Set a seldom changed number of a layer, by the name of its field."""
        return self._set_number(layer, field, field, number)

    def set_activation(self, layer: str, activation: Activation) -> bool:
        """Set the activation of a layer."""
        text = self.tr("Set activation of {layer}").format(layer=layer)
        return self._take(lambda e: _replaced(e, layer, activation=activation), text)

    def add(self, place: int, kind: LayerKind = "dense") -> bool:
        """A new hidden layer of a kind at this place."""
        return self._take(lambda e: insert_layer(e, place, kind), add_text(kind))

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

    def _set_number(self, layer: str, field: str, title: str, number: float) -> bool:
        text = self.tr("Set {number} of {layer}").format(number=title, layer=layer)
        return self._take(
            lambda experiment: _replaced(experiment, layer, **{field: number}),
            text,
            f"{field} {layer}",
        )

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
