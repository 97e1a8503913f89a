"""What the open window costs: steps a second, and how late the GUI thread is.

Each figure comes from a process of its own, since the engine freezes the garbage collector for
good and the two sides must not share that.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median
from tempfile import TemporaryDirectory

import resources
from tests.benchmarks.measuring import Effort, Result

FRAME_BUDGET = 16.0  # milliseconds: the 99th percentile of the lateness
STALL_BUDGET = 50.0  # milliseconds: its maximum
ANSWER_BUDGET = 100.0  # milliseconds: the same with 320 members
LATTICE_FRAMES = 30.0  # a second


def window_throughput(effort: Effort) -> Result:
    """Steps a second with the window open and drawing, over those without it."""
    ratios = []
    for number in range(max(2, effort.rounds // 3)):
        sides = ["headless", "open"] if number % 2 else ["open", "headless"]
        speed = {side: _measured(side, _seconds(effort, 8))["steps_per_second"] for side in sides}
        ratios.append(speed["open"] / speed["headless"])
    return _result(
        "window_throughput",
        "classic experiment, flat out: steps a second with the window open / without",
        ratios,
        0.7,
        least=True,
    )


def window_lateness(effort: Effort) -> Result:
    """Lateness of a 60 Hz timer while 12 histograms and 4 curves of 10,000 points are drawn."""
    found = _measured("lateness", _seconds(effort, 60))
    ratios = [found["percentile_99"] / FRAME_BUDGET]
    return _result(
        "window_lateness",
        "99th percentile of a 60 Hz timer's lateness, training flat out / 16 ms",
        ratios,
        1.0,
        least=False,
    )


def window_stall(effort: Effort) -> Result:
    """The longest that timer was late."""
    found = _measured("lateness", _seconds(effort, 60))
    ratios = [found["longest"] / STALL_BUDGET]
    return _result(
        "window_stall",
        "longest lateness of a 60 Hz timer, training flat out / 50 ms",
        ratios,
        1.0,
        least=False,
    )


def window_answers(effort: Effort) -> Result:
    """The longest that timer was late while 320 members train, in the worst of the four views."""
    views = ("curves", "patterns", "results", "predictions")
    found = [_measured(f"answering {view}", _seconds(effort, 20)) for view in views]
    ratios = [each["longest"] / ANSWER_BUDGET for each in found]
    result = _result(
        "window_answers",
        "longest lateness of a 60 Hz timer while 320 members train, worst of 4 views / 100 ms",
        ratios,
        1.0,
        least=False,
    )
    return replace(result, ratio=max(ratios))


def lattice_frames(effort: Effort) -> Result:
    """Frames a second of the lattice."""
    found = _measured("answering patterns", _seconds(effort, 20))
    ratios = [found["frames_per_second"] / LATTICE_FRAMES]
    return _result(
        "lattice_frames",
        "32 patterns x 10 seeds: frames a second of the lattice while they train / 30",
        ratios,
        1.0,
        least=True,
    )


def first_paint(effort: Effort) -> Result:
    """Time to the first paint over that of an empty window of PySide6 and pyqtgraph.

    Both with their bytecode kept, as from any program's second start on: installed libraries have
    theirs from the start, and an environment that forbids Python to write it would have only
    Frostline compiled anew every time.
    """
    ratios = []
    with TemporaryDirectory() as folder:
        kept = {"PYTHONPYCACHEPREFIX": folder, "PYTHONDONTWRITEBYTECODE": ""}
        for number in range(-1, effort.rounds):
            sides = ["paint", "empty"] if number % 2 else ["empty", "paint"]
            seconds = {side: _measured(side, 0, kept)["seconds"] for side in sides}
            ratios.append(seconds["paint"] / seconds["empty"])
    del ratios[0]  # which wrote the bytecode
    return _result(
        "first_paint",
        "time to the first paint / that of an empty PySide6 + pyqtgraph window",
        ratios,
        1.5,
        least=False,
    )


def _seconds(effort: Effort, full: float) -> float:
    return full if effort.rounds >= 9 else 3.0


def _measured(
    side: str, seconds: float, variables: Mapping[str, str] | None = None
) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.window_process", side, str(seconds)]
    done = subprocess.run(
        command,
        cwd=resources.path().parent,
        env={**os.environ, **(variables or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{side} failed:\n{done.stderr}")
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _result(
    name: str, meaning: str, ratios: Sequence[float], target: float, *, least: bool
) -> Result:
    return Result(
        name,
        meaning,
        median(ratios),
        min(ratios),
        max(ratios),
        target,
        "at least" if least else "at most",
        tuple(round(ratio, 4) for ratio in ratios),
    )
