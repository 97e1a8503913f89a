"""What is asked of the sweep window: values, problems beside them, and the start."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.structure import insert_layer
from gui.document import Document
from gui.sweep_window import SweepWindow
from tests.gui.sweep_hands import ask, press, wait_for, wait_for_check, write


def test_a_sweep_is_ready_when_the_window_opens(window: SweepWindow) -> None:
    assert window.form.sentence == ("5 learning rates × 2 variants × 2 seeds = 20 runs in 1 part")
    assert window.status.start_button.isEnabled()
    assert "No results yet" in window.results.table.message


def test_start_pressed_right_after_typing_waits_for_the_check(
    window: SweepWindow, qtbot: QtBot
) -> None:
    write(window.form.axes.rows[0].text, "0.03")
    press(window.status.start_button)
    wait_for(window, "Finished · 4 of 4 runs", qtbot)
    assert {row.values[0] for row in window.results.table.model.rows} == {0.03}


def test_every_pattern_and_more_seeds_are_counted(window: SweepWindow, qtbot: QtBot) -> None:
    window.form.every_pattern.click()
    wait_for_check(window, qtbot, "4 patterns")
    write(window.form.seeds, "10")
    QTest.keyClick(window.form.seeds, Qt.Key.Key_Return)
    wait_for_check(window, qtbot, "4 patterns × 10 seeds = 200 runs")
    assert window.isVisible()  # Return was the field's, not a button's


def test_without_anything_that_varies_there_is_one_cell(window: SweepWindow, qtbot: QtBot) -> None:
    window.form.axes.rows[0].removed.emit()
    wait_for_check(window, qtbot, "Nothing varies, so there is one cell")
    press(window.status.start_button)
    wait_for(window, "Finished · 4 of 4 runs", qtbot)
    assert window.results.table.model.columns[0].title == "variant"


def test_what_cannot_be_read_cannot_be_started(window: SweepWindow, qtbot: QtBot) -> None:
    write(window.form.axes.rows[0].text, "0.01, fast")
    assert "“fast”" in window.form.axes.rows[0].problem
    assert window.form.sentence == ""
    assert not window.status.start_button.isEnabled()
    ask(window, "0.01", "4 runs", qtbot)
    assert window.status.start_button.isEnabled()


def test_what_cannot_be_trained_is_said_beside_its_values(
    window: SweepWindow, document: Document, qtbot: QtBot
) -> None:
    document.edit(insert_layer(document.experiment, 1, "batch_norm"), "add")
    row = window.form.axes.add_row("training.batch_size")
    row.set_text("10, 29")  # of 30 rows, 29 leaves a single one
    row.changed.emit()
    qtbot.waitUntil(lambda: "single row" in row.problem)
    assert not window.status.start_button.isEnabled()
    assert window.form.axes.rows[0].problem == ""
    row.set_text("10, 15")
    row.changed.emit()
    wait_for_check(window, qtbot, "2 batch sizes")
    assert row.problem == ""


def test_too_many_runs_are_said_of_the_whole(window: SweepWindow, qtbot: QtBot) -> None:
    window.form.axes.add_row("training.epochs").set_text("1-900")
    write(window.form.axes.rows[0].text, "0.1, 0.2, 0.3")
    qtbot.waitUntil(lambda: "2,700 combinations" in window.form.problem)
    assert not window.status.start_button.isEnabled()


def test_the_base_is_the_experiment_at_the_moment(
    window: SweepWindow, document: Document, qtbot: QtBot
) -> None:
    wider = document.experiment.layers[0].replace(units=7)
    layers = (wider, document.experiment.layers[1])
    document.edit(document.experiment.replace(layers=layers), "wider")
    row = window.form.axes.add_row("layers.hidden.units")
    assert row.text.text() == "3, 7, 14"
    wait_for_check(window, qtbot, "3 sizes of hidden")


def test_what_changed_while_hidden_is_caught_up_with(
    window: SweepWindow, document: Document, qtbot: QtBot
) -> None:
    window.hide()
    first = document.experiment.replace(variants=document.experiment.variants[:1])
    document.edit(first, "one variant")
    assert "2 variants" in window.form.sentence  # not looked at while nobody sees it
    window.show()
    wait_for_check(window, qtbot, "1 variant ×")
