"""What the layer stack shows of an experiment, as plain values: one row for every layer."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from engine.backprop import (
    Reach,
    dense_parameters,
    layer_shapes,
    variant_backward_cost,
    variant_counts,
    variant_reach,
)
from engine.experiment import Activation, Dense, Experiment

Counts = Sequence[float] | NDArray[np.generic]


class Column(IntEnum):
    """What stands where in a row."""

    LAYER = 0
    UNITS = 1
    ACTIVATION = 2
    TRAINS = 3
    RATE = 4
    PARAMETERS = 5
    MOVED = 6
    HISTOGRAM = 7


@dataclass(frozen=True)
class LayerTelemetry:
    """What a run last measured on one layer of the selected variant.

    `moved` is None where there is no number. The counts are weights per bin, now and at the start,
    over the same edges.
    """

    moved: float | None
    counts: Counts
    start_counts: Counts


@dataclass(frozen=True)
class LayerRow:
    """One layer as one variant treats it."""

    id: str
    units: int
    activation: Activation
    trainable: bool
    learning_rate: float
    parameters: int
    reach: Reach
    is_output: bool
    pending: bool
    """Whether the run that is going has this layer otherwise, or not at all."""

    @property
    def stands_still(self) -> bool:
        """Whether its gradient is computed but a learning rate of 0 keeps it where it is."""
        return self.trainable and self.learning_rate == 0


@dataclass(frozen=True)
class Totals:
    """The line under the stack: parameters of one variant, and its backward cost (1.0 = all)."""

    total: int
    trainable: int
    backward_cost: float

    @property
    def frozen(self) -> int:
        """Parameters of frozen layers."""
        return self.total - self.trainable


def layer_rows(
    experiment: Experiment, variant_id: str, running: Experiment | None = None
) -> tuple[LayerRow, ...]:
    """The rows of one variant, from input to output; `running` is what a run trains meanwhile.

    Raises ExperimentError for an unknown variant and DatasetError for an unknown data set.
    """
    variant = experiment.variant(variant_id)
    words = variant_reach(experiment, variant)
    shapes = layer_shapes(experiment)
    pending = pending_layers(experiment, variant_id, running)
    return tuple(
        LayerRow(
            id=layer.id,
            units=layer.units,
            activation=layer.activation,
            trainable=variant.layers[layer.id].trainable,
            learning_rate=variant.layers[layer.id].learning_rate,
            parameters=dense_parameters(*shape),
            reach=words[layer.id],
            is_output=layer is experiment.layers[-1],
            pending=layer.id in pending,
        )
        for layer, shape in zip(experiment.layers, shapes, strict=True)
    )


def pending_layers(
    experiment: Experiment, variant_id: str, running: Experiment | None
) -> frozenset[str]:
    """Ids of the layers that the run has otherwise: another size, activation or input, or none."""
    if running is None:
        return frozenset()
    if variant_id not in [variant.id for variant in running.variants]:
        return frozenset(layer.id for layer in experiment.layers)
    known = set(_surroundings(running))
    return frozenset(
        layer.id for layer, *rest in _surroundings(experiment) if (layer, *rest) not in known
    )


def totals(experiment: Experiment, variant_id: str) -> Totals:
    """The counts and the backward cost of one variant, as its check boxes stand now."""
    variant = experiment.variant(variant_id)
    counts = variant_counts(experiment, variant)
    cost = variant_backward_cost(experiment, variant)
    return Totals(total=counts.total, trainable=counts.trainable, backward_cost=cost)


def _surroundings(experiment: Experiment) -> list[tuple[Dense, int, str]]:
    """Every layer with the number of its inputs and the id of the layer they come from."""
    sources = ["", *(layer.id for layer in experiment.layers)]
    inputs = [shape[0] for shape in layer_shapes(experiment)]
    return list(zip(experiment.layers, inputs, sources, strict=False))
