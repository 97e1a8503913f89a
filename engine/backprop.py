"""Gradient reach, parameter counts and backward cost, computed from which layers train.

No torch here: a window can show these before anything was trained.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.datasets.registry import describe
from engine.experiment import Experiment, Variant
from engine.layer_specs import Layer, Product

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


@dataclass(frozen=True)
class LayerCost:
    """The matrix products of one layer's backward pass, and which of them a pattern needs."""

    layer: str
    products: tuple[tuple[Product, bool], ...]

    @property
    def full(self) -> int:
        """Multiply-adds per row of all products."""
        return sum(product.multiply_adds for product, _ in self.products)

    @property
    def needed(self) -> int:
        """Multiply-adds per row of the products that are needed."""
        return sum(product.multiply_adds for product, needed in self.products if needed)


def layer_shapes(experiment: Experiment) -> tuple[tuple[int, int], ...]:
    """(inputs, outputs) of every layer, from input to output.

    Raises DatasetError if the data set is unknown.
    """
    inputs = describe(experiment.data.name).inputs
    shapes = []
    for layer in experiment.layers:
        shapes.append((inputs, layer.outputs(inputs)))
        inputs = shapes[-1][1]
    return tuple(shapes)


def computed_values(experiment: Experiment) -> tuple[int, ...]:
    """How many values are computed for a row: the inputs, then each layer's; they take memory."""
    shapes = layer_shapes(experiment)
    computed = [
        layer.computed_values(inputs)
        for layer, (inputs, _) in zip(experiment.layers, shapes, strict=True)
    ]
    return (shapes[0][0], *computed)


def layer_parameters(experiment: Experiment) -> Mapping[str, int]:
    """Number of parameters of every layer, by layer id."""
    shapes = layer_shapes(experiment)
    return {
        layer.id: layer.parameter_count(inputs)
        for layer, (inputs, _) in zip(experiment.layers, shapes, strict=True)
    }


def variant_counts(experiment: Experiment, variant: Variant) -> ParameterCounts:
    """Total and trainable parameters of a variant, as its check boxes and subsets stand."""
    counts = layer_parameters(experiment)
    trainable = sum(variant.layers[layer].trained(n) for layer, n in counts.items())
    return ParameterCounts(total=sum(counts.values()), trainable=trainable)


def updated_layers(layers: Sequence[Layer], variant: Variant) -> tuple[bool, ...]:
    """Whether training updates each layer, from input to output.

    It does where the layer has parameters, its box is ticked, and no layer from it upwards is
    detached: a detached output hands no gradient down.
    """
    updated = []
    connected = True
    for layer in reversed(layers):
        plan = variant.layers[layer.id]
        connected = connected and not plan.detached
        updated.append(connected and plan.trainable and layer.has_parameters)
    return tuple(reversed(updated))


def reach(updated: Sequence[bool]) -> tuple[Reach, ...]:
    """For every layer, from input to output, what backprop does there.

    Updated: training moves it. Passed through: frozen or without parameters, and something below is
    updated, so the gradient goes through it. Not reached: backprop stopped above it, since nothing
    from here down is updated.
    """
    words: list[Reach] = []
    for index, updates in enumerate(updated):
        if updates:
            words.append("updated")
        else:
            words.append("passed through" if any(updated[:index]) else "not reached")
    return tuple(words)


def variant_reach(experiment: Experiment, variant: Variant) -> Mapping[str, Reach]:
    """The reach of every layer of a variant, by layer id."""
    words = reach(updated_layers(experiment.layers, variant))
    return {layer.id: word for layer, word in zip(experiment.layers, words, strict=True)}


def layer_costs(experiment: Experiment, updated: Sequence[bool]) -> tuple[LayerCost, ...]:
    """What every layer's backward pass multiplies, from input to output, under a pattern.

    A dense layer has two products: dL/dW (if it is updated) and dL/dinput (if something below it
    is). The lowest layer never needs dL/dinput: nothing below it can be updated.
    """
    costs = []
    for index, (layer, (inputs, _)) in enumerate(
        zip(experiment.layers, layer_shapes(experiment), strict=True)
    ):
        own, below = updated[index], any(updated[:index])
        needs = {"weights": own, "input": below, "either": own or below}
        products = tuple((each, needs[each.serves]) for each in layer.products(inputs))
        costs.append(LayerCost(layer.id, products))
    return tuple(costs)


def backward_cost(experiment: Experiment, updated: Sequence[bool]) -> float:
    """Multiply-adds of the backward pass's matrix products, relative to all layers trainable (1.0).

    Work on single values (activations, normalization, dropout) is not counted.
    """
    everything = [layer.has_parameters for layer in experiment.layers]
    full = sum(cost.needed for cost in layer_costs(experiment, everything))
    return sum(cost.needed for cost in layer_costs(experiment, updated)) / full if full else 0.0


def variant_backward_cost(experiment: Experiment, variant: Variant) -> float:
    """The backward cost of a variant's pattern; see `backward_cost`."""
    return backward_cost(experiment, updated_layers(experiment.layers, variant))
