"""Views of which one is seen: made when first wanted, chosen by the row of words."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from gui.widgets.segmented_choice import Segment
from gui.widgets.view_stack import ViewStack


@pytest.fixture
def made():
    return []


@pytest.fixture
def stack(qtbot, themes, made):
    def maker(key):
        def make():
            made.append(key)
            return QLineEdit(key)

        return make

    stack = ViewStack(themes, "Views")
    qtbot.addWidget(stack)
    qtbot.addWidget(stack.choice)
    for key in ("curves", "patterns", "results"):
        stack.add_view(Segment(key, key.title()), maker(key))
    stack.resize(200, 100)
    stack.show()
    return stack


def test_the_first_view_is_seen_and_the_others_are_not_made(stack, made):
    assert stack.shown == "curves"
    assert made == ["curves"]
    assert stack.currentWidget().text() == "curves"
    assert [segment.text for segment in stack.choice.segments] == ["Curves", "Patterns", "Results"]


def test_a_view_is_made_once_when_it_is_wanted(stack, made):
    for key in ("results", "curves", "results"):
        stack.show_view(key)
        assert stack.shown == key
        assert stack.currentWidget().text() == key
    assert made == ["curves", "results"]


def test_the_words_choose_the_view_and_it_is_told_once(qtbot, stack):
    stack.choice.show()
    with qtbot.waitSignal(stack.view_changed) as told:
        place = stack.choice.place_of("patterns").center().toPoint()
        QTest.mouseClick(stack.choice, Qt.MouseButton.LeftButton, pos=place)
    assert told.args == ["patterns"]
    assert stack.shown == "patterns"
    with qtbot.assertNotEmitted(stack.view_changed):
        stack.show_view("patterns")


def test_the_keyboard_stays_in_the_stack(qtbot, stack):
    stack.activateWindow()
    stack.currentWidget().setFocus()
    qtbot.waitUntil(stack.currentWidget().hasFocus)
    stack.show_view("results")
    assert stack.currentWidget().hasFocus()


def test_an_unknown_view_is_refused(stack):
    with pytest.raises(KeyError):
        stack.show_view("nothing")
    assert stack.shown == "curves"


def test_a_view_has_its_title(stack):
    assert stack.title("results") == "Results"
