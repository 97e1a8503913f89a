"""The gate: loads the engine once, hands out runs, and ends everything at the close."""

import gc
import sys
import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from engine.errors import ExperimentError
from engine.structure import insert_layer
from gui.engine_gate import EngineGate
from gui.file_commands import first_experiment


@pytest.fixture
def gate(qtbot: QtBot) -> Iterator[EngineGate]:
    gate = EngineGate()
    yield gate
    qtbot.waitUntil(gate.close)
    gc.unfreeze()


def load(gate: EngineGate, qtbot: QtBot) -> None:
    with qtbot.waitSignal(gate.ready):
        gate.start()


def threads(name: str) -> int:
    return sum(thread.name == name for thread in threading.enumerate())


def test_before_it_is_ready_there_is_no_worker(gate: EngineGate) -> None:
    assert not gate.is_ready
    with pytest.raises(RuntimeError, match="not loaded yet"):
        _ = gate.worker


def test_it_loads_on_a_thread_and_says_so_once(gate: EngineGate, qtbot: QtBot) -> None:
    told: list[str] = []
    gate.ready.connect(lambda: told.append("ready"))
    gate.start()
    gate.start()
    assert threads("frostline-loading") <= 1
    assert not gate.is_ready  # it came back at once: nothing was waited for
    qtbot.waitUntil(lambda: gate.is_ready)
    gate.start()
    assert told == ["ready"]
    assert threads("frostline-training") == 1
    assert threads("frostline-loading") == 0


def test_a_run_is_of_the_experiment_it_is_asked_for(gate: EngineGate, qtbot: QtBot) -> None:
    load(gate, qtbot)
    experiment = insert_layer(first_experiment(), 0)
    assert gate.new_run(experiment).started_as == experiment


def test_what_cannot_be_trained_is_refused(gate: EngineGate, qtbot: QtBot) -> None:
    load(gate, qtbot)
    experiment = first_experiment()
    wide = experiment.layers[-1].replace(units=3)
    with pytest.raises(ExperimentError, match="units"):
        gate.new_run(experiment.replace(layers=(*experiment.layers[:-1], wide)))


def test_garbage_is_collected_by_this_thread_alone_until_the_close(
    gate: EngineGate, qtbot: QtBot
) -> None:
    gc.unfreeze()
    load(gate, qtbot)
    assert not gc.isenabled()  # else a collection could run on the training thread
    assert gc.get_freeze_count() > 100_000  # torch and scikit-learn are not looked at again
    qtbot.waitUntil(gate.close)
    assert gc.isenabled()


def test_a_close_while_it_loads_waits_for_the_import_and_leaves_nothing(
    gate: EngineGate, qtbot: QtBot
) -> None:
    gate.start()
    qtbot.waitUntil(gate.close)
    assert threads("frostline-loading") == 0
    assert threads("frostline-training") == 0
    assert gc.isenabled()


def test_a_close_without_a_start_is_done_at_once(gate: EngineGate) -> None:
    assert gate.close()
    assert gate.close()


def test_a_broken_install_is_told_and_can_be_tried_again(
    gate: EngineGate, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setitem(sys.modules, "engine.worker", None)  # its import fails
        with qtbot.waitSignal(gate.failed) as told:
            gate.start()
    assert "engine.worker" in told.args[0]
    assert not gate.is_ready
    load(gate, qtbot)
    assert gate.is_ready
