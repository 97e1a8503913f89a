"""Windows of sweeps on a folder of their own, with the program's own look."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.appearance import Appearance
from gui.document import Document
from gui.engine_gate import EngineGate
from gui.icons import Icons
from gui.settings import Settings
from gui.sweep_controller import SweepController
from gui.sweep_window import SweepWindow
from gui.theme import ThemeSource
from tests.gui.sweep_hands import Open, wait_for_check
from tests.gui.sweeps import small


@pytest.fixture
def themes(qapp: QApplication, tmp_path: Path) -> Iterator[ThemeSource]:
    """The program's own look, light."""
    source, settings = ThemeSource(), Settings(tmp_path / "settings.json")
    settings.theme = "light"
    appearance = Appearance(qapp, source, settings)
    yield source
    appearance.withdraw()


@pytest.fixture
def document(qapp: QApplication) -> Document:
    return Document(small())


@pytest.fixture
def open_window(
    document: Document, themes: ThemeSource, live_gate: EngineGate, tmp_path: Path, qtbot: QtBot
) -> Iterator[Open]:
    """Opens windows on one folder, each with a controller of its own, as a new program has."""
    controllers: list[SweepController] = []

    def opened() -> SweepWindow:
        controllers.append(SweepController(document, live_gate, tmp_path / "sweeps"))
        window = SweepWindow(document, controllers[-1], themes, Icons(themes))
        qtbot.addWidget(window)
        window.show()
        wait_for_check(window, qtbot)
        return window

    yield opened
    for controller in controllers:
        qtbot.waitUntil(controller.close)


@pytest.fixture
def window(open_window: Open) -> SweepWindow:
    return open_window()
