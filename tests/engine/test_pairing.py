"""FREEZING F13 and the member axis: comparisons are paired, and members do not hear each other."""

import random

import numpy as np
import pytest
import torch
from oracle import LAYERS, OPTIMIZERS, PATTERNS, patterned, relative_difference, trainer_of

from engine.journal import JournalEntry, SetLearningRate, SetTrainable
from engine.run import train


def alone(experiment, name, seed):
    """The same experiment with one member only."""
    training = experiment.training.replace(seeds=(seed,))
    return experiment.replace(variants=(experiment.variant(name),), training=training)


def train_losses(experiment, script=()):
    return train(experiment, script=script).log.column("train_loss")


# 103 is a seed whose pre-activations stay clear of relu's kink: see test_trainer_oracle.
@pytest.mark.parametrize(
    ("optimizer", "seeds"), [("adam", (103, 104)), ("momentum and decay", (103,))]
)
def test_a_member_alone_is_the_same_member_among_many_over_100_epochs(optimizer, seeds):
    fields, rate = OPTIMIZERS[optimizer]
    experiment = patterned(PATTERNS, rate, seeds=seeds, **fields)
    among = train_losses(experiment)
    for index, (name, seed) in enumerate(experiment.members):
        difference = relative_difference(
            train_losses(alone(experiment, name, seed))[:, 0], among[:, index]
        )
        assert difference < 1e-5, (name, seed)


@pytest.mark.parametrize("clip_norm", [None, 0.1])
def test_nor_do_edits_of_the_others_reach_a_member(clip_norm):
    experiment = patterned(PATTERNS, 1e-2, seeds=(103, 104), epochs=10, clip_norm=clip_norm)

    def entry(step, variant, layer, value):
        kind = SetTrainable if isinstance(value, bool) else SetLearningRate
        field = {"trainable" if isinstance(value, bool) else "learning_rate": value}
        return JournalEntry(step=step, edit=kind(variant=variant, layer=layer, **field))

    script = (
        entry(5, "all", "hidden-1", False),
        entry(7, "first", "hidden-1", 0.5),
        entry(40, "all", "hidden-1", True),
        entry(60, "none", "output", True),
        entry(61, "last", "output", False),
        entry(90, "first-last", "hidden-1", 0.0),
    )
    among = train_losses(experiment, script)
    untouched = train_losses(experiment)
    for index, (name, seed) in enumerate(experiment.members):
        own = [each for each in script if each.edit.variant == name]
        by_itself = train_losses(alone(experiment, name, seed), own)[:, 0]
        assert relative_difference(by_itself, among[:, index]) < 1e-5, name
        changed = relative_difference(untouched[:, index], among[:, index]) > 1e-4
        assert changed == bool(own), name


def test_f13_equal_seeds_have_equal_weights_in_every_variant_whatever_is_frozen():
    trainer = trainer_of(patterned(seeds=(1, 2, 3)))
    for layer in trainer.network.layers:
        by_variant = trainer.start[layer.id].view(len(PATTERNS), 3, -1)
        assert torch.equal(by_variant, by_variant[:1].expand_as(by_variant))
        weights = by_variant[0]
        assert len({row.numpy().tobytes() for row in weights}) == 3
        assert torch.equal(layer.flat_parameters(), trainer.start[layer.id])


def test_f13_equal_seeds_have_equal_batches_in_every_variant_through_all_edits():
    trainer, plain = (trainer_of(patterned(seeds=(1, 2, 3))) for _ in range(2))
    for epoch in range(4):
        trainer.apply(SetTrainable(variant="all", layer=LAYERS[epoch % 3], trainable=epoch > 2))
        for each in (trainer, plain):
            while each.step() is None:
                pass
        order = trainer.batches.order.view(len(PATTERNS), 3, -1)
        assert torch.equal(order, order[:1].expand_as(order))
        assert len({row.numpy().tobytes() for row in order[0]}) == 3
        assert torch.equal(trainer.batches.order, plain.batches.order)


def test_a_seed_is_the_same_in_other_company_and_in_another_place():
    one = trainer_of(patterned({"all": (1, 1, 1)}, seeds=(7,)))
    many = trainer_of(patterned({"none": (0, 0, 0), "first": (1, 0, 0)}, seeds=(5, 6, 7)))
    one.step()
    many.step()
    for layer in LAYERS:
        assert torch.equal(one.start[layer][0], many.start[layer][5])
    assert torch.equal(one.batches.order[0], many.batches.order[2])


def test_the_global_generators_are_neither_read_nor_moved():
    experiment = patterned({"all": (1, 1, 1)}, epochs=2, validation_fraction=0.2)
    tables = []
    for seed in (0, 1):
        torch.manual_seed(seed)
        np.random.seed(seed)  # the global one is what this is about
        random.seed(seed)
        before = torch.get_rng_state(), np.random.get_state()[1].copy(), random.getstate()
        tables.append(train(experiment).log.table.tobytes())
        assert torch.equal(torch.get_rng_state(), before[0])
        assert np.array_equal(np.random.get_state()[1], before[1])
        assert random.getstate() == before[2]
    assert tables[0] == tables[1]


def test_training_leaves_the_settings_of_the_process_as_they_were():
    def settings():
        return (
            torch.get_num_threads(),
            torch.get_num_interop_threads(),
            torch.get_default_dtype(),
            torch.is_grad_enabled(),
            torch.are_deterministic_algorithms_enabled(),
            torch.is_inference_mode_enabled(),
            np.geterr(),
        )

    before = settings()
    train(patterned(PATTERNS, epochs=2, validation_fraction=0.2))
    assert settings() == before
