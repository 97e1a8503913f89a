"""What the chain-rule check is asked and what it answers: numbers, strings and arrays, no torch."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.errors import EngineError

AlterationKind = Literal["scale", "zero", "shuffle"]

RELATIVE_TOLERANCE = 1e-6
"""Autograd and finite differences agree when they differ by no more than this share."""
ROUNDING = 1e-11
"""What rounding alone may make of a finite difference, times the loss where that is above 1."""


@dataclass(frozen=True)
class Alteration:
    """What is done to the weights of the middle layer, in a copy; its biases stay as they are.

    "scale" multiplies them by `factor`, "zero" puts all at 0, "shuffle" puts them in another order.
    """

    kind: AlterationKind
    factor: float = 2.0

    def __post_init__(self) -> None:
        if not math.isfinite(self.factor):
            raise EngineError(f"factor: must be a finite number, not {self.factor}")


@dataclass(frozen=True)
class ChainRuleQuestion:
    """What a person asks the check; None leaves the choice to `check_chain_rule`."""

    middle: str | None = None
    weights: tuple[tuple[int, int], ...] | None = None
    alteration: Alteration | None = None
    seed: int = 0
    """That of a shuffle."""
    picked: tuple[int, int] | None = None
    """The weight whose chain of factors is wanted; else that of the first weight."""
    sample: int = 0
    """The sample of the batch that the chain is read out for."""


@dataclass(frozen=True)
class PickedWeight:
    """One weight of layer 1, from input `row` to unit `column`, and dL/d weight in several ways.

    `gradient` is autograd's, `difference` the finite difference, both in float64, in the network
    as it is. None: autograd found no way from the loss to the weight, or nobody asked.
    """

    row: int
    column: int
    input: str
    value: float
    gradient: float
    difference: float
    detached: float | None
    identity: float | None
    altered: float | None

    @property
    def relative_difference(self) -> float:
        """|autograd - finite difference| over the larger of the two."""
        return relative_difference(self.gradient, self.difference)


@dataclass(frozen=True)
class AlteredGradient:
    """Layer 1's gradient after the middle layer's weights were altered.

    `norm` is its length over all weights and biases; `cosine` that of the angle to the gradient
    before, None where one of them has no direction since it is 0.
    """

    alteration: Alteration
    norm: float
    cosine: float | None


@dataclass(frozen=True)
class ChainRuleCheck:
    """Whether and how the gradient of layer 1 goes through the middle layer, on one batch.

    The loss is the mean over the `rows` of the batch of step `step`, the weights are those after
    it. `norm` is the length of layer 1's gradient over all its weights and biases, in float64.
    `differing` counts its values, of `values`, that are not bit-identical in float32 between two
    passes: one with the middle layer frozen (`frozen_norm`), one with it trainable
    (`trainable_norm`).
    """

    step: int
    variant: str
    seed: int
    rows: int
    loss: float
    layer: str
    layer_updated: bool
    """Whether training updates layer 1; if not, the check says what its gradient would be."""
    cut_at: str | None
    """The lowest layer that the variant detaches, from layer 1 upwards; there the run cuts."""
    middle: str
    middle_frozen: bool
    middles: tuple[str, ...]
    """Every layer that can be the middle one, from input to output."""
    inputs: tuple[str, ...]
    """The names of layer 1's inputs."""
    units: int
    """How many units a weight of layer 1 can lead to."""
    weights: tuple[PickedWeight, ...]
    identity_reason: str
    """Why the middle layer cannot be taken for the identity; empty if it can."""
    norm: float
    identity_norm: float | None
    frozen_norm: float
    trainable_norm: float
    differing: int
    values: int
    altered: AlteredGradient | None

    @property
    def bit_identical(self) -> bool:
        """Whether freezing the middle layer changed no bit of layer 1's gradient.

        A frozen batch norm normalizes by its running statistics, so there it does.
        """
        return self.differing == 0

    @property
    def worst_difference(self) -> float | None:
        """The largest relative difference between autograd and finite differences.

        Weights whose gradient is so small that rounding alone may explain the difference do not
        count; None if all of them are.
        """
        judged = [
            weight.relative_difference
            for weight in self.weights
            if weight.relative_difference <= RELATIVE_TOLERANCE
            or abs(weight.gradient - weight.difference) > ROUNDING * max(1.0, self.loss)
        ]
        return max(judged, default=None)

    @property
    def agrees(self) -> bool:
        """Whether finite differences confirm autograd wherever they can tell."""
        worst = self.worst_difference
        return worst is None or worst <= RELATIVE_TOLERANCE

    @property
    def detached_arrives(self) -> bool:
        """Whether any gradient arrives although the middle layer's output is detached."""
        return any(weight.detached is not None for weight in self.weights)


@dataclass(frozen=True)
class ChainTerm:
    """One way from a unit up: the gradient there times the weight that leads to it."""

    unit: int
    gradient: float
    weight: float

    @property
    def product(self) -> float:
        """What comes down this way."""
        return self.gradient * self.weight


@dataclass(frozen=True, eq=False)
class WaysUp:
    """How dL/d output of one unit of layer 1 comes together from the units of the next layer.

    `layer` is that layer (layer 1 itself where it is a residual block with two dense layers). Of
    every sample the largest terms are listed, the largest first: `units`, dL/d pre-activation of
    them (`gradients`) and the weights that lead to them (`weights`), each (samples, terms).
    """

    layer: str
    units: NDArray[np.int64]
    gradients: NDArray[np.float64]
    weights: NDArray[np.float64]
    others: NDArray[np.float64]
    """What the units add that are not listed, (samples,)."""
    other_count: int
    around: NDArray[np.float64] | None
    """What comes down a residual block's way around, (samples,); None without one."""
    kept: NDArray[np.float64]
    """What a dropout between multiplies the unit by: 0 or 1 / (1 - rate); 1 where there is none."""

    def terms(self, sample: int) -> Sequence[ChainTerm]:
        """The listed terms of one sample, the largest first."""
        columns = (self.units, self.gradients, self.weights)
        rows = zip(*(column[sample].tolist() for column in columns), strict=True)
        return [ChainTerm(unit, gradient, weight) for unit, gradient, weight in rows]


@dataclass(frozen=True, eq=False)
class FactorChain:
    """dL/d weight of one weight of layer 1 as products, one for every sample of the batch.

    contribution = x * slope * from above, each (samples,), float64. L is the mean loss, so its
    1 / samples is in `from_above`, and the contributions add up to the gradient.
    """

    step: int
    layer: str
    row: int
    column: int
    input: str
    value: float
    sample: int
    """The sample that was asked about."""
    x: NDArray[np.float64]
    """What reaches the weight."""
    slope: NDArray[np.float64]
    """Slope of layer 1's activation at its pre-activation."""
    from_above: NDArray[np.float64]
    """dL/d output of the weight's unit."""
    gradient: float
    """dL/d weight by autograd."""
    ways: WaysUp | None
    """Where `from_above` comes from, if it is a sum over the units of a next layer."""
    reason: str
    """Why that is not known; empty if it is."""

    @property
    def contribution(self) -> NDArray[np.float64]:
        """What each sample adds to the gradient, (samples,)."""
        return self.x * self.slope * self.from_above

    @property
    def total(self) -> float:
        """The sum of the contributions."""
        return float(self.contribution.sum())

    @property
    def relative_difference(self) -> float:
        """|sum of the contributions - autograd| over the larger of the two."""
        return relative_difference(self.total, self.gradient)


def relative_difference(first: float, second: float) -> float:
    """|first - second| over the larger of the two; 0 where they are equal."""
    return 0.0 if first == second else abs(first - second) / max(abs(first), abs(second))
