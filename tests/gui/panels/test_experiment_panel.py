import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QWidget

from engine.structure import add_variant, insert_layer, with_data
from gui.models.layer_rows import LayerTelemetry
from gui.panels.experiment_panel import ExperimentPanel
from gui.widgets.problem_label import ProblemLabel
from gui.widgets.text_field import TextField
from gui.widgets.tip_text import plain_tip


@pytest.fixture
def panel(document, themes, icons, show):
    return show(ExperimentPanel(document, themes, icons), 330, 700)


def texts(panel):
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]


def title(panel):
    return next(f for f in panel.findChildren(TextField) if "Name" in f.accessibleName())


def test_the_name_is_edited_in_place(document, panel, enter):
    enter(title(panel), "My first question")
    assert document.experiment.name == "My first question"
    assert document.undo_stack.undoText() == "Rename experiment"
    document.undo_stack.undo()
    assert title(panel).text() == document.experiment.name


def test_a_name_may_hold_anything_in_the_tooltip(document, panel, enter):
    enter(title(panel), "R&D <b>")
    tips = [field.toolTip() for field in panel.findChildren(TextField)]
    assert plain_tip("R&D <b>") in tips


@pytest.mark.parametrize("name", [" ", "x" * 81])
def test_a_bad_name_is_answered_and_changes_nothing(document, panel, enter, name):
    enter(title(panel), name)
    assert document.undo_stack.count() == 0
    shown = [label.problem for label in panel.findChildren(ProblemLabel) if label.isVisible()]
    assert shown == ["Write a name of 1 to 80 characters"]


def test_the_layers_name_their_variant(document, panel):
    assert "Layers · All trainable" in texts(panel)
    document.view.select("first")
    assert "Layers · First layer only" in texts(panel)


def test_nothing_is_wider_than_the_dock(document, panel, qtbot):
    for _ in range(5):
        document.edit(insert_layer(document.experiment, 1), "Add layer")
    for _ in range(6):
        document.edit(add_variant(document.experiment), "Add variant")
    QApplication.processEvents()
    assert panel.widget().width() <= panel.viewport().width()
    assert panel.widget().minimumSizeHint().width() <= panel.viewport().width()


def test_the_row_with_the_keyboard_is_kept_in_sight(document, panel, qtbot):
    for _ in range(9):
        document.edit(insert_layer(document.experiment, 1), "Add layer")
    QApplication.processEvents()
    grid = panel.stack.grid
    grid.setFocus()
    grid.setCurrentIndex(grid.model().index(0, 0))
    for _ in range(11):
        QTest.keyClick(grid, Qt.Key.Key_Down)
    rect = grid.row_rect(11)
    bottom = grid.viewport().mapTo(panel.viewport(), rect.bottomLeft()).y()
    assert 0 < bottom <= panel.viewport().height()


def test_what_waits_for_the_next_run_is_told_in_every_part(document, panel):
    panel.set_running(document.experiment)
    assert "applies at the next run" not in texts(panel)
    document.edit(with_data(document.experiment, "wine"), "Set data")
    assert "applies at the next run" in texts(panel)
    assert all(row.pending for row in panel.stack.grid.model().rows[::2])
    panel.set_running(None)
    assert "applies at the next run" not in texts(panel)


def test_live_figures_reach_the_layers(panel):
    panel.set_telemetry({"hidden-1": LayerTelemetry(0.5, [1, 2], [2, 1])})
    assert "moved" in panel.stack.grid.shown_parts(0)


def test_every_control_has_a_name(panel):
    controls = [
        *panel.findChildren(QAbstractButton),
        *panel.findChildren(QComboBox),
        *(f for f in panel.findChildren(QLineEdit) if f.objectName() != "qt_spinbox_lineedit"),
    ]
    visible = [control for control in controls if control.isVisible()]
    assert len(visible) > 10
    assert [c for c in visible if not (c.accessibleName() or c.text())] == []


def test_the_keys_are_listed(panel):
    keys = dict(panel.shortcuts())
    assert keys["Freeze or unfreeze"] == "T"
    assert keys["Duplicate layer"] == "Ctrl+D"
    assert keys["Rename variant"] == "F2"


def test_everything_can_be_reached_with_tab(panel):
    title(panel).setFocus()
    seen: list[QWidget] = []
    for _ in range(80):
        focus = QApplication.focusWidget()
        QTest.keyClick(focus, Qt.Key.Key_Tab)
        if QApplication.focusWidget() is title(panel):
            break
        seen.append(QApplication.focusWidget())
    names = {widget.objectName() for widget in seen}
    assert {"name", "validation_fraction", "optimizer", "seeds", "loss"} <= names
    assert panel.stack.grid in seen
