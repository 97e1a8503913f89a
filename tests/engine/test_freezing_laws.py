"""FREEZING F1-F3, F5-F7 and F9: what freezing does to numbers, for every optimizer.

Several members with different patterns train at once, since that is where a mask could leak.
"""

import itertools

import numpy as np
import pytest
import torch
from oracle import LAYERS, OPTIMIZERS, PATTERNS, patterned, trainer_of
from torch.utils.flop_counter import FlopCounterMode

from engine.backprop import variant_backward_cost, variant_counts, variant_reach
from engine.journal import SetLearningRate, SetTrainable
from engine.run import Run

every_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS)
with_memory = pytest.mark.parametrize(
    "optimizer", ["momentum", "momentum and decay", "adam", "adam and decay", "adamw"]
)


def trainer_for(optimizer, patterns=PATTERNS, **training):
    fields, rate = OPTIMIZERS[optimizer]
    return trainer_of(patterned(patterns, rate, **{"seeds": (1, 2)} | fields | training))


def steps(trainer, count):
    for _ in range(count):
        trainer.step()
    return trainer


def freeze(layer, trainable=False, *, variant="all"):
    return SetTrainable(variant=variant, layer=layer, trainable=trainable)


def rate(value, layer, *, variant="all"):
    return SetLearningRate(variant=variant, layer=layer, learning_rate=value)


def weights(trainer, layer, variant="all"):
    """All numbers of one layer of one variant's members, as bytes: equal only bit for bit."""
    flat = trainer.network.layer(layer).flat_parameters()
    return flat[trainer.members_of(variant)].numpy().tobytes()


def state(trainer, layer, variant="all"):
    """Both moments of weights and biases, and the step counts, of one variant's members."""
    index, members = LAYERS.index(layer), trainer.members_of(variant)
    optimizer = trainer.optimizer
    moments = [
        moment[parameter][members].clone()
        for moment in (optimizer.first_moments, optimizer.second_moments)
        for parameter in (2 * index, 2 * index + 1)
    ]
    return [*moments, optimizer.steps[index, members].clone()]


def state_bytes(trainer, layer, variant="all"):
    return b"".join(part.numpy().tobytes() for part in state(trainer, layer, variant))


def blocks(trainer):
    return itertools.product(LAYERS, [variant.id for variant in trainer.experiment.variants])


def trainable(trainer, layer, variant):
    return trainer.experiment.variant(variant).layers[layer].trainable


@every_optimizer
def test_f1_what_is_frozen_stays_bit_for_bit_and_all_else_moves(optimizer):
    trainer = steps(trainer_for(optimizer), 10)
    trainer.apply(freeze("hidden-2"))
    trainer.apply(freeze("hidden-1", variant="first"))  # now that variant trains nothing
    trainer.apply(freeze("output", variant="first-last"))
    trainer.apply(freeze("hidden-1", True, variant="none"))
    before = {block: weights(trainer, *block) for block in blocks(trainer)}
    states = {block: state_bytes(trainer, *block) for block in blocks(trainer)}
    steps(trainer, 20)
    for block in blocks(trainer):
        assert (weights(trainer, *block) != before[block]) == trainable(trainer, *block), block
        assert (state_bytes(trainer, *block) != states[block]) == trainable(trainer, *block), block


@every_optimizer
@pytest.mark.parametrize("layer", LAYERS)
def test_f2_and_f3_edits_count_from_the_very_next_step(optimizer, layer):
    trainer = steps(trainer_for(optimizer, {"all": (1, 1, 1)}), 5)
    trainer.apply(freeze(layer))
    frozen = weights(trainer, layer)
    assert weights(steps(trainer, 1), layer) == frozen
    trainer.apply(freeze(layer, True))
    assert weights(trainer, layer) == frozen
    assert weights(steps(trainer, 1), layer) != frozen


@with_memory
def test_f3_unfreezing_starts_from_a_new_state_by_default(optimizer):
    trainer = steps(trainer_for(optimizer), 10)
    assert any(part.any() for part in state(trainer, "hidden-2"))
    trainer.apply(freeze("hidden-2"))
    others = state_bytes(trainer, "hidden-2", "second")
    steps(trainer, 10).apply(freeze("hidden-2", True))
    assert not any(part.any() for part in state(trainer, "hidden-2"))
    assert state_bytes(trainer, "hidden-2", "second") != others  # it went on
    never_cleared = trainer.optimizer.steps[1, trainer.members_of("second")]
    assert never_cleared.tolist() == [20.0, 20.0]


@with_memory
def test_f3_keeping_the_state_is_an_option_and_makes_a_difference(optimizer):
    moved = {}
    for choice in ("clear", "keep"):
        trainer = steps(trainer_for(optimizer, on_unfreeze=choice), 10)
        held = state_bytes(trainer, "hidden-2")
        trainer.apply(freeze("hidden-2"))
        steps(trainer, 10).apply(freeze("hidden-2", True))
        assert (state_bytes(trainer, "hidden-2") == held) == (choice == "keep")
        before = trainer.network.layer("hidden-2").flat_parameters()[0]
        moved[choice] = steps(trainer, 1).network.layer("hidden-2").flat_parameters()[0] - before
    difference = (moved["keep"] - moved["clear"]).norm() / moved["clear"].norm()
    assert difference > 0.1


def test_f3_ticking_a_ticked_box_clears_nothing():
    trainer = steps(trainer_for("adam"), 10)
    held = state_bytes(trainer, "hidden-2")
    trainer.apply(freeze("hidden-2", True))
    assert state_bytes(trainer, "hidden-2") == held


@with_memory
def test_f5_rate_zero_stands_still_but_gathers_momentum(optimizer):
    trainer = steps(trainer_for(optimizer), 10)
    trainer.apply(rate(0.0, "hidden-2"))
    before, counts = weights(trainer, "hidden-2"), trainer.optimizer.steps.clone()
    gathered = {state_bytes(trainer, "hidden-2")}
    for _ in range(5):
        steps(trainer, 1)
        assert weights(trainer, "hidden-2") == before
        gathered.add(state_bytes(trainer, "hidden-2"))
    assert len(gathered) == 6  # other moments after every step
    members = trainer.members_of("all")
    assert (trainer.optimizer.steps[1, members] == counts[1, members] + 5).all()


@with_memory
def test_f5_raising_the_rate_is_not_unfreezing(optimizer):
    def after(still, moving_again):
        trainer = steps(trainer_for(optimizer), 10)
        trainer.apply(still)
        steps(trainer, 20).apply(moving_again)
        before = trainer.network.layer("hidden-2").flat_parameters()[0]
        return steps(trainer, 1).network.layer("hidden-2").flat_parameters()[0] - before

    raised = after(rate(0.0, "hidden-2"), rate(OPTIMIZERS[optimizer][1], "hidden-2"))
    unfrozen = after(freeze("hidden-2"), freeze("hidden-2", True))
    assert (raised - unfrozen).norm() / unfrozen.norm() > 0.1


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw"])
def test_f6_weight_decay_never_touches_a_frozen_layer(optimizer):
    trainer = trainer_for(optimizer, weight_decay=5.0)
    before = {block: weights(trainer, *block) for block in blocks(trainer)}
    steps(trainer, 5)
    for block in blocks(trainer):
        assert (weights(trainer, *block) == before[block]) != trainable(trainer, *block)


def test_f6_clipping_counts_the_gradients_of_trainable_layers_only():
    fields = {"optimizer": "sgd", "clip_norm": 1e-3, "activation": "tanh"}
    trainer = trainer_of(patterned(PATTERNS, 1.0, seeds=(1, 2), **fields))
    before = [layer.flat_parameters().double() for layer in trainer.network.layers]
    steps(trainer, 1)
    after = [layer.flat_parameters().double() for layer in trainer.network.layers]
    lengths = (torch.cat(after, dim=1) - torch.cat(before, dim=1)).norm(dim=1).tolist()
    # Were frozen gradients counted, what is left to the trainable ones would be shorter.
    expected = [1e-3 if name != "none" else 0.0 for name, _ in trainer.experiment.members]
    assert lengths == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("variant", PATTERNS)
def test_f7_as_many_numbers_move_as_the_counts_say(variant):
    trainer = trainer_of(patterned(PATTERNS, 1.0, optimizer="sgd", activation="tanh"))
    trainer.apply(freeze("output", variant="first-last"))
    trainer.apply(freeze("output", True, variant="none"))
    steps(trainer, 3)
    moved = sum(
        int((layer.flat_parameters() != trainer.start[layer.id])[trainer.members_of(variant)].sum())
        for layer in trainer.network.layers
    )
    counts = variant_counts(trainer.experiment, trainer.experiment.variant(variant))
    assert moved == counts.trainable
    assert trainer.network.parameter_count == counts.total == 641


def test_f7_nothing_trainable_trains_on_flat_says_so_and_can_be_woken():
    run = Run(patterned({"none": (0, 0, 0)}, 0.1, validation_fraction=0.2, epochs=3))
    while not run.complete:
        run.step()
    told = [event for event in run.events if event.kind == "nothing trainable"]
    assert [(event.variant, event.step) for event in told] == [("none", 0)]
    held_out = run.log.column("validation_loss")[:, 0]
    assert len(set(held_out.tolist())) == 1
    np.testing.assert_allclose(*run.log.column("train_loss")[[0, 2], 0], rtol=1e-6)
    run.apply(freeze("output", True, variant="none"))
    while len(run.log) < 4:
        run.step()
    assert run.log.column("validation_loss")[-1, 0] < held_out[-1]


def test_f7_freezing_the_last_trainable_layer_says_so_too():
    run = Run(patterned({"first": (1, 0, 0), "all": (1, 1, 1)}))
    run.step()
    run.apply(freeze("hidden-1", variant="first"))
    run.apply(freeze("hidden-1", variant="all"))
    told = [event for event in run.events if event.kind == "nothing trainable"]
    assert [(event.variant, event.step) for event in told] == [("first", 1)]


def multiply_adds(trainer):
    """(forward, all) multiply-adds of the matrix products that one step really carries out."""
    with FlopCounterMode(display=False) as counter:
        trainer.step()
    counts = {str(kind): flops // 2 for kind, flops in counter.get_flop_counts()["Global"].items()}
    return counts["aten.baddbmm"], sum(counts.values())


@pytest.mark.parametrize("pattern", PATTERNS)
def test_f9_and_f11_a_step_costs_what_its_pattern_says(pattern):
    trainer = trainer_of(patterned({pattern: PATTERNS[pattern]}))
    forward, total = multiply_adds(trainer)
    everything = sum(a * b * (2 if index else 1) for index, (a, b) in enumerate(SHAPES))
    cost = variant_backward_cost(trainer.experiment, trainer.experiment.variant(pattern))
    assert forward == 32 * sum(a * b for a, b in SHAPES)
    assert total - forward == pytest.approx(32 * everything * cost)


SHAPES = ((30, 16), (16, 8), (8, 1))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_f9_backprop_reaches_what_the_words_say_and_no_further(pattern):
    trainer = trainer_of(patterned({pattern: PATTERNS[pattern]}))
    steps(trainer, 1)
    words = variant_reach(trainer.experiment, trainer.experiment.variant(pattern))
    values = trainer.network.taps(trainer.batches.next().inputs, training=True)
    for layer, tap in zip(trainer.network.layers, values, strict=True):
        own = [parameter.requires_grad for parameter in layer.parameters]
        assert own == [words[layer.id] == "updated"] * 2
        assert (tap.grad_fn is not None) == (words[layer.id] != "not reached")


def test_f9_one_variant_that_trains_a_layer_is_enough_to_reach_it():
    trainer = trainer_of(patterned({"last": (0, 0, 1), "second": (0, 1, 0)}))
    both = multiply_adds(trainer)[1]
    trainer.apply(freeze("hidden-2", variant="second"))  # now only the output of `last` trains
    one = multiply_adds(trainer)[1]
    assert both - one == 2 * 32 * (8 * 1 + 16 * 8)  # dL/d(hidden-2's output), dL/dW2
    trainer.apply(freeze("output", variant="last"))
    assert multiply_adds(trainer) == (2 * 32 * 616, 2 * 32 * 616)  # nobody trains: no backward
