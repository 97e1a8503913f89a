import pytest

from engine.experiment import LayerPlan, Subset
from engine.layer_specs import LAYER_KINDS
from gui.models.layer_edits import LayerEdits, moved_layers
from tests.gui.every_kind import every_kind


def ids(document):
    return [layer.id for layer in document.experiment.layers]


def test_several_layers_are_frozen_in_one_step_of_the_selected_variant(document, edits):
    start = document.experiment
    document.view.select("first")
    assert edits.set_trainable(["hidden-1", "output"], False)
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == "Freeze hidden-1 and output"
    first = document.experiment.variant("first").layers
    assert [first[name].trainable for name in ids(document)] == [False, False, False]
    assert document.experiment.variant("all") == start.variant("all")
    document.undo_stack.undo()
    assert document.experiment == start


def test_quick_rates_of_one_layer_merge_and_of_another_do_not(document, edits):
    edits.set_learning_rate(["hidden-1"], 2e-3)
    edits.set_learning_rate(["hidden-1"], 3e-3)
    assert document.undo_stack.count() == 1
    edits.set_learning_rate(["hidden-1", "output"], 3e-3)
    assert document.undo_stack.count() == 2
    document.view.select("first")
    edits.set_learning_rate(["hidden-1", "output"], 4e-3)
    assert document.undo_stack.count() == 3


@pytest.mark.parametrize(
    "refusal",
    [
        lambda edits: edits.set_learning_rate(["hidden-1"], -1.0),
        lambda edits: edits.set_size("hidden-1", 0),
        lambda edits: edits.set_activation("hidden-1", "sine"),
        lambda edits: edits.remove(["output"]),
        lambda edits: edits.move(["output"], 0),
        lambda edits: edits.set_trainable(["hidden-9"], False),
        lambda edits: edits.set_detached(["hidden-9"], True),
        lambda edits: edits.set_when_frozen(["hidden-9"], "training"),
    ],
)
def test_what_the_engine_refuses_is_told_and_changes_nothing(document, edits, refusal):
    told = []
    edits.refused.connect(told.append)
    start = document.experiment
    assert not refusal(edits)
    assert document.experiment == start
    assert document.undo_stack.count() == 0
    assert len(told) == 1
    assert told[0]
    edits.set_size("hidden-1", 12)
    assert told[-1] == ""


def test_structure_is_changed_under_its_name(document, edits):
    edits.add(1)
    assert ids(document) == ["hidden-1", "hidden-3", "hidden-2", "output"]
    edits.duplicate(["hidden-3"])
    assert document.undo_stack.undoText() == "Duplicate hidden-3"
    assert ids(document) == ["hidden-1", "hidden-3", "hidden-4", "hidden-2", "output"]
    edits.remove(["hidden-3", "hidden-4"])
    assert document.undo_stack.undoText() == "Remove hidden-3 and hidden-4"
    assert ids(document) == ["hidden-1", "hidden-2", "output"]
    edits.move(["hidden-2"], 0)
    assert ids(document) == ["hidden-2", "hidden-1", "output"]


@pytest.mark.parametrize(
    ("layers", "before", "order"),
    [
        (["hidden-1"], 2, "213o"),
        (["hidden-3"], 0, "312o"),
        (["hidden-3", "hidden-1"], 2, "213o"),
        (["hidden-1", "hidden-2"], 4, "312o"),
        (["hidden-2"], 1, "123o"),
        (["hidden-2"], 2, "123o"),
    ],
)
def test_moved_layers_keep_their_order_and_the_output_stays_last(
    document, edits, layers, before, order
):
    edits.add(2)
    start = document.experiment
    moved = moved_layers(start, layers, before)
    assert "".join(layer.id[-1] if layer.id != "output" else "o" for layer in moved.layers) == order
    assert {layer.id: layer for layer in moved.layers} == {x.id: x for x in start.layers}


@pytest.mark.parametrize("kind", LAYER_KINDS)
def test_a_layer_of_any_kind_is_added_in_one_step(document, edits, kind):
    start = document.experiment
    assert edits.add(1, kind)
    assert document.experiment.layers[1].kind == kind
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert document.experiment == start


def test_a_new_layer_is_named_in_the_history(document, edits):
    edits.add(1, "batch_norm")
    assert document.undo_stack.undoText() == "Add batch normalization"
    edits.add(1)
    assert document.undo_stack.undoText() == "Add layer"


def test_a_layer_that_could_not_be_trained_is_refused(document, edits):
    told = []
    edits.refused.connect(told.append)
    batches = document.experiment.training.replace(batch_size=454)  # leaves one row of 455
    document.edit(document.experiment.replace(training=batches), "odd batches")
    assert not edits.add(1, "batch_norm")
    assert "single row" in told[-1]
    assert len(document.experiment.layers) == 3
    assert edits.add(1, "layer_norm")


@pytest.fixture
def every(document):
    document.edit(every_kind(), "every kind")
    return document


@pytest.mark.parametrize(
    ("layer", "number", "field", "text"),
    [
        ("hidden-1", 20, "units", "Set units of hidden-1"),
        ("pca-1", 5, "units", "Set components of pca-1"),
        ("residual-1", 5, "units", "Set inner width of residual-1"),
        ("dropout-1", 0.4, "rate", "Set drop rate of dropout-1"),
    ],
)
def test_the_number_of_a_kind_is_set_under_its_name(every, edits, layer, number, field, text):
    assert edits.set_size(layer, number)
    assert getattr(every.experiment.layer(layer), field) == number
    assert every.undo_stack.undoText() == text


@pytest.mark.parametrize(
    ("layer", "number"),
    [("dropout-1", 1.0), ("dropout-1", -0.1), ("pca-1", 17), ("layer-norm-1", 3)],
)
def test_a_number_that_the_kind_cannot_take_is_refused(every, edits, layer, number):
    start = every.experiment
    assert not edits.set_size(layer, number)
    assert every.experiment == start


def test_detaching_is_one_variants_and_undone(every, edits):
    assert edits.set_detached(["residual-1", "pca-1"], True)
    assert every.undo_stack.undoText() == "Detach residual-1 and pca-1"
    plans = every.experiment.variants[0].layers
    assert [name for name, plan in plans.items() if plan.detached] == ["residual-1", "pca-1"]
    edits.set_detached(["pca-1"], False)
    assert every.undo_stack.undoText() == "Reattach pca-1"
    assert not every.experiment.variants[0].layers["pca-1"].detached
    assert every.experiment.variants[0].layers["residual-1"].detached


def test_what_frozen_layers_do_is_chosen_for_the_selected_variant(document):
    document.edit(every_kind(batch_norm_1=LayerPlan(trainable=False)), "every kind")
    edits = LayerEdits(document)
    assert edits.set_when_frozen(["batch-norm-1"], "training")
    assert document.undo_stack.undoText() == "While frozen, batch-norm-1 as in training"
    assert document.experiment.variants[0].layers["batch-norm-1"].when_frozen == "training"
    document.undo_stack.undo()
    assert document.experiment.variants[0].layers["batch-norm-1"].when_frozen == "inference"


def test_options_are_set_and_refused(every, edits):
    assert edits.set_option("batch-norm-1", "momentum", 0.3)
    assert every.experiment.layer("batch-norm-1").momentum == 0.3
    assert every.undo_stack.undoText() == "Set momentum of batch-norm-1"
    assert not edits.set_option("batch-norm-1", "momentum", 2.0)
    assert not edits.set_option("layer-norm-1", "epsilon", 0.0)
    assert every.experiment.layer("batch-norm-1").momentum == 0.3


def test_a_random_part_is_set_for_the_selected_variant_quick_ones_in_one_step(document, edits):
    start = document.experiment
    document.view.select("first")
    for count in (9, 10, 11):
        assert edits.set_subset("hidden-1", Subset(count=count))
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == "Train a random part of hidden-1"
    assert document.experiment.variant("first").layers["hidden-1"].subset == Subset(count=11)
    assert document.experiment.variant("all") == start.variant("all")
    assert edits.set_subset("hidden-1", None)
    assert document.undo_stack.undoText() == "Train all of hidden-1"
    assert document.experiment == start
    document.undo_stack.undo()
    assert document.experiment.variant("first").layers["hidden-1"].subset == Subset(count=11)
    document.undo_stack.undo()
    assert document.experiment == start


def test_a_part_larger_than_its_layer_is_refused(document, edits):
    refused = []
    edits.refused.connect(refused.append)
    assert not edits.set_subset("output", Subset(count=10))
    assert "10 cannot train of output, which has 9 weights and biases" in refused[-1]
    assert document.undo_stack.count() == 0
