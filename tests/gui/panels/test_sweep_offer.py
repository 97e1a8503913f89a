"""The offer of a sweep from before, and the way back from its Discard."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.panels.sweep_offer import SweepOffer
from gui.stored_sweeps import StoredSweep
from tests.gui.sweeps import quick, small

LEFT = Qt.MouseButton.LeftButton
PATH = Path("one.sweep")


def stored(done=960, problem=""):
    return StoredSweep(PATH, "Small", 2000, done, problem, None if problem else quick())


def buttons(offer):
    found = (offer.resume_button, offer.discard_button, offer.next_button, offer.undo_button)
    return {button.text() for button in found if button.isVisible()}


@pytest.fixture
def offer(themes, show):
    window = QWidget()
    column = QVBoxLayout(window)
    offer = SweepOffer(themes)
    column.addWidget(offer)
    column.addStretch(1)
    show(window, 700, 120)
    offer.around = window  # as long as it is looked at
    return offer


@pytest.mark.parametrize(
    ("done", "problem", "text", "offered"),
    [
        (960, "", "960 of 2,000 runs.", {"Resume", "Discard"}),
        (2000, "", "all 2,000 runs.", {"Show results", "Discard"}),
        (0, "it is damaged", "it is damaged", {"Discard"}),
    ],
)
def test_a_sweep_from_before_is_offered(offer, qtbot, done, problem, text, offered):
    assert not offer.isVisible()
    offer.set_stored(stored(done, problem), small())
    assert offer.isVisible()
    assert offer.text.endswith(text)
    assert offer.varied == ("" if problem else "2 learning rates × 2 variants × 2 seeds")
    assert buttons(offer) == offered
    if not problem:
        with qtbot.waitSignal(offer.resume, check_params_cb=lambda found: found == PATH):
            QTest.mouseClick(offer.resume_button, LEFT)
    with qtbot.waitSignal(offer.discard, check_params_cb=lambda found: found == PATH):
        QTest.mouseClick(offer.discard_button, LEFT)
    offer.set_stored(None, small())
    assert not offer.isVisible()
    assert offer.text == ""


@pytest.mark.parametrize("more", [False, True])
def test_what_was_discarded_can_be_brought_back(offer, qtbot, more):
    offer.set_stored(stored(), small())
    offer.set_discarded(stored(), more=more)
    assert offer.text == "Discarded the sweep of “Small”: 960 of 2,000 runs."
    assert buttons(offer) == ({"Undo", "Next sweep"} if more else {"Undo"})
    with qtbot.waitSignal(offer.undo):
        QTest.mouseClick(offer.undo_button, LEFT)
    if more:
        with qtbot.waitSignal(offer.next):
            QTest.mouseClick(offer.next_button, LEFT)


def test_the_keyboard_stays_in_the_strip(offer):
    offer.set_stored(stored(), small())
    offer.discard_button.setFocus()
    offer.set_discarded(stored(), more=True)
    assert offer.undo_button.hasFocus()
    offer.set_stored(stored(), small())
    assert offer.discard_button.hasFocus()


def test_the_keyboard_stays_on_its_button_when_the_same_is_offered_anew(offer):
    offer.set_stored(stored(), small())
    for button in (offer.resume_button, offer.discard_button):
        button.setFocus()
        offer.set_stored(stored(), small(epochs=3))
        assert button.hasFocus()
    offer.set_discarded(stored(), more=True)
    offer.next_button.setFocus()
    offer.set_discarded(stored(), more=True)
    assert offer.next_button.hasFocus()


def test_names_from_a_file_are_text(offer):
    odd = StoredSweep(Path("<i>.sweep"), "<b>Odd</b>", 10, 4, sweep=quick())
    offer.set_stored(odd, small())
    assert "“<b>Odd</b>”" in offer.text
    tips = {child.toolTip() for child in offer.children() if hasattr(child, "toolTip")}
    assert any(tip.startswith("<p>") and "&lt;i&gt;.sweep" in tip for tip in tips)
