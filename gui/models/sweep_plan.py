"""What a person has asked to be swept, and what is wrong with it: pure, so that a thread can ask.

A sweep is checked whole where it has few combinations; otherwise along one axis at a time, which
meets every value once. The rest is checked when it starts.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue
from PySide6.QtCore import QCoreApplication

from engine.checks import experiment_problems
from engine.errors import ExperimentError
from engine.experiment import Experiment
from engine.patterns import with_every_pattern
from engine.sweep import MOST_CELLS, MOST_RUNS, Axis, Sweep, cells, parts
from gui.models.seed_text import counted_seeds

translate = QCoreApplication.translate

MOST_CHECKED = 200
"""Combinations that are checked while a person edits; one takes half a millisecond."""
MOST_LINES = 3  # of problems under a row

Values = tuple[tuple[str, tuple[JsonValue, ...]], ...]
"""Paths and the values there, in the order of the rows."""


@dataclass(frozen=True)
class SweepPlan:
    """What was asked for: over every seed of the base, or its first one and the next ones."""

    base: Experiment
    values: Values
    every_pattern: bool
    seeds: int

    def sweep(self) -> Sweep:
        """The sweep. Raises ExperimentError where there are too many freeze patterns.

        With many layers it takes seconds.
        """
        base = with_every_pattern(self.base) if self.every_pattern else self.base
        training = base.training
        if len(training.seeds) != self.seeds:
            training = training.replace(seeds=counted_seeds(training.seeds[0], self.seeds))
        axes = tuple(Axis(path=path, values=each) for path, each in self.values)
        return Sweep(base=base.replace(training=training), axes=axes)


@dataclass(frozen=True)
class SweepCheck:
    """What a check has found."""

    sweep: Sweep | None
    """None where there can be none."""
    problems: Mapping[str, str]
    """By the path of an axis: what is wrong with its values."""
    general: str
    """What is wrong with the sweep as a whole."""
    parts: int | None
    """In how many parts it is trained; None where not every combination was looked at."""

    @property
    def good_sweep(self) -> Sweep | None:
        """The sweep, if nothing was found."""
        return None if self.problems or self.general else self.sweep


def combinations(sweep: Sweep) -> int:
    """How many cells the sweep has."""
    count = 1
    for axis in sweep.axes:
        count *= len(axis.values)
    return count


def runs(sweep: Sweep) -> int:
    """How many (cell, variant, seed) the sweep trains."""
    return combinations(sweep) * len(sweep.base.members)


def checked_plan(plan: SweepPlan) -> SweepCheck:
    """The sweep, and what is wrong with it, beside the axes that brought it."""
    try:
        sweep = plan.sweep()
    except ExperimentError as error:
        return SweepCheck(None, {}, "\n".join(_messages(error)), None)
    if combinations(sweep) <= MOST_CELLS and runs(sweep) > MOST_RUNS:
        text = translate("sweep", "{runs} runs are above the limit of {most}; vary less")
        text = text.format(runs=f"{runs(sweep):,}", most=f"{MOST_RUNS:,}")
        return SweepCheck(sweep, {}, text, None)
    try:
        return SweepCheck(sweep, {}, "", _checked_parts(sweep))
    except ExperimentError as error:
        problems = _explained(sweep)
        general = "" if problems else "\n".join(_messages(error))
        return SweepCheck(sweep, problems, general, None)


def _checked_parts(sweep: Sweep) -> int | None:
    """How many there are, if that is known. Raises ExperimentError."""
    number = combinations(sweep)
    if number <= MOST_CHECKED:
        return len(parts(sweep))
    if number > MOST_CELLS:
        cells(sweep)  # refused without looking at any
    for axis in sweep.axes:
        cells(_along(sweep, axis))
    return None


def _along(sweep: Sweep, varied: Axis) -> Sweep:
    """The part of the sweep in which one axis varies and the others stay at their first value."""
    axes = [axis if axis is varied else axis.replace(values=axis.values[:1]) for axis in sweep.axes]
    return sweep.replace(axes=tuple(axes))


def _explained(sweep: Sweep) -> dict[str, str]:
    """The problems of the axes that have them even alone, by their paths."""
    anyway = {problem.message for problem in experiment_problems(sweep.base)}
    problems = {}
    for axis in sweep.axes:
        try:
            cells(sweep.replace(axes=(axis,)))
        except ExperimentError as error:
            lines = [line for line in _messages(error) if line not in anyway]
            if lines:
                problems[axis.path] = "\n".join(lines)
    return problems


def _messages(error: ExperimentError) -> list[str]:
    """The first few, each once: with every value of other axes they come again."""
    lines = dict.fromkeys(problem.message for problem in error.problems)
    return list(lines)[:MOST_LINES]
