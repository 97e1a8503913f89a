"""Which layers the chain-rule check is about, and the loss with a layer cut off or skipped."""

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Generator, Tensor

from engine.chain_rule_values import Alteration
from engine.errors import EngineError
from engine.layer_specs import PCA, Dense, Residual
from engine.layers.base import AnyStackedLayer
from engine.lone_member import LoneMember
from engine.trainer import Trainer

MATRIX_KINDS = (Dense, PCA, Residual)


def lone_copy(trainer: Trainer, member: int, dtype: torch.dtype) -> LoneMember:
    """One member as copies. Raises EngineError before the first step and after it diverged."""
    if not 0 <= member < trainer.network.members:
        raise EngineError(f"member: there are {trainer.network.members}, and no number {member}")
    if member in trainer.diverged:
        found = trainer.diverged[member]
        raise EngineError(f"diverged at step {found.step:,}: its gradients are no numbers any more")
    lone = LoneMember.of(trainer, member, dtype)
    if lone is None:
        raise EngineError("take a step first: without one there is no batch to compute a loss of")
    return lone


def first_layer(layers: Sequence[AnyStackedLayer]) -> int:
    """Where layer 1 stands: the lowest layer with a weight matrix."""
    places = [i for i, layer in enumerate(layers) if isinstance(layer.spec, MATRIX_KINDS)]
    return places[0]  # the output layer is one


def middle_layers(layers: Sequence[AnyStackedLayer]) -> tuple[AnyStackedLayer, ...]:
    """The layers above layer 1 that have weights. Raises EngineError if there is none."""
    first = first_layer(layers)
    above = tuple(layer for layer in layers[first + 1 :] if layer.spec.has_parameters)
    if not above:
        raise EngineError(
            f"layers: {layers[first].id} has no layer with weights above it, so there is nothing "
            "that its gradient could come through; add a layer"
        )
    return above


def chosen_middle(
    layers: Sequence[AnyStackedLayer], frozen: Sequence[str], wanted: str | None
) -> AnyStackedLayer:
    """The layer in question; without a wish the lowest frozen one, else the lowest.

    Layers with a weight matrix come before normalizations. Raises EngineError for a wish that
    cannot be met.
    """
    candidates = middle_layers(layers)
    if wanted is None:
        return min(
            candidates,
            key=lambda layer: (layer.id not in frozen, not isinstance(layer.spec, MATRIX_KINDS)),
        )
    for layer in candidates:
        if layer.id == wanted:
            return layer
    known = ", ".join(layer.id for layer in candidates)
    lowest = layers[first_layer(layers)].id
    raise EngineError(f"middle: must have weights and be above {lowest} ({known}), not {wanted}")


def check_weight(layer: AnyStackedLayer, row: int, column: int) -> None:
    """Raise EngineError if layer 1 has no weight there."""
    inputs, units = layer.parameters[0].shape[1:]
    if not (0 <= row < inputs and 0 <= column < units):
        raise EngineError(
            f"weights: {layer.id} has inputs 0 to {inputs - 1} and units 0 to {units - 1}, "
            f"and no weight ({row}, {column})"
        )


def batch_loss(lone: LoneMember, cut: str | None = None, skipped: str | None = None) -> Tensor:
    """The mean loss over the batch; a layer's output can be detached, or the layer skipped.

    The same weights give the same loss every time: batch norm either normalizes by the batch or
    stands still, and dropout keeps its masks.
    """
    layers = lone.network.layers
    values = lone.inputs
    for layer in layers:
        if layer.id == skipped:
            continue
        compute = layer.pre_activation if layer is layers[-1] else layer.forward
        values = compute(values, True)
        if layer.id == cut:
            values = values.detach()
    return lone.objective.losses(values, lone.targets).mean()


def identity_reason(lone: LoneMember, middle: AnyStackedLayer) -> str:
    """Why the middle layer cannot be left out; empty if it can."""
    inputs = lone.inputs.shape[2]
    for layer in lone.network.layers:
        outputs = layer.spec.outputs(inputs)
        if layer is middle and inputs != outputs:
            return (
                f"{middle.id} makes {outputs} values of {inputs}: the identity needs as many "
                "outputs as inputs"
            )
        inputs = outputs
    return ""


def altered_copy(
    lone: LoneMember, middle: AnyStackedLayer, alteration: Alteration, seed: int
) -> LoneMember:
    """Another copy, with altered weights in the middle layer; `seed` is that of a shuffle."""
    other = replace(lone, network=lone.network.member(0, lone.inputs.dtype))
    parameters = other.network.layer(middle.id).parameters
    matrices = parameters[::2] if isinstance(middle.spec, Residual) else parameters[:1]
    generator = Generator().manual_seed(seed)
    with torch.no_grad():
        for weights in matrices:
            _alter(weights, alteration, generator)
    return other


def _alter(weights: Tensor, alteration: Alteration, generator: Generator) -> None:
    if alteration.kind == "scale":
        weights.mul_(alteration.factor)
    elif alteration.kind == "zero":
        weights.zero_()
    else:
        order = torch.randperm(weights.numel(), generator=generator)
        weights.copy_(weights.flatten()[order].view_as(weights))
