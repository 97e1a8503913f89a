"""The part of the engine that brings torch: loaded on a thread after the first paint."""

import contextlib
import ctypes
import gc
import importlib.util
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.experiment import Experiment

if TYPE_CHECKING:
    from engine.run import Run
    from engine.worker import TrainingWorker

COLLECTED_EVERY = 10_000  # milliseconds
YOUNG = 1  # the generations up to this one are collected while a run may be going


class EngineGate(QObject):
    """Loads the engine once and hands out runs and the worker that trains them.

    Cyclic garbage is collected by a timer of this thread alone: torch and scikit-learn leave
    hundreds of thousands of objects, so an automatic collection stalls the window for a quarter
    of a second, and one on the training thread would destroy Qt objects from there.
    """

    ready = Signal()
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker: TrainingWorker | None = None
        self._error = ""
        self._thread: threading.Thread | None = None
        self._poll = QTimer(self)
        self._poll.setInterval(20)
        self._poll.timeout.connect(self._on_poll)
        self._collect = QTimer(self)
        self._collect.setInterval(COLLECTED_EVERY)
        self._collect.timeout.connect(self._on_collect)

    @property
    def is_ready(self) -> bool:
        """Whether runs can be made."""
        return self._worker is not None

    @property
    def worker(self) -> "TrainingWorker":
        """The worker. Raises RuntimeError before the engine is ready."""
        if self._worker is None:
            raise RuntimeError("the engine is not loaded yet")
        return self._worker

    def start(self) -> None:
        """Begin to load; `ready` or `failed` tells the end. Again only after it failed."""
        if self._thread is None:
            self._error = ""
            gc.disable()
            self._thread = threading.Thread(target=self._load, name="frostline-loading")
            self._thread.start()
            self._poll.start()

    def new_run(self, experiment: Experiment) -> "Run":
        """A run of the experiment. Raises ExperimentError if it cannot be trained."""
        from engine.run import Run

        return Run(experiment)

    def close(self) -> bool:
        """End loading and training; whether nothing runs any more (ask again until it is so)."""
        if self._thread is not None and self._thread.is_alive():
            return False
        self._poll.stop()
        self._collect.stop()
        gc.enable()
        return self._worker is None or self._worker.close(timeout=0.0)

    def tidy(self) -> None:
        """Collect all garbage, at a moment when a pause of some 20 ms is not noticed."""
        if self.is_ready:
            gc.collect()

    def _load(self) -> None:
        try:
            _load_torch_library()
            import engine.worker  # noqa: F401
            from engine.run import warm_up

            warm_up()
        except Exception as error:  # noqa: BLE001 - whatever a broken install raises is shown
            self._error = f"{type(error).__name__}: {error}"

    @Slot()
    def _on_poll(self) -> None:
        if self._thread is None or self._thread.is_alive():
            return
        self._poll.stop()
        if self._error:
            self._thread = None
            self.failed.emit(self._error)
            return
        from engine.worker import TrainingWorker

        gc.freeze()  # what was imported stays for life: no collection looks at it again
        self._collect.start()
        self._worker = TrainingWorker()
        self.ready.emit()

    @Slot()
    def _on_collect(self) -> None:
        gc.collect(YOUNG)


def _load_torch_library() -> None:
    """Load torch's largest library without holding the interpreter's lock.

    WORKAROUND: Python holds the lock while an import loads a library, and libtorch takes 0.2 s of
    standing still. A foreign call of dlopen releases it; the import then finds the library there.
    """
    found = importlib.util.find_spec("torch")
    if not sys.platform.startswith("linux") or found is None or found.origin is None:
        return
    library = Path(found.origin).parent / "lib" / "libtorch_cpu.so"
    with contextlib.suppress(AttributeError):  # a C library without dlopen
        dlopen = ctypes.CDLL(None).dlopen
        dlopen.argtypes, dlopen.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
        dlopen(os.fsencode(library), os.RTLD_NOW | os.RTLD_LOCAL)
