"""`python -m engine sweep`: many runs of one experiment, as a table."""

import argparse
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import JsonValue, ValidationError

from engine.command_options import (
    add_training_options,
    count_to,
    overridden,
    refuse_to_overwrite,
)
from engine.consistency import field_problems
from engine.errors import EngineError, ExperimentError, Problem
from engine.experiment import Experiment
from engine.patterns import with_every_pattern
from engine.progress import ProgressLine
from engine.project import open_project, writable, write_text
from engine.sweep import Axis, Sweep
from engine.sweep_table import TableFormat, table_text

if TYPE_CHECKING:
    from engine.executors import Where
    from engine.sweep_run import SweepRun

PLACES: "dict[str, Where]" = {
    "here": "here",
    "cores": "cores",
    "cluster": "cluster",
    "local": "here",
    "dask": "cluster",
}
SHOWN_EVERY = 0.1  # seconds between two looks at the progress

DESCRIPTION = """Train many runs of one experiment and print a table of them, a row per run.
With --out, finished runs are kept beside the table, in TABLE.parts, until it is written: whatever
ends the command, the same command goes on where it stood."""


def add_sweep_options(parser: argparse.ArgumentParser) -> None:
    """The command line of `sweep`."""
    add_training_options(parser)
    parser.add_argument(
        "--patterns",
        metavar="all|ID,ID",
        help='"all" trains every freeze pattern; else ids of variants and patterns (pattern-101)',
    )
    parser.add_argument(
        "--vary",
        action="append",
        default=[],
        type=_varied,
        metavar="PATH=V1,V2",
        help="vary a field of the file, such as training.optimizer=sgd,adam or "
        "layers.hidden-1.units=8,16; learning_rate is that of all layers; may be repeated",
    )
    parser.add_argument(
        "--stack", type=count_to(10_000), metavar="N", help="runs in one network, at most (64)"
    )
    parser.add_argument(
        "--executor",
        choices=list(PLACES),
        default="here",
        help="train in this process, on all cores or on a dask cluster; local is another name for "
        "here, dask for cluster",
    )
    parser.add_argument("--address", default="", metavar="tcp://…", help="the cluster's scheduler")
    parser.add_argument(
        "--out", type=_table, metavar="TABLE.csv|TABLE.json", help="write the table here"
    )


def sweep_command(options: argparse.Namespace) -> str:
    """Train the sweep; the table that is left to be printed: none with --out."""
    out: Path | None = options.out
    sweep = _sweep(options)
    if out is not None:
        writable(out)
        refuse_to_overwrite(out, "experiment", options.experiment)
    store = None if out is None else out.with_name(f"{out.name}.parts")
    from engine.sweep_run import SweepRun  # only now, as it brings numpy and multiprocessing

    run = SweepRun(sweep, where=PLACES[options.executor], address=options.address, store=store)
    if out is None or store is None:
        _train(run)
        return table_text(sweep, run.cells, run.results, "csv")
    kind: TableFormat = "json" if out.suffix.lower() == ".json" else "csv"
    try:
        _train(run)
        write_text(out, table_text(sweep, run.cells, run.results, kind))
    except KeyboardInterrupt as stop:
        raise KeyboardInterrupt("the same command goes on where it stood") from stop
    store.unlink(missing_ok=True)
    return ""


def _train(run: "SweepRun") -> None:
    """Train to the end, with progress on standard error. Raises EngineError if it failed."""
    progress = run.progress
    if progress.runs_before:
        before = f"{progress.runs_before:,} of {progress.runs:,} runs were finished before"
        sys.stderr.write(f"resumed: {before}\n")
        sys.stderr.flush()
    line = ProgressLine(sys.stderr, progress.runs, "runs", progress.runs_before)
    run.start()
    try:
        while not run.join(SHOWN_EVERY):
            line.show(int(run.progress.runs_trained))
        line.show(run.progress.runs_done)
    finally:
        run.cancel()
        run.join()
        line.close()
    if run.status != "finished":
        raise EngineError(run.error)


def _sweep(options: argparse.Namespace) -> Sweep:
    experiment = overridden(open_project(options.experiment), options)
    if options.patterns is not None:
        experiment = _with_patterns(experiment, options.patterns)
    axes = tuple(_axis(path, values) for path, values in options.vary)
    try:
        sweep = Sweep(base=experiment, axes=axes)
    except ValidationError as error:
        raise ExperimentError(field_problems(error), "--vary") from error
    return sweep if options.stack is None else sweep.replace(stack=options.stack)


def _axis(path: str, values: Sequence[JsonValue]) -> Axis:
    try:
        return Axis(path=path, values=tuple(values))
    except ValidationError as error:
        raise ExperimentError(field_problems(error), f"--vary {path}") from error


def _with_patterns(experiment: Experiment, wanted: str) -> Experiment:
    """With every pattern, or only with the variants and patterns of these ids."""
    if wanted == "all":
        return with_every_pattern(experiment)
    ids = wanted.split(",")
    offered = {variant.id: variant for variant in experiment.variants}
    if not offered.keys() >= set(ids):
        offered = {variant.id: variant for variant in with_every_pattern(experiment).variants}
    unknown = [each for each in ids if each not in offered]
    if unknown:
        text = f"there is no {', '.join(unknown)}; there is {', '.join(offered)}, or all of them"
        raise ExperimentError([Problem("--patterns", text)], "the command line")
    return experiment.replace(
        variants=tuple(offered[each] for each in ids),
        script=tuple(entry for entry in experiment.script if entry.edit.variant in ids),
    )


def _varied(text: str) -> tuple[str, tuple[JsonValue, ...]]:
    """An argparse type: PATH=V1,V2; values are JSON where they can be read as such, else text."""
    path, equals, values = text.partition("=")
    if not path or not equals or not values:
        raise argparse.ArgumentTypeError(f"{text!r} is not PATH=V1,V2")
    together = _json(f"[{values}]")
    if isinstance(together, list):
        return path, tuple(together)
    return path, tuple(_value(each) for each in values.split(","))


def _value(text: str) -> JsonValue:
    read = _json(f"[{text}]")
    return read[0] if isinstance(read, list) and len(read) == 1 else text


def _json(text: str) -> JsonValue:
    """What JSON text says; None for what is none, or says NaN or infinity."""
    try:
        read: JsonValue = json.loads(text, parse_constant=_finite, parse_float=_finite)
    except (ValueError, RecursionError):
        return None
    return read


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is not finite")
    return number


def _table(text: str) -> Path:
    """An argparse type: a file that ends in .csv or .json."""
    path = Path(text)
    if path.suffix.lower() not in (".csv", ".json"):
        raise argparse.ArgumentTypeError(f"{text} ends neither in .csv nor in .json")
    return path
