"""A layer's histograms over the epochs as numbers of a picture: columns and rows. Pure numpy."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from gui.models.probe_history import BoolArray, FloatArray, LayerBins

SHADES = 64
FAINTEST = 0.14  # of the shades: what counts anything at all is told from nothing
WIDE = 8.0  # how many times the narrowest edges the widest may be on a linear scale


class Span(IntEnum):
    """What a column of the strip says of its epoch."""

    AHEAD = 0  # not trained yet
    MISSING = 1  # trained, but this kind was not looked at
    COUNTED = 2
    FROZEN = 3  # nothing to count: the layer was frozen
    NOTHING = 4  # nothing to count for another reason: cut off, no weights
    LOST = 5  # the values are not finite


@dataclass(frozen=True)
class Columns:
    """What each pixel column stands for, (width,) each.

    `shown`: the record it shows, -1 for none; `first` and `end`: the records it touches.
    """

    shown: NDArray[np.intp]
    first: NDArray[np.intp]
    end: NDArray[np.intp]


@dataclass(frozen=True)
class ValueScale:
    """The common scale of all records: from low to high, logarithmic away from 0 if bent > 0."""

    low: float
    high: float
    bent: float = 0.0

    def boundaries(self, rows: int) -> FloatArray:
        """The values between the rows, (rows + 1,), the highest first."""
        if not self.bent:
            return np.linspace(self.high, self.low, rows + 1)
        top, bottom = np.arcsinh(self.high / self.bent), np.arcsinh(self.low / self.bent)
        values: FloatArray = np.sinh(np.linspace(top, bottom, rows + 1)) * self.bent
        return values


def columns_of(kept: NDArray[np.int64], stride: int, planned: int, width: int) -> Columns:
    """Spread the kept epochs over the planned ones; one stands for the `stride` epochs up to it."""
    bounds = np.linspace(0.0, planned, max(width, 0) + 1)
    middles = (bounds[:-1] + bounds[1:]) / 2
    shown = np.searchsorted(kept, middles, "left")
    if kept.size:
        starts = kept[np.minimum(shown, kept.size - 1)] - stride
        shown = np.where((shown < kept.size) & (middles > starts), shown, -1)
    else:
        shown = np.full(middles.shape, -1)
    little = 1e-6  # of an epoch: bounds are rounded
    first = np.searchsorted(kept, bounds[:-1] + little, "right")
    end = np.searchsorted(kept - stride, bounds[1:] - little, "left")
    return Columns(shown, first, np.maximum(first, end))


def spans(
    bins: LayerBins, frozen: BoolArray, finite: BoolArray, none_when_frozen: bool
) -> NDArray[np.int8]:
    """What each record has to show, (records,) of Span.

    none_when_frozen: whether a frozen layer has nothing of this kind, looked at or not.
    """
    counted = ~np.isnan(bins.edges[:, 0])
    found = np.where(counted, Span.COUNTED, np.where(frozen, Span.FROZEN, Span.NOTHING))
    found = np.where(~finite & (bins.counts.sum(axis=1) == 0), Span.LOST, found)
    unseen = np.where(frozen & none_when_frozen, Span.FROZEN, Span.MISSING)
    return np.where(bins.recorded, found, unseen).astype(np.int8)


def common_scale(edges: FloatArray) -> ValueScale | None:
    """One scale for all records' edges, (records, 2); None if none has any."""
    there = edges[np.isfinite(edges).all(axis=1)]
    limits = np.abs(there).max(axis=1) if there.size else there
    if not limits.size or not limits.max() > 0:
        return None
    low, high = float(there[:, 0].min()), float(there[:, 1].max())
    narrowest = float(limits[limits > 0].min())
    bent = narrowest / 4 if limits.max() > WIDE * narrowest else 0.0
    return ValueScale(low, high, bent)


def resampled(bins: LayerBins, scale: ValueScale, rows: int) -> FloatArray:
    """The counts over the rows of one scale, (records, rows), the highest values first.

    A bin that lies across a boundary is shared out by its overlap.
    """
    boundaries = scale.boundaries(rows)[::-1]
    low, high = bins.edges[:, :1], bins.edges[:, 1:]
    count = bins.counts.shape[1]
    with np.errstate(invalid="ignore", divide="ignore"):
        places = np.clip((boundaries - low) / (high - low) * count, 0, count)
    places = np.nan_to_num(places)
    whole = np.minimum(places.astype(np.intp), count - 1)
    below = np.zeros((len(bins.counts), count + 1))
    np.cumsum(bins.counts, axis=1, out=below[:, 1:])
    reached = np.take_along_axis(below, whole, axis=1)
    reached += (places - whole) * np.take_along_axis(bins.counts, whole, axis=1)
    return np.diff(reached, axis=1)[:, ::-1]


def shades(counts: FloatArray) -> NDArray[np.uint8]:
    """Counts as shades, 0 for nothing to SHADES - 1, by their logarithm."""
    highest = float(counts.max(initial=0.0))
    if highest <= 0:
        return np.zeros(counts.shape, np.uint8)
    depth = np.log1p(counts) / np.log1p(highest)
    depth = np.where(counts > 0.02, FAINTEST + (1 - FAINTEST) * depth, 0.0)
    return np.round(depth * (SHADES - 1)).astype(np.uint8)


def over_columns(values: NDArray[np.bool_], columns: Columns) -> BoolArray:
    """Whether any of the records that a column touches is true, (width,)."""
    so_far = np.concatenate(([0], np.cumsum(values)))
    return np.asarray(so_far[columns.end] > so_far[columns.first])


def runs(values: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where the true values stand together: first place and the one after the last, of each."""
    steps = np.flatnonzero(np.diff(np.concatenate(([0], values.astype(np.int8), [0]))))
    return [(int(a), int(b)) for a, b in zip(steps[::2], steps[1::2], strict=True)]
