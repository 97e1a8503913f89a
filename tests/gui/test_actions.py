"""The window's commands: named, explained, and each with keys of its own."""

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QUndoCommand, QUndoStack
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QToolBar
from pytestqt.qtbot import QtBot

from gui.actions import Actions, make_actions
from gui.icons import Icons
from gui.theme import DARK, ThemeSource
from gui.widgets.text_field import TextField

KEYS = {
    "new": "Ctrl+N",
    "open": "Ctrl+O",
    "save": "Ctrl+S",
    "save_as": "Ctrl+Shift+S",
    "quit": "Ctrl+Q",
    "undo": "Ctrl+Z",
    "redo": "Ctrl+Shift+Z",
    "run": "F5",
    "step": "F10",
    "step_epoch": "Shift+F10",
    "stop": "Shift+F5",
    "reset": "Ctrl+R",
    "full_speed": "Ctrl+End",
    "shortcuts": "Ctrl+/",
}
"""What a person is told of; the platform's own keys for new, open and save are these on Linux."""


@pytest.fixture
def themes(qapp: object) -> ThemeSource:
    return ThemeSource()


@pytest.fixture
def stack(qapp: object) -> QUndoStack:
    return QUndoStack()


@pytest.fixture
def window(qtbot: QtBot) -> QMainWindow:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


@pytest.fixture
def actions(window: QMainWindow, themes: ThemeSource, stack: QUndoStack) -> Actions:
    return make_actions(window, Icons(themes), stack)


def test_every_action_has_words_a_tooltip_and_lives_in_the_window(
    actions: Actions, window: QMainWindow
) -> None:
    for action in actions.all():
        assert action.text()
        assert action.toolTip()
        assert action.parent() is window
    assert set(actions.all()) <= set(window.actions())


def test_no_two_actions_share_their_keys_or_words(actions: Actions) -> None:
    keys = [keys.toString() for action in actions.all() for keys in action.shortcuts()]
    words = [action.text().replace("&", "") for action in actions.all()]
    assert [key for key, count in Counter(keys).items() if count > 1] == []
    assert [word for word, count in Counter(words).items() if count > 1] == []


@pytest.mark.parametrize(("name", "keys"), KEYS.items())
def test_the_keys_are_those_a_person_is_told(actions: Actions, name: str, keys: str) -> None:
    assert getattr(actions, name).shortcut() == QKeySequence(keys)


def test_a_tooltip_names_the_keys(actions: Actions) -> None:
    for action in actions.all():
        if action.shortcuts() and action not in (actions.undo, actions.redo):
            assert action.shortcut().toString() in action.toolTip()


def test_the_keys_work_anywhere_in_the_window(
    actions: Actions, window: QMainWindow, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(actions.run.triggered):
        QTest.keyClick(window, Qt.Key.Key_F5)
    with qtbot.waitSignal(actions.step_epoch.triggered):
        QTest.keyClick(window, Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    with qtbot.assertNotEmitted(actions.run.triggered):
        QTest.keyClick(window, Qt.Key.Key_F5, Qt.KeyboardModifier.ShiftModifier)


def test_undo_and_redo_say_what_they_would_do(actions: Actions, stack: QUndoStack) -> None:
    assert not actions.undo.isEnabled()
    stack.push(QUndoCommand("Freeze hidden-2"))
    assert actions.undo.isEnabled()
    assert "Freeze hidden-2" in actions.undo.text()
    actions.undo.trigger()
    assert not actions.undo.isEnabled()
    assert "Freeze hidden-2" in actions.redo.text()


def test_one_theme_is_chosen_at_a_time(actions: Actions) -> None:
    actions.theme_light.trigger()
    actions.theme_dark.trigger()
    chosen = [
        action.isChecked()
        for action in (actions.theme_system, actions.theme_light, actions.theme_dark)
    ]
    assert chosen == [False, False, True]


def test_icons_follow_the_theme(actions: Actions, themes: ThemeSource) -> None:
    light = actions.run.icon().pixmap(16, 16).toImage()
    themes.set_theme(DARK)
    assert actions.run.icon().pixmap(16, 16).toImage() != light


@pytest.mark.parametrize("how", ["key", "button"])
def test_what_was_typed_counts_before_a_command_is_carried_out(
    actions: Actions, window: QMainWindow, qtbot: QtBot, how: str
) -> None:
    """Neither a key of the window nor a click on a tool button leaves a field by itself."""
    order: list[str] = []
    field, bar = TextField(), QToolBar()
    window.setCentralWidget(field)
    window.addToolBar(bar)
    bar.addAction(actions.run)
    field.edited.connect(order.append)
    actions.run.triggered.connect(lambda: order.append("run"))
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    QTest.keyClicks(field, "typed")
    if how == "key":
        QTest.keyClick(field, Qt.Key.Key_F5)
    else:
        QTest.mouseClick(bar.widgetForAction(actions.run), Qt.MouseButton.LeftButton)
    assert order == ["typed", "run"]
    assert field.hasFocus()
