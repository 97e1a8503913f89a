"""What the backprop dock shows of a variant, as plain values: rows, the boundary, what it costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.backprop import (
    LayerCost,
    Reach,
    backward_cost,
    layer_costs,
    layer_shapes,
    reach,
    updated_layers,
)
from engine.experiment import Experiment, LayerPlan
from engine.layer_specs import Layer, Product
from gui.models.layer_kinds import has_box
from gui.models.layer_rows import cut_by

if TYPE_CHECKING:  # at run time it brings torch
    from engine.probes import LayerMeasures

Sign = Literal["trains", "frozen", "detached", "no weights"]
Measures = Mapping[str, "LayerMeasures"]
Skipped = Literal["", "frozen", "cut off", "nothing below trains", "input is data"]


@dataclass(frozen=True)
class BackpropRow:
    """One layer as backprop meets it."""

    layer: Layer
    plan: LayerPlan
    reach: Reach
    units: int
    cut_by: str
    """Id of the detached layer, this one or one above, that keeps the gradient away; or empty."""
    is_output: bool

    @property
    def name(self) -> str:
        """The layer's lasting name."""
        return self.layer.id

    @property
    def sign(self) -> Sign:
        """What is drawn before the name."""
        if self.plan.detached:
            return "detached"
        if self.frozen:
            return "frozen"
        return "trains" if self.layer.has_parameters else "no weights"

    @property
    def frozen(self) -> bool:
        """Whether the box is cleared, of a layer that has one."""
        return has_box(self.layer) and not self.plan.trainable

    @property
    def cut_off(self) -> bool:
        """Whether it would be updated, but a detached output keeps the gradient away."""
        return bool(self.cut_by) and self.plan.trainable and self.layer.has_parameters

    @property
    def stands_still(self) -> bool:
        """Whether its gradient is computed but a learning rate of 0 keeps it where it is."""
        return self.reach == "updated" and self.plan.learning_rate == 0


@dataclass(frozen=True)
class CostLine:
    """One matrix product of the backward pass; None for a layer that has none."""

    layer: str
    product: Product | None
    skipped: Skipped
    """Why it is not computed; empty if it is."""


@dataclass(frozen=True)
class Backprop:
    """A variant's backward pass, as far as it is known before anything is measured."""

    inputs: int
    rows: tuple[BackpropRow, ...]
    costs: tuple[CostLine, ...]
    cost: float
    """Multiply-adds relative to all layers trainable, 0 to 1."""
    needed: int
    full: int

    @property
    def lowest(self) -> int | None:
        """Index of the lowest layer that is updated: there backprop stops; None without any."""
        places = (index for index, row in enumerate(self.rows) if row.reach == "updated")
        return next(places, None)

    @property
    def cutting(self) -> str:
        """Id of the detached layer that ends backprop where else it would go on; or empty."""
        beyond = self.rows if self.lowest is None else self.rows[: self.lowest]
        return next((row.cut_by for row in reversed(beyond) if row.cut_off), "")


def backprop_of(experiment: Experiment, variant_id: str) -> Backprop:
    """The backward pass of one variant.

    Raises ExperimentError for an unknown variant and DatasetError for an unknown data set.
    """
    variant = experiment.variant(variant_id)
    updated = updated_layers(experiment.layers, variant)
    shapes = layer_shapes(experiment)
    rows = tuple(
        BackpropRow(
            layer, variant.layers[layer.id], word, outputs, cut, layer is experiment.layers[-1]
        )
        for layer, word, (_, outputs), cut in zip(
            experiment.layers,
            reach(updated),
            shapes,
            cut_by(experiment.layers, variant),
            strict=True,
        )
    )
    costs = layer_costs(experiment, updated)
    everything = [layer.has_parameters for layer in experiment.layers]
    return Backprop(
        inputs=shapes[0][0],
        rows=rows,
        costs=tuple(line for index in range(len(rows)) for line in _lines(index, rows, costs)),
        cost=backward_cost(experiment, updated),
        needed=sum(cost.needed for cost in costs),
        full=sum(cost.needed for cost in layer_costs(experiment, everything)),
    )


def _lines(
    index: int, rows: tuple[BackpropRow, ...], costs: tuple[LayerCost, ...]
) -> list[CostLine]:
    row, cost = rows[index], costs[index]
    if not cost.products:
        return [CostLine(row.name, None, "")]
    return [
        CostLine(row.name, product, "" if needed else _why_skipped(product, index, rows))
        for product, needed in cost.products
    ]


def _why_skipped(product: Product, index: int, rows: tuple[BackpropRow, ...]) -> Skipped:
    if product.serves == "input":
        if index == 0:
            return "input is data"
        below_is_cut = any(row.cut_off for row in rows[:index])
        return "cut off" if below_is_cut else "nothing below trains"
    return "cut off" if rows[index].cut_off else "frozen"
