"""Closing: at any moment, in order, at once, and nothing stays behind."""

import gc
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from gui.file_commands import first_experiment
from gui.models.layer_rows import Column
from gui.settings import Settings
from gui.widgets.pace_slider import FLAT_OUT, Pace
from tests.e2e.conftest import LaboratoryOf
from tests.e2e.laboratory import CONTROL, Laboratory

ROOT = Path(__file__).resolve().parents[2]
SEED = 20_261_122
LONGEST = 3.0  # seconds from the click to the end
LONGEST_EXIT = 10.0  # seconds, for a whole process on a busy machine; half a second on an idle one
WARM_UP, WINDOWS = 4, 20  # windows until what is kept for life is there, and all
linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def census() -> Counter[str]:
    """Everything of Qt that Python knows, and all widgets, by class."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    things = (x for x in gc.get_objects() if isinstance(type(x), type(QObject)))
    found = Counter(type(x).__name__ for x in things if isinstance(x, QObject) and isValid(x))
    found["widgets"] = len(QApplication.allWidgets())
    found["threads"] = threading.active_count()
    return found


def reach(laboratory: Laboratory, moment: str, dice: random.Random) -> None:
    """Bring a window to one of the moments at which it can be closed."""
    if moment == "loading":
        laboratory.key(Qt.Key.Key_F5)
        return
    laboratory.until_ready()
    if moment == "ready":
        return
    laboratory.key(Qt.Key.Key_F5)
    if moment == "preparing":
        return
    laboratory.qtbot.waitUntil(lambda: laboratory.parts.store.current is not None)
    if moment == "finished":
        laboratory.until_state("finished")
        return
    laboratory.until_step(dice.randint(1, 300))
    if moment == "paused":
        laboratory.key(Qt.Key.Key_F5)
        laboratory.until_state("paused")
    elif moment == "editing":
        laboratory.click_cell("hidden-2", Column.TRAINS)
        laboratory.key(Qt.Key.Key_T)
    elif moment == "resetting":
        laboratory.key(Qt.Key.Key_R, CONTROL)


MOMENTS = ("loading", "ready", "preparing", "running", "paused", "editing", "resetting", "finished")


def test_windows_closed_at_any_moment_go_at_once_and_leave_nothing(
    qtbot: QtBot, tmp_path: Path
) -> None:
    dice = random.Random(SEED)
    before: Counter[str] = Counter()
    for number in range(WINDOWS):
        if number == WARM_UP:
            before = census()
        moment = MOMENTS[number % len(MOMENTS)] if number < len(MOMENTS) else dice.choice(MOMENTS)
        settings = Settings(tmp_path / f"{number}.json")
        settings.pace = dice.choice((FLAT_OUT, Pace("epochs", 15.0), Pace("steps", 1_000.0)))
        experiment = first_experiment()
        epochs = 2 if moment == "finished" else 1_000_000
        training = experiment.training.replace(epochs=epochs)
        laboratory = Laboratory(qtbot, settings, experiment.replace(training=training))
        laboratory.open()
        reach(laboratory, moment, dice)
        began = time.perf_counter()
        laboratory.close()
        took = time.perf_counter() - began
        laboratory.clear_away()
        del laboratory
        gc.unfreeze()
        place = f"window {number} of seed {SEED}, closed while {moment}"
        assert took < LONGEST, f"{place}: {took:.1f} s"
        assert not [t for t in threading.enumerate() if "frostline" in t.name], place
    grown = census() - before
    assert not grown, f"seed {SEED}: {dict(grown)}"


def test_a_window_that_closes_takes_no_more_clicks(laboratory: Laboratory) -> None:
    laboratory.train()
    laboratory.window.close()
    assert not laboratory.window.isVisible() or not laboratory.window.isEnabled()
    laboratory.window.close()  # impatient
    laboratory.close()
    assert not laboratory.window.isVisible()


def test_what_was_unsaved_when_it_closed_comes_back(
    laboratory: Laboratory, laboratory_of: LaboratoryOf
) -> None:
    laboratory.train()
    laboratory.click_cell("hidden-2", Column.TRAINS)
    unsaved = laboratory.experiment
    laboratory.close()
    again = laboratory_of(epochs=first_experiment().training.epochs)
    assert again.window.files.restore_draft()
    assert again.experiment == unsaved
    assert again.window.isWindowModified()


def test_size_layout_pace_axis_and_theme_are_remembered(laboratory_of: LaboratoryOf) -> None:
    laboratory = laboratory_of()
    laboratory.open(1111, 711)  # the screen without a screen is 800 × 800
    actions = laboratory.window.all_actions
    actions.log_axis.trigger()
    actions.theme_dark.trigger()
    journal_entry = laboratory.dock("journal").toggleViewAction()
    journal_entry.trigger()
    laboratory.close()
    again = laboratory_of(pace=None)
    again.open_as_it_was()
    assert again.window.height() == 711
    assert not again.dock("journal").isVisible()
    assert again.window.loss_plot.log
    assert again.window.all_actions.log_axis.isChecked()
    assert again.window.all_actions.theme_dark.isChecked()
    assert again.parts.themes.theme.dark
    again.window.all_actions.reset_layout.trigger()
    assert again.dock("journal").isVisible()


# The whole program


class Program:
    """main.py in a process of its own, with folders of its own and no screen."""

    def __init__(self, home: Path, *arguments: str) -> None:
        kinds = ("CONFIG", "DATA", "STATE", "CACHE")
        own = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in kinds}
        self.home = home
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", str(ROOT / "main.py"), *arguments],
            cwd=home,
            env={**os.environ, **own, "QT_QPA_PLATFORM": "offscreen"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def until(self, holds: Callable[[psutil.Process], bool]) -> None:
        process = psutil.Process(self.process.pid)
        for _ in range(600):
            if holds(process):
                return
            try:
                self.process.wait(timeout=0.1)
            except subprocess.TimeoutExpired:
                continue
            pytest.fail(f"it ended by itself: {self.process.communicate()}")
        pytest.fail("it never came so far")

    def until_idle(self) -> None:
        """Until torch is loaded and nothing happens any more."""
        self.until(lambda process: any("libtorch" in m.path for m in process.memory_maps()))
        used = [0.0]

        def rests(process: psutil.Process) -> bool:
            used.append(sum(process.cpu_times()[:2]))
            return len(used) > 24 and used[-1] - used[-21] < 0.1  # for two seconds

        self.until(rests)

    def end(self) -> tuple[int, str]:
        """Exit status and complaints."""
        _, complaints = self.process.communicate(timeout=60)
        harmless = "This plugin does not support"
        lines = [line for line in complaints.splitlines() if harmless not in line]
        return self.process.returncode, "\n".join(lines)


@pytest.fixture
def programs(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    started: list[Program] = []

    def start(*arguments: str) -> Program:
        home = tmp_path / f"home {len(started)}"
        home.mkdir()
        started.append(Program(home, *arguments))
        return started[-1]

    yield start
    for program in started:
        program.process.kill()
        program.process.communicate()


def test_the_program_closes_while_it_trains_without_a_word(
    programs: Callable[..., Program], tmp_path: Path
) -> None:
    """Several at once, so that each is in the way of the others; one is given a bad file."""
    dice = random.Random(SEED)
    (tmp_path / "bad.json").write_text("{}")
    running = [
        programs(*files, "--screenshot", "it.png", "--run-for", f"{dice.uniform(0, 2):.2f}")
        for files in ((), (), (str(tmp_path / "bad.json"),))
    ]
    assert [program.end() for program in running] == [(0, "")] * len(running)
    assert all((program.home / "it.png").stat().st_size > 10_000 for program in running)
    assert (tmp_path / "bad.json").read_text() == "{}"


@linux
def test_a_signal_closes_it_in_order_even_when_nothing_happens(
    programs: Callable[..., Program],
) -> None:
    interrupted, ended = programs(), programs()
    for program, number in ((interrupted, signal.SIGINT), (ended, signal.SIGTERM)):
        program.until_idle()
        began = time.perf_counter()
        program.process.send_signal(number)
        assert program.end() == (0, "")
        assert time.perf_counter() - began < LONGEST_EXIT
        assert (program.home / "config" / "frostline" / "settings.json").is_file()
