"""Batch and layer normalization."""

from typing import Self

import torch
from torch import Tensor

from engine.layer_specs import BatchNorm, LayerNorm
from engine.layers.activations import ACTIVATION_FUNCTIONS
from engine.layers.base import StackedLayer


class StackedBatchNorm(StackedLayer[BatchNorm]):
    """Batch normalization, as torch.nn.BatchNorm1d, with a mode for every member.

    Members in training are normalized by their batch, and their running mean and variance (the
    unbiased one) move; the others are normalized by the running values, which stand still bit for
    bit. Parameters: scale, shift; buffers: running mean, running variance; all (M, 1, units).
    """

    def __init__(
        self, spec: BatchNorm, parameters: tuple[Tensor, Tensor], buffers: tuple[Tensor, Tensor]
    ) -> None:
        super().__init__(spec, parameters, buffers)
        self._momentum, self._epsilon = spec.momentum, spec.epsilon
        self.activation = ACTIVATION_FUNCTIONS[spec.activation]
        self._in_training = torch.ones(len(parameters[0]), 1, 1, dtype=torch.bool)
        self._all, self._none = True, False

    def set_in_training(self, members: Tensor) -> None:
        """Members that are not in training are normalized by their running values."""
        self._in_training = members.view(-1, 1, 1)
        self._all, self._none = bool(members.all()), not bool(members.any())

    def pre_activation(self, inputs: Tensor, training: bool) -> Tensor:
        """(x - mean) / sqrt(variance + epsilon) * scale + shift, each member by its mode."""
        scale, shift = self.parameters
        mean, variance = self._moments(inputs) if training and not self._none else self.buffers
        return (inputs - mean) * torch.rsqrt(variance + self._epsilon) * scale + shift

    def forward(self, inputs: Tensor, training: bool) -> Tensor:
        """The normalized values after the activation."""
        return self.activation(self.pre_activation(inputs, training))

    def member(self, index: int, dtype: torch.dtype = torch.float32) -> Self:
        """One member alone, in its mode; see StackedLayer."""
        scale, shift, mean, variance = self._copies(index, dtype)
        copy = type(self)(self.spec, (scale, shift), (mean, variance))
        copy.set_in_training(self._in_training[index].flatten())
        return copy

    def _moments(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and variance to normalize each member by; the running ones follow the batch."""
        variance, mean = torch.var_mean(inputs, dim=1, correction=0, keepdim=True)
        rows = inputs.shape[1]
        self._follow(mean.detach(), variance.detach() * (rows / (rows - 1)))
        if self._all:
            return mean, variance
        running_mean, running_variance = self.buffers
        return (
            torch.where(self._in_training, mean, running_mean),
            torch.where(self._in_training, variance, running_variance),
        )

    @torch.no_grad()
    def _follow(self, mean: Tensor, variance: Tensor) -> None:
        for running, of_batch in zip(self.buffers, (mean, variance), strict=True):
            moved = torch.lerp(running, of_batch, self._momentum)
            running.copy_(moved if self._all else torch.where(self._in_training, moved, running))


class StackedLayerNorm(StackedLayer[LayerNorm]):
    """Layer normalization, as torch.nn.LayerNorm. Parameters: scale, shift, both (M, 1, units)."""

    def __init__(self, spec: LayerNorm, parameters: tuple[Tensor, Tensor]) -> None:
        super().__init__(spec, parameters)
        self._epsilon = spec.epsilon
        self.activation = ACTIVATION_FUNCTIONS[spec.activation]

    def pre_activation(self, inputs: Tensor, training: bool) -> Tensor:
        """(x - mean) / sqrt(variance + epsilon) * scale + shift, over each row."""
        scale, shift = self.parameters
        variance, mean = torch.var_mean(inputs, dim=2, correction=0, keepdim=True)
        return (inputs - mean) * torch.rsqrt(variance + self._epsilon) * scale + shift

    def forward(self, inputs: Tensor, training: bool) -> Tensor:
        """The normalized values after the activation."""
        return self.activation(self.pre_activation(inputs, training))

    def member(self, index: int, dtype: torch.dtype = torch.float32) -> Self:
        """One member alone; see StackedLayer."""
        scale, shift = self._copies(index, dtype)
        return type(self)(self.spec, (scale, shift))
