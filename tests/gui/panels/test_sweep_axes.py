"""The rows of what varies: typed values, problems beside them, and finding a field."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from engine.structure import with_data
from gui.models.sweep_fields import sweep_fields
from gui.panels.sweep_axes import SweepAxes

LEFT = Qt.MouseButton.LeftButton
no_grab = pytest.mark.qt_log_ignore("does not support grabbing the keyboard", extend=True)
"""The offscreen platform says so of every popup."""


@pytest.fixture
def axes(themes, icons, show, experiment):
    axes = SweepAxes(themes, icons)
    axes.set_fields(sweep_fields(experiment))
    return show(axes, 360, 400)


def write(field, text):
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


def button(row):
    return row.findChild(QToolButton)


def test_nothing_varies_at_first(axes):
    assert axes.rows == ()
    assert axes.values == ()


def test_a_row_comes_with_values_that_are_suggested(axes, qtbot):
    with qtbot.waitSignal(axes.changed):
        QTest.mouseClick(axes.add, LEFT)
    assert axes.values == (("learning_rate", (1e-4, 3e-4, 1e-3, 3e-3, 1e-2)),)
    QTest.mouseClick(axes.add, LEFT)
    assert axes.values[1] == ("training.optimizer", ("sgd", "adam"))
    assert axes.rows[1].field.hasFocus()  # typing finds another one
    assert axes.rows[1].field.line.selectedText() == "optimizer"


def test_values_are_read_while_they_are_typed(axes, qtbot):
    row = axes.add_row("training.batch_size")
    with qtbot.waitSignal(axes.changed):
        write(row.text, "8, 12")
    assert axes.values == (("training.batch_size", (8, 12)),)
    assert row.problem == ""


def test_what_cannot_be_read_is_said_below_and_gone_once_it_can(axes):
    row = axes.add_row("training.batch_size")
    write(row.text, "8, many")
    assert axes.values is None
    assert "not “many”" in row.problem
    assert row.text.accessibleDescription() == row.problem
    write(row.text, "8")
    assert axes.values == (("training.batch_size", (8,)),)
    assert row.problem == ""


def test_a_row_goes_by_its_button(axes, qtbot):
    axes.add_row("training.batch_size")
    row = axes.add_row("training.optimizer")
    with qtbot.waitSignal(axes.changed):
        QTest.mouseClick(button(row), LEFT)
    assert [path for path, _ in axes.values] == ["training.batch_size"]
    assert not row.isVisible()


def test_what_varies_already_is_refused_in_a_second_row(axes):
    axes.add_row("training.batch_size")
    second = axes.add_row("training.batch_size")
    assert axes.values is None
    assert "varies already" in second.problem
    second.field.chosen.emit("training.epochs")
    assert [path for path, _ in axes.values] == ["training.batch_size", "training.epochs"]
    assert second.problem == ""


@no_grab
def test_letters_from_the_middle_of_a_name_find_it(axes, qtbot):
    row = axes.add_row()
    write(row.field.line, "of hidden-2")
    popup = row.field.completer().popup()
    qtbot.waitUntil(popup.isVisible)
    found = [popup.model().index(at, 0).data() for at in range(popup.model().rowCount())]
    assert found == ["learning rate of hidden-2", "units of hidden-2", "activation of hidden-2"]
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    assert axes.values == (("layers.hidden-2.units", (4, 8, 16)),)


@no_grab
def test_letters_that_find_nothing_change_nothing(axes):
    row = axes.add_row()
    write(row.field.line, "nonsense")
    row.text.setFocus()
    assert row.field.line.text() == "learning rate"
    assert row.path == "learning_rate"


def test_headings_part_the_list_and_cannot_be_chosen(axes):
    model = axes.add_row().field.model()
    items = [model.item(at) for at in range(model.rowCount())]
    headings = [item.text() for item in items if item.flags() == Qt.ItemFlag.NoItemFlags]
    assert headings == ["Training", "Data", "hidden-1", "hidden-2", "output"]


def test_a_field_that_the_experiment_has_no_longer_is_said(axes, experiment):
    axes.set_fields(sweep_fields(with_data(experiment, "moons")))
    row = axes.add_row("data.noise")
    assert axes.values == (("data.noise", (0.05, 0.1, 0.2)),)
    axes.set_fields(sweep_fields(experiment))
    assert axes.values is None
    assert "no longer" in row.problem


def test_problems_of_values_that_could_be_read_stand_in_their_row(axes):
    first, second = axes.add_row("training.epochs"), axes.add_row("training.batch_size")
    axes.set_problems({"training.batch_size": "too large"})
    assert (first.problem, second.problem) == ("", "too large")
    axes.set_problems({})
    assert second.problem == ""


def test_everything_has_a_name_and_is_reached_with_tab(axes):
    row = axes.add_row("training.optimizer")
    assert row.field.accessibleName()
    assert row.text.accessibleName() == "Values of optimizer"
    assert button(row).accessibleName() == "Do not vary optimizer"
    second = axes.add_row("training.epochs")
    order = [*row.controls, *second.controls, axes.add]
    row.field.setFocus()
    for control in order:
        assert control.hasFocus()
        QTest.keyClick(control, Qt.Key.Key_Tab)


def test_values_stand_on_a_line_of_their_own_and_are_not_cut_off(axes):
    row = axes.add_row("learning_rate")
    assert row.text.text() == "1e-4, 3e-4, 1e-3, 3e-3, 0.01"
    axes.add.setFocus()
    QTest.qWait(0)
    assert row.text.y() > row.field.geometry().bottom()
    assert row.text.shown_text == row.text.text()


def test_what_cannot_be_changed_has_nothing_to_press(axes):
    row = axes.add_row("learning_rate")
    place = row.field.geometry()
    axes.setEnabled(False)
    assert not button(row).isVisible()
    QTest.qWait(0)
    assert row.field.geometry() == place  # it keeps its room
    axes.setEnabled(True)
    assert button(row).isVisible()


def test_other_rows_take_the_place_of_those_that_are_there(axes, qtbot):
    axes.add_row("training.epochs")
    wanted = (("learning_rate", (1e-4, 0.5)), ("training.optimizer", ("adamw",)))
    with qtbot.assertNotEmitted(axes.changed):
        axes.set_values(wanted)
    assert axes.values == wanted
    assert [row.text.text() for row in axes.rows] == ["1e-4, 0.5", "AdamW"]


def test_a_note_stands_below_its_values(axes):
    first, second = axes.add_row("learning_rate"), axes.add_row("training.optimizer")
    axes.set_notes({"training.optimizer": "both are the same"})
    assert (first.note, second.note) == ("", "both are the same")
    axes.set_notes({})
    assert second.note == ""
