"""One side of a window benchmark in a process of its own: prints what it measured as JSON."""

import time

STARTED = time.time()  # before anything else is imported

import json  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
from functools import partial  # noqa: E402

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")


def headless(seconds: float) -> dict[str, float]:
    """Steps a second of the window's first experiment without a window."""
    import gc

    import torch

    from engine.run import Run
    from gui.file_commands import first_experiment

    torch.set_num_threads(1)
    experiment = first_experiment()
    run = Run(experiment.replace(training=experiment.training.replace(epochs=1_000_000)))
    run.prepare()
    gc.collect()
    gc.freeze()
    gc.disable()
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        run.step()
    return {"steps_per_second": run.step_count / (time.perf_counter() - began)}


def opened(seconds: float) -> dict[str, float]:
    """Steps a second of the same experiment with the window open, flat out."""
    from gui.file_commands import first_experiment
    from tests.benchmarks.open_window import OpenWindow

    window = OpenWindow(first_experiment())
    window.train_epochs(100)
    return {"steps_per_second": window.watch(seconds).steps_per_second}


def lateness(seconds: float) -> dict[str, float]:
    """How late a 60 Hz timer is beside 12 histograms and 4 curves of 10,000 points and more."""
    from tests.benchmarks.open_window import OpenWindow, twelve_layers

    window = OpenWindow(twelve_layers())
    window.train_epochs(10_000)
    watched = window.watch(seconds)
    return {
        "percentile_99": watched.percentile_99,
        "longest": watched.longest,
        "frames_per_second": watched.frames_per_second,
    }


def answering(view: str, seconds: float) -> dict[str, float]:
    """How late a 60 Hz timer is while 320 members train and one of the views shows them."""
    from tests.benchmarks.open_window import OpenWindow, thirty_two_patterns

    window = OpenWindow(thirty_two_patterns())
    window.train_epochs(20)
    window.show_view(view)
    watched = window.watch(seconds)
    return {"longest": watched.longest, "frames_per_second": watched.frames_per_second}


def empty(_: float) -> dict[str, float]:
    """Seconds from the start of the process until an empty window is painted."""
    import pyqtgraph
    from PySide6.QtWidgets import QApplication, QMainWindow

    app = QApplication([])
    window = QMainWindow()
    plot = pyqtgraph.PlotWidget()
    window.setCentralWidget(plot)
    window.resize(1280, 800)
    return _painted(app, window, plot.viewport())


def paint(_: float) -> dict[str, float]:
    """Seconds from the start of the process until Frostline's window is painted."""
    import gc
    import tempfile
    from pathlib import Path

    gc.disable()  # as main.py does
    from gui.app import make_application, make_parts, make_window
    from gui.file_commands import first_experiment
    from gui.settings import Settings

    app = make_application()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "settings.json")
        window = make_window(app, make_parts(app, settings, first_experiment()))
        return _painted(app, window, window.centralWidget())


def _painted(app: object, window: object, watched: object) -> dict[str, float]:
    from PySide6.QtCore import QEvent, QObject, QTimer

    seconds = []

    class Watch(QObject):
        def eventFilter(self, _: QObject, event: QEvent) -> bool:  # noqa: N802
            if event.type() == QEvent.Type.Paint and not seconds:
                QTimer.singleShot(0, done)
            return False

    def done() -> None:
        seconds.append(time.time() - STARTED)
        app.quit()

    watch = Watch()
    watched.installEventFilter(watch)
    window.show()
    app.exec()
    watched.removeEventFilter(watch)
    return {"seconds": seconds[0]}


SIDES = {
    "headless": headless,
    "open": opened,
    "lateness": lateness,
    **{
        f"answering {view}": partial(answering, view)
        for view in ("curves", "patterns", "results", "predictions")
    },
    "empty": empty,
    "paint": paint,
}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(SIDES[sys.argv[1]](float(sys.argv[2]))) + "\n")
    sys.stdout.flush()
