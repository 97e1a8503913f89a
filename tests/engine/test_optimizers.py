"""The optimizer by itself: rates, flags and state per member and layer, against torch.optim."""

import pytest
import torch
from oracle import OPTIMIZERS

from engine.experiment import Training
from engine.layer_specs import Dense
from engine.layers.drawing import Draws, draw_layers
from engine.optimizers import Optimizer
from engine.trainer import random_stream

MEMBERS = 5
SPECS = (Dense(id="hidden", units=7), Dense(id="output", units=3))
every_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS)
TRAINABLE = [[True, True, False, True, True], [False, True, True, True, False]]
RATES = [[1e-2, 1e-2, 1e-1, 3e-3, 1e-2], [1.0, 1e-3, 1e-3, 0.0, 1.0]]


def optimizer_for(name, trainable=TRAINABLE, rates=RATES, **training):
    fields = Training(**OPTIMIZERS[name][0], **training)
    seeds = [random_stream(seed, "initial weights") for seed in range(MEMBERS)]
    layers = draw_layers(SPECS, torch.zeros(1, 1, 4), Draws(fields, seeds, (), 1))
    made = Optimizer(fields, layers)
    made.plan(torch.tensor(trainable), rates)
    return made, layers


def gradients(layers, step):
    random = torch.Generator().manual_seed(step)
    return [
        torch.randn(parameter.shape, generator=random)
        for layer in layers
        for parameter in layer.parameters
    ]


def torch_optimizer(name, layers, trainable=TRAINABLE, rates=RATES):
    """One plain parameter per block, frozen ones without a gradient, and the optimizer."""
    fields, _ = OPTIMIZERS[name]
    blocks, groups = [], []
    for index, layer in enumerate(layers):
        for parameter in layer.parameters:
            for member in range(MEMBERS):
                block = torch.nn.Parameter(parameter.detach()[member].clone())
                blocks.append((block, trainable[index][member]))
                groups.append({"params": [block], "lr": rates[index][member]})
    decay = fields.get("weight_decay", 0.0)
    if fields["optimizer"] == "sgd":
        momentum = fields.get("momentum", 0.0)
        return blocks, torch.optim.SGD(groups, lr=1, momentum=momentum, weight_decay=decay)
    kind = torch.optim.Adam if fields["optimizer"] == "adam" else torch.optim.AdamW
    return blocks, kind(groups, lr=1, eps=1e-7, weight_decay=decay)


def snapshot(layers):
    return [parameter.clone() for layer in layers for parameter in layer.parameters]


@every_optimizer
def test_every_block_moves_as_under_torch_with_its_own_rate(optimizer):
    made, layers = optimizer_for(optimizer)
    blocks, plain = torch_optimizer(optimizer, layers)
    for step in range(30):
        found = gradients(layers, step)
        by_block = [gradient[member] for gradient in found for member in range(MEMBERS)]
        for (block, trains), gradient in zip(blocks, by_block, strict=True):
            block.grad = gradient.clone() if trains else None
        made.step(found)
        plain.step()
    values = [p[m] for layer in layers for p in layer.parameters for m in range(MEMBERS)]
    for value, (block, _) in zip(values, blocks, strict=True):
        torch.testing.assert_close(value, block.detach(), rtol=1e-5, atol=1e-6)


@every_optimizer
def test_only_planned_blocks_move_and_rate_zero_stands_still(optimizer):
    made, layers = optimizer_for(optimizer)
    before = snapshot(layers)
    for step in range(3):
        made.step(gradients(layers, step))
    for index, (was, now) in enumerate(zip(before, snapshot(layers), strict=True)):
        trains, rates = TRAINABLE[index // 2], RATES[index // 2]
        moves = [flag and rate > 0 for flag, rate in zip(trains, rates, strict=True)]
        assert [not torch.equal(a, b) for a, b in zip(was, now, strict=True)] == moves
    assert made.steps.tolist() == [[3.0 * flag for flag in flags] for flags in TRAINABLE]


@every_optimizer
def test_a_new_plan_counts_from_the_next_step_and_state_lives_through_it(optimizer):
    made, layers = optimizer_for(optimizer)
    made.step(gradients(layers, 0))
    moments = [moment.clone() for moment in (*made.first_moments, *made.second_moments)]
    made.plan(torch.zeros(2, MEMBERS, dtype=torch.bool), RATES)
    before = snapshot(layers)
    made.step([None] * 4)
    for was, now in zip(moments, (*made.first_moments, *made.second_moments), strict=True):
        assert torch.equal(was, now)
    assert all(torch.equal(a, b) for a, b in zip(before, snapshot(layers), strict=True))
    made.plan(torch.ones(2, MEMBERS, dtype=torch.bool), [[1e-2] * MEMBERS] * 2)
    made.step(gradients(layers, 1))
    assert not any(torch.equal(a, b) for a, b in zip(before, snapshot(layers), strict=True))
    assert made.steps.tolist() == [[1.0 + flag for flag in flags] for flags in TRAINABLE]


@pytest.mark.parametrize("optimizer", ["momentum", "adam"])
def test_clearing_forgets_one_layer_of_some_members_only(optimizer):
    made, layers = optimizer_for(optimizer, [[True] * MEMBERS] * 2)
    for step in range(4):
        made.step(gradients(layers, step))
    made.clear(0, slice(1, 3))
    for moment in (made.first_moments, made.second_moments):
        for parameter in (0, 1):
            assert not moment[parameter][1:3].any()
    assert made.steps.tolist() == [[4, 0, 0, 4, 4], [4] * 5]
    for parameter in range(4):
        rest = [0, 3, 4] if parameter < 2 else range(MEMBERS)
        assert all(made.first_moments[parameter][member].any() for member in rest)


def test_a_cleared_block_takes_adams_first_step_again():
    made, layers = optimizer_for("adam", [[True] * MEMBERS] * 2, [[1e-2] * MEMBERS] * 2)
    for step in range(50):
        made.step(gradients(layers, step))
    made.clear(0, slice(0, 2))
    made.plan(torch.ones(2, MEMBERS, dtype=torch.bool), [[1e-2] * MEMBERS] * 2)
    before = layers[0].weight.clone()
    found = gradients(layers, 50)
    made.step(found)
    moved = layers[0].weight - before
    # The first step of Adam is the rate in every direction, whatever the gradient's length.
    torch.testing.assert_close(moved[:2], -1e-2 * found[0][:2].sign(), rtol=1e-3, atol=1e-6)
    assert moved[2:].abs().max() < 0.9e-2


def test_clipping_scales_each_member_by_its_own_length_as_torch_does():
    made, layers = optimizer_for("sgd", rates=[[1.0] * MEMBERS] * 2, clip_norm=2.0)
    found = gradients(layers, 0)
    for gradient in found:
        gradient[1] *= 0.01  # this member's is short enough
    plain = [gradient.clone() for gradient in found]
    for member in range(MEMBERS):
        trained = []
        for index, gradient in enumerate(plain):
            if TRAINABLE[index // 2][member]:
                trained.append(torch.nn.Parameter(torch.zeros_like(gradient[member])))
                trained[-1].grad = gradient[member]  # a view: clipped in place
            else:
                gradient[member] = 0
        torch.nn.utils.clip_grad_norm_(trained, 2.0)
    before = snapshot(layers)
    made.step(found)
    for was, now, clipped in zip(before, snapshot(layers), plain, strict=True):
        torch.testing.assert_close(was - now, clipped, atol=1e-6, rtol=0)


def test_a_trainable_block_without_a_gradient_is_an_error_not_a_silence():
    made, layers = optimizer_for("adam")
    with pytest.raises(ValueError, match="has no gradient"):
        made.step([None, *gradients(layers, 0)[1:]])


def part_of(layer, seed=0):
    """Some of a layer's parameters, others for every member: boolean (M, parameters)."""
    random = torch.Generator().manual_seed(seed)
    return torch.rand(MEMBERS, layer.parameter_count, generator=random) < 0.4


@every_optimizer
@pytest.mark.parametrize("clip_norm", [None, 2.0])
def test_what_is_not_chosen_of_a_block_keeps_its_bits_whatever_its_gradient(optimizer, clip_norm):
    """Even NaN and infinity outside the part reach neither the rest nor what is chosen."""
    made, layers = optimizer_for(optimizer, [[True] * MEMBERS] * 2, clip_norm=clip_norm)
    part = part_of(layers[0])
    made.plan(torch.ones(2, MEMBERS, dtype=torch.bool), [[1e-2] * MEMBERS] * 2, {0: part})
    before, whole = layers[0].flat_parameters(), layers[1].flat_parameters()
    for step, bad in enumerate((float("nan"), float("inf"), 1e30)):
        found = gradients(layers, step)
        outside = ~part
        for gradient in found[:2]:
            size = gradient[0].numel()
            gradient.flatten(1)[outside[:, :size]] = bad
            outside = outside[:, size:]
        made.step(found)
    now = layers[0].flat_parameters()
    assert torch.equal(now[~part], before[~part])
    assert (now[part] != before[part]).all()
    assert now.isfinite().all()
    assert (layers[1].flat_parameters() != whole).all()


@every_optimizer
def test_a_plan_without_the_part_lets_all_of_the_block_move_again(optimizer):
    made, layers = optimizer_for(optimizer, [[True] * MEMBERS] * 2)
    everything, rates = torch.ones(2, MEMBERS, dtype=torch.bool), [[1e-2] * MEMBERS] * 2
    part = part_of(layers[0])
    made.plan(everything, rates, {0: part})
    made.step(gradients(layers, 0))
    before = layers[0].flat_parameters()
    made.plan(everything, rates)
    made.step(gradients(layers, 1))
    assert (layers[0].flat_parameters() != before).all()


def test_clipping_counts_the_chosen_part_only():
    made, layers = optimizer_for("sgd", [[True] * MEMBERS] * 2, clip_norm=1.0)
    parts = {0: part_of(layers[0]), 1: part_of(layers[1], 1)}
    made.plan(torch.ones(2, MEMBERS, dtype=torch.bool), [[1.0] * MEMBERS] * 2, parts)
    found = gradients(layers, 0)
    before = torch.cat([layer.flat_parameters() for layer in layers], dim=1)
    flat = torch.cat([gradient.flatten(1) for gradient in found], dim=1)
    flat = flat * torch.cat([parts[0], parts[1]], dim=1)
    made.step(found)
    moved = before - torch.cat([layer.flat_parameters() for layer in layers], dim=1)
    assert (flat.norm(dim=1) > 1).all()
    torch.testing.assert_close(moved, flat / flat.norm(dim=1, keepdim=True), rtol=1e-4, atol=1e-6)
