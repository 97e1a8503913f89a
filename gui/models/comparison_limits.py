"""What limits a comparison of two variants, in words, and what a person can do about it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from engine.backprop import variant_counts
from engine.comparison import LEAST_SEEDS
from engine.datasets.rows import row_counts
from engine.errors import EngineError
from engine.experiment import Experiment
from engine.patterns import controls_of, with_controls
from gui.models.results_run import RunNumbers
from gui.models.results_text import one_line

translate = QCoreApplication.translate

SEEDS_TO_SET = 10


@dataclass(frozen=True)
class CapacityNote:
    """What the numbers of parameters that two variants train do to their comparison."""

    text: str = ""
    variant: str = ""
    """The variant whose controls help; empty where none would."""
    control: str = ""
    """Its control, where that is trained: to be compared with it. Empty: controls can be added."""
    control_name: str = ""


def capacity_note(
    experiment: Experiment, run: RunNumbers | None, first: str, second: str
) -> CapacityNote:
    """That the two train unequal numbers of parameters, or what they show as they do not.

    The controls that help are those of the variant that trains less; where it trains nothing, it
    has none, and the other's say nothing of the two.
    """
    counts = {
        each: variant_counts(experiment, experiment.variant(each)).trainable
        for each in (first, second)
    }
    if first == second or counts[first] == counts[second]:
        return CapacityNote(_equal_text(experiment, first, second, counts[first]))
    text = _confounded_text(experiment, counts)
    less = min(counts, key=lambda each: counts[each])
    if _can_add_controls(experiment, less):
        help_text = translate("comparison", "Capacity-fair controls tell them apart.")
        return CapacityNote(f"{text} {help_text}", less)
    controls = controls_of(experiment, less)
    if controls:
        return _with_control(experiment, run, text, less, controls[-1])
    return CapacityNote(text)


def split_text(experiment: Experiment, run: RunNumbers | None) -> str:
    """That all seeds of the run share their held-out rows; empty where that limits nothing.

    Nor is it said where the next run has a split for every seed.
    """
    shared = run is not None and run.one_split and len(run.seeds) >= LEAST_SEEDS
    if not shared or experiment.data.split_per_seed:
        return ""
    return translate(
        "comparison",
        "All seeds are measured on the same {0} held-out rows: what they agree on there may be "
        "owed to those few rows.",
    ).format(f"{row_counts(experiment.data).held_out:,}")


def diverged_text(names: Sequence[str], has_number: NDArray[np.bool_], when: str) -> str:
    """That seeds which diverged leave too few to compare; `has_number`: (2, seeds)."""
    seeds, compared = has_number.shape[1], int(has_number.all(axis=0).sum())
    gone = [name for name, has in zip(names, has_number, strict=True) if not has.any()]
    some = [name for name, has in zip(names, has_number, strict=True) if not has.all()]
    if compared:
        return _partly_diverged_text(some, seeds, compared, when)
    if len(gone) == 1:
        text = translate("comparison", "{0} diverged in all {1}: lower its learning rate.")
        if seeds == 1:
            text = translate("comparison", "{0} diverged: lower its learning rate.")
        return text.format(gone[0], seeds_text(seeds))
    text = translate("comparison", "{0} or {1} diverged in every seed: lower their learning rates.")
    if gone:
        text = translate(
            "comparison", "{0} and {1} diverged in every seed: lower their learning rates."
        )
    return text.format(*names)


def seeds_text(seeds: int) -> str:
    """So many seeds."""
    if seeds == 1:
        return translate("comparison", "1 seed")
    return translate("comparison", "{0} seeds").format(seeds)


def more_seeds_text() -> str:
    """What helps where there are too few, to be gone on with."""
    return translate("comparison", "Set the number of seeds to {0}").format(SEEDS_TO_SET)


def _partly_diverged_text(names: Sequence[str], seeds: int, compared: int, when: str) -> str:
    few = translate("comparison", "{0}, {1} of {2} can be compared: too few to tell.")
    why = translate("comparison", "In the others {0} diverged: lower its learning rate.")
    if len(names) > 1:
        why = translate(
            "comparison", "In the others {0} or {1} diverged: lower their learning rates."
        )
    texts = [few.format(when, compared, seeds_text(seeds)), why.format(*names)]
    if seeds < LEAST_SEEDS:
        texts.append(f"{more_seeds_text()}.")
    return " ".join(texts)


def _equal_text(experiment: Experiment, first: str, second: str, count: int) -> str:
    """What a variant and its own control show; nothing of two others that train as many."""
    pairs = ((first, second), (second, first))
    if not any(control in controls_of(experiment, each) for each, control in pairs):
        return ""
    text = translate("comparison", "Both train {0} parameters: what differs is where they are.")
    return text.format(f"{count:,}")


def _confounded_text(experiment: Experiment, counts: dict[str, int]) -> str:
    text = translate(
        "comparison",
        "{0} trains {1} parameters, {2} trains {3}: where and how many are mixed up here.",
    )
    words = [(one_line(experiment.variant(each).name), f"{n:,}") for each, n in counts.items()]
    return text.format(*words[0], *words[1])


def _can_add_controls(experiment: Experiment, variant: str) -> bool:
    try:
        return len(with_controls(experiment, variant).variants) > len(experiment.variants)
    except EngineError:  # it trains nothing, or everything, or there would be too many
        return False


def _with_control(
    experiment: Experiment, run: RunNumbers | None, text: str, variant: str, control: str
) -> CapacityNote:
    name, fair = (one_line(experiment.variant(each).name) for each in (variant, control))
    told = translate("comparison", "{0} trains as many as {1}, but not the same ones").format(
        fair, name
    )
    if run is None or None in (run.members(variant), run.members(control)):
        anew = translate("comparison", "run anew, then compare.")
        return CapacityNote(f"{text} {told}: {anew}")
    return CapacityNote(f"{text} {told}.", variant, control, fair)
