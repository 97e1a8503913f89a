"""What proving a claim costs: every pattern over many seeds, and a part of every layer."""

from functools import partial

import resources
from engine import Experiment, open_project
from engine.backprop import layer_parameters
from engine.experiment import Subset
from engine.patterns import with_every_pattern
from tests.benchmarks.experiments import classic, train_with_engine
from tests.benchmarks.measuring import Effort, Result, compare
from tests.benchmarks.plain_loop import train_with_plain_loop

SEEDS = 20
QUICK_SEEDS = 2
LONG_ROUNDS = 1
"""In the full effort: 160 plain loops take minutes."""


def pattern_loops(effort: Effort) -> Result:
    """All 8 freeze patterns with 20 seeds: a loop for each, or one stacked run."""
    quick = effort.epochs < Effort().epochs
    seeds = QUICK_SEEDS if quick else SEEDS
    experiment = _every_pattern(effort.epochs, seeds)
    members = len(experiment.members)
    return compare(
        "pattern_loops",
        f"classic experiment, 8 patterns x {seeds} seeds: time of {members} plain PyTorch loops / "
        "time of one stacked run" + (f" (the full effort has {SEEDS} seeds)" if quick else ""),
        numerator=partial(_train_one_by_one, experiment),
        denominator=partial(train_with_engine, experiment),
        effort=effort if quick else Effort(rounds=LONG_ROUNDS, epochs=effort.epochs),
        direction="at least",
        target=None if quick else 25.0,
        warm_up=quick,
    )


def part_of_every_layer(effort: Effort) -> Result:
    """A random half of every layer, against all of it."""
    whole = classic(effort.epochs)
    return compare(
        "part_of_every_layer",
        "classic experiment, one member: time with half of every layer's parameters trainable / "
        "time with all of them",
        numerator=partial(train_with_engine, _halved(whole)),
        denominator=partial(train_with_engine, whole),
        effort=effort,
        direction="at most",
        target=None,
    )


def _every_pattern(epochs: int, seeds: int) -> Experiment:
    experiment = with_every_pattern(open_project(resources.path("examples", "classic.json")))
    training = experiment.training.replace(epochs=epochs, seeds=tuple(range(seeds)))
    return experiment.replace(training=training)


def _train_one_by_one(experiment: Experiment) -> float:
    """Seconds of all members, one after another, as a script for each of them would train it."""
    return sum(
        train_with_plain_loop(experiment, variant)
        for variant in experiment.variants
        for _ in experiment.training.seeds
    )


def _halved(experiment: Experiment) -> Experiment:
    parameters = layer_parameters(experiment)
    (variant,) = experiment.variants
    plans = {
        name: plan.replace(subset=Subset(count=(parameters[name] + 1) // 2))
        for name, plan in variant.layers.items()
    }
    return experiment.replace(variants=(variant.replace(layers=plans),))
