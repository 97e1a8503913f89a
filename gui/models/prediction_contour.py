"""Where a field of numbers on a grid passes a level, as pieces of line. Pure numpy."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

# Marching squares (Lorensen and Cline 1987, in the plane). The corners of a square are counted
# 1, 2, 4, 8 from its first row and column around; its sides lie after corner 0, 1, 2, 3.
_PIECES: tuple[tuple[tuple[int, int], ...], ...] = (
    (), ((3, 0),), ((0, 1),), ((3, 1),), ((1, 2),), ((3, 0), (1, 2)), ((0, 2),), ((3, 2),),
    ((2, 3),), ((2, 0),), ((0, 1), (2, 3)), ((2, 1),), ((1, 3),), ((1, 0),), ((0, 3),), (),
)  # fmt: skip
_CORNERS = np.array([(0, 0), (0, 1), (1, 1), (1, 0)])  # row, column of each corner


def contour(field: NDArray[np.floating], level: float = 0.0) -> NDArray[np.float64]:
    """The level's pieces of line over a grid, (rows, columns) -> (pieces, 4): x, y and x, y.

    Places count columns and rows from the grid's first; between them the field is taken as
    straight. Values equal to the level count as above it; squares with a value that is not finite
    have no line.
    """
    values = field.astype(np.float64) - level
    above = (values >= 0).astype(np.uint8)
    bits = [_corner(above, *corner) << bit for bit, corner in enumerate(_CORNERS.tolist())]
    case = np.bitwise_or.reduce(bits)
    if not np.isfinite(values).all():
        known = np.isfinite(values)
        case *= np.logical_and.reduce([_corner(known, *corner) for corner in _CORNERS.tolist()])
    rows, columns = np.nonzero((case > 0) & (case < 15))
    cases = case[rows, columns]
    corners = values[rows + _CORNERS[:, :1], columns + _CORNERS[:, 1:]]  # (4, squares)
    sides = _crossings(corners, rows, columns)
    found = [np.empty((0, 4))]
    for number in np.unique(cases):
        chosen = cases == number
        for first, second in _PIECES[number]:
            found.append(np.concatenate([sides[first][chosen], sides[second][chosen]], axis=1))
    return np.concatenate(found)


def class_borders(probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """Where the most probable class changes, (rows, columns, classes) -> (pieces, 4).

    Of two classes: where both have probability 0.5.
    """
    classes = probabilities.shape[-1]
    if classes == 2:
        return contour(probabilities[..., 1], 0.5)
    found = []
    for each in range(classes):
        others = np.delete(probabilities, each, axis=-1).max(axis=-1)
        found.append(contour(probabilities[..., each] - others))
    return np.concatenate(found)


def _corner(values: NDArray[Any], row: int, column: int) -> NDArray[Any]:
    rows, columns = values.shape
    return values[row : rows - 1 + row, column : columns - 1 + column]


def _crossings(
    corners: NDArray[np.float64], rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> list[NDArray[np.float64]]:
    """Where each of the four sides of these squares is crossed, (squares, 2) as x and y."""
    sides = []
    for side in range(4):
        start, end = side, (side + 1) % 4
        step = corners[start] - corners[end]
        share = np.divide(corners[start], step, out=np.full(step.shape, 0.5), where=step != 0)
        places = _CORNERS[start] + (_CORNERS[end] - _CORNERS[start]) * share[:, None]
        sides.append(np.stack([columns + places[:, 1], rows + places[:, 0]], axis=1))
    return sides
