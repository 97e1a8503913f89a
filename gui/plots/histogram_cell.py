"""How a layer's place is shared out: heading, bars, axis, and its past as far as there is room."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF

from gui.plots.histogram_history import Lanes

HEAD, FOOT, SIDE = 38.0, 19.0, 8.0  # pixels above, below and beside the bars
GAP = 2.0  # between strip and line
BOTTOM = 6.0  # below the line
LOWEST_BARS = 28.0
LOWEST_STRIP, TALLEST_STRIP = 12.0, 56.0
LOWEST_LINE, TALLEST_LINE = 20.0, 56.0
STRIP_SHARE, LINE_SHARE = 0.25, 0.22  # of the height that is to be shared out


@dataclass(frozen=True)
class CellParts:
    """The parts of one layer's place."""

    bars: QRectF
    lanes: Lanes


def cell_parts(place: QRectF, with_past: bool) -> CellParts:
    """Share out a place. When it is low the strip shrinks first, then the line goes."""
    bars = place.adjusted(SIDE, HEAD, -SIDE, -FOOT)
    if not with_past:
        return CellParts(QRectF(bars.toAlignedRect()), Lanes())
    free = bars.height() - BOTTOM
    line = min(max(LOWEST_LINE, LINE_SHARE * free), TALLEST_LINE)
    strip = min(max(LOWEST_STRIP, STRIP_SHARE * free), TALLEST_STRIP)
    if free - line - GAP - LOWEST_STRIP < LOWEST_BARS:
        line = 0.0
    room = free - line - (GAP if line else 0.0) - LOWEST_BARS
    strip = min(strip, room) if room >= LOWEST_STRIP else 0.0
    taken = strip + line + (GAP if strip and line else 0.0) + (BOTTOM if strip or line else 0.0)
    bars = QRectF(bars.adjusted(0, 0, 0, -taken).toAlignedRect())
    top = round(bars.bottom() + FOOT)
    return CellParts(bars, _lanes(bars, top, round(strip), round(line)))


def _lanes(bars: QRectF, top: float, strip: float, line: float) -> Lanes:
    below = top + strip + (GAP if strip else 0.0)
    return Lanes(
        QRectF(bars.left(), top, bars.width(), strip) if strip else None,
        QRectF(bars.left(), below, bars.width(), line) if line else None,
    )
