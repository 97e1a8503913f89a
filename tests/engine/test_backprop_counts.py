"""Parameter counts, reach and backward cost: FREEZING F7, F9 and F11, as far as flags tell."""

import itertools

import pytest
from experiment_strategies import classic, experiment_of
from hypothesis import given
from hypothesis import strategies as st

from engine.backprop import (
    backward_cost,
    dense_parameters,
    layer_parameters,
    layer_shapes,
    reach,
    variant_backward_cost,
    variant_counts,
    variant_reach,
)
from engine.edits import SetTrainable, apply_edit
from engine.errors import DatasetError

CLASSIC = ((30, 16), (16, 8), (8, 1))
MNIST = ((784, 256), (256, 10))
shapes_and_flags = st.lists(
    st.tuples(st.integers(1, 500), st.integers(1, 500), st.booleans()), min_size=1, max_size=8
)


def trains(count, numbers):
    return [number in numbers for number in range(1, count + 1)]


@pytest.mark.parametrize(
    ("shapes", "trainable", "percent"),
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
def test_backward_cost_is_that_of_the_table(shapes, trainable, percent):
    cost = backward_cost(shapes, trains(len(shapes), trainable))
    assert cost * 100 == pytest.approx(percent, abs=0.05)


def test_backward_cost_counts_the_products_of_a_plain_loop():
    # {1}: dL/dW1 and the two products that carry the gradient down to it; all: those and dW2, dW3.
    assert backward_cost(CLASSIC, [True, False, False]) == (480 + 128 + 8) / (480 + 2 * 128 + 2 * 8)


def test_nothing_trainable_costs_nothing():
    assert backward_cost(CLASSIC, [False, False, False]) == 0.0


@given(shapes_and_flags)
def test_freezing_a_layer_never_costs_more(layers):
    shapes = [(inputs, units) for inputs, units, _ in layers]
    trainable = [flag for *_, flag in layers]
    cost = backward_cost(shapes, trainable)
    assert 0 <= cost <= 1
    for index in range(len(layers)):
        frozen = [flag and n != index for n, flag in enumerate(trainable)]
        assert backward_cost(shapes, frozen) <= cost


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
    assert layer_shapes(experiment) == CLASSIC
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


def test_dense_parameters_are_weights_and_biases():
    assert dense_parameters(30, 16) == 30 * 16 + 16


def test_unknown_data_set_has_no_shapes():
    with pytest.raises(DatasetError, match=r"data\.name: .*'nowhere'.*breast_cancer"):
        layer_shapes(experiment_of(1, data="nowhere"))
