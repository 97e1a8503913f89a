"""The captions of slow motion say what happens, in order, for every pattern and kind of layer."""

import itertools

import pytest

from engine.experiment import DataSpec, Experiment, LayerPlan, Variant
from engine.layer_specs import BatchNorm, Dense, Dropout, Flatten, LayerNorm, Residual
from engine.probes import LayerMeasures
from gui.models.backprop_captions import numbered, slow_motion

TRAINS, FROZEN = LayerPlan(), LayerPlan(trainable=False)
DETACHED = LayerPlan(trainable=False, detached=True)
OUTPUT = Dense(id="output", units=1, activation="sigmoid")
DENSE = (Dense(id="hidden-1", units=16), Dense(id="hidden-2", units=8), OUTPUT)
NORMS = {
    "output": LayerMeasures(output_gradient_norm=0.0487, gradient_norm=0.187),
    "hidden-2": LayerMeasures(output_gradient_norm=0.0512, gradient_norm=0.0412),
    "hidden-1": LayerMeasures(output_gradient_norm=0.0213, gradient_norm=0.0123),
}


def steps(layers, plans, measures=NORMS, diverged=""):
    by_id = {layer.id: plan for layer, plan in zip(layers, plans, strict=True)}
    variants = (Variant(id="v", name="V", layers=by_id),)
    experiment = Experiment(data=DataSpec(name="breast_cancer"), layers=layers, variants=variants)
    return slow_motion(experiment, "v", measures, diverged)


def caption_through(layer, plan=TRAINS):
    """How the gradient gets through a layer that stands between two dense ones."""
    layers = (DENSE[0], layer, OUTPUT)
    found = steps(layers, (TRAINS, plan, TRAINS))
    return next(step.caption for step in found if (step.part, step.row) == ("through", 1))


def caption_at(layer, plan=TRAINS):
    layers = (DENSE[0], layer, OUTPUT)
    found = steps(layers, (TRAINS, plan, TRAINS))
    return next(step.caption for step in found if (step.part, step.row) == ("arrives", 1))


PATTERNS = list(itertools.product([True, False], repeat=3))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_steps_go_down_to_the_lowest_layer_that_trains(pattern):
    found = steps(DENSE, [TRAINS if trains else FROZEN for trains in pattern])
    if not any(pattern):
        assert [step.caption for step in found] == [
            "Nothing is trainable: no backward pass at all."
        ]
        return
    lowest = pattern.index(True)
    arrived = [step.row for step in found if step.part == "arrives"]
    assert arrived == list(range(2, lowest - 1, -1))
    assert [step.row for step in found if step.part == "through"] == arrived[:-1]
    assert found[0].part == "loss"
    assert (found[-1].part, found[-1].row) == ("stop", lowest)
    for step in found:
        if step.part == "arrives":
            frozen = "is frozen: no ∂L/∂W is computed, its weights stay." in step.caption
            assert frozen == (not pattern[step.row])
            assert ("trains: it gets ∂L/∂W" in step.caption) == pattern[step.row]


def test_the_classic_captions():
    found = steps(DENSE, (TRAINS, FROZEN, FROZEN))
    assert numbered(1, found) == (
        "2 of 7 · The gradient arrives at output (0.0487). output is frozen: no ∂L/∂W is computed, "
        "its weights stay."
    )
    assert numbered(2, found) == (
        "3 of 7 · Through its frozen weights it goes on to hidden-2: ∂L/∂input = ∂L/∂out · Wᵀ "
        "(0.0512)."
    )
    assert numbered(5, found) == (
        "6 of 7 · The gradient arrives at hidden-1 (0.0213). Times the slope of its relu it is "
        "∂L/∂z. hidden-1 trains: it gets ∂L/∂W = inputᵀ · ∂L/∂z (0.0123) and will move."
    )
    assert found[-1].caption == (
        "hidden-1 is the first layer: before it is only the data, and backprop ends here."
    )


def test_backprop_stops_above_a_frozen_prefix():
    found = steps(DENSE, (FROZEN, TRAINS, TRAINS))
    assert found[-1].caption == "hidden-2 is the lowest layer that trains: backprop stops here."
    assert not any("hidden-1" in step.caption for step in found)


def test_without_measures_there_are_no_brackets():
    for step in steps(DENSE, (TRAINS, FROZEN, TRAINS), measures={}):
        assert "(" not in step.caption
        assert " ." not in step.caption


def test_a_detached_layer_ends_it():
    found = steps(DENSE, (TRAINS, DETACHED, TRAINS))
    assert [step.part for step in found] == ["loss", "arrives", "stop"]
    assert found[-1].caption.startswith("hidden-2 is detached: its output counts as a constant")
    nothing = steps(DENSE, (TRAINS, DETACHED, FROZEN))
    assert [step.caption for step in nothing] == [
        "hidden-2 is detached and no later layer trains: nothing is updated. "
        "No backward pass at all."
    ]


def test_a_diverged_run_has_no_backward_pass():
    found = steps(DENSE, (TRAINS,) * 3, diverged="hidden-1 went non-finite at step 12")
    assert [step.caption for step in found] == [
        "The run diverged: hidden-1 went non-finite at step 12. Its weights stay as they are; "
        "there is no backward pass."
    ]


def test_rate_zero_gets_its_gradient_and_stays():
    found = steps(DENSE, (LayerPlan(learning_rate=0.0), TRAINS, TRAINS))
    assert "hidden-1 has learning rate 0: it gets ∂L/∂W" in found[-2].caption
    assert "does not move" in found[-2].caption


def test_dropout_lets_through_what_it_kept():
    drop = Dropout(id="drop")
    assert "only where drop dropped nothing, times 1 ÷ (1 − rate)" in caption_through(drop)
    assert "unchanged" in caption_through(drop, FROZEN)
    going = LayerPlan(trainable=False, when_frozen="training")
    assert "only where drop dropped nothing" in caption_through(drop, going)
    assert "no weights to update" in caption_at(drop)


def test_batch_norm_depends_on_the_batch_unless_it_is_frozen():
    norm = BatchNorm(id="norm")
    assert "the batch's mean and variance" in caption_through(norm)
    assert "running mean and variance as constants" in caption_through(norm, FROZEN)
    assert "neither ∂L/∂scale nor ∂L/∂shift" in caption_at(norm, FROZEN)
    going = LayerPlan(trainable=False, when_frozen="training")
    assert "the batch's mean and variance" in caption_through(norm, going)
    assert "Only its running mean and variance go on moving" in caption_at(norm, going)


def test_a_residual_block_has_two_ways():
    block = Residual(id="block", units=4)
    assert "two ways: around the block unchanged, and through W₂ and W₁" in caption_through(block)
    assert "∂L/∂W₁ and ∂L/∂W₂" in caption_at(block)
    assert "slope" not in caption_at(block)


def test_other_kinds():
    assert "each row's mean and variance" in caption_through(LayerNorm(id="norm"))
    assert "unchanged" in caption_through(Flatten(id="flat"))


def test_what_is_lit_what_was_and_what_comes():
    found = steps(DENSE, (TRAINS, TRAINS, TRAINS))
    stages = [
        [step.stage(row, arrow) for row in (2, 1, 0) for arrow in ("arrives", "own")]
        for step in found
    ]
    up, lit, done = "upcoming", "lit", "done"
    assert stages == [
        [up, up, up, up, up, up],
        [lit, lit, up, up, up, up],
        [done, done, lit, up, up, up],
        [done, done, lit, lit, up, up],
        [done, done, done, done, lit, up],
        [done, done, done, done, lit, lit],
        [done, done, done, done, done, done],
    ]
