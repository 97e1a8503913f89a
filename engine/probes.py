"""Probes: what can be measured on layers; pure functions that cannot change a run.

The arithmetic is float64 and numpy's: on a small network a call of torch costs more than its work,
and all layers of all members are measured in a handful of calls.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

HistogramKind = Literal["weights", "gradients", "updates", "activations"]
HISTOGRAM_KINDS: tuple[HistogramKind, ...] = get_args(HistogramKind)

BINS = 50
SMALLEST_LIMIT = 1e-3  # an all-zero layer still gets a visible bar in the middle
_POSITIONS = np.linspace(0.0, 1.0, BINS + 1)


@dataclass(frozen=True)
class Histogram:
    """Values of one layer of one member, counted over equal bins.

    `edges` (bins + 1,) float64, `counts` (bins,) int64, which add up to the number of values as
    long as all of them are finite. `start_counts`, alike, are the weights before the first step
    over the same edges; None for what has no start. `widened`: a weight left the edges of the
    run's start, so they were doubled. Gradients, updates and activations have edges of their own
    at every step.
    """

    edges: NDArray[np.float64]
    counts: NDArray[np.int64]
    start_counts: NDArray[np.int64] | None = None
    widened: bool = False


@dataclass(frozen=True)
class LayerMeasures:
    """What was measured on one layer of one member. None: there is no number, which is not 0."""

    moved: float | None = None
    """How far the layer moved since the start: ||w - w0|| / ||w0|| over its weights and biases."""
    moved_while_frozen: float | None = None
    """How far the layer moved since it was frozen, running statistics included; exactly 0 unless
    batch norm was told to go on."""
    gradient_norm: float | None = None
    """Length of the gradient into the layer's own weights and biases, ||dL/dw||."""
    output_gradient_norm: float | None = None
    """Length of the gradient that arrives at the layer's outputs, ||dL/dout||, over the batch."""
    update_ratio: float | None = None
    """Length of the step's update relative to the weights, ||dw|| / ||w||; about 1e-3 is usual."""
    dead_units: int | None = None
    """Units after relu that were 0 for every row of the batch: no gradient reaches their weights
    through them."""


MEASURES = tuple(LayerMeasures.__dataclass_fields__)


def as_measures(row: NDArray[np.floating]) -> LayerMeasures:
    """Numbers in the order of MEASURES, (6,), as measures; NaN becomes None."""
    known = {
        name: value
        for name, value in zip(MEASURES, row.tolist(), strict=True)
        if not math.isnan(value)
    }
    if "dead_units" in known:
        known["dead_units"] = int(known["dead_units"])
    return LayerMeasures(**known)


@dataclass(frozen=True)
class Blocks:
    """Values of several layers side by side, a block for each.

    `values` (M, all values) float64; `starts` (blocks,): the column where each block begins. There
    is at least one block, and none is empty.
    """

    values: NDArray[np.float64]
    starts: NDArray[np.intp]

    @classmethod
    def of(cls, blocks: Sequence[NDArray[np.floating]]) -> Self:
        """Blocks of any shapes (M, …), as copies."""
        flat = [block.reshape(len(block), -1) for block in blocks]
        sizes = [block.shape[1] for block in flat]
        return cls(np.concatenate(flat, axis=1, dtype=np.float64), np.cumsum([0, *sizes[:-1]]))

    @classmethod
    def joined(cls, several: Sequence["Blocks"]) -> Self:
        """All blocks of several, in their order."""
        begin, starts = 0, []
        for each in several:
            starts.append(each.starts + begin)
            begin += each.values.shape[1]
        values = np.concatenate([each.values for each in several], axis=1)
        return cls(values, np.concatenate(starts))

    def __sub__(self, other: "Blocks") -> "Blocks":
        """The differences from blocks of the same sizes."""
        return Blocks(self.values - other.values, self.starts)

    def lengths(self) -> NDArray[np.float64]:
        """The Euclidean length of every block, (M, blocks)."""
        squares: NDArray[np.float64] = np.add.reduceat(self.values**2, self.starts, axis=1)
        return np.sqrt(squares)

    def largest(self) -> NDArray[np.float64]:
        """The largest absolute finite value of every block, (M, blocks)."""
        sizes = np.abs(self.values)
        found: NDArray[np.float64] = np.maximum.reduceat(sizes, self.starts, axis=1)
        if not np.isfinite(found).all():
            sizes[~np.isfinite(sizes)] = 0.0
            found = np.maximum.reduceat(sizes, self.starts, axis=1)
        return found

    def has_negative(self) -> NDArray[np.bool_]:
        """Whether any value of a block is below 0, (M, blocks)."""
        found: NDArray[np.bool_] = np.logical_or.reduceat(self.values < 0, self.starts, axis=1)
        return found

    def counts(self, lows: NDArray[np.float64], highs: NDArray[np.float64]) -> NDArray[np.int64]:
        """Counts per bin over edges (M, blocks): (M, blocks, bins).

        Values that are not finite are left out. Bins are half open, as in numpy.histogram, but for
        the last, which holds its upper edge too. In float64, or values at an edge (biases start at
        0) would change sides.
        """
        ends = np.empty_like(self.starts)
        ends[:-1], ends[-1] = self.starts[1:], self.values.shape[1]
        sizes = ends - self.starts
        first_bins = np.arange(lows.size).reshape(lows.shape) * BINS
        scaled = self.values - lows.repeat(sizes, axis=1)
        scaled /= (highs - lows).repeat(sizes, axis=1)
        scaled *= BINS
        bins = scaled.astype(np.intp)  # what is no number has no bin: it is left out below
        np.maximum(bins, 0, out=bins)
        np.minimum(bins, BINS - 1, out=bins)
        bins += first_bins.repeat(sizes, axis=1)
        finite = np.isfinite(scaled)
        counted = bins.ravel() if finite.all() else bins[finite]
        return np.bincount(counted, minlength=lows.size * BINS).reshape(*lows.shape, BINS)


def starting_limits(largest: NDArray[np.float64]) -> NDArray[np.float64]:
    """The edges' limits for initial values: 1.5 times the largest, both ways from 0."""
    return np.where(largest > 0, 1.5 * largest, SMALLEST_LIMIT)


def widened_limits(
    limits: NDArray[np.float64], largest: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The limits, each doubled until its largest value, of the same shape, fits in.

    One limit per member: a member that blows up does not flatten the others' histograms.
    """
    while (largest > limits).any():
        limits = np.where(largest > limits, 2.0 * limits, limits)
    return limits


def rounded_limits(largest: NDArray[np.float64]) -> NDArray[np.float64]:
    """The next power of two, so that edges stay the same while values change little."""
    _, exponents = np.frexp(np.nextafter(largest, 0.0))  # exactly a power of two: it is the limit
    return np.where(largest > 0, np.exp2(exponents), SMALLEST_LIMIT)


def bin_edges(low: float, high: float) -> NDArray[np.float64]:
    """The bins + 1 edges from low to high; from -limit to limit the middle one is exactly 0."""
    return low + (high - low) * _POSITIONS


def moved_distance(now: Tensor, start: Tensor) -> NDArray[np.float64]:
    """How far a layer moved since the start: ||w - w0|| / ||w0|| of each member, (M,).

    `now` and `start` are (M, parameters), all weights and biases. Exactly 0 means that no value
    changed. Where w0 is all zeros the distance ||w - w0|| itself is given.
    """
    distance = torch.linalg.vector_norm((now - start).double(), dim=1)
    length = torch.linalg.vector_norm(start.double(), dim=1)
    return torch.where(length > 0, distance / length, distance).numpy()


def relative(distances: NDArray[np.float64], lengths: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distances relative to lengths; where a length is 0, the distance itself."""
    found: NDArray[np.float64] = distances / np.where(lengths > 0, lengths, 1.0)
    return found


def dead_units(outputs: NDArray[np.floating]) -> NDArray[np.int64]:
    """How many units were 0 or less for every row, (M, rows, units) -> (M,).

    Of outputs or of pre-activations, which under relu says the same.
    """
    found: NDArray[np.int64] = (outputs.max(axis=1) <= 0).sum(axis=1)
    return found
