"""Layers of weights: dense, projection and residual block."""

from typing import Self

import torch
from torch import Tensor

from engine.layer_specs import PCA, Dense, Residual
from engine.layers.activations import ACTIVATION_FUNCTIONS
from engine.layers.base import StackedLayer


class StackedDense(StackedLayer[Dense | PCA]):
    """Fully connected layers, activation(x W + b), and projections, x W + b.

    `weight` has shape (M, inputs, units), `bias` (M, 1, units).
    """

    def __init__(self, spec: Dense | PCA, weight: Tensor, bias: Tensor) -> None:
        super().__init__(spec, (weight, bias))
        self.weight = weight
        self.bias = bias
        self.activation = ACTIVATION_FUNCTIONS[spec.activation]

    def pre_activation(self, inputs: Tensor, training: bool) -> Tensor:
        """Return x W + b, shapes (M, batch, inputs) -> (M, batch, units)."""
        return torch.baddbmm(self.bias, inputs, self.weight)

    def forward(self, inputs: Tensor, training: bool) -> Tensor:
        """activation(x W + b), (M, batch, inputs) -> (M, batch, units)."""
        return self.activation(torch.baddbmm(self.bias, inputs, self.weight))

    def member(self, index: int, dtype: torch.dtype = torch.float32) -> Self:
        """One member alone; see StackedLayer."""
        weight, bias = self._copies(index, dtype)
        return type(self)(self.spec, weight, bias)


class StackedResidual(StackedLayer[Residual]):
    """Residual blocks: x + activation(x W1 + b1) W2 + b2, as wide as their input."""

    def __init__(self, spec: Residual, parameters: tuple[Tensor, Tensor, Tensor, Tensor]) -> None:
        super().__init__(spec, parameters)
        self.activation = ACTIVATION_FUNCTIONS[spec.activation]

    def forward(self, inputs: Tensor, training: bool) -> Tensor:
        """X + activation(x W1 + b1) W2 + b2, as wide as x."""
        weight_1, bias_1, weight_2, bias_2 = self.parameters
        inner = self.activation(torch.baddbmm(bias_1, inputs, weight_1))
        return inputs + torch.baddbmm(bias_2, inner, weight_2)

    def member(self, index: int, dtype: torch.dtype = torch.float32) -> Self:
        """One member alone; see StackedLayer."""
        first, second, third, fourth = self._copies(index, dtype)
        return type(self)(self.spec, (first, second, third, fourth))
