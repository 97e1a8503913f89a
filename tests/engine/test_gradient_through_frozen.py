"""FREEZING F10: a frozen layer carries the gradient down; only its own update is left out.

The three asserts of question 2 for every kind of layer, and the numbers against finite differences.
"""

import itertools

import pytest
import torch
from oracle import OPTIMIZERS

from engine.datasets.loading import load_dataset
from engine.experiment import DataSpec, Experiment, LayerPlan, Training, Variant
from engine.layer_specs import (
    ACTIVATIONS,
    PCA,
    BatchNorm,
    Dense,
    Dropout,
    Flatten,
    LayerNorm,
    Residual,
)
from engine.lone_member import LoneMember
from engine.trainer import Trainer

DATA = DataSpec(name="wine")
WINE = load_dataset(DATA)
FIRST = Dense(id="first", units=8, activation="tanh")
OUTPUT = Dense(id="output", units=3, activation="linear")
SECOND = {
    "dense": Dense(id="second", units=6, activation="sigmoid"),
    "relu": Dense(id="second", units=6, activation="relu"),
    "projection": PCA(id="second", units=6),
    "residual": Residual(id="second", units=5, activation="gelu"),
    "batch norm": BatchNorm(id="second", activation="tanh"),
    "layer norm": LayerNorm(id="second", activation="gelu"),
}
every_second = pytest.mark.parametrize("second", SECOND)


def stack(second):
    return (FIRST, SECOND[second], Dense(id="third", units=5, activation="tanh"), OUTPUT)


def trainer_of(layers, *patterns, when_frozen="training", **training):
    """One variant per pattern of flags; a frozen batch norm goes on as in training."""
    variants = []
    for number, trainable in enumerate(patterns):
        plans = {
            layer.id: LayerPlan(trainable=flag, learning_rate=0.05, when_frozen=when_frozen)
            for layer, flag in zip(layers, trainable, strict=True)
        }
        variants.append(Variant(id=f"v{number}", name=f"v{number}", layers=plans))
    experiment = Experiment(
        data=DATA,
        layers=layers,
        training=Training(**{"optimizer": "sgd"} | training),
        variants=tuple(variants),
    )
    return Trainer(experiment, WINE)


def gradient_of_first(trainer):
    trainer.step(observe=True)
    return trainer.observation.gradients[0]


ALL, FROZEN = (True,) * 4, (True, False, True, True)


@every_second
def test_the_gradient_below_is_bit_identical_whatever_is_frozen_above(second):
    layers = stack(second)
    everything = gradient_of_first(trainer_of(layers, ALL))
    for above in itertools.product((True, False), repeat=3):
        found = gradient_of_first(trainer_of(layers, (True, *above)))
        assert torch.equal(found, everything)
    assert everything.abs().min() > 0


@every_second
def test_it_is_bit_identical_between_members_that_train_side_by_side(second):
    patterns = [(True, *above) for above in itertools.product((True, False), repeat=3)]
    trainer = trainer_of(stack(second), *patterns)
    found = gradient_of_first(trainer)
    assert torch.equal(found, found[:1].expand_as(found))
    trainer.step(observe=True)  # now the members' weights differ, and so do their gradients
    assert len({row.numpy().tobytes() for row in trainer.observation.gradients[0]}) == 8


def test_frozen_batch_norm_in_inference_passes_another_gradient_since_it_computes_another_thing():
    layers = stack("batch norm")
    training, inference = (
        gradient_of_first(trainer_of(layers, FROZEN, when_frozen=when))
        for when in ("training", "inference")
    )
    assert not torch.equal(training, inference)


@pytest.mark.parametrize("rate", [0.0, 0.4])
def test_frozen_dropout_that_drops_passes_the_same_gradient(rate):
    layers = (FIRST, Dropout(id="second", rate=rate), OUTPUT)
    patterns = ((True, True, True), (True, False, True))
    found = [gradient_of_first(trainer_of(layers, pattern)) for pattern in patterns]
    assert torch.equal(*found)
    quiet = gradient_of_first(trainer_of(layers, patterns[1], when_frozen="inference"))
    assert torch.equal(quiet, found[0]) == (rate == 0.0)


def lone(layers, trainable=None, steps=3, **fields):
    """The only member after some steps, in float64."""
    trainer = trainer_of(layers, trainable or (True,) * len(layers), **fields)
    for _ in range(steps):
        trainer.step()
    return LoneMember.of(trainer, 0, torch.float64)


@every_second
def test_the_gradient_below_follows_the_frozen_weights(second):
    alone = lone(stack(second), FROZEN)
    before = alone.observe().gradients[0]
    with torch.no_grad():
        alone.network.layers[1].parameters[0].mul_(1.5)
    after = alone.observe().gradients[0]
    assert (after - before).norm() > 0.01 * before.norm()


@every_second
def test_the_gradient_below_is_exactly_zero_where_the_frozen_weights_are(second):
    alone = lone(stack(second), FROZEN)
    assert alone.observe().gradients[0].abs().max() > 0
    with torch.no_grad():
        for parameter in alone.network.layers[1].parameters:
            parameter.zero_()
    found = alone.observe()
    # A residual block has a way around its weights: there the gradient goes on.
    assert bool((found.gradients[0] == 0).all()) == (second != "residual")
    assert bool((found.output_gradients[0] == 0).all()) == (second != "residual")
    if second == "residual":
        assert torch.equal(found.output_gradients[0], found.output_gradients[1])


@pytest.mark.parametrize("second", ["dense", "relu", "projection"])
def test_what_arrives_below_is_the_gradient_above_times_the_frozen_weights(second):
    alone = lone(stack(second), FROZEN)
    found = alone.observe()
    outputs = found.outputs[1]
    slope = {"dense": outputs * (1 - outputs), "relu": (outputs > 0).double(), "projection": 1.0}
    weight = alone.network.layers[1].weight
    expected = (found.output_gradients[1] * slope[second]) @ weight.transpose(1, 2)
    torch.testing.assert_close(found.output_gradients[0], expected)


def finite_differences(alone, layer, step=1e-6):
    """dL/d weights of a layer, one at a time, from the loss alone: (values,) float64."""
    slopes = []
    for parameter in layer.parameters:
        values = parameter.detach().view(-1)
        for index in range(len(values)):
            kept = values[index].item()
            losses = []
            for at in (kept + step, kept - step):
                values[index] = at
                with torch.no_grad():
                    losses.append(alone.loss().item())
            values[index] = kept
            slopes.append((losses[0] - losses[1]) / (2 * step))
    return torch.tensor(slopes, dtype=torch.float64)


def check_against_finite_differences(alone, updated):
    observation = alone.observe(updated)
    for layer, wanted, gradient in zip(
        alone.network.layers, updated, observation.gradients, strict=True
    ):
        assert (gradient is not None) == wanted
        if wanted:
            slopes = finite_differences(alone, layer)
            assert (gradient[0] - slopes).norm() < 1e-6 * slopes.norm(), layer.id
            assert slopes.norm() > 1e-6


LONGER = {
    **{name: stack(name) for name in SECOND},
    "dropout": (FIRST, Dropout(id="drop", rate=0.4), Dense(id="second", units=5), OUTPUT),
    "every kind": (
        Flatten(id="flat"),
        LayerNorm(id="norm"),
        Dense(id="dense", units=7, activation="gelu"),
        BatchNorm(id="batch-norm"),
        Dropout(id="drop", rate=0.2),
        Residual(id="block", units=4, activation="sigmoid"),
        PCA(id="projection", units=5),
        OUTPUT,
    ),
    "projection last": (BatchNorm(id="batch-norm"), FIRST, PCA(id="output", units=3)),
}


@pytest.mark.parametrize("when_frozen", ["training", "inference"])
@pytest.mark.parametrize("name", LONGER)
def test_every_gradient_of_every_kind_is_that_of_finite_differences(name, when_frozen):
    layers = LONGER[name]
    has = [layer.has_parameters for layer in layers]
    check_against_finite_differences(lone(layers), has)
    first = has.index(True)
    only_first = [index == first for index in range(len(layers))]
    check_against_finite_differences(lone(layers, only_first, when_frozen=when_frozen), only_first)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_passes_the_gradient_of_finite_differences(activation):
    layers = (
        FIRST.replace(activation=activation),
        Residual(id="second", units=4, activation=activation),
        LayerNorm(id="third", activation=activation),
        OUTPUT,
    )
    check_against_finite_differences(lone(layers), [True] * 4)


@pytest.mark.parametrize(
    ("data", "units", "activation", "loss"),
    [
        ("moons", 1, "sigmoid", "binary_cross_entropy"),
        ("moons", 2, "tanh", "mean_squared_error"),
        ("diabetes", 1, "linear", "mean_squared_error"),
        ("iris", 3, "linear", "cross_entropy"),
    ],
)
def test_every_loss_hands_down_the_gradient_of_finite_differences(data, units, activation, loss):
    output = Dense(id="output", units=units, activation=activation)
    layers = (FIRST, Residual(id="second", units=3, activation="tanh"), output)
    plans = {layer.id: LayerPlan(trainable=layer is not layers[1]) for layer in layers}
    experiment = Experiment(
        data=DataSpec(name=data),
        layers=layers,
        training=Training(loss=loss),
        variants=(Variant(id="only", name="Only", layers=plans),),
    )
    trainer = Trainer(experiment, load_dataset(experiment.data))
    trainer.step()
    alone = LoneMember.of(trainer, 0, torch.float64)
    check_against_finite_differences(alone, (True, False, True))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_frozen_layer_gets_no_gradient_and_no_update_and_the_one_below_does(optimizer):
    fields, _ = OPTIMIZERS[optimizer]
    trainer = trainer_of(stack("residual"), (True, False, False, False), **fields)
    for _ in range(5):
        trainer.step(observe=True)
        assert [g is not None for g in trainer.observation.gradients] == [True] + [False] * 3
        assert all(gradient is not None for gradient in trainer.observation.output_gradients)
    moved = [
        not torch.equal(layer.flat_parameters(), trainer.start[layer.id])
        for layer in trainer.network.layers
    ]
    assert moved == [True, False, False, False]


def test_what_was_observed_is_not_clipped_even_in_a_batch_of_one_row():
    # Of a single row, autograd gives the output's gradient and that of its bias as one tensor.
    free, clipped = (
        trainer_of(stack("dense"), ALL, batch_size=1, clip_norm=clip) for clip in (None, 1e-3)
    )
    for trainer in (free, clipped):
        trainer.step(observe=True)
    for field in ("output_gradients", "gradients"):
        found, expected = (getattr(each.observation, field) for each in (clipped, free))
        assert all(torch.equal(one, other) for one, other in zip(found, expected, strict=True))
