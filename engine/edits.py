"""Edits: changes that training can take between two steps, and the journal that dates them."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from engine.consistency import field_problems
from engine.errors import ExperimentError
from engine.experiment import (
    Experiment,
    Identifier,
    LearningRate,
    Name,
    Value,
    Variant,
)


class SetTrainable(Value):
    """Freeze or unfreeze one layer of one variant."""

    kind: Literal["set_trainable"] = "set_trainable"
    variant: Identifier
    layer: Identifier
    trainable: bool


class SetLearningRate(Value):
    """Set the learning rate of one layer of one variant."""

    kind: Literal["set_learning_rate"] = "set_learning_rate"
    variant: Identifier
    layer: Identifier
    learning_rate: LearningRate


class RenameVariant(Value):
    """Call a variant by another name; training takes no notice."""

    kind: Literal["rename_variant"] = "rename_variant"
    variant: Identifier
    name: Name


Edit = Annotated[SetTrainable | SetLearningRate | RenameVariant, Field(discriminator="kind")]


class JournalEntry(Value):
    """An edit and when it was taken: after `step` optimizer steps, before the next."""

    step: int = Field(ge=0)
    edit: Edit


Journal = tuple[JournalEntry, ...]
_JOURNAL = TypeAdapter(Journal)


def apply_edit(experiment: Experiment, edit: Edit) -> Experiment:
    """The experiment after the edit. Raises ExperimentError for an unknown variant or layer."""
    variant = experiment.variant(edit.variant)
    match edit:
        case RenameVariant():
            edited = variant.replace(name=edit.name)
        case SetTrainable():
            edited = with_plan(experiment, variant, edit.layer, trainable=edit.trainable)
        case SetLearningRate():
            edited = with_plan(experiment, variant, edit.layer, learning_rate=edit.learning_rate)
    return with_variant(experiment, edited)


def apply_edits(experiment: Experiment, edits: Sequence[Edit]) -> Experiment:
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


def parse_journal(text: str | bytes, source: str = "") -> Journal:
    """Read a journal, a JSON list of {"step", "edit"}. Raises ExperimentError with all problems."""
    try:
        journal = _JOURNAL.validate_json(text)
    except ValidationError as error:
        raise ExperimentError(field_problems(error), source or "journal") from error
    return tuple(sorted(journal, key=lambda entry: entry.step))


def journal_to_json(journal: Journal) -> str:
    """The journal as JSON text; `parse_journal` reads it back to an equal value."""
    return _JOURNAL.dump_json(journal, indent=2).decode() + "\n"


def with_variant(experiment: Experiment, variant: Variant) -> Experiment:
    """The experiment with the variant of the same id replaced."""
    variants = tuple(variant if v.id == variant.id else v for v in experiment.variants)
    return experiment.replace(variants=variants)


def with_plan(
    experiment: Experiment,
    variant: Variant,
    layer_id: str,
    *,
    trainable: bool | None = None,
    learning_rate: float | None = None,
) -> Variant:
    """The variant with one layer's plan changed where a value is given."""
    plan = variant.layers[experiment.layer(layer_id).id]
    changed = plan.replace(
        trainable=plan.trainable if trainable is None else trainable,
        learning_rate=plan.learning_rate if learning_rate is None else learning_rate,
    )
    return variant.replace(layers={**variant.layers, layer_id: changed})


def _variant_edits(old: Variant, new: Variant) -> Iterator[Edit]:
    if old.name != new.name:
        yield RenameVariant(variant=old.id, name=new.name)
    for layer, was in old.layers.items():
        now = new.layers.get(layer, was)
        if was.trainable != now.trainable:
            yield SetTrainable(variant=old.id, layer=layer, trainable=now.trainable)
        if was.learning_rate != now.learning_rate:
            rate = now.learning_rate
            yield SetLearningRate(variant=old.id, layer=layer, learning_rate=rate)
