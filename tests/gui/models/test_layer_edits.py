import pytest

from gui.models.layer_edits import moved_layers


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
        lambda edits: edits.set_units("hidden-1", 0),
        lambda edits: edits.set_activation("hidden-1", "sine"),
        lambda edits: edits.remove(["output"]),
        lambda edits: edits.move(["output"], 0),
        lambda edits: edits.set_trainable(["hidden-9"], False),
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
    edits.set_units("hidden-1", 12)
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
