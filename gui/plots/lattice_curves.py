"""The curves of all cards: one pair of axes, thinned to a card's pixels, each point read once."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QPainterPath

from gui.plots.series import LARGEST, AnyFloatArray, FloatArray, bucket_size, thin_min_max

WILD = 10.0  # times the usual first loss: what is beyond does not set the axis
EMPTY = np.empty(0)
GAP = np.array([np.nan])


class Area(NamedTuple):
    """Where a card's plot is. Plain numbers: they are looked at in every frame."""

    left: float
    top: float
    width: float
    height: float


class CardCurve:
    """One curve: what of it is thinned already, and what came since."""

    def __init__(self) -> None:
        self.losses: AnyFloatArray = EMPTY
        self.first = math.nan
        self.low, self.high = math.inf, -math.inf
        self.went_wild = False
        """Whether a value is not finite."""
        self._x, self._y = EMPTY, EMPTY
        self._settled, self._bucket = 0, 0
        self._read = 0
        self._probes: tuple[tuple[int, float], ...] = ()

    def continues_in(self, losses: AnyFloatArray) -> bool:
        """Whether these go on from the losses that were read, judged by three of them."""
        return len(losses) >= self._read and all(
            _same(float(losses[at]), value) for at, value in self._probes
        )

    def take(self, losses: AnyFloatArray) -> bool:
        """Show these losses, (epochs,), which go on; whether there is something new."""
        grown = losses[self._read :]
        self.losses = losses
        if not len(grown):
            return False
        finite = grown[np.isfinite(grown) & (np.abs(grown) < LARGEST)]
        self.went_wild = self.went_wild or len(finite) < len(grown)
        if len(finite):
            self.first = float(finite[0]) if math.isnan(self.first) else self.first
            self.low = min(self.low, float(finite.min()))
            self.high = max(self.high, float(finite.max()))
        self._read = len(losses)
        places = {0, self._read // 2, self._read - 1}
        self._probes = tuple((at, float(losses[at])) for at in places)
        return True

    def points(self, bucket: int) -> tuple[FloatArray, FloatArray]:
        """Epochs and losses to draw: of every `bucket` epochs the lowest and the highest."""
        if bucket != self._bucket:
            self._x, self._y, self._settled, self._bucket = EMPTY, EMPTY, 0, bucket
        end = (len(self.losses) - 1) // bucket * bucket
        if end > self._settled:
            x, y = thin_min_max(*self._span(self._settled, end + 1), bucket)  # leaves the last be
            self._x = np.concatenate((self._x, x[:-1]))
            self._y = np.concatenate((self._y, y[:-1]))
            self._settled = end
        x, y = self._span(self._settled, len(self.losses))
        return np.concatenate((self._x, x)), np.concatenate((self._y, y))

    def _span(self, start: int, end: int) -> tuple[FloatArray, FloatArray]:
        values = np.asarray(self.losses[start:end], np.float64)
        return np.arange(start + 1.0, end + 1.0), np.where(np.isfinite(values), values, np.nan)


class LatticeCurves:
    """Training and held-out curves by (variant, held out), and the axes that they share."""

    def __init__(self) -> None:
        self._curves: dict[tuple[str, bool], CardCurve] = {}
        self.epochs = 1
        """The right end of the axis."""
        self.log = False
        self.low, self.high = 0.0, 1.0
        """The ends of the loss axis."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self._curves

    def clear(self) -> None:
        """Forget all curves."""
        self._curves.clear()

    def take(self, variant: str, held_out: bool, losses: AnyFloatArray) -> bool:
        """Show these losses, (epochs,), as a curve's; whether there is something new in it."""
        curve = self._curves.get((variant, held_out))
        if curve is None or not curve.continues_in(losses):
            curve = self._curves[variant, held_out] = CardCurve()
        return curve.take(losses)

    def fit(self) -> bool:
        """Fit the loss axis to the curves; whether it became another one."""
        before = self.low, self.high
        tame = [c for c in self._curves.values() if not c.went_wild and c.high >= c.low]
        found = tame or [c for c in self._curves.values() if c.high >= c.low]
        if found:
            self.low, self.high = self._axis(found)
        return before != (self.low, self.high)

    def path(
        self,
        areas: Mapping[str, Area],
        held_out: bool,
        strokes: Sequence[tuple[float, float]] = ((0.0, 0.0),),
    ) -> QPainterPath:
        """The curves of these variants in their cards' plots, once for each stroke's offset.

        One path, since every call from Python may have to wait for the run that is going.
        """
        epochs, losses, found = [], [], []
        for variant, area in areas.items():
            curve = self._curves.get((variant, held_out))
            if curve is not None and len(curve.losses):
                x, y = curve.points(bucket_size(self.epochs / max(1.0, area.width)))
                epochs += [x, GAP]
                losses += [y, GAP]
                found.append((*area, len(x) + 1))
        if not found:
            return QPainterPath()
        left, top, width, height, counts = np.array(found).T
        scales = width / max(1, self.epochs - 1), height, left, top
        across, down, left, top = np.repeat(scales, counts.astype(int), axis=1)
        x = left + (np.concatenate(epochs) - 1) * across
        y = top + (1 - self._shares(np.concatenate(losses))) * down
        path: QPainterPath = pg.functions.arrayToQPath(
            np.concatenate([x + right for right, _ in strokes]),
            np.concatenate([y + below for _, below in strokes]),
            connect="finite",
        )
        return path

    def _axis(self, curves: Iterable[CardCurve]) -> tuple[float, float]:
        """Round ends, so that the axis stays where it is for long."""
        curves = list(curves)
        wild = WILD * float(np.median([curve.first for curve in curves]))
        high = min(max(curve.high for curve in curves), wild) or 1.0
        if not self.log:
            return 0.0, _round_up(high)
        low = max(min(curve.low for curve in curves), high * 1e-9)
        top = 10 ** (math.ceil(2 * math.log10(high)) / 2)
        return min(10 ** (math.floor(2 * math.log10(low)) / 2), top / 10**0.5), top

    def _shares(self, losses: FloatArray) -> FloatArray:
        """Where on the axis, 0 at its low end, 1 at its high end; what is beyond is at the end."""
        if self.log:
            decades = math.log10(self.high / self.low)
            shares = np.log10(np.maximum(losses, self.low) / self.low) / decades
        else:
            shares = losses / self.high
        clipped: FloatArray = np.clip(shares, 0.0, 1.0)
        return clipped


def _same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


def _round_up(value: float) -> float:
    """The next of 1, 1.5, 2, 3, 5, 7 × 10^n."""
    power = 10.0 ** math.floor(math.log10(value))
    steps = (1, 1.5, 2, 3, 5, 7, 10)
    return power * next(step for step in steps if value <= step * power * (1 + 1e-9))
