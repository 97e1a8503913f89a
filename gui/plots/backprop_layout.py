"""Where everything of the backprop picture stands: geometry alone, nothing is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF

from gui.models.backprop_rows import Backprop
from gui.models.backprop_text import Fact
from gui.plots.backprop_look import BackpropLook

SPINE = 28.0  # centre of the gradient's way up
TEXT = 52.0  # left edge of names and numbers
BAND = 8.0  # left and right of a row's ground
EDGE = 14.0  # right of all text
TIP = 76.0  # where arrows into weights end
GAP = 12.0  # between two facts on a line
GAUGE = 44.0  # the update ratio's gauge with the gap before it
PADDING = 6.0  # above and below a row's lines


@dataclass(frozen=True)
class RowPlace:
    """Where one layer's parts stand."""

    body: QRectF
    title: QRectF
    own: QRectF
    facts: tuple[QRectF, ...]
    arrives: QRectF
    """The number at the arrow that comes from below, under the row."""

    @property
    def sign_y(self) -> float:
        """Height of the sign's centre."""
        return self.title.center().y()


@dataclass(frozen=True)
class PicturePlaces:
    """Where the whole picture stands; `boundary` is the line's band."""

    input: QRectF
    rows: tuple[RowPlace, ...]
    boundary: QRectF
    loss: QRectF
    height: float

    @property
    def loss_y(self) -> float:
        """Height of the loss's centre."""
        return self.loss.center().y()


def place_picture(
    backprop: Backprop, facts: Sequence[Sequence[Fact]], width: float, look: BackpropLook
) -> PicturePlaces:
    """Places for a picture of this width: input on top, a row per layer, the loss at the bottom."""
    line = look.metrics.height() + 3
    title = look.name_metrics.height() + 4
    right = width - EDGE
    top = 2.0
    entrance = QRectF(TEXT, top, right - TEXT, title)
    top = entrance.bottom() + 4
    boundary = QRectF()
    if backprop.lowest == 0:
        boundary = QRectF(BAND, top, width - 2 * BAND, line + 4)
        top = boundary.bottom() + 4
    rows = []
    for index, told in enumerate(facts):
        row = _place_row(told, top, width, (title, line), look)
        rows.append(row)
        top = row.arrives.bottom() + 3
        stops_below = backprop.lowest is None and index == len(facts) - 1
        if stops_below or (backprop.lowest is not None and index == backprop.lowest - 1):
            boundary = QRectF(BAND, top, width - 2 * BAND, line + 4)
            top = boundary.bottom() + 4
    loss = QRectF(TEXT, top, right - TEXT, title)
    return PicturePlaces(entrance, tuple(rows), boundary, loss, loss.bottom() + 6)


def _place_row(
    told: Sequence[Fact], top: float, width: float, heights: tuple[float, float], look: BackpropLook
) -> RowPlace:
    title_height, line = heights
    right = width - EDGE
    title = QRectF(TEXT, top + PADDING, right - TEXT, title_height)
    own = QRectF(TEXT, title.bottom() + 1, right - TEXT, line + 3)
    facts, bottom = _place_facts(told, own.bottom() + 1, right, line, look)
    body = QRectF(BAND, top, width - 2 * BAND, bottom + PADDING - top)
    arrives = QRectF(TEXT, body.bottom() + 4, right - TEXT, line + 2)
    return RowPlace(body, title, own, facts, arrives)


def _place_facts(
    facts: Sequence[Fact], top: float, right: float, line: float, look: BackpropLook
) -> tuple[tuple[QRectF, ...], float]:
    """The facts side by side as long as there is room, and where their last line ends."""
    places = []
    left = TEXT
    bottom = top
    for fact in facts:
        gauge = GAUGE if fact.has_gauge else 0.0
        needed = max(map(look.metrics.horizontalAdvance, (fact.widest, fact.text))) + 2 + gauge
        if left > TEXT and left + needed > right:
            left, top = TEXT, top + line
        rect = QRectF(left, top, min(needed, right - left), line)
        places.append(rect)
        left += needed + GAP
        bottom = rect.bottom()
    return tuple(places), bottom
