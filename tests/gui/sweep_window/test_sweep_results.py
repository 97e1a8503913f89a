"""The results in the sweep window: table, plot, and the way back to an experiment."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView
from pytestqt.qtbot import QtBot

from gui.sweep_window import SweepWindow
from tests.gui.sweep_hands import ask, choose_view, plot_of, press, wait_for

LEFT = Qt.MouseButton.LeftButton


def test_from_what_varies_to_the_table(window: SweepWindow, qtbot: QtBot) -> None:
    ask(window, "0.01, 0.1", "2 learning rates", qtbot)
    press(window.status.start_button)
    wait_for(window, "Finished · 8 of 8 runs", qtbot)
    table = window.results.table.model
    assert table.rowCount() == 2 * 2
    window.results.spread.chosen.emit("seeds")
    titles = [column.title for column in table.columns]
    assert titles[:3] == ["learning rate", "variant", "train loss"]
    assert [row.values[:2] for row in table.rows] == [
        (0.01, "All"), (0.01, "First"), (0.1, "All"), (0.1, "First"),
    ]  # fmt: skip
    QTest.mouseClick(
        window.results.spread, LEFT, pos=window.results.spread.place_of("runs").center().toPoint()
    )
    assert table.rowCount() == 8
    assert {row.values[2] for row in table.rows} == {1, 2}


def test_a_sweep_goes_on_while_the_window_is_hidden(window: SweepWindow, qtbot: QtBot) -> None:
    press(window.status.start_button)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()
    before = window.results.table.model.rowCount()
    wait_for(window, "Finished", qtbot)
    assert window.results.table.model.rowCount() == before  # not drawn while nobody sees it
    window.show()
    assert window.results.table.model.rowCount() == 10


def test_a_row_is_opened_as_an_experiment(window: SweepWindow, qtbot: QtBot) -> None:
    ask(window, "0.01, 0.1", "2 learning rates", qtbot)
    press(window.status.start_button)
    wait_for(window, "Finished", qtbot)
    assert not window.results.open_cell.isEnabled()
    key = window.results.table.model.key(3)
    window.results.table.row_chosen.emit(key)
    with qtbot.waitSignal(window.experiment_wanted) as wanted:
        press(window.results.open_cell)
    experiment, variant = wanted.args
    assert variant == "first"
    rates = {plan.learning_rate for plan in experiment.variant(variant).layers.values()}
    assert rates == {0.1}


def test_the_plot_shows_the_means_of_the_trained_runs(window: SweepWindow, qtbot: QtBot) -> None:
    ask(window, "0.1, 0.001", "2 learning rates", qtbot)
    press(window.status.start_button)
    wait_for(window, "Finished · 8 of 8 runs", qtbot)
    assert window.results.plot_panel is None  # not made before somebody wants to see it
    choose_view(window, "plot")
    assert not window.results.spread.isVisible()
    shown = plot_of(window).shown
    assert shown is not None
    assert shown.axis.texts == ("1e-3", "0.1")
    for curve in shown.curves:
        for point, cell in zip(curve.points, (1, 0), strict=True):
            losses = [
                result.validation_loss
                for result in window.controller.results
                if (result.cell, result.variant) == (cell, curve.variant)
            ]
            assert len(losses) == 2
            assert point.spread.mean == pytest.approx(np.mean(losses))
            assert point.spread.deviation == pytest.approx(np.std(losses, ddof=1))


def test_what_is_not_seen_is_not_renewed(window: SweepWindow, qtbot: QtBot) -> None:
    choose_view(window, "plot")
    assert "press Start" in plot_of(window).content.empty_text
    choose_view(window, "table")
    assert window.results.spread.isVisible()
    ask(window, "0.01, 0.1", "2 learning rates", qtbot)
    press(window.status.start_button)
    wait_for(window, "Finished", qtbot)
    assert plot_of(window).shown is None
    assert window.results.table.model.rowCount() == 4
    choose_view(window, "plot")
    assert plot_of(window).shown is not None
    ask(window, "0.01, 0.1, 0.2", "3 learning rates", qtbot)
    press(window.status.start_button)
    wait_for(window, "Finished · 12 of 12 runs", qtbot)
    shown = plot_of(window).shown
    assert shown is not None
    assert len(shown.means) == 6
    assert window.results.table.model.rowCount() == 4
    choose_view(window, "table")
    assert window.results.table.model.rowCount() == 6


def test_a_point_is_opened_as_a_row_is(window: SweepWindow, qtbot: QtBot) -> None:
    ask(window, "0.01, 0.1", "2 learning rates", qtbot)
    press(window.status.start_button)
    wait_for(window, "Finished", qtbot)
    choose_view(window, "plot")
    assert not window.results.open_cell.isEnabled()
    plot = plot_of(window)
    for key in (Qt.Key.Key_Home, Qt.Key.Key_End):
        QTest.keyClick(plot, key)
    assert window.results.open_cell.isEnabled()
    for open_it in (
        lambda: press(window.results.open_cell),
        lambda: QTest.keyClick(plot, Qt.Key.Key_Return),
    ):
        with qtbot.waitSignal(window.experiment_wanted) as wanted:
            open_it()
        experiment, variant = wanted.args
        rates = {plan.learning_rate for plan in experiment.variant(variant).layers.values()}
        assert rates == {0.1}
    assert window.isVisible()  # Return was the plot's
    choose_view(window, "table")
    assert not window.results.open_cell.isEnabled()  # of the table no row is chosen


def test_what_was_chosen_is_of_its_sweep_alone(window: SweepWindow, qtbot: QtBot) -> None:
    ask(window, "0.01, 0.1", "2 learning rates", qtbot)
    press(window.status.start_button)
    wait_for(window, "Finished", qtbot)
    rows = window.results.table.findChild(QAbstractItemView)
    assert rows is not None
    first = rows.model().index(0, 1)

    def click() -> None:
        QTest.mouseClick(rows.viewport(), LEFT, pos=rows.visualRect(first).center())

    click()
    assert window.results.open_cell.isEnabled()
    ask(window, "0.01, 0.1", "2 learning rates", qtbot)
    press(window.status.start_button)
    qtbot.waitUntil(lambda: not window.results.open_cell.isEnabled())
    wait_for(window, "Finished", qtbot)
    click()  # the row of the same name can be chosen anew
    assert window.results.open_cell.isEnabled()
