"""Where in the loss plot a person points, by mouse, by key or at the legend."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt

from gui.plots.live_plot import PlotView, nearest_place
from gui.plots.loss_content import all_epochs
from gui.plots.loss_curve import LossCurve
from gui.plots.loss_pointing import SeedValue, curve_near, from_the_top, seed_near
from gui.plots.series import FloatArray

FAR = 10**9
STEPS: dict[int, int] = {
    Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -FAR, Qt.Key.Key_End: FAR,
    Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1,
}  # fmt: skip


class LossPointer:
    """The epoch at the crosshair, and the curve whose seeds are to be shown.

    epoch: None while there is no crosshair. place: where in the view box the mouse is, in pixels.
    curve: the one that `find` found last.
    """

    def __init__(self) -> None:
        self.epoch: float | None = None
        self.place: QPointF | None = None
        self.curve: LossCurve | None = None
        self._picked: str | None = None  # by key or legend

    def clear(self) -> None:
        """Point nowhere."""
        self.epoch = self.place = self.curve = self._picked = None

    def leave(self) -> None:
        """The mouse is gone."""
        self.place = None
        self.set_epoch(None)

    def move(self, place: QPointF) -> None:
        """The mouse is there; what was picked otherwise no longer counts."""
        self.place, self._picked = place, None

    def set_epoch(self, epoch: float | None) -> None:
        """Put the crosshair there; without one, no curve is picked."""
        self.epoch = epoch
        if epoch is None:
            self._picked = None

    def pick(self, key: str | None) -> None:
        """Point at this curve until another is meant."""
        self._picked = key

    def press(self, key: int, curves: Sequence[LossCurve], view: PlotView) -> bool:
        """Follow a key, if it is one of those that point; whether it was.

        Left and Right go an epoch, Home and End to the ends, Up and Down to the next curve there,
        Esc away.
        """
        if key == Qt.Key.Key_Escape and self.epoch is not None:
            self.set_epoch(None)
            return True
        places = all_epochs(curves)
        if key not in STEPS or not places.size:
            return False
        step = STEPS[key]
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.epoch = self._epoch_beside(places, 0)
            self._pick_beside(curves, self.epoch, step, view)
        else:
            self.epoch = self._epoch_beside(places, step)
        return True

    def find(self, curves: Sequence[LossCurve], view: PlotView) -> LossCurve | None:
        """Which of the curves is pointed at: the picked one, or the one under the mouse."""
        self.curve = next((c for c in curves if c.style.key == self._picked), None)
        if self.curve is None and self.place is not None and self.epoch is not None:
            self.curve = curve_near(curves, self.epoch, self.place.y(), view)
        return self.curve

    def seed(self, view: PlotView) -> SeedValue | None:
        """That curve's seed nearest to the mouse at the crosshair; by key, nearest to the line."""
        if self.curve is None or self.epoch is None:
            return None
        height = None if self.place is None else self.place.y()
        return seed_near(self.curve, self.epoch, height, view)

    def _epoch_beside(self, places: FloatArray, step: int) -> float:
        """So many epochs on; the last one when there is no crosshair yet."""
        end = places.size - 1
        if self.epoch is None and abs(step) <= 1:
            return float(places[end])
        index = nearest_place(places, self.epoch or 0.0) + step
        return float(places[min(max(index, 0), end)])

    def _pick_beside(
        self, curves: Sequence[LossCurve], epoch: float, step: int, view: PlotView
    ) -> None:
        """Pick the next curve below (step 1) or above (-1) at this epoch."""
        keys = [curve.style.key for curve in from_the_top(curves, epoch, view)]
        if self._picked in keys:
            index = keys.index(self._picked) + step
            self._picked = keys[min(max(index, 0), len(keys) - 1)]
        elif keys:
            self._picked = keys[0 if step > 0 else -1]
