"""The runs the window knows: each with the curves that its log has grown so far."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from engine.checks import resolved_loss
from engine.experiment import Experiment
from engine.seed_bands import SeedSummary, seed_band

if TYPE_CHECKING:  # at run time it brings torch, which loads after the first paint
    from engine.run import Run

GHOSTS = 2
"""Earlier runs that are kept, as pale curves behind the present one."""

LOSS_COLUMNS = {False: 0, True: 1}
"""Held out or not -> column of the metric log."""

BLOCK = 1024
"""Epochs that are computed at once, so that a long log takes no more memory than that."""

DEFAULT_SUMMARY = SeedSummary()


class SeedTable:
    """Centre and band of all curves of a run, computed at once from the log's new rows.

    Held (3 or 1, metrics, variants, epochs): centre, low, high; only the centre where there is no
    band.
    """

    def __init__(self, metrics: int, variants: int, seeds: int, summary: SeedSummary) -> None:
        self.summary = summary
        self.length = 0
        self._seeds = seeds
        rows = 1 if seeds == 1 or summary.band == "none" else 3
        self._table = np.empty((rows, metrics, variants, 128), np.float32)

    @property
    def has_band(self) -> bool:
        """Whether there is a low and a high end."""
        return len(self._table) == 3

    def row(self, row: int, metric: int, variant: int) -> NDArray[np.float32]:
        """Centre (0), low (1) or high end (2) of one curve, (epochs,)."""
        return self._table[row, metric, variant, : self.length]

    def extend(self, rows: NDArray[np.float32]) -> None:
        """Take rows of the log, (epochs, metrics, M)."""
        for start in range(0, len(rows), BLOCK):
            self._take(rows[start : start + BLOCK])

    def _take(self, rows: NDArray[np.float32]) -> None:
        count, metrics, variants, _ = self._table.shape
        losses = rows[:, :metrics].reshape(len(rows), metrics, variants, self._seeds)
        needed = self.length + len(rows)
        while needed > self._table.shape[-1]:
            self._widen()
        parts = seed_band(losses, self.summary.centre, self.summary.band)
        for row, part in enumerate(parts[:count]):
            self._table[row, :, :, self.length : needed] = np.moveaxis(part, 0, -1)
        self.length = needed

    def _widen(self) -> None:
        shape = self._table.shape
        wider = np.empty((*shape[:-1], 2 * shape[-1]), np.float32)
        wider[..., : self.length] = self._table[..., : self.length]
        self._table = wider


class Curve:
    """One loss of one variant per epoch: centre, band and seeds; grows with the log."""

    def __init__(self, record: "RunRecord", metric: int, variant: int) -> None:
        self._record = record
        self._metric = metric
        self._variant = variant

    @property
    def centre(self) -> NDArray[np.float32]:
        """Mean or median, as chosen, over the seeds that have a number, (epochs,)."""
        return self._record.table.row(0, self._metric, self._variant)

    @property
    def band(self) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
        """Low and high end, each (epochs,); None for a single seed, or where none is wanted."""
        table = self._record.table
        if not table.has_band:
            return None
        low, high = (table.row(row, self._metric, self._variant) for row in (1, 2))
        return low, high

    @property
    def seeds(self) -> NDArray[np.float32]:
        """Every seed's own values, (epochs, seeds), NaN from where one diverged; a view."""
        record = self._record
        first = self._variant * len(record.seeds)
        members = slice(first, first + len(record.seeds))
        return record.run.log.table[: record.epochs, self._metric, members]


class RunRecord:
    """A run as the window sees it: the engine's run and the curves read from its log."""

    def __init__(self, number: int, run: "Run", summary: SeedSummary = DEFAULT_SUMMARY) -> None:
        self.number = number
        self.run = run
        self.experiment: Experiment = run.started_as
        self.curves: dict[tuple[str, bool], Curve] = {}
        held_out = (False, True) if self.experiment.data.validation_fraction > 0 else (False,)
        for index, variant in enumerate(self.experiment.variants):
            for held in held_out:
                self.curves[variant.id, held] = Curve(self, LOSS_COLUMNS[held], index)
        self.diverged: dict[str, tuple[float, str]] = {}  # variant -> (epoch, what happened)
        self.diverged_seeds: dict[tuple[str, int | None], str] = {}  # -> what happened
        self._losses = len(held_out)
        self.table = self._new_table(summary)

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds that every variant is trained with."""
        return self.experiment.training.seeds

    @property
    def epochs(self) -> int:
        """Epochs whose metrics were read."""
        return self.table.length

    def members(self, variant: str) -> slice | None:
        """Where a variant's seeds stand in the log; None if the run does not train it."""
        ids = [each.id for each in self.experiment.variants]
        if variant not in ids:
            return None
        first = ids.index(variant) * len(self.seeds)
        return slice(first, first + len(self.seeds))

    @property
    def summary(self) -> SeedSummary:
        """Which centre and band stand for the seeds."""
        return self.table.summary

    def read_log(self) -> bool:
        """Take what the log has grown since the last time; whether there was anything."""
        rows = self.run.log.table[self.epochs :]
        if not len(rows):
            return False
        self.table.extend(rows)
        return True

    def set_summary(self, summary: SeedSummary) -> None:
        """Show the seeds by this centre and band: all epochs that were read are computed anew."""
        if summary == self.summary:
            return
        read = self.epochs
        self.table = self._new_table(summary)
        self.table.extend(self.run.log.table[:read])

    def _new_table(self, summary: SeedSummary) -> SeedTable:
        return SeedTable(self._losses, len(self.experiment.variants), len(self.seeds), summary)


def _measure(experiment: Experiment) -> tuple[str, str]:
    """What losses must share to be shown on one scale."""
    return experiment.data.name, resolved_loss(experiment)


class RunStore(QObject):
    """The present run and the few before it, which stay as ghosts."""

    changed = Signal()
    """Another run is the present one."""
    summary_changed = Signal()
    """The seeds of all runs are shown by another centre or band."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._summary = DEFAULT_SUMMARY
        self._records: list[RunRecord] = []
        self._numbers = 0

    @property
    def current(self) -> RunRecord | None:
        """The present run, if one was started."""
        return self._records[-1] if self._records else None

    @property
    def ghosts(self) -> tuple[RunRecord, ...]:
        """Earlier runs with the same loss on the same data, the oldest first."""
        present = self.current
        if present is None:
            return ()
        wanted = _measure(present.experiment)
        return tuple(each for each in self._records[:-1] if _measure(each.experiment) == wanted)

    @property
    def summary(self) -> SeedSummary:
        """Which centre and band stand for the seeds of every run."""
        return self._summary

    def set_summary(self, summary: SeedSummary) -> None:
        """Show the seeds of all runs, also of those to come, by this centre and band."""
        if summary != self._summary:
            self._summary = summary
            for record in self._records:
                record.set_summary(summary)
            self.summary_changed.emit()

    def add(self, run: "Run") -> RunRecord:
        """Make this the present run; one that never trained an epoch leaves no ghost."""
        if self.current is not None:
            self.current.read_log()  # what came since the last frame
            if not self.current.epochs:
                self._records.pop()
        self._numbers += 1
        self._records.append(RunRecord(self._numbers, run, self._summary))
        del self._records[: -1 - GHOSTS]
        self.changed.emit()
        return self._records[-1]

    def clear(self) -> None:
        """Forget all runs, as for another file."""
        self._records.clear()
        self.changed.emit()
