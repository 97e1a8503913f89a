"""What a run tells: a lossless log, rare events, and one slot for the latest snapshot.

The worker thread writes, any other thread reads; no Qt anywhere.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.probes import Histogram, HistogramKind, LayerMeasures, as_measures
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
    seed: int | None = None


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


@dataclass(frozen=True)
class EpochRecord:
    """What was measured at the last step of an epoch, on the first seed of every variant.

    `measures` (variants, layers, MEASURES) float32, NaN where there is no number; `trainable`
    (variants, layers): the check boxes. `histograms`, of the kinds that were asked for: edges
    (variants, layers, 2), lowest and highest, NaN where nothing was counted, and counts
    (variants, layers, bins).
    """

    epoch: int
    step: int
    measures: NDArray[np.float32]
    trainable: NDArray[np.bool_]
    histograms: Mapping[HistogramKind, tuple[NDArray[np.float64], NDArray[np.int32]]]

    def layer_measures(self, variant: int, layers: Sequence[str]) -> dict[str, LayerMeasures]:
        """The numbers of every layer of the variant at this place, by layer id."""
        rows = self.measures[variant].astype(float)
        return {layer: as_measures(row) for layer, row in zip(layers, rows, strict=True)}


class ProbeHistory:
    """End-of-epoch records, at most `capacity` of them.

    When full, every second epoch is dropped and from then on only every 2nd, 4th, … is kept:
    the memory of a run does not grow with its length.
    """

    def __init__(self, capacity: int = 256) -> None:
        self._capacity = capacity
        self._kept: list[EpochRecord] = []
        self.stride = 1

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def records(self) -> tuple[EpochRecord, ...]:
        """The records that are kept, the oldest first."""
        return tuple(self._kept)

    def wants(self, epoch: int) -> bool:
        """Whether this epoch falls on the stride."""
        return epoch % self.stride == 0

    def append(self, record: EpochRecord) -> None:
        """Keep one epoch's record, if it falls on the stride."""
        if len(self._kept) == self._capacity:
            self.stride *= 2
            self._kept = [kept for kept in self._kept if kept.epoch % self.stride == 0]
        if self.wants(record.epoch):
            self._kept.append(record)

    def at(self, epoch: int) -> EpochRecord | None:
        """The kept record of this epoch, or of the nearest one before it; None if there is none."""
        earlier = [record for record in tuple(self._kept) if record.epoch <= epoch]
        return earlier[-1] if earlier else None


@dataclass(frozen=True)
class SnapshotRequest:
    """What the reader wants to see of one member; what is not asked for is not computed.

    `histograms`: the kinds to count, now and at the end of every epoch. `gradients`: norms, update
    ratio and dead units as well. `what_if`: one more backward pass, as if every layer were
    trainable. `pictures`: the first dense layer's weights as images.
    """

    variant: str
    seed: int
    histograms: frozenset[HistogramKind] = frozenset({"weights"})
    gradients: bool = False
    what_if: bool = False
    pictures: bool = False

    @property
    def needs_observation(self) -> bool:
        """Whether a step must be watched from within, not only its weights looked at."""
        return self.gradients or bool(self.histograms - {"weights"})


@dataclass(frozen=True)
class Snapshot:
    """A run at one step: numbers and arrays that the worker never touches again.

    `observed`: "step": gradients, updates and activations are those of the step just taken;
    "now": they were computed on its batch with the weights as they are now, and there is no
    update; None: there are none. A layer that has no histogram of a kind is not in the mapping.
    `pictures` (units, height, width): weights of the first dense layer, where the inputs are
    images.
    """

    request: SnapshotRequest | None
    step: int
    epoch: int
    epoch_fraction: float
    running_loss: NDArray[np.float32]
    steps_per_second: float
    step_seconds: float
    """Mean time that one step of all members took lately, in seconds; NaN before any."""
    histograms: Mapping[HistogramKind, Mapping[str, Histogram]]
    measures: Mapping[str, LayerMeasures]
    observed: Literal["step", "now"] | None = None
    what_if: Mapping[str, LayerMeasures] = field(default_factory=dict)
    pictures: NDArray[np.float32] | None = None

    @property
    def moved(self) -> Mapping[str, float]:
        """How far each layer with parameters moved since the start."""
        return {
            layer: each.moved for layer, each in self.measures.items() if each.moved is not None
        }


class Mailbox:
    """One slot for the latest snapshot: filled only when asked and only after it was emptied."""

    def __init__(self) -> None:
        self.request: SnapshotRequest | None = None
        self.wanted = False  # the worker's only question, once a step
        self.on_request: Callable[[], None] = lambda: None
        self._content: Snapshot | None = None

    @property
    def watches(self) -> bool:
        """Whether the reader looks at more than weights, so that a step must be watched."""
        return self.request is not None and self.request.needs_observation

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
