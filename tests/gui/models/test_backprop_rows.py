"""What the backprop dock knows before anything is measured: signs, boundary, costs."""

import itertools

import pytest

from engine.experiment import DataSpec, Experiment, LayerPlan, Variant
from engine.layer_specs import BatchNorm, Dense, Dropout
from gui.models.backprop_rows import backprop_of

TRAINS, FROZEN = LayerPlan(), LayerPlan(trainable=False)
DENSE = (Dense(id="a", units=16), Dense(id="b", units=8), Dense(id="c", units=1))


def shown(layers, *plans):
    return backprop_of(experiment(layers, *plans), "v")


def experiment(layers, *plans):
    by_id = {layer.id: plan for layer, plan in zip(layers, plans, strict=True)}
    variants = (Variant(id="v", name="V", layers=by_id),)
    return Experiment(data=DataSpec(name="breast_cancer"), layers=layers, variants=variants)


def struck(backprop):
    return [
        (line.layer, line.product.text, line.skipped)
        for line in backprop.costs
        if line.product is not None and line.skipped
    ]


PATTERNS = list(itertools.product([True, False], repeat=3))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_backprop_stops_at_the_lowest_layer_that_trains(pattern):
    backprop = shown(DENSE, *(TRAINS if trains else FROZEN for trains in pattern))
    lowest = pattern.index(True) if any(pattern) else None
    assert backprop.lowest == lowest
    for index, row in enumerate(backprop.rows):
        above = lowest is not None and index >= lowest
        assert (row.reach != "not reached") == above
        assert row.sign == ("trains" if pattern[index] else "frozen")
        assert (row.reach == "updated") == pattern[index]


@pytest.mark.parametrize(
    ("pattern", "share"),
    [
        ((True, True, True), 1.0),
        ((True, False, False), 0.819),
        ((False, True, False), 0.181),
        ((False, False, True), 0.011),
        ((True, True, False), 0.989),
        ((False, True, True), 0.191),
        ((False, False, False), 0.0),
    ],
)
def test_the_cost_is_that_of_the_products_that_are_not_struck_through(pattern, share):
    backprop = shown(DENSE, *(TRAINS if trains else FROZEN for trains in pattern))
    kept = [line.product.multiply_adds for line in backprop.costs if not line.skipped]
    assert sum(kept) == backprop.needed
    assert backprop.full == 752
    assert backprop.needed / backprop.full == pytest.approx(backprop.cost)
    assert backprop.cost == pytest.approx(share, abs=1e-3)


def test_every_skipped_product_says_why():
    assert struck(shown(DENSE, FROZEN, TRAINS, FROZEN)) == [
        ("a", "∂L/∂W", "frozen"),
        ("a", "∂L/∂input", "input is data"),
        ("b", "∂L/∂input", "nothing below trains"),
        ("c", "∂L/∂W", "frozen"),
    ]


def test_the_input_of_the_first_layer_is_never_needed():
    assert struck(shown(DENSE, TRAINS, TRAINS, TRAINS)) == [("a", "∂L/∂input", "input is data")]


def test_a_detached_layer_cuts_off_what_is_ticked_below():
    backprop = shown(DENSE, TRAINS, LayerPlan(trainable=False, detached=True), TRAINS)
    assert [row.sign for row in backprop.rows] == ["trains", "detached", "trains"]
    assert [row.cut_off for row in backprop.rows] == [True, False, False]
    assert (backprop.lowest, backprop.cutting) == (2, "b")
    assert ("c", "∂L/∂input", "cut off") in struck(backprop)
    assert ("a", "∂L/∂W", "cut off") in struck(backprop)


def test_a_detached_layer_over_frozen_ones_cuts_nothing():
    backprop = shown(DENSE, FROZEN, LayerPlan(trainable=False, detached=True), TRAINS)
    assert (backprop.lowest, backprop.cutting) == (2, "")
    assert ("c", "∂L/∂input", "nothing below trains") in struck(backprop)


def test_a_layer_without_weights_has_a_sign_of_its_own_unless_it_is_frozen():
    layers = (Dense(id="a", units=4), Dropout(id="drop"), BatchNorm(id="norm"), DENSE[-1])
    backprop = shown(layers, TRAINS, TRAINS, FROZEN, TRAINS)
    assert [row.sign for row in backprop.rows] == ["trains", "no weights", "frozen", "trains"]
    assert shown(layers, TRAINS, FROZEN, TRAINS, TRAINS).rows[1].sign == "frozen"
    assert [line.layer for line in backprop.costs if line.product is None] == ["drop", "norm"]


def test_rate_zero_is_not_frozen():
    row = shown(DENSE, LayerPlan(learning_rate=0.0), TRAINS, TRAINS).rows[0]
    assert row.stands_still
    assert not row.frozen
    assert row.reach == "updated"
    assert (
        not shown(DENSE, LayerPlan(trainable=False, learning_rate=0.0), TRAINS, TRAINS)
        .rows[0]
        .stands_still
    )
