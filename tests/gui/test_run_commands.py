"""Run, pause, step, reset, seed and pace: from the actions and the bar to the worker and back."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMainWindow, QProgressBar, QSlider
from pytestqt.qtbot import QtBot

from engine.experiment import DataSpec, Experiment, LayerPlan, Training, Variant
from engine.layer_specs import Dense
from engine.run import Run
from engine.values import MAX_SEED
from gui.actions import make_actions
from gui.document import Document
from gui.engine_gate import EngineGate
from gui.icons import Icons
from gui.panels.run_bar import RunBar
from gui.run_commands import RunCommands, with_new_seeds
from gui.run_controller import RunController
from gui.run_store import RunRecord, RunStore
from gui.settings import Settings
from gui.theme import ThemeSource
from gui.widgets.pace_slider import FLAT_OUT, STOPS, Pace

STEPS = 5  # an epoch
ONE_STEP = Pace("steps", 1.0)


def points(epochs: int = 4, seeds: tuple[int, ...] = (1,)) -> Experiment:
    layers = (Dense(id="hidden", units=4), Dense(id="output", units=2, activation="linear"))
    plans = {layer.id: LayerPlan(learning_rate=0.01) for layer in layers}
    return Experiment(
        data=DataSpec(name="moons", samples=50, validation_fraction=0.2),
        layers=layers,
        training=Training(batch_size=8, epochs=epochs, seeds=seeds),
        variants=(Variant(id="all", name="All", layers=plans),),
    )


class Bench:
    """A run bar in a window, with everything behind it."""

    def __init__(self, gate: EngineGate, settings: Settings, experiment: Experiment) -> None:
        self.window = QMainWindow()
        themes = ThemeSource()
        icons = Icons(themes)
        self.settings = settings
        self.document = Document(experiment)
        self.store = RunStore()
        self.controller = RunController(self.document, self.store, gate, settings.pace)
        self.refusals: list[str] = []
        self.controller.refused.connect(self.refusals.append)
        self.actions = make_actions(self.window, icons, self.document.undo_stack)
        self.bar = RunBar(self.actions, themes, icons)
        self.window.addToolBar(self.bar)
        self.commands = RunCommands(
            self.document, self.controller, settings, self.actions, self.bar, self.window
        )

    @property
    def record(self) -> RunRecord:
        assert self.store.current is not None
        return self.store.current

    @property
    def run(self) -> Run:
        return self.record.run

    @property
    def text(self) -> str:
        return " | ".join(label.text() for label in self.bar.findChildren(QLabel))

    @property
    def filled(self) -> float:
        bar = self.bar.findChild(QProgressBar)
        assert isinstance(bar, QProgressBar)
        return bar.value() / bar.maximum()

    def press(self, key: Qt.Key) -> None:
        """A key on the pace slider."""
        slider = self.bar.findChild(QSlider)
        assert isinstance(slider, QSlider)
        QTest.keyClick(slider, key)

    def reaches(self, qtbot: QtBot, state: str) -> None:
        qtbot.waitUntil(lambda: self.controller.state == state)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(tmp_path / "settings.json")
    settings.pace = FLAT_OUT
    return settings


@pytest.fixture
def bench(live_gate: EngineGate, settings: Settings, qtbot: QtBot) -> Iterator[Bench]:
    bench = Bench(live_gate, settings, points())
    qtbot.addWidget(bench.window)
    yield bench
    bench.controller.forget()


def with_epochs(bench: Bench, epochs: int) -> None:
    training = bench.document.experiment.training.replace(epochs=epochs)
    bench.document.edit(bench.document.experiment.replace(training=training), "Epochs")


def test_run_trains_to_the_end_and_the_bar_tells_how_far(bench: Bench, qtbot: QtBot) -> None:
    assert "Epoch –" in bench.text
    bench.actions.run.trigger()
    bench.reaches(qtbot, "finished")
    qtbot.waitUntil(lambda: "Epoch 4 / 4" in bench.text)
    assert bench.filled == 1
    assert "left" not in bench.text
    assert bench.actions.run.text() == "Train 4 more"
    bench.actions.run.trigger()
    qtbot.waitUntil(lambda: "Epoch 8 / 8" in bench.text)


def test_after_the_end_run_begins_anew_where_the_last_run_cannot_follow(
    bench: Bench, qtbot: QtBot
) -> None:
    bench.actions.run.trigger()
    bench.reaches(qtbot, "finished")
    first = bench.run
    with_epochs(bench, 6)  # as many can be trained more
    assert bench.actions.run.text() == "Train 6 more"
    training = bench.document.experiment.training.replace(seeds=(5, 6, 7))
    bench.document.edit(bench.document.experiment.replace(training=training), "Seeds")
    assert bench.actions.run.text() == "Run anew"
    bench.actions.run.trigger()
    assert bench.run is not first
    bench.reaches(qtbot, "finished")
    assert bench.run.started_as.training.seeds == (5, 6, 7)
    assert bench.actions.run.text() == "Train 6 more"
    bench.document.undo_stack.undo()
    assert bench.actions.run.text() == "Run anew"
    bench.document.undo_stack.redo()
    assert bench.actions.run.text() == "Train 6 more"


def test_speed_and_time_left_are_told_while_it_runs(bench: Bench, qtbot: QtBot) -> None:
    with_epochs(bench, 1_000_000)
    bench.actions.run.trigger()
    qtbot.waitUntil(lambda: "epochs/s ·" in bench.text and "left" in bench.text)
    bench.actions.run.trigger()
    bench.reaches(qtbot, "paused")
    bench.actions.step.trigger()  # the frame that comes with it knows that nothing runs
    qtbot.waitUntil(lambda: "left" not in bench.text)
    assert bench.actions.run.text() == "Continue"


def test_a_step_is_a_batch_and_an_epoch_ends_where_it_ends(bench: Bench, qtbot: QtBot) -> None:
    for count in (1, 2):
        bench.actions.step.trigger()
        qtbot.waitUntil(lambda: bench.run.step_count == count)  # noqa: B023
        bench.reaches(qtbot, "paused")
    qtbot.waitUntil(lambda: bench.filled == pytest.approx(2 / STEPS / 4, abs=1e-3))
    assert "Epoch 0 / 4" in bench.text
    bench.reaches(qtbot, "paused")
    bench.actions.step_epoch.trigger()
    qtbot.waitUntil(lambda: "Epoch 1 / 4" in bench.text)
    bench.reaches(qtbot, "paused")
    assert bench.run.step_count == STEPS


def test_stop_ends_the_run_and_run_begins_anew(bench: Bench, qtbot: QtBot) -> None:
    with_epochs(bench, 1_000_000)
    bench.actions.run.trigger()
    first = bench.run
    qtbot.waitUntil(lambda: first.step_count > 50)
    bench.actions.stop.trigger()
    bench.reaches(qtbot, "stopped")
    assert first.status == "stopped"
    assert not bench.actions.stop.isEnabled()
    bench.actions.run.trigger()
    assert bench.run is not first


def test_reset_begins_from_the_same_start_and_waits(bench: Bench, qtbot: QtBot) -> None:
    bench.actions.run.trigger()
    bench.reaches(qtbot, "finished")
    first = bench.run
    qtbot.waitUntil(lambda: bench.filled == 1)
    bench.actions.reset.trigger()
    bench.reaches(qtbot, "paused")
    qtbot.waitUntil(lambda: "Epoch 0 / 4" in bench.text)
    assert bench.filled == 0
    bench.actions.run.trigger()
    bench.reaches(qtbot, "finished")
    assert bench.run is not first
    np.testing.assert_array_equal(bench.run.log.table, first.log.table)


def test_a_new_seed_is_one_undo_step_and_another_start(bench: Bench, qtbot: QtBot) -> None:
    bench.actions.run.trigger()
    bench.reaches(qtbot, "finished")
    first = bench.run
    bench.actions.new_seed.trigger()
    bench.reaches(qtbot, "paused")
    assert bench.document.experiment.training.seeds != (1,)
    assert bench.document.undo_stack.undoText() == "New seed"
    bench.actions.run.trigger()
    bench.reaches(qtbot, "finished")
    assert bench.run.started_as == bench.document.experiment
    assert not np.array_equal(bench.run.log.table, first.log.table)
    bench.document.undo_stack.undo()
    assert bench.document.experiment == points()


def test_a_new_seed_before_the_first_run_only_changes_the_experiment(
    settings: Settings, qtbot: QtBot
) -> None:
    bench = Bench(EngineGate(), settings, points())
    qtbot.addWidget(bench.window)
    bench.actions.new_seed.trigger()
    assert bench.document.experiment.training.seeds != (1,)
    assert bench.controller.state == "ready"


@pytest.mark.parametrize("count", [1, 5, 1_000])
def test_new_seeds_are_as_many_in_a_row_and_others(count: int) -> None:
    experiment = points(seeds=tuple(range(7, 7 + count)))
    for _ in range(20):
        seeds = with_new_seeds(experiment).training.seeds
        assert len(seeds) == count
        assert seeds == tuple(range(seeds[0], seeds[0] + count))
        assert seeds[0] != 7
        assert seeds[-1] <= MAX_SEED
    assert with_new_seeds(experiment).replace(training=experiment.training) == experiment


def test_the_pace_that_was_kept_is_shown_and_played(
    live_gate: EngineGate, settings: Settings, qtbot: QtBot
) -> None:
    settings.pace = ONE_STEP
    bench = Bench(live_gate, settings, points())
    qtbot.addWidget(bench.window)
    assert bench.bar.pace.value() == ONE_STEP
    bench.actions.run.trigger()
    bench.reaches(qtbot, "running")
    qtbot.waitUntil(lambda: bench.run.step_count >= 1)
    assert bench.run.step_count < STEPS  # flat out it would be over
    bench.controller.forget()


def test_the_slider_s_pace_reaches_the_worker_and_the_settings(bench: Bench, qtbot: QtBot) -> None:
    with_epochs(bench, 1_000_000)
    bench.actions.run.trigger()
    qtbot.waitUntil(lambda: bench.run.step_count > 200)
    bench.press(Qt.Key.Key_Home)
    assert bench.settings.pace == STOPS[0] == ONE_STEP
    qtbot.waitUntil(lambda: 0 < bench.run.steps_per_second < 20)
    bench.press(Qt.Key.Key_End)
    assert bench.settings.pace == FLAT_OUT
    counted = bench.run.step_count
    qtbot.waitUntil(lambda: bench.run.step_count > counted + 200, timeout=8_000)


def test_full_speed_hurries_this_run_and_the_pace_stays(bench: Bench, qtbot: QtBot) -> None:
    bench.press(Qt.Key.Key_Home)
    with_epochs(bench, 50)
    bench.actions.run.trigger()
    qtbot.waitUntil(lambda: bench.store.current is not None and bench.run.step_count >= 1)
    bench.actions.full_speed.trigger()
    bench.reaches(qtbot, "finished")  # at a step a second it would take four minutes
    assert bench.settings.pace == ONE_STEP
    bench.actions.run.trigger()  # more, at the pace again
    bench.reaches(qtbot, "running")
    assert bench.run.step_count < 50 * STEPS + 5


def test_what_cannot_be_trained_is_refused_in_words(bench: Bench) -> None:
    experiment = bench.document.experiment
    wide = experiment.layers[-1].replace(units=5)
    bench.document.edit(experiment.replace(layers=(experiment.layers[0], wide)), "Units")
    bench.actions.run.trigger()
    assert bench.store.current is None
    assert "units" in bench.refusals[0]
    assert bench.actions.run.isEnabled()


def test_stop_while_it_loads_forgets_what_was_wanted(settings: Settings, qtbot: QtBot) -> None:
    gate = EngineGate()
    bench = Bench(gate, settings, points())
    qtbot.addWidget(bench.window)
    bench.actions.run.trigger()
    assert bench.actions.run.text() == "Loading…"
    bench.actions.stop.trigger()
    assert bench.actions.run.text() == "Run"
    qtbot.waitUntil(lambda: gate.is_ready)
    assert bench.store.current is None
    qtbot.waitUntil(gate.close)


def test_an_engine_that_does_not_load_is_said_each_time_it_is_wanted(
    settings: Settings, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "engine.worker", None)  # its import fails
    gate = EngineGate()
    bench = Bench(gate, settings, points())
    qtbot.addWidget(bench.window)
    for count in (1, 2):
        bench.actions.run.trigger()
        bench.reaches(qtbot, "failed")
        assert len(bench.refusals) == count
        assert "engine.worker" in bench.refusals[-1]
    assert bench.actions.run.isEnabled()
    assert gate.close()


def test_a_file_that_is_left_leaves_no_run_behind(bench: Bench, qtbot: QtBot) -> None:
    """A finished run as well gives back its network and data."""
    for _ in range(3):
        bench.actions.run.trigger()
        bench.reaches(qtbot, "finished")
        left = bench.run
        bench.controller.forget()
        qtbot.waitUntil(lambda: left.trainer is None)  # noqa: B023
    assert bench.store.current is None
    assert sum(t.name == "frostline-training" for t in threading.enumerate()) == 1
