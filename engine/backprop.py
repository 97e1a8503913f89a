"""Gradient reach, parameter counts and backward cost, computed from which layers train.

No torch here: a window can show these before anything was trained.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.datasets.registry import describe
from engine.experiment import Experiment, Variant

Reach = Literal["updated", "passed through", "not reached"]


@dataclass(frozen=True)
class ParameterCounts:
    """Weights and biases of one variant: all, those that train now, and those that do not."""

    total: int
    trainable: int

    @property
    def non_trainable(self) -> int:
        """Parameters of frozen layers."""
        return self.total - self.trainable


def layer_shapes(experiment: Experiment) -> tuple[tuple[int, int], ...]:
    """(inputs, units) of every layer, from input to output.

    Raises DatasetError if the data set is unknown.
    """
    inputs = describe(experiment.data.name).inputs
    shapes = []
    for layer in experiment.layers:
        shapes.append((inputs, layer.units))
        inputs = layer.units
    return tuple(shapes)


def dense_parameters(inputs: int, units: int) -> int:
    """Number of weights and biases of a dense layer: inputs x units + units."""
    return inputs * units + units


def layer_parameters(experiment: Experiment) -> Mapping[str, int]:
    """Number of parameters of every layer, by layer id."""
    shapes = layer_shapes(experiment)
    return {
        layer.id: dense_parameters(*shape)
        for layer, shape in zip(experiment.layers, shapes, strict=True)
    }


def variant_counts(experiment: Experiment, variant: Variant) -> ParameterCounts:
    """Total and trainable parameters of a variant, as its check boxes stand."""
    counts = layer_parameters(experiment)
    trainable = sum(n for layer, n in counts.items() if variant.layers[layer].trainable)
    return ParameterCounts(total=sum(counts.values()), trainable=trainable)


def reach(trainable: Sequence[bool]) -> tuple[Reach, ...]:
    """For every layer, from input to output, what backprop does there.

    Updated: trainable. Passed through: frozen, and something below is trainable, so the gradient
    goes through its weights. Not reached: frozen, and backprop stopped above it.
    """
    words: list[Reach] = []
    for index, trains in enumerate(trainable):
        if trains:
            words.append("updated")
        else:
            words.append("passed through" if any(trainable[:index]) else "not reached")
    return tuple(words)


def variant_reach(experiment: Experiment, variant: Variant) -> Mapping[str, Reach]:
    """The reach of every layer of a variant, by layer id."""
    words = reach([variant.layers[layer.id].trainable for layer in experiment.layers])
    return {layer.id: word for layer, word in zip(experiment.layers, words, strict=True)}


def backward_cost(shapes: Sequence[tuple[int, int]], trainable: Sequence[bool]) -> float:
    """Multiply-adds of the backward pass, relative to all layers trainable (1.0).

    A dense layer has two products backward: dL/dW (if it trains) and dL/dinput (if something
    below it trains); each takes inputs x units multiply-adds per row.
    """
    full = _multiply_adds(shapes, [True] * len(shapes))
    return _multiply_adds(shapes, trainable) / full


def variant_backward_cost(experiment: Experiment, variant: Variant) -> float:
    """The backward cost of a variant's pattern; see `backward_cost`."""
    trainable = [variant.layers[layer.id].trainable for layer in experiment.layers]
    return backward_cost(layer_shapes(experiment), trainable)


def _multiply_adds(shapes: Sequence[tuple[int, int]], trainable: Sequence[bool]) -> int:
    total = 0
    for index, (inputs, units) in enumerate(shapes):
        into_weights = trainable[index]
        to_the_layer_below = any(trainable[:index])
        total += inputs * units * (into_weights + to_the_layer_below)
    return total
