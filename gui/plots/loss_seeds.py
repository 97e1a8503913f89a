"""The single seeds of one curve: one item that is used again for whichever is pointed at."""

import numpy as np
from PySide6.QtGui import QColor

from gui.plots.curve_line import CurveLine, line_pen
from gui.plots.live_plot import PlotView
from gui.plots.loss_curve import EMPTY, LossCurve, pixels_between, range_in_view
from gui.plots.plot_style import mixed
from gui.plots.series import FloatArray, bucket_size, plot_safe, thin_min_max
from gui.theme import Theme

MOST_POINTS = 20_000  # of all seeds together; what a frame can stroke
IN_FRONT = 50
GAP = np.array([np.nan])


class SeedLines:
    """Thin lines, solid for training and dashed for held-out, with a gap between two seeds."""

    def __init__(self) -> None:
        self.item = CurveLine()
        self.item.setZValue(IN_FRONT)
        self.item.setVisible(False)

    @property
    def visible(self) -> bool:
        """Whether the seeds of some curve are shown."""
        return bool(self.item.isVisible())

    @property
    def points(self) -> tuple[FloatArray, FloatArray]:
        """What is drawn: epochs and values (logarithms on a log axis), NaN between two seeds."""
        x, y = self.item.getData()
        return (EMPTY, EMPTY) if x is None or not self.visible else (x, y)

    def show(self, curve: LossCurve, view: PlotView, theme: Theme) -> None:
        """Show this curve's seeds; none where it has only one."""
        seeds = curve.data.seeds
        if seeds is None or seeds.shape[1] < 2 or not len(seeds):
            self.hide()
            return
        colour = mixed(curve.colour(theme).name(), theme.text, 0.72)
        dashed = curve.style.held_out
        self.item.setPen(line_pen(QColor(colour), 1.0, dashed, view.scale))
        self.item.set_drawing_pen(line_pen(QColor(colour), 1.0, dashed))
        self.item.setData(*seed_points(curve, view))
        self.item.setVisible(True)

    def hide(self) -> None:
        """Show none."""
        if self.visible:
            self.item.setVisible(False)
            self.item.setData(EMPTY, EMPTY)


def seed_points(curve: LossCurve, view: PlotView) -> tuple[FloatArray, FloatArray]:
    """The seeds' points in view, one seed after the other, with a NaN after each."""
    seeds = curve.data.seeds
    if seeds is None or not len(seeds):
        return EMPTY, EMPTY
    x = np.asarray(curve.data.epochs[: len(seeds)], dtype=np.float64)
    first, last = range_in_view(x, view)
    points = max(last - first, 1)
    crowding = 2 * points * seeds.shape[1] / MOST_POINTS
    bucket = bucket_size(max(points / pixels_between(x, first, last, view), crowding))
    parts_x: list[FloatArray] = []
    parts_y: list[FloatArray] = []
    for seed in range(seeds.shape[1]):
        safe = plot_safe(seeds[first:last, seed], view.log).values
        thin_x, thin_y = thin_min_max(x[first:last], safe, bucket)
        parts_x += [thin_x, GAP]
        parts_y += [thin_y, GAP]
    far = 20 * (view.y[1] - view.y[0])  # a dashed line that is far too long hangs Qt
    y = np.clip(np.concatenate(parts_y), view.y[0] - far, view.y[1] + far)
    return np.concatenate(parts_x), y
