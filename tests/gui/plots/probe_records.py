"""End-of-epoch records made up for the plots: two variants, three layers, one of them frozen."""

from collections.abc import Mapping, Sequence

import numpy as np

from engine.probes import BINS, Histogram, HistogramKind, LayerMeasures
from engine.telemetry import EpochRecord

LAYERS = ("hidden-1", "hidden-2", "output")
KINDS: tuple[HistogramKind, ...] = ("weights", "gradients", "updates", "activations")
OF_TRAINABLE = ("gradients", "updates")


def epoch_record(
    epoch: int,
    frozen: Sequence[str] = (),
    kinds: Sequence[HistogramKind] = KINDS,
    limit: float = 1.0,
) -> EpochRecord:
    """Variant 0 fills the middle bins and moves by 0.01 an epoch; variant 1 has other numbers."""
    shape = (2, len(LAYERS))
    measures = np.full((*shape, 6), np.nan, np.float32)
    trainable = np.array([[layer not in frozen for layer in LAYERS]] * 2)
    for variant in range(2):
        measures[variant, :, 0] = (0.01 + variant) * epoch
        measures[variant, :, 1] = np.where(trainable[variant], np.nan, 0.0)
        measures[variant, :, 2] = np.where(trainable[variant], 0.5 / epoch, np.nan)
        measures[variant, :, 3] = 0.25 / epoch
        measures[variant, :, 4] = np.where(trainable[variant], 8.1e-4, np.nan)
        measures[variant, :2, 5] = variant + 3
    counted = {}
    for kind in kinds:
        edges, counts = np.full((*shape, 2), limit), np.zeros((*shape, BINS), np.int32)
        edges[..., 0] = 0.0 if kind == "activations" else -limit
        counts[..., 20:30] = epoch
        if kind in OF_TRAINABLE:
            edges[~trainable], counts[~trainable] = np.nan, 0
        counted[kind] = (edges, counts)
    return EpochRecord(epoch, 10 * epoch, measures, trainable, counted)


def epoch_records(
    epochs: int, frozen: Mapping[str, range] | None = None, stride: int = 1
) -> list[EpochRecord]:
    """Records of every stride-th epoch; `frozen` says in which epochs a layer was."""
    spans = frozen or {}
    return [
        epoch_record(epoch, [layer for layer, span in spans.items() if epoch in span])
        for epoch in range(stride, epochs + 1, stride)
    ]


def histogram(*bins: int, limit: float = 1.0, start: bool = False) -> Histogram:
    """Ten values in each of these bins; at the start they were all in bin 25."""
    counts, starts = np.zeros(BINS, np.int64), np.zeros(BINS, np.int64)
    counts[list(bins)], starts[25] = 10, 10 * len(bins)
    edges = np.linspace(-limit, limit, BINS + 1)
    return Histogram(edges, counts, starts if start else None)


def measures(**numbers: float) -> dict[str, LayerMeasures]:
    """The same numbers for every layer."""
    return {layer: LayerMeasures(**numbers) for layer in LAYERS}  # type: ignore[arg-type]
