"""The run bar: the words, the buttons and the figures for every state of a run."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QUndoStack
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QProgressBar, QSlider, QToolButton
from pytestqt.qtbot import QtBot

from gui.actions import Actions, make_actions
from gui.appearance import Appearance
from gui.icons import Icons
from gui.panels.run_bar import Progress, RunBar
from gui.settings import Settings
from gui.theme import ThemeSource
from gui.widgets.pace_slider import FLAT_OUT, Pace

STATES = ("ready", "loading", "preparing", "running", "paused", "finished", "stopped", "failed")


class Bar:
    """A run bar in a window, without a run."""

    def __init__(self, window: QMainWindow) -> None:
        self.window = window
        themes = ThemeSource()
        icons = Icons(themes)
        self.actions: Actions = make_actions(window, icons, QUndoStack(window))
        self.bar = RunBar(self.actions, themes, icons)
        window.addToolBar(self.bar)

    @property
    def buttons(self) -> list[QToolButton]:
        buttons = self.bar.findChildren(QToolButton)
        return [button for button in buttons if button.defaultAction() is not None]

    @property
    def text(self) -> str:
        labels = self.bar.findChildren(QLabel)
        return " | ".join(label.text() for label in labels if label.text())

    @property
    def filled(self) -> float:
        bar = self.bar.findChild(QProgressBar)
        assert isinstance(bar, QProgressBar)
        return bar.value() / bar.maximum()

    def enabled(self, state: str) -> set[str]:
        self.bar.show_state(state, 100)
        names = ("run", "step", "step_epoch", "stop", "reset", "new_seed", "full_speed")
        return {name for name in names if getattr(self.actions, name).isEnabled()}


@pytest.fixture
def bar(qtbot: QtBot) -> Bar:
    window = QMainWindow()
    qtbot.addWidget(window)
    bar = Bar(window)
    window.resize(1280, 100)
    window.show()
    return bar


@pytest.fixture
def dressed(qapp: QApplication, tmp_path: Path) -> Iterator[None]:
    """The program's own style sheet, whose edges take room."""
    appearance = Appearance(qapp, ThemeSource(), Settings(tmp_path / "settings.json"))
    yield
    appearance.withdraw()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("ready", "Run"),
        ("loading", "Loading…"),
        ("preparing", "Preparing…"),
        ("running", "Pause"),
        ("paused", "Continue"),
        ("finished", "Train 100 more"),
        ("stopped", "Run"),
        ("failed", "Run"),
    ],
)
def test_the_run_button_says_what_a_click_would_do(bar: Bar, state: str, words: str) -> None:
    bar.bar.show_state(state, 100)
    assert bar.actions.run.text() == words
    (button,) = [b for b in bar.buttons if b.defaultAction() is bar.actions.run]
    assert button.accessibleName() == words  # a screen reader hears what stands there


def test_a_finished_run_offers_as_many_epochs_as_it_is_told(bar: Bar) -> None:
    bar.bar.show_state("finished", 1_500, anew=True)
    assert bar.actions.run.text() == "Run anew"
    bar.bar.show_state("finished", 1_500)
    assert "1,500" in bar.actions.run.text()


@pytest.mark.parametrize(
    ("state", "possible"),
    [
        ("ready", {"run", "step", "step_epoch", "new_seed", "full_speed"}),
        ("loading", {"stop", "reset", "new_seed"}),
        ("preparing", {"stop", "reset", "new_seed"}),
        ("running", {"run", "step", "step_epoch", "stop", "reset", "new_seed", "full_speed"}),
        ("paused", {"run", "step", "step_epoch", "stop", "reset", "new_seed", "full_speed"}),
        ("finished", {"run", "reset", "new_seed"}),
        ("stopped", {"run", "step", "step_epoch", "reset", "new_seed", "full_speed"}),
        ("failed", {"run", "step", "step_epoch", "reset", "new_seed", "full_speed"}),
    ],
)
def test_only_what_can_be_done_now_is_offered(bar: Bar, state: str, possible: set[str]) -> None:
    assert bar.enabled(state) == possible


def test_the_button_looks_different_while_it_would_pause(bar: Bar) -> None:
    bar.bar.show_state("ready", 100)
    play = bar.actions.run.icon().pixmap(16, 16).toImage()
    bar.bar.show_state("running", 100)
    assert bar.actions.run.icon().pixmap(16, 16).toImage() != play
    bar.bar.show_state("paused", 100)
    assert bar.actions.run.icon().pixmap(16, 16).toImage() == play


@pytest.mark.parametrize("state", STATES)
def test_every_button_has_a_name_a_tip_and_the_keyboard(bar: Bar, state: str) -> None:
    bar.bar.show_state(state, 100)
    assert len(bar.buttons) == 6
    for button in bar.buttons:
        assert button.accessibleName() == button.text()
        assert button.toolTip()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_run_says_what_it_does_now(bar: Bar) -> None:
    said = {}
    for state in STATES:
        bar.bar.show_state(state, 100)
        tip = bar.actions.run.toolTip()
        said[state] = bar.actions.run.statusTip()
        assert tip.startswith(said[state])
        assert tip.endswith(f"{bar.actions.run.text()} (F5)")
    assert "again to pause" in said["ready"]
    assert not any("pause" in said[state] for state in ("paused", "finished", "loading"))
    bar.bar.show_state("finished", 100, anew=True)
    assert bar.actions.run.statusTip() != said["finished"]


def test_progress_is_shown_and_taken_back(bar: Bar) -> None:
    assert "Epoch –" in bar.text
    assert bar.filled == 0
    bar.bar.show_progress(Progress(37.5, 100, 562, 214.0))
    assert "Epoch 37 / 100" in bar.text
    assert "214 epochs/s" in bar.text
    assert "0:00:00 left" in bar.text
    assert bar.filled == 0.375
    bar.bar.show_progress(None)
    assert "Epoch –" in bar.text
    assert "214" not in bar.text
    assert bar.filled == 0


def test_a_run_that_was_extended_is_not_past_its_end(bar: Bar) -> None:
    bar.bar.show_progress(Progress(120.0, 100, 1_800, None))
    assert bar.filled == 1


def test_the_progress_is_told_to_a_screen_reader(bar: Bar) -> None:
    bar.bar.show_progress(Progress(2.0, 10, 30, 1.0))
    progress = bar.bar.findChild(QProgressBar)
    assert isinstance(progress, QProgressBar)
    assert progress.accessibleName()
    assert "Epoch 2 / 10" in progress.accessibleDescription()


@pytest.mark.parametrize(
    ("epochs", "total", "text"),
    [(0.0, 100, "0 / 100"), (36.99, 100, "36 / 100"), (12_000.0, 1_000_000, "12,000 / 1,000,000")],
)
def test_whole_epochs_are_counted(epochs: float, total: int, text: str) -> None:
    assert Progress(epochs, total, 0, None).place_text() == text


@pytest.mark.parametrize(
    ("speed", "text"),
    [
        (None, ""),
        (0.0, ""),
        (0.001, "0.06 epochs/min"),
        (0.2, "12 epochs/min"),
        (0.5, "0.5 epochs/s"),
        (14.94, "14.9 epochs/s"),
        (214.4, "214 epochs/s"),
        (1_234.0, "1,234 epochs/s"),
        (12_345.0, "12,345 epochs/s"),
    ],
)
def test_speed_has_three_digits_and_a_unit(speed: float | None, text: str) -> None:
    assert Progress(1.0, 10, 0, speed).speed_text() == text


@pytest.mark.parametrize(
    ("epochs", "speed", "text"),
    [
        (0.0, None, ""),
        (100.0, 15.0, ""),
        (40.0, 15.0, "0:00:04 left"),
        (0.0, 1.0, "0:01:40 left"),
        (0.0, 0.01, "2:46:40 left"),
    ],
)
def test_the_time_left_is_told_while_there_is_any(
    epochs: float, speed: float | None, text: str
) -> None:
    assert Progress(epochs, 100, 0, speed).left_text() == text


def test_the_pace_is_reported_as_soon_as_the_slider_moves(bar: Bar, qtbot: QtBot) -> None:
    slider = bar.bar.findChild(QSlider)
    assert isinstance(slider, QSlider)
    with qtbot.waitSignal(bar.bar.pace.changed) as told:
        QTest.keyClick(slider, Qt.Key.Key_End)
    assert told.args == [FLAT_OUT]
    with qtbot.waitSignal(bar.bar.pace.changed) as told:
        QTest.keyClick(slider, Qt.Key.Key_Home)
    assert told.args == [Pace("steps", 1.0)]
    with qtbot.assertNotEmitted(bar.bar.pace.changed):
        bar.bar.pace.set_value(Pace("epochs", 15.0))


@pytest.mark.parametrize("state", STATES)
def test_everything_of_the_bar_is_in_sight_in_a_narrow_window(
    dressed: None, bar: Bar, state: str, qtbot: QtBot
) -> None:
    bar.bar.show_state(state, 1_000)
    bar.bar.show_progress(Progress(1_200.0, 10_000, 12, 1_234.0))
    bar.window.resize(1024, 100)
    # and the pace not behind the arrow of a bar that is too narrow
    qtbot.waitUntil(lambda: bar.bar.width() == 1024 and bar.bar.pace.isVisible())
    assert bar.bar.rect().contains(bar.bar.pace.geometry())
    for button in bar.buttons:
        assert button.isVisible()
        assert button.width() >= button.sizeHint().width()
    for label in bar.bar.findChildren(QLabel):
        assert label.width() >= label.fontMetrics().horizontalAdvance(label.text()), label.text()


def test_words_stand_beside_the_icons_where_there_is_room(
    dressed: None, bar: Bar, qtbot: QtBot
) -> None:
    def worded() -> list[str]:
        icon_only = Qt.ToolButtonStyle.ToolButtonIconOnly
        return [b.text() for b in bar.buttons if b.toolButtonStyle() != icon_only]

    bar.bar.show_state("finished", 1_000)
    bar.window.resize(1400, 100)
    qtbot.waitUntil(lambda: bar.bar.width() == 1400)
    assert len(worded()) == len(bar.buttons)
    bar.window.resize(1024, 100)
    qtbot.waitUntil(lambda: bar.bar.width() == 1024)
    assert worded() == ["Train 1,000 more"]
    bar.window.resize(1400, 100)
    qtbot.waitUntil(lambda: bar.bar.width() == 1400)
    assert len(worded()) == len(bar.buttons)
