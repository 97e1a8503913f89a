"""Changes of structure with every kind of layer, and the script that follows them."""

import pytest
from experiment_strategies import classic, experiment_of

from engine.checks import experiment_problems
from engine.edits import apply_edits
from engine.errors import ExperimentError
from engine.experiment import LayerPlan
from engine.journal import (
    JournalEntry,
    RenameVariant,
    SetDetached,
    SetLearningRate,
    SetTrainable,
    SetWhenFrozen,
)
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

CLASSIC = classic()
MADE = {
    "dense": Dense(id="hidden-3", units=8, activation="relu"),
    "pca": PCA(id="pca-1", units=8),
    "residual": Residual(id="residual-1", units=8),
    "batch_norm": BatchNorm(id="batch-norm-1"),
    "layer_norm": LayerNorm(id="layer-norm-1"),
    "dropout": Dropout(id="dropout-1"),
    "flatten": Flatten(id="flatten-1"),
}


def layer_ids(experiment):
    return [layer.id for layer in experiment.layers]


@pytest.mark.parametrize("kind", LAYER_KINDS)
def test_every_kind_can_be_inserted_and_then_trained(kind):
    experiment = insert_layer(CLASSIC, 1, kind)
    assert experiment.layers[1] == MADE[kind]
    assert experiment_problems(experiment) == ()
    for variant in experiment.variants:  # a projection is frozen, all else trains
        plan = LayerPlan(trainable=kind != "pca", learning_rate=1e-3)
        assert variant.layers[MADE[kind].id] == plan
    again = insert_layer(experiment, 1, kind)
    assert again.layers[1].id == MADE[kind].id[:-1] + str(int(MADE[kind].id[-1]) + 1)
    assert remove_layer(experiment, MADE[kind].id) == CLASSIC


@pytest.mark.parametrize(("index", "units"), [(0, 8), (1, 8), (2, 2), (3, 2), (4, 2)])
def test_an_inserted_projection_has_no_more_components_than_there_are(index, units):
    experiment = replace_layer(CLASSIC, Dense(id="hidden-2", units=2))
    experiment = insert_layer(experiment, 2, "dropout")
    found = insert_layer(experiment, index, "pca")
    assert found.layer("pca-1") == PCA(id="pca-1", units=units)
    assert experiment_problems(found) == ()


@pytest.mark.parametrize("kind", LAYER_KINDS)
def test_every_kind_is_duplicated_with_its_fields_and_plans(kind):
    experiment = insert_layer(CLASSIC, 1, kind)
    freeze = SetTrainable(variant="first", layer=MADE[kind].id, trainable=False)
    runs_on = SetWhenFrozen(variant="first", layer=MADE[kind].id, when_frozen="training")
    experiment = duplicate_layer(apply_edits(experiment, (freeze, runs_on)), MADE[kind].id)
    copy = experiment.layers[2]
    assert copy.replace(id=MADE[kind].id) == experiment.layers[1]
    plans = experiment.variant("first").layers
    assert plans[copy.id] == plans[MADE[kind].id]
    assert (plans[copy.id].trainable, plans[copy.id].when_frozen) == (False, "training")


@pytest.mark.parametrize("kind", LAYER_KINDS)
def test_every_kind_moves_and_takes_its_plans_along(kind):
    experiment = insert_layer(CLASSIC, 0, kind)
    moved = move_layer(experiment, MADE[kind].id, 99)
    assert layer_ids(moved) == ["hidden-1", "hidden-2", MADE[kind].id, "output"]
    assert moved.variants == experiment.variants
    assert move_layer(moved, MADE[kind].id, 0) == experiment


@pytest.mark.parametrize("kind", ["residual", "batch_norm", "layer_norm", "dropout", "flatten"])
def test_the_output_layer_does_not_become_what_cannot_answer(kind):
    last = MADE[kind].replace(id="output")
    with pytest.raises(ExperimentError, match=rf"layers\[2\]: .* must be dense or pca, not {kind}"):
        replace_layer(CLASSIC, last)


def test_a_projection_as_the_output_layer_fits_itself_to_the_data():
    experiment = replace_layer(CLASSIC, PCA(id="output", units=1))
    assert experiment_problems(experiment) == ()
    for data, units in [("wine", 3), ("mnist_5k", 10), ("diabetes", 1)]:
        assert with_data(experiment, data).output == PCA(id="output", units=units)
    assert fitted_output(experiment) == experiment
    copied = duplicate_layer(experiment, "output")
    assert copied.layers[2:] == (PCA(id="pca-1", units=1), PCA(id="output", units=1))


@pytest.mark.parametrize("kind", [kind for kind in LAYER_KINDS if kind != "pca"])
def test_only_a_projection_needs_to_know_the_data(kind):
    unknown = experiment_of(1, data="nowhere")
    assert insert_layer(unknown, 0, kind).layers[0].kind == kind


def test_an_added_variant_trains_everything_even_where_the_first_is_detached():
    detach = SetDetached(variant="all", layer="hidden-2", detached=True)
    added = add_variant(apply_edits(CLASSIC, (detach,))).variants[-1]
    assert dict(added.layers) == dict(CLASSIC.variant("all").layers)


ENTRIES = tuple(
    JournalEntry(step=step, edit=edit)
    for step, edit in [
        (5, SetTrainable(variant="all", layer="hidden-1", trainable=False)),
        (3, SetDetached(variant="first", layer="hidden-2", detached=True)),
        (5, SetLearningRate(variant="first", layer="hidden-1", learning_rate=0.5)),
        (9, RenameVariant(variant="all", name="Everything")),
    ]
)
SCRIPTED = CLASSIC.replace(script=ENTRIES)


def test_the_script_loses_what_is_removed_and_keeps_the_rest_in_its_order():
    assert remove_layer(SCRIPTED, "hidden-1").script == (ENTRIES[1], ENTRIES[3])
    assert remove_layer(SCRIPTED, "hidden-2").script == (ENTRIES[0], *ENTRIES[2:])
    assert remove_variant(SCRIPTED, "first").script == (ENTRIES[0], ENTRIES[3])
    assert remove_variant(SCRIPTED, "all").script == ENTRIES[1:3]


def test_what_is_added_or_moved_leaves_the_script_alone():
    for kind in LAYER_KINDS:
        assert insert_layer(SCRIPTED, 1, kind).script == ENTRIES
    assert move_layer(SCRIPTED, "hidden-1", 1).script == ENTRIES
    assert with_data(SCRIPTED, "digits").script == ENTRIES


def test_a_copied_variant_follows_the_same_script():
    copied = duplicate_variant(SCRIPTED, "first")
    own = [entry for entry in copied.script if entry.edit.variant == copied.variants[2].id]
    assert [entry.step for entry in own] == [3, 5]
    back = [entry.replace(edit=entry.edit.replace(variant="first")) for entry in own]
    assert back == [ENTRIES[1], ENTRIES[2]]
    assert [entry for entry in copied.script if entry not in own] == list(ENTRIES)
