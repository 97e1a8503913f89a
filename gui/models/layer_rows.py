"""What the layer stack shows of an experiment, as plain values: one row for every layer."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from engine.backprop import (
    Reach,
    layer_parameters,
    layer_shapes,
    updated_layers,
    variant_backward_cost,
    variant_counts,
    variant_reach,
)
from engine.experiment import Experiment, LayerPlan, Subset, Variant
from engine.layer_specs import Layer
from gui.models.layer_kinds import has_box
from gui.widgets.variant_pattern import LayerSign

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

    layer: Layer
    plan: LayerPlan
    parameters: int
    reach: Reach
    cut_by: str
    """Id of the detached layer, this one or one above, that keeps the gradient away; or empty."""
    is_output: bool
    pending: bool
    """Whether the run that is going has this layer otherwise, or not at all."""
    scripted: bool = False
    """Whether the script has changed how the run that is going treats this layer."""

    @property
    def id(self) -> str:
        """The layer's lasting name."""
        return self.layer.id

    @property
    def trainable(self) -> bool:
        """Whether the box is ticked."""
        return self.plan.trainable

    @property
    def frozen(self) -> bool:
        """Whether the box is cleared, of a layer that has one."""
        return has_box(self.layer) and not self.plan.trainable

    @property
    def trained(self) -> int:
        """How many of its parameters train, by the box and by the random part."""
        return self.plan.trained(self.parameters)

    @property
    def partly(self) -> bool:
        """Whether it trains, but only some of its parameters."""
        return 0 < self.trained < self.parameters

    @property
    def learning_rate(self) -> float:
        """The rate of this layer's updates; it matters where there are parameters."""
        return self.plan.learning_rate

    @property
    def stands_still(self) -> bool:
        """Whether its gradient is computed but a learning rate of 0 keeps it where it is."""
        return self.reach == "updated" and self.learning_rate == 0

    @property
    def cut_off(self) -> bool:
        """Whether it would be updated, but a detached layer above keeps the gradient away."""
        return self.trainable and self.layer.has_parameters and self.cut_by not in ("", self.id)


@dataclass(frozen=True)
class Totals:
    """The line under the stack: parameters of one variant, and its backward cost (1.0 = all).

    `cut_off`: parameters of ticked layers that get no gradient because of a detached layer.
    """

    total: int
    trainable: int
    backward_cost: float
    cut_off: int = 0

    @property
    def frozen(self) -> int:
        """Parameters of frozen layers, and those outside the random part of a layer."""
        return self.total - self.trainable


def layer_rows(
    experiment: Experiment, variant_id: str, running: Experiment | None = None
) -> tuple[LayerRow, ...]:
    """The rows of one variant, from input to output; `running` is what a run trains meanwhile.

    Where the script of the run has changed something, the reach is that of the run.

    Raises ExperimentError for an unknown variant and DatasetError for an unknown data set.
    """
    variant = experiment.variant(variant_id)
    counts = layer_parameters(experiment)
    pending = pending_layers(experiment, variant_id, running)
    scripted = {n.id for n in experiment.layers if _is_scripted(n, variant, running)}
    trained = running.variant(variant_id) if running and scripted and not pending else variant
    words = variant_reach(experiment, trained)
    cuts = cut_by(experiment.layers, trained)
    return tuple(
        LayerRow(
            layer=layer,
            plan=variant.layers[layer.id],
            parameters=counts[layer.id],
            reach=words[layer.id],
            cut_by=cut,
            is_output=layer is experiment.layers[-1],
            pending=layer.id in pending,
            scripted=layer.id in scripted,
        )
        for layer, cut in zip(experiment.layers, cuts, strict=True)
    )


def _is_scripted(layer: Layer, variant: Variant, running: Experiment | None) -> bool:
    """Whether a run treats the layer otherwise than its plan says because its script says so."""
    if running is None:
        return False
    named = {(entry.edit.variant, getattr(entry.edit, "layer", "")) for entry in running.script}
    if (variant.id, layer.id) not in named:
        return False
    trains = running.variant(variant.id).layers.get(layer.id)
    plan = variant.layers[layer.id]
    return trains is None or trains.replace(subset=plan.subset) != plan  # no script changes that


def cut_by(layers: Sequence[Layer], variant: Variant) -> tuple[str, ...]:
    """For every layer the id of the detached layer nearest to it, itself or above; or nothing."""
    nearest, cuts = "", []
    for layer in reversed(layers):
        nearest = layer.id if variant.layers[layer.id].detached else nearest
        cuts.append(nearest)
    return tuple(reversed(cuts))


def variant_pattern(layers: Sequence[Layer], variant: Variant) -> tuple[LayerSign, ...]:
    """What a variant does with each layer, from input to output, for its chip."""
    signs: list[LayerSign] = []
    updated = updated_layers(layers, variant)
    for layer, updates in zip(layers, updated, strict=True):
        if not layer.has_parameters:
            signs.append("no parameters")
        elif updates:
            whole = variant.layers[layer.id].subset is None
            signs.append("trains" if whole else "trains in part")
        else:
            signs.append("cut off" if variant.layers[layer.id].trainable else "frozen")
    return tuple(signs)


def pending_layers(
    experiment: Experiment, variant_id: str, running: Experiment | None
) -> frozenset[str]:
    """Ids of the layers that the run has otherwise: another size, activation, input or part.

    Or that it has not at all.
    """
    if running is None:
        return frozenset()
    if variant_id not in [variant.id for variant in running.variants]:
        return frozenset(layer.id for layer in experiment.layers)
    known = set(_surroundings(running, variant_id))
    present = _surroundings(experiment, variant_id)
    return frozenset(layer.id for layer, *rest in present if (layer, *rest) not in known)


def totals(experiment: Experiment, variant_id: str) -> Totals:
    """The counts and the backward cost of one variant, as its check boxes stand now."""
    variant = experiment.variant(variant_id)
    counts = variant_counts(experiment, variant)
    cost = variant_backward_cost(experiment, variant)
    updated = updated_layers(experiment.layers, variant)
    updates = sum(
        variant.layers[layer].trained(count)
        for (layer, count), gets_it in zip(
            layer_parameters(experiment).items(), updated, strict=True
        )
        if gets_it
    )
    return Totals(counts.total, counts.trainable, cost, cut_off=counts.trainable - updates)


def _surroundings(
    experiment: Experiment, variant_id: str
) -> list[tuple[Layer, int, str, Subset | None]]:
    """Every layer with the number of its inputs, the layer they come from, and what part trains."""
    sources = ["", *(layer.id for layer in experiment.layers)]
    inputs = [shape[0] for shape in layer_shapes(experiment)]
    plans = experiment.variant(variant_id).layers
    subsets = [plans[layer.id].subset for layer in experiment.layers]
    return list(zip(experiment.layers, inputs, sources, subsets, strict=False))
