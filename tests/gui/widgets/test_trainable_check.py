from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.theme import DARK, LIGHT, ThemeSource
from gui.widgets.trainable_check import TrainableCheck
from tests.gui.widgets.pictures import count


def check(qtbot: QtBot, themes: ThemeSource, text: str = "") -> tuple[TrainableCheck, list[bool]]:
    box = TrainableCheck(themes, text)
    qtbot.addWidget(box)
    reports: list[bool] = []
    box.toggled_by_user.connect(reports.append)
    box.resize(box.sizeHint())
    box.show()
    return box, reports


def test_a_click_and_space_report_and_set_value_does_not(qtbot: QtBot, themes: ThemeSource) -> None:
    box, reports = check(qtbot, themes)
    box.set_value(True)
    assert box.value()
    assert reports == []
    QTest.mouseClick(box, Qt.MouseButton.LeftButton)
    assert reports == [False]
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert reports == [False, True]
    assert box.value()


def test_a_disabled_box_reports_nothing(qtbot: QtBot, themes: ThemeSource) -> None:
    box, reports = check(qtbot, themes)
    box.setEnabled(False)
    QTest.mouseClick(box, Qt.MouseButton.LeftButton)
    assert reports == []


def test_the_words_are_part_of_the_control(qtbot: QtBot, themes: ThemeSource) -> None:
    box, reports = check(qtbot, themes, "hidden-1 trains")
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.rect().center())
    assert reports == [True]
    assert box.accessibleName() == "hidden-1 trains"
    assert check(qtbot, themes)[0].accessibleName() == "Trainable"


def test_it_shows_the_tick_and_follows_the_theme(qtbot: QtBot) -> None:
    themes = ThemeSource(LIGHT)
    box, _ = check(qtbot, themes)
    assert count(box.grab().toImage(), LIGHT.trainable_ink) == 0
    box.set_value(True)
    assert count(box.grab().toImage(), LIGHT.trainable_ink) > 30
    themes.set_theme(DARK)
    assert count(box.grab().toImage(), DARK.trainable_ink) > 30
