"""Layers of every kind in the stack: adding, editing, freezing and drawing them."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton

from engine.experiment import LayerPlan
from engine.layer_specs import LAYER_KINDS
from gui.document import Document
from gui.models.layer_rows import Column, LayerTelemetry
from gui.panels.layer_stack import LayerStack
from gui.theme import DARK, LIGHT
from gui.widgets.fraction_spin_box import FractionSpinBox
from gui.widgets.learning_rate_spin_box import LearningRateSpinBox
from gui.widgets.problem_label import ProblemLabel
from tests.gui.every_kind import every_kind
from tests.gui.panels.stack_parts import CONTROL, SHIFT, entry, ids, press

OPENS_A_LIST = pytest.mark.qt_log_ignore("does not support grabbing the keyboard")
"""What the offscreen platform says of it."""

FROZEN = LayerPlan(trainable=False)
FLATTEN, DENSE, BATCH_NORM, DROPOUT, RESIDUAL, LAYER_NORM, PCA, OUTPUT = range(8)


@pytest.fixture
def experiment():
    """A layer of every kind, all of them trainable; one variant."""
    return every_kind()


def problems(stack):
    return [label.problem for label in stack.findChildren(ProblemLabel) if label.problem]


@pytest.mark.parametrize("kind", LAYER_KINDS)
def test_the_menu_adds_a_layer_of_any_kind_after_the_selected_one(document, stack, click, kind):
    click(DENSE, Column.LAYER)
    before = ids(document)
    action = next(a for a in stack.kinds_menu.actions() if a.data() == kind)
    assert action.toolTip() != action.text()
    action.trigger()
    assert document.experiment.layers[2].kind == kind
    assert stack.grid.selected_layers() == [document.experiment.layers[2].id]
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert ids(document) == before


def test_the_button_adds_a_dense_layer_at_once(document, stack, click):
    click(DENSE, Column.LAYER)
    button = next(b for b in stack.findChildren(QToolButton) if b.accessibleName() == "Add layer")
    assert button.menu() is stack.kinds_menu
    button.click()
    assert document.experiment.layers[2].kind == "dense"


@OPENS_A_LIST
def test_shift_insert_offers_the_kinds_to_the_keyboard(document, stack, click, qtbot):
    click(DENSE, Column.LAYER)
    press(stack.grid, Qt.Key.Key_Insert, SHIFT)
    qtbot.waitUntil(stack.kinds_menu.isVisible)
    press(stack.kinds_menu, Qt.Key.Key_Down)
    press(stack.kinds_menu, Qt.Key.Key_Down)
    press(stack.kinds_menu, Qt.Key.Key_Return)
    assert document.experiment.layers[2].kind == "dropout"
    assert document.undo_stack.undoText() == "Add dropout"


def test_a_refused_kind_says_why(document, stack, click):
    layers = document.experiment.layers
    plain = document.experiment.replace(
        layers=(layers[1], layers[-1]),
        variants=(
            document.experiment.variants[0].replace(
                layers={"hidden-1": LayerPlan(), "output": LayerPlan()}
            ),
        ),
        training=document.experiment.training.replace(batch_size=454),
    )
    document.load(plain, None, "Open")
    click(0, Column.LAYER)
    entry(stack.kinds_menu, "Batch normalization").trigger()
    assert ids(document) == ["hidden-1", "output"]
    assert any("single row" in problem for problem in problems(stack))
    entry(stack.kinds_menu, "Layer normalization").trigger()
    assert problems(stack) == []


def test_a_drop_rate_is_typed_where_units_stand(document, stack, click):
    click(DROPOUT, Column.UNITS)
    editor = stack.grid.findChild(FractionSpinBox)
    assert editor.text() == "0.25"
    assert editor.accessibleName() == "Drop rate of dropout-1"
    editor.selectAll()
    QTest.keyClicks(editor, "0.6")
    press(editor, Qt.Key.Key_Return)
    assert document.experiment.layers[DROPOUT].rate == 0.6
    assert document.undo_stack.undoText() == "Set drop rate of dropout-1"


def test_typing_a_point_begins_a_drop_rate(document, stack, click):
    stack.grid.setFocus()
    stack.grid.setCurrentIndex(stack.grid.model().index(DROPOUT, Column.UNITS))
    press(stack.grid, Qt.Key.Key_Period)
    editor = QApplication.focusWidget()
    QTest.keyClicks(editor, "1")
    press(editor, Qt.Key.Key_Return)
    assert document.experiment.layers[DROPOUT].rate == 0.1


def test_leaving_a_finer_drop_rate_untouched_keeps_it(document, stack, click):
    layers = list(document.experiment.layers)
    layers[DROPOUT] = layers[DROPOUT].replace(rate=0.12345678)
    document.edit(document.experiment.replace(layers=tuple(layers)), "fine")
    click(DROPOUT, Column.UNITS)
    press(stack.grid.findChild(FractionSpinBox), Qt.Key.Key_Return)
    QApplication.processEvents()
    assert document.experiment.layers[DROPOUT].rate == 0.12345678


def test_kinds_without_a_number_open_no_field(document, stack, click):
    for row in (FLATTEN, BATCH_NORM, LAYER_NORM):
        click(row, Column.UNITS)
        click(row, Column.LAYER)
    for row in (FLATTEN, DROPOUT, PCA):
        click(row, Column.ACTIVATION)
    assert document.undo_stack.count() == 0
    assert stack.grid.findChild(FractionSpinBox) is None


def test_only_layers_with_parameters_have_a_rate(stack):
    fields = [
        stack.grid.indexWidget(stack.grid.model().index(row, Column.RATE)) for row in range(8)
    ]
    with_field = [row for row, field in enumerate(fields) if field is not None]
    assert with_field == [DENSE, BATCH_NORM, RESIDUAL, LAYER_NORM, PCA, OUTPUT]
    assert len(stack.grid.findChildren(LearningRateSpinBox)) == 6


def test_a_rate_for_many_selected_layers_passes_over_those_without(document, stack, plan):
    stack.grid.select_layers(ids(document))
    field = stack.grid.indexWidget(stack.grid.model().index(DENSE, Column.RATE))
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "0.5\r")
    assert plan("batch-norm-1").learning_rate == 0.5
    assert plan("dropout-1").learning_rate == 1e-3


def test_flatten_has_no_box_and_is_passed_over(document, stack, click, plan):
    click(FLATTEN, Column.TRAINS)
    press(stack.grid, Qt.Key.Key_Space)
    press(stack.grid, Qt.Key.Key_T)
    assert document.undo_stack.count() == 0
    click(FLATTEN, Column.LAYER)
    click(DROPOUT, Column.LAYER, CONTROL)
    press(stack.grid, Qt.Key.Key_T)
    assert document.undo_stack.undoText() == "Freeze dropout-1"
    assert plan("flatten-1").trainable


def test_a_box_freezes_dropout(stack, click, plan):
    click(DROPOUT, Column.TRAINS)
    assert not plan("dropout-1").trainable
    assert stack.grid.model().rows[DROPOUT].frozen


def test_tab_stops_at_what_a_kind_has(stack):
    grid = stack.grid
    grid.setFocus()
    grid.setCurrentIndex(grid.model().index(BATCH_NORM, Column.LAYER))
    visited = []
    while grid.currentIndex().row() < RESIDUAL:
        visited.append((grid.currentIndex().row(), Column(grid.currentIndex().column()).name))
        press(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert visited[1:] == [
        (BATCH_NORM, "ACTIVATION"), (BATCH_NORM, "TRAINS"), (BATCH_NORM, "RATE"),
        (DROPOUT, "UNITS"), (DROPOUT, "TRAINS"),
    ]  # fmt: skip


PLANS = {
    "flatten_1": FROZEN,
    "batch_norm_1": FROZEN.replace(when_frozen="training"),
    "dropout_1": FROZEN,
    "residual_1": LayerPlan(detached=True),
    "layer_norm_1": LayerPlan(learning_rate=0.0),
    "pca_1": FROZEN.replace(learning_rate=5e3),
}


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("width", [240, 300, 420, 800])
def test_every_kind_in_every_state_is_drawn(themes, icons, show, theme, width):
    document = Document(every_kind(**PLANS))
    stack = show(LayerStack(document, themes, icons), width, 700)
    themes.set_theme(theme)
    counts = {"hidden-1": LayerTelemetry(0.3, [1, 2, 1], [2, 1, 1])}
    stack.set_telemetry(counts | {"dropout-1": LayerTelemetry(None, [], [])})
    stack.set_running(every_kind())
    stack.grid.select_layers(ids(document))
    assert not stack.grab().toImage().isNull()
    assert "histogram" not in stack.grid.shown_parts(DROPOUT)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_a_detached_row_is_cut_from_the_one_above_it_by_a_dashed_line(
    document, stack, themes, click, act, theme
):
    def line():
        rect = stack.grid.row_rect(RESIDUAL)
        picture = stack.grid.viewport().grab(rect).toImage()
        ink = QColor(themes.theme.text)
        bottom = range(picture.height() - 3, picture.height())
        return sum(
            picture.pixelColor(x, y) == ink for y in bottom for x in range(40, rect.width() - 20)
        )

    themes.set_theme(theme)
    click(RESIDUAL, Column.LAYER)
    assert line() == 0
    act("Detach")
    assert line() > 50
    document.undo_stack.undo()
    assert line() == 0


def test_a_mark_on_the_row_tells_that_a_layer_drops_while_frozen(document, stack, click, act):
    def status():
        rect = stack.grid.row_rect(DROPOUT)
        rect.setTop(rect.center().y())
        return stack.grid.viewport().grab(rect).toImage()

    click(DROPOUT, Column.LAYER)
    press(stack.grid, Qt.Key.Key_T)
    QApplication.sendEvent(stack.grid.viewport(), QEvent(QEvent.Type.Leave))
    before = status()
    act("While frozen", "As in training")
    assert status() != before
    document.undo_stack.undo()
    assert status() == before
