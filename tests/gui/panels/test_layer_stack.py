import pytest
from PySide6.QtCore import QMimeData, QModelIndex, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QSpinBox, QToolButton

from engine.edits import apply_edit, apply_edits
from engine.journal import SetLearningRate, SetTrainable
from engine.structure import remove_layer
from gui.models.layer_rows import Column, LayerTelemetry
from gui.panels.layer_stack import LayerStack
from gui.theme import DARK, LIGHT
from gui.widgets.learning_rate_spin_box import LearningRateSpinBox
from gui.widgets.problem_label import ProblemLabel
from tests.gui.panels.stack_parts import CONTROL, SHIFT, ids, press, rate_field, texts

OPENS_A_LIST = pytest.mark.qt_log_ignore("does not support grabbing the keyboard")
"""What the offscreen platform says of it."""


def test_a_click_on_the_box_freezes_and_a_second_one_unfreezes(document, stack, click, plan):
    click(1, Column.TRAINS)
    assert not plan("hidden-2").trainable
    assert document.undo_stack.undoText() == "Freeze hidden-2"
    click(1, Column.TRAINS)
    assert plan("hidden-2").trainable
    assert document.undo_stack.undoText() == "Unfreeze hidden-2"
    document.undo_stack.undo()
    document.undo_stack.undo()
    assert plan("hidden-2").trainable
    assert not document.undo_stack.canUndo()


def test_a_click_beside_the_box_selects_and_changes_nothing(document, stack, click):
    click(1, Column.LAYER)
    assert stack.grid.selected_layers() == ["hidden-2"]
    assert document.undo_stack.count() == 0


def test_the_box_of_a_selected_layer_stands_for_all_selected_ones(document, stack, click, plan):
    click(0, Column.LAYER)
    click(1, Column.LAYER, SHIFT)
    click(1, Column.TRAINS)
    assert [plan(name).trainable for name in ids(document)] == [False, False, True]
    assert stack.grid.selected_layers() == ["hidden-1", "hidden-2"]
    assert document.undo_stack.count() == 1


def test_the_box_of_another_layer_is_meant_for_that_one_only(document, stack, click, plan):
    click(0, Column.LAYER)
    click(1, Column.LAYER, SHIFT)
    click(2, Column.TRAINS)
    assert [plan(name).trainable for name in ids(document)] == [True, True, False]


def test_a_rate_can_be_typed(document, stack, plan):
    field = rate_field(stack, 1)
    QTest.mouseClick(field.lineEdit(), Qt.MouseButton.LeftButton)
    field.selectAll()
    QTest.keyClicks(field, "3e-4")
    assert plan("hidden-2").learning_rate == 1e-3
    press(field, Qt.Key.Key_Return)
    assert plan("hidden-2").learning_rate == 3e-4
    assert document.undo_stack.undoText() == "Set learning rate of hidden-2"
    document.undo_stack.undo()
    assert field.value() == 1e-3


@pytest.fixture
def misspelt(document, stack):
    """The rate of hidden-2 after "-1" was typed there and left with Tab."""
    field = rate_field(stack, 1)
    QTest.mouseClick(field.lineEdit(), Qt.MouseButton.LeftButton)
    field.selectAll()
    QTest.keyClicks(field, "-1")
    press(field, Qt.Key.Key_Tab)
    assert not field.hasFocus()
    return field


def problems_shown(stack):
    labels = stack.findChildren(ProblemLabel)
    return [label.problem for label in labels if label.isVisible()]


def test_a_wrong_rate_stays_with_its_reason_and_changes_nothing(document, stack, misspelt, plan):
    assert misspelt.text() == "-1"
    (problem,) = problems_shown(stack)
    assert problem.startswith("hidden-2: A rate is a number from 0 to 1000")
    document.edit(document.experiment.replace(name="Another"), "Rename")  # what else is done
    assert misspelt.text() == "-1"
    assert problems_shown(stack) == [problem]
    assert plan("hidden-2").learning_rate == 1e-3
    misspelt.setFocus()
    press(misspelt, Qt.Key.Key_Escape)
    assert misspelt.text() == "1e-3"
    assert problems_shown(stack) == []
    assert document.undo_stack.count() == 1


def test_tab_goes_on_from_the_rate_that_has_the_keyboard(stack):
    field = rate_field(stack, 0)
    QTest.mouseClick(field.lineEdit(), Qt.MouseButton.LeftButton)
    stack.grid.select_layers(["hidden-1", "output"])  # which moves the current cell only
    assert field.hasFocus()
    press(field, Qt.Key.Key_Tab)
    here = stack.grid.currentIndex()
    assert (here.row(), here.column()) == (1, Column.UNITS)


def test_a_wrong_rate_can_be_mended_later(stack, misspelt, plan):
    misspelt.setFocus()
    misspelt.selectAll()
    QTest.keyClicks(misspelt, "0.1")
    press(misspelt, Qt.Key.Key_Tab)
    assert plan("hidden-2").learning_rate == 0.1
    assert problems_shown(stack) == []


def test_a_wrong_rate_goes_with_what_it_was_typed_for(document, stack, click, misspelt):
    click(1, Column.TRAINS)  # of a frozen layer nobody could mend it
    assert misspelt.text() == "1e-3"
    assert problems_shown(stack) == []


def test_a_wrong_rate_is_not_taken_to_another_variant(document, stack, misspelt):
    trains = SetTrainable(variant="first", layer="hidden-2", trainable=True)
    document.edit(apply_edit(document.experiment, trains), "Unfreeze")
    assert misspelt.text() == "-1"
    document.view.select("first")
    assert misspelt.text() == "1e-3"
    assert problems_shown(stack) == []


def test_a_wrong_rate_is_not_taken_to_another_file(document, stack, misspelt):
    training = document.experiment.training.replace(epochs=7)  # the same layers, rates and ids
    document.load(document.experiment.replace(name="Another", training=training), None, "Open")
    assert misspelt.text() == "1e-3"
    assert problems_shown(stack) == []


def test_a_wrong_rate_goes_with_its_layer(document, stack, misspelt):
    document.edit(remove_layer(document.experiment, "hidden-2"), "Remove hidden-2")
    assert problems_shown(stack) == []


def test_a_rate_set_with_several_layers_selected_is_set_for_all(document, stack, click, plan):
    click(0, Column.LAYER)
    click(1, Column.LAYER, SHIFT)
    field = rate_field(stack, 0)
    QTest.mouseClick(field.lineEdit(), Qt.MouseButton.LeftButton)
    field.selectAll()
    QTest.keyClicks(field, "0.02\r")
    assert [plan(name).learning_rate for name in ids(document)] == [0.02, 0.02, 1e-3]
    assert document.undo_stack.count() == 1
    assert rate_field(stack, 1).value() == 0.02


def test_leaving_a_rate_untouched_sets_nothing_for_the_other_selected_layers(
    document, stack, click, plan
):
    edit = SetLearningRate(variant="all", layer="hidden-2", learning_rate=0.5)
    document.edit(apply_edit(document.experiment, edit), "other rate")
    click(0, Column.LAYER)
    click(1, Column.LAYER, SHIFT)
    field = rate_field(stack, 0)
    QTest.mouseClick(field.lineEdit(), Qt.MouseButton.LeftButton)
    press(field, Qt.Key.Key_Return)
    stack.grid.setFocus()
    assert plan("hidden-2").learning_rate == 0.5


def test_steps_of_a_rate_are_one_undo_step(document, stack, plan):
    field = rate_field(stack, 0)
    field.setFocus()
    for _ in range(4):
        press(field, Qt.Key.Key_Up)
    assert plan("hidden-1").learning_rate == 4.7e-3
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert plan("hidden-1").learning_rate == 1e-3


def test_a_frozen_layer_has_ice_behind_it_and_an_inert_rate(document, stack, click, themes):
    def ground():
        rect = stack.grid.row_rect(1)
        picture = stack.grid.viewport().grab(rect).toImage()
        return picture.pixelColor(rect.width() // 2, rect.height() - 5)

    assert ground() != QColor(LIGHT.frozen_fill)
    assert rate_field(stack, 1).isEnabled()
    click(1, Column.TRAINS)
    stack.grid.clearSelection()
    assert ground() == QColor(LIGHT.frozen_fill)
    assert not rate_field(stack, 1).isEnabled()
    assert rate_field(stack, 1).text() == "1e-3"
    themes.set_theme(DARK)
    assert ground() == QColor(DARK.frozen_fill)
    document.undo_stack.undo()
    assert ground() != QColor(DARK.frozen_fill)


def test_a_rate_of_zero_is_told_apart_from_frozen(document, stack):
    stack.grid.model().setData(stack.grid.model().index(0, Column.RATE), 0.0)
    row = stack.grid.model().rows[0]
    assert row.stands_still
    assert row.reach == "updated"
    assert rate_field(stack, 0).isEnabled()


def test_units_are_edited_in_place(document, stack, click):
    click(0, Column.UNITS)
    editor = stack.grid.findChild(QSpinBox)
    QTest.keyClicks(editor, "24")
    press(editor, Qt.Key.Key_Return)
    assert document.experiment.layers[0].units == 24
    assert document.undo_stack.undoText() == "Set units of hidden-1"


def test_the_units_of_the_output_are_given_by_the_data(document, stack, click):
    click(2, Column.UNITS)
    assert stack.grid.findChild(QSpinBox) is None
    tip = stack.grid.model().index(2, Column.UNITS).data(Qt.ItemDataRole.ToolTipRole)
    assert "given by the data set" in tip


@OPENS_A_LIST
def test_an_activation_is_chosen_from_a_list(document, stack, click, qtbot):
    click(0, Column.ACTIVATION)
    editor = stack.grid.findChild(QComboBox)
    qtbot.waitUntil(editor.view().isVisible)
    editor.view().setCurrentIndex(editor.model().index(1, 0))
    press(editor.view(), Qt.Key.Key_Return)
    assert document.experiment.layers[0].activation == "tanh"
    assert document.undo_stack.undoText() == "Set activation of hidden-1"


@OPENS_A_LIST
def test_the_output_offers_only_activations_that_suit_the_loss(stack, click):
    click(2, Column.ACTIVATION)
    editor = stack.grid.findChild(QComboBox)
    assert {editor.itemData(i) for i in range(editor.count())} == {"sigmoid", "linear"}


def test_the_buttons_do_what_they_say(document, stack, click):
    buttons = {b.accessibleName(): b for b in stack.findChildren(QToolButton) if b.accessibleName()}
    stack.grid.clearSelection()
    stack.grid.setCurrentIndex(QModelIndex())
    assert not buttons["Remove layer"].isEnabled()
    buttons["Add layer"].click()
    assert ids(document) == ["hidden-1", "hidden-2", "hidden-3", "output"]
    buttons["Remove layer"].click()
    assert ids(document) == ["hidden-1", "hidden-2", "output"]
    click(2, Column.LAYER)
    assert not buttons["Remove layer"].isEnabled()
    assert not buttons["Move towards the input"].isEnabled()
    click(0, Column.LAYER)
    assert not buttons["Move towards the input"].isEnabled()
    assert buttons["Move towards the output"].isEnabled()
    assert "Ctrl+Down" in buttons["Move towards the output"].toolTip()


def test_every_rate_stays_with_its_layer_when_layers_move(document, stack, click):
    stack.grid.model().setData(stack.grid.model().index(0, Column.RATE), 0.5)
    click(0, Column.LAYER)
    press(stack.grid, Qt.Key.Key_Down, CONTROL)
    QApplication.processEvents()
    assert [rate_field(stack, row).value() for row in range(3)] == [1e-3, 0.5, 1e-3]
    tops = [rate_field(stack, row).y() for row in range(3)]
    assert tops == sorted(tops)
    assert len(stack.grid.findChildren(LearningRateSpinBox)) == 3


def drop(stack, data, position):
    viewport = stack.grid.viewport()
    move, button = Qt.DropAction.MoveAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(viewport, QDragEnterEvent(position, move, data, button, none))
    QApplication.sendEvent(viewport, QDragMoveEvent(position, move, data, button, none))
    event = QDropEvent(QPointF(position), move, data, button, none)
    QApplication.sendEvent(viewport, event)
    return event.isAccepted()


def test_a_layer_is_dragged_to_another_place(document, stack):
    grid = stack.grid
    data = grid.model().mimeData([grid.model().index(0, 0)])
    below_second = QPoint(50, grid.row_rect(1).bottom() - 2)
    assert drop(stack, data, below_second)
    assert ids(document) == ["hidden-2", "hidden-1", "output"]
    assert document.undo_stack.undoText() == "Move hidden-1"


def test_other_things_are_not_dropped_between_layers(document, stack):
    data = QMimeData()
    data.setText("hidden-1")
    assert not drop(stack, data, QPoint(50, stack.grid.row_rect(1).bottom() - 2))
    assert document.undo_stack.count() == 0


def test_the_lines_around_follow_the_document(document, stack, click):
    assert "input 30 · Breast cancer" in texts(stack)
    document.view.select("first")
    shown = " ".join(texts(stack)).replace("\N{NO-BREAK SPACE}", " ")
    assert "total 641 · trains 496 · frozen 145 · backward cost 82 %" in shown
    click(0, Column.TRAINS)
    assert "Nothing is trainable: no weight will change" in texts(stack)


def test_what_cannot_be_trained_stands_below(document, stack):
    output = document.experiment.layers[-1].replace(units=3)
    layers = (*document.experiment.layers[:-1], output)
    document.edit(document.experiment.replace(layers=layers), "three units")
    problems = [label.problem for label in stack.findChildren(ProblemLabel)]
    assert any("output, units: must be 1 or 2" in problem for problem in problems)
    document.undo_stack.undo()
    assert not any(label.problem for label in stack.findChildren(ProblemLabel))


def test_an_edit_that_could_not_be_trained_is_refused_with_its_reason(document, stack):
    model = stack.grid.model()
    model.setData(model.index(0, Column.UNITS), 65_000)
    assert document.undo_stack.count() == 1
    assert not model.setData(model.index(1, Column.UNITS), 65_000)
    problems = [label.problem for label in stack.findChildren(ProblemLabel)]
    assert any("limit" in problem for problem in problems)
    assert document.experiment.layers[1].units == 8


@pytest.mark.parametrize(("width", "column"), [(296, False), (390, True)])
def test_everything_fits_the_width(document, themes, icons, show, width, column):
    stack = show(LayerStack(document, themes, icons), width, 400)
    grid = stack.grid
    assert grid.width() == width
    shown = [c for c in Column if not grid.isColumnHidden(c)]
    assert sum(grid.columnWidth(c) for c in shown) <= grid.viewport().width()
    assert (Column.PARAMETERS in shown) is column
    assert all(("parameters" in grid.shown_parts(row)) is not column for row in range(3))
    right = rate_field(stack, 0).geometry().right()
    assert right <= grid.viewport().width()


def test_live_figures_stand_in_the_second_line(document, stack):
    assert stack.grid.shown_parts(0) == ("status",)
    stack.set_telemetry({"hidden-1": LayerTelemetry(0.3, [1, 2, 1], [2, 1, 1])})
    assert set(stack.grid.shown_parts(0)) == {"status", "moved", "histogram"}
    assert stack.grid.shown_parts(1) == ("status",)


def test_live_figures_repaint_their_line_only(stack, qtbot):
    rect = stack.grid.row_rect(0)
    before = stack.grid.viewport().grab(rect).toImage()
    stack.set_telemetry({"hidden-1": LayerTelemetry(0.3, [1, 2, 1], [2, 1, 1])})
    after = stack.grid.viewport().grab(rect).toImage()
    lines = [
        y
        for y in range(before.height())
        if any(before.pixel(x, y) != after.pixel(x, y) for x in range(before.width()))
    ]
    assert lines
    assert min(lines) > rect.height() // 2


def test_what_a_run_has_otherwise_is_marked(document, stack):
    stack.set_running(document.experiment)
    assert not any(row.pending for row in stack.grid.model().rows)
    model = stack.grid.model()
    model.setData(model.index(0, Column.UNITS), 12)
    assert [row.pending for row in model.rows] == [True, True, False]


def test_another_variant_shows_its_own_rates(document, stack):
    edits = [
        SetLearningRate(variant="first", layer="hidden-1", learning_rate=0.25),
        SetTrainable(variant="first", layer="output", trainable=True),
    ]
    document.edit(apply_edits(document.experiment, edits), "other rates")
    assert rate_field(stack, 0).value() == 1e-3
    document.view.select("first")
    assert rate_field(stack, 0).value() == 0.25
    assert [rate_field(stack, row).isEnabled() for row in range(3)] == [True, False, True]


def test_a_rate_beyond_the_field_is_shown_without_one(document, stack):
    model = stack.grid.model()
    model.setData(model.index(1, Column.RATE), 5e3)
    QApplication.processEvents()
    assert rate_field(stack, 1).geometry().isEmpty()
    assert model.index(1, Column.RATE).data() == "5000"
    document.undo_stack.undo()
    QApplication.processEvents()
    assert stack.grid.row_rect(1).contains(rate_field(stack, 1).geometry())
