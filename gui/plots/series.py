"""What a plot does to numbers before it draws them: gaps and thinning. Pure numpy."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
AnyFloatArray = NDArray[np.floating[Any]]

LARGEST = 1e30  # beyond it a view range is wrecked for good


@dataclass(frozen=True)
class SafeValues:
    """Values that may be drawn (NaN is a gap), and how many had to be changed for it.

    float32 where they came as that and are no logarithms, float64 otherwise.
    """

    values: NDArray[Any]
    not_finite: int = 0
    clipped: int = 0
    not_positive: int = 0


def plot_safe(values: AnyFloatArray, log: bool = False) -> SafeValues:
    """Make values drawable: not finite → gap; beyond ±1e30 → ±1e30; log of 0 or less → gap.

    values: (n,). With `log` the result holds the decimal logarithms. What can be drawn as it is is
    not copied: the curves of a run grow for as long as it trains.
    """
    raw: AnyFloatArray = values if values.dtype.kind == "f" else values.astype(np.float64)
    not_finite = clipped = 0
    within = np.abs(raw) <= LARGEST  # False for NaN as well
    if not within.all():
        finite = np.isfinite(raw)
        not_finite = int(raw.size - np.count_nonzero(finite))
        clipped = int(np.count_nonzero(finite & ~within))
        raw = np.where(finite, np.clip(raw, -LARGEST, LARGEST), np.nan)
    if not log:
        return SafeValues(raw, not_finite, clipped)
    positive = raw > 0
    logarithms = np.full(raw.shape, np.nan)
    np.log10(raw, out=logarithms, where=positive, dtype=np.float64)
    not_positive = int(raw.size - np.count_nonzero(positive)) - not_finite
    return SafeValues(logarithms, not_finite, clipped, not_positive)


def bucket_size(points_per_pixel: float) -> int:
    """How many neighbouring points to thin to two, so that about two are drawn per pixel.

    A power of two: buckets stay where they are while a curve grows, so the line does not shimmer.
    """
    if not points_per_pixel > 2:
        return 1
    return int(2 ** np.ceil(np.log2(min(points_per_pixel, 1e9))))


def thin_min_max(x: FloatArray, y: AnyFloatArray, bucket: int) -> tuple[FloatArray, FloatArray]:
    """Of every `bucket` successive points keep the lowest and the highest, in their order.

    x, y: (n,). The last 1 to `bucket` points stay as they are, so the end of the line is exact.
    A bucket without a number becomes a gap.
    """
    full = (x.size - 1) // bucket if x.size else 0
    if bucket <= 1 or full == 0:
        return x, np.asarray(y, dtype=np.float64)
    blocks = y[: full * bucket].reshape(full, bucket)
    missing = np.isnan(blocks)
    if missing.any():
        lowest = np.where(missing, np.inf, blocks).argmin(axis=1)
        highest = np.where(missing, -np.inf, blocks).argmax(axis=1)
    else:
        lowest, highest = blocks.argmin(axis=1), blocks.argmax(axis=1)
    starts = np.arange(full) * bucket
    chosen = np.empty(2 * full, dtype=np.intp)
    chosen[0::2] = starts + np.minimum(lowest, highest)
    chosen[1::2] = starts + np.maximum(lowest, highest)
    rest = slice(full * bucket, None)
    return _joined(x[chosen], x[rest]), _joined(y[chosen], y[rest])


def thin_band(
    x: FloatArray, low: AnyFloatArray, high: AnyFloatArray, bucket: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Of every `bucket` successive points keep one with the lowest low and the highest high.

    x, low, high: (n,), without gaps. The last 1 to `bucket` points stay as they are.
    """
    full = (x.size - 1) // bucket if x.size else 0
    if bucket <= 1 or full == 0:
        return x, np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    end = full * bucket
    middle = x[:end].reshape(full, bucket)[:, bucket // 2]
    return (
        _joined(middle, x[end:]),
        _joined(low[:end].reshape(full, bucket).min(axis=1), low[end:]),
        _joined(high[:end].reshape(full, bucket).max(axis=1), high[end:]),
    )


def finite_extent(values: AnyFloatArray) -> tuple[float, float] | None:
    """Lowest and highest number among the values, None when there is none."""
    numbers = values[~np.isnan(values)]
    if numbers.size == 0:
        return None
    return float(numbers.min()), float(numbers.max())


def _joined(first: AnyFloatArray, rest: AnyFloatArray) -> FloatArray:
    return np.concatenate((first, rest), dtype=np.float64)
