"""The menu of the selected layers: detaching, what frozen layers do, options, random parts."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QPushButton

from engine.experiment import Subset
from engine.structure import duplicate_variant
from gui.models.layer_rows import Column
from gui.panels.layer_options import LayerOptions
from gui.panels.layer_subset import LayerSubset
from gui.widgets.number_field import NumberField
from tests.gui.every_kind import every_kind
from tests.gui.panels.stack_parts import CONTROL, entry, ids, press, submenu, texts

OPENS_A_LIST = pytest.mark.qt_log_ignore("does not support grabbing the keyboard")
"""What the offscreen platform says of it."""

FLATTEN, DENSE, BATCH_NORM, DROPOUT, RESIDUAL, LAYER_NORM, PCA, OUTPUT = range(8)


@pytest.fixture
def experiment():
    """A layer of every kind, all of them trainable; one variant."""
    return every_kind()


def options_windows(stack):
    return [window for window in stack.findChildren(LayerOptions) if window.isVisible()]


@OPENS_A_LIST
def test_a_right_click_selects_the_row_and_opens_its_menu(stack, cell, qtbot):
    place = cell(DROPOUT, Column.LAYER)
    viewport = stack.grid.viewport()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, viewport.mapToGlobal(place))
    QApplication.sendEvent(viewport, event)
    assert stack.grid.selected_layers() == ["dropout-1"]
    qtbot.waitUntil(stack.layer_menu.isVisible)
    stack.layer_menu.close()


@OPENS_A_LIST
def test_the_menu_key_opens_the_menu_of_the_row_with_the_keyboard(stack, click, qtbot):
    click(PCA, Column.LAYER)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    QApplication.sendEvent(stack.grid.viewport(), event)
    qtbot.waitUntil(stack.layer_menu.isVisible)
    assert stack.layer_menu.y() >= stack.grid.viewport().mapToGlobal(QPoint()).y()
    stack.layer_menu.close()
    assert stack.grid.selected_layers() == ["pca-1"]


def test_a_layer_is_detached_and_reattached_from_the_menu(document, stack, click, act, plan):
    click(RESIDUAL, Column.LAYER)
    act("Detach")
    assert plan("residual-1").detached
    assert document.undo_stack.undoText() == "Detach residual-1"
    assert entry(stack.layer_menu, "Detach").isChecked()
    assert [row.id for row in stack.grid.model().rows if row.cut_off] == [
        "hidden-1",
        "batch-norm-1",
    ]
    shown = " ".join(texts(stack)).replace("\N{NO-BREAK SPACE}", " ")
    assert "940 of them cut off" in shown
    act("Detach")
    assert not plan("residual-1").detached
    assert document.undo_stack.undoText() == "Reattach residual-1"


def test_d_detaches_all_selected_layers_as_the_first_of_them(document, stack, click, plan):
    click(RESIDUAL, Column.LAYER)
    press(stack.grid, Qt.Key.Key_D)
    click(PCA, Column.LAYER, CONTROL)
    press(stack.grid, Qt.Key.Key_D)
    assert not plan("residual-1").detached
    assert not plan("pca-1").detached
    assert document.undo_stack.undoText() == "Reattach residual-1 and pca-1"


def test_the_tick_of_detach_follows_selection_undo_and_variant(document, stack, click, act):
    detach = entry(stack.layer_menu, "Detach")
    click(RESIDUAL, Column.LAYER)
    act("Detach")
    click(PCA, Column.LAYER)
    assert not detach.isChecked()
    click(RESIDUAL, Column.LAYER)
    assert detach.isChecked()
    document.undo_stack.undo()
    assert not detach.isChecked()


def test_what_a_frozen_layer_does_is_chosen_in_the_menu(document, stack, click, act, plan):
    click(BATCH_NORM, Column.LAYER)
    frozen = submenu(stack.layer_menu, "While frozen")
    assert entry(frozen, "As in inference").isChecked()
    act("While frozen", "As in training")
    assert plan("batch-norm-1").when_frozen == "training"
    assert entry(frozen, "As in training").isChecked()
    document.undo_stack.undo()
    assert entry(frozen, "As in inference").isChecked()


@pytest.mark.parametrize(
    ("row", "choice", "options"),
    [
        (FLATTEN, False, False),
        (DENSE, False, False),
        (BATCH_NORM, True, True),
        (DROPOUT, True, False),
        (RESIDUAL, False, False),
        (LAYER_NORM, False, True),
        (PCA, False, False),
        (OUTPUT, False, False),
    ],
)
def test_the_menu_offers_what_the_kind_has(stack, click, row, choice, options):
    click(row, Column.LAYER)
    frozen = submenu(stack.layer_menu, "While frozen")
    assert [action.isEnabled() for action in frozen.actions()] == [choice, choice]
    assert entry(stack.layer_menu, "Options").isEnabled() == options
    parameters = row not in (FLATTEN, DROPOUT)
    assert entry(stack.layer_menu, "Train a random part").isEnabled() == parameters
    assert entry(stack.layer_menu, "Detach").isEnabled()


def test_the_choice_for_many_layers_is_meant_for_those_that_have_it(document, stack, act, plan):
    stack.grid.select_layers(ids(document))
    act("While frozen", "As in training")
    assert (
        document.undo_stack.undoText() == "While frozen, batch-norm-1 and dropout-1 as in training"
    )
    assert plan("hidden-1").when_frozen == "inference"


@pytest.fixture
def options(stack, click, act, qtbot):
    """The window with the options of the batch norm."""
    click(BATCH_NORM, Column.LAYER)
    act("Options")
    qtbot.waitUntil(lambda: bool(options_windows(stack)))
    window = options_windows(stack)[0]
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def test_options_are_edited_in_a_small_window(document, stack, options, enter):
    momentum = options.findChild(NumberField, "momentum")
    assert momentum.value() == 0.1
    enter(momentum, "0.3")
    assert document.experiment.layers[BATCH_NORM].momentum == 0.3
    assert document.undo_stack.undoText() == "Set momentum of batch-norm-1"
    document.undo_stack.undo()
    assert momentum.value() == 0.1
    options.close()
    assert options_windows(stack) == []


def test_a_refused_option_says_what_would_be_valid(document, options, enter):
    epsilon = options.findChild(NumberField, "epsilon")
    enter(epsilon, "2")
    assert "above 0 and at most 1" in epsilon.problem
    assert document.undo_stack.count() == 0
    enter(epsilon, "1e-3")
    assert epsilon.problem == ""
    assert document.experiment.layers[BATCH_NORM].epsilon == 1e-3
    options.close()


def test_the_options_close_when_their_layer_goes(document, stack, options, act):
    act("Remove layer")
    assert "batch-norm-1" not in ids(document)
    assert options_windows(stack) == []
    document.undo_stack.undo()
    assert options_windows(stack) == []


def part_windows(stack):
    return [window for window in stack.findChildren(LayerSubset) if window.isVisible()]


@pytest.fixture
def part(stack, click, act, qtbot):
    """The window for a random part of the residual block, which has 412 parameters."""
    click(RESIDUAL, Column.LAYER)
    act("Train a random part")
    qtbot.waitUntil(lambda: bool(part_windows(stack)))
    window = part_windows(stack)[0]
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def field(window, name):
    return window.findChild(NumberField, name)


def test_a_random_part_is_set_in_a_small_window_and_shown_in_the_stack(
    document, stack, part, plan, enter
):
    assert not part.isModal()
    assert field(part, "count").lineEdit().placeholderText() == "all 412"
    assert not field(part, "seed").isEnabled()
    enter(field(part, "count"), "9")
    assert plan("residual-1").subset == Subset(count=9)
    assert document.undo_stack.undoText() == "Train a random part of residual-1"
    enter(field(part, "seed"), "4")
    assert plan("residual-1").subset == Subset(count=9, seed=4)
    row = stack.grid.model().rows[RESIDUAL]
    assert (row.trained, row.parameters) == (9, 412)
    shown = " ".join(texts(stack)).replace("\N{NO-BREAK SPACE}", " ")
    assert "trains 678" in shown
    assert "frozen 403" in shown
    part.close()
    assert part_windows(stack) == []


def test_steps_of_the_count_are_one_undo_step(document, part, plan):
    count = field(part, "count")
    for _ in range(3):
        count.stepBy(1)
    assert plan("residual-1").subset == Subset(count=3)
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert plan("residual-1").subset is None
    assert (count.value(), count.text()) == (None, "")
    part.close()


@pytest.mark.parametrize("how", ["button", "empty", "412"])
def test_all_of_them_train_again(part, plan, enter, how, qtbot):
    enter(field(part, "count"), "9")
    if how == "button":
        [everything] = [b for b in part.findChildren(QPushButton) if b.text() == "All of them"]
        qtbot.mouseClick(everything, Qt.MouseButton.LeftButton)
        assert not everything.isEnabled()
    elif how == "empty":
        field(part, "count").setFocus()
        field(part, "count").clear()
        press(field(part, "count"), Qt.Key.Key_Return)
    else:
        enter(field(part, "count"), how)
    assert plan("residual-1").subset is None
    assert field(part, "count").text() == ""
    part.close()


def test_more_than_the_layer_has_is_refused_beside_the_field(document, part, plan, enter):
    enter(field(part, "count"), "413")
    assert "413 cannot train of residual-1, which has 412" in field(part, "count").problem
    enter(field(part, "count"), "0")
    assert "from 1" in field(part, "count").problem
    assert plan("residual-1").subset is None
    assert document.undo_stack.count() == 0
    part.close()


def test_the_part_is_that_of_the_selected_variant_and_follows_it(document, part, plan, enter):
    document.edit(duplicate_variant(document.experiment, "all"), "Duplicate")
    other = document.experiment.variants[1].id
    enter(field(part, "count"), "9")
    document.view.select(other)
    assert field(part, "count").value() is None
    assert plan("residual-1").subset is None
    document.view.select("all")
    assert field(part, "count").value() == 9
    part.close()


def test_the_window_of_a_part_closes_when_its_layer_goes(document, stack, part, act):
    act("Remove layer")
    assert "residual-1" not in ids(document)
    assert part_windows(stack) == []


def test_while_a_run_is_going_another_part_waits_for_the_next_one(document, stack, part, enter):
    stack.set_running(document.experiment)
    enter(field(part, "count"), "9")
    assert [row.id for row in stack.grid.model().rows if row.pending] == ["residual-1"]
    stack.set_running(document.experiment)
    assert not any(row.pending for row in stack.grid.model().rows)
    part.close()
