"""Parameter counts, reach and backward cost: FREEZING F7, F9 and F11, as far as flags tell."""

import itertools

import pytest
from experiment_strategies import classic, experiment_of, experiments, known_data
from hypothesis import given
from hypothesis import strategies as st

from engine.backprop import (
    backward_cost,
    layer_costs,
    layer_parameters,
    layer_shapes,
    reach,
    updated_layers,
    variant_backward_cost,
    variant_counts,
    variant_reach,
)
from engine.edits import apply_edit
from engine.errors import DatasetError
from engine.experiment import LayerPlan
from engine.journal import SetDetached, SetTrainable
from engine.layer_specs import (
    LAYER_KINDS,
    PCA,
    BatchNorm,
    Dense,
    Dropout,
    Flatten,
    LayerNorm,
    Residual,
)
from engine.structure import insert_layer

CLASSIC = classic()
MNIST = experiment_of(256, 10, output="linear", data="mnist_5k")


def trains(count, numbers):
    return [number in numbers for number in range(1, count + 1)]


@pytest.mark.parametrize(
    ("experiment", "trainable", "percent"),
    [
        (CLASSIC, {1, 2, 3}, 100.0),
        (CLASSIC, {1}, 81.9),
        (CLASSIC, {2}, 18.1),
        (CLASSIC, {3}, 1.1),
        (CLASSIC, {1, 2}, 98.9),
        (CLASSIC, {2, 3}, 19.1),
        (MNIST, {1}, 98.8),
        (MNIST, {2}, 1.2),
    ],
)
def test_backward_cost_is_that_of_the_table(experiment, trainable, percent):
    cost = backward_cost(experiment, trains(len(experiment.layers), trainable))
    assert cost * 100 == pytest.approx(percent, abs=0.05)


def test_backward_cost_counts_the_products_of_a_plain_loop():
    # {1}: dL/dW1 and the two products that carry the gradient down to it; all: those and dW2, dW3.
    assert backward_cost(CLASSIC, [True, False, False]) == (480 + 128 + 8) / (480 + 2 * 128 + 2 * 8)


def test_nothing_trainable_costs_nothing():
    assert backward_cost(CLASSIC, [False, False, False]) == 0.0


@given(st.data())
def test_freezing_a_layer_never_costs_more(data):
    experiment = data.draw(experiments(known_data))
    updated = updated_layers(experiment.layers, experiment.variants[0])
    cost = backward_cost(experiment, updated)
    assert 0 <= cost <= 1
    for index in range(len(updated)):
        frozen = [flag and n != index for n, flag in enumerate(updated)]
        assert backward_cost(experiment, frozen) <= cost


@given(st.data())
def test_detaching_costs_what_freezing_the_layer_and_all_below_costs(data):
    experiment = data.draw(experiments(known_data))
    variant = experiment.variants[0]
    cut = data.draw(st.sampled_from(experiment.layers))
    edit = SetDetached(variant=variant.id, layer=cut.id, detached=True)
    detached = apply_edit(experiment, edit).variant(variant.id)
    for layer in experiment.layers[: experiment.layers.index(cut) + 1]:
        edit = SetTrainable(variant=variant.id, layer=layer.id, trainable=False)
        experiment = apply_edit(experiment, edit)
    frozen = experiment.variant(variant.id)
    assert updated_layers(experiment.layers, detached) == updated_layers(experiment.layers, frozen)
    assert variant_reach(experiment, detached) == variant_reach(experiment, frozen)
    assert variant_backward_cost(experiment, detached) == variant_backward_cost(experiment, frozen)


@given(st.data())
def test_the_costs_of_the_layers_add_up_and_what_is_not_reached_costs_nothing(data):
    experiment = data.draw(experiments(known_data))
    updated = updated_layers(experiment.layers, experiment.variants[0])
    costs = layer_costs(experiment, updated)
    assert [cost.layer for cost in costs] == [layer.id for layer in experiment.layers]
    for cost, word, layer in zip(costs, reach(updated), experiment.layers, strict=True):
        assert 0 <= cost.needed <= cost.full
        multiplies = isinstance(layer, Dense | PCA | Residual)
        assert (cost.full > 0) == multiplies
        assert (cost.needed > 0) == (multiplies and word != "not reached")


@pytest.mark.parametrize("layers", range(1, 6))
def test_reach_of_every_pattern_follows_from_what_trains_below(layers):
    for trainable in itertools.product([True, False], repeat=layers):
        words = reach(trainable)
        lowest = trainable.index(True) if any(trainable) else layers
        for index, word in enumerate(words):
            if trainable[index]:
                assert word == "updated"
            else:
                assert word == ("passed through" if index > lowest else "not reached")


def test_reach_of_a_variant_is_by_layer_id():
    experiment = classic()
    assert dict(variant_reach(experiment, experiment.variant("first"))) == {
        "hidden-1": "updated",
        "hidden-2": "passed through",
        "output": "passed through",
    }
    frozen = apply_edit(
        experiment, SetTrainable(variant="first", layer="hidden-1", trainable=False)
    )
    assert set(variant_reach(frozen, frozen.variant("first")).values()) == {"not reached"}


def test_classic_network_has_641_parameters():
    experiment = classic()
    assert layer_shapes(experiment) == ((30, 16), (16, 8), (8, 1))
    assert dict(layer_parameters(experiment)) == {"hidden-1": 496, "hidden-2": 136, "output": 9}
    everything = variant_counts(experiment, experiment.variant("all"))
    assert (everything.total, everything.trainable, everything.non_trainable) == (641, 641, 0)
    first = variant_counts(experiment, experiment.variant("first"))
    assert (first.total, first.trainable, first.non_trainable) == (641, 496, 145)


def test_mnist_network_has_203_530_parameters():
    experiment = experiment_of(256, 10, output="linear", data="mnist_5k")
    frozen = apply_edit(experiment, SetTrainable(variant="all", layer="output", trainable=False))
    counts = variant_counts(frozen, frozen.variant("all"))
    assert (counts.total, counts.trainable, counts.non_trainable) == (203_530, 200_960, 2_570)


def test_counts_and_cost_follow_the_flags_as_they_are_now():
    experiment = classic()
    edit = SetTrainable(variant="first", layer="hidden-2", trainable=True)
    thawed = apply_edit(experiment, edit)
    assert variant_counts(thawed, thawed.variant("first")).trainable == 632
    assert variant_backward_cost(thawed, thawed.variant("first")) == pytest.approx(0.989, abs=1e-3)
    assert variant_counts(experiment, experiment.variant("first")).trainable == 496
    assert variant_backward_cost(experiment, experiment.variant("first")) == pytest.approx(
        0.819, abs=1e-3
    )


@pytest.mark.parametrize(
    ("layer", "shape", "parameters"),
    [
        (Dense(id="x", units=16), (30, 16), 30 * 16 + 16),
        (PCA(id="x", units=10), (30, 10), 30 * 10 + 10),
        (Residual(id="x", units=7), (30, 30), 30 * 7 + 7 + 7 * 30 + 30),
        (BatchNorm(id="x"), (30, 30), 60),
        (LayerNorm(id="x"), (30, 30), 60),
        (Dropout(id="x"), (30, 30), 0),
        (Flatten(id="x"), (30, 30), 0),
    ],
    ids=LAYER_KINDS,
)
def test_every_kind_has_the_shape_and_the_parameters_of_torchs(layer, shape, parameters):
    experiment = experiment_with(layer)
    assert layer_shapes(experiment)[0] == shape
    assert layer_parameters(experiment)["x"] == parameters
    assert layer.has_parameters == (parameters > 0)


def experiment_with(layer):
    """The layer below an output layer, on the 30 inputs of the classic data set."""
    experiment = experiment_of(1)
    variant = experiment.variants[0]
    plans = {layer.id: LayerPlan(), **variant.layers}
    return experiment.replace(
        layers=(layer, *experiment.layers), variants=(variant.replace(layers=plans),)
    )


def test_an_updated_layer_below_makes_those_above_carry_the_gradient_down():
    # The lowest layer never needs dL/dinput: nothing below it can be updated.
    for layer, own, through in [
        (Dense(id="x", units=4), 120, 120),
        (Residual(id="x", units=4), 3 * 120, 2 * 120),
        (BatchNorm(id="x"), 0, 0),
    ]:
        lowest, _ = layer_costs(experiment_with(layer), [True, False])
        assert lowest.needed == own
        below = insert_layer(experiment_with(layer), 0, "layer_norm")
        assert layer_costs(below, [True, False, False])[1].needed == through


def test_a_layer_without_parameters_is_never_updated_nor_counted():
    experiment = insert_layer(insert_layer(CLASSIC, 1, "dropout"), 0, "flatten")
    variant = experiment.variant("all")
    assert updated_layers(experiment.layers, variant) == (False, True, False, True, True)
    words = ["not reached", "updated", "passed through", "updated", "updated"]
    assert list(variant_reach(experiment, variant).values()) == words
    assert variant_counts(experiment, variant) == variant_counts(CLASSIC, CLASSIC.variant("all"))
    assert variant_backward_cost(experiment, variant) == 1.0


def test_unknown_data_set_has_no_shapes():
    with pytest.raises(DatasetError, match=r"data\.name: .*'nowhere'.*breast_cancer"):
        layer_shapes(experiment_of(1, data="nowhere"))
