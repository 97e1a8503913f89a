"""The windows beside the main one: what they say, and that they go when they are closed."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QAction, QUndoStack
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from engine import __version__
from gui.actions import make_actions
from gui.dialogs.about import AboutDialog
from gui.dialogs.shortcuts import ShortcutsDialog
from gui.icons import Icons
from gui.theme import ThemeSource


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def icons(qapp: object) -> Icons:
    return Icons(ThemeSource())


def commands(window: QWidget, icons: Icons) -> tuple[QAction, ...]:
    return make_actions(window, icons, QUndoStack(window)).all()


def rows(dialog: QDialog) -> dict[str, str]:
    table = dialog.findChild(QTableWidget)
    assert isinstance(table, QTableWidget)
    cells = table.model()
    shown = [
        [cells.index(row, column).data() for column in (0, 1)] for row in range(cells.rowCount())
    ]
    return dict(shown)


def test_every_command_that_has_keys_is_listed_with_them(window: QWidget, icons: Icons) -> None:
    actions = commands(window, icons)
    shown = rows(ShortcutsDialog(actions, [("Tick the box", "Space")], window))
    assert len(shown) == sum(bool(action.shortcuts()) for action in actions) + 1
    assert shown["Run"] == "F5"
    assert shown["Open"] == "Ctrl+O"  # neither underlined letter nor dots
    assert shown["Redo"] == "Ctrl+Shift+Z, Ctrl+Y"
    assert shown["Tick the box"] == "Space"
    assert "About Frostline" not in shown


def test_the_list_of_keys_cannot_be_edited(window: QWidget, icons: Icons) -> None:
    table = ShortcutsDialog(commands(window, icons), (), window).findChild(QTableWidget)
    assert isinstance(table, QTableWidget)
    assert not table.model().index(0, 1).flags() & Qt.ItemFlag.ItemIsEditable


def test_about_names_the_version_and_the_licences(window: QWidget, icons: Icons) -> None:
    text = " ".join(label.text() for label in AboutDialog(icons, window).findChildren(QLabel))
    assert __version__ in text
    for name in ("MIT", "Qt", "PySide6", "LGPL-3", "THIRD_PARTY_NOTICES.md"):
        assert name in text


@pytest.mark.parametrize("kind", ["about", "shortcuts"])
def test_escape_closes_a_dialog_and_nothing_of_it_stays(
    kind: str, window: QWidget, icons: Icons, qtbot: QtBot
) -> None:
    for _ in range(3):
        dialog = (
            AboutDialog(icons, window)
            if kind == "about"
            else ShortcutsDialog(commands(window, icons), (), window)
        )
        assert dialog.windowTitle()
        dialog.open()
        qtbot.waitUntil(dialog.isVisible)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        assert not dialog.isVisible()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert window.findChildren(QDialog) == []
