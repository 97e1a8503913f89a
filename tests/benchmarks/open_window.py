"""A window that trains flat out and is watched by a 60 Hz timer of its own thread."""

import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer

import resources
from engine.experiment import DataSpec, Experiment, LayerPlan, Training, Variant
from engine.layer_specs import Dense
from engine.patterns import with_every_pattern
from engine.project import open_project
from engine.structure import insert_layer
from gui.app import make_application, make_parts, make_window
from gui.settings import Settings
from gui.widgets.pace_slider import FLAT_OUT

PERIOD = 1 / 60  # seconds


@dataclass(frozen=True)
class Watched:
    """What was seen while training: lateness in milliseconds, steps and frames a second."""

    percentile_99: float
    longest: float
    steps_per_second: float
    frames_per_second: float


def twelve_layers() -> Experiment:
    """12 layers and 2 variants, so 12 histograms and 4 curves; one step an epoch."""
    names = [f"hidden-{number}" for number in range(1, 12)]
    layers = [Dense(id=name, units=16, activation="tanh") for name in names]
    layers.append(Dense(id="output", units=1, activation="sigmoid"))
    plans = {layer.id: LayerPlan() for layer in layers}
    return Experiment(
        data=DataSpec(name="breast_cancer"),
        layers=tuple(layers),
        training=Training(batch_size=1000, epochs=1_000_000),
        variants=tuple(Variant(id=name, name=name, layers=plans) for name in ("one", "two")),
    )


def thirty_two_patterns() -> Experiment:
    """All patterns of 5 layers with 10 seeds: 320 members."""
    experiment = open_project(resources.path("examples", "first-layer-only.json"))
    for _ in range(2):
        experiment = insert_layer(experiment, 1)
    training = experiment.training.replace(seeds=tuple(range(10)))
    experiment = experiment.replace(training=training, variants=experiment.variants[:1])
    return with_every_pattern(experiment)


class OpenWindow:
    """Frostline's window, 1280 x 800, with a run under way."""

    def __init__(self, experiment: Experiment) -> None:
        self._app = make_application()
        self._folder = TemporaryDirectory()
        settings = Settings(Path(self._folder.name) / "settings.json")
        settings.pace = FLAT_OUT
        training = experiment.training.replace(epochs=1_000_000)
        self._parts = make_parts(self._app, settings, experiment.replace(training=training))
        self._window = make_window(self._app, self._parts)
        self._window.complete()
        self._window.resize(1280, 800)
        self._window.show()
        self._frames = 0
        self._parts.controller.frame.connect(self._count_frame)
        self._parts.gate.start()
        self._parts.controller.run_or_pause()

    def train_epochs(self, epochs: int) -> None:
        """Let it train for so many epochs."""
        self._wait_until(lambda: self._epochs() >= epochs)

    def show_view(self, view: str) -> None:
        """Show one of the views of the run."""
        self._window.views.stack.show_view(view)
        self._wait_until(lambda: True)

    def watch(self, seconds: float) -> Watched:
        """Watch for so long, then close the window."""
        late: list[float] = []
        timer = QTimer()
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.setSingleShot(True)
        due = [0.0]

        def arm() -> None:
            due[0] = time.perf_counter() + PERIOD
            timer.start(round(PERIOD * 1000))

        def hit() -> None:
            late.append(1000 * max(0.0, time.perf_counter() - due[0]))
            arm()

        timer.timeout.connect(hit)
        steps, frames, began = self._run().step_count, self._frames, time.perf_counter()
        arm()
        self._wait_until(lambda: time.perf_counter() - began >= seconds)
        passed = time.perf_counter() - began
        timer.stop()
        watched = Watched(
            float(np.percentile(late, 99)),
            max(late),
            (self._run().step_count - steps) / passed,
            (self._frames - frames) / passed,
        )
        self._window.close()
        self._wait_until(self._parts.gate.close)
        self._folder.cleanup()
        return watched

    def _wait_until(self, reached: object) -> None:
        loop = QEventLoop()
        poll = QTimer()
        poll.timeout.connect(lambda: loop.quit() if reached() else None)
        poll.start(100)
        loop.exec()

    def _run(self) -> object:
        return self._parts.store.current.run

    def _epochs(self) -> int:
        record = self._parts.store.current
        return record.epochs if record else 0

    def _count_frame(self) -> None:
        self._frames += 1
