"""Stacked layers: every parameter has a leading member axis M, so one call trains all members."""

import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import torch
from torch import Generator, Tensor
from torch.nn import functional

from engine.experiment import Activation, Dense, Initialization, Training

LEAKY_SLOPE = 0.01  # as torch.nn.LeakyReLU


def _identity(values: Tensor) -> Tensor:
    return values


def _leaky_relu(values: Tensor) -> Tensor:
    return functional.leaky_relu(values, LEAKY_SLOPE)


ACTIVATION_FUNCTIONS: Mapping[Activation, Callable[[Tensor], Tensor]] = MappingProxyType(
    {
        "relu": torch.relu,
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
        "leaky_relu": _leaky_relu,
        "gelu": functional.gelu,
        "linear": _identity,
    }
)


class StackedDense:
    """M fully connected layers side by side: activation(x W + b) for every member.

    `weight` has shape (M, inputs, units), `bias` (M, 1, units).
    """

    def __init__(self, spec: Dense, weight: Tensor, bias: Tensor) -> None:
        self.id = spec.id
        self.weight = weight
        self.bias = bias
        self.activation = ACTIVATION_FUNCTIONS[spec.activation]

    @property
    def parameters(self) -> tuple[Tensor, Tensor]:
        """The layer's parameters: weight and bias."""
        return self.weight, self.bias

    @property
    def parameter_count(self) -> int:
        """Weights and biases of one member, counted from the tensors as they are."""
        return sum(p.numel() // p.shape[0] for p in self.parameters)

    def set_requires_grad(self, required: bool) -> None:
        """Whether autograd computes this layer's own gradients; without, they cost nothing."""
        for parameter in self.parameters:
            parameter.requires_grad_(required)

    def pre_activation(self, inputs: Tensor) -> Tensor:
        """Return x W + b, shapes (M, batch, inputs) -> (M, batch, units)."""
        return torch.baddbmm(self.bias, inputs, self.weight)

    def flat_parameters(self, members: slice = slice(None)) -> Tensor:
        """All weights, then all biases, as (M, parameters): a copy that training does not touch."""
        with torch.no_grad():
            return torch.cat([p[members].flatten(1) for p in self.parameters], dim=1)


def draw_layers(
    specs: Sequence[Dense],
    inputs: int,
    training: Training,
    generators: Sequence[Generator],
    variants: int,
) -> list[StackedDense]:
    """The layers of all members before the first step.

    One generator per seed draws every layer, frozen or not, from input to output, and all
    variants get copies of the same draw: the same seed starts from equal weights everywhere.
    Members are ordered with variants outermost, seeds innermost.
    """
    layers = []
    for spec in specs:
        drawn = torch.stack([_draw_weight(inputs, spec.units, training, g) for g in generators])
        weight = drawn.repeat(variants, 1, 1)
        bias = torch.zeros(len(weight), 1, spec.units)
        layers.append(StackedDense(spec, weight, bias))
        inputs = spec.units
    return layers


def _draw_weight(inputs: int, units: int, training: Training, generator: Generator) -> Tensor:
    weight = torch.empty(inputs, units)
    rule = training.initialization
    if rule == "constant":
        return weight.fill_(training.initialization_constant)
    if rule == "zeros":
        return weight.zero_()
    deviation = _standard_deviation(rule, inputs, units)
    if rule.endswith("uniform"):
        bound = math.sqrt(3.0) * deviation
        return weight.uniform_(-bound, bound, generator=generator)
    return weight.normal_(0.0, deviation, generator=generator)


def _standard_deviation(rule: Initialization, inputs: int, units: int) -> float:
    """Glorot and Bengio 2010, sqrt(2 / (in + out)); He et al. 2015, sqrt(2 / in)."""
    if rule.startswith("glorot"):
        return math.sqrt(2.0 / (inputs + units))
    return math.sqrt(2.0 / inputs)
