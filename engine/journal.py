"""Edits: changes that training can take between two steps, and the journal that dates them."""

from functools import cache
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from engine.consistency import field_problems
from engine.errors import ExperimentError
from engine.values import Identifier, LearningRate, Name, Value, WhenFrozen


class SetTrainable(Value):
    """Freeze or unfreeze one layer of one variant."""

    kind: Literal["set_trainable"] = "set_trainable"
    variant: Identifier
    layer: Identifier
    trainable: bool
    optimizer_state: Literal["clear", "keep"] | None = None
    """On unfreezing: start the layer's moments anew, or go on with them. None: as Training says."""


class SetLearningRate(Value):
    """Set the learning rate of one layer of one variant."""

    kind: Literal["set_learning_rate"] = "set_learning_rate"
    variant: Identifier
    layer: Identifier
    learning_rate: LearningRate


class SetWhenFrozen(Value):
    """Choose what a frozen layer of one variant does that acts otherwise in training."""

    kind: Literal["set_when_frozen"] = "set_when_frozen"
    variant: Identifier
    layer: Identifier
    when_frozen: WhenFrozen


class SetDetached(Value):
    """Cut one variant's backprop below the output of a layer, or let it pass again."""

    kind: Literal["set_detached"] = "set_detached"
    variant: Identifier
    layer: Identifier
    detached: bool


class RenameVariant(Value):
    """Call a variant by another name; training takes no notice."""

    kind: Literal["rename_variant"] = "rename_variant"
    variant: Identifier
    name: Name


PlanEdit = SetTrainable | SetLearningRate | SetWhenFrozen | SetDetached
"""The edits that concern one layer of one variant."""

Edit = Annotated[PlanEdit | RenameVariant, Field(discriminator="kind")]


class JournalEntry(Value):
    """An edit and when it was taken: after `step` optimizer steps, before the next."""

    step: int = Field(ge=0)
    edit: Edit


Journal = tuple[JournalEntry, ...]


@cache
def _journal() -> TypeAdapter[Journal]:
    """Made when first used: a window starts without it."""
    return TypeAdapter(Journal)


def parse_journal(text: str | bytes, source: str = "") -> Journal:
    """Read a journal, a JSON list of {"step", "edit"}. Raises ExperimentError with all problems."""
    try:
        journal = _journal().validate_json(text)
    except ValidationError as error:
        raise ExperimentError(field_problems(error), source or "journal") from error
    return tuple(sorted(journal, key=lambda entry: entry.step))


def journal_to_json(journal: Journal) -> str:
    """The journal as JSON text; `parse_journal` reads it back to an equal value."""
    return _journal().dump_json(journal, indent=2).decode() + "\n"
