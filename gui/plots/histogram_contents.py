"""What a cell shows of a layer, from a snapshot or from an earlier record. Pure."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from gui.models.probe_history import Measured, VariantHistory
from gui.plots.histogram_bars import HistogramData, histogram_data
from gui.plots.histogram_captions import OF_TRAINABLE, captions, is_lost, no_histogram, not_recorded
from gui.plots.histogram_view import CellContent
from gui.plots.series import FloatArray

if TYPE_CHECKING:
    from engine.probes import Histogram


def live_content(
    kind: str,
    histogram: "Histogram | None",
    measures: Mapping[str, Measured],
    layer_id: str,
    frozen: bool,
    outputs: int,
) -> CellContent:
    """A layer as the latest snapshot has it; measures: those of all layers."""
    numbers = measures.get(layer_id)
    data, reason = None, ""
    if histogram is not None:
        start = histogram.start_counts
        data = histogram_data(
            histogram.edges,
            histogram.counts.astype(np.float64),
            None if start is None else start.astype(np.float64),
        )
    else:
        reason = no_histogram(kind, numbers, frozen, _is_observed(measures))
    words = captions(kind, numbers, frozen, outputs)
    return CellContent(words, frozen, data, reason, is_lost(numbers))


def recorded_content(
    history: VariantHistory,
    place: int,
    kind: str,
    layer_id: str,
    now: "Histogram | None",
    outputs: int,
) -> CellContent:
    """A layer as the record at this place has it.

    now: its present histogram; the weights of the start are taken from it where the edges agree.
    """
    numbers = history.numbers(place, layer_id)
    frozen = bool(history.frozen(layer_id)[place])
    bins = history.bins(kind, layer_id)
    low, high = bins.edges[place].tolist()
    data: HistogramData | None = None
    reason = ""
    has_none = frozen and kind in OF_TRAINABLE
    if not bins.recorded[place] and not has_none:
        reason = not_recorded()
    elif np.isnan(low):
        reason = no_histogram(kind, numbers, frozen, observed=True)
    else:
        counts = bins.counts[place]
        edges = np.linspace(low, high, counts.size + 1)
        data = histogram_data(edges, counts, _start_counts(now, edges))
    words = captions(kind, numbers, frozen, outputs)
    epoch = int(history.kept[place])
    return CellContent(words, frozen, data, reason, is_lost(numbers), epoch)


def _is_observed(measures: Mapping[str, Measured]) -> bool:
    """Whether a step was looked at from within: then some layer has a gradient at its outputs."""
    return any(
        each.gradient_norm is not None or each.output_gradient_norm is not None
        for each in measures.values()
    )


def _start_counts(now: "Histogram | None", edges: FloatArray) -> FloatArray | None:
    if now is None or now.start_counts is None or now.edges.size != edges.size:
        return None
    if not np.allclose(now.edges, edges, rtol=1e-6, atol=0.0):
        return None
    return now.start_counts.astype(np.float64)
