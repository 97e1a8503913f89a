"""The network: all members' layers, forward with taps."""

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.layers.base import AnyStackedLayer


class Network:
    """A stack of layers for M members. Inputs (M, batch, inputs), outputs (M, batch, units)."""

    def __init__(self, layers: Sequence[AnyStackedLayer]) -> None:
        self.layers = tuple(layers)
        self.members = next(p.shape[0] for layer in layers for p in layer.parameters)
        self._hidden = self.layers[:-1]
        self._by_id = {layer.id: layer for layer in layers}

    @property
    def parameter_count(self) -> int:
        """Weights and biases of one member."""
        return sum(layer.parameter_count for layer in self.layers)

    @property
    def parameters(self) -> list[Tensor]:
        """All layers' parameters, from input to output."""
        return [parameter for layer in self.layers for parameter in layer.parameters]

    def layer(self, layer_id: str) -> AnyStackedLayer:
        """The layer with this id."""
        return self._by_id[layer_id]

    def forward(self, inputs: Tensor, training: bool) -> Tensor:
        """The output layer's pre-activations; the objective knows its activation.

        A training pass draws dropout masks and moves batch norm's running statistics; inference
        changes nothing.
        """
        for layer in self._hidden:
            inputs = layer.forward(inputs, training)
        return self.layers[-1].pre_activation(inputs, training)

    def taps(self, inputs: Tensor, training: bool) -> list[Tensor]:
        """`forward`, with every layer's outputs; the last are the output's pre-activations."""
        taps: list[Tensor] = []
        for layer in self._hidden:
            inputs = layer.forward(inputs, training)
            taps.append(inputs)
        return [*taps, self.layers[-1].pre_activation(inputs, training)]

    def member(self, index: int, dtype: torch.dtype = torch.float32) -> "Network":
        """One member alone, M = 1, as a copy. Its dropout keeps the latest mask."""
        return Network([layer.member(index, dtype) for layer in self.layers])
