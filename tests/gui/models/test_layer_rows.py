from engine.edits import SetLearningRate, SetTrainable, apply_edit
from engine.structure import add_variant, insert_layer, move_layer, replace_layer
from gui.models.layer_rows import layer_rows, pending_layers, totals


def test_rows_show_the_variant_that_was_asked_for(experiment):
    everything, first = layer_rows(experiment, "all"), layer_rows(experiment, "first")
    assert [row.id for row in first] == ["hidden-1", "hidden-2", "output"]
    assert [row.units for row in first] == [16, 8, 1]
    assert [row.parameters for row in first] == [496, 136, 9]
    assert [row.is_output for row in first] == [False, False, True]
    assert [row.trainable for row in everything] == [True, True, True]
    assert [row.reach for row in first] == ["updated", "passed through", "passed through"]


def test_below_the_lowest_trainable_layer_nothing_is_reached(experiment):
    last_only = experiment
    for layer in ("hidden-1", "hidden-2"):
        edit = SetTrainable(variant="all", layer=layer, trainable=False)
        last_only = apply_edit(last_only, edit)
    reach = [row.reach for row in layer_rows(last_only, "all")]
    assert reach == ["not reached", "not reached", "updated"]


def test_rate_zero_stands_still_only_while_the_layer_trains(experiment):
    still = apply_edit(
        experiment, SetLearningRate(variant="all", layer="hidden-2", learning_rate=0)
    )
    assert [row.stands_still for row in layer_rows(still, "all")] == [False, True, False]
    frozen = apply_edit(still, SetTrainable(variant="all", layer="hidden-2", trainable=False))
    assert not any(row.stands_still for row in layer_rows(frozen, "all"))


def test_totals_are_those_of_the_classic_experiment(experiment):
    first = totals(experiment, "first")
    assert (first.total, first.trainable, first.frozen) == (641, 496, 145)
    assert round(first.backward_cost, 3) == 0.819
    assert totals(experiment, "all").frozen == 0


def test_nothing_is_pending_without_a_run_or_with_an_equal_one(experiment):
    assert pending_layers(experiment, "all", None) == set()
    assert pending_layers(experiment, "all", experiment) == set()


def test_live_edits_are_not_pending(experiment):
    frozen = apply_edit(experiment, SetTrainable(variant="all", layer="output", trainable=False))
    assert pending_layers(frozen, "all", experiment) == set()


def test_another_size_is_pending_there_and_where_it_goes_in(experiment):
    layer = experiment.layer("hidden-1").replace(units=4)
    changed = replace_layer(experiment, layer)
    assert pending_layers(changed, "all", experiment) == {"hidden-1", "hidden-2"}
    assert [row.pending for row in layer_rows(changed, "all", experiment)] == [True, True, False]


def test_a_new_activation_is_pending_in_its_own_layer_only(experiment):
    layer = experiment.layer("hidden-1").replace(activation="tanh")
    assert pending_layers(replace_layer(experiment, layer), "all", experiment) == {"hidden-1"}


def test_an_inserted_layer_and_its_successor_are_pending(experiment):
    inserted = insert_layer(experiment, 1)
    new = inserted.layers[1].id
    assert pending_layers(inserted, "all", experiment) == {new, "hidden-2"}


def test_moved_layers_are_pending(experiment):
    moved = move_layer(experiment, "hidden-2", 0)
    assert pending_layers(moved, "all", experiment) == {"hidden-1", "hidden-2", "output"}


def test_a_variant_that_the_run_has_not_is_pending_as_a_whole(experiment):
    added = add_variant(experiment)
    variant = added.variants[-1].id
    assert len(pending_layers(added, variant, experiment)) == 3
    assert pending_layers(added, "all", experiment) == set()
