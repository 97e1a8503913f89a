"""What a run tells: a lossless log, rare events, and one slot for the latest snapshot.

The worker thread writes, any other thread reads; no Qt anywhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.probes import Histogram
from engine.trainer import EpochMetrics

METRICS = ("train_loss", "validation_loss", "train_score", "validation_score")

EventKind = Literal[
    "started", "running", "paused", "edited", "diverged", "nothing trainable", "finished",
    "stopped", "failed",
]  # fmt: skip


@dataclass(frozen=True)
class Event:
    """Something rare that happened to a run at a step, in words that can be shown."""

    kind: EventKind
    step: int
    text: str = ""
    variant: str | None = None


class MetricLog:
    """The metrics of every epoch: append-only columns of shape (epochs, 4, M), float32.

    One thread appends; others may look at any time: the array is published before its length.
    """

    def __init__(self, members: int, capacity: int = 128) -> None:
        self._table = np.empty((capacity, len(METRICS), members), np.float32)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def table(self) -> NDArray[np.float32]:
        """All epochs so far, (epochs, 4, M), in the order of METRICS; row 0 is epoch 1."""
        length = self._length  # before the table: a newer table holds at least as many rows
        return self._table[:length]

    def column(self, metric: str) -> NDArray[np.float32]:
        """One metric of all epochs so far, (epochs, M)."""
        return self.table[:, METRICS.index(metric)]

    def append(self, metrics: EpochMetrics) -> None:
        """Add a finished epoch; the writer's thread only."""
        if self._length == len(self._table):
            grown = np.empty((2 * self._length, *self._table.shape[1:]), np.float32)
            grown[: self._length] = self._table
            self._table = grown
        row = self._table[self._length]
        for index, metric in enumerate(METRICS):
            row[index] = getattr(metrics, metric)
        self._length += 1


class HistogramHistory:
    """End-of-epoch weight counts of one layer, (epochs kept, M, bins), at most `capacity` epochs.

    When full, every second epoch is dropped and from then on only every 2nd, 4th, … is kept:
    the memory of a run does not grow with its length.
    """

    def __init__(self, capacity: int = 256) -> None:
        self._capacity = capacity
        self._kept: list[tuple[int, NDArray[np.float64], NDArray[np.int32]]] = []
        self.stride = 1

    def __len__(self) -> int:
        return len(self._kept)

    def wants(self, epoch: int) -> bool:
        """Whether this epoch falls on the stride."""
        return epoch % self.stride == 0

    def append(self, epoch: int, limits: NDArray[np.float64], counts: NDArray[np.int64]) -> None:
        """Keep one epoch's counts (M, bins), each row over the edges -limit … limit of `limits`."""
        if len(self._kept) == self._capacity:
            self.stride *= 2
            self._kept = [entry for entry in self._kept if entry[0] % self.stride == 0]
        if self.wants(epoch):
            self._kept.append((epoch, limits, counts.astype(np.int32)))

    @property
    def epochs(self) -> tuple[int, ...]:
        """The epochs that are kept."""
        return tuple(epoch for epoch, _, _ in tuple(self._kept))

    def counts(self, epoch: int) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
        """(limits of the edges (M,), counts (M, bins)) of a kept epoch; KeyError for others."""
        for kept, limits, counts in tuple(self._kept):
            if kept == epoch:
                return limits, counts
        raise KeyError(epoch)


@dataclass(frozen=True)
class SnapshotRequest:
    """What the reader wants to see: one member's layers, and the losses of all."""

    variant: str
    seed: int


@dataclass(frozen=True)
class Snapshot:
    """A run at one step: numbers and arrays that the worker never touches again."""

    request: SnapshotRequest | None
    step: int
    epoch: int
    epoch_fraction: float
    running_loss: NDArray[np.float32]
    steps_per_second: float
    histograms: Mapping[str, Histogram]
    moved: Mapping[str, float]


class Mailbox:
    """One slot for the latest snapshot: filled only when asked and only after it was emptied."""

    def __init__(self) -> None:
        self.request: SnapshotRequest | None = None
        self.wanted = False  # the worker's only question, once a step
        self.on_request: Callable[[], None] = lambda: None
        self._content: Snapshot | None = None

    def ask(self, request: SnapshotRequest | None) -> None:
        """Reader: say what the next snapshot should hold, and that one is wanted."""
        self.request = request
        self.wanted = True
        self.on_request()

    def put(self, snapshot: Snapshot) -> None:
        """Writer: leave a snapshot."""
        self.wanted = False
        self._content = snapshot

    def take(self) -> Snapshot | None:
        """Reader: empty the slot."""
        content, self._content = self._content, None
        return content
