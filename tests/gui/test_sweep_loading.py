"""Sweeps that are started before the engine is loaded."""

import gc
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.document import Document
from gui.engine_gate import EngineGate
from gui.sweep_controller import SweepController
from tests.gui.sweeps import quick, small


def wait_for(controller: SweepController, state: str, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: controller.state == state)


@pytest.fixture
def unloaded(tmp_path: Path, qtbot: QtBot) -> Iterator[SweepController]:
    """A controller whose engine is not loaded yet."""
    gate = EngineGate()
    controller = SweepController(Document(small()), gate, tmp_path)
    yield controller
    qtbot.waitUntil(controller.close)
    qtbot.waitUntil(gate.close)
    gc.unfreeze()


def test_a_start_waits_for_the_engine(unloaded: SweepController, qtbot: QtBot) -> None:
    unloaded.start(quick(), "here")
    assert unloaded.state == "loading"
    wait_for(unloaded, "finished", qtbot)
    assert len(unloaded.results) == 8


def test_a_start_that_waits_can_be_cancelled(
    unloaded: SweepController, tmp_path: Path, qtbot: QtBot
) -> None:
    unloaded.start(quick(), "here")
    unloaded.cancel()
    assert unloaded.state == "cancelled"
    unloaded.resume("here")
    wait_for(unloaded, "finished", qtbot)
    assert len(list(tmp_path.iterdir())) == 1


def test_an_engine_that_cannot_be_loaded_is_said(
    unloaded: SweepController, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "engine.worker", None)  # its import fails
    unloaded.start(quick(), "here")
    wait_for(unloaded, "failed", qtbot)
    assert "engine.worker" in unloaded.error
