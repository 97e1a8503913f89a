"""Numbers that follow one input along a curve: size, noise and seed can be chosen."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Curve = tuple[NDArray[np.float64], NDArray[np.float64]]  # (n, 1) and the targets (n,)

WAVES = 2  # periods of the sine, half of them on each side of 0


def sine(samples: int, noise: float, seed: int) -> Curve:
    """Two waves of a sine: x uniform in [-2π, 2π), y = sin(x) plus normal noise. Own formula."""
    random = np.random.default_rng(seed)
    x = (random.random(samples) * 2 - 1) * (WAVES * np.pi)
    return x[:, None], np.sin(x) + random.normal(scale=noise, size=samples)


CURVES: Mapping[str, Callable[[int, float, int], Curve]] = MappingProxyType({"sine": sine})
