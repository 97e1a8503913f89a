import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.experiment import Experiment
from gui.file_commands import first_experiment
from gui.settings import Settings
from gui.widgets.pace_slider import FLAT_OUT, Pace
from tests.e2e.laboratory import Laboratory

LaboratoryOf = Callable[..., Laboratory]


@pytest.fixture
def settings_path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.json"


@pytest.fixture
def laboratory_of(qtbot: QtBot, settings_path: Path) -> Iterator[LaboratoryOf]:
    """Windows that are closed at the end of the test: `(experiment, pace, epochs) -> window`.

    Every window reads the settings anew, as a start of the program does.
    """
    made: list[Laboratory] = []

    def make(
        experiment: Experiment | None = None,
        pace: Pace | None = FLAT_OUT,
        epochs: int = 1_000_000,
    ) -> Laboratory:
        settings = Settings(settings_path)
        if pace is not None:  # else as it was
            settings.pace = pace
        experiment = experiment or first_experiment()
        training = experiment.training.replace(epochs=epochs)
        made.append(Laboratory(qtbot, settings, experiment.replace(training=training)))
        return made[-1]

    yield make
    for laboratory in made:
        laboratory.close()
        laboratory.clear_away()
    gc.unfreeze()  # what the gate set aside for the life of the program


@pytest.fixture
def laboratory(laboratory_of: LaboratoryOf) -> Laboratory:
    """The first experiment, flat out, with epochs enough for any test; open and ready."""
    laboratory = laboratory_of()
    laboratory.open()
    laboratory.until_ready()
    return laboratory
