import pytest

from engine.backprop import variant_backward_cost
from engine.edits import apply_edit, with_plan, with_variant
from engine.experiment import LayerPlan, Subset
from engine.journal import JournalEntry, SetLearningRate, SetTrainable
from engine.patterns import with_controls
from engine.structure import add_variant, insert_layer, move_layer, replace_layer
from gui.file_commands import first_experiment
from gui.models.layer_rows import layer_rows, pending_layers, totals, variant_pattern
from tests.gui.every_kind import LAYERS, every_kind


def test_rows_show_the_variant_that_was_asked_for(experiment):
    everything, first = layer_rows(experiment, "all"), layer_rows(experiment, "first")
    assert [row.id for row in first] == ["hidden-1", "hidden-2", "output"]
    assert [row.layer.units for row in first] == [16, 8, 1]
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


def test_every_kind_has_a_row_with_its_parameters():
    rows = layer_rows(every_kind(), "all")
    assert [row.layer.kind for row in rows] == [layer.kind for layer in LAYERS]
    assert [row.parameters for row in rows] == [0, 496, 32, 0, 412, 32, 102, 7]
    assert [row.reach for row in rows[:4]] == [
        "not reached",
        "updated",
        "updated",
        "passed through",
    ]


def test_flatten_is_never_frozen_and_dropout_can_be():
    frozen = LayerPlan(trainable=False)
    rows = layer_rows(every_kind(flatten_1=frozen, dropout_1=frozen), "all")
    assert [row.id for row in rows if row.frozen] == ["dropout-1"]


def test_totals_tell_what_is_cut_off():
    experiment = every_kind(residual_1=LayerPlan(detached=True))
    shown = totals(experiment, "all")
    assert (shown.total, shown.trainable, shown.cut_off) == (1081, 1081, 496 + 32 + 412)
    assert shown.backward_cost == variant_backward_cost(experiment, experiment.variants[0])
    assert shown.backward_cost < 0.25
    assert totals(every_kind(), "all").cut_off == 0


def test_the_pattern_of_a_chip_keeps_a_place_for_every_layer():
    experiment = every_kind(
        layer_norm_1=LayerPlan(detached=True), batch_norm_1=LayerPlan(trainable=False)
    )
    assert variant_pattern(experiment.layers, experiment.variants[0]) == (
        "no parameters", "cut off", "frozen", "no parameters",
        "cut off", "cut off", "trains", "trains",
    )  # fmt: skip


def test_a_chip_tells_what_trains_in_part_from_what_trains_whole():
    controls = with_controls(first_experiment(), "first")
    assert variant_pattern(controls.layers, controls.variants[-1]) == ("trains in part",) * 3
    assert variant_pattern(controls.layers, controls.variants[0]) == ("trains",) * 3


@pytest.mark.parametrize("kind", ["dropout", "flatten", "batch_norm"])
def test_a_new_layer_and_the_one_after_it_wait_for_the_next_run(experiment, kind):
    more = insert_layer(experiment, 1, kind)
    assert len(pending_layers(more, "all", experiment)) == 2


def test_a_row_says_that_the_script_changed_its_layer_and_only_that_row(experiment):
    frozen = SetTrainable(variant="all", layer="hidden-2", trainable=False)
    planned = experiment.replace(script=(JournalEntry(step=5, edit=frozen),))
    before = layer_rows(planned, "all", planned)
    after = layer_rows(planned, "all", apply_edit(planned, frozen))
    assert not any(row.scripted for row in before)
    assert [row.scripted for row in after] == [False, True, False]
    assert [row.trainable for row in after] == [True, True, True]  # what a run starts with
    assert [row.reach for row in after] == ["updated", "passed through", "updated"]


def test_a_plan_that_a_run_has_not_heard_of_is_not_called_the_scripts(experiment):
    frozen = SetTrainable(variant="all", layer="hidden-2", trainable=False)
    rows = layer_rows(apply_edit(experiment, frozen), "all", experiment)
    assert not any(row.scripted for row in rows)


def with_part(experiment, subset, layer="hidden-1", variant="all"):
    return with_variant(
        experiment, with_plan(experiment, experiment.variant(variant), layer, subset=subset)
    )


def test_a_part_is_counted_in_its_row_and_in_the_totals(experiment):
    part = with_part(experiment, Subset(count=9))
    rows = layer_rows(part, "all")
    assert [row.trained for row in rows] == [9, 136, 9]
    assert [row.partly for row in rows] == [True, False, False]
    assert [row.reach for row in rows] == ["updated"] * 3
    shown = totals(part, "all")
    assert (shown.total, shown.trainable, shown.frozen, shown.cut_off) == (641, 154, 487, 0)
    whole = layer_rows(with_part(experiment, Subset(count=496)), "all")[0]
    assert (whole.trained, whole.partly) == (496, False)
    frozen = apply_edit(part, SetTrainable(variant="all", layer="hidden-1", trainable=False))
    assert (layer_rows(frozen, "all")[0].trained, layer_rows(frozen, "all")[0].partly) == (0, False)


def test_another_part_waits_for_the_next_run_in_its_own_layer_and_variant_only(experiment):
    part = with_part(experiment, Subset(count=9))
    assert pending_layers(part, "all", experiment) == {"hidden-1"}
    assert pending_layers(experiment, "all", part) == {"hidden-1"}
    assert pending_layers(part, "first", experiment) == set()
    assert pending_layers(part, "all", part) == set()
    assert pending_layers(with_part(part, Subset(count=9, seed=1)), "all", part) == {"hidden-1"}


def test_a_part_is_not_taken_for_what_the_script_did(experiment):
    edit = SetTrainable(variant="all", layer="hidden-1", trainable=False)
    scripted = experiment.replace(script=(JournalEntry(step=1, edit=edit),))
    part = with_part(scripted, Subset(count=9))
    assert not any(row.scripted for row in layer_rows(part, "all", scripted))
    assert layer_rows(part, "all", apply_edit(scripted, edit))[0].scripted
