"""One curve of the loss plot: its data, what of it is drawn, and the two items that draw it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor

from engine.rounding import are_apart
from gui.plots.curve_line import CurveLine, line_pen, stroke_places
from gui.plots.figures import Extent
from gui.plots.live_plot import PlotView, nearest_place
from gui.plots.loss_inputs import CurveStyle
from gui.plots.plot_style import faded, mixed
from gui.plots.series import (
    LARGEST,
    AnyFloatArray,
    FloatArray,
    bucket_size,
    finite_extent,
    plot_safe,
    thin_band,
    thin_min_max,
)
from gui.theme import Theme

EMPTY = np.empty(0)
LONG_TAIL = 512  # points that may be drawn as they come before the whole is thinned anew
CHEAP_INK = 20_000.0  # device pixels of line up to which it is stroked to its full width
FAR_OUT = 20.0  # views above and below; a line further out is drawn to there

Company = Literal["few", "several", "crowd"]
"""How many curves there are: all with a band; all with a full line; too many for either."""


@dataclass(frozen=True)
class CurveData:
    """A curve as handed over: epochs and centre (n,), band (n,) or none, seeds (up to n, S)."""

    epochs: AnyFloatArray
    mean: AnyFloatArray
    low: AnyFloatArray | None = None
    high: AnyFloatArray | None = None
    seeds: AnyFloatArray | None = None

    def continues(self, shown: "CurveData", settled: int) -> bool:
        """Whether these are the shown data with points added, judged by three of them."""
        if (self.low is None) != (shown.low is None) or self.mean.size < settled:
            return False
        return all(
            self.epochs[probe] == shown.epochs[probe] and _same(self.mean[probe], shown.mean[probe])
            for probe in (0, settled // 2, settled - 1)
        )


class LossCurve:
    """A curve's line and band.

    What is drawn has two parts. The settled part was read, thinned and straightened as a whole,
    a few times a second at most; the tail, the last point and those that came since, is drawn as it
    comes. So a frame costs the same however long the run is.
    """

    def __init__(self, style: CurveStyle) -> None:
        self.style = style
        self.line = CurveLine()
        self.band = pg.PlotCurveItem(fillLevel="enclosed", pen=None)
        self.data = CurveData(EMPTY, EMPTY)
        self.diverged: tuple[float, str] | None = None
        self.not_finite, self.clipped, self.not_positive = 0, 0, 0
        self.in_view, self.drawn = 0, 0
        self._lowest: tuple[float, float] | None = None  # of held-out losses: epoch and value
        self._highest = -np.inf
        self._sought = 0  # points among which they were found
        self._company: Company = "few"
        self._raised = style.selected
        self._safe: AnyFloatArray = EMPTY
        self._low: AnyFloatArray = EMPTY
        self._high: AnyFloatArray = EMPTY
        self._settled, self._log = 0, False
        self._line_x, self._line_y = EMPTY, EMPTY
        self._band: tuple[FloatArray, FloatArray, FloatArray] = (EMPTY, EMPTY, EMPTY)
        self._colour = self._pale = QColor()
        self._scale = 1.0

    @property
    def is_empty(self) -> bool:
        """Whether it has no point yet."""
        return self.data.mean.size == 0

    @property
    def thinned(self) -> bool:
        """Whether fewer points are drawn than are in view."""
        return self.drawn < self.in_view

    @property
    def best(self) -> tuple[float, float] | None:
        """Epoch and value of the lowest held-out loss; where all are equal none is the best."""
        lowest = self._lowest
        return lowest if lowest and are_apart(lowest[1], self._highest) else None

    @property
    def extent(self) -> Extent | None:
        """Lowest and highest value, band included, as last settled. Cut values do not count.

        Where some seeds diverged, those of the others: on its way out a seed leaves every frame.
        """
        edge = np.log10(LARGEST) if self._log else LARGEST
        found = []
        survivors = self._survivors()
        every = (self._safe, self._low, self._high) if survivors is None else (survivors,)
        for values in every:
            extent = finite_extent(values[np.abs(values) < edge])
            if extent is not None:
                found.append(extent)
        return (min(e[0] for e in found), max(e[1] for e in found)) if found else None

    @property
    def last(self) -> tuple[float, float] | None:
        """Epoch and value of the last point that has a number."""
        for index in range(self.data.mean.size - 1, max(-1, self.data.mean.size - 1000), -1):
            if np.isfinite(self.data.mean[index]):
                return float(self.data.epochs[index]), float(self.data.mean[index])
        return None

    def value_at(self, epoch: float) -> float | None:
        """The value at exactly this epoch, None where the curve has no point."""
        if self.is_empty:
            return None
        index = nearest_place(np.asarray(self.data.epochs, dtype=np.float64), epoch)
        if abs(float(self.data.epochs[index]) - epoch) > 1e-6:
            return None
        return float(self.data.mean[index])

    def take(self, data: CurveData, view: PlotView) -> None:
        """Show these data: the tail at once, or all when they are not the old ones continued."""
        tail = data.mean.size - self._settled
        known = self._settled > 0 and tail <= LONG_TAIL and data.continues(self.data, self._settled)
        self.data = data
        if not known:
            self._lowest, self._highest, self._sought = None, -np.inf, 0
        if self.style.held_out and not self.style.ghost:
            self._seek_best()
        if known:
            self._draw(view)
        else:
            self.read(view.log)
            self.settle(view)

    def forget(self) -> None:
        """Take the next data as other ones, however alike they look."""
        self._settled = 0

    def read(self, log: bool) -> None:
        """Read all the data anew; `settle` is to follow."""
        safe = plot_safe(self.data.mean, log)
        self._safe, self._log = safe.values, log
        self.not_finite, self.clipped = safe.not_finite, safe.clipped
        self.not_positive = safe.not_positive
        self._settled = max(0, safe.values.size - 1)  # the last point may be an unfinished epoch's
        if self.data.low is None or self.data.high is None or not self._has_band:
            self._low = self._high = EMPTY
        else:
            self._low = plot_safe(self.data.low, log).values
            self._high = plot_safe(self.data.high, log).values

    def settle(self, view: PlotView) -> None:
        """Choose anew what of the data is drawn in this view."""
        x = np.asarray(self.data.epochs, dtype=np.float64)[: self._settled]
        first, last = range_in_view(x, view)
        bucket = bucket_size((last - first) / pixels_between(x, first, last, view))
        first -= first % bucket
        part = slice(first, last)
        thin_x, thin_y = thin_min_max(x[part], self._safe[part], bucket)
        tail = self.data.mean.size - self._settled
        self.in_view, self.drawn = last - first + tail, thin_x.size + tail
        self._line_x, self._line_y = thin_x, thin_y
        self._choose_strokes(view)
        if self._low.size and self._has_band:
            self._band = self._thinned_band(x[part], part, bucket, view)
        self._draw(view)

    def set_company(self, company: Company, raised: bool, view: PlotView) -> None:
        """Among several it has no band, in a crowd a fine line, unless it is raised above them."""
        if (company, raised) == (self._company, self._raised):
            return
        self._company, self._raised = company, raised
        self.band.setVisible(self._has_band)
        self._place_in_depth()
        self._apply_pen()
        self.read(view.log)
        self.settle(view)

    @property
    def line_colour(self) -> QColor:
        """The colour of the line: its own, paler behind what is raised in a crowd."""
        return self._pale if self._stands_back else self._colour

    def colour(self, theme: Theme) -> QColor:
        """The colour of the symbols, and of the line unless it stands back."""
        ink = theme.variant(self.style.variant_index)
        return mixed(ink, theme.panel, 0.42) if self.style.ghost else QColor(ink)

    def restyle(self, style: CurveStyle, theme: Theme) -> None:
        """The same data under another name, colour or part, or now as a ghost, without a best."""
        self.style = style
        self._lowest = None if style.ghost else self._lowest
        self.apply_theme(theme)

    def apply_theme(self, theme: Theme) -> None:
        """Take pens and fill from the theme; ghosts go to the back."""
        self._colour = self.colour(theme)
        self._pale = mixed(self._colour.name(), theme.panel, 0.6)
        self._apply_pen()
        alpha = 18 if self.style.ghost else 34
        self.band.setBrush(faded(theme.variant(self.style.variant_index), alpha))
        self._place_in_depth()

    @property
    def _has_band(self) -> bool:
        return self._raised or self._company == "few"

    @property
    def _stands_back(self) -> bool:
        return self._company == "crowd" and not self._raised

    def _place_in_depth(self) -> None:
        front = (0 if self.style.ghost else 10) + (0 if self.style.held_out else 1)
        front += 20 if self._raised else 0
        self.line.setZValue(front + 2)
        self.band.setZValue(front - 5)

    def _survivors(self) -> FloatArray | None:
        """The drawable values of the seeds that are left, if some but not all are."""
        seeds = self.data.seeds
        if seeds is None or not len(seeds):
            return None
        left = np.isfinite(seeds[-1])
        if left.all() or not left.any():
            return None
        return plot_safe(seeds[:, left].ravel(), self._log).values

    def _seek_best(self) -> None:
        """Look at the points that are new; the earliest of equal ones stays."""
        fresh = np.asarray(self.data.mean[self._sought :], dtype=np.float64)
        numbers = np.isfinite(fresh)
        if numbers.any():
            index = int(np.where(numbers, fresh, np.inf).argmin())
            if self._lowest is None or fresh[index] < self._lowest[1]:
                self._lowest = float(self.data.epochs[self._sought + index]), float(fresh[index])
            self._highest = max(self._highest, float(fresh[numbers].max()))
        self._sought += fresh.size

    def _draw(self, view: PlotView) -> None:
        """Hand the settled part and the tail to the items."""
        tail = slice(self._settled, None)
        x, y = self._line_x, self._line_y
        tail_x = np.asarray(self.data.epochs[tail], dtype=np.float64)
        if tail_x.size:
            x = np.concatenate((x, tail_x))
            y = np.concatenate((y, plot_safe(self.data.mean[tail], view.log).values))
        self.line.setData(x, self._near(y, view))
        if not self._has_band:
            return
        if self.data.low is None or self.data.high is None:
            if self.band.xData is not None and len(self.band.xData):
                self.band.setData(EMPTY, EMPTY)
            return
        band_x, low, high = self._band
        if tail_x.size:
            band_x = np.concatenate((band_x, tail_x))
            low = np.concatenate((low, plot_safe(self.data.low[tail], view.log).values))
            high = np.concatenate((high, plot_safe(self.data.high[tail], view.log).values))
        low, high = self._near(low, view), self._near(high, view)
        ok = ~(np.isnan(low) | np.isnan(high))
        band_x, low, high = band_x[ok], low[ok], high[ok]
        self.band.setData(np.concatenate((band_x, band_x[::-1])), np.concatenate((high, low[::-1])))

    def _thinned_band(
        self, x: FloatArray, part: slice, bucket: int, view: PlotView
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        low, high = self._low[part], self._high[part]
        if view.log:  # a band that reaches to 0 or below goes down to the bottom of the view
            low = np.where(np.isnan(low) & ~np.isnan(high), view.y[0] - 9.0, low)
        ok = ~(np.isnan(low) | np.isnan(high))
        return thin_band(x[ok], low[ok], high[ok], bucket)

    def _choose_strokes(self, view: PlotView) -> None:
        """Its full width, but a single stroke where the line is long and ragged."""
        if view.scale != self._scale:
            self._scale = view.scale
            self._apply_pen()
        heights = np.diff(view.to_y(self._near(self._line_y, view)))
        ink = (float(np.nansum(np.abs(heights))) + view.width) * view.scale
        fine = ink > CHEAP_INK or self._stands_back
        width = 1.0 if fine else self._width * view.scale
        across = (view.x[1] - view.x[0]) / view.width / view.scale
        up = (view.y[1] - view.y[0]) / view.height / view.scale
        self.line.set_strokes([(dx * across, dy * up) for dx, dy in stroke_places(width)])

    @property
    def _width(self) -> float:
        """Pixels."""
        return 1.2 if self.style.ghost else 1.6 if self.style.held_out else 2.0

    def _apply_pen(self) -> None:
        dashed = self.style.held_out
        self.line.setPen(line_pen(self.line_colour, 1.0, dashed, self._scale))
        self.line.set_drawing_pen(line_pen(self.line_colour, self._width, dashed))

    @staticmethod
    def _near(y: FloatArray, view: PlotView) -> FloatArray:
        """Values far out of view brought nearer: a dashed line a billion pixels long hangs Qt."""
        far = FAR_OUT * (view.y[1] - view.y[0])
        return np.clip(y, view.y[0] - far, view.y[1] + far)


def _same(first: float, second: float) -> bool:
    """Whether two numbers are equal, or both are none."""
    return bool(first == second or (np.isnan(first) and np.isnan(second)))


def range_in_view(x: FloatArray, view: PlotView) -> tuple[int, int]:
    """First and past-the-last index in view, with one neighbour either side."""
    first = int(np.searchsorted(x, view.x[0], "left"))
    last = int(np.searchsorted(x, view.x[1], "right"))
    return max(0, first - 1), min(x.size, last + 1)


def pixels_between(x: FloatArray, first: int, last: int, view: PlotView) -> float:
    """How wide the points from the first to before the last are drawn, at least one pixel."""
    if last - first < 2:
        return 1.0
    span = float(x[last - 1] - x[first])
    return max(span * view.width / (view.x[1] - view.x[0]), 1.0)
