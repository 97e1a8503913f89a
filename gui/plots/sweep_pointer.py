"""Which point of a sweep's curves is pointed at, by mouse or keys."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt

from gui.plots.sweep_places import PlacedCurves, PlacedPoint

REACH = 28.0  # pixels
FAR = 10**9
ACROSS: dict[int, int] = {
    Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -FAR, Qt.Key.Key_End: FAR,
}  # fmt: skip
UP: dict[int, int] = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class SweepPointer:
    """Remembers the point by its key, so that it stays the same while results come."""

    def __init__(self) -> None:
        self.key = ""
        """Of the point; empty where none is pointed at."""
        self.by_mouse = False

    def clear(self) -> None:
        """Point nowhere."""
        self.key, self.by_mouse = "", False

    def move(self, curves: PlacedCurves, place: QPointF) -> None:
        """The mouse is there, in pixels of the plot's area."""
        self.key = curves.nearest(place.x(), place.y(), REACH)
        self.by_mouse = bool(self.key)

    def press(self, key: int, curves: PlacedCurves) -> bool:
        """Follow a key, if it is one of those that point; whether it was.

        Left and Right go along the curve, Home and End to its ends, Up and Down to the next
        curve's point at the same value, Esc away.
        """
        if key == Qt.Key.Key_Escape and self.key:
            self.clear()
            return True
        points = curves.points
        if not points or key not in {*ACROSS, *UP}:
            return False
        self.by_mouse = False
        found = curves.find(self.key)
        if found is None:
            self.key = next((p for p in points if p.is_best), points[0]).point.key
        elif key in ACROSS:
            own = found[0].points
            self._step(own if len(own) > 1 else _from_the_left(points), found[1], ACROSS[key])
        else:
            column = [point for point in points if point.point.at == found[1].point.at]
            self._step(sorted(column, key=lambda point: point.y), found[1], UP[key])
        return True

    def _step(self, line: Sequence[PlacedPoint], here: PlacedPoint, step: int) -> None:
        index = min(max(line.index(here) + step, 0), len(line) - 1)
        self.key = line[index].point.key


def _from_the_left(points: Sequence[PlacedPoint]) -> Sequence[PlacedPoint]:
    """Of curves with a single point: variants stand beside each other, one at each place."""
    return sorted(points, key=lambda point: point.point.at)
