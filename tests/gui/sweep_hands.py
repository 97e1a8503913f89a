"""What a person does with the sweep window, for its tests."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.plots.sweep_plot import SweepPlot
from gui.sweep_window import SweepWindow

LEFT = Qt.MouseButton.LeftButton


Open = Callable[[], SweepWindow]


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
    qtbot.waitUntil(lambda: window.results.table.model.rowCount() > 0)
    press(window.status.cancel_button)
    wait_for(window, "Cancelled", qtbot)
    return int(window.status.text.split(" ")[2])


def choose_view(window: SweepWindow, view: str) -> None:
    choice = window.results.views.choice
    QTest.mouseClick(choice, LEFT, pos=choice.place_of(view).center().toPoint())


def plot_of(window: SweepWindow) -> SweepPlot:
    assert window.results.plot_panel is not None
    return window.results.plot_panel.plot
