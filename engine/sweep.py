"""Sweeps: one experiment with some of its values varied, divided into parts that train together.

A cell is one choice of a value on every axis; a run is one (cell, variant, seed). Cells that differ
in nothing but their variants' plans (learning rates, what trains) have equal shapes, so they are
stacked in one network, as far as `stack` members go. How runs are stacked follows from the sweep
alone: wherever its parts are trained, the numbers come out the same, bit for bit.
"""

import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from pydantic import Field, JsonValue

from engine.backprop import layer_parameters
from engine.checks import experiment_problems
from engine.errors import ExperimentError, Problem
from engine.experiment import Experiment, Variant
from engine.experiment_paths import Setting, holds, with_settings
from engine.values import Value

FORMAT: Literal[1] = 1
MOST_RUNS = 100_000
MOST_CELLS = 2_000
MOST_PROBLEMS = 20

_Any = TypeVar("_Any")


class Axis(Value, use_attribute_docstrings=True):
    """One thing that a sweep varies, and the values that it takes."""

    path: str = Field(min_length=1, max_length=200)
    """What varies: a field as in the experiment's file, layers and variants by their ids, such as
    `training.optimizer` or `layers.hidden-1.units`; `learning_rate` for all layers of all variants,
    `learning_rate.ID` for one layer in all variants."""
    values: tuple[JsonValue, ...] = Field(min_length=1, max_length=1000)
    """The values, as in the experiment's file."""


class Sweep(Value, use_attribute_docstrings=True):
    """An experiment, what varies in it, and how many runs are trained together."""

    format: Literal[1] = FORMAT
    base: Experiment
    """What does not vary; all its variants and seeds are trained in every cell."""
    axes: tuple[Axis, ...] = Field(default=(), max_length=20)
    """What varies; every combination of values is a cell."""
    stack: int = Field(default=64, ge=1, le=10_000)
    """At most so many runs are stacked in one network. It changes the last digits of the results,
    and nothing else; larger is faster as long as the networks are small."""


@dataclass(frozen=True)
class Cell:
    """One combination: its number, the value on every axis, and the experiment it makes."""

    number: int
    settings: tuple[Setting, ...]
    experiment: Experiment


@dataclass(frozen=True)
class Part:
    """What is trained as one stacked network.

    `origins` says, for every variant of the experiment, which cell's variant it is.
    """

    number: int
    experiment: Experiment
    origins: tuple[tuple[int, str], ...]

    @property
    def members(self) -> tuple[tuple[int, str, int], ...]:
        """(cell, variant, seed) of every run that it trains: the order of the member axis."""
        seeds = self.experiment.training.seeds
        return tuple((cell, variant, seed) for cell, variant in self.origins for seed in seeds)

    @property
    def runs(self) -> int:
        """How many (cell, variant, seed) it trains."""
        return len(self.experiment.members)


class RunResult(Value):
    """How one run ended. None where there is no number: nothing held out, or it diverged."""

    cell: int
    variant: str
    seed: int
    train_loss: float | None
    """Of the last epoch: the mean over its batches as they were trained."""
    validation_loss: float | None
    train_score: float | None
    """Accuracy, or R2 for regression."""
    validation_score: float | None
    best_validation_loss: float | None
    """The lowest held-out loss of all epochs: what early stopping would have kept."""
    best_epoch: int | None
    """The epoch of the lowest held-out loss; None where it never changed."""
    diverged: int | None
    """The step at which its loss was no longer finite."""


def cells(sweep: Sweep) -> tuple[Cell, ...]:
    """Every combination of the axes' values, the last axis varying fastest.

    Raises ExperimentError that lists what is wrong with any of them: a path that is not there, a
    value that does not fit, an experiment that cannot be trained, or too many.
    """
    _check_axes(sweep)
    found, problems, runs = [], list[Problem](), 0
    choices = [[(axis.path, value) for value in axis.values] for axis in sweep.axes]
    for number, settings in enumerate(itertools.product(*choices)):
        try:
            experiment = with_settings(sweep.base, settings)
            runs += len(experiment.members)
            if runs > MOST_RUNS:
                break
            found_wrong = _problems(experiment) or _subset_problems(sweep.base, experiment)
            problems += _named(found_wrong, settings)
        except ExperimentError as error:
            problems += _named(error.problems, settings)
        else:
            found.append(Cell(number, settings, experiment))
        if len(problems) >= MOST_PROBLEMS:
            break
    if problems:
        raise ExperimentError(list(dict.fromkeys(problems))[:MOST_PROBLEMS], sweep.base.name)
    if runs > MOST_RUNS:
        text = f"more than {MOST_RUNS:,} runs, which is the limit; vary less, or fewer seeds"
        raise ExperimentError([Problem("axes", text)], sweep.base.name)
    return tuple(found)


def parts(sweep: Sweep, known: Sequence[Cell] | None = None) -> tuple[Part, ...]:
    """The sweep divided: cells of equal shape together, then cut into `stack` members or less.

    `known` are the sweep's cells, if they are known. Raises ExperimentError as `cells` does.
    """
    alike: dict[str, list[Cell]] = {}
    for cell in cells(sweep) if known is None else known:
        alike.setdefault(_all_but_variants(cell.experiment), []).append(cell)
    divided: list[Part] = []
    for group in alike.values():
        divided += _divided(group, sweep.stack, len(divided))
    return tuple(divided)


def _check_axes(sweep: Sweep) -> None:
    problems = []
    count = 1
    for index, axis in enumerate(sweep.axes):
        count *= len(axis.values)
        for earlier in sweep.axes[:index]:
            if holds(axis.path, earlier.path):
                twice = axis.path == earlier.path
                text = "varies twice" if twice else f"would undo {earlier.path}; put it first"
                problems.append(Problem(f"axes[{index}].path", f"{axis.path} {text}"))
        texts = [json.dumps(value) for value in axis.values]
        numbers = [value for value in axis.values if type(value) in (int, float)]
        if len(set(texts)) < len(texts) or len(set(numbers)) < len(numbers):
            problems.append(Problem(f"axes[{index}].values", f"{axis.path} has a value twice"))
    if count > MOST_CELLS:
        text = f"{count:,} combinations are above the limit of {MOST_CELLS:,}; vary less"
        problems.append(Problem("axes", text))
    if problems:
        raise ExperimentError(problems, sweep.base.name)


def _named(problems: Sequence[Problem], settings: Sequence[Setting]) -> list[Problem]:
    """The problems, with the values that brought them."""
    values = ", ".join(f"{path} = {json.dumps(value)}" for path, value in settings)
    return [Problem(f"{values}: {p.path}" if values else p.path, p.message) for p in problems]


def _all_but_variants(experiment: Experiment) -> str:
    """What must be equal for two experiments to be stacked."""
    raw = experiment.model_dump(mode="json", exclude={"variants", "name"})
    named = {variant.id for variant in experiment.variants} if experiment.script else ()
    return json.dumps([raw, sorted(named)])


def _problems(experiment: Experiment) -> tuple[Problem, ...]:
    """What keeps its runs from being trained; that all of them together are too many does not."""
    alone = experiment.training.replace(seeds=experiment.training.seeds[:1])
    problems = experiment_problems(experiment.replace(training=alone))
    if not problems or len(experiment.variants) == 1:
        return problems
    return tuple(
        Problem(problem.path.replace("variants[0]", f"variants[{place}]"), problem.message)
        for place, variant in enumerate(experiment.variants)
        for problem in experiment_problems(
            experiment.replace(training=alone, variants=(variant,), script=())
        )
    )


def _subset_problems(base: Experiment, experiment: Experiment) -> tuple[Problem, ...]:
    """Variants that train a random subset of a layer, where layers have other sizes in the base.

    Such a variant is a control: it trains as many parameters as another one of the base does.
    """
    controls = [v for v in experiment.variants if any(plan.subset for plan in v.layers.values())]
    if not controls:
        return ()
    before, after = layer_parameters(base), layer_parameters(experiment)
    other = [layer for layer in after if after[layer] != before.get(layer)]
    return tuple(
        Problem(
            f"variants.{variant.id}",
            f"{variant.name!r} trains a random subset, as many parameters as fit the base; {layer} "
            f"has {after[layer]:,} parameters instead of {before.get(layer, 0):,}, so vary this "
            f"without it",
        )
        for variant in controls
        for layer in other[:1]
    )


def _divided(group: Sequence[Cell], stack: int, number: int) -> list[Part]:
    """Cells of equal shape as parts of at most `stack` runs, numbered from `number` on.

    A part that the limits of an experiment do not allow (memory, number of variants) is halved.
    """
    origins = [(cell, variant) for cell in group for variant in cell.experiment.variants]
    seeds = group[0].experiment.training.seeds
    chunks = [
        (some, few)
        for few in _chunks(seeds, stack)
        for some in _chunks(origins, max(1, stack // len(few)))
    ]
    try:
        divided = [_part(number + place, *chunk) for place, chunk in enumerate(chunks)]
    except ExperimentError:  # too many variants, or edits of the script
        if stack == 1:
            raise
        return _divided(group, stack // 2, number)
    if stack > 1 and experiment_problems(divided[0].experiment):  # none has more runs
        return _divided(group, stack // 2, number)
    return divided


def _part(number: int, origins: Sequence[tuple[Cell, Variant]], seeds: Sequence[int]) -> Part:
    variants, script = [], []
    for place, (cell, variant) in enumerate(origins):
        name = f"run-{place}"
        variants.append(variant.replace(id=name))
        for entry in cell.experiment.script:
            if entry.edit.variant == variant.id:
                script.append(entry.replace(edit=entry.edit.replace(variant=name)))
    first = origins[0][0].experiment
    experiment = first.replace(
        variants=tuple(variants),
        script=tuple(script),
        training=first.training.replace(seeds=tuple(seeds)),
    )
    return Part(number, experiment, tuple((cell.number, v.id) for cell, v in origins))


def _chunks(values: Sequence[_Any], most: int) -> list[Sequence[_Any]]:
    return [values[start : start + most] for start in range(0, len(values), most)]
