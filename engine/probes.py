"""Probes: what can be measured on a layer's parameters; none of them can change a run."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

BINS = 50
SMALLEST_LIMIT = 1e-3  # an all-zero layer still gets a visible bar in the middle


@dataclass(frozen=True)
class Histogram:
    """A layer's weights and biases of one member, now and at the start, over the same edges.

    `edges` (bins + 1,) float64, `counts` and `start_counts` (bins,) int64; each adds up to the
    layer's number of parameters as long as all of them are finite. `widened`: a value left the
    edges of the run's start, so they were doubled.
    """

    edges: NDArray[np.float64]
    counts: NDArray[np.int64]
    start_counts: NDArray[np.int64]
    widened: bool = False


def starting_limit(start: Tensor) -> float:
    """The edges' limit for a layer's initial values: 1.5 times the largest, both ways from 0."""
    largest = float(start.abs().max())
    return 1.5 * largest if largest > 0 else SMALLEST_LIMIT


def widened_limit(limit: float, values: Tensor) -> float:
    """The limit, doubled until all finite values lie within."""
    largest = float(torch.where(values.isfinite(), values.abs(), 0.0).max())
    while largest > limit:
        limit *= 2.0
    return limit


def bin_edges(limit: float) -> NDArray[np.float64]:
    """The bins + 1 edges from -limit to limit."""
    return np.linspace(-limit, limit, BINS + 1)


def bin_counts(values: Tensor, limit: float) -> NDArray[np.int64]:
    """Counts per bin of every row, (rows, parameters) -> (rows, bins); non-finite ones left out.

    Bins are half open, as in numpy.histogram, but for the last, which holds its upper edge too.
    """
    bins = ((values + limit) * (BINS / (2 * limit))).nan_to_num_().clamp_(0, BINS - 1).long()
    bins += torch.arange(len(values)).unsqueeze(1) * BINS
    finite = values.isfinite()
    flat = bins.flatten() if bool(finite.all()) else bins[finite]
    return torch.bincount(flat, minlength=len(values) * BINS).view(len(values), BINS).numpy()


def moved_distance(now: Tensor, start: Tensor) -> NDArray[np.float64]:
    """How far a layer moved since the start: ||w - w0|| / ||w0|| of each member, (M,).

    `now` and `start` are (M, parameters), all weights and biases. Exactly 0 means that no value
    changed. Where w0 is all zeros the distance ||w - w0|| itself is given.
    """
    distance = torch.linalg.vector_norm((now - start).double(), dim=1)
    length = torch.linalg.vector_norm(start.double(), dim=1)
    return torch.where(length > 0, distance / length, distance).numpy()
