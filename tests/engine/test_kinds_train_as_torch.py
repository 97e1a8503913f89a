"""FREEZING F16 for every kind of layer: a member trains as plain torch modules do, with edits.

The references are `oracle.PlainMember`s: nn.BatchNorm1d, nn.LayerNorm and their like in an
nn.Sequential, frozen by requires_grad and eval(), detached by detach(). Activations are smooth:
about the kinks of relu see test_trainer_oracle. None is linear right below a batch norm: there the
bias has no effect and so a gradient of rounding errors, which Adam makes as large as any other.
"""

import numpy as np
import pytest
from oracle import OPTIMIZERS, train_beside, trainer_of
from plain_layers import running

from engine.experiment import DataSpec, Experiment, LayerPlan, Training, Variant
from engine.journal import SetDetached, SetLearningRate, SetTrainable, SetWhenFrozen
from engine.layer_specs import PCA, BatchNorm, Dense, Dropout, Flatten, LayerNorm, Residual

OUTPUT = Dense(id="output", units=3, activation="linear")
STACKS = {
    "batch norm": (
        Dense(id="first", units=12, activation="sigmoid"),
        BatchNorm(id="middle", activation="tanh"),
        Dense(id="last", units=6, activation="gelu"),
    ),
    "layer norm": (
        LayerNorm(id="first"),
        Dense(id="middle", units=10, activation="sigmoid"),
        LayerNorm(id="last", activation="tanh"),
    ),
    "residual": (
        Dense(id="first", units=10, activation="tanh"),
        Residual(id="middle", units=7, activation="gelu"),
        Residual(id="last", units=4, activation="tanh"),
    ),
    "projection": (
        Dense(id="first", units=12, activation="tanh"),
        PCA(id="middle", units=5),
        Dense(id="last", units=6, activation="tanh"),
    ),
    "dropout": (
        Dropout(id="first", rate=0.2),
        Dense(id="middle", units=16, activation="tanh"),
        Dropout(id="last", rate=0.5),
    ),
    "every kind": (
        Flatten(id="flat"),
        Dense(id="first", units=12, activation="gelu"),
        BatchNorm(id="middle", momentum=0.3),
        Dropout(id="drop", rate=0.25),
        Residual(id="block", units=5, activation="tanh"),
        LayerNorm(id="last"),
        PCA(id="projection", units=7),
    ),
}
every_stack = pytest.mark.parametrize("stack", STACKS)
every_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS)


def experiment_of(stack, optimizer="adam", seeds=(3,), data="wine", **training):
    """The stack in four variants: all trains, the middle or the first two are frozen, detached."""
    fields, rate = OPTIMIZERS[optimizer]
    layers = (*STACKS[stack], OUTPUT)
    everything = {layer.id: LayerPlan(learning_rate=2 * rate) for layer in layers}
    frozen = LayerPlan(trainable=False, learning_rate=2 * rate)
    changes = {
        "all": {},
        "middle": {"middle": frozen},
        "running": {"first": frozen, "middle": frozen.replace(when_frozen="training")},
        "detached": {"middle": everything["middle"].replace(detached=True)},
    }
    return Experiment(
        data=DataSpec(name=data),
        layers=layers,
        training=Training(seeds=seeds, **fields, **training),
        variants=tuple(
            Variant(id=name, name=name, layers=everything | changed)
            for name, changed in changes.items()
        ),
    )


def compare(experiment, epochs, **edits):
    """Train engine and references; losses, scores, parameters and running values agree."""
    trainer = trainer_of(experiment)
    found = train_beside(trainer, epochs, **edits)
    assert found.difference < 1e-5
    held_out, plain_held_out = found.held_out[:, 0], found.plain_held_out[:, 0]
    np.testing.assert_allclose(held_out, plain_held_out, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(found.held_out[:, 1], found.plain_held_out[:, 1], atol=0.03)
    assert (found.train[-1] < found.train[0]).all()
    for index, layer in enumerate(trainer.network.layers):
        if not layer.parameters:
            continue
        for member, plain in enumerate(found.plain):
            np.testing.assert_allclose(
                layer.flat_parameters()[member], plain.flat_parameters(index), atol=2e-5
            )
            if layer.buffers:
                expected = running(plain.layers[index])
                np.testing.assert_allclose(
                    layer.flat_buffers()[member], expected, rtol=2e-5, atol=2e-5
                )
    return found


@every_stack
@every_optimizer
def test_every_stack_under_every_optimizer_for_30_epochs(stack, optimizer):
    found = compare(experiment_of(stack, optimizer), epochs=30)
    last = found.train[-1]
    assert len(set(last.tolist())) >= (2 if stack == "dropout" else 3)  # the plans do differ


def freeze(layer, trainable=False, *, variant="all", state=None):
    return SetTrainable(variant=variant, layer=layer, trainable=trainable, optimizer_state=state)


def edits(base):
    """Every kind of edit, at odd moments and several at once."""
    return {
        0: (SetDetached(variant="all", layer="first", detached=True),),
        3: (SetDetached(variant="all", layer="first", detached=False), freeze("middle")),
        7: (SetWhenFrozen(variant="all", layer="middle", when_frozen="training"),),
        11: (freeze("middle", True), freeze("last", variant="middle")),
        20: (
            SetDetached(variant="detached", layer="middle", detached=False),
            SetLearningRate(variant="middle", layer="middle", learning_rate=base),
            freeze("middle", True, variant="middle", state="keep"),
        ),
        31: (freeze("output"), SetDetached(variant="detached", layer="last", detached=True)),
        32: (
            freeze("output", True, state="keep"),
            SetWhenFrozen(variant="running", layer="middle", when_frozen="inference"),
        ),
        44: (
            SetDetached(variant="detached", layer="last", detached=False),
            SetLearningRate(variant="all", layer="last", learning_rate=0.0),
        ),
        51: (SetLearningRate(variant="all", layer="last", learning_rate=base),),
    }


@every_stack
@pytest.mark.parametrize("optimizer", ["momentum and decay", "adam and decay", "adamw"])
def test_every_kind_of_edit_while_every_stack_trains(stack, optimizer):
    experiment = experiment_of(stack, optimizer, on_unfreeze="clear")
    base = OPTIMIZERS[optimizer][1]
    edited = compare(experiment, epochs=12, edits=edits(base))
    plain = train_beside(trainer_of(experiment), epochs=12)
    # "running" only takes an edit that concerns batch norm and dropout in its middle
    assert (edited.train[-1, [0, 1, 3]] != plain.train[-1, [0, 1, 3]]).all()


@every_stack
def test_seeds_are_compared_each_with_its_own_masks_and_projection(stack):
    compare(experiment_of(stack, seeds=(5, 8, 13)), epochs=6)


@pytest.mark.parametrize("stack", ["batch norm", "every kind"])
def test_clipping_counts_what_is_neither_frozen_nor_detached(stack):
    experiment = experiment_of(stack, "momentum", clip_norm=0.05)
    clipped = compare(experiment, epochs=6)
    free = train_beside(trainer_of(experiment_of(stack, "momentum")), epochs=6)
    assert (np.abs(free.train - clipped.train)[-1] > 1e-4).all()


@pytest.mark.parametrize(("batch_size", "epochs"), [(10, 2), (50, 4), (71, 4), (1000, 4)])
def test_batches_of_any_size_that_batch_norm_can_take(batch_size, epochs):
    """Small batches take many steps, over which two ways to round drift apart."""
    compare(experiment_of("batch norm", "sgd", batch_size=batch_size), epochs=epochs)
