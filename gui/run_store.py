"""The runs the window knows: each with the curves that its log has grown so far."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from engine.experiment import Experiment

if TYPE_CHECKING:  # at run time it brings torch, which loads after the first paint
    from engine.run import Run

GHOSTS = 2
"""Earlier runs that are kept, as pale curves behind the present one."""

LOSS_COLUMNS = {False: 0, True: 1}
"""Held out or not -> column of the metric log."""


class Curve:
    """Mean over the seeds, and the lowest and highest of them, per epoch; grows with the log."""

    def __init__(self, members: slice, column: int) -> None:
        self._members = members
        self._column = column
        rows = 1 if members.stop - members.start == 1 else 3
        self._table = np.empty((rows, 128), np.float32)
        self._length = 0

    @property
    def centre(self) -> NDArray[np.float32]:
        """The mean over the seeds, (epochs,)."""
        return self._table[0, : self._length]

    @property
    def band(self) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
        """Lowest and highest seed, each (epochs,); None for a single seed."""
        if len(self._table) == 1:
            return None
        return self._table[1, : self._length], self._table[2, : self._length]

    def extend(self, rows: NDArray[np.float32]) -> None:
        """Take the log's new rows, (epochs, metrics, M). A diverged seed makes the mean a gap."""
        values = rows[:, self._column, self._members]
        needed = self._length + len(values)
        while needed > self._table.shape[1]:
            wider = np.empty((len(self._table), 2 * self._table.shape[1]), np.float32)
            wider[:, : self._length] = self._table[:, : self._length]
            self._table = wider
        grown = self._table[:, self._length : needed]
        grown[0] = values.mean(axis=1)
        if len(grown) == 3:
            grown[1] = values.min(axis=1)
            grown[2] = values.max(axis=1)
        self._length = needed


class RunRecord:
    """A run as the window sees it: the engine's run and the curves read from its log."""

    def __init__(self, number: int, run: "Run") -> None:
        self.number = number
        self.run = run
        self.experiment: Experiment = run.started_as
        self.curves: dict[tuple[str, bool], Curve] = {}
        seeds = len(self.experiment.training.seeds)
        held_out = (False, True) if self.experiment.data.validation_fraction > 0 else (False,)
        for index, variant in enumerate(self.experiment.variants):
            members = slice(index * seeds, (index + 1) * seeds)
            for held in held_out:
                self.curves[variant.id, held] = Curve(members, LOSS_COLUMNS[held])
        self.diverged: dict[str, tuple[float, str]] = {}  # variant -> (epoch, what happened)
        self.diverged_seeds: dict[tuple[str, int | None], str] = {}  # -> what happened
        self._read = 0

    @property
    def epochs(self) -> int:
        """Epochs whose metrics were read."""
        return self._read

    def read_log(self) -> bool:
        """Take what the log has grown since the last time; whether there was anything."""
        rows = self.run.log.table[self._read :]
        if not len(rows):
            return False
        for curve in self.curves.values():
            curve.extend(rows)
        self._read += len(rows)
        return True


class RunStore(QObject):
    """The present run and the few before it, which stay as ghosts."""

    changed = Signal()
    """Another run is the present one."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._records: list[RunRecord] = []
        self._numbers = 0

    @property
    def current(self) -> RunRecord | None:
        """The present run, if one was started."""
        return self._records[-1] if self._records else None

    @property
    def ghosts(self) -> tuple[RunRecord, ...]:
        """Earlier runs, the oldest first."""
        return tuple(self._records[:-1])

    def add(self, run: "Run") -> RunRecord:
        """Make this the present run; one that never trained an epoch leaves no ghost."""
        if self.current is not None:
            self.current.read_log()  # what came since the last frame
            if not self.current.epochs:
                self._records.pop()
        self._numbers += 1
        self._records.append(RunRecord(self._numbers, run))
        del self._records[: -1 - GHOSTS]
        self.changed.emit()
        return self._records[-1]

    def clear(self) -> None:
        """Forget all runs, as for another file."""
        self._records.clear()
        self.changed.emit()
