"""Connects the run's actions and the run bar with the controller."""

import random
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from engine.experiment import Experiment
from engine.values import MAX_SEED
from gui.actions import Actions
from gui.document import Document
from gui.panels.run_bar import Progress, RunBar
from gui.run_controller import RunController
from gui.settings import Settings
from gui.widgets.pace_slider import Pace

if TYPE_CHECKING:
    from engine.telemetry import Snapshot

PROGRESS_RENEWED = 0.1  # seconds; figures that change faster cannot be read
LARGEST_NEW_SEED = 9_999  # small enough to be read aloud and typed again


class RunCommands(QObject):
    """Carries out run, step, reset, seed and pace, and keeps the run bar true."""

    def __init__(
        self,
        document: Document,
        controller: RunController,
        settings: Settings,
        actions: Actions,
        run_bar: RunBar,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._controller = controller
        self._settings = settings
        self._run_bar = run_bar
        self._progress_shown = 0.0
        actions.run.triggered.connect(controller.run_or_pause)
        actions.step.triggered.connect(controller.step)
        actions.step_epoch.triggered.connect(controller.step_epoch)
        actions.stop.triggered.connect(controller.stop)
        actions.reset.triggered.connect(controller.reset)
        actions.full_speed.triggered.connect(controller.finish_at_full_speed)
        actions.new_seed.triggered.connect(self._on_new_seed)
        run_bar.pace.set_value(settings.pace)
        run_bar.pace.changed.connect(self._on_pace_changed)
        controller.state_changed.connect(self._on_state_changed)
        controller.frame.connect(self._on_frame)
        self._on_state_changed()

    @Slot()
    def _on_new_seed(self) -> None:
        experiment = with_new_seeds(self._document.experiment)
        self._document.edit(experiment, self.tr("New seed"))
        self._controller.reset()

    @Slot(object)
    def _on_pace_changed(self, pace: Pace) -> None:
        self._settings.pace = pace
        self._controller.set_pace(pace)

    @Slot()
    def _on_state_changed(self) -> None:
        controller = self._controller
        self._run_bar.show_state(
            controller.state, controller.epochs_more, anew=controller.begins_anew
        )
        if self._controller.record is None:
            self._run_bar.show_progress(None)

    @Slot(object)
    def _on_frame(self, snapshot: "Snapshot | None") -> None:
        record = self._controller.record
        if record is None or snapshot is None:
            return
        now = time.perf_counter()
        running = self._controller.state == "running" and record.run.steps_per_epoch
        if running and now - self._progress_shown < PROGRESS_RENEWED:
            return
        self._progress_shown = now
        speed = snapshot.steps_per_second / record.run.steps_per_epoch if running else None
        self._run_bar.show_progress(
            Progress(snapshot.epoch_fraction, record.run.epochs, snapshot.step, speed)
        )


def with_new_seeds(experiment: Experiment) -> Experiment:
    """The experiment with as many seeds as before, in a row from a random first one."""
    count = len(experiment.training.seeds)
    first = random.randint(0, min(LARGEST_NEW_SEED, MAX_SEED - count))
    while first == experiment.training.seeds[0]:
        first = random.randint(0, min(LARGEST_NEW_SEED, MAX_SEED - count))
    training = experiment.training.replace(seeds=tuple(range(first, first + count)))
    return experiment.replace(training=training)
