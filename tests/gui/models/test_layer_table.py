import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from engine.experiment import LayerPlan
from engine.layer_specs import LAYER_KINDS, Dropout
from engine.structure import add_variant, remove_variant
from gui.document import Document
from gui.models.layer_edits import LayerEdits
from gui.models.layer_rows import Column, LayerTelemetry
from gui.models.layer_table import MIME, LayerTable
from tests.gui.every_kind import every_kind

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal
TICKED, CLEARED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


def shown(table, column):
    return [table.index(row, column).data() for row in range(table.rowCount())]


def test_a_row_per_layer_from_input_to_output(table):
    assert shown(table, Column.LAYER) == ["hidden-1", "hidden-2", "output"]
    assert shown(table, Column.UNITS) == ["16", "8", "1"]
    assert shown(table, Column.ACTIVATION) == ["relu", "relu", "sigmoid"]
    assert shown(table, Column.RATE) == ["1e-3", "1e-3", "1e-3"]
    assert shown(table, Column.PARAMETERS) == ["496", "136", "9"]
    assert shown(table, Column.MOVED) == ["–", "–", "–"]


def test_large_counts_have_thousands_separators(document, edits, table):
    edits.set_size("hidden-1", 1024)
    assert shown(table, Column.PARAMETERS)[0] == "31,744"


def test_the_check_box_freezes_and_unfreezes(document, table):
    index = table.index(1, Column.TRAINS)
    assert index.data(Qt.ItemDataRole.CheckStateRole) == TICKED
    assert table.setData(index, CLEARED, Qt.ItemDataRole.CheckStateRole)
    assert document.undo_stack.undoText() == "Freeze hidden-2"
    assert not document.experiment.variant("all").layers["hidden-2"].trainable
    assert index.data(Qt.ItemDataRole.CheckStateRole) == CLEARED
    assert table.setData(index, TICKED, Qt.ItemDataRole.CheckStateRole)
    assert document.undo_stack.undoText() == "Unfreeze hidden-2"


@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        (Column.UNITS, 12, "Set units of hidden-1"),
        (Column.ACTIVATION, "tanh", "Set activation of hidden-1"),
        (Column.RATE, 3e-4, "Set learning rate of hidden-1"),
    ],
)
def test_values_are_set_through_the_document(document, table, column, value, text):
    index = table.index(0, column)
    assert table.setData(index, value)
    assert index.data(Qt.ItemDataRole.EditRole) == value
    assert document.undo_stack.undoText() == text
    document.undo_stack.undo()
    assert index.data(Qt.ItemDataRole.EditRole) != value


def test_what_cannot_be_edited_says_so_and_refuses(document, table):
    document.view.select("first")
    units_of_output = table.index(2, Column.UNITS)
    rate_of_frozen = table.index(1, Column.RATE)
    for index, value in ((units_of_output, 3), (rate_of_frozen, 0.1)):
        assert not index.flags() & Qt.ItemFlag.ItemIsEditable
        assert not table.setData(index, value)
    assert table.index(0, Column.RATE).flags() & Qt.ItemFlag.ItemIsEditable
    assert "data set" in units_of_output.data(Qt.ItemDataRole.ToolTipRole)
    assert document.undo_stack.count() == 0


def table_of_every_kind(**plans):
    document = Document(every_kind(**plans))
    return document, LayerTable(document, LayerEdits(document, document), document)


def test_every_kind_shows_what_it_has(qapp):
    _, table = table_of_every_kind()
    assert shown(table, Column.UNITS) == ["", "16", "", "0.25", "12", "", "6", "1"]
    activations = ["", "relu", "linear", "", "relu", "relu", "", "sigmoid"]
    assert shown(table, Column.ACTIVATION) == activations
    assert shown(table, Column.PARAMETERS) == ["–", "496", "32", "–", "412", "32", "102", "7"]
    assert shown(table, Column.RATE) == ["–", "1e-3", "1e-3", "–", "1e-3", "1e-3", "1e-3", "1e-3"]
    assert shown(table, Column.TRAINS) == ["–", "trains", "trains", "drops", *["trains"] * 4]


@pytest.mark.parametrize(
    ("column", "rows"),
    [
        (Column.UNITS, [1, 3, 4, 6]),
        (Column.ACTIVATION, [1, 2, 4, 5, 7]),
        (Column.RATE, [1, 2, 4, 5, 6, 7]),
        (Column.PARAMETERS, []),
    ],
)
def test_of_every_kind_only_what_it_has_can_be_edited(qapp, column, rows):
    _, table = table_of_every_kind()
    editable = [
        row
        for row in range(table.rowCount())
        if table.index(row, column).flags() & Qt.ItemFlag.ItemIsEditable
    ]
    assert editable == rows


def test_every_kind_but_flatten_has_a_box(qapp):
    document, table = table_of_every_kind()
    role = Qt.ItemDataRole.CheckStateRole
    for row in range(table.rowCount()):
        index = table.index(row, Column.TRAINS)
        has_box = row > 0
        assert bool(index.flags() & Qt.ItemFlag.ItemIsUserCheckable) == has_box
        assert (index.data(role) is not None) == has_box
        assert table.setData(index, CLEARED, role) == has_box
    frozen = [plan.trainable for plan in document.experiment.variants[0].layers.values()]
    assert frozen == [True, *[False] * 7]


def test_a_drop_rate_is_set_where_units_stand(qapp):
    document, table = table_of_every_kind()
    index = table.index(3, Column.UNITS)
    assert table.setData(index, 0.5)
    assert document.experiment.layers[3].rate == 0.5
    assert document.undo_stack.undoText() == "Set drop rate of dropout-1"
    document.undo_stack.undo()
    assert index.data() == "0.25"


def test_a_frozen_projection_shows_its_kept_rate_and_refuses_another(qapp):
    _, table = table_of_every_kind(pca_1=LayerPlan(trainable=False, learning_rate=0.5))
    index = table.index(6, Column.RATE)
    assert index.data() == "0.5"
    assert not table.setData(index, 0.1)


def test_a_layer_of_another_kind_under_the_same_name_is_another_row(document, table, qtbot):
    QAbstractItemModelTester(table, FATAL, table)
    layers = list(document.experiment.layers)
    layers[1] = Dropout(id="hidden-2")
    with qtbot.waitSignals([table.rowsRemoved, table.rowsInserted]):
        document.load(document.experiment.replace(layers=tuple(layers)), None, "Open")
    assert shown(table, Column.UNITS) == ["16", "0.5", "1"]


def test_detaching_tells_of_every_row_below(qapp):
    document, table = table_of_every_kind()
    told = []
    table.dataChanged.connect(lambda first, last, roles: told.append(first.row()))
    LayerEdits(document, document).set_detached(["batch-norm-1"], True)
    assert told == [0, 1, 2, 3]  # dropout above it has nothing below it to reach any more


def test_another_variant_shows_its_own_flags(document, table):
    document.view.select("first")
    ticks = [table.index(i, Column.TRAINS).data(Qt.ItemDataRole.CheckStateRole) for i in range(3)]
    assert ticks == [TICKED, CLEARED, CLEARED]


def test_edits_are_told_by_row(document, edits, table, qtbot):
    with qtbot.waitSignal(table.dataChanged) as told:
        edits.set_learning_rate(["hidden-2"], 0.5)
    assert (told.args[0].row(), told.args[1].row()) == (1, 1)
    with qtbot.waitSignal(table.rowsInserted) as told:
        edits.add(1)
    assert told.args[1:] == [1, 1]
    with qtbot.waitSignal(table.rowsMoved), qtbot.assertNotEmitted(table.rowsRemoved):
        edits.move(["hidden-2"], 0)
    with qtbot.waitSignal(table.rowsRemoved) as told:
        edits.remove(["hidden-1"])
    assert told.args[1:] == [1, 1]


def test_a_freeze_also_tells_of_the_rows_whose_reach_changes(edits, table):
    told = []
    table.dataChanged.connect(lambda first, last, roles: told.append(first.row()))
    edits.set_trainable(["hidden-1", "hidden-2"], False)
    assert told == [0, 1]
    told.clear()
    edits.set_trainable(["hidden-1"], True)
    assert told == [0, 1]  # hidden-2 was not reached and is passed through now


def test_telemetry_touches_its_own_columns_only(table, qtbot):
    counts = np.ones(50)
    with qtbot.waitSignal(table.dataChanged) as told:
        table.set_telemetry({"hidden-1": LayerTelemetry(0.31234, counts, counts)})
    first, last, roles = told.args
    assert (first.column(), last.column()) == (Column.MOVED, Column.HISTOGRAM)
    assert table.TelemetryRole in roles
    assert shown(table, Column.MOVED) == ["0.312", "–", "–"]


@pytest.mark.parametrize(
    ("moved", "text"), [(0.0, "exactly 0"), (1.5, "1.50"), (12345.0, "12300"), (None, "–")]
)
def test_moved_has_three_digits_and_exactly_zero_is_said(table, moved, text):
    table.set_telemetry({"output": LayerTelemetry(moved, [], [])})
    assert shown(table, Column.MOVED)[2] == text


def test_telemetry_of_one_variant_is_not_shown_for_another(document, table):
    table.set_telemetry({"hidden-1": LayerTelemetry(0.5, [1], [1])})
    document.view.select("first")
    assert shown(table, Column.MOVED) == ["–", "–", "–"]


def test_rows_that_the_run_has_otherwise_are_pending(document, edits, table):
    table.set_running(document.experiment)
    assert not any(row.pending for row in table.rows)
    edits.set_size("hidden-1", 12)
    assert [row.pending for row in table.rows] == [True, True, False]
    table.set_running(None)
    assert not any(row.pending for row in table.rows)


def test_rows_are_dragged_between_others_and_the_output_stays(document, table):
    assert table.index(0, 0).flags() & Qt.ItemFlag.ItemIsDragEnabled
    assert not table.index(2, 0).flags() & Qt.ItemFlag.ItemIsDragEnabled
    dragged = table.mimeData([table.index(0, column) for column in Column])
    assert table.dropMimeData(dragged, Qt.DropAction.MoveAction, 3, 0, QModelIndex())
    assert shown(table, Column.LAYER) == ["hidden-2", "hidden-1", "output"]
    assert document.undo_stack.undoText() == "Move hidden-1"
    document.undo_stack.undo()
    assert shown(table, Column.LAYER) == ["hidden-1", "hidden-2", "output"]


def test_layers_of_another_window_are_not_dropped(document, table):
    other = Document(document.experiment)
    dragged = LayerTable(other, LayerEdits(other)).mimeData([table.index(0, 0)])
    assert not table.dropMimeData(dragged, Qt.DropAction.MoveAction, 3, 0, QModelIndex())
    assert document.undo_stack.count() == 0


def test_what_is_no_layer_is_not_dropped(document, table):
    dragged = table.mimeData([table.index(0, 0)])
    move, copy = Qt.DropAction.MoveAction, Qt.DropAction.CopyAction
    assert not table.dropMimeData(dragged, move, -1, -1, table.index(1, 0))
    assert not table.dropMimeData(dragged, copy, 2, 0, QModelIndex())
    dragged.setData(MIME, b"hidden-99")
    assert not table.dropMimeData(dragged, move, 2, 0, QModelIndex())
    assert document.undo_stack.count() == 0


def test_opening_other_layers_leaves_the_rows_of_the_new_experiment(document, edits, table):
    QAbstractItemModelTester(table, FATAL, table)
    other = Document(document.experiment)
    LayerEdits(other).remove(["hidden-1", "hidden-2"])
    document.load(other.experiment, None, "Open")
    assert shown(table, Column.LAYER) == ["output"]


PLACES = st.integers(0, 9)
ACTIONS = st.one_of(
    st.tuples(st.just("add"), PLACES, st.sampled_from(LAYER_KINDS)),
    st.tuples(st.just("detach"), PLACES, st.booleans()),
    st.tuples(st.just("while frozen"), PLACES, st.sampled_from(["inference", "training"])),
    st.tuples(st.just("duplicate"), PLACES),
    st.tuples(st.just("remove"), PLACES),
    st.tuples(st.just("move"), st.lists(PLACES, min_size=1, max_size=3), PLACES),
    st.tuples(st.just("freeze"), st.lists(PLACES, min_size=1, max_size=3), st.booleans()),
    st.tuples(st.just("rate"), PLACES, st.floats(0, 10)),
    st.tuples(st.just("units"), PLACES, st.integers(1, 99)),
    st.tuples(st.just("variant"), PLACES),
    st.tuples(st.just("add variant")),
    st.tuples(st.just("remove variant"), PLACES),
    st.tuples(st.just("run"), st.booleans()),
    st.tuples(st.just("telemetry"), PLACES),
    st.tuples(st.just("undo")),
    st.tuples(st.just("redo")),
    st.tuples(st.just("load")),
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(actions=st.lists(ACTIONS, min_size=5, max_size=25))
def test_the_model_holds_under_any_sequence_of_edits(qapp, experiment, actions):
    document = Document(experiment)
    edits = LayerEdits(document)
    table = LayerTable(document, edits)
    QAbstractItemModelTester(table, FATAL, table)
    for action in actions:
        perform(document, edits, table, experiment, *action)
        layers = document.experiment.layers
        variant = document.experiment.variant(document.view.selected_variant)
        assert shown(table, Column.LAYER) == [layer.id for layer in layers]
        ticks = [row.trainable for row in table.rows]
        assert ticks == [variant.layers[layer.id].trainable for layer in layers]


def perform(document, edits, table, first, name, *arguments):
    def layer(place):
        layers = document.experiment.layers
        return layers[place % len(layers)].id

    def variant(place):
        variants = document.experiment.variants
        return variants[place % len(variants)].id

    def several(places):
        return list(dict.fromkeys(layer(place) for place in places))

    match name, *arguments:
        case "add", place, kind:
            edits.add(place, kind)
        case "detach", place, detached:
            edits.set_detached([layer(place)], detached)
        case "while frozen", place, choice:
            edits.set_when_frozen([layer(place)], choice)
        case "duplicate", place:
            edits.duplicate([layer(place)])
        case "remove", place:
            edits.remove([layer(place)])
        case "move", places, before:
            edits.move(several(places), before)
        case "freeze", places, trainable:
            edits.set_trainable(several(places), trainable)
        case "rate", place, rate:
            edits.set_learning_rate([layer(place)], rate)
        case "units", place, units:
            edits.set_size(layer(place), units)
        case "variant", place:
            document.view.select(variant(place))
        case ("add variant",):
            document.edit(add_variant(document.experiment), "Add variant")
        case "remove variant", place if len(document.experiment.variants) > 1:
            document.edit(remove_variant(document.experiment, variant(place)), "Remove variant")
        case "run", going:
            table.set_running(document.experiment if going else None)
        case "telemetry", place:
            table.set_telemetry({layer(place): LayerTelemetry(0.1, [1, 2], [2, 1])})
        case ("undo",):
            document.undo_stack.undo()
        case ("redo",):
            document.undo_stack.redo()
        case ("load",):
            document.load(first, None, "Open")
