"""Where a sweep is trained."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.panels.sweep_place import SweepPlace

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def place(themes, show):
    """At the lower end of its column, as in the window."""
    column = QWidget()
    layout = QVBoxLayout(column)
    layout.addStretch(1)
    place = SweepPlace(themes)
    layout.addWidget(place)
    show(column, 360, 300)
    place.column = column
    return place


def choose(place, key):
    QTest.mouseClick(place.choice, LEFT, pos=place.choice.place_of(key).center().toPoint())


def test_only_a_cluster_needs_an_address(place):
    assert (place.where, place.address) == ("here", "")
    assert not place.field.isVisible()
    place.choice.setFocus()
    QTest.keyClick(place.choice, Qt.Key.Key_Right)
    assert place.where == "cores"
    assert place.complete()
    QTest.keyClick(place.choice, Qt.Key.Key_Right)
    assert place.where == "cluster"
    assert place.field.isVisible()
    QTest.keyClicks(place.field, " tcp://127.0.0.1:8786 ")
    assert place.address == "tcp://127.0.0.1:8786"
    assert place.complete()
    QTest.keyClick(place.choice, Qt.Key.Key_Home)
    assert place.address == ""
    assert place.complete()


def test_the_choice_stays_under_the_mouse(place):
    before = place.choice.mapTo(place.window(), QPoint())
    for key in ("cluster", "cores", "here", "cluster"):
        choose(place, key)
        QTest.qWait(0)
        assert place.choice.mapTo(place.window(), QPoint()) == before, key


def test_a_missing_address_is_said_when_it_is_asked_for_and_not_before(place):
    choose(place, "cluster")
    assert place.problem == ""
    assert not place.complete()
    assert "Write the scheduler's address" in place.problem
    assert place.field.hasFocus()
    QTest.keyClicks(place.field, "t")
    assert place.problem == ""
    QTest.keyClick(place.field, Qt.Key.Key_Backspace)
    assert "Write the scheduler's address" in place.problem  # somebody has typed
    choose(place, "here")
    assert place.problem == ""
    choose(place, "cluster")
    assert place.problem == ""
