"""Two-dimensional points in two or three classes: size, noise and seed can be chosen."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from sklearn.datasets import make_blobs, make_circles, make_moons

Points = tuple[NDArray[np.float64], NDArray[np.int64]]  # (n, 2) and the class numbers (n,)

INNER_RADIUS = 0.5  # of the inner circle; the outer one has 1
SPIRAL_ANGLE = 3 * np.pi  # one and a half turns of each arm
SPIRAL_RADIUS = 2.0
BLOB_CENTERS = np.array([[np.cos(a), np.sin(a)] for a in np.pi * (np.arange(3) * 2 / 3 + 1 / 2)])


def moons(samples: int, noise: float, seed: int) -> Points:
    """Two interleaving half circles of radius 1 (scikit-learn's `make_moons`)."""
    return _typed(make_moons(n_samples=samples, noise=noise, random_state=seed))


def circles(samples: int, noise: float, seed: int) -> Points:
    """A circle of radius 1 around one of radius 0.5 (scikit-learn's `make_circles`)."""
    return _typed(
        make_circles(n_samples=samples, noise=noise, factor=INNER_RADIUS, random_state=seed)
    )


def blobs(samples: int, noise: float, seed: int) -> Points:
    """Three normal clouds of standard deviation `noise` (scikit-learn's `make_blobs`).

    Their centers are the corners of an equilateral triangle, 1 away from the origin.
    """
    return _typed(
        make_blobs(n_samples=samples, centers=BLOB_CENTERS, cluster_std=noise, random_state=seed)
    )


def spirals(samples: int, noise: float, seed: int) -> Points:
    """Two arms of an Archimedean spiral, half a turn apart, one and a half turns long.

    With u uniform in [0, 1) and class c: t = √u (so that points spread evenly along the arm),
    angle = 3πt + πc, x = 2t cos(angle), y = 2t sin(angle), plus normal noise. Own formula.
    """
    random = np.random.default_rng(seed)
    classes = np.arange(samples, dtype=np.int64) % 2
    t = np.sqrt(random.random(samples))
    angle = SPIRAL_ANGLE * t + np.pi * classes
    arms = SPIRAL_RADIUS * t[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return arms + _noise(random, samples, noise), classes


def xor(samples: int, noise: float, seed: int) -> Points:
    """Points spread evenly over the square from -1 to 1; class 1 where the signs of x and y differ.

    With u, v uniform in [0, 1), the four quadrants take turns: x = ±u, y = ±v, plus normal noise
    that is added after the class was given. Own formula.
    """
    random = np.random.default_rng(seed)
    quadrant = np.arange(samples, dtype=np.int64) % 4  # ++ -+ -- +-
    signs = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])[quadrant]
    square = signs * random.random((samples, 2))
    return square + _noise(random, samples, noise), quadrant % 2


GENERATORS: Mapping[str, Callable[[int, float, int], Points]] = MappingProxyType(
    {"moons": moons, "circles": circles, "blobs": blobs, "spirals": spirals, "xor": xor}
)

CLASS_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "moons": ("upper moon", "lower moon"),
        "circles": ("outer circle", "inner circle"),
        "blobs": ("blob 1", "blob 2", "blob 3"),
        "spirals": ("arm 1", "arm 2"),
        "xor": ("same signs", "different signs"),
    }
)


def _noise(random: Generator, samples: int, deviation: float) -> NDArray[np.float64]:
    return random.normal(scale=deviation, size=(samples, 2))


def _typed(drawn: tuple[NDArray[np.float64], NDArray[np.int64]]) -> Points:
    inputs, classes = drawn
    return np.asarray(inputs, np.float64), np.asarray(classes, np.int64)
