"""Subsets while training: the rest of a layer stands still bit for bit, the part trains exactly.

The references are plain torch modules and `torch.optim`: the gradient is masked as it reaches the
parameter, before any clipping, and what stands outside is put back after every step. Activations
are smooth, as in test_kinds_train_as_torch.
"""

from copy import deepcopy

import numpy as np
import pytest
import torch
from oracle import OPTIMIZERS, PlainMember, relative_difference, train_beside, trainer_of
from plain_layers import fill

from engine.experiment import DataSpec, Experiment, LayerPlan, Subset, Training, Variant
from engine.journal import SetLearningRate, SetTrainable
from engine.layer_specs import PCA, BatchNorm, Dense, LayerNorm, Residual
from engine.subsets import subset_of

LAYERS = (
    Dense(id="dense", units=12, activation="tanh"),
    BatchNorm(id="batch-norm", activation="gelu"),
    Residual(id="residual", units=5, activation="tanh"),
    LayerNorm(id="layer-norm"),
    PCA(id="pca", units=7),
    Dense(id="output", units=3, activation="linear"),
)
COUNTS = dict(zip([layer.id for layer in LAYERS], (60, 9, 50, 11, 40, 10), strict=True))
every_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS)
RATE_FACTOR = 2


def plans(rate, counts, **changed):
    """Every layer trains; those with a count only that many of their parameters."""
    made = {}
    for layer in LAYERS:
        subset = Subset(count=counts[layer.id], seed=3) if layer.id in counts else None
        made[layer.id] = LayerPlan(learning_rate=rate, subset=subset)
    return made | {name: made[name].replace(**fields) for name, fields in changed.items()}


def experiment_of(optimizer="adam", seeds=(3, 4), **training):
    """A layer of every kind; variants with a part of every layer, of some, and of none."""
    fields, rate = OPTIMIZERS[optimizer]
    rate *= RATE_FACTOR
    some = {name: COUNTS[name] for name in ("dense", "residual", "output")}
    variants = {
        "whole": plans(rate, {}),
        "parts": plans(rate, COUNTS),
        "mixed": plans(rate, some, pca={"trainable": False}, dense={"learning_rate": 0}),
        "upper": plans(rate, COUNTS, dense={"trainable": False}),
    }
    return Experiment(
        data=DataSpec(name="wine"),
        layers=LAYERS,
        training=Training(seeds=seeds, **{**fields, **training}),
        variants=tuple(Variant(id=name, name=name, layers=p) for name, p in variants.items()),
    )


def chosen(experiment, member, layer):
    """Which parameters of one layer of one member may move, (parameters,)."""
    variant, seed = experiment.members[member]
    subset = experiment.variant(variant).layers[layer.id].subset
    return torch.tensor(subset_of(subset, layer.id, seed, layer.parameter_count))


def edits(base):
    """Freezing and unfreezing with either state, another rate, at odd moments."""

    def train(variant, layer, trainable, state=None):
        return SetTrainable(
            variant=variant, layer=layer, trainable=trainable, optimizer_state=state
        )

    return {
        4: (train("parts", "dense", False), train("upper", "output", False)),
        9: (SetLearningRate(variant="parts", layer="residual", learning_rate=base / 4),),
        13: (train("parts", "dense", True), train("upper", "dense", True)),
        21: (train("parts", "batch-norm", False), train("mixed", "dense", False)),
        30: (train("parts", "batch-norm", True, "keep"), train("upper", "output", True, "keep")),
        44: (SetLearningRate(variant="parts", layer="residual", learning_rate=base),),
    }


class PlainSubset(PlainMember):
    """The reference of a member that trains only parts of its layers."""

    def __init__(self, trainer, member, dataset):
        super().__init__(trainer, member, dataset)
        self._outside = []
        for stacked, layer in zip(trainer.network.layers, self.layers, strict=True):
            mask = deepcopy(layer)
            fill(mask, (~chosen(trainer.experiment, member, stacked)).float())
            for parameter, outside in zip(layer.parameters(), mask.parameters(), strict=True):
                self._hold(parameter, outside > 0)

    def step(self, rows):
        """As any step, and then what stands outside is as it was."""
        super().step(rows)
        with torch.no_grad():
            for parameter, outside, values in self._outside:
                parameter[outside] = values

    def _hold(self, parameter, outside):
        self._outside.append((parameter, outside, parameter.detach()[outside].clone()))
        was = parameter.requires_grad
        parameter.requires_grad_(True)  # a hook can only be put where there is a gradient
        parameter.register_hook(lambda gradient: gradient.masked_fill(outside, 0.0))
        parameter.requires_grad_(was)


def trained(experiment, epochs=6, edited=None):
    """A trainer after some epochs, the edits taken on the way."""
    trainer = trainer_of(experiment)
    while trainer.epoch < epochs:
        for edit in (edited or {}).get(trainer.step_count, ()):
            trainer.apply(edit)
        trainer.step()
    return trainer


def assert_only_chosen_moved(trainer, *, all_of_them=False):
    """No bit outside any subset has changed since the start; inside, something has."""
    moves = 0
    for layer in trainer.network.layers:
        now, start = layer.flat_parameters(), trainer.start[layer.id]
        for member in range(trainer.network.members):
            may = chosen(trainer.experiment, member, layer)
            assert torch.equal(now[member][~may], start[member][~may]), (layer.id, member)
            moved = int((now[member] != start[member]).sum())
            moves += moved
            if all_of_them:
                assert moved == int(may.sum()), (layer.id, member)
    assert moves


@every_optimizer
@pytest.mark.parametrize(
    "training",
    [{}, {"clip_norm": 0.3}, {"on_unfreeze": "keep", "clip_norm": 0.3}],
    ids=["", "clipped", "state kept and clipped"],
)
def test_a_part_trains_as_in_plain_torch_with_masked_gradients(optimizer, training):
    experiment = experiment_of(optimizer, seeds=(4,), **training)
    base = OPTIMIZERS[optimizer][1] * RATE_FACTOR
    trainer = trainer_of(experiment)
    found = train_beside(trainer, 30, edits(base), PlainSubset)
    assert found.difference < 1e-5
    for index, layer in enumerate(trainer.network.layers):
        for member, reference in enumerate(found.plain):
            torch.testing.assert_close(
                layer.flat_parameters()[member],
                reference.flat_parameters(index),
                rtol=1e-4,
                atol=5e-5,
            )
    assert (found.train[-1] < found.train[0]).all()


@every_optimizer
@pytest.mark.parametrize("clip_norm", [None, 0.3])
@pytest.mark.parametrize("on_unfreeze", ["clear", "keep"])
def test_outside_the_subset_no_bit_moves(optimizer, clip_norm, on_unfreeze):
    experiment = experiment_of(optimizer, clip_norm=clip_norm, on_unfreeze=on_unfreeze)
    base = OPTIMIZERS[optimizer][1] * RATE_FACTOR
    assert_only_chosen_moved(trained(experiment, 12, edits(base)))


@every_optimizer
def test_exactly_as_many_as_the_counts_move(optimizer):
    experiment = experiment_of(optimizer)
    trainer = trained(experiment.replace(variants=experiment.variants[:2]))
    assert_only_chosen_moved(trainer, all_of_them=True)


@every_optimizer
def test_frozen_and_unfrozen_again_the_part_stands_and_moves_and_the_rest_never_moves(optimizer):
    trainer = trained(experiment_of(optimizer), 2)
    layer = trainer.network.layer("residual")
    parts = trainer.members_of("parts")
    for state in ("clear", "keep"):
        before = layer.flat_parameters(parts)
        freeze = SetTrainable(variant="parts", layer="residual", trainable=False)
        trainer.apply(freeze)
        for _ in range(20):
            trainer.step()
        assert torch.equal(layer.flat_parameters(parts), before)
        trainer.apply(freeze.replace(trainable=True, optimizer_state=state))
        trainer.step()
        assert ((layer.flat_parameters(parts) != before).sum(dim=1) == COUNTS["residual"]).all()
        assert_only_chosen_moved(trainer)


@every_optimizer
def test_among_others_a_member_trains_as_alone(optimizer):
    experiment = experiment_of(optimizer, clip_norm=0.5)
    alone = experiment.replace(
        variants=(experiment.variant("parts"),),
        training=experiment.training.replace(seeds=(4,)),
    )
    member = experiment.members.index(("parts", 4))
    together, single = trainer_of(experiment), trainer_of(alone)
    for _ in range(30):
        losses = [None, None]
        while losses[0] is None:
            losses = [each.step() for each in (together, single)]
        found, expected = losses[0].train_loss[member], losses[1].train_loss[0]
        assert relative_difference(found, expected) < 1e-5


@every_optimizer
def test_parts_among_others_do_not_disturb_those_that_train_whole(optimizer):
    experiment = experiment_of(optimizer)
    without = experiment.replace(variants=experiment.variants[:1])
    beside, alone = trained(experiment, 30), trained(without, 30)
    for one, other in zip(beside.network.layers, alone.network.layers, strict=True):
        torch.testing.assert_close(
            one.flat_parameters(slice(0, 2)), other.flat_parameters(), rtol=1e-4, atol=5e-5
        )


def test_the_start_and_the_batches_do_not_depend_on_subsets():
    experiment = experiment_of()
    trainer = trainer_of(experiment)
    for start in trainer.start.values():
        members = start.view(len(experiment.variants), 2, -1)
        assert (members == members[:1]).all()
    trainer.step()
    order = trainer.batches.order.view(len(experiment.variants), 2, -1)
    assert (order == order[:1]).all()
    losses = trainer.running_loss.reshape(len(experiment.variants), 2)
    np.testing.assert_allclose(losses, losses[:1].repeat(4, axis=0), rtol=1e-6)


def unbounded(optimizer, **training):
    """Linear layers, whose values have no bounds; of each, two variants train 15 numbers."""
    fields, rate = OPTIMIZERS[optimizer]
    layers = [Dense(id=f"dense-{n}", units=6, activation="linear") for n in range(5)]
    layers.append(Dense(id="output", units=3, activation="linear"))
    whole = {layer.id: LayerPlan(learning_rate=rate) for layer in layers}
    parts = {name: plan.replace(subset=Subset(count=15)) for name, plan in whole.items()}
    variants = {"whole": whole, "parts": parts, "other": dict(parts)}
    return Experiment(
        data=DataSpec(name="wine"),
        layers=tuple(layers),
        training=Training(seeds=(3, 4), **{**fields, **training}),
        variants=tuple(Variant(id=name, name=name, layers=p) for name, p in variants.items()),
    )


@every_optimizer
@pytest.mark.parametrize("clip_norm", [None, 0.5])
def test_a_member_that_diverges_moves_nothing_outside_and_harms_no_other(optimizer, clip_norm):
    experiment = unbounded(optimizer, clip_norm=clip_norm)
    parts = experiment.variant("parts")
    wild = {name: plan.replace(learning_rate=1e9) for name, plan in parts.layers.items()}
    changed = experiment.replace(
        variants=(experiment.variants[0], parts.replace(layers=wild), experiment.variants[2])
    )
    trainer, calm = trained(changed, 4), trained(experiment, 4)
    assert not calm.diverged
    members = trainer.members_of("parts")
    assert set(trainer.diverged) == set(range(members.start, members.stop))
    assert_only_chosen_moved(trainer)
    for layer, other in zip(trainer.network.layers, calm.network.layers, strict=True):
        for member in set(range(6)) - set(trainer.diverged):
            found, expected = layer.flat_parameters()[member], other.flat_parameters()[member]
            torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6)


@every_optimizer
def test_a_learning_rate_of_0_moves_nothing_inside_or_outside(optimizer):
    experiment = experiment_of(optimizer)
    trainer = trained(experiment)
    layer, members = trainer.network.layer("dense"), trainer.members_of("mixed")
    assert torch.equal(layer.flat_parameters(members), trainer.start["dense"][members])
    moments = trainer.optimizer.first_moments[0][members].flatten(1)
    if optimizer != "sgd":  # it has none
        assert moments.any()
