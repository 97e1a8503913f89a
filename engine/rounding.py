"""When two numbers that were computed in float32 count as different."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

ROUNDING = 4 * float(np.finfo(np.float32).eps)
"""Numbers that agree to this share of their size are equal."""


def are_apart(
    lowest: NDArray[np.floating[Any]] | float, highest: NDArray[np.floating[Any]] | float
) -> NDArray[np.bool_] | np.bool_:
    """Whether the highest is above the lowest by more than float32 rounds."""
    distance = np.subtract(highest, lowest, dtype=np.float64)
    apart: NDArray[np.bool_] | np.bool_ = distance > ROUNDING * np.abs(lowest)
    return apart
