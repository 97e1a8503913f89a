"""What was changed of a run's variants while it trained: their numbers are of no single pattern."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication

from engine.edits import apply_edit
from engine.experiment import Experiment, LayerPlan
from engine.journal import JournalEntry, PlanEdit, RenameVariant, SetLearningRate
from gui.models.edit_text import describe_change
from gui.models.results_text import one_line

translate = QCoreApplication.translate

MARK = "*"
"""Stands at the pattern of such a variant, and before what is said of it."""
MOST_TOLD = 20  # changes of which all is told at once


@dataclass(frozen=True)
class Change:
    """One change of a variant after its first step."""

    step: int
    text: str
    """What was done, as `unfroze hidden-1`."""
    planned: bool
    """Whether the experiment's script did it."""
    rate_of: str = ""
    """The layer whose learning rate it set; empty where it did something else."""


@dataclass(frozen=True)
class RunChanges:
    """The changes of every variant that a run's journal holds; each of its entries is read once."""

    now: Experiment
    """What the run began with, after the entries that were read."""
    read: int = 0
    of: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)
    """By the variants' ids; those without are not there."""
    plans_before: Mapping[str, Mapping[str, LayerPlan]] = field(default_factory=dict)
    """How a variant treated its layers before the step at which it was changed last."""

    def read_on(self, journal: Sequence[JournalEntry]) -> "RunChanges":
        """With what the journal has grown since.

        Training takes no notice of a name, and what was done before the first step was so all
        along. Nor does it of a learning rate that was set back before the next step; a layer that
        was frozen and unfrozen has other moments than before.
        """
        if len(journal) == self.read:
            return self
        now, planned = self.now, frozenset(self.now.script)
        found = {variant: list(changes) for variant, changes in self.of.items()}
        plans_before = dict(self.plans_before)
        for entry in journal[self.read :]:
            edit = entry.edit
            if entry.step and not isinstance(edit, RenameVariant):
                changes = found.setdefault(edit.variant, [])
                if not changes or changes[-1].step != entry.step:
                    plans_before[edit.variant] = now.variant(edit.variant).layers
                text, rate_of = describe_change(edit, now), _rate_of(edit)
                changes.append(Change(entry.step, text, entry in planned, rate_of))
                if _was_set_back(edit, plans_before[edit.variant]):
                    found[edit.variant] = _without_rate(changes, rate_of, entry.step)
            now = apply_edit(now, edit)
        of = {variant: tuple(changes) for variant, changes in found.items() if changes}
        return RunChanges(now, len(journal), of, plans_before)

    def after(self, steps: int) -> Mapping[str, tuple[Change, ...]]:
        """Those that matter after so many steps: not what was done since and taken back."""
        kept = {}
        for variant, changes in self.of.items():
            taken_back = self.now.variant(variant).layers == self.plans_before[variant]
            kept[variant] = tuple(
                change for change in changes if change.step < steps or not taken_back
            )
        return {variant: changes for variant, changes in kept.items() if changes}


def changes_text(changes: Sequence[Change]) -> str:
    """The count and the first of them; of what the script did, only when."""
    by_hand = [change for change in changes if not change.planned]
    planned = [change for change in changes if change.planned]
    if not by_hand:
        return _planned_text(planned)
    text = translate("results", "changed at step {1}: {2}")
    if len(by_hand) > 1:
        text = translate("results", "changed {0} times, first at step {1}: {2}")
    words = text.format(len(by_hand), f"{by_hand[0].step:,}", by_hand[0].text)
    return f"{words}; {_planned_text(planned)}" if planned else words


def caveat_text(
    experiment: Experiment, changes: Mapping[str, tuple[Change, ...]], pair: tuple[str, str]
) -> str:
    """Which of two variants was changed while it trained; empty where none was."""
    text = translate("results", "{0} was {1}")
    words = [
        text.format(one_line(experiment.variant(each).name), changes_text(changes[each]))
        for each in dict.fromkeys(pair)
        if each in changes
    ]
    return f"{MARK} {' · '.join(words)}" if words else ""


def caveat_lines(
    experiment: Experiment, changes: Mapping[str, tuple[Change, ...]], pair: tuple[str, str]
) -> tuple[str, ...]:
    """Every change of the two, a line each."""
    lines = [
        translate("results", "{0}, step {1}: {2}").format(
            one_line(experiment.variant(each).name), f"{change.step:,}", change.text
        )
        for each in dict.fromkeys(pair)
        for change in changes.get(each, ())
    ]
    return (*lines[:MOST_TOLD], "…") if len(lines) > MOST_TOLD else tuple(lines)


def _rate_of(edit: PlanEdit) -> str:
    return edit.layer if isinstance(edit, SetLearningRate) else ""


def _was_set_back(edit: PlanEdit, before: Mapping[str, LayerPlan]) -> bool:
    """Whether a learning rate is what it was before."""
    if not isinstance(edit, SetLearningRate):
        return False
    return edit.learning_rate == before[edit.layer].learning_rate


def _without_rate(changes: Sequence[Change], layer: str, step: int) -> list[Change]:
    """Without those of a layer's learning rate at this step."""
    return [change for change in changes if (change.rate_of, change.step) != (layer, step)]


def _planned_text(changes: Sequence[Change]) -> str:
    text = translate("results", "changed as planned at step {1}")
    if len(changes) > 1:
        text = translate("results", "changed {0} times as planned, first at step {1}")
    return text.format(len(changes), f"{changes[0].step:,}")
