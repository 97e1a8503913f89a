"""Members whose loss is no number any more: they stop where they are, the others train on."""

import math

import numpy as np
import pytest
import torch
from oracle import LAYERS, OPTIMIZERS, patterned, relative_difference, trainer_of, variant

from engine.journal import SetLearningRate, SetTrainable
from engine.results import results
from engine.run import Run
from engine.telemetry import METRICS, SnapshotRequest

EVERYTHING = dict.fromkeys(LAYERS, True)
FIRST = {layer: layer == "hidden-1" for layer in LAYERS}
STEPS = 18  # per epoch


def experiment(wild_rate=1e9, optimizer="sgd", rate=0.1, **training):
    """`calm` and `first` at a good rate, `wild` between them at a hopeless one; two seeds."""
    fields = {"seeds": (1, 2), "optimizer": optimizer, "validation_fraction": 0.2} | training
    found = patterned({"calm": (1, 1, 1)}, rate, **fields)
    wild = variant("wild", EVERYTHING, wild_rate)
    return found.replace(variants=(*found.variants, wild, variant("first", FIRST, rate)))


def members(trainer, name):
    index = trainer.members_of(name)
    return list(range(index.start, index.stop))


def numbers(trainer, chosen):
    """All parameters and moments of some members, as bytes."""
    optimizer = trainer.optimizer
    parts = [parameter for layer in trainer.network.layers for parameter in layer.parameters]
    parts += [*optimizer.first_moments, *optimizer.second_moments]
    return b"".join(part.detach()[chosen].numpy().tobytes() for part in parts)


def poison(trainer, layer, member, value=math.nan):
    """Write one non-finite number into one member's layer."""
    with torch.no_grad():
        trainer.network.layer(layer).weight[member, 0, 0] = value


def finished(run, epochs):
    while len(run.log) < epochs:
        run.step()
    return run


def test_a_hopeless_rate_is_marked_at_its_step_and_stands_still_from_there():
    trainer = trainer_of(experiment(seeds=(1,)))
    (wild,) = members(trainer, "wild")
    moving = set()
    while not trainer.diverged:
        held = numbers(trainer, [wild])
        moving.add(held)
        trainer.step()
        assert trainer.step_count < 20
    divergence = trainer.diverged[wild]
    assert (divergence.member, divergence.step) == (wild, trainer.step_count)
    assert len(moving) == divergence.step  # it moved at every step before,
    assert numbers(trainer, [wild]) == held  # and not at the one whose loss was no number
    for _ in range(2 * STEPS):
        trainer.step()
    assert numbers(trainer, [wild]) == held
    assert list(trainer.diverged) == [wild]
    assert np.isfinite(trainer.running_loss).tolist() == [True, False, True]


def test_the_others_train_as_if_it_had_never_diverged():
    diverging, sane = (finished(Run(experiment(rate)), 4) for rate in (1e9, 0.05))
    for name in ("calm", "first"):
        mine = members(diverging.trainer, name)
        for metric in METRICS:
            expected = sane.log.column(metric)[:, mine]
            assert relative_difference(diverging.log.column(metric)[:, mine], expected) < 1e-5
    wild = members(diverging.trainer, "wild")
    assert np.isnan(diverging.log.table[:, :, wild]).all()
    assert np.isfinite(sane.log.table).all()


def test_epochs_before_it_diverged_stay_in_the_log():
    run = finished(Run(experiment(wild_rate=0.1)), 2)
    for layer in LAYERS:
        run.apply(SetLearningRate(variant="wild", layer=layer, learning_rate=1e9))
    finished(run, 4)
    assert np.isfinite(run.log.table[:2]).all()
    wild = np.zeros(6, bool)
    wild[members(run.trainer, "wild")] = True
    assert np.isnan(run.log.table[2:, :, wild]).all()
    assert np.isfinite(run.log.table[2:, :, ~wild]).all()


@pytest.mark.parametrize("clip_norm", [None, 1.0])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_one_poisoned_member_is_all_that_is_lost(optimizer, clip_norm):
    fields, rate = OPTIMIZERS[optimizer]
    trainers = [
        trainer_of(experiment(rate, rate=rate, clip_norm=clip_norm, **fields)) for _ in range(2)
    ]
    for trainer in trainers:
        for _ in range(5):
            trainer.step()
    victim = members(trainers[0], "wild")[1]
    others = [member for member in range(6) if member != victim]
    poison(trainers[0], "hidden-2", victim)
    held = numbers(trainers[0], [victim])
    for _ in range(20):
        for trainer in trainers:
            trainer.step()
    poisoned, sound = trainers
    assert [(d.member, d.step, d.layer) for d in poisoned.diverged.values()] == [
        (victim, 6, "hidden-2")
    ]
    assert not sound.diverged
    assert numbers(poisoned, [victim]) == held
    for layer in LAYERS:
        found, expected = (t.network.layer(layer).flat_parameters()[others] for t in trainers)
        torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("layer", LAYERS)
def test_the_event_names_variant_seed_step_and_the_layer_that_went_first(layer, value):
    run = Run(experiment(wild_rate=0.1, activation="tanh"))
    for _ in range(3):
        run.step()
    run.events.clear()
    poison(run.trainer, layer, members(run.trainer, "wild")[0], value)
    run.trainer.network.layer(layer).bias.data[2].fill_(value)
    run.step()
    (event,) = run.events
    assert (event.kind, event.variant, event.step) == ("diverged", "wild", 4)
    assert event.text == f"{layer} went non-finite at step 4 (seed 1)"
    run.step()
    assert len(run.events) == 1  # told once


def test_a_loss_that_overflows_while_all_weights_are_finite_is_laid_to_the_output():
    run = Run(experiment(wild_rate=0.1, activation="tanh"))
    run.prepare().network.layer("output").bias.data[2].fill_(3e38)
    run.trainer.network.layer("output").weight.data[2].fill_(3e38)
    run.step()
    assert {d.layer for d in run.trainer.diverged.values()} == {"output"}


def test_edits_do_not_wake_a_diverged_member():
    run = Run(experiment())
    finished(run, 1)
    wild = members(run.trainer, "wild")
    held = b"".join(
        layer.flat_parameters()[wild].numpy().tobytes() for layer in run.trainer.network.layers
    )
    for layer in LAYERS:
        run.apply(SetTrainable(variant="wild", layer=layer, trainable=False))
        run.apply(SetLearningRate(variant="wild", layer=layer, learning_rate=1e-3))
        run.apply(SetTrainable(variant="wild", layer=layer, trainable=True))
    finished(run, 2)
    assert held == b"".join(
        layer.flat_parameters()[wild].numpy().tobytes() for layer in run.trainer.network.layers
    )
    assert set(run.trainer.diverged) == set(wild)


def test_a_run_in_which_everything_diverged_goes_to_its_end():
    found = experiment()
    only_wild = found.replace(variants=(found.variant("wild"),))
    run = finished(Run(only_wild), 3)
    assert run.step_count == 3 * run.steps_per_epoch
    assert np.isnan(run.log.table).all()
    assert not any(
        parameter.requires_grad
        for layer in run.trainer.network.layers
        for parameter in layer.parameters
    )


def test_probes_of_a_diverged_run_work_and_the_others_keep_their_edges():
    run = finished(Run(experiment()), 2)
    for layer in LAYERS:
        poison(run.trainer, layer, members(run.trainer, "wild")[0])
    wild = run.snapshot(SnapshotRequest("wild", 1))
    calm = run.snapshot(SnapshotRequest("calm", 1))
    assert all(math.isinf(distance) for distance in wild.moved.values())  # a number, not a dash
    assert all(0 < distance < 10 for distance in calm.moved.values())
    sizes = {layer.id: layer.parameter_count for layer in run.trainer.network.layers}
    for layer in LAYERS:
        assert wild.histograms["weights"][layer].counts.sum() == sizes[layer] - 1  # all but the NaN
        assert wild.histograms["weights"][layer].widened
        assert calm.histograms["weights"][layer].counts.sum() == sizes[layer]
        assert calm.histograms["weights"][layer].edges[-1] < 10
        assert np.count_nonzero(calm.histograms["weights"][layer].counts) > 5


def test_results_say_who_diverged_and_when_and_hold_no_nan():
    run = finished(Run(experiment()), 2)
    found = {each["id"]: each for each in results(run, 1.0)["variants"]}
    steps = [run.trainer.diverged[member].step for member in members(run.trainer, "wild")]
    assert found["wild"]["diverged"] == steps
    assert found["wild"]["train_loss"] == [[None, None], [None, None]]
    assert found["calm"]["diverged"] == [None, None]
    assert all(loss > 0 for seed in found["calm"]["validation_loss"] for loss in seed)
