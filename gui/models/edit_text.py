"""Edits and undo steps in words, for the journal, the marks on the plots and the Edit menu."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from engine.experiment import Experiment
from engine.journal import (
    Edit,
    PlanEdit,
    RenameVariant,
    SetDetached,
    SetLearningRate,
    SetTrainable,
    SetWhenFrozen,
)
from engine.values import WhenFrozen
from gui.widgets.rate_text import format_rate

translate = QCoreApplication.translate


def describe_edit(edit: Edit, experiment: Experiment) -> str:
    """What the edit did, such as `froze hidden-2 (All trainable)`.

    `experiment` is what it was done to: it gives the variant's name and the rate there was.
    """
    variant = _variant_name(edit.variant, experiment)
    if isinstance(edit, RenameVariant):
        text = translate("edits", "renamed {variant} to {name}")
        return text.format(variant=variant, name=edit.name)
    text = translate("edits", "{change} ({variant})")
    return text.format(change=describe_change(edit, experiment), variant=variant)


def describe_change(edit: PlanEdit, experiment: Experiment) -> str:
    """The same without the variant: `froze hidden-2`."""
    match edit:
        case SetTrainable(trainable=True, optimizer_state="keep"):
            text = translate("edits", "unfroze {layer}, its moments kept")
        case SetTrainable(trainable=True):
            text = translate("edits", "unfroze {layer}")
        case SetTrainable():
            text = translate("edits", "froze {layer}")
        case SetDetached(detached=True):
            text = translate("edits", "detached {layer}")
        case SetDetached():
            text = translate("edits", "reattached {layer}")
        case SetWhenFrozen(when_frozen="training"):
            text = translate("edits", "{layer} frozen as in training")
        case SetWhenFrozen():
            text = translate("edits", "{layer} frozen as in inference")
        case SetLearningRate():
            return _describe_rate(edit, experiment)
    return text.format(layer=edit.layer)


def freeze_text(layers: Sequence[str], trainable: bool) -> str:
    """The undo step that freezes or unfreezes layers."""
    text = (
        translate("edits", "Unfreeze {layers}")
        if trainable
        else translate("edits", "Freeze {layers}")
    )
    return text.format(layers=listed_layers(layers))


def rate_step_text(layers: Sequence[str]) -> str:
    """The undo step that sets the learning rate of layers."""
    return translate("edits", "Set learning rate of {layers}").format(layers=listed_layers(layers))


def detach_text(layers: Sequence[str], detached: bool) -> str:
    """The undo step that cuts backprop at layers or lets it pass again."""
    text = (
        translate("edits", "Detach {layers}")
        if detached
        else translate("edits", "Reattach {layers}")
    )
    return text.format(layers=listed_layers(layers))


def when_frozen_step_text(layers: Sequence[str], choice: WhenFrozen) -> str:
    """The undo step that chooses what layers do while they are frozen."""
    text = (
        translate("edits", "While frozen, {layers} as in training")
        if choice == "training"
        else translate("edits", "While frozen, {layers} as in inference")
    )
    return text.format(layers=listed_layers(layers))


def listed_layers(layers: Sequence[str]) -> str:
    """Layers in an undo text: their names up to two, then how many."""
    if len(layers) == 1:
        return layers[0]
    if len(layers) == 2:
        return translate("edits", "{first} and {second}").format(first=layers[0], second=layers[1])
    return translate("edits", "{count} layers").format(count=len(layers))


def _describe_rate(edit: SetLearningRate, experiment: Experiment) -> str:
    after = format_rate(edit.learning_rate)
    before = _rate_before(edit, experiment)
    if before is None or before == edit.learning_rate:
        text = translate("edits", "learning rate of {layer} → {after}")
        return text.format(layer=edit.layer, after=after)
    text = translate("edits", "learning rate of {layer} {before} → {after}")
    return text.format(layer=edit.layer, before=format_rate(before), after=after)


def _rate_before(edit: SetLearningRate, experiment: Experiment) -> float | None:
    for variant in experiment.variants:
        if variant.id == edit.variant and edit.layer in variant.layers:
            return variant.layers[edit.layer].learning_rate
    return None


def _variant_name(variant_id: str, experiment: Experiment) -> str:
    """A journal outlives what it speaks of: a removed variant goes by its id."""
    names = {variant.id: variant.name for variant in experiment.variants}
    return names.get(variant_id, variant_id)
