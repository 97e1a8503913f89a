"""The line, the bar and the buttons of a sweep; the offer of one from before."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QProgressBar

from engine.sweep_run import SweepProgress
from gui.panels.sweep_offer import SweepOffer
from gui.panels.sweep_place import SweepPlace
from gui.panels.sweep_status import SweepStatus
from gui.stored_sweeps import StoredSweep

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
        ("cancelled", "Cancelled · 412 of 800 runs in 31.0 s · Resume", {"Resume", "Start"}),
        ("failed", "Failed · 412 of 800 runs in 31.0 s · Resume", {"Resume", "Start"}),
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
    assert status.text == "Stopping… · 0 of 800 runs in 31.0 s"
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


@pytest.fixture
def offer(themes, show):
    offer = show(SweepOffer(), 600, 60)
    offer.set_stored(None)
    return offer


@pytest.mark.parametrize(
    ("done", "problem", "text", "button"),
    [
        (960, "", "An unfinished sweep of “Mine”: 960 of 2,000 runs.", "Resume"),
        (2000, "", "The last sweep, of “Mine”: all 2,000 runs.", "Show results"),
        (0, "it is damaged", "A stored sweep cannot be read. it is damaged", None),
    ],
)
def test_a_sweep_from_before_is_offered(offer, qtbot, done, problem, text, button):
    assert not offer.isVisible()
    path = Path("one.sweep")
    offer.set_stored(StoredSweep(path, "Mine", 2000, done, problem))
    assert offer.isVisible()
    assert offer.text == text
    assert offer.resume_button.isVisible() == (button is not None)
    if button is not None:
        assert offer.resume_button.text() == button
        with qtbot.waitSignal(offer.resume, check_params_cb=lambda found: found == path):
            QTest.mouseClick(offer.resume_button, LEFT)
    with qtbot.waitSignal(offer.discard, check_params_cb=lambda found: found == path):
        QTest.mouseClick(offer.discard_button, LEFT)
    offer.set_stored(None)
    assert not offer.isVisible()
    assert offer.text == ""


def test_only_a_cluster_needs_an_address(themes, show):
    place = show(SweepPlace(themes), 360, 80)
    assert (place.where, place.address, place.is_complete) == ("here", "", True)
    assert not place.field.isVisible()
    place.choice.setFocus()
    QTest.keyClick(place.choice, Qt.Key.Key_Right)
    assert (place.where, place.is_complete) == ("cores", True)
    QTest.keyClick(place.choice, Qt.Key.Key_Right)
    assert (place.where, place.is_complete) == ("cluster", False)
    QTest.keyClicks(place.field, " tcp://127.0.0.1:8786 ")
    assert (place.address, place.is_complete) == ("tcp://127.0.0.1:8786", True)
    QTest.keyClick(place.choice, Qt.Key.Key_Home)
    assert place.address == ""
