"""FREEZING F4 and F5 where batch norm and dropout stand: a frozen one has a mode, and keeps it."""

import numpy as np
import pytest
import torch
from oracle import OPTIMIZERS
from stacks import WINE, experiment_of, variant

from engine.journal import SetDetached, SetLearningRate, SetTrainable, SetWhenFrozen
from engine.layer_specs import BatchNorm, Dense, Dropout
from engine.lone_member import LoneMember
from engine.run import Run
from engine.trainer import Trainer

LAYERS = (
    Dense(id="dense", units=8, activation="tanh"),
    BatchNorm(id="norm"),
    Dropout(id="drop", rate=0.3),
    Dense(id="output", units=3, activation="linear"),
)
every_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS)


def trainer_of(*names, optimizer="adam", **training):
    """Everything trains in these variants, of two seeds each."""
    fields, _ = OPTIMIZERS[optimizer]
    variants = [variant(LAYERS, [True] * 4, name) for name in names or ("only",)]
    experiment = experiment_of(LAYERS, *variants, seeds=(1, 2), **fields, **training)
    return Trainer(experiment, WINE)


def steps(trainer, count, *, validate=False):
    for _ in range(count):
        trainer.step()
        if validate:
            trainer.validate()
    return trainer


def freeze(layer="norm", variant="only", trainable=False):
    return SetTrainable(variant=variant, layer=layer, trainable=trainable)


def when_frozen(choice, layer="norm", variant="only"):
    return SetWhenFrozen(variant=variant, layer=layer, when_frozen=choice)


def norm_of(trainer, variant="only"):
    """(scale and shift, running mean and variance) of a variant's members, as bytes."""
    norm, members = trainer.network.layer("norm"), trainer.members_of(variant)
    return (
        norm.flat_parameters(members).numpy().tobytes(),
        norm.flat_buffers(members).numpy().tobytes(),
    )


@every_optimizer
def test_f4_a_frozen_batch_norm_stands_still_in_all_it_holds(optimizer):
    trainer = steps(trainer_of("only", "other", optimizer=optimizer), 10)
    trainer.apply(freeze())
    kept, other = norm_of(trainer), norm_of(trainer, "other")
    steps(trainer, 20, validate=True)
    assert trainer.epoch >= 4  # passes over the held-out rows as well
    assert norm_of(trainer) == kept
    assert all(a != b for a, b in zip(norm_of(trainer, "other"), other, strict=True))
    trainer.apply(freeze(trainable=True))
    assert all(a != b for a, b in zip(norm_of(steps(trainer, 1)), kept, strict=True))


@every_optimizer
def test_f4_the_option_lets_the_statistics_go_on_and_nothing_else(optimizer):
    trainer = steps(trainer_of(optimizer=optimizer), 10)
    for edit in (freeze(), when_frozen("training")):
        trainer.apply(edit)
    parameters, statistics = norm_of(trainer)
    seen = {statistics}
    for _ in range(20):
        steps(trainer, 1, validate=True)
        seen.add(norm_of(trainer)[1])
        assert norm_of(trainer)[0] == parameters
    assert len(seen) == 21
    trainer.apply(when_frozen("inference"))
    kept = norm_of(trainer)
    assert norm_of(steps(trainer, 5, validate=True)) == kept


def test_f4_the_choice_is_nothing_to_a_layer_that_trains():
    chosen, plain = trainer_of(), trainer_of()
    for layer in ("norm", "drop"):
        chosen.apply(when_frozen("training", layer))
    for each in (chosen, plain):
        steps(each, 10)
    assert norm_of(chosen) == norm_of(plain)
    for one, other in zip(chosen.network.layers, plain.network.layers, strict=True):
        assert torch.equal(one.flat_parameters(), other.flat_parameters())


@every_optimizer
def test_f5_rate_zero_moves_the_statistics_and_not_the_weights(optimizer):
    trainer = steps(trainer_of(optimizer=optimizer), 10)
    trainer.apply(SetLearningRate(variant="only", layer="norm", learning_rate=0.0))
    parameters, statistics = norm_of(trainer)
    held = [moment.clone() for moment in trainer.optimizer.first_moments]
    steps(trainer, 5)
    assert norm_of(trainer)[0] == parameters
    assert norm_of(trainer)[1] != statistics
    gathers = optimizer != "sgd"  # which keeps no moments at all
    assert torch.equal(trainer.optimizer.first_moments[2], held[2]) != gathers


def test_f5_rate_zero_and_frozen_compute_different_things():
    trainer = trainer_of("still", "frozen", "runs-on")
    trainer.apply(SetLearningRate(variant="still", layer="norm", learning_rate=0.0))
    trainer.apply(freeze(variant="frozen"))
    trainer.apply(freeze(variant="runs-on"))
    trainer.apply(when_frozen("training", variant="runs-on"))
    steps(trainer, 19)
    assert norm_of(trainer, "still")[0] == norm_of(trainer, "frozen")[0]
    still, frozen, runs_on = trainer.running_loss.reshape(3, 2)
    assert (np.abs(still - frozen) > 1e-4).all()
    np.testing.assert_allclose(still, runs_on, rtol=1e-6)  # only what is saved differs


def test_f4_a_frozen_batch_norm_is_normalized_by_what_runs_along_not_by_the_batch():
    trainer = steps(trainer_of(), 10)
    inputs = trainer.batches.next().inputs
    norm = trainer.network.layer("norm")
    reaching = trainer.network.layers[0].forward(inputs, training=True).detach()
    trained = norm.forward(reaching, training=False)
    trainer.apply(freeze())
    assert torch.equal(norm.forward(reaching, training=True), trained)
    # One row more or less changes nothing for the others: no batch statistics are left.
    assert torch.equal(norm.forward(reaching[:, :5], training=True), trained[:, :5])
    trainer.apply(when_frozen("training"))
    assert not torch.allclose(norm.forward(reaching, training=True), trained, atol=1e-3)


def test_f4_frozen_dropout_has_an_explicit_choice():
    def losses(choice):
        trainer = trainer_of()
        for layer in LAYERS:
            trainer.apply(freeze(layer.id))
        trainer.apply(when_frozen(choice, "drop"))
        steps(trainer, trainer.batches.steps_per_epoch - 1)
        return trainer.running_loss

    assert (np.abs(losses("training") - losses("inference")) > 1e-3).all()
    np.testing.assert_array_equal(losses("training"), losses("training"))


def test_probing_moves_no_statistics_of_the_run():
    trainer = steps(trainer_of(), 5)
    kept = norm_of(trainer)
    for member in (0, 1):
        alone = LoneMember.of(trainer, member)
        before = alone.network.layer("norm").flat_buffers()
        alone.observe()
        assert not torch.equal(alone.network.layer("norm").flat_buffers(), before)  # the copy's
    assert norm_of(trainer) == kept
    trainer.apply(freeze())
    alone = LoneMember.of(trainer, 0)
    alone.observe([True, False, False, True])  # as it is: the mode stays that of the run
    still = trainer.network.layer("norm").flat_buffers()[:1]
    assert torch.equal(alone.network.layer("norm").flat_buffers(), still)
    alone.observe([True, True, False, True])  # as if it trained: by the batch, on the copy only
    assert not torch.equal(alone.network.layer("norm").flat_buffers(), still)
    assert torch.equal(trainer.network.layer("norm").flat_buffers()[:1], still)


def test_a_member_alone_drops_as_its_variant_does_now():
    trainer = steps(trainer_of(), 3)
    drop, values = trainer.network.layer("drop"), torch.ones(1, 32, 8)
    dropped = drop.member(0).forward(values, training=True)
    assert (dropped == 0).any()
    trainer.apply(freeze("drop"))
    assert torch.equal(drop.member(0).forward(values, training=True), values)
    trainer.apply(when_frozen("training", "drop"))
    assert torch.equal(drop.member(0).forward(values, training=True), dropped)


def test_a_detached_batch_norm_goes_on_as_torchs_does_since_detach_is_no_mode():
    trainer = trainer_of()
    trainer.apply(SetDetached(variant="only", layer="drop", detached=True))
    parameters, statistics = norm_of(trainer)
    steps(trainer, 5)
    assert norm_of(trainer)[0] == parameters
    assert norm_of(trainer)[1] != statistics


def test_a_diverged_member_keeps_its_statistics_and_the_others_go_on():
    trainer = trainer_of("wild", "calm")
    trainer.apply(SetLearningRate(variant="wild", layer="output", learning_rate=1e9))
    trainer.apply(SetLearningRate(variant="wild", layer="dense", learning_rate=1e9))
    with torch.no_grad():
        trainer.network.layer("output").parameters[0][:2] = torch.inf
    steps(trainer, 1)
    assert set(trainer.diverged) == {0, 1}
    kept, calm = norm_of(trainer, "wild"), norm_of(trainer, "calm")
    steps(trainer, 10, validate=True)
    assert norm_of(trainer, "wild") == kept
    assert norm_of(trainer, "calm")[1] != calm[1]
    assert trainer.network.layer("norm").flat_buffers()[2:].isfinite().all()


def test_f8_the_modes_survive_a_save_and_are_taken_at_the_start():
    experiment = trainer_of("a", "b").experiment
    run = Run(experiment)
    for edit in (freeze(variant="a"), freeze(variant="b"), when_frozen("training", variant="b")):
        run.apply(edit)
    again = Run(type(experiment).model_validate_json(run.experiment.to_json()))
    for each in (run, again):
        for _ in range(6):
            each.step()
    assert norm_of(again.trainer, "a") == norm_of(run.trainer, "a")
    assert norm_of(again.trainer, "b") == norm_of(run.trainer, "b")
    assert norm_of(again.trainer, "a")[1] != norm_of(again.trainer, "b")[1]
