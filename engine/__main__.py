"""The laboratory without a window: `python -m engine run | sweep | datasets | check`.

Results go to standard output or `--out`, progress to standard error. Exit status 0; 1 for a
refused input, with every problem listed and nothing written, or a sweep that failed, whose finished
runs are kept for the next start; 2 for wrong usage; 130 when stopped by the keyboard.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from engine.command_options import (
    add_training_options,
    overridden,
    refuse_problems,
    refuse_to_overwrite,
)
from engine.command_streams import interrupted_once, open_closed_streams, print_text, shown
from engine.datasets.registry import DATASETS
from engine.edits import apply_edit
from engine.errors import EngineError, ExperimentError, Problem
from engine.experiment import Experiment
from engine.journal import Journal, parse_journal
from engine.progress import ProgressLine
from engine.project import open_project, read_text, writable, write_text
from engine.sweep_command import DESCRIPTION, add_sweep_options, sweep_command


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command and return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        open_closed_streams(prints=getattr(options, "out", None) is None)
        with interrupted_once():
            return print_text(options.command(options))
    except EngineError as error:
        sys.stderr.write(f"{shown(str(error), sys.stderr)}\n")
        return 1
    except KeyboardInterrupt as stop:
        sys.stderr.write(f"\nstopped; {str(stop) or 'nothing was written'}\n")
        return 130


def _run(options: argparse.Namespace) -> str:
    experiment = overridden(open_project(options.experiment), options)
    refuse_problems(experiment, options.experiment)
    journal = _journal(options.journal, experiment)
    if options.out is not None:
        writable(options.out)
        for name, path in (("experiment", options.experiment), ("journal", options.journal)):
            if path is not None:
                refuse_to_overwrite(options.out, name, path)
    import torch  # only now: a refused input is answered before anything heavy loads

    from engine.results import results_json
    from engine.run import train

    torch.set_num_threads(1)
    progress = ProgressLine(sys.stderr, experiment.training.epochs, "epochs")
    began = time.perf_counter()
    try:
        run = train(experiment, script=journal, on_epoch=lambda run: progress.show(len(run.log)))
    finally:
        progress.close()
    seconds = time.perf_counter() - began
    _tell_what_was_late(options.experiment, experiment.script, run.step_count)
    _tell_what_was_late(options.journal, journal, run.step_count)
    results = results_json(run, seconds)
    if options.out is None:
        return results
    write_text(options.out, results)
    return ""


def _tell_what_was_late(path: Path | None, journal: Journal, steps: int) -> None:
    late = sum(entry.step > steps for entry in journal)
    if late:
        sys.stderr.write(
            f"{path}: {late} of {len(journal)} edits lie after the last step, {steps}, "
            "and were not taken\n"
        )


def _check(options: argparse.Namespace) -> str:
    experiment = open_project(options.experiment)
    refuse_problems(experiment, options.experiment)
    members = len(experiment.members)
    return f"{options.experiment}: valid, {len(experiment.layers)} layers, {members} members\n"


def _datasets(options: argparse.Namespace) -> str:
    lines = [f"{'name':15} {'rows':>6} {'inputs':>6} {'classes':>7}  source"]
    for each in DATASETS.values():
        rows = "any" if each.rows is None else str(each.rows)
        classes = str(each.classes or "number")
        lines.append(f"{each.name:15} {rows:>6} {each.inputs:>6} {classes:>7}  {each.source}")
    return "\n".join(lines) + "\n"


def _journal(path: Path | None, experiment: Experiment) -> Journal:
    if path is None:
        return ()
    journal = parse_journal(read_text(path), path.name)
    problems = []
    for entry in journal:
        try:
            experiment = apply_edit(experiment, entry.edit)
        except ExperimentError as error:
            where = f"{entry.edit.kind} at step {entry.step}"
            problems += [Problem(f"{where}, {p.path}", p.message) for p in error.problems]
    if problems:
        raise ExperimentError(problems, path.name)
    return journal


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m engine", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="run | sweep | datasets | check")

    run = commands.add_parser("run", help="train an experiment and print its results as JSON")
    run.set_defaults(command=_run)
    add_training_options(run)
    run.add_argument(
        "--journal",
        type=Path,
        metavar="J.json",
        help='edits to take: [{"step": 7, "edit": {...}}, ...]',
    )
    run.add_argument("--out", type=Path, metavar="RESULTS.json", help="write the results here")

    sweep = commands.add_parser(
        "sweep", help="train many runs and print a table of them", description=DESCRIPTION
    )
    sweep.set_defaults(command=sweep_command)
    add_sweep_options(sweep)

    datasets = commands.add_parser("datasets", help="list the data sets")
    datasets.set_defaults(command=_datasets)

    check = commands.add_parser("check", help="say what is wrong with an experiment, all at once")
    check.set_defaults(command=_check)
    check.add_argument("experiment", type=Path, metavar="EXPERIMENT.json")
    return parser


if __name__ == "__main__":
    sys.exit(main())
