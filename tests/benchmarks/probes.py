"""What looking costs: training that is watched against training that nobody looks at."""

import time
from functools import partial

import resources
from engine import Experiment, Run, open_project
from engine.probes import HISTOGRAM_KINDS
from engine.telemetry import SnapshotRequest
from tests.benchmarks.measuring import Effort, Result, Stopwatch, compare

LOOKS = 26  # a second of wall time, about as often as the window asks


def weights_shown(effort: Effort) -> Result:
    """The histograms of the weights."""
    shown = SnapshotRequest("all", 100)
    return _compare(effort, "weights_shown", "histograms of weights", shown)


def probes_shown(effort: Effort) -> Result:
    """Everything that can be shown at once."""
    shown = SnapshotRequest("all", 100, frozenset(HISTOGRAM_KINDS), gradients=True)
    return _compare(effort, "probes_shown", "all probes", shown)


def _compare(effort: Effort, name: str, what: str, shown: SnapshotRequest) -> Result:
    experiment = open_project(resources.path("examples", "classic.json"))
    training = experiment.training.replace(epochs=effort.epochs)
    experiment = experiment.replace(training=training)
    return compare(
        name,
        f"classic experiment: steps a second with {what}, kept every epoch and looked at {LOOKS} "
        "times a second / without",
        numerator=partial(_train_unwatched, experiment),
        denominator=partial(_train_watched, experiment, shown),
        effort=effort,
        direction="at least",
        target=0.75,
    )


def _train_unwatched(experiment: Experiment) -> float:
    run = Run(experiment)
    run.prepare()
    with Stopwatch() as watch:
        while not run.complete:
            run.step()
    return watch.seconds


def _train_watched(experiment: Experiment, shown: SnapshotRequest) -> float:
    """As the worker does it: the step before each look is watched from within."""
    run = Run(experiment)
    run.prepare()
    run.record(shown.histograms, shown.gradients)
    with Stopwatch() as watch:
        due = time.perf_counter()
        while not run.complete:
            look = time.perf_counter() >= due
            run.step(look and shown.needs_observation)
            if look:
                run.snapshot(shown)
                due += 1 / LOOKS
    return watch.seconds
