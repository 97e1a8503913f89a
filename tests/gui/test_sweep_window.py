"""The window of the sweeps, from what is asked to the table, with real small sweeps."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.structure import insert_layer
from gui.appearance import Appearance
from gui.document import Document
from gui.engine_gate import EngineGate
from gui.icons import Icons
from gui.plots.sweep_plot import SweepPlot
from gui.settings import Settings
from gui.sweep_controller import SweepController
from gui.sweep_window import SweepWindow
from gui.theme import DARK, LIGHT, ThemeSource
from tests.gui.sweeps import small

LEFT = Qt.MouseButton.LeftButton
Open = Callable[[], SweepWindow]


@pytest.fixture
def themes(qapp: QApplication, tmp_path: Path) -> Iterator[ThemeSource]:
    """The program's own look, light."""
    source, settings = ThemeSource(), Settings(tmp_path / "settings.json")
    settings.theme = "light"
    appearance = Appearance(qapp, source, settings)
    yield source
    appearance.withdraw()


@pytest.fixture
def document(qapp: QApplication) -> Document:
    return Document(small())


@pytest.fixture
def open_window(
    document: Document, themes: ThemeSource, live_gate: EngineGate, tmp_path: Path, qtbot: QtBot
) -> Iterator[Open]:
    """Opens windows on one folder, each with a controller of its own, as a new program has."""
    controllers: list[SweepController] = []

    def opened() -> SweepWindow:
        controllers.append(SweepController(document, live_gate, tmp_path / "sweeps"))
        window = SweepWindow(document, controllers[-1], themes, Icons(themes))
        qtbot.addWidget(window)
        window.show()
        wait_for_check(window, qtbot)
        return window

    yield opened
    for controller in controllers:
        qtbot.waitUntil(controller.close)


@pytest.fixture
def window(open_window: Open) -> SweepWindow:
    return open_window()


def wait_for_check(window: SweepWindow, qtbot: QtBot, words: str = "runs in") -> None:
    qtbot.waitUntil(lambda: words in window.form.sentence)


def write(field: QWidget, text: str) -> None:
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, text)


def press(button: QWidget) -> None:
    QTest.mouseClick(button, LEFT)


def ask(window: SweepWindow, values: str, words: str, qtbot: QtBot) -> None:
    """Other learning rates, until the window says what they come to."""
    write(window.form.axes.rows[0].text, values)
    wait_for_check(window, qtbot, words)


def wait_for(window: SweepWindow, words: str, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: words in window.status.text)


def start_long(window: SweepWindow, qtbot: QtBot) -> int:
    """Start a sweep of many parts and cancel it half-way; how many runs were done."""
    row = window.form.axes.add_row("training.epochs")
    row.set_text("20-49")
    ask(window, "0.01, 0.02", "240 runs", qtbot)
    press(window.status.start_button)
    qtbot.waitUntil(lambda: window.results.model.rowCount() > 0)
    press(window.status.cancel_button)
    wait_for(window, "Cancelled", qtbot)
    return int(window.status.text.split(" ")[2])


def test_a_sweep_is_ready_when_the_window_opens(window: SweepWindow) -> None:
    assert window.form.sentence == ("5 learning rates × 2 variants × 2 seeds = 20 runs in 1 part")
    assert window.status.start_button.isEnabled()
    assert "No results yet" in window.results.message


def test_from_what_varies_to_the_table(window: SweepWindow, qtbot: QtBot) -> None:
    ask(window, "0.01, 0.1", "2 learning rates", qtbot)
    press(window.status.start_button)
    wait_for(window, "Finished · 8 of 8 runs", qtbot)
    table = window.results.model
    assert table.rowCount() == 2 * 2
    window.spread.chosen.emit("seeds")
    titles = [column.title for column in table.columns]
    assert titles[:3] == ["learning rate", "variant", "train loss"]
    assert [row.values[:2] for row in table.rows] == [
        (0.01, "All"), (0.01, "First"), (0.1, "All"), (0.1, "First"),
    ]  # fmt: skip
    QTest.mouseClick(window.spread, LEFT, pos=window.spread.place_of("runs").center().toPoint())
    assert table.rowCount() == 8
    assert {row.values[2] for row in table.rows} == {1, 2}


def test_start_pressed_right_after_typing_waits_for_the_check(
    window: SweepWindow, qtbot: QtBot
) -> None:
    write(window.form.axes.rows[0].text, "0.03")
    press(window.status.start_button)
    wait_for(window, "Finished · 4 of 4 runs", qtbot)
    assert {row.values[0] for row in window.results.model.rows} == {0.03}


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
    assert window.results.model.columns[0].title == "variant"


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


def test_a_cancelled_sweep_is_resumed_and_nothing_is_trained_twice(
    window: SweepWindow, qtbot: QtBot
) -> None:
    done = start_long(window, qtbot)
    assert 0 < done < 240
    assert window.form.isEnabled()
    press(window.status.resume_button)
    assert not window.form.isEnabled()
    wait_for(window, f"{done} from before", qtbot)
    wait_for(window, "Finished · 240 of 240 runs", qtbot)
    assert window.results.model.rowCount() == 120


def test_an_unfinished_sweep_is_offered_by_the_next_program(
    open_window: Open, qtbot: QtBot
) -> None:
    first = open_window()
    assert first.offer.text == ""
    done = start_long(first, qtbot)
    first.close()
    second = open_window()
    words = f"An unfinished sweep of “Small”: {done} of 240 runs."
    qtbot.waitUntil(lambda: second.offer.text == words)
    press(second.offer.resume_button)
    wait_for(second, "Finished · 240 of 240 runs", qtbot)
    assert second.offer.text == ""
    assert second.results.model.rowCount() == 120
    assert second.results.model.columns[1].title == "epochs"


def test_an_offer_can_be_discarded(open_window: Open, qtbot: QtBot) -> None:
    first = open_window()
    start_long(first, qtbot)
    first.close()
    second = open_window()
    qtbot.waitUntil(second.offer.isVisible)
    press(second.offer.discard_button)
    assert not second.offer.isVisible()


def test_a_sweep_goes_on_while_the_window_is_hidden(window: SweepWindow, qtbot: QtBot) -> None:
    press(window.status.start_button)
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()
    before = window.results.model.rowCount()
    wait_for(window, "Finished", qtbot)
    assert window.results.model.rowCount() == before  # not drawn while nobody sees it
    window.show()
    assert window.results.model.rowCount() == 10


def test_a_row_is_opened_as_an_experiment(window: SweepWindow, qtbot: QtBot) -> None:
    ask(window, "0.01, 0.1", "2 learning rates", qtbot)
    press(window.status.start_button)
    wait_for(window, "Finished", qtbot)
    assert not window.open_cell.isEnabled()
    key = window.results.model.key(3)
    window.results.row_chosen.emit(key)
    with qtbot.waitSignal(window.experiment_wanted) as wanted:
        press(window.open_cell)
    experiment, variant = wanted.args
    assert variant == "first"
    rates = {plan.learning_rate for plan in experiment.variant(variant).layers.values()}
    assert rates == {0.1}


def choose_view(window: SweepWindow, view: str) -> None:
    choice = window.views.choice
    QTest.mouseClick(choice, LEFT, pos=choice.place_of(view).center().toPoint())


def plot_of(window: SweepWindow) -> SweepPlot:
    assert window.plot_panel is not None
    return window.plot_panel.plot


def test_the_plot_shows_the_means_of_the_trained_runs(window: SweepWindow, qtbot: QtBot) -> None:
    ask(window, "0.1, 0.001", "2 learning rates", qtbot)
    press(window.status.start_button)
    wait_for(window, "Finished · 8 of 8 runs", qtbot)
    assert window.plot_panel is None  # not made before somebody wants to see it
    choose_view(window, "plot")
    assert not window.spread.isVisible()
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
    assert window.spread.isVisible()
    ask(window, "0.01, 0.1", "2 learning rates", qtbot)
    press(window.status.start_button)
    wait_for(window, "Finished", qtbot)
    assert plot_of(window).shown is None
    assert window.results.model.rowCount() == 4
    choose_view(window, "plot")
    assert plot_of(window).shown is not None
    ask(window, "0.01, 0.1, 0.2", "3 learning rates", qtbot)
    press(window.status.start_button)
    wait_for(window, "Finished · 12 of 12 runs", qtbot)
    shown = plot_of(window).shown
    assert shown is not None
    assert len(shown.means) == 6
    assert window.results.model.rowCount() == 4
    choose_view(window, "table")
    assert window.results.model.rowCount() == 6


def test_a_point_is_opened_as_a_row_is(window: SweepWindow, qtbot: QtBot) -> None:
    ask(window, "0.01, 0.1", "2 learning rates", qtbot)
    press(window.status.start_button)
    wait_for(window, "Finished", qtbot)
    choose_view(window, "plot")
    assert not window.open_cell.isEnabled()
    plot = plot_of(window)
    for key in (Qt.Key.Key_Home, Qt.Key.Key_End):
        QTest.keyClick(plot, key)
    assert window.open_cell.isEnabled()
    for open_it in (
        lambda: press(window.open_cell),
        lambda: QTest.keyClick(plot, Qt.Key.Key_Return),
    ):
        with qtbot.waitSignal(window.experiment_wanted) as wanted:
            open_it()
        experiment, variant = wanted.args
        rates = {plan.learning_rate for plan in experiment.variant(variant).layers.values()}
        assert rates == {0.1}
    assert window.isVisible()  # Return was the plot's
    choose_view(window, "table")
    assert not window.open_cell.isEnabled()  # of the table no row is chosen


def test_what_was_chosen_is_of_its_sweep_alone(window: SweepWindow, qtbot: QtBot) -> None:
    ask(window, "0.01, 0.1", "2 learning rates", qtbot)
    press(window.status.start_button)
    wait_for(window, "Finished", qtbot)
    window.results.row_chosen.emit(window.results.model.key(0))
    assert window.open_cell.isEnabled()
    ask(window, "0.02", "4 runs", qtbot)
    press(window.status.start_button)
    wait_for(window, "Finished · 4 of 4 runs", qtbot)
    assert not window.open_cell.isEnabled()


def test_a_cluster_that_does_not_answer_is_said(window: SweepWindow, qtbot: QtBot) -> None:
    window.place.choice.setFocus()
    QTest.keyClick(window.place.choice, Qt.Key.Key_End)
    assert not window.status.start_button.isEnabled()
    QTest.keyClicks(window.place.field, "no-address")
    press(window.status.start_button)
    wait_for(window, "Failed", qtbot)
    assert window.status.problem
    QTest.keyClick(window.place.choice, Qt.Key.Key_Home)
    press(window.status.resume_button)
    wait_for(window, "Finished · 20 of 20 runs", qtbot)
    assert window.status.problem == ""


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_nothing_is_cut_off_in_a_small_window(
    window: SweepWindow, themes: ThemeSource, theme: object, qtbot: QtBot
) -> None:
    themes.set_theme(LIGHT if theme is LIGHT else DARK)
    window.resize(700, 480)
    choose_view(window, "plot")
    assert (window.width(), window.height()) == (700, 480)
    corner = plot_of(window).mapTo(window, plot_of(window).rect().bottomRight())
    assert window.rect().contains(corner)
    choose_view(window, "table")
    assert (window.width(), window.height()) == (700, 480)
    for part in (window.form.axes, window.place, window.status.start_button, window.results):
        corner = part.mapTo(window, part.rect().bottomRight())
        assert window.rect().contains(corner)


def test_tab_goes_from_what_varies_by_the_form_to_the_results(window: SweepWindow) -> None:
    row = window.form.axes.rows[0]
    form = (*row.controls, window.form.axes.add, window.form.every_pattern, window.form.seeds)
    row.field.setFocus()
    for control in (*form, window.place.choice):
        assert control.hasFocus()
        QTest.keyClick(control, Qt.Key.Key_Tab)
    assert not window.status.start_button.hasFocus()  # the results come first


def test_every_control_has_a_name(window: SweepWindow) -> None:
    for child in window.findChildren(QWidget):
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isVisible():
            text = getattr(child, "text", str)()
            assert child.accessibleName() or text, child
