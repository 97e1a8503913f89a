import pytest

from engine.experiment import LayerPlan, Subset
from gui.models.layer_rows import Column, layer_rows
from gui.models.layer_status import row_status, status_tip
from gui.models.layer_text import cell_text, cell_tip, parameters_words
from tests.gui.every_kind import every_kind

FROZEN = LayerPlan(trainable=False)
IF_FROZEN = LayerPlan(when_frozen="training")
LIKE_TRAINING = LayerPlan(trainable=False, when_frozen="training")
DETACHED = LayerPlan(detached=True)


def rows(running=None, **plans):
    shown = layer_rows(every_kind(**plans), "all", running)
    return {row.id: row for row in shown}


def note(row):
    return row_status(row).note


def test_a_kind_other_than_dense_says_what_it_is():
    shown = rows()
    assert note(shown["hidden-1"]) == ""
    assert note(shown["batch-norm-1"]) == "batch norm"
    assert note(shown["pca-1"]) == "PCA"
    assert all(row_status(row).badge for row in shown.values())


def test_a_detached_layer_has_scissors_and_says_what_follows():
    row = rows(residual_1=DETACHED)["residual-1"]
    status = row_status(row)
    assert (status.badge, status.scissors) == (False, True)
    assert status.note == "residual · detached: earlier layers stand still"
    assert row.reach == "not reached"
    assert "detach()" in status_tip(row)


def test_what_is_ticked_below_a_detached_layer_names_what_cuts_it_off():
    shown = rows(residual_1=DETACHED, hidden_1=FROZEN)
    cut, frozen, above = shown["batch-norm-1"], shown["hidden-1"], shown["pca-1"]
    assert (cut.reach, cut.cut_off) == ("not reached", True)
    assert row_status(cut).badge
    assert note(cut) == "batch norm · cut off by residual-1"
    assert status_tip(cut).startswith("Ticked, but cut off by residual-1")
    assert not frozen.cut_off
    assert note(frozen) == ""
    assert "residual-1 is detached" in status_tip(frozen)
    assert not above.cut_off
    assert not shown["dropout-1"].cut_off  # it has nothing to update


def test_the_nearest_detached_layer_is_the_one_that_is_named():
    shown = rows(residual_1=DETACHED, pca_1=DETACHED)
    assert shown["hidden-1"].cut_by == "residual-1"
    assert shown["layer-norm-1"].cut_by == "pca-1"
    assert shown["output"].cut_by == ""


@pytest.mark.parametrize(
    ("plan", "normalization", "dropout", "weight"),
    [
        (FROZEN, "statistics fixed", "drops nothing", "quiet"),
        (LIKE_TRAINING, "statistics go on", "still drops", "told"),
        (IF_FROZEN, "if frozen: statistics go on", "if frozen: still drops", "told"),
    ],
)
def test_what_a_layer_does_while_frozen_is_told(plan, normalization, dropout, weight):
    shown = rows(batch_norm_1=plan, dropout_1=plan, layer_norm_1=plan)
    assert note(shown["batch-norm-1"]) == f"batch norm · {normalization}"
    assert note(shown["dropout-1"]) == f"dropout · {dropout}"
    assert row_status(shown["dropout-1"]).weight == weight
    assert note(shown["layer-norm-1"]) == "layer norm"  # does the same in both


def test_a_rate_of_zero_stands_still_only_where_something_would_move():
    zero = LayerPlan(learning_rate=0.0)
    shown = rows(hidden_1=zero, dropout_1=zero)
    assert shown["hidden-1"].stands_still
    assert not shown["dropout-1"].stands_still
    cut = rows(hidden_1=zero, residual_1=DETACHED)["hidden-1"]
    assert not cut.stands_still
    assert note(cut) == "cut off by residual-1"


def test_what_waits_for_the_next_run_says_so_first():
    running = every_kind()
    layers = (*running.layers[:3], running.layers[3].replace(rate=0.5), *running.layers[4:])
    after = running.replace(layers=layers)
    shown = {row.id: row for row in layer_rows(after, "all", running)}
    assert note(shown["dropout-1"]) == "dropout · at the next run"
    assert row_status(shown["dropout-1"]).weight == "later"
    assert note(shown["residual-1"]) == "residual"


def test_a_layer_without_parameters_is_never_called_frozen_by_its_reach():
    shown = rows()
    assert shown["dropout-1"].reach == "passed through"
    assert "Nothing to update here: the gradient goes through" in status_tip(shown["dropout-1"])
    assert "Frozen" not in status_tip(shown["dropout-1"])
    assert "backprop stopped" in status_tip(shown["flatten-1"])
    assert parameters_words(shown["dropout-1"]) == "no parameters"


def test_the_tooltip_of_a_row_names_kind_options_and_choice():
    row = rows(batch_norm_1=LIKE_TRAINING)["batch-norm-1"]
    tip = cell_tip(0, row)
    for part in (
        "Batch normalization · batch-norm-1",
        "momentum 0.1, epsilon 1e-5",
        "PyTorch's way",
    ):
        assert part in tip


def test_the_box_of_dropout_says_what_a_tick_means():
    shown = rows()
    assert cell_tip(3, shown["dropout-1"]).startswith("Ticked: drops values")
    assert "optimizer updates" in cell_tip(3, shown["hidden-1"])
    assert "nothing to freeze" in cell_tip(3, shown["flatten-1"])


PART = LayerPlan(subset=Subset(count=9, seed=2))


def test_a_random_part_is_told_with_its_number_and_its_seed():
    row = rows(hidden_1=PART)["hidden-1"]
    status = row_status(row)
    trains = f"trains 9 of {row.parameters:,} at random (seed 2)"
    assert (status.badge, status.note, status.weight) == (True, trains, "told")
    assert f"9 of the layer's {row.parameters:,} weights and biases train" in status_tip(row)
    assert "9 of the layer's" in cell_tip(Column.PARAMETERS, row)
    assert "9 of the layer's" in cell_tip(Column.TRAINS, row)
    assert cell_text(Column.TRAINS, row, None) == trains
    assert note(rows(batch_norm_1=PART)["batch-norm-1"]).startswith("batch norm · trains 9 of")


def test_what_matters_more_than_a_part_is_told_in_its_place():
    waits = rows(running=every_kind(), hidden_1=PART)["hidden-1"]
    assert (note(waits), row_status(waits).weight) == ("at the next run", "later")
    still = rows(hidden_1=PART.replace(learning_rate=0.0))["hidden-1"]
    assert note(still) == "computes its gradient, does not move"
    frozen = rows(hidden_1=PART.replace(trainable=False))["hidden-1"]
    assert (note(frozen), cell_text(Column.TRAINS, frozen, None)) == ("", "frozen")
    assert "9 of" not in status_tip(frozen)
    cut = rows(hidden_1=PART, residual_1=DETACHED)["hidden-1"]
    assert note(cut) == "cut off by residual-1"
