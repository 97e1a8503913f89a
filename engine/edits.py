"""What edits do to an experiment, and which edits lead from one experiment to another."""

from collections.abc import Iterable, Iterator
from typing import Any

from engine.experiment import Experiment, LayerPlan, Variant
from engine.journal import (
    Edit,
    PlanEdit,
    RenameVariant,
    SetDetached,
    SetLearningRate,
    SetTrainable,
    SetWhenFrozen,
)


def apply_edit(experiment: Experiment, edit: Edit) -> Experiment:
    """The experiment after the edit. Raises ExperimentError for an unknown variant or layer."""
    variant = experiment.variant(edit.variant)
    if isinstance(edit, RenameVariant):
        return with_variant(experiment, variant.replace(name=edit.name))
    return with_variant(experiment, with_plan(experiment, variant, edit.layer, **_change(edit)))


def apply_edits(experiment: Experiment, edits: Iterable[Edit]) -> Experiment:
    """The experiment after all the edits, in their order."""
    for edit in edits:
        experiment = apply_edit(experiment, edit)
    return experiment


def live_edits(before: Experiment, after: Experiment) -> tuple[Edit, ...] | None:
    """The edits that lead from one experiment to the other, or None where training cannot follow.

    Law: `apply_edits(before, live_edits(before, after)) == after` wherever the result is not None.
    """
    if [v.id for v in before.variants] != [v.id for v in after.variants]:
        return None
    if before.layers != after.layers:
        return None
    edits = plan_edits(before, after)
    return edits if apply_edits(before, edits) == after else None


def plan_edits(before: Experiment, after: Experiment) -> tuple[Edit, ...]:
    """The edits for the variants and layers that both experiments have, whatever else differs."""
    edits: list[Edit] = []
    there = {variant.id: variant for variant in after.variants}
    for old in before.variants:
        if old.id in there:
            edits += _variant_edits(old, there[old.id])
    return tuple(edits)


def with_variant(experiment: Experiment, variant: Variant) -> Experiment:
    """The experiment with the variant of the same id replaced."""
    variants = tuple(variant if v.id == variant.id else v for v in experiment.variants)
    return experiment.replace(variants=variants)


def with_plan(experiment: Experiment, variant: Variant, layer_id: str, **changes: Any) -> Variant:
    """The variant with these fields of one layer's plan changed.

    Raises ExperimentError for a layer that is not there or has no plan in the variant.
    """
    plan = variant.layers[experiment.layer(layer_id).id]
    return variant.replace(layers={**variant.layers, layer_id: plan.replace(**changes)})


def _change(edit: PlanEdit) -> dict[str, Any]:
    """The field of a layer's plan that an edit sets."""
    match edit:
        case SetTrainable():
            return {"trainable": edit.trainable}
        case SetLearningRate():
            return {"learning_rate": edit.learning_rate}
        case SetWhenFrozen():
            return {"when_frozen": edit.when_frozen}
        case SetDetached():
            return {"detached": edit.detached}


def _variant_edits(old: Variant, new: Variant) -> Iterator[Edit]:
    if old.name != new.name:
        yield RenameVariant(variant=old.id, name=new.name)
    for layer, was in old.layers.items():
        yield from _layer_edits(old.id, layer, was, new.layers.get(layer, was))


def _layer_edits(variant: str, layer: str, was: LayerPlan, now: LayerPlan) -> Iterator[Edit]:
    if was.trainable != now.trainable:
        yield SetTrainable(variant=variant, layer=layer, trainable=now.trainable)
    if was.learning_rate != now.learning_rate:
        yield SetLearningRate(variant=variant, layer=layer, learning_rate=now.learning_rate)
    if was.when_frozen != now.when_frozen:
        yield SetWhenFrozen(variant=variant, layer=layer, when_frozen=now.when_frozen)
    if was.detached != now.detached:
        yield SetDetached(variant=variant, layer=layer, detached=now.detached)
