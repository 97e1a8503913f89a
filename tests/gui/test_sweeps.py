"""The sweep window as a part of the program."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.app import make_parts
from gui.file_commands import first_experiment
from gui.main_window import MainWindow, Parts
from gui.settings import Settings


@pytest.fixture
def parts(qapp: QApplication, tmp_path: Path) -> Iterator[Parts]:
    parts = make_parts(qapp, Settings(tmp_path / "settings.json"), first_experiment())
    yield parts
    parts.appearance.withdraw()
    gc.unfreeze()  # what the gate set aside for the life of the program


def test_the_keys_that_quit_quit_from_the_sweep_window_too(parts: Parts, qtbot: QtBot) -> None:
    window = MainWindow(parts)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.all_actions.sweep.trigger()
    opened = window.sweeps.sweep_window
    assert opened is not None
    qtbot.waitUntil(opened.isActiveWindow)
    assert window.all_actions.quit in opened.actions()
    QTest.keyClick(opened, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not window.isVisible())
    assert not opened.isVisible()
    qtbot.waitUntil(window.sweeps.close)
    qtbot.waitUntil(parts.gate.close)
