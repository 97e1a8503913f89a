"""Sweeps in files: those that a killed or cancelled program left, and the last that finished."""

import contextlib
import math
import time
from dataclasses import dataclass
from pathlib import Path

from engine.errors import EngineError
from engine.sweep import Sweep, parts

SUFFIX = ".sweep"


@dataclass(frozen=True)
class StoredSweep:
    """A sweep in a file, as an earlier start or session left it."""

    path: Path
    name: str
    """Of the experiment."""
    runs: int
    runs_done: int
    problem: str = ""
    """Why it cannot be read; the numbers are 0 then."""
    sweep: Sweep | None = None
    """None where it cannot be read."""
    left: float = 0.0
    """When something was last written there, in seconds since 1970."""

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left to be trained."""
        return not self.problem and self.runs_done >= self.runs


def new_file(folder: Path) -> Path:
    """A name for another sweep; files that are newer come later in the alphabet."""
    return folder / f"{time.strftime('%Y%m%d-%H%M%S')}-{time.time_ns() % 10**9:09}{SUFFIX}"


def read_folder(folder: Path) -> tuple[StoredSweep, ...]:
    """Every sweep of which something is trained, the newest first, and what cannot be read.

    It takes seconds with thousands of cells.
    """
    paths = sorted(folder.glob(f"*{SUFFIX}"), reverse=True)
    found = map(_read_stored, paths)
    return tuple(stored for stored in found if stored.runs_done or stored.problem)


def _read_stored(path: Path) -> StoredSweep:
    from engine.sweep_store import read_sweep, stored_parts

    try:
        sweep = read_sweep(path)
        found = stored_parts(path, sweep, parts(sweep))
        left = path.stat().st_mtime
    except (EngineError, OSError) as error:
        return StoredSweep(path, path.name, 0, 0, str(error))
    runs = len(sweep.base.members) * math.prod(len(axis.values) for axis in sweep.axes)
    done = sum(len(results) for _, results in found)
    return StoredSweep(path, sweep.base.name, runs, done, sweep=sweep, left=left)


def remove(path: Path) -> None:
    """Remove a sweep; one that cannot be removed is found again."""
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
