"""The end-of-epoch records of one variant as arrays: what was measured on its layers, by epoch."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from gui.models.measure_text import MEASURES

if TYPE_CHECKING:
    from engine.probes import HistogramKind
    from engine.telemetry import EpochRecord

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


class Measured(Protocol):
    """The numbers of one layer, None where there is none; engine.probes.LayerMeasures is one."""

    @property
    def moved(self) -> float | None: ...
    @property
    def moved_while_frozen(self) -> float | None: ...
    @property
    def gradient_norm(self) -> float | None: ...
    @property
    def output_gradient_norm(self) -> float | None: ...
    @property
    def update_ratio(self) -> float | None: ...
    @property
    def dead_units(self) -> int | None: ...


@dataclass(frozen=True)
class LayerNumbers:
    """The numbers of one layer in one record."""

    moved: float | None = None
    moved_while_frozen: float | None = None
    gradient_norm: float | None = None
    output_gradient_norm: float | None = None
    update_ratio: float | None = None
    dead_units: int | None = None


@dataclass(frozen=True)
class LayerBins:
    """One layer's histograms of one kind over the records.

    `edges` (records, 2), NaN where nothing was counted; `counts` (records, bins); `recorded`
    (records,): whether this kind was looked at when the record was made.
    """

    edges: FloatArray
    counts: FloatArray
    recorded: BoolArray


class VariantHistory:
    """What the records of a run say of one variant. A value: a longer history is a new one."""

    def __init__(
        self,
        records: "Sequence[EpochRecord]",
        variant_index: int,
        layer_ids: Sequence[str],
        epochs: int,
    ) -> None:
        self._records = records
        self._variant = variant_index
        self._stacked: dict[str, tuple[FloatArray, FloatArray, BoolArray]] = {}
        self.layer_ids = tuple(layer_ids)
        self.kept = np.array([record.epoch for record in records], np.int64)
        """The epochs that have a record, (records,), in rising order."""
        self.last = int(self.kept[-1]) if self.kept.size else 0
        self.planned = max(epochs, self.last, 1)
        """The epochs that the run is to have."""
        self.stride = int(np.diff(self.kept).min()) if self.kept.size > 1 else 1
        """One in so many epochs is kept."""

    def __len__(self) -> int:
        return len(self._records)

    def continues(self, earlier: "VariantHistory") -> bool:
        """Whether the earlier history is the beginning of this one."""
        if not earlier._records or not self._records or self._variant != earlier._variant:
            return False
        same = (self.layer_ids, self.planned) == (earlier.layer_ids, earlier.planned)
        return same and self._records[0] is earlier._records[0]

    def measure(self, layer_id: str, measure: str) -> FloatArray:
        """One number of a layer over the records, (records,); NaN where there is none."""
        column = self._measures[:, self.layer_ids.index(layer_id), MEASURES.index(measure)]
        return column.astype(np.float64)

    def has_weights(self, layer_id: str) -> bool:
        """Whether the layer has anything to train: without a single number of it, it counts so."""
        return not len(self) or not np.isnan(self.measure(layer_id, "moved")).all()

    def frozen(self, layer_id: str) -> BoolArray:
        """Whether the layer was frozen, (records,)."""
        return ~self._trainable[:, self.layer_ids.index(layer_id)]

    def bins(self, kind: str, layer_id: str) -> LayerBins:
        """A layer's histograms of one kind over the records."""
        if kind not in self._stacked:
            self._stacked[kind] = self._stack(kind)
        edges, counts, recorded = self._stacked[kind]
        layer = self.layer_ids.index(layer_id)
        return LayerBins(edges[:, layer], counts[:, layer], recorded)

    def numbers(self, place: int, layer_id: str) -> LayerNumbers:
        """The numbers of a layer in the record at this place."""
        row = self._measures[place, self.layer_ids.index(layer_id)].tolist()
        moved, since, gradient, at_output, ratio, dead = (
            None if np.isnan(value) else value for value in row
        )
        whole = None if dead is None else int(dead)
        return LayerNumbers(moved, since, gradient, at_output, ratio, whole)

    def step(self, place: int) -> int:
        """The step at which the record at this place was made."""
        return self._records[place].step

    def nearest(self, epoch: int) -> int | None:
        """The place of the record nearest to an epoch; None if there are no records."""
        if not self.kept.size:
            return None
        return int(np.abs(self.kept - epoch).argmin())

    def epoch_at(self, share: float) -> int | None:
        """The kept epoch nearest to a share, 0 to 1, of the planned ones; None past the last."""
        epoch = int(np.ceil(share * self.planned))
        place = self.nearest(epoch)
        if place is None or epoch > self.last + self.stride // 2:
            return None
        return int(self.kept[place])

    @cached_property
    def _measures(self) -> NDArray[np.float32]:
        """(records, layers, MEASURES)"""
        shape = (0, len(self.layer_ids), len(MEASURES))
        rows = [record.measures[self._variant] for record in self._records]
        return np.stack(rows) if rows else np.empty(shape, np.float32)

    @cached_property
    def _trainable(self) -> BoolArray:
        """(records, layers)"""
        rows = [record.trainable[self._variant] for record in self._records]
        return np.stack(rows) if rows else np.empty((0, len(self.layer_ids)), bool)

    def _stack(self, kind: str) -> tuple[FloatArray, FloatArray, BoolArray]:
        """Edges (records, layers, 2), counts (records, layers, bins), recorded (records,)."""
        found = [record.histograms.get(cast("HistogramKind", kind)) for record in self._records]
        pairs = [pair for pair in found if pair is not None]
        recorded = np.array([pair is not None for pair in found], bool)
        layers, bins = len(self.layer_ids), pairs[0][1].shape[-1] if pairs else 1
        edges = np.full((len(found), layers, 2), np.nan)
        counts = np.zeros((len(found), layers, bins))
        if pairs:
            edges[recorded] = np.stack([pair[0][self._variant] for pair in pairs])
            counts[recorded] = np.stack([pair[1][self._variant] for pair in pairs])
        return edges, counts, recorded
