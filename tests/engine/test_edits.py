"""Edits and the journal: what training can follow, and the laws that join them to experiments."""

import json

import pytest
from experiment_strategies import classic, edits_of, experiments, journals
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.edits import apply_edit, apply_edits, live_edits, plan_edits, with_plan, with_variant
from engine.errors import ExperimentError
from engine.journal import (
    JournalEntry,
    RenameVariant,
    SetLearningRate,
    SetTrainable,
    journal_to_json,
    parse_journal,
)
from engine.structure import (
    add_variant,
    duplicate_layer,
    insert_layer,
    move_layer,
    remove_layer,
    remove_variant,
    with_data,
)

any_experiments = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
CLASSIC = classic()
FREEZE = SetTrainable(variant="all", layer="hidden-2", trainable=False)
SLOW = SetLearningRate(variant="first", layer="hidden-1", learning_rate=1e-4)


@any_experiments
@given(st.data())
def test_live_edits_lead_from_one_experiment_to_the_other(data):
    before = data.draw(experiments())
    after = apply_edits(before, data.draw(edits_of(before)))
    edits = live_edits(before, after)
    assert edits is not None
    assert apply_edits(before, edits) == after
    assert apply_edits(after, live_edits(after, before)) == before


@any_experiments
@given(st.data())
def test_any_two_experiments_either_follow_exactly_or_not_at_all(data):
    before = data.draw(experiments())
    after = data.draw(st.one_of(st.just(before), experiments()))
    edits = live_edits(before, after)
    assert edits is None or apply_edits(before, edits) == after
    assert (edits == ()) == (before == after)


@any_experiments
@given(st.data())
def test_an_edit_changes_only_the_plan_or_name_that_it_names(data):
    before = data.draw(experiments())
    for edit in data.draw(edits_of(before)):
        after = apply_edit(before, edit)
        assert after.replace(variants=before.variants) == before
        for was, now in zip(before.variants, after.variants, strict=True):
            for layer in before.layers:
                named = (now.id, layer.id) == (edit.variant, getattr(edit, "layer", None))
                assert named or now.layers[layer.id] == was.layers[layer.id]
            assert now.id == edit.variant or now == was


def test_freezing_sets_the_flag_and_keeps_the_rate():
    plan = apply_edit(CLASSIC, FREEZE).variant("all").layers["hidden-2"]
    assert (plan.trainable, plan.learning_rate) == (False, 1e-3)
    assert apply_edit(CLASSIC, FREEZE).variant("first") == CLASSIC.variant("first")
    thawed = apply_edit(apply_edit(CLASSIC, FREEZE), FREEZE.replace(trainable=True))
    assert thawed == CLASSIC


def test_a_rate_is_set_and_the_flag_stays():
    plan = apply_edit(CLASSIC, SLOW).variant("first").layers["hidden-1"]
    assert (plan.trainable, plan.learning_rate) == (True, 1e-4)


def test_renaming_changes_the_name_and_not_the_id():
    renamed = apply_edit(CLASSIC, RenameVariant(variant="first", name="Only hidden-1"))
    assert renamed.variant("first").name == "Only hidden-1"


def test_later_edits_win():
    edits = (SLOW, SLOW.replace(learning_rate=5.0))
    assert apply_edits(CLASSIC, edits).variant("first").layers["hidden-1"].learning_rate == 5.0


def test_live_edits_name_each_change_once():
    after = apply_edits(CLASSIC, (FREEZE, FREEZE.replace(trainable=True), FREEZE, SLOW))
    assert live_edits(CLASSIC, after) == (FREEZE, SLOW)


@pytest.mark.parametrize(
    "edit",
    [
        SetTrainable(variant="nobody", layer="output", trainable=True),
        SetTrainable(variant="all", layer="nowhere", trainable=True),
        SetLearningRate(variant="all", layer="nowhere", learning_rate=0.1),
        RenameVariant(variant="nobody", name="x"),
    ],
)
def test_an_edit_of_what_does_not_exist_is_refused_with_what_does(edit):
    with pytest.raises(ExperimentError, match=r"does not exist; there is (all|hidden-1)"):
        apply_edit(CLASSIC, edit)


@pytest.mark.parametrize(
    "change",
    [
        lambda e: insert_layer(e, 1),
        lambda e: duplicate_layer(e, "hidden-1"),
        lambda e: remove_layer(e, "hidden-2"),
        lambda e: move_layer(e, "hidden-2", 0),
        lambda e: e.replace(layers=(e.layers[0].replace(units=17), *e.layers[1:])),
        lambda e: e.replace(layers=(e.layers[0].replace(activation="tanh"), *e.layers[1:])),
        add_variant,
        lambda e: remove_variant(e, "all"),
        lambda e: e.replace(variants=e.variants[::-1]),
        lambda e: with_data(e, "moons"),
        lambda e: e.replace(data=e.data.replace(split_seed=1)),
        lambda e: e.replace(training=e.training.replace(optimizer="sgd")),
        lambda e: e.replace(training=e.training.replace(batch_size=33)),
        lambda e: e.replace(training=e.training.replace(epochs=101)),
        lambda e: e.replace(training=e.training.replace(seeds=(101,))),
    ],
)
def test_training_cannot_follow_a_change_of_structure(change):
    after = change(CLASSIC)
    assert live_edits(CLASSIC, after) is None
    assert live_edits(after, CLASSIC) is None
    assert live_edits(CLASSIC, change(apply_edit(CLASSIC, FREEZE))) is None


@any_experiments
@given(st.data())
def test_plan_edits_are_the_live_edits_wherever_there_are_some(data):
    before = data.draw(experiments())
    after = apply_edits(before, data.draw(edits_of(before)))
    assert plan_edits(before, after) == live_edits(before, after)


def test_plan_edits_reach_what_both_experiments_have_and_nothing_else():
    after = add_variant(insert_layer(apply_edits(CLASSIC, (FREEZE, SLOW)), 0))
    assert live_edits(CLASSIC, after) is None
    assert plan_edits(CLASSIC, after) == (FREEZE, SLOW)
    fewer = remove_layer(remove_variant(after, "first"), "hidden-1")
    assert plan_edits(CLASSIC, fewer) == (FREEZE,)
    assert plan_edits(CLASSIC, remove_layer(fewer, "hidden-2")) == ()


def test_with_plan_and_with_variant_change_what_they_are_given():
    variant = with_plan(CLASSIC, CLASSIC.variant("all"), "output", learning_rate=0.5)
    changed = with_variant(CLASSIC, variant)
    assert changed.variant("all").layers["output"].learning_rate == 0.5
    assert changed.variant("all").layers["output"].trainable
    assert with_variant(changed, CLASSIC.variant("all")) == CLASSIC
    assert with_plan(CLASSIC, variant, "output") == variant


@any_experiments
@given(journals())
def test_journal_round_trip(journal):
    assert parse_journal(journal_to_json(journal)) == journal


def test_a_journal_is_read_in_the_order_of_its_steps_and_ties_keep_theirs():
    entries = tuple(
        JournalEntry(step=step, edit=edit)
        for step, edit in [(30, FREEZE), (10, SLOW), (30, SLOW), (10, FREEZE)]
    )
    read = parse_journal(journal_to_json(entries))
    assert [(entry.step, entry.edit) for entry in read] == [
        (10, SLOW),
        (10, FREEZE),
        (30, FREEZE),
        (30, SLOW),
    ]


def test_an_empty_journal_is_a_journal():
    assert parse_journal("[]") == ()
    assert parse_journal(journal_to_json(())) == ()


def test_every_problem_of_a_journal_is_listed_at_once():
    good = {"kind": "set_trainable", "variant": "all", "layer": "output", "trainable": True}
    entries = [
        {"step": -1, "edit": good},
        {"step": 1.5, "edit": good},
        {"edit": good},
        {"step": 3, "edit": good | {"trainable": "yes"}},
        {"step": 4, "edit": good | {"kind": "explode"}},
        {"step": 5, "edit": good | {"learning_rate": 1}},
        {"step": 6, "edit": {"kind": "rename_variant", "variant": "all", "name": ""}},
        {"step": 7, "edit": good},
    ]
    with pytest.raises(ExperimentError) as refused:
        parse_journal(json.dumps(entries), "journal.json")
    paths = [problem.path for problem in refused.value.problems]
    assert [path.split(".")[0] for path in paths] == [f"[{n}]" for n in range(7)]
    assert "journal.json was refused" in str(refused.value)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-0.001", "1e10"])
def test_a_journal_rate_is_finite_and_in_range(number):
    text = journal_to_json((JournalEntry(step=3, edit=SLOW),)).replace("0.0001", number)
    with pytest.raises(ExperimentError, match="learning_rate"):
        parse_journal(text)


@pytest.mark.parametrize("text", ["", "{}", "null", "[3]", "[[]]", b"\xff"])
def test_what_is_no_journal_is_refused(text):
    with pytest.raises(ExperimentError, match="journal was refused"):
        parse_journal(text)
