"""One backward pass in slow motion: its steps in order, each with a caption. Pure functions."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QCoreApplication

from engine.experiment import Experiment
from engine.layer_specs import BatchNorm, Dropout, Flatten, LayerNorm, Residual
from gui.models.backprop_rows import Backprop, BackpropRow, Measures, backprop_of
from gui.widgets.number_text import measured

if TYPE_CHECKING:  # at run time it brings torch
    from engine.probes import LayerMeasures

translate = QCoreApplication.translate

Part = Literal["loss", "arrives", "through", "stop"]
Arrow = Literal["arrives", "own"]
Stage = Literal["upcoming", "lit", "done"]


@dataclass(frozen=True)
class SlowStep:
    """One sub-step: at which layer (its index; of the loss: one past the last), and in words."""

    part: Part
    row: int
    caption: str

    def stage(self, row: int, arrow: Arrow) -> Stage:
        """Whether an arrow of a layer is lit in this sub-step, was before, or comes later."""
        if row > self.row:
            return "done"
        if row < self.row:
            lit = self.part == "through" and row == self.row - 1 and arrow == "arrives"
            return "lit" if lit else "upcoming"
        if self.part == "arrives":
            return "lit"
        return "done"


def slow_motion(
    experiment: Experiment, variant_id: str, measures: Measures, diverged: str = ""
) -> tuple[SlowStep, ...]:
    """The sub-steps of a variant's backward pass, from the loss to where it stops.

    Norms stand in the captions where there are any. `diverged` says what went wrong in a run that
    has no backward pass any more. Raises as `backprop_of`.
    """
    backprop = backprop_of(experiment, variant_id)
    rows = backprop.rows
    if diverged:
        text = translate(
            "slow motion",
            "The run diverged: {what}. Its weights stay as they are; there is no backward pass.",
        )
        return (SlowStep("loss", len(rows), text.format(what=diverged)),)
    if backprop.lowest is None:
        return (SlowStep("loss", len(rows), _nothing(backprop)),)
    steps = [SlowStep("loss", len(rows), _start(rows[-1]))]
    for index in range(len(rows) - 1, backprop.lowest - 1, -1):
        measured = measures.get(rows[index].name)
        steps.append(SlowStep("arrives", index, _arrives(rows[index], measured)))
        if index > backprop.lowest:
            below = measures.get(rows[index - 1].name)
            caption = _through(rows[index], rows[index - 1], below)
            steps.append(SlowStep("through", index, caption))
    return (*steps, SlowStep("stop", backprop.lowest, _stop(backprop)))


def numbered(step: int, steps: tuple[SlowStep, ...]) -> str:
    """The caption with its place: `2 of 7 · …`."""
    text = translate("slow motion", "{place} of {count} · {caption}")
    return text.format(place=step + 1, count=len(steps), caption=steps[step].caption)


def _start(output: BackpropRow) -> str:
    text = translate(
        "slow motion",
        "The batch has run forward and the loss is known. Now its gradient goes back, from the "
        "loss to {output} first.",
    )
    return text.format(output=output.name)


def _nothing(backprop: Backprop) -> str:
    if backprop.cutting:
        text = translate(
            "slow motion",
            "{layer} is detached and no later layer trains: nothing is updated. "
            "No backward pass at all.",
        )
        return text.format(layer=backprop.cutting)
    return translate("slow motion", "Nothing is trainable: no backward pass at all.")


def _arrives(row: BackpropRow, measured: "LayerMeasures | None") -> str:
    norm = _in_brackets(measured.output_gradient_norm if measured else None)
    arrival = translate("slow motion", "The gradient arrives at {layer}{norm}.")
    parts = [arrival.format(layer=row.name, norm=norm), _slope(row), _own(row, measured)]
    return " ".join(part for part in parts if part)


def _own(row: BackpropRow, measured: "LayerMeasures | None") -> str:
    """What becomes of the layer's own weights."""
    layer = row.layer
    if not layer.has_parameters:
        return translate("slow motion", "It has no weights to update.")
    if row.reach != "updated":
        text = translate("slow motion", "{layer} is frozen: {none} is computed, its weights stay.")
        if isinstance(layer, BatchNorm) and row.plan.when_frozen == "training":
            text = translate(
                "slow motion",
                "{layer} is frozen: {none} is computed. Only its running mean and variance go on "
                "moving.",
            )
        return text.format(layer=layer.id, none=_no_product(row))
    norm = _in_brackets(measured.gradient_norm if measured else None)
    text = translate("slow motion", "{layer} trains: it gets {products}{norm} and will move.")
    if row.stands_still:
        text = translate(
            "slow motion",
            "{layer} has learning rate 0: it gets {products}{norm}, yet does not move.",
        )
    return text.format(layer=layer.id, products=_own_products(row), norm=norm)


def _own_products(row: BackpropRow) -> str:
    match row.layer:
        case Residual():
            return translate("slow motion", "∂L/∂W₁ and ∂L/∂W₂")
        case BatchNorm() | LayerNorm():
            return translate("slow motion", "∂L/∂scale and ∂L/∂shift")
    return f"∂L/∂W = inputᵀ · {_pre_activation(row)}"


def _no_product(row: BackpropRow) -> str:
    match row.layer:
        case Residual():
            return translate("slow motion", "neither ∂L/∂W₁ nor ∂L/∂W₂")
        case BatchNorm() | LayerNorm():
            return translate("slow motion", "neither ∂L/∂scale nor ∂L/∂shift")
    return translate("slow motion", "no ∂L/∂W")


def _through(row: BackpropRow, below: BackpropRow, arrives: "LayerMeasures | None") -> str:
    text = f"{_way(row)} {{norm}}".format(
        layer=row.name,
        below=below.name,
        norm=_in_brackets(arrives.output_gradient_norm if arrives else None).strip(),
    )
    return f"{text.rstrip()}."


def _way(row: BackpropRow) -> str:
    """How the gradient gets through a layer, as a sentence without its end."""
    in_training = row.plan.trainable or row.plan.when_frozen == "training"
    match row.layer:
        case Residual():
            way = translate(
                "slow motion",
                "To {below} it takes two ways: around the block unchanged, and through W₂ and W₁. "
                "The two add up: ∂L/∂input",
            )
        case BatchNorm() if in_training:
            way = translate(
                "slow motion",
                "Through the normalization it goes on to {below}: times scale ÷ deviation, less "
                "what acts by way of the batch's mean and variance: ∂L/∂input",
            )
        case BatchNorm():
            way = translate(
                "slow motion",
                "With the running mean and variance as constants it goes on to {below}, times "
                "scale ÷ deviation: ∂L/∂input",
            )
        case LayerNorm():
            way = translate(
                "slow motion",
                "Through the normalization it goes on to {below}: times scale ÷ deviation, less "
                "what acts by way of each row's mean and variance: ∂L/∂input",
            )
        case Dropout() if in_training:
            way = translate(
                "slow motion",
                "It goes on to {below} only where {layer} dropped nothing, times 1 ÷ (1 − rate): "
                "∂L/∂input",
            )
        case Dropout() | Flatten():
            way = translate("slow motion", "It goes on to {below} unchanged: ∂L/∂input = ∂L/∂out")
        case _:
            way = _through_weights(row)
    return way


def _through_weights(row: BackpropRow) -> str:
    first = translate("slow motion", "Through the weights of {layer} it goes on to {below}:")
    if row.frozen:
        first = translate("slow motion", "Through its frozen weights it goes on to {below}:")
    return f"{first} ∂L/∂input = {_pre_activation(row)} · Wᵀ"


def _slope(row: BackpropRow) -> str:
    """What an activation at the layer's end does to the gradient."""
    if _pre_activation(row) == "∂L/∂out":
        return ""
    activation = str(getattr(row.layer, "activation", "")).replace("_", " ")
    text = translate("slow motion", "Times the slope of its {activation} it is ∂L/∂z.")
    return text.format(activation=activation)


def _pre_activation(row: BackpropRow) -> str:
    """The gradient before the layer's activation; at the output the loss has that one in it."""
    activation = getattr(row.layer, "activation", "linear")
    within = isinstance(row.layer, Residual) or row.is_output or activation == "linear"
    return "∂L/∂out" if within else "∂L/∂z"


def _stop(backprop: Backprop) -> str:
    lowest = backprop.lowest
    assert lowest is not None
    name = backprop.rows[lowest].name
    if backprop.cutting:
        text = translate(
            "slow motion",
            "{cut} is detached: its output counts as a constant, so no gradient goes beyond "
            "{name}, whatever is ticked there. Backprop stops here.",
        )
        return text.format(cut=backprop.cutting, name=name)
    if lowest == 0:
        text = translate(
            "slow motion",
            "{name} is the first layer: before it is only the data, and backprop ends here.",
        )
    else:
        text = translate(
            "slow motion", "{name} is the lowest layer that trains: backprop stops here."
        )
    return text.format(name=name)


def _in_brackets(norm: float | None) -> str:
    return "" if norm is None else f" ({measured(norm)})"
