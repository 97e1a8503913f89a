"""The network: all members' layers, forward with taps."""

from collections.abc import Iterator, Sequence

from torch import Tensor

from engine.layers import StackedDense


class Network:
    """A stack of layers for M members. Inputs (M, batch, inputs), outputs (M, batch, units)."""

    def __init__(self, layers: Sequence[StackedDense]) -> None:
        self.layers = tuple(layers)
        self._hidden = self.layers[:-1]
        self._by_id = {layer.id: layer for layer in layers}

    @property
    def members(self) -> int:
        """Length of the member axis."""
        return self.layers[0].weight.shape[0]

    @property
    def parameter_count(self) -> int:
        """Weights and biases of one member."""
        return sum(layer.parameter_count for layer in self.layers)

    def layer(self, layer_id: str) -> StackedDense:
        """The layer with this id."""
        return self._by_id[layer_id]

    def forward(self, inputs: Tensor) -> Tensor:
        """The output layer's pre-activations; the objective knows its activation."""
        for layer in self._hidden:
            inputs = layer.activation(layer.pre_activation(inputs))
        return self.layers[-1].pre_activation(inputs)

    def taps(self, inputs: Tensor) -> Iterator[Tensor]:
        """Every layer's pre-activations, from input to output."""
        for layer in self.layers:
            before = layer.pre_activation(inputs)
            yield before
            inputs = layer.activation(before)
