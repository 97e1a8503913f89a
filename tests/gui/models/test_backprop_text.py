"""The words and numbers of the backprop dock."""

import math

import pytest

from engine.experiment import DataSpec, Experiment, LayerPlan, Variant
from engine.layer_specs import BatchNorm, Dense, Dropout
from engine.probes import LayerMeasures
from gui.models.backprop_rows import backprop_of
from gui.models.backprop_text import (
    boundary_sentence,
    boundary_text,
    description,
    ratio_text,
    row_texts,
    state_text,
)
from gui.models.backprop_tips import (
    arrow_tip,
    boundary_tip,
    cost_line_tip,
    fact_tip,
    row_tip,
)
from gui.models.measure_text import definition

TRAINS, FROZEN = LayerPlan(), LayerPlan(trainable=False)
DETACHED = LayerPlan(trainable=False, detached=True)
DENSE = (Dense(id="a", units=16), Dense(id="b", units=8), Dense(id="c", units=1))
FULL = LayerMeasures(
    moved=0.31, gradient_norm=0.0123, output_gradient_norm=0.0487, update_ratio=8.1e-4
)


def shown(layers, *plans):
    by_id = {layer.id: plan for layer, plan in zip(layers, plans, strict=True)}
    variants = (Variant(id="v", name="V", layers=by_id),)
    experiment = Experiment(data=DataSpec(name="breast_cancer"), layers=layers, variants=variants)
    return backprop_of(experiment, "v")


def everywhere(measures):
    return {"a": measures, "b": measures, "c": measures}


def facts(layers, index, plan, measures):
    plans = [TRAINS] * len(layers)
    plans[index] = plan
    backprop = shown(layers, *plans)
    texts = row_texts(backprop, {layers[index].id: measures}, {})
    return [fact.text for fact in texts[index].facts]


@pytest.mark.parametrize(
    ("ratio", "text"), [(8.1e-4, "8.10e-4"), (0.0213, "2.13e-2"), (0.5, "0.500"), (None, "–")]
)
def test_small_ratios_have_a_power_of_ten(ratio, text):
    assert ratio_text(ratio) == text


def test_a_frozen_layer_has_an_arrow_through_but_none_into_its_weights():
    texts = row_texts(shown(DENSE, TRAINS, FROZEN, TRAINS), everywhere(FULL), {})
    assert [text.arrives.number for text in texts] == ["0.0487"] * 3
    assert [text.own.number for text in texts] == ["0.0123", "–", "0.0123"]


def test_beyond_the_boundary_there_are_dashes():
    texts = row_texts(shown(DENSE, FROZEN, FROZEN, TRAINS), everywhere(FULL), {})
    assert [text.arrives.number for text in texts] == ["–", "–", "0.0487"]
    assert [text.own.number for text in texts] == ["–", "–", "0.0123"]


def test_an_arrow_says_what_it_came_through():
    texts = row_texts(shown(DENSE, TRAINS, TRAINS, TRAINS), {}, {})
    assert [text.arrives.words for text in texts] == ["through b", "through c", "from the loss"]


def test_what_if_fills_only_where_nothing_flows():
    other = LayerMeasures(gradient_norm=0.5, output_gradient_norm=0.7)
    texts = row_texts(shown(DENSE, FROZEN, TRAINS, FROZEN), everywhere(FULL), everywhere(other))
    assert [text.arrives.number for text in texts] == ["0.700", "0.0487", "0.0487"]
    assert [text.own.number for text in texts] == ["0.500", "0.0123", "0.500"]
    assert [text.arrives.hypothetical for text in texts] == [True, False, False]
    assert [text.own.hypothetical for text in texts] == [True, False, True]


def test_what_a_training_layer_says():
    assert facts(DENSE, 0, TRAINS, FULL) == ["moved 0.310", "update ratio 8.10e-4"]
    assert facts(DENSE, 0, TRAINS, None) == ["moved –", "update ratio –"]


def test_what_a_frozen_layer_says():
    still = LayerMeasures(moved=0.0, moved_while_frozen=0.0)
    assert facts(DENSE, 0, FROZEN, still) == ["moved while frozen: exactly 0"]
    before = LayerMeasures(moved=0.31, moved_while_frozen=0.0)
    assert facts(DENSE, 0, FROZEN, before) == ["moved while frozen: exactly 0", "moved 0.310"]
    assert facts(DENSE, 0, FROZEN, None) == ["moved while frozen: –"]


def test_a_frozen_batch_norm_that_goes_on_says_why():
    layers = (DENSE[0], BatchNorm(id="norm"), DENSE[2])
    going = LayerPlan(trainable=False, when_frozen="training")
    moved = LayerMeasures(moved=0.0, moved_while_frozen=0.0123)
    assert facts(layers, 1, going, moved) == [
        "moved while frozen: 0.0123",
        "its running statistics go on",
    ]
    assert facts(layers, 1, FROZEN, LayerMeasures(moved_while_frozen=0.0)) == [
        "moved while frozen: exactly 0"
    ]


def test_a_frozen_layer_that_moved_without_a_reason_is_a_problem():
    texts = row_texts(
        shown(DENSE, FROZEN, TRAINS, TRAINS), {"a": LayerMeasures(moved_while_frozen=1e-9)}, {}
    )
    assert [fact.ink for fact in texts[0].facts] == ["problem"]


def test_dead_units_are_told_where_there_are_any():
    assert "3 of 16 units dead" in facts(DENSE, 0, TRAINS, LayerMeasures(dead_units=3))
    none = facts(DENSE, 0, TRAINS, LayerMeasures(dead_units=0))
    assert not any("dead" in text for text in none)


def test_rate_zero_and_a_cut_are_told():
    still = LayerPlan(learning_rate=0.0)
    assert "rate 0: stands still" in facts(DENSE, 0, still, FULL)
    backprop = shown(DENSE, TRAINS, DETACHED, TRAINS)
    texts = row_texts(backprop, everywhere(FULL), {})
    assert [fact.text for fact in texts[0].facts] == ["moved 0.310", "cut off by b"]
    assert "a" in row_tip(backprop.rows[0])
    assert "the later layer b is detached" in row_tip(backprop.rows[0])


def test_layers_without_weights_say_so():
    layers = (DENSE[0], Dropout(id="drop", rate=0.2), DENSE[2])
    texts = row_texts(shown(layers, TRAINS, TRAINS, TRAINS), {}, {})
    assert texts[1].own.words == "no weights · drops 20 %"
    texts = row_texts(shown(layers, TRAINS, FROZEN, TRAINS), {}, {})
    assert texts[1].own.words == "no weights · drops nothing"
    assert texts[1].facts == ()


@pytest.mark.parametrize(
    ("plans", "text"),
    [
        ((TRAINS, FROZEN, FROZEN), "backprop ends at the data"),
        ((FROZEN, TRAINS, FROZEN), "backprop stops here"),
        ((FROZEN, FROZEN, FROZEN), "no backward pass"),
        ((TRAINS, DETACHED, TRAINS), "cut off: backprop stops here"),
        ((TRAINS, DETACHED, FROZEN), "no backward pass: cut off"),
    ],
)
def test_the_boundary_has_its_words(plans, text):
    assert boundary_text(shown(DENSE, *plans)) == text


def test_with_room_the_boundary_says_why():
    cut = shown(DENSE, TRAINS, DETACHED, TRAINS)
    assert boundary_sentence(cut) == "b is detached: backprop stops here"
    nothing = shown(DENSE, TRAINS, DETACHED, FROZEN)
    assert boundary_sentence(nothing) == "b is detached: no backward pass"
    frozen = shown(DENSE, FROZEN, FROZEN, FROZEN)
    assert boundary_sentence(frozen) == "no backward pass: nothing is trainable"
    plain = shown(DENSE, FROZEN, TRAINS, TRAINS)
    assert boundary_sentence(plain) == boundary_text(plain)


def test_the_boundarys_tip_names_the_layer():
    assert "b is the first layer that trains" in boundary_tip(shown(DENSE, FROZEN, TRAINS, TRAINS))
    assert "Nothing is trainable" in boundary_tip(shown(DENSE, FROZEN, FROZEN, FROZEN))
    assert "b is detached" in boundary_tip(shown(DENSE, TRAINS, DETACHED, TRAINS))


def test_tips_have_the_definitions():
    row = shown(DENSE, FROZEN, FROZEN, TRAINS).rows[0]
    for measure in ("gradient_norm", "output_gradient_norm"):
        assert definition(measure) in arrow_tip(row, measure, hypothetical=False)
        assert "None here" in arrow_tip(row, measure, hypothetical=False)
        assert "Hypothetical" in arrow_tip(row, measure, hypothetical=True)
    assert fact_tip("moved") == definition("moved")
    assert "detach()" in fact_tip("detached")


def test_a_skipped_product_says_why_in_its_tip():
    lines = shown(DENSE, FROZEN, TRAINS, TRAINS).costs
    assert [cost_line_tip(line).splitlines()[1] for line in lines[:4]] == [
        "Frozen: not needed.",
        "Below is the data: never needed.",
        "Computed, for every row of the batch.",
        "No earlier layer trains: not needed.",
    ]


def test_the_state_says_which_step():
    assert state_text("step", 1230) == "gradients of step 1,230"
    assert state_text("now", 7) == "computed on the last batch, weights as they are now"
    assert state_text(None, 0) == "numbers appear with the first step"


def test_the_picture_is_described_from_the_loss_down():
    backprop = shown(DENSE, FROZEN, TRAINS, FROZEN)
    measures = {"b": FULL, "c": LayerMeasures(output_gradient_norm=0.2, moved_while_frozen=0.0)}
    told = description(backprop, row_texts(backprop, measures, {}))
    assert told == (
        "c: frozen, passed through, gradient 0.200 from the loss, moved while frozen: exactly 0. "
        "b: trainable, updated, gradient 0.0487 through c, 0.0123 into its weights, moved 0.310, "
        "update ratio 8.10e-4. backprop stops here. "
        "a: frozen, not reached, moved while frozen: –."
    )


def test_a_norm_that_is_not_finite_is_marked():
    broken = LayerMeasures(moved=math.inf, gradient_norm=math.nan)
    text = row_texts(shown(DENSE, TRAINS, TRAINS, TRAINS), {"a": broken}, {})[0]
    assert text.own.is_broken
    assert text.own.number == "not finite"
    assert text.facts[0].ink == "problem"
    assert not text.arrives.is_broken
