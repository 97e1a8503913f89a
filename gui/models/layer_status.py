"""What happens to a layer, in words: the second line of its row, and its tooltip."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication

from engine.layer_specs import BatchNorm
from gui.models.layer_kinds import kind_word, wrapped
from gui.models.layer_rows import LayerRow
from gui.widgets.reach_badge import reach_explanation

translate = QCoreApplication.translate

Weight = Literal["quiet", "told", "later"]
"""Of a note: it only adds a word, it tells of a choice somebody made, it waits for the next run."""


@dataclass(frozen=True)
class Status:
    """What stands at the left of a row's second line."""

    badge: bool
    """Whether the reach stands there as its badge."""
    scissors: bool
    """Whether backprop is cut off at the layer's output."""
    note: str
    """The words after them; may be empty."""
    weight: Weight = "quiet"


def row_status(row: LayerRow) -> Status:
    """What happens to the layer, or when its change will."""
    told, weight = _told(row)
    kind = "" if row.layer.kind == "dense" else kind_word(row.layer.kind)
    still = row.stands_still and not row.scripted  # then it is the run's rate that counts
    plain = not (row.pending or still or row.plan.detached)
    return Status(
        badge=plain,
        scissors=row.plan.detached,
        note=" · ".join(part for part in (kind, told) if part),
        weight=weight,
    )


def status_tip(row: LayerRow) -> str:
    """What the second line means."""
    lines = [_reach_tip(row), part_tip(row), when_frozen_tip(row)]
    if row.scripted:
        script = translate(
            "layers",
            "The experiment's script has changed this layer in the run that is going; the journal "
            "says how. The box and the rate are those that a run starts with.",
        )
        lines.insert(0, script)
    if row.pending:
        later = translate(
            "layers", "The run that is going has this layer otherwise: applies at the next run."
        )
        lines.insert(0, later)
    return wrapped("\n".join(line for line in lines if line))


def when_frozen_tip(row: LayerRow) -> str:
    """What the layer does while it is frozen, of a kind that acts in training only."""
    if not row.layer.differs_in_training:
        return ""
    return translate("layers", "While frozen: {choice}.").format(
        choice=when_frozen_text(row.plan.when_frozen)
    )


def when_frozen_text(choice: Literal["inference", "training"]) -> str:
    """What a frozen layer does under this choice."""
    if choice == "inference":
        return translate("layers", "as in inference (statistics stand still, nothing is dropped)")
    return translate("layers", "as in training (PyTorch's way)")


def part_text(row: LayerRow) -> str:
    """How many of a layer's parameters train, and how they were chosen; or nothing: all, or none.

    `trains 9 of 496 at random (seed 0)`
    """
    if not row.partly or row.plan.subset is None:
        return ""
    return translate("layers", "trains {count} of {all} at random (seed {seed})").format(
        count=f"{row.trained:,}", all=f"{row.parameters:,}", seed=row.plan.subset.seed
    )


def part_tip(row: LayerRow) -> str:
    """What it means that only a part of a layer trains."""
    if not row.partly:
        return ""
    return translate(
        "layers",
        "A random part: {count} of the layer's {all} weights and biases train, the others stand "
        "still. Which ones, chance decides anew for every seed of the training.",
    ).format(count=f"{row.trained:,}", all=f"{row.parameters:,}")


def _told(row: LayerRow) -> tuple[str, Weight]:
    """The note, the most telling one, and how it is meant."""
    cut_off = translate("layers", "cut off by {layer}").format(layer=row.cut_by)
    notes: tuple[tuple[bool, str, Weight], ...] = (
        (row.pending, translate("layers", "at the next run"), "later"),
        (row.scripted, translate("layers", "changed by the script"), "told"),
        (row.plan.detached, translate("layers", "detached: earlier layers stand still"), "told"),
        (row.cut_off, cut_off, "told"),
        (row.stands_still, translate("layers", "computes its gradient, does not move"), "quiet"),
        (row.partly, part_text(row), "told"),
    )
    for applies, note, weight in notes:
        if applies:
            return note, weight
    return _when_frozen_note(row) if row.layer.differs_in_training else ("", "quiet")


def _when_frozen_note(row: LayerRow) -> tuple[str, Weight]:
    normalizes = isinstance(row.layer, BatchNorm)
    moves = (
        translate("layers", "statistics go on")
        if normalizes
        else translate("layers", "still drops")
    )
    rests = (
        translate("layers", "statistics fixed")
        if normalizes
        else translate("layers", "drops nothing")
    )
    as_in_training = row.plan.when_frozen == "training"
    if row.frozen:
        return (moves, "told") if as_in_training else (rests, "quiet")
    if as_in_training:
        return translate("layers", "if frozen: {what}").format(what=moves), "told"
    return "", "quiet"


def _reach_tip(row: LayerRow) -> str:
    if row.plan.detached:
        return translate(
            "layers",
            "Detached: backprop is cut at this layer's output, as by detach() or no_grad. Neither "
            "it nor any earlier layer, towards the input, gets a gradient, ticked or not.",
        )
    if row.cut_off:
        return translate(
            "layers",
            "Ticked, but cut off by {layer}: that layer is detached, so no gradient comes down to "
            "this one and it does not learn.",
        ).format(layer=row.cut_by)
    if row.cut_by:
        return translate(
            "layers", "Not reached: {layer} is detached, so no gradient comes down to this layer."
        ).format(layer=row.cut_by)
    if row.stands_still:
        return translate(
            "layers",
            "Learning rate 0: the layer computes its gradient and does not move. That is not "
            "frozen: it saves no cost, and the optimizer's moments build up.",
        )
    return reach_explanation(row.reach, has_parameters=row.layer.has_parameters)
