"""The window of the sweeps itself: room, keys, focus, and where it trains."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.sweep_window import SweepWindow
from gui.theme import DARK, LIGHT, ThemeSource
from tests.gui.sweep_hands import ask, choose_view, plot_of, press, wait_for


def test_a_cluster_that_does_not_answer_is_said(window: SweepWindow, qtbot: QtBot) -> None:
    window.place.choice.setFocus()
    QTest.keyClick(window.place.choice, Qt.Key.Key_End)
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


def test_the_keyboard_goes_from_start_to_cancel_and_on_to_resume(
    window: SweepWindow, qtbot: QtBot
) -> None:
    window.form.axes.add_row("training.epochs").set_text("20-49")
    ask(window, "0.01, 0.02", "240 runs", qtbot)
    press(window.status.start_button)
    assert window.status.cancel_button.hasFocus()
    assert window.results.table.message == "Results come here part by part."
    assert not [b for b in window.form.axes.rows[0].controls[1:2] if b.isVisible()]
    qtbot.waitUntil(lambda: window.controller.state == "running")
    press(window.status.cancel_button)
    wait_for(window, "Cancelled", qtbot)
    assert window.status.resume_button.hasFocus()
    assert window.form.axes.rows[0].controls[1].isVisible()


def test_a_start_without_an_address_says_what_is_missing(window: SweepWindow, qtbot: QtBot) -> None:
    window.place.choice.setFocus()
    QTest.keyClick(window.place.choice, Qt.Key.Key_End)
    assert window.place.problem == ""
    press(window.status.start_button)
    assert window.controller.state == "idle"
    assert "scheduler's address" in window.place.problem
    assert window.place.field.hasFocus()
