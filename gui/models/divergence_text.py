"""What the line at the bottom says of seeds that diverged: one line, however many they are."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from engine.experiment import Experiment
from gui.models.results_text import one_line

if TYPE_CHECKING:
    from engine.telemetry import Event

MOST_NAMED = 2  # variants in the line; of more, how many they are
MOST_LISTED = 20  # seeds in the tooltip


def _tr(text: str) -> str:
    return QCoreApplication.translate("divergence", text)


def divergence_text(diverged: Sequence["Event"], experiment: Experiment) -> str:
    """Who diverged in a run of this experiment, and when the first did; from the first to go."""
    variants = list(dict.fromkeys(event.variant for event in diverged))
    if len(variants) > MOST_NAMED:
        runs = len(experiment.members)
        text = _tr("{0:,} of {1:,} runs diverged, of {2} variants, the first at step {3:,}")
        return text.format(len(diverged), runs, len(variants), _first(diverged))
    return " · ".join(
        _of_variant([event for event in diverged if event.variant == variant], experiment)
        for variant in variants
    )


def divergence_list(diverged: Sequence["Event"], experiment: Experiment) -> str:
    """A line for each seed that diverged, from the first to go."""
    lines = [f"{_name(event, experiment)}: {event.text}" for event in diverged[:MOST_LISTED]]
    if len(diverged) > MOST_LISTED:
        lines.append(_tr("… and {0:,} more").format(len(diverged) - MOST_LISTED))
    return "\n".join(lines)


def _of_variant(diverged: Sequence["Event"], experiment: Experiment) -> str:
    name, seeds = _name(diverged[0], experiment), len(experiment.training.seeds)
    if seeds == 1:
        return f"{name}: {diverged[0].text}"
    text = _tr("{0}: {1} of {2} seeds diverged, the first at step {3:,}")
    return text.format(name, len(diverged), seeds, _first(diverged))


def _first(diverged: Sequence["Event"]) -> int:
    return min(event.step for event in diverged)


def _name(event: "Event", experiment: Experiment) -> str:
    found = (each.name for each in experiment.variants if each.id == event.variant)
    return one_line(next(found, event.variant or ""))
