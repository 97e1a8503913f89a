"""`python -m tests.benchmarks [--quick] [--out FILE.json] [NAME …]`."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import torch
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from engine.errors import EngineError
from engine.project import writable, write_text
from tests.benchmarks.measuring import QUICK, Effort, Result
from tests.benchmarks.registry import BENCHMARKS


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print every ratio as soon as it is known, and write them all as JSON."""
    options = _options(arguments)
    effort = QUICK if options.quick else Effort()
    try:
        if options.out:
            writable(options.out)
        results = []
        torch.set_num_threads(1)
        with threadpool_limits(1):  # scikit-learn's arithmetic as well: one thread each
            for name, benchmark in BENCHMARKS:
                if not options.names or name in options.names:
                    results.append(benchmark(effort))
                    sys.stdout.write(line(results[-1]))
                    sys.stdout.flush()
        if options.out:
            found = [asdict(result) | {"met": result.met} for result in results]
            document = {"format": 1, "quick": options.quick, "results": found}
            write_text(options.out, json.dumps(document, indent=2, allow_nan=False) + "\n")
    except EngineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def line(result: Result) -> str:
    """A result as one line: name, median, range, and how it stands to its target."""
    text = f"{result.name:20} {result.ratio:6.2f}  ({result.low:.2f} to {result.high:.2f})"
    if result.target is not None:
        verdict = "met" if result.met else "MISSED"
        text += f"  {result.direction} {result.target:g}: {verdict}"
    return f"{text}\n{'':20} {result.meaning}\n"


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    names = [name for name, _ in BENCHMARKS]
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, shorter runs")
    parser.add_argument("--out", type=Path, metavar="FILE.json", help="write the ratios here")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which: {', '.join(names)}")
    options = parser.parse_args(arguments)
    for name in options.names:
        if name not in names:
            parser.error(f"there is no benchmark {name!r}; there are {', '.join(names)}")
    return options


if __name__ == "__main__":
    sys.exit(main())
