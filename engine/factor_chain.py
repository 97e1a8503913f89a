"""One weight's gradient read out as a chain of factors, sample by sample."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torch.autograd import grad

from engine.chain_rule_layers import check_weight, first_layer, lone_copy
from engine.chain_rule_values import FactorChain, WaysUp
from engine.errors import EngineError
from engine.layers.base import AnyStackedLayer
from engine.layers.dense import StackedDense, StackedResidual
from engine.layers.dropout import StackedDropout, StackedFlatten
from engine.lone_member import LoneMember
from engine.trainer import Trainer

TERMS = 8  # ways up that are listed by themselves


class _Opened(NamedTuple):
    """A layer with weights, taken apart; values (1, samples, …)."""

    before: Tensor  # pre-activations of its (first) weight matrix
    after: Tensor  # what the activation makes of them
    outputs: Tensor


class _Junction(NamedTuple):
    """Where the ways up from layer 1 lead, and with which weights, (1, units of layer 1, ways)."""

    layer: str
    ends: Tensor
    weights: Tensor
    around: Tensor | None = None  # where a residual block's way around leads


@dataclass(frozen=True)
class _Forward:
    """A forward pass with what the chain is read from."""

    x: Tensor
    opened: _Opened
    loss: Tensor
    kept: Tensor  # what dropout between layer 1 and the next one multiplies by
    junction: _Junction | None
    reason: str


def factor_chain(
    trainer: Trainer, member: int, row: int, column: int, sample: int = 0
) -> FactorChain:
    """The chain of factors behind dL/d W[row, column] of layer 1, in float64, on the latest batch.

    For every sample: x, the slope of layer 1's activation, and what arrives from above, which is
    the sum of dL/dz_k * W[column, k] over the units k of the next layer. Nothing in the trainer
    changes. Raises EngineError before the first step and for a weight or sample that is not there.
    """
    lone = lone_copy(trainer, member, torch.float64)
    layers = lone.network.layers
    layer = layers[first_layer(layers)]
    check_weight(layer, row, column)
    samples = lone.inputs.shape[1]
    if not 0 <= sample < samples:
        raise EngineError(f"sample: the batch has 0 to {samples - 1}, and no {sample}")
    layer.set_requires_grad(True)
    forward = _forward(lone, first_layer(layers))
    weight = layer.parameters[0]
    wanted = [weight, forward.opened.after]
    gradient, arriving = grad(forward.loss, wanted, retain_graph=True)
    return FactorChain(
        step=lone.step,
        layer=layer.id,
        row=row,
        column=column,
        input=trainer.feature_names[row],
        value=weight[0, row, column].item(),
        sample=sample,
        x=forward.x[0, :, row].detach().numpy().copy(),
        slope=_slope(forward.opened)[0, :, column].numpy().copy(),
        from_above=arriving[0, :, column].numpy().copy(),
        gradient=gradient[0, row, column].item(),
        ways=_ways(forward, column),
        reason=forward.reason,
    )


def _forward(lone: LoneMember, place: int) -> _Forward:
    """All layers' outputs; layer 1 and the next one with weights are taken apart on the way."""
    layers = lone.network.layers
    values = lone.inputs
    for layer in layers[:place]:
        values = layer.forward(values, training=True)
    x = values
    opened = _open(layers[place], x, is_output=_is_output(lone, place))
    values, kept = opened.outputs, torch.ones_like(opened.after)
    junction, reason = _own_junction(layers[place], opened), ""
    for index, layer in enumerate(layers[place + 1 :], start=place + 1):
        last = _is_output(lone, index)
        if junction or reason:
            values = (layer.pre_activation if last else layer.forward)(values, True)
        elif isinstance(layer, StackedDropout | StackedFlatten):
            kept = kept * layer.forward(torch.ones_like(values), training=True)
            values = layer.forward(values, training=True)
        elif isinstance(layer, StackedDense | StackedResidual):
            above = _open(layer, values, is_output=last)
            around = above.outputs if isinstance(layer, StackedResidual) else None
            junction = _Junction(layer.id, above.before, layer.parameters[0], around)
            values = above.outputs
        else:
            values = layer.forward(values, training=True)
            reason = f"{layer.id} normalizes on the way up, so there is no single next weight"
    if junction is None and not reason:
        reason = f"{layers[place].id} is the output layer: the loss stands above it"
    loss = lone.objective.losses(values, lone.targets).mean()
    return _Forward(x, opened, loss, kept, junction, reason)


def _is_output(lone: LoneMember, index: int) -> bool:
    """Whether the layer is the output layer, whose activation belongs to the loss."""
    return index == len(lone.network.layers) - 1


def _open(layer: AnyStackedLayer, values: Tensor, is_output: bool) -> _Opened:
    assert isinstance(layer, StackedDense | StackedResidual)
    if isinstance(layer, StackedDense):
        before = layer.pre_activation(values, training=True)
        after = before.clone() if is_output else layer.activation(before)
        return _Opened(before, after, after)
    weight_1, bias_1, weight_2, bias_2 = layer.parameters
    before = torch.baddbmm(bias_1, values, weight_1)
    after = layer.activation(before)
    return _Opened(before, after, values + torch.baddbmm(bias_2, after, weight_2))


def _own_junction(layer: AnyStackedLayer, opened: _Opened) -> _Junction | None:
    """The second matrix of a residual block is what stands above its first."""
    if not isinstance(layer, StackedResidual):
        return None
    return _Junction(layer.id, opened.outputs, layer.parameters[2])


def _slope(opened: _Opened) -> Tensor:
    """The activation's derivative at every pre-activation."""
    (slope,) = grad(opened.after.sum(), opened.before, retain_graph=True)
    return slope


def _ways(forward: _Forward, column: int) -> WaysUp | None:
    junction = forward.junction
    if junction is None:
        return None
    gradients = grad(forward.loss, junction.ends, retain_graph=True)[0][0]  # (samples, ways)
    weights = junction.weights.detach()[0, column]  # (ways,)
    products = gradients * weights
    largest = products.abs().argsort(dim=1, descending=True, stable=True)[:, :TERMS]
    listed = products.gather(1, largest)
    around = None
    if junction.around is not None:
        around = grad(forward.loss, junction.around, retain_graph=True)[0][0, :, column]
    rest = products.scatter(1, largest, 0.0).sum(dim=1)
    return WaysUp(
        layer=junction.layer,
        units=largest.numpy().copy(),
        gradients=gradients.gather(1, largest).numpy().copy(),
        weights=weights[largest].numpy().copy(),
        others=rest.numpy().copy(),
        other_count=products.shape[1] - listed.shape[1],
        around=None if around is None else around.numpy().copy(),
        kept=forward.kept.detach()[0, :, column].numpy().copy(),
    )
