"""The line, the bar and the buttons of a sweep."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QProgressBar, QVBoxLayout, QWidget

from engine.sweep_run import SweepProgress
from gui.panels.sweep_status import SweepStatus

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def status(themes, show):
    return show(SweepStatus(themes), 600, 80)


def progress(**changes):
    return SweepProgress(**{
        "runs": 800, "runs_done": 412, "runs_before": 0, "runs_trained": 430.0, "parts": 13,
        "parts_done": 6, "seconds": 31.0, "runs_per_second": 13.3, "seconds_left": 29.0, **changes,
    })  # fmt: skip


@pytest.mark.parametrize(
    ("state", "words", "buttons"),
    [
        ("running", "412 of 800 runs · 53 % · 13.3 runs/s · 0:00:29 left", {"Cancel", "Start"}),
        ("stopping", "Stopping… · 412 of 800 runs in 31.0 s", {"Cancel", "Start"}),
        ("cancelled", "Cancelled · 412 of 800 runs in 31.0 s · Resume", {"Resume", "Start anew"}),
        ("failed", "Failed · 412 of 800 runs in 31.0 s · Resume", {"Resume", "Start anew"}),
        ("finished", "Finished · 412 of 800 runs", {"Start"}),
    ],
)
def test_every_state_has_its_words_and_buttons(status, state, words, buttons):
    status.set_state(state, progress(), "")
    assert status.text.startswith(words)
    offered = (status.start_button, status.cancel_button, status.resume_button)
    assert {button.text() for button in offered if button.isVisible()} == buttons
    assert status.cancel_button.isEnabled() == (state != "stopping")


def filled(status):
    """How much of the bar is."""
    bar = status.findChild(QProgressBar)
    return bar.value() / bar.maximum()


@pytest.mark.parametrize("trained", [0.0, 0.2, 199.9, 200.0])
def test_the_bar_moves_within_a_part(status, trained):
    status.set_progress("running", progress(runs=200, runs_done=0, runs_trained=trained))
    assert filled(status) == pytest.approx(trained / 200, abs=0.001)
    assert filled(status) <= trained / 200


@pytest.mark.parametrize(
    ("waits", "words"),
    [
        ({"workers_starting": 1}, "Starting 1 worker…"),
        ({"workers_starting": 2}, "Starting 2 workers…"),
        ({"connecting_to": "tcp://{0}:8786"}, "Connecting to tcp://{0}:8786…"),
    ],
)
def test_what_it_waits_for_is_said_unless_it_is_being_stopped(status, waits, words):
    waiting = progress(runs_done=0, runs_trained=0.0, seconds_left=None, **waits)
    status.set_state("running", waiting, "")
    assert status.text == words
    status.set_state("stopping", waiting, "")
    assert status.text == "Stopping… · 0 of 800 runs"
    status.set_progress("running", progress(runs_done=0))
    assert status.text.startswith("0 of 800 runs · 53 %")


def test_without_progress_there_is_no_bar_and_nothing_to_resume_after_a_failure(status):
    status.set_state("failed", None, "no scheduler answers")
    assert not status.findChild(QProgressBar).isVisible()
    assert not status.resume_button.isVisible()
    assert status.problem == "no scheduler answers"
    status.set_state("preparing", None, "")
    assert status.problem == ""
    assert status.cancel_button.isVisible()


@pytest.mark.parametrize(
    ("state", "words"),
    [("cancelled", "Cancelled before it began"), ("failed", "Nothing was trained")],
)
def test_what_ended_before_it_began_says_so(status, state, words):
    status.set_state(state, None, "")
    assert status.text == words


def test_a_long_error_is_cut_and_whole_in_the_tooltip(status):
    status.set_state("failed", None, "\n".join(f"line <{at}>" for at in range(9)))
    assert status.problem.splitlines() == ["line <0>", "line <1>", "line <2>"]


def test_buttons_report_what_is_pressed(status, qtbot):
    status.set_state("cancelled", progress(), "")
    with qtbot.waitSignal(status.resume):
        QTest.mouseClick(status.resume_button, LEFT)
    with qtbot.waitSignal(status.start):
        QTest.mouseClick(status.start_button, LEFT)
    status.set_startable(False)
    with qtbot.assertNotEmitted(status.start):
        QTest.mouseClick(status.start_button, LEFT)


@pytest.mark.parametrize(
    ("state", "filled_ones"),
    [
        ("idle", {"Start"}),
        ("running", {"Start"}),
        ("cancelled", {"Resume"}),
        ("failed", {"Resume"}),
        ("finished", {"Start"}),
    ],
)
def test_the_filled_button_is_what_most_probably_comes_next(status, state, filled_ones):
    status.set_state("cancelled", progress(), "")
    status.set_state(state, progress(), "")
    offered = (status.start_button, status.cancel_button, status.resume_button)
    found = {b.text() for b in offered if b.isVisible() and b.property("primary")}
    assert found == filled_ones


def test_the_filled_button_is_filled_with_the_accent(status, themes):
    def fill(button):
        image = button.grab().toImage()
        return image.pixelColor(12, image.height() // 2).name().upper()

    accent = themes.theme.accent.upper()
    status.set_state("cancelled", progress(), "")
    assert (fill(status.resume_button), fill(status.start_button) == accent) == (accent, False)
    status.set_state("finished", progress(), "")
    assert fill(status.start_button) == accent


def test_the_keyboard_goes_along_with_what_can_be_pressed(status):
    status.start_button.setFocus()
    for state, place in (
        ("preparing", status.cancel_button),
        ("running", status.cancel_button),
        ("stopping", status),
        ("cancelled", status.resume_button),
        ("running", status.cancel_button),
        ("finished", status.start_button),
    ):
        status.set_state(state, progress(), "")
        assert place.hasFocus(), state


def test_the_keyboard_stays_on_what_can_still_be_pressed(status):
    status.set_state("cancelled", progress(), "")
    for button in (status.start_button, status.resume_button):
        button.setFocus()
        status.set_state("cancelled", progress(), "")
        assert button.hasFocus(), button.text()
    status.start_button.setFocus()
    status.set_state("preparing", progress(), "")
    assert status.cancel_button.hasFocus()


def test_a_keyboard_that_is_elsewhere_stays_there(themes, show):
    window = QWidget()
    column = QVBoxLayout(window)
    field, status = QLineEdit(), SweepStatus(themes)
    column.addWidget(field)
    column.addWidget(status)
    show(window, 600, 120)
    field.setFocus()
    for state in ("preparing", "running", "stopping", "cancelled", "running", "finished"):
        status.set_state(state, progress(), "")
        assert field.hasFocus(), state


def test_nothing_can_be_started_while_something_goes(status):
    for startable in (True, False):
        status.set_startable(startable)
        for state, able in (("running", False), ("finished", startable), ("stopping", False)):
            status.set_state(state, progress(), "")
            assert status.start_button.isEnabled() == able


def test_what_was_only_looked_at_took_no_time(status):
    status.set_state("finished", progress(runs=2880, runs_done=2880, runs_before=2880), "")
    assert status.text == "Finished · 2,880 of 2,880 runs, all from before"
