"""The example that most tests edit, and one worker for all live tests of a file."""

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import resources
from engine.experiment import Experiment, parse_experiment
from gui.document import Document
from gui.engine_gate import EngineGate
from tests.gui.live_bench import Bench, BenchOf, points


@pytest.fixture
def experiment() -> Experiment:
    """30-16-8-1 on breast cancer; the variants are `all` and `first`."""
    example = resources.path("examples", "first-layer-only.json")
    return parse_experiment(example.read_bytes())


@pytest.fixture
def document(qapp: QApplication, experiment: Experiment) -> Document:
    return Document(experiment)


@pytest.fixture(scope="module")
def live_gate(qapp: QApplication) -> Iterator[EngineGate]:
    """To make one takes half a second."""
    gate, loaded = EngineGate(), QEventLoop()
    gate.ready.connect(loaded.quit)
    gate.start()
    loaded.exec()
    yield gate
    assert gate.worker.close(timeout=10)
    assert gate.close()
    gc.unfreeze()


@pytest.fixture
def bench_of(live_gate: EngineGate, qtbot: QtBot) -> Iterator[BenchOf]:
    """`(experiment) -> bench`, not started, flat out; their runs end with the test."""
    made: list[Bench] = []

    def make(experiment: Experiment) -> Bench:
        made.append(Bench(live_gate, experiment, qtbot))
        return made[-1]

    yield make
    for bench in made:
        bench.controller.forget()


@pytest.fixture
def bench(bench_of: BenchOf) -> Bench:
    """Four epochs of `points`."""
    return bench_of(points())
