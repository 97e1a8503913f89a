import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from gui.theme import ThemeSource
from gui.widgets.segmented_choice import Segment, SegmentedChoice

SEGMENTS = [Segment(key, key, f"all about {key}") for key in ("weights", "gradients", "updates")]
Choice = tuple[SegmentedChoice, list[str]]


@pytest.fixture
def choice(qtbot: QtBot, themes: ThemeSource) -> Choice:
    widget = SegmentedChoice(themes, "What is shown", SEGMENTS)
    qtbot.addWidget(widget)
    widget.resize(widget.sizeHint())
    chosen: list[str] = []
    widget.chosen.connect(chosen.append)
    return widget, chosen


def click(widget: SegmentedChoice, key: str) -> None:
    place = widget.place_of(key).center().toPoint()
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=place)


def test_a_click_chooses_and_a_second_one_reports_nothing(choice: Choice) -> None:
    widget, chosen = choice
    assert widget.value() == "weights"
    click(widget, "updates")
    click(widget, "updates")
    assert chosen == ["updates"]
    assert widget.value() == "updates"


def test_the_arrows_go_from_one_to_the_next_and_stop_at_the_ends(choice: Choice) -> None:
    widget, chosen = choice
    keys = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_End, Qt.Key.Key_Right, Qt.Key.Key_Home)
    for key in keys:
        QTest.keyClick(widget, key)
    assert chosen == ["gradients", "updates", "weights"]


def test_setting_the_value_reports_nothing_and_is_seen(choice: Choice) -> None:
    widget, chosen = choice
    before = widget.grab().toImage()
    widget.set_value("gradients")
    assert chosen == []
    assert widget.grab().toImage() != before
    widget.set_value("weights")
    assert widget.grab().toImage() == before


def test_a_choice_that_is_no_longer_offered_gives_way_to_the_first(choice: Choice) -> None:
    widget, chosen = choice
    widget.set_segments([*SEGMENTS, Segment("pictures", "pictures")])
    assert widget.sizeHint().width() > widget.width()
    widget.set_value("pictures")
    widget.set_segments(SEGMENTS)
    assert widget.value() == "weights"
    widget.set_value("updates")
    widget.set_segments(SEGMENTS[1:])
    assert widget.value() == "updates"
    assert chosen == []


def test_words_fit_at_the_least_width(choice: Choice) -> None:
    widget, _ = choice
    widget.resize(widget.minimumSizeHint())
    for segment in SEGMENTS:
        word = widget.fontMetrics().horizontalAdvance(segment.text)
        assert widget.place_of(segment.key).width() > word


def test_it_says_what_is_chosen_and_each_part_has_its_tip(choice: Choice) -> None:
    widget, _ = choice
    assert widget.accessibleName() == "What is shown"
    widget.set_value("gradients")
    assert widget.accessibleDescription() == "gradients"
    assert widget.focusPolicy() == Qt.FocusPolicy.StrongFocus
    place = widget.place_of("updates").center().toPoint()
    event = QHelpEvent(QEvent.Type.ToolTip, place, widget.mapToGlobal(place))
    QApplication.sendEvent(widget, event)
    assert QToolTip.text() == "all about updates"
    QToolTip.hideText()
