"""`python -m engine sweep`: many runs of one experiment, as a table."""

import argparse
import json
import math
import os
import sys
from collections import Counter
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
from engine.command_streams import print_text
from engine.consistency import field_problems
from engine.errors import EngineError, ExperimentError, Problem
from engine.experiment import Experiment
from engine.patterns import with_every_pattern
from engine.progress import ProgressLine
from engine.project import FileError, open_project, writable, write_text
from engine.sweep import Axis, Sweep
from engine.sweep_table import TableFormat, table_text

if TYPE_CHECKING:
    from engine.executors import Where
    from engine.sweep_run import SweepProgress, SweepRun
    from engine.workplace import Missing

PLACES: "dict[str, Where]" = {
    "here": "here",
    "cores": "cores",
    "cluster": "cluster",
    "local": "here",
    "dask": "cluster",
}
MISSING: "dict[Missing, str]" = {
    "": "",
    "workers": "no workers; waiting",
    "scheduler": "the scheduler does not answer; waiting",
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
    parser.add_argument(
        "--address", default="", metavar="tcp://HOST:PORT", help="the cluster's scheduler"
    )
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
        _write(out, table_text(sweep, run.cells, run.results, kind), store)
    except KeyboardInterrupt as stop:
        raise KeyboardInterrupt("the same command goes on where it stood") from stop
    store.unlink(missing_ok=True)
    return ""


def _write(out: Path, table: str, store: Path) -> None:
    """Write the table; to standard output if it has no place any more, nor have its runs."""
    try:
        write_text(out, table)
    except FileError as error:
        if os.path.exists(store) or print_text(
            table
        ):  # Path.exists may raise, on a share that is lost
            raise
        raise FileError(f"{error}; the table is on standard output") from error


def _train(run: "SweepRun") -> None:
    """Train to the end, with progress on standard error. Raises EngineError if it failed."""
    progress = run.progress
    if progress.runs_before:
        before = f"{progress.runs_before:,} of {progress.runs:,} runs were finished before"
        sys.stderr.write(f"resumed: {before}\n")
        sys.stderr.flush()
    line = ProgressLine(sys.stderr, progress.runs, "runs", progress.runs_before)
    try:
        run.start()
        while not run.join(SHOWN_EVERY):
            progress = run.progress
            line.show(int(progress.runs_trained), _waiting(progress))
        line.show(run.progress.runs_done)
    finally:
        run.cancel()
        run.join()
        line.close()
    if run.status != "finished":
        raise EngineError(run.error)


def _waiting(progress: "SweepProgress") -> str:
    """What nothing is trained without; nothing where it trains."""
    if progress.connecting_to:
        return f"connecting to {progress.connecting_to}"
    number = progress.workers_starting
    if number:
        return f"starting {number} worker{'' if number == 1 else 's'}"
    return MISSING[progress.waiting_for]


def _sweep(options: argparse.Namespace) -> Sweep:
    if options.address and PLACES[options.executor] != "cluster":
        raise ExperimentError(
            [Problem("--address", "is for --executor cluster only")], "the command line"
        )
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
    twice = [each for each, times in Counter(ids).items() if times > 1]
    if twice:
        text = f"{', '.join(twice)} is given twice"
        raise ExperimentError([Problem("--patterns", text)], "the command line")
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
