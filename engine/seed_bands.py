"""What the seeds of a variant show together: a centre line, and a band around it. Pure numpy."""

import math
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

Centre = Literal["mean", "median"]
Band = Literal["none", "min-max", "deviation", "standard error", "interval"]

CENTRES: tuple[Centre, ...] = ("mean", "median")
BANDS: tuple[Band, ...] = ("none", "min-max", "deviation", "standard error", "interval")
CONFIDENCE = 0.95


@dataclass(frozen=True)
class SeedSummary:
    """Which centre and which band stand for the seeds, x_1 … x_n, at every epoch.

    The centres. **Mean**: the sum of the seeds' values divided by their number. **Median**: the
    middle one of the sorted values, or the mean of the two in the middle.

    The bands. **Min-max**: from the lowest seed to the highest. **Deviation**: the mean plus and
    minus the standard deviation s = sqrt(sum (x_i - mean)^2 / (n - 1)), how far single seeds lie
    from the mean. **Standard error**: the mean plus and minus s / sqrt(n), how far the mean itself
    would scatter if all seeds were drawn anew. **Interval**: Student's t interval of the mean
    (Student 1908), the mean plus and minus t s / sqrt(n), with t the 97.5 % quantile of Student's
    distribution with n - 1 degrees of freedom; for roughly normal values, 95 of 100 such intervals
    contain the true mean. These three lie about the mean also where the centre is the median.
    """

    centre: Centre = "mean"
    band: Band = "min-max"


def seed_band(
    values: NDArray[np.floating[Any]], centre: Centre, band: Band
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Centre, low and high end of the band, each (epochs,), of values (epochs, seeds).

    More axes may come first. A seed without a finite number at an epoch is left out there; one
    that diverged has none from its epoch on, so line and band are the survivors'. The centre is
    NaN where no seed is left; the band also where it is "none", and where a single seed is left
    that has no standard deviation. The formulas are those of SeedSummary.
    """
    finite = np.isfinite(values)
    known = np.where(finite, values, np.nan).astype(np.float64)
    counts = np.count_nonzero(finite, axis=-1)
    if band == "none":
        nothing = np.full(counts.shape, np.nan)
        return _centre(known, counts, centre), nothing, nothing
    if band == "min-max":
        gone = counts == 0
        low = np.where(gone, np.nan, np.where(finite, known, np.inf).min(axis=-1))
        high = np.where(gone, np.nan, np.where(finite, known, -np.inf).max(axis=-1))
        return _centre(known, counts, centre), low, high
    mean = _mean(known, counts)
    half = _half_width(known - mean[..., None], counts, band)
    middle = mean if centre == "mean" else _median(known, counts)
    return middle, mean - half, mean + half


def seeds_left(values: NDArray[np.floating[Any]]) -> int:
    """How many seeds, of values (seeds,) at one epoch, still have a number."""
    return int(np.count_nonzero(np.isfinite(values)))


@cache
def student_quantile(seeds: int) -> float:
    """The t of a two-sided 95 % interval of the mean of so many seeds; NaN below two."""
    if seeds < 2:
        return math.nan
    from scipy.special import stdtrit  # takes a moment to load, and few ask for this band

    return float(stdtrit(seeds - 1, (1 + CONFIDENCE) / 2))


def _centre(known: FloatArray, counts: NDArray[np.intp], centre: Centre) -> FloatArray:
    return _mean(known, counts) if centre == "mean" else _median(known, counts)


def _mean(known: FloatArray, counts: NDArray[np.intp]) -> FloatArray:
    return _quotient(np.nansum(known, axis=-1), counts)


def _median(known: FloatArray, counts: NDArray[np.intp]) -> FloatArray:
    """Sorting puts NaN last, so the numbers' middle follows from their count."""
    ordered = np.sort(known, axis=-1)
    middles = [np.maximum(counts - 1, 0) // 2, np.minimum(counts // 2, known.shape[-1] - 1)]
    lower, upper = (np.take_along_axis(ordered, at[..., None], -1)[..., 0] for at in middles)
    median: FloatArray = (lower + upper) / 2
    return median


def _half_width(deviations: FloatArray, counts: NDArray[np.intp], band: Band) -> FloatArray:
    """Half the width of a band about the mean; NaN where fewer than two seeds are left."""
    variance = _quotient(np.nansum(deviations**2, axis=-1), counts - 1)
    if band == "deviation":
        deviation: FloatArray = np.sqrt(variance)
        return deviation
    error: FloatArray = np.sqrt(_quotient(variance, counts))
    if band == "standard error":
        return error
    quantiles = np.array([student_quantile(n) for n in range(deviations.shape[-1] + 1)])
    half: FloatArray = error * quantiles[counts]
    return half


def _quotient(sums: FloatArray, counts: NDArray[np.intp]) -> FloatArray:
    """Their quotient, NaN where there is nothing to divide by."""
    quotient = np.full(sums.shape, np.nan)
    np.divide(sums, counts, out=quotient, where=counts > 0)
    return quotient
