"""Where the dots of paired differences stand, so that none hides another. Pure Python, no chance.

Offsets and heights are pixels from the point where the zero line crosses the middle of the dots.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

LARGEST, SMALLEST = 3.5, 1.8  # pixels, the radius of a dot
FEWEST_ROWS, MOST_ROWS = 3, 10


@dataclass(frozen=True)
class Swarm:
    """How large the dots are, and how far each is below the middle."""

    radius: float
    heights: tuple[float, ...]


def swarm(offsets: Sequence[float], height: float) -> Swarm:
    """Dots in rows within this height, as few and as large as can be.

    None moves sideways, away from its number. Mirrored offsets give the mirrored picture. Where
    the smallest dots need more rows than fit one over the other, a row covers a part of the next;
    where even the most rows have not room enough, some dots lie over others.
    """
    ordered = sorted(range(len(offsets)), key=lambda place: (abs(offsets[place]), place))
    count, radius, rows = FEWEST_ROWS, LARGEST, None
    for count in range(FEWEST_ROWS, MOST_ROWS + 1):
        radius = min(LARGEST, max(SMALLEST, height / (2 * count)))
        rows = _rows_taken(offsets, ordered, count, 2 * radius, crowded=count == MOST_ROWS)
        if rows is not None:
            break
    heights = _row_heights(count, min(2 * radius, (height - 2 * radius) / (count - 1)))
    return Swarm(radius, tuple(heights[row] for row in rows or ()))


def _rows_taken(
    offsets: Sequence[float], ordered: Sequence[int], count: int, width: float, *, crowded: bool
) -> list[int] | None:
    """The row of each dot, the nearest to the middle that has room.

    They come from the zero line outwards: a row has room beyond what it holds already, on either
    side. Where none has, a dot goes into the one that holds the fewest if they may be crowded;
    else there is no answer.
    """
    lefts, rights, held = [math.inf] * count, [-math.inf] * count, [0] * count
    taken = [0] * len(offsets)
    for place in ordered:
        at = offsets[place]
        for row in range(count):
            if at <= lefts[row] - width or at >= rights[row] + width:
                break
        else:
            if not crowded:
                return None
            row = held.index(min(held))
        lefts[row], rights[row] = min(lefts[row], at), max(rights[row], at)
        held[row] += 1
        taken[place] = row
    return taken


def _row_heights(count: int, apart: float) -> list[float]:
    """How far the rows are below the middle, those nearest to it first."""
    heights = [(row - (count - 1) / 2) * apart for row in range(count)]
    return sorted(heights, key=abs)
