"""Questions to the run: answered between steps, refused in words, and the run is the same after."""

from collections.abc import Iterator

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine.experiment import DataSpec, Experiment, LayerPlan, Training, Variant
from engine.layer_specs import Dense
from engine.run import Run, train
from gui.document import Document
from gui.engine_gate import EngineGate
from gui.questions import Questions
from gui.run_controller import RunController
from gui.run_store import RunStore
from gui.widgets.pace_slider import FLAT_OUT


def points() -> Experiment:
    return Experiment(
        data=DataSpec(name="moons", samples=50),
        layers=(Dense(id="hidden", units=4), Dense(id="output", units=1, activation="sigmoid")),
        training=Training(batch_size=8, epochs=6),
        variants=(
            Variant(id="all", name="All", layers={"hidden": LayerPlan(), "output": LayerPlan()}),
        ),
    )


class Bench:
    def __init__(self, gate: EngineGate) -> None:
        self.store = RunStore()
        self.controller = RunController(Document(points()), self.store, gate, FLAT_OUT)
        self.questions = Questions(self.store, gate)
        self.answers: list[object] = []
        self.problems: list[str] = []

    def ask_step(self) -> None:
        self.ask(lambda run: run.step_count)

    def ask(self, question: object) -> None:
        self.questions.ask(question, self.answers.append, self.problems.append)  # type: ignore[arg-type]


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Bench]:
    gate = EngineGate()
    with qtbot.waitSignal(gate.ready):
        gate.start()
    bench = Bench(gate)
    yield bench
    bench.controller.forget()
    qtbot.waitUntil(gate.close)


def test_a_question_is_answered_from_the_run_as_it_is(bench: Bench, qtbot: QtBot) -> None:
    bench.controller.step()
    qtbot.waitUntil(lambda: bench.controller.state == "paused")
    bench.ask_step()
    assert bench.answers == []  # never at once
    qtbot.waitUntil(lambda: bench.answers == [1])
    assert bench.problems == []


def test_without_a_run_the_problem_says_what_to_do(bench: Bench, qtbot: QtBot) -> None:
    bench.ask_step()
    qtbot.waitUntil(lambda: len(bench.problems) == 1)
    assert "Run or Step" in bench.problems[0]
    assert bench.answers == []


def test_a_question_that_raises_tells_why_and_the_run_goes_on(bench: Bench, qtbot: QtBot) -> None:
    def refuse(run: Run) -> None:
        raise ValueError("no such layer")

    bench.controller.step()
    bench.ask(refuse)
    qtbot.waitUntil(lambda: bench.problems == ["no such layer"])
    bench.controller.run_or_pause()
    qtbot.waitUntil(lambda: bench.controller.state == "finished")


def test_another_run_leaves_old_questions_unanswered(bench: Bench, qtbot: QtBot) -> None:
    bench.controller.step()
    qtbot.waitUntil(lambda: bench.controller.state == "paused")
    bench.ask_step()
    bench.controller.reset()
    bench.ask(lambda run: "of the new run")
    qtbot.waitUntil(lambda: bool(bench.answers))
    assert bench.answers == ["of the new run"]


def test_questions_change_nothing_in_the_run(bench: Bench, qtbot: QtBot) -> None:
    bench.controller.run_or_pause()
    for _ in range(5):
        bench.ask_step()
    qtbot.waitUntil(lambda: bench.controller.state == "finished")
    assert bench.store.current is not None
    np.testing.assert_array_equal(bench.store.current.run.log.table, train(points()).log.table)
