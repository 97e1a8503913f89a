"""The layer stack under the keyboard alone."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from engine.layer_specs import LAYER_KINDS
from gui.models.layer_rows import Column, LayerTelemetry
from tests.gui.panels.stack_parts import CONTROL, SHIFT, ids, press, rate_field


def test_space_toggles_the_layer_with_the_keyboard(stack, click, plan):
    click(1, Column.LAYER)
    press(stack.grid, Qt.Key.Key_Space)
    assert not plan("hidden-2").trainable
    press(stack.grid, Qt.Key.Key_Space)
    assert plan("hidden-2").trainable


def test_t_toggles_all_selected_layers_in_one_step(document, stack, click, plan):
    click(0, Column.LAYER)
    click(2, Column.LAYER, CONTROL)
    press(stack.grid, Qt.Key.Key_T)
    assert [plan(name).trainable for name in ids(document)] == [False, True, False]
    assert document.undo_stack.count() == 1
    assert document.undo_stack.undoText() == "Freeze hidden-1 and output"
    press(stack.grid, Qt.Key.Key_T)
    assert [plan(name).trainable for name in ids(document)] == [True, True, True]


def test_a_mixed_selection_follows_the_layer_with_the_keyboard(document, stack, click, plan):
    document.view.select("first")
    click(0, Column.LAYER)
    click(1, Column.LAYER, SHIFT)
    press(stack.grid, Qt.Key.Key_T)
    assert [plan(name).trainable for name in ("hidden-1", "hidden-2")] == [True, True]


def test_undo_keys_reach_the_document_from_an_untouched_rate(document, stack, qtbot):
    action = document.undo_stack.createUndoAction(stack)
    action.setShortcut("Ctrl+Z")
    stack.addAction(action)
    field = rate_field(stack, 0)
    field.setFocus()
    press(field, Qt.Key.Key_Up)
    assert document.undo_stack.canUndo()
    press(field, Qt.Key.Key_Z, CONTROL)
    assert not document.undo_stack.canUndo()
    document.undo_stack.redo()
    QTest.keyClicks(field, "5")
    press(field, Qt.Key.Key_Z, CONTROL)  # takes back what was typed, and no more
    assert document.undo_stack.canUndo()


def test_layers_are_added_duplicated_moved_and_removed_with_keys(document, stack, click):
    click(0, Column.LAYER)
    press(stack.grid, Qt.Key.Key_Insert)
    assert ids(document) == ["hidden-1", "hidden-3", "hidden-2", "output"]
    assert stack.grid.selected_layers() == ["hidden-3"]
    press(stack.grid, Qt.Key.Key_Down, CONTROL)
    assert ids(document) == ["hidden-1", "hidden-2", "hidden-3", "output"]
    press(stack.grid, Qt.Key.Key_Up, CONTROL)
    press(stack.grid, Qt.Key.Key_Up, CONTROL)
    assert ids(document) == ["hidden-3", "hidden-1", "hidden-2", "output"]
    press(stack.grid, Qt.Key.Key_D, CONTROL)
    assert ids(document) == ["hidden-3", "hidden-4", "hidden-1", "hidden-2", "output"]
    assert stack.grid.selected_layers() == ["hidden-4"]
    press(stack.grid, Qt.Key.Key_Delete)
    assert ids(document) == ["hidden-3", "hidden-1", "hidden-2", "output"]
    assert stack.grid.selected_layers() == ["hidden-1"]
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    assert ids(document) == ["hidden-1", "hidden-2", "output"]


def test_the_keyboard_alone_reaches_everything(document, stack, show, themes, icons, plan, qtbot):
    before, after = QPushButton("before"), QPushButton("after")
    layout = stack.layout()
    layout.insertWidget(0, before)
    layout.addWidget(after)
    stack.setTabOrder(before, stack.grid)
    qtbot.waitUntil(before.isVisible)
    before.setFocus()
    press(before, Qt.Key.Key_Tab)
    visited = []
    for _ in range(20):
        focus = QApplication.focusWidget()
        if focus is not stack.grid and not stack.grid.isAncestorOf(focus):
            break
        index = stack.grid.currentIndex()
        visited.append((index.row(), Column(index.column()).name))
        press(focus, Qt.Key.Key_Tab)
    fields = ["UNITS", "ACTIVATION", "TRAINS", "RATE"]
    expected = [(row, name) for row in range(3) for name in fields]
    expected.remove((2, "UNITS"))
    assert visited == expected
    focus = QApplication.focusWidget()
    assert not stack.grid.isAncestorOf(focus)
    press(focus, Qt.Key.Key_Tab, SHIFT)
    assert QApplication.focusWidget() is rate_field(stack, 2)


def test_a_whole_experiment_can_be_set_up_with_keys(document, stack, plan, qtbot):
    grid = stack.grid
    grid.clearFocus()
    grid.setFocus(Qt.FocusReason.TabFocusReason)
    press(grid, Qt.Key.Key_2)  # units: the editor opens with what was typed
    editor = QApplication.focusWidget()
    QTest.keyClicks(editor, "0")
    press(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(grid.hasFocus)
    assert document.experiment.layers[0].units == 20
    press(grid, Qt.Key.Key_Tab)
    press(grid, Qt.Key.Key_Tab)
    press(grid, Qt.Key.Key_Space)
    assert not plan("hidden-1").trainable
    press(grid, Qt.Key.Key_Space)
    press(grid, Qt.Key.Key_Tab)
    field = QApplication.focusWidget()
    assert field is rate_field(stack, 0)
    QTest.keyClicks(field, "1e-2")
    press(field, Qt.Key.Key_Return)
    assert plan("hidden-1").learning_rate == 1e-2
    press(field, Qt.Key.Key_Escape)
    assert grid.hasFocus()


def test_tab_passes_over_the_inert_rate_of_a_frozen_layer(document, stack):
    document.view.select("first")
    grid = stack.grid
    grid.setFocus()
    grid.setCurrentIndex(grid.model().index(1, Column.TRAINS))
    press(grid, Qt.Key.Key_Tab)
    assert grid.currentIndex() == grid.model().index(2, Column.ACTIVATION)


ACTIONS = st.one_of(
    st.tuples(st.just("keys"), st.sampled_from(["Ins", "Ctrl+D", "Del", "Ctrl+Up", "Ctrl+Down"])),
    st.tuples(
        st.just("keys"), st.sampled_from(["T", "Space", "Down", "Up", "Tab", "Shift+Down", "D"])
    ),
    st.tuples(st.just("rate"), st.integers(0, 9), st.sampled_from([0.0, 1e-3, 2.0, 5e3])),
    st.tuples(st.just("add"), st.integers(0, len(LAYER_KINDS) - 1)),
    st.tuples(st.just("undo")),
    st.tuples(st.just("redo")),
    st.tuples(st.just("variant"), st.sampled_from(["all", "first"])),
    st.tuples(st.just("telemetry")),
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(actions=st.lists(ACTIONS, min_size=5, max_size=25))
def test_the_view_follows_whatever_the_keyboard_does(stack, document, experiment, actions):
    document.load(experiment, None, "Begin anew")
    document.undo_stack.clear()
    stack.grid.setFocus()
    for action, *details in actions:
        if action == "keys":
            QTest.keySequence(stack.grid, QKeySequence(details[0]))
        elif action == "rate":
            row = details[0] % len(document.experiment.layers)
            model = stack.grid.model()
            model.setData(model.index(row, Column.RATE), details[1])
        elif action == "add":
            stack.kinds_menu.actions()[details[0]].trigger()
        elif action == "undo":
            document.undo_stack.undo()
        elif action == "redo":
            document.undo_stack.redo()
        elif action == "variant":
            document.view.select(details[0])
        else:
            counts = LayerTelemetry(0.1, [1, 2, 3], [3, 2, 1])
            stack.set_telemetry({document.experiment.layers[0].id: counts})
        QApplication.processEvents()
        variant = document.experiment.variant(document.view.selected_variant)
        for row, layer in enumerate(document.experiment.layers):
            plan = variant.layers[layer.id]
            if not layer.has_parameters:
                assert stack.grid.indexWidget(stack.grid.model().index(row, Column.RATE)) is None
                continue
            field = rate_field(stack, row)
            assert field.isEnabled() == plan.trainable
            if plan.learning_rate > 1000:  # more than a field can show
                assert field.geometry().isEmpty()
            else:
                assert field.value() == plan.learning_rate
                assert stack.grid.row_rect(row).contains(field.geometry())
