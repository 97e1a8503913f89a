"""What a run last told of one variant, and whether it is of the variant that is looked at."""

import math
from dataclasses import dataclass, field
from typing import Literal

from engine.errors import ExperimentError
from engine.experiment import Experiment
from gui.models.backprop_rows import Measures

Observed = Literal["step", "now"]


@dataclass(frozen=True)
class BackpropTelemetry:
    """Measures by layer id, and the step they are of; before a run there is nothing in it.

    Step -1: there is a run, and it does not have the variant.
    """

    variant: str = ""
    measures: Measures = field(default_factory=dict)
    what_if: Measures = field(default_factory=dict)
    observed: Observed | None = None
    step: int = 0
    step_seconds: float = math.nan
    experiment: Experiment | None = None
    """What the run trains now; None before a run."""
    epoch: int | None = None
    """The epoch that was chosen; None for the latest step."""

    def follows(self, other: "BackpropTelemetry") -> bool:
        """Whether it tells of the same thing a moment later, so that it may wait for its turn."""
        mine, its = ((each.variant, each.observed, each.epoch) for each in (self, other))
        return mine == its


def shown_telemetry(
    document: Experiment, selected: str, told: BackpropTelemetry
) -> tuple[Experiment, BackpropTelemetry]:
    """The experiment whose layers are shown, and the numbers that fit it.

    The run's, if there is one that has the selected variant; else the document's, without numbers.
    """
    running = told.experiment
    if running is None:
        return document, BackpropTelemetry()
    try:
        running.variant(selected)
    except ExperimentError:  # added since the run began
        return document, BackpropTelemetry(step=-1)
    if told.variant != selected:
        return running, BackpropTelemetry(selected, step=told.step, experiment=running)
    return running, told
