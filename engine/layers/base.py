"""What all stacked layers share."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Generic, Self, TypeVar

import torch
from torch import Tensor

from engine.layer_specs import Layer

Spec = TypeVar("Spec", bound=Layer)


class StackedLayer(ABC, Generic[Spec]):
    """M layers of one kind side by side: values (M, batch, inputs) -> (M, batch, outputs).

    Every parameter and every buffer (what a layer keeps but training does not update) has three
    axes, the first of them M.
    """

    def __init__(
        self, spec: Spec, parameters: Sequence[Tensor] = (), buffers: Sequence[Tensor] = ()
    ) -> None:
        self.id = spec.id
        self.spec = spec
        self.parameters = tuple(parameters)
        self.buffers = tuple(buffers)

    @property
    def parameter_count(self) -> int:
        """Weights and biases of one member, counted from the tensors as they are."""
        return sum(p.numel() // p.shape[0] for p in self.parameters)

    def set_requires_grad(self, required: bool) -> None:
        """Whether autograd computes this layer's own gradients; without, they cost nothing."""
        for parameter in self.parameters:
            parameter.requires_grad_(required)

    def set_in_training(self, members: Tensor) -> None:
        """Say for which members, boolean (M,), a training pass treats the layer as in training.

        The others have it as in inference. Only kinds that tell the two apart take notice.
        """

    def flat_parameters(self, members: slice | Sequence[int] = slice(None)) -> Tensor:
        """All weights, then all biases, as (M, parameters): a copy that training does not touch."""
        return _flat(self.parameters, members)

    def flat_buffers(self, members: slice | Sequence[int] = slice(None)) -> Tensor:
        """All buffers as (M, values): a copy that training does not touch."""
        return _flat(self.buffers, members)

    @abstractmethod
    def forward(self, inputs: Tensor, training: bool) -> Tensor:
        """The layer's outputs, in a training pass or in inference."""

    def pre_activation(self, inputs: Tensor, training: bool) -> Tensor:
        """The outputs before the layer's activation; those of a kind without one."""
        return self.forward(inputs, training)

    @abstractmethod
    def member(self, index: int, dtype: torch.dtype = torch.float32) -> Self:
        """One member alone, M = 1, as copies: training it changes nothing here."""

    def _copies(self, index: int, dtype: torch.dtype) -> list[Tensor]:
        """Parameters, then buffers, of one member."""
        tensors = (*self.parameters, *self.buffers)
        return [tensor.detach()[index : index + 1].to(dtype, copy=True) for tensor in tensors]


AnyStackedLayer = StackedLayer[Any]
"""A stacked layer of whatever kind."""


def _flat(tensors: Sequence[Tensor], members: slice | Sequence[int]) -> Tensor:
    if not tensors:
        return torch.empty(0, 0)
    with torch.no_grad():
        return torch.cat([tensor[members].flatten(1) for tensor in tensors], dim=1)
