"""What several commands of `python -m engine` share: their options, and how those are checked."""

import argparse
from collections.abc import Callable
from pathlib import Path

from engine.checks import experiment_problems
from engine.errors import ExperimentError, Problem
from engine.experiment import Experiment
from engine.values import MAX_SEED


def add_training_options(parser: argparse.ArgumentParser) -> None:
    """EXPERIMENT.json, --seeds and --epochs; see `overridden`."""
    parser.add_argument("experiment", type=Path, metavar="EXPERIMENT.json")
    parser.add_argument(
        "--seeds", type=count_to(1000), metavar="N", help="the first seed and the next N-1 (1-1000)"
    )
    parser.add_argument(
        "--epochs", type=count_to(1_000_000), metavar="N", help="epochs to train (1-1000000)"
    )


def overridden(experiment: Experiment, options: argparse.Namespace) -> Experiment:
    """The experiment with the seeds and epochs that were asked for. Raises ExperimentError."""
    training = experiment.training
    if options.epochs is not None:
        training = training.replace(epochs=options.epochs)
    if options.seeds is not None:
        first = training.seeds[0]
        if first + options.seeds - 1 > MAX_SEED:
            text = f"{options.seeds} seeds from {first} on pass the largest seed, {MAX_SEED}"
            raise ExperimentError([Problem("--seeds", text)], options.experiment.name)
        training = training.replace(seeds=tuple(range(first, first + options.seeds)))
    return experiment.replace(training=training)


def refuse_problems(experiment: Experiment, path: Path) -> None:
    """Raise ExperimentError for an experiment that cannot be trained."""
    problems = experiment_problems(experiment)
    if problems:
        raise ExperimentError(problems, path.name)


def refuse_to_overwrite(out: Path, name: str, path: Path) -> None:
    """Raise ExperimentError where --out is one of the files that are read."""
    if out.exists() and path.exists() and out.samefile(path):
        text = f"{out} is the {name} itself; name another file"
        raise ExperimentError([Problem("--out", text)], "the command line")


def count_to(largest: int) -> Callable[[str], int]:
    """An argparse type: a whole number from 1 to `largest`."""

    def count(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= largest:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to {largest}")
        return int(text)

    return count
