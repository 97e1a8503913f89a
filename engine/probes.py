"""Probes: what can be measured on a layer's parameters; none of them can change a run."""

import math
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


def widened_limits(limits: Tensor, values: Tensor) -> Tensor:
    """The limits (M,), each doubled until all finite values of its row, (M, parameters), fit in.

    One limit per member: a member that blows up does not flatten the others' histograms.
    """
    largest = values.abs().nan_to_num_(0.0, 0.0, 0.0).amax(dim=1).double()
    while bool((largest > limits).any()):
        limits = torch.where(largest > limits, 2.0 * limits, limits)
    return limits


def bin_edges(limit: float) -> NDArray[np.float64]:
    """The bins + 1 edges from -limit to limit; the middle one is exactly 0."""
    return limit * np.linspace(-1.0, 1.0, BINS + 1)


def bin_counts(values: Tensor, limits: Tensor) -> NDArray[np.int64]:
    """Counts per bin, (M, parameters) -> (M, bins), over each row's edges; non-finite left out.

    Bins are half open, as in numpy.histogram, but for the last, which holds its upper edge too.
    The arithmetic is float64, or values at an edge (biases start at 0) would change sides.
    """
    rows = len(values)
    scaled = values.double().div_(limits.unsqueeze(1)).add_(1.0).mul_(BINS / 2)
    finite = math.isfinite(scaled.sum().item())
    bins = scaled.clamp_(0, BINS - 1).long()
    bins += torch.arange(0, rows * BINS, BINS).unsqueeze(1)
    flat = bins.flatten() if finite else bins[values.isfinite()]
    return torch.bincount(flat, minlength=rows * BINS).view(rows, BINS).numpy()


def moved_distance(now: Tensor, start: Tensor) -> NDArray[np.float64]:
    """How far a layer moved since the start: ||w - w0|| / ||w0|| of each member, (M,).

    `now` and `start` are (M, parameters), all weights and biases. Exactly 0 means that no value
    changed. Where w0 is all zeros the distance ||w - w0|| itself is given.
    """
    distance = torch.linalg.vector_norm((now - start).double(), dim=1)
    length = torch.linalg.vector_norm(start.double(), dim=1)
    return torch.where(length > 0, distance / length, distance).numpy()
