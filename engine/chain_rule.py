"""The chain-rule check: one gradient in several ways, on copies of one member and its batch.

For layer 1 and a layer above it, dL/dW1 contains the upper layer's weights as a factor, whether or
not that layer is frozen. Detaching its output is another thing: it takes the factor away.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from engine.chain_rule_layers import (
    altered_copy,
    batch_loss,
    check_weight,
    chosen_middle,
    first_layer,
    identity_reason,
    lone_copy,
    middle_layers,
)
from engine.chain_rule_values import (
    Alteration,
    AlteredGradient,
    ChainRuleCheck,
    ChainRuleQuestion,
    FactorChain,
    PickedWeight,
    relative_difference,
)
from engine.errors import EngineError
from engine.factor_chain import factor_chain
from engine.layers.base import AnyStackedLayer
from engine.lone_member import LoneMember
from engine.trainer import Trainer

PICKED = 8
MOST_PICKED = 64
STEPS = (1e-3, 1e-4, 1e-5, 1e-6)  # of finite differences, times the weight where above 1
SETTLED = 1e-8  # two steps that agree this well: no kink between, and no rounding that counts

Places = Sequence[tuple[int, int]]


def check_chain_rule(
    trainer: Trainer,
    member: int,
    *,
    middle: str | None = None,
    weights: Places | None = None,
    alteration: Alteration | None = None,
    seed: int = 0,
) -> ChainRuleCheck:
    """Show what a layer has to do with the gradient of the lowest layer with weights, layer 1.

    `middle` is the layer in question (None: the lowest frozen one above layer 1, else the next),
    `weights` are (input, unit) pairs of layer 1 (None: the eight with the largest gradient),
    `seed` is that of a shuffle. Nothing in the trainer changes. Raises EngineError before the first
    step, for a loss that is not finite, for a stack without a layer above layer 1, and for a middle
    or weights that do not exist.
    """
    lone = lone_copy(trainer, member, torch.float64)
    layers = lone.network.layers
    variant_id, of_seed = trainer.experiment.members[member]
    plans = trainer.experiment.variant(variant_id).layers
    place = first_layer(layers)
    layer = layers[place]
    asked = chosen_middle(layers, [i for i, plan in plans.items() if not plan.trainable], middle)
    loss = _finite_loss(lone)
    whole = _gradient(lone, layer)
    assert whole is not None  # nothing is cut
    picked = _picked(layer, whole, weights)
    reason = identity_reason(lone, asked)
    skipped = None if reason else _gradient(lone, layer, skipped=asked.id)
    altered = _altered_gradient(lone, asked, alteration, seed)
    frozen, trainable = (
        _single_gradient(trainer, member, asked.id, trained) for trained in (False, True)
    )
    return ChainRuleCheck(
        step=lone.step,
        variant=variant_id,
        seed=of_seed,
        rows=lone.inputs.shape[1],
        loss=loss,
        layer=layer.id,
        layer_updated=lone.updated[place],
        cut_at=next((each.id for each in layers[place:] if plans[each.id].detached), None),
        middle=asked.id,
        middle_frozen=not plans[asked.id].trainable,
        middles=tuple(each.id for each in middle_layers(layers)),
        inputs=trainer.feature_names,
        units=layer.parameters[0].shape[2],
        weights=_compare(trainer, lone, asked, picked, (whole, skipped, altered)),
        identity_reason=reason,
        norm=_norm(whole),
        identity_norm=None if skipped is None else _norm(skipped),
        frozen_norm=_norm(frozen),
        trainable_norm=_norm(trainable),
        differing=int((frozen.view(torch.int32) != trainable.view(torch.int32)).sum()),
        values=frozen.numel(),
        altered=None if altered is None else _follows(whole, altered, alteration),
    )


def answer_question(
    trainer: Trainer, member: int, question: ChainRuleQuestion
) -> tuple[ChainRuleCheck, FactorChain]:
    """The check and one weight's chain of factors, both of the same step.

    A weight that is not among those of the check, or a sample that a shorter batch does not have,
    is replaced: by the first weight, by the last sample. Raises EngineError as `check_chain_rule`.
    """
    check = check_chain_rule(
        trainer,
        member,
        middle=question.middle,
        weights=question.weights,
        alteration=question.alteration,
        seed=question.seed,
    )
    places = [(weight.row, weight.column) for weight in check.weights]
    picked = question.picked
    row, column = picked if picked is not None and picked in places else places[0]
    return check, factor_chain(trainer, member, row, column, min(question.sample, check.rows - 1))


def _finite_loss(lone: LoneMember) -> float:
    loss = batch_loss(lone).item()
    if not math.isfinite(loss):
        raise EngineError(
            "the loss of the latest batch is not finite any more, so its gradients are no numbers"
        )
    return loss


def _gradient(
    lone: LoneMember, layer: AnyStackedLayer, cut: str | None = None, skipped: str | None = None
) -> Tensor | None:
    """dL/d all parameters of the layer, flat; None if no way leads there from the loss."""
    for each, updated in zip(lone.network.layers, lone.updated, strict=True):
        each.set_requires_grad(updated or each is layer)
    loss = batch_loss(lone, cut, skipped)
    if not loss.requires_grad:
        return None
    found = torch.autograd.grad(loss, layer.parameters, allow_unused=True)
    parts = [gradient.flatten() for gradient in found if gradient is not None]
    return torch.cat(parts) if parts else None


def _altered_gradient(
    lone: LoneMember, middle: AnyStackedLayer, alteration: Alteration | None, seed: int
) -> Tensor | None:
    """Layer 1's gradient with the middle layer's weights altered; None if nothing is altered."""
    if alteration is None:
        return None
    other = altered_copy(lone, middle, alteration, seed)
    return _gradient(other, other.network.layers[first_layer(other.network.layers)])


def _single_gradient(trainer: Trainer, member: int, middle: str, trained: bool) -> Tensor:
    """Layer 1's gradient in float32, as training computes it, with the middle trained or not.

    A batch norm that is frozen normalizes otherwise, unless it is told to go on.
    """
    lone = lone_copy(trainer, member, torch.float32)
    layers = lone.network.layers
    updated = tuple(
        trained if layer.id == middle else was
        for layer, was in zip(layers, lone.updated, strict=True)
    )
    variant, _ = trainer.experiment.members[member]
    goes_on = trainer.experiment.variant(variant).layers[middle].when_frozen == "training"
    lone.network.layer(middle).set_in_training(torch.tensor([trained or goes_on]))
    gradient = _gradient(replace(lone, updated=updated), layers[first_layer(layers)])
    assert gradient is not None  # nothing is cut
    return gradient


def _picked(layer: AnyStackedLayer, gradient: Tensor, weights: Places | None) -> Places:
    if weights is not None:
        if not 1 <= len(weights) <= MOST_PICKED:
            raise EngineError(f"weights: must be 1 to {MOST_PICKED} at a time, not {len(weights)}")
        for row, column in weights:
            check_weight(layer, row, column)
        return weights
    units = layer.parameters[0].shape[2]
    sizes = gradient[: layer.parameters[0].numel()].abs()
    order = torch.argsort(sizes, descending=True, stable=True)[:PICKED]
    return [divmod(int(index), units) for index in order]


def _compare(
    trainer: Trainer,
    lone: LoneMember,
    middle: AnyStackedLayer,
    picked: Places,
    gradients: tuple[Tensor, Tensor | None, Tensor | None],
) -> tuple[PickedWeight, ...]:
    """The picked weights with their gradients: as it is, with the middle skipped, and altered."""
    layer = lone.network.layers[first_layer(lone.network.layers)]
    weight = layer.parameters[0].detach()[0]
    names = trainer.feature_names
    detached = _gradient(lone, layer, cut=middle.id)
    compared = []
    for row, column in picked:
        whole, skipped, altered, cut = (
            None if found is None else float(found[row * weight.shape[1] + column])
            for found in (*gradients, detached)
        )
        assert whole is not None
        compared.append(
            PickedWeight(
                row=row,
                column=column,
                input=names[row],
                value=float(weight[row, column]),
                gradient=whole,
                difference=_finite_difference(lone, weight, row, column),
                detached=cut,
                identity=skipped,
                altered=altered,
            )
        )
    return tuple(compared)


@torch.no_grad()
def _finite_difference(lone: LoneMember, weight: Tensor, row: int, column: int) -> float:
    """dL/d weight from losses alone, without a derivative of anything.

    The central difference of fourth order, (8 (L(h) - L(-h)) - (L(2h) - L(-2h))) / 12h (Abramowitz
    and Stegun 25.3.6), with smaller and smaller h until two agree: a ReLU's kink within reach
    spoils a large step, rounding a small one. If none do, that of the pair that agrees best.
    """
    value = weight[row, column].item()

    def loss(change: float) -> float:
        weight[row, column] = value + change
        return batch_loss(lone).item()

    found: list[float] = []
    apart: list[float] = []
    for size in STEPS:
        h = size * max(1.0, abs(value))
        inner, outer = loss(h) - loss(-h), loss(2 * h) - loss(-2 * h)
        found.append((8 * inner - outer) / (12 * h))
        if len(found) > 1:
            apart.append(abs(found[-1] - found[-2]))
            if relative_difference(found[-1], found[-2]) <= SETTLED:
                break
    weight[row, column] = value
    return found[apart.index(min(apart))]


def _follows(before: Tensor, after: Tensor, alteration: Alteration | None) -> AlteredGradient:
    assert alteration is not None
    lengths = _norm(before) * _norm(after)
    cosine = float(before @ after) / lengths if lengths else None
    return AlteredGradient(alteration, _norm(after), cosine)


def _norm(gradient: Tensor) -> float:
    return float(torch.linalg.vector_norm(gradient, dtype=torch.float64))
