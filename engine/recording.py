"""Measures a trainer's layers: of one member now, or of every variant at the end of an epoch."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from engine.backprop import reach
from engine.datasets.registry import describe
from engine.journal import Edit, SetTrainable
from engine.layer_values import LayerValues, Seen
from engine.layers.base import AnyStackedLayer
from engine.lone_member import LoneMember
from engine.observation import Observation
from engine.probes import (
    BINS,
    MEASURES,
    Blocks,
    Histogram,
    HistogramKind,
    LayerMeasures,
    as_measures,
    bin_edges,
    dead_units,
    relative,
    rounded_limits,
    starting_limits,
    widened_limits,
)
from engine.telemetry import EpochRecord
from engine.trainer import Trainer

KEPT_VALUES = 1_000_000  # initial weights that are kept in float64 as well: 8 MB
_without_warnings = np.errstate(invalid="ignore")  # a member that blew up has inf - inf
Counted = tuple[NDArray[np.float64], NDArray[np.int32]]
"""Edges (members, layers, 2), NaN where there is nothing, and counts (members, layers, bins)."""


class Recorder:
    """Measures the layers of a trainer's members; it reads tensors and changes none."""

    def __init__(self, trainer: Trainer) -> None:
        self._trainer = trainer
        layers = trainer.network.layers
        self._weighted = [index for index, layer in enumerate(layers) if layer.parameters]
        # Arrays that share the tensors' memory: they hold what is now, whenever they are read.
        self._parameters = [p.detach().numpy() for layer in layers for p in layer.parameters]
        self._states = [
            [tensor.detach().numpy() for tensor in (*layer.parameters, *layer.buffers)]
            for layer in layers
        ]
        self._known_start: Blocks | None = None
        lengths, largest = [], []
        members = trainer.network.members
        few = members * trainer.network.parameter_count <= KEPT_VALUES
        parts = [slice(None)] if few else [_only(member) for member in range(members)]
        for part in parts:
            start = self._start(part)
            lengths.append(start.lengths())
            largest.append(start.largest())
        self._begins = start.starts
        self._known_start = start if few else None
        self._start_lengths = np.concatenate(lengths)
        self._starting = starting_limits(np.concatenate(largest))  # (M, layers with weights)
        self._limits = self._starting.copy()
        # (member, layer) -> all that must stand still in it, as it was when it was frozen
        self._when_frozen: dict[tuple[int, int], NDArray[np.float32]] = {}
        self._patterns = torch.empty(0), np.empty(0, bool), np.empty(0, bool)
        for variant in trainer.experiment.variants:
            for layer, plan in variant.layers.items():
                if not plan.trainable:
                    self._remember(variant.id, layer)

    def note(self, edit: Edit) -> None:
        """Remember a layer as it was when it was frozen; call it after every edit."""
        if isinstance(edit, SetTrainable):
            self._remember(edit.variant, edit.layer, forget=edit.trainable)

    def look(self, member: int) -> Seen | None:
        """What happens in the layers of a member: in the step just taken, if it was watched.

        Else what would happen on its batch with the weights as they are now; None before the
        first step.
        """
        latest = self._latest()
        if latest is not None and torch.equal(latest.updated, self._trainer.updated):
            return Seen(latest, _only(member), "step")
        lone = LoneMember.of(self._trainer, member)
        return None if lone is None else Seen(lone.observe(), _only(0), "now")

    def values(self, member: int, seen: Seen | None) -> LayerValues:
        """What there is to measure of one member, for the methods that follow."""
        return self._values(_only(member), seen)

    @_without_warnings
    def histograms(
        self, kinds: Iterable[HistogramKind], values: LayerValues
    ) -> dict[HistogramKind, dict[str, Histogram]]:
        """Histograms of one member, by kind and layer id; no entry where nothing was counted."""
        counted = self._counted(list(kinds), values)
        return {
            kind: self._histograms(kind, values.members, *found) for kind, found in counted.items()
        }

    @_without_warnings
    def measures(self, values: LayerValues) -> dict[str, LayerMeasures]:
        """The numbers of every layer of one member, by layer id."""
        table = self._measures(values)
        self._measure_gradients(table, values)
        return self._by_layer(table[0])

    @_without_warnings
    def what_if(self, values: LayerValues) -> dict[str, LayerMeasures]:
        """Gradient norms on the latest batch, as if every layer of the member were trainable.

        Batch norm then normalizes by the batch, as in training.
        """
        lone = LoneMember.of(self._trainer, values.members.start)
        if lone is None:
            return {}
        everything = [bool(layer.parameters) for layer in lone.network.layers]
        seen = Seen(lone.observe(everything), _only(0), "now")
        table = self._empty(1)
        self._measure_gradients(table, replace(values, seen=seen))
        return self._by_layer(table[0])

    def pictures(self, member: int) -> NDArray[np.float32] | None:
        """The lowest dense layer's weights as images, (units, height, width); None if it has none.

        It has none where the inputs are no images, or do not reach the layer as they are.
        """
        shape = describe(self._trainer.experiment.data.name).image_shape
        first = next(n for n in self._trainer.network.layers if n.spec.kind != "flatten")
        if shape is None or first.spec.kind not in ("dense", "pca"):
            return None
        weight = first.parameters[0].detach()[member].T
        images: NDArray[np.float32] = weight.reshape(-1, *shape).numpy().copy()
        return images

    @_without_warnings
    def epoch_record(self, kinds: frozenset[HistogramKind], gradients: bool) -> EpochRecord:
        """What the epoch's last step did, on the first seed of every variant."""
        trainer = self._trainer
        variants = trainer.experiment.variants
        members = slice(0, None, len(trainer.experiment.training.seeds))
        latest = self._latest()
        seen = None if latest is None else Seen(latest, members, "step")
        values = self._values(members, seen)
        measures = self._measures(values)
        if gradients:
            self._measure_gradients(measures, values)
        layers = [layer.id for layer in trainer.network.layers]
        return EpochRecord(
            epoch=trainer.epoch,
            step=trainer.step_count,
            measures=measures.astype(np.float32),
            trainable=np.array([[v.layers[i].trainable for i in layers] for v in variants]),
            histograms=self._counted(sorted(kinds), values),
        )

    def _latest(self) -> Observation | None:
        """The observation of the step just taken, if it was watched."""
        latest = self._trainer.observation
        return latest if latest is not None and latest.step == self._trainer.step_count else None

    def _values(self, members: slice, seen: Seen | None) -> LayerValues:
        flat = [array[members].reshape(-1, array[0].size) for array in self._parameters]
        now = Blocks(np.concatenate(flat, axis=1, dtype=np.float64), self._begins)
        return LayerValues(members, now, self._weighted, seen)

    def _start(self, members: slice) -> Blocks:
        """The parameters before the first step, alike those of now."""
        if self._known_start is not None:
            return Blocks(self._known_start.values[members], self._begins)
        layers, start = self._trainer.network.layers, self._trainer.start
        return Blocks.of([start[layers[index].id].numpy()[members] for index in self._weighted])

    def _remember(self, variant: str, layer: str, forget: bool = False) -> None:
        index = [spec.id for spec in self._trainer.experiment.layers].index(layer)
        members = self._trainer.members_of(variant)
        for member in range(members.start, members.stop):
            if forget:
                self._when_frozen.pop((member, index), None)
            elif index in self._weighted:
                self._when_frozen.setdefault((member, index), self._state(member, index))

    def _state(self, member: int, index: int) -> NDArray[np.float32]:
        """What must stand still in a frozen layer: parameters and buffers, (values,)."""
        return np.concatenate([array[member].ravel() for array in self._states[index]])

    def _empty(self, members: int) -> NDArray[np.float64]:
        return np.full((members, len(self._trainer.network.layers), len(MEASURES)), np.nan)

    def _by_layer(self, rows: NDArray[np.float64]) -> dict[str, LayerMeasures]:
        layers = self._trainer.network.layers
        return {layer.id: as_measures(row) for layer, row in zip(layers, rows, strict=True)}

    def _measures(self, values: LayerValues) -> NDArray[np.float64]:
        """What can be measured without an observation, (members, layers, MEASURES)."""
        members = values.members
        distances = (values.now - self._start(members)).lengths()
        moved = relative(distances, self._start_lengths[members])
        table = self._empty(len(moved))
        table[:, _columns(self._weighted), 0] = np.where(
            np.isfinite(moved), moved, np.inf
        )  # not absent
        for row, member in enumerate(range(len(self._limits))[members]):
            for index in self._weighted:
                then = self._when_frozen.get((member, index))
                if then is not None:
                    table[row, index, 1] = _moved_since(then, self._state(member, index))
        return table

    def _measure_gradients(self, table: NDArray[np.float64], values: LayerValues) -> None:
        """Fill in what an observation shows of the members; nothing if there is none."""
        seen, weighted = values.seen, _columns(self._weighted)
        if seen is None:
            return
        updated, reached = self._pattern(seen)
        for column, (layers, found), there in (
            (2, values.gradients, updated),
            (3, values.output_gradients, reached),
        ):
            if found is not None:
                columns = _columns(layers)
                table[:, columns, column] = np.where(there[:, columns], found.lengths(), np.nan)
        if seen.of == "step":
            ratios = relative(values.updates.lengths(), values.before.lengths())
            table[:, weighted, 4] = np.where(updated[:, weighted], ratios, np.nan)
        for index, layer in enumerate(self._trainer.network.layers):
            if _ends_in_relu(layer):
                outputs = seen.observation.outputs[index].numpy()[seen.places]
                table[:, index, 5] = dead_units(outputs)

    def _pattern(self, seen: Seen) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """What a step updated and what its backprop reached, (members, layers) each."""
        if self._patterns[0] is not seen.observation.updated:  # it changes with an edit only
            updated = seen.observation.updated.T.tolist()
            words = [reach(pattern) for pattern in updated]
            reached = [[word != "not reached" for word in each] for each in words]
            self._patterns = seen.observation.updated, np.array(updated), np.array(reached)
        _, every_updated, every_reached = self._patterns
        return every_updated[seen.places], every_reached[seen.places]

    def _histograms(
        self,
        kind: HistogramKind,
        members: slice,
        edges: NDArray[np.float64],
        counts: NDArray[np.int32],
    ) -> dict[str, Histogram]:
        layers = self._trainer.network.layers
        starts: dict[int, NDArray[np.int64]] = {}
        widened = np.zeros(len(layers), bool)
        if kind == "weights":
            lows, highs = edges[:, self._weighted, 0], edges[:, self._weighted, 1]
            found = self._start(members).counts(lows, highs)[0]
            starts = dict(zip(self._weighted, found, strict=True))
            widened[self._weighted] = (highs > self._starting[members])[0]
        return {
            layer.id: Histogram(
                edges=bin_edges(*edges[0, index].tolist()),
                counts=counts[0, index].astype(np.int64),
                start_counts=starts.get(index),
                widened=bool(widened[index]),
            )
            for index, layer in enumerate(layers)
            if not np.isnan(edges[0, index, 0])
        }

    def _counted(
        self, kinds: Sequence[HistogramKind], values: LayerValues
    ) -> dict[HistogramKind, Counted]:
        """Histograms of the members, by kind; all of them are counted at once."""
        layers, rows = len(self._trainer.network.layers), len(values.now.values)
        edges = np.full((rows, len(kinds) * layers, 2), np.nan)
        counts = np.zeros((rows, len(kinds) * layers, BINS), np.int32)
        filled, places = [], []
        for number, kind in enumerate(kinds):
            there, blocks = values.of(kind)
            if blocks is not None:
                filled.append((kind, blocks))
                places += [number * layers + index for index in there]
        if filled:
            joined = Blocks.joined([blocks for _, blocks in filled])
            lows, highs = self._bounds(filled, joined, values.members)
            columns = _columns(places)
            edges[:, columns, 0], edges[:, columns, 1] = lows, highs
            counts[:, columns] = joined.counts(lows, highs)
        counted = {}
        for number, kind in enumerate(kinds):
            mine = slice(number * layers, (number + 1) * layers)
            counted[kind] = edges[:, mine], counts[:, mine]
            if values.seen is not None and kind in ("gradients", "updates"):
                updated, _ = self._pattern(values.seen)
                if not updated.all():
                    counted[kind][0][~updated], counted[kind][1][~updated] = np.nan, 0
        return counted

    def _bounds(
        self, filled: Sequence[tuple[HistogramKind, Blocks]], joined: Blocks, members: slice
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Lowest and highest edge of every block, (members, blocks) each."""
        largest = joined.largest()
        highs = rounded_limits(largest)
        lows = -highs
        stop = 0
        for kind, blocks in filled:
            start, stop = stop, stop + len(blocks.starts)
            if kind == "weights":
                wide = widened_limits(self._limits[members], largest[:, start:stop])
                self._limits[members] = highs[:, start:stop] = wide
                lows[:, start:stop] = -wide
            elif kind == "activations":
                lows[:, start:stop] = np.where(blocks.has_negative(), lows[:, start:stop], 0.0)
        return lows, highs


def _only(member: int) -> slice:
    return slice(member, member + 1)


def _columns(indices: Sequence[int]) -> slice | Sequence[int]:
    """The same columns, as a slice where they are neighbours: that is several times as fast."""
    first, last = indices[0], indices[-1]
    return slice(first, last + 1) if last - first + 1 == len(indices) else indices


def _moved_since(then: NDArray[np.float32], now: NDArray[np.float32]) -> float:
    if np.array_equal(then, now):
        return 0.0
    was, is_now = Blocks.of([then[None]]), Blocks.of([now[None]])
    return float(relative((is_now - was).lengths(), was.lengths())[0, 0])


def _ends_in_relu(layer: AnyStackedLayer) -> bool:
    return getattr(layer.spec, "activation", "") == "relu" and layer.spec.kind != "residual"
