"""Which curve and which of its seeds is nearest to where a person points."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gui.plots.live_plot import PlotView, nearest_place
from gui.plots.loss_curve import LossCurve
from gui.plots.series import AnyFloatArray

REACH = 10.0  # pixels from a curve or its band within which it is pointed at


@dataclass(frozen=True)
class SeedValue:
    """One seed's value at an epoch."""

    seed: int
    value: float


def curve_near(
    curves: Sequence[LossCurve], epoch: float, pixel: float, view: PlotView
) -> LossCurve | None:
    """Of the curves that are within reach, band included, the one whose line is nearest."""
    nearest, shortest = None, math.inf
    for curve in curves:
        index = _index(curve, epoch)
        if index is None:
            continue
        away = abs(_pixel(float(curve.data.mean[index]), view) - pixel)
        if away < shortest and (away <= REACH or _at_band(curve, index, pixel, view)):
            nearest, shortest = curve, away
    return nearest


def seed_near(
    curve: LossCurve, epoch: float, pixel: float | None, view: PlotView
) -> SeedValue | None:
    """The seed nearest to this height in pixels, without one to the line; None without seeds."""
    values = seeds_at(curve, epoch)
    if values is None:
        return None
    wanted = curve.value_at(epoch)
    if pixel is None and wanted is not None:
        pixel = _pixel(wanted, view)
    distances = [abs(_pixel(float(value), view) - (pixel or 0.0)) for value in values]
    finite = [place for place, distance in enumerate(distances) if math.isfinite(distance)]
    if not finite:
        return None
    place = min(finite, key=distances.__getitem__)
    return SeedValue(curve.style.seeds[place], float(values[place]))


def seeds_at(curve: LossCurve, epoch: float) -> AnyFloatArray | None:
    """The values of its seeds (S,) at this epoch; None of a single seed or an unfinished epoch."""
    index, seeds = _index(curve, epoch), curve.data.seeds
    if index is None or seeds is None or seeds.shape[1] < 2 or index >= len(seeds):
        return None
    return np.asarray(seeds[index])


def from_the_top(curves: Sequence[LossCurve], epoch: float, view: PlotView) -> list[LossCurve]:
    """The curves that have a number at this epoch, the highest first."""
    found = []
    for curve in curves:
        value = curve.value_at(epoch)
        if value is not None and math.isfinite(value):
            found.append((_pixel(value, view), curve))
    return [curve for _, curve in sorted(found, key=lambda each: each[0])]


def _index(curve: LossCurve, epoch: float) -> int | None:
    """The place of exactly this epoch among the curve's points."""
    epochs = np.asarray(curve.data.epochs, dtype=np.float64)
    if not epochs.size:
        return None
    index = nearest_place(epochs, epoch)
    return index if abs(float(epochs[index]) - epoch) <= 1e-6 else None


def _at_band(curve: LossCurve, index: int, pixel: float, view: PlotView) -> bool:
    low, high = curve.data.low, curve.data.high
    if low is None or high is None or not curve.band.isVisible():
        return False
    top, bottom = _pixel(float(high[index]), view), _pixel(float(low[index]), view)
    return top - REACH <= pixel <= bottom + REACH


def _pixel(value: float, view: PlotView) -> float:
    """Pixels from the top edge; infinite where it cannot be drawn."""
    if not math.isfinite(value) or (view.log and value <= 0):
        return math.inf
    return view.place(0.0, math.log10(value) if view.log else value)[1]
