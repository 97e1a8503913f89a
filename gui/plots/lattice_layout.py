"""Where the cards stand: in the rows of the lattice, or in a grid. Pure arithmetic."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF

MARGIN = 8.0  # pixels around all cards
GAP = 8.0  # between neighbours
NARROWEST, WIDEST = 176.0, 336.0  # a card
ABOVE_ROW = 34.0  # room for a row's title and the lines to the row above it
TITLE = 22.0  # of that, the title

Heights = Callable[[float], tuple[float, float]]
"""The least and the greatest height of a card of a width."""


@dataclass(frozen=True)
class Places:
    """Every card's place by variant, and the titles' places by row."""

    cards: Mapping[str, QRectF]
    lines: tuple[tuple[str, ...], ...]
    """The cards that stand side by side, from top to bottom: what arrow keys go through."""
    titles: tuple[QRectF, ...]
    broken: frozenset[str]
    """Cards of rows that take several lines: lines to them would run behind others."""
    height: float


def place_rows(
    rows: Sequence[Sequence[str]], width: float, height: float, heights: Heights
) -> Places:
    """Rows below each other, each in the middle; long ones take several lines.

    `height` is what there is to fill.
    """
    columns = _columns(width, max((len(row) for row in rows), default=1))
    wrapped = [_wrapped(row, columns) for row in rows]
    side = _card_width(width, max((len(lines[0]) for lines in wrapped), default=1))
    count = sum(map(len, wrapped))
    fixed = MARGIN + TITLE + (len(rows) - 1) * ABOVE_ROW + (count - len(rows)) * GAP + MARGIN
    tall = _card_height(count, height - fixed, heights(side))
    cards: dict[str, QRectF] = {}
    titles = []
    top = MARGIN + TITLE - ABOVE_ROW  # there are no lines to the first row
    for lines in wrapped:
        top += ABOVE_ROW
        titles.append(QRectF(MARGIN, top - TITLE, width - 2 * MARGIN, TITLE))
        for line in lines:
            left = (width - len(line) * (side + GAP) + GAP) / 2
            for at, variant in enumerate(line):
                cards[variant] = _whole(left + at * (side + GAP), top, side, tall)
            top += tall + GAP
        top -= GAP
    broken = {
        each for row, lines in zip(rows, wrapped, strict=True) if len(lines) > 1 for each in row
    }
    together = tuple(line for lines in wrapped for line in lines)
    return Places(cards, together, tuple(titles), frozenset(broken), top + MARGIN)


def place_grid(ids: Sequence[str], width: float, height: float, heights: Heights) -> Places:
    """One after the other, as many side by side as there is room for."""
    columns = _columns(width, len(ids))
    side = _card_width(width, columns)
    lines = _chunks(ids, columns)
    fixed = 2 * MARGIN + (len(lines) - 1) * GAP
    tall = _card_height(len(lines), height - fixed, heights(side))
    cards = {
        variant: _whole(MARGIN + at * (side + GAP), MARGIN + row * (tall + GAP), side, tall)
        for row, line in enumerate(lines)
        for at, variant in enumerate(line)
    }
    return Places(cards, lines, (), frozenset(ids), fixed + len(lines) * tall)


def edge_lines(edges: Sequence[tuple[str, str]], places: Places) -> dict[tuple[str, str], QLineF]:
    """Lines from cards to their neighbours in the row below, where nothing is in between."""
    lines = {}
    for above, below in edges:
        if not places.broken & {above, below}:
            upper, lower = places.cards[above], places.cards[below]
            start = QPointF(upper.center().x(), upper.bottom())
            lines[above, below] = QLineF(start, QPointF(lower.center().x(), lower.top()))
    return lines


def neighbour(places: Places, variant: str, across: int, down: int) -> str:
    """The card beside this one, or the nearest in the line below or above; else itself."""
    at = next(index for index, line in enumerate(places.lines) if variant in line)
    if across:
        order = [each for line in places.lines for each in line]
        return order[min(max(order.index(variant) + across, 0), len(order) - 1)]
    if not 0 <= at + down < len(places.lines):
        return variant
    middle = places.cards[variant].center().x()
    line = places.lines[at + down]
    return min(line, key=lambda each: abs(places.cards[each].center().x() - middle))


def _columns(width: float, most: int) -> int:
    fit = int((width - 2 * MARGIN + GAP) // (NARROWEST + GAP))
    return max(1, min(fit, most))


def _card_width(width: float, columns: int) -> float:
    return min((width - 2 * MARGIN - (columns - 1) * GAP) / columns, WIDEST)


def _card_height(lines: int, room: float, heights: tuple[float, float]) -> float:
    least, most = heights
    return float(int(min(max(room / max(1, lines), least), most)))


def _wrapped(row: Sequence[str], columns: int) -> tuple[tuple[str, ...], ...]:
    """The row in as few lines as need be, about equally long."""
    lines = -(-len(row) // columns)
    return _chunks(row, -(-len(row) // max(1, lines)))


def _chunks(ids: Sequence[str], size: int) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(ids[at : at + size]) for at in range(0, len(ids), max(1, size)))


def _whole(left: float, top: float, width: float, height: float) -> QRectF:
    """On whole pixels, so that edges and text are sharp."""
    return QRectF(round(left), round(top), int(width), height)
