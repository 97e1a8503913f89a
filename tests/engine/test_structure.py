"""Changes of structure: always a valid experiment, other plans untouched, or a clear refusal."""

import pytest
from experiment_strategies import any_layers, classic, experiment_of, experiments, known_data
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine.checks import experiment_problems
from engine.datasets.registry import DATASETS
from engine.edits import apply_edits
from engine.errors import DatasetError, ExperimentError
from engine.experiment import LayerPlan, parse_experiment
from engine.journal import SetLearningRate
from engine.layer_specs import LAYER_KINDS, Dense
from engine.structure import (
    add_variant,
    duplicate_layer,
    duplicate_variant,
    fitted_output,
    insert_layer,
    move_layer,
    remove_layer,
    remove_variant,
    replace_layer,
    with_data,
)

laws = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CLASSIC = apply_edits(
    classic(),
    [
        SetLearningRate(variant="all", layer="hidden-2", learning_rate=0.2),
        SetLearningRate(variant="first", layer="hidden-2", learning_rate=0.3),
    ],
)


def layer_ids(experiment):
    return [layer.id for layer in experiment.layers]


@st.composite
def changes(draw, experiment):
    """Some change of structure, as a function of the experiment."""
    layer = draw(st.sampled_from(layer_ids(experiment)))
    variant = draw(st.sampled_from([v.id for v in experiment.variants]))
    index = draw(st.integers(-3, 12))
    name = draw(st.sampled_from(list(DATASETS)))
    kind = draw(st.sampled_from(LAYER_KINDS))
    other = draw(any_layers).replace(id=layer)
    return draw(
        st.sampled_from(
            [
                lambda e: insert_layer(e, index, kind),
                lambda e: duplicate_layer(e, layer),
                lambda e: remove_layer(e, layer),
                lambda e: move_layer(e, layer, index),
                lambda e: replace_layer(e, other),
                add_variant,
                lambda e: duplicate_variant(e, variant),
                lambda e: remove_variant(e, variant),
                lambda e: with_data(e, name),
                fitted_output,
            ]
        )
    )


@laws
@given(st.data())
def test_any_change_gives_an_experiment_with_the_other_plans_untouched(data):
    before = data.draw(experiments(known_data))
    change = data.draw(changes(before))
    try:
        after = change(before)
    except ExperimentError:
        assume(False)
    assert parse_experiment(after.to_json()) == after  # valid, ids unique, plans complete
    kept = {v.id: v for v in before.variants}
    for variant in after.variants:
        assert list(variant.layers) == layer_ids(after)  # written in the layers' order
        for layer, plan in variant.layers.items():
            if variant.id in kept and layer in kept[variant.id].layers:
                assert plan == kept[variant.id].layers[layer]
    assert after.training.replace(loss="auto") == before.training.replace(loss="auto")
    assert all(fits(entry, after) for entry in after.script)
    kept_entries = [entry for entry in before.script if fits(entry, after)]
    assert [entry for entry in after.script if entry in before.script] == kept_entries


def fits(entry, experiment):
    """Whether what an entry of a script names is there."""
    layer = getattr(entry.edit, "layer", None)
    there = layer is None or layer in layer_ids(experiment)
    return there and entry.edit.variant in [v.id for v in experiment.variants]


@laws
@given(st.data())
def test_changes_one_after_another_never_break_anything(data):
    experiment = data.draw(experiments(known_data))
    for _ in range(8):
        change = data.draw(changes(experiment))
        try:
            experiment = change(experiment)
        except ExperimentError:
            continue
        assert parse_experiment(experiment.to_json()) == experiment


@laws
@given(st.data())
def test_layer_changes_keep_the_output_last(data):
    before = data.draw(experiments(known_data))
    layer = data.draw(st.sampled_from(layer_ids(before)))
    index = data.draw(st.integers(-3, 12))
    output = before.layers[-1]
    assert insert_layer(before, index).layers[-1] == output
    assert duplicate_layer(before, layer).layers[-1] == output
    if layer != output.id:
        assert remove_layer(before, layer).layers[-1] == output
        assert move_layer(before, layer, index).layers[-1] == output


@pytest.mark.parametrize(
    ("index", "order"),
    [
        (-5, ["hidden-3", "hidden-1", "hidden-2", "output"]),
        (0, ["hidden-3", "hidden-1", "hidden-2", "output"]),
        (1, ["hidden-1", "hidden-3", "hidden-2", "output"]),
        (2, ["hidden-1", "hidden-2", "hidden-3", "output"]),
        (3, ["hidden-1", "hidden-2", "hidden-3", "output"]),
        (99, ["hidden-1", "hidden-2", "hidden-3", "output"]),
    ],
)
def test_a_layer_is_inserted_at_its_index_but_never_after_the_output(index, order):
    experiment = insert_layer(CLASSIC, index)
    assert layer_ids(experiment) == order
    assert experiment.layer("hidden-3") == Dense(id="hidden-3", units=8, activation="relu")


def test_an_inserted_layer_trains_at_the_rate_of_the_layer_that_stood_there():
    experiment = insert_layer(CLASSIC, 1)
    for name, rate in [("all", 0.2), ("first", 0.3)]:
        plan = experiment.variant(name).layers["hidden-3"]
        assert plan == LayerPlan(trainable=True, learning_rate=rate)
    assert not experiment.variant("first").layers["hidden-2"].trainable


def test_new_layer_ids_fill_gaps_and_never_collide():
    experiment = remove_layer(insert_layer(CLASSIC, 0), "hidden-2")
    assert layer_ids(experiment) == ["hidden-3", "hidden-1", "output"]
    assert layer_ids(insert_layer(experiment, 9)) == ["hidden-3", "hidden-1", "hidden-2", "output"]


def test_a_hidden_layer_is_duplicated_below_itself_with_its_plans():
    experiment = duplicate_layer(CLASSIC, "hidden-2")
    assert layer_ids(experiment) == ["hidden-1", "hidden-2", "hidden-3", "output"]
    assert experiment.layer("hidden-3").replace(id="hidden-2") == CLASSIC.layer("hidden-2")
    for variant in experiment.variants:
        assert variant.layers["hidden-3"] == variant.layers["hidden-2"]


def test_a_copy_of_the_output_is_a_hidden_layer_above_it():
    experiment = duplicate_layer(CLASSIC, "output")
    assert layer_ids(experiment) == ["hidden-1", "hidden-2", "hidden-3", "output"]
    assert experiment.layer("hidden-3") == Dense(id="hidden-3", units=1, activation="relu")
    assert experiment.layer("output") == CLASSIC.layer("output")


def test_removing_takes_the_layer_and_its_plans():
    experiment = remove_layer(CLASSIC, "hidden-1")
    assert layer_ids(experiment) == ["hidden-2", "output"]
    assert set(experiment.variant("first").layers) == {"hidden-2", "output"}


def test_inserting_and_removing_leads_back():
    assert remove_layer(insert_layer(CLASSIC, 1), "hidden-3") == CLASSIC


@pytest.mark.parametrize("change", [remove_layer, lambda e, name: move_layer(e, name, 0)])
def test_the_output_layer_is_neither_removed_nor_moved(change):
    for experiment in (CLASSIC, experiment_of(1)):
        with pytest.raises(ExperimentError, match=r"layers\[\d\]: 'output' is the output layer"):
            change(experiment, "output")


@pytest.mark.parametrize(
    ("layer", "index", "order"),
    [
        ("hidden-1", 1, ["hidden-2", "hidden-1", "output"]),
        ("hidden-1", 99, ["hidden-2", "hidden-1", "output"]),
        ("hidden-2", 0, ["hidden-2", "hidden-1", "output"]),
        ("hidden-2", -1, ["hidden-2", "hidden-1", "output"]),
        ("hidden-1", 0, ["hidden-1", "hidden-2", "output"]),
    ],
)
def test_a_layer_is_moved_to_its_index_and_the_output_stays_last(layer, index, order):
    experiment = move_layer(CLASSIC, layer, index)
    assert layer_ids(experiment) == order
    assert experiment.variants == CLASSIC.variants  # plans go by id, not by place


def test_a_layer_is_replaced_by_id():
    wider = Dense(id="hidden-2", units=99, activation="gelu")
    experiment = replace_layer(CLASSIC, wider)
    assert experiment.layers == (CLASSIC.layers[0], wider, CLASSIC.layers[2])
    assert experiment.variants == CLASSIC.variants


@pytest.mark.parametrize(
    "change",
    [
        lambda e: remove_layer(e, "nowhere"),
        lambda e: move_layer(e, "nowhere", 0),
        lambda e: duplicate_layer(e, "nowhere"),
        lambda e: replace_layer(e, Dense(id="nowhere", units=1)),
        lambda e: duplicate_variant(e, "nowhere"),
        lambda e: remove_variant(e, "nowhere"),
    ],
)
def test_what_does_not_exist_is_refused_with_what_does(change):
    with pytest.raises(ExperimentError, match="'nowhere' does not exist; there is"):
        change(CLASSIC)


def test_an_added_variant_trains_everything_at_the_first_variants_rates():
    experiment = add_variant(CLASSIC)
    added = experiment.variants[-1]
    assert (added.id, added.name) == ("variant-3", "Variant 3")
    assert added.layers["hidden-2"] == LayerPlan(trainable=True, learning_rate=0.2)
    assert all(plan.trainable for plan in added.layers.values())
    assert experiment.variants[:-1] == CLASSIC.variants
    after_first_only = add_variant(remove_variant(CLASSIC, "all")).variants[-1]
    assert all(plan.trainable for plan in after_first_only.layers.values())
    assert after_first_only.layers["hidden-2"].learning_rate == 0.3


def test_new_variants_take_ids_and_names_that_nobody_has():
    experiment = CLASSIC
    for _ in range(4):
        experiment = add_variant(experiment)
    experiment = remove_variant(experiment, "variant-3")
    experiment = add_variant(add_variant(experiment))
    assert len({v.id for v in experiment.variants}) == len(experiment.variants)
    assert len({v.name for v in experiment.variants}) == len(experiment.variants)


def test_a_duplicated_variant_follows_its_original():
    experiment = duplicate_variant(CLASSIC, "all")
    assert [v.name for v in experiment.variants] == [
        "All trainable",
        "All trainable copy",
        "First layer only",
    ]
    assert experiment.variants[1].layers == CLASSIC.variants[0].layers
    again = duplicate_variant(experiment, "all")
    assert again.variants[1].name == "All trainable copy 2"


def test_a_copys_name_fits_the_field():
    long = CLASSIC.variant("all").replace(name="n" * 80)
    experiment = CLASSIC.replace(variants=(long,))
    for _ in range(11):
        experiment = duplicate_variant(experiment, "all")
    found = [v.name for v in experiment.variants]
    assert len(set(found)) == 12
    assert all(len(name) == 80 for name in found)


def test_the_last_variant_stays():
    one = remove_variant(CLASSIC, "all")
    assert [v.id for v in one.variants] == ["first"]
    with pytest.raises(ExperimentError, match="variants: 'First layer only' is the only variant"):
        remove_variant(one, "first")


def test_limits_are_refused_and_nothing_changes():
    deep = CLASSIC
    for _ in range(61):
        deep = insert_layer(deep, 0)
    with pytest.raises(ExperimentError, match="at most 64"):
        insert_layer(deep, 0)
    assert len(deep.layers) == 64


@pytest.mark.parametrize(
    ("name", "units", "activation"),
    [
        ("breast_cancer", 1, "sigmoid"),
        ("moons", 1, "sigmoid"),
        ("wine", 3, "linear"),
        ("blobs", 3, "linear"),
        ("mnist_5k", 10, "linear"),
        ("diabetes", 1, "linear"),
    ],
)
def test_another_data_set_brings_its_output_layer(name, units, activation):
    experiment = with_data(CLASSIC, name)
    assert experiment.data == CLASSIC.data.replace(name=name)
    assert experiment.layers[-1] == Dense(id="output", units=units, activation=activation)
    assert experiment.layers[:-1] == CLASSIC.layers[:-1]
    assert experiment.variants == CLASSIC.variants


@pytest.mark.parametrize("before", DATASETS)
@pytest.mark.parametrize("after", DATASETS)
@pytest.mark.parametrize(
    "loss", ["auto", "mean_squared_error", "binary_cross_entropy", "cross_entropy"]
)
def test_after_a_change_of_data_the_experiment_can_be_trained(before, after, loss):
    experiment = with_data(experiment_of(4, 5, output="gelu"), before)
    experiment = experiment.replace(training=experiment.training.replace(loss=loss))
    fitted = with_data(experiment, after)
    assert experiment_problems(fitted) == ()
    assert fitted_output(fitted) == fitted


@pytest.mark.parametrize(
    ("loss", "name", "kept"),
    [
        ("mean_squared_error", "diabetes", True),
        ("mean_squared_error", "digits", True),
        ("binary_cross_entropy", "moons", True),
        ("binary_cross_entropy", "wine", False),
        ("cross_entropy", "wine", True),
        ("cross_entropy", "moons", False),
        ("cross_entropy", "diabetes", False),
    ],
)
def test_the_loss_is_kept_only_where_it_still_suits(loss, name, kept):
    experiment = CLASSIC.replace(training=CLASSIC.training.replace(loss=loss))
    assert with_data(experiment, name).training.loss == (loss if kept else "auto")


def test_an_unknown_data_set_is_refused_with_those_there_are():
    with pytest.raises(DatasetError, match=r"data\.name: .*'nowhere'.*breast_cancer"):
        with_data(CLASSIC, "nowhere")


def test_layers_can_be_edited_while_the_data_set_is_unknown():
    experiment = experiment_of(1, data="nowhere")
    assert layer_ids(insert_layer(experiment, 0)) == ["hidden-1", "output"]
    with pytest.raises(DatasetError):
        fitted_output(experiment)
