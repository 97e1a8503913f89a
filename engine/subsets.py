"""Random subsets of a layer's parameters: what a capacity-fair control trains."""

import numpy as np
from numpy.typing import NDArray

from engine.experiment import Subset


def subset_of(subset: Subset | None, layer: str, seed: int, parameters: int) -> NDArray[np.bool_]:
    """Which of a layer's parameters train, (parameters,), weights before biases.

    Each of the parameters is equally likely. Subsets of one seed are nested: a larger one holds
    every smaller one. `seed` is the member's own, so that over many seeds the choice averages out;
    equal seeds choose alike in every variant. None chooses all.
    """
    if subset is None:
        return np.ones(parameters, np.bool_)
    chosen = np.zeros(parameters, np.bool_)
    words = np.random.SeedSequence([subset.seed, seed, *layer.encode()])
    order = np.random.default_rng(words).permutation(parameters)
    chosen[order[: subset.count]] = True
    return chosen
