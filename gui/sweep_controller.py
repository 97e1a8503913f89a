"""The window's sweeps: at most one is trained; each keeps its finished parts in a file."""

from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.errors import EngineError
from engine.experiment import Experiment
from engine.sweep import Cell, RunResult, Sweep
from gui.background import in_background
from gui.document import Document
from gui.engine_gate import EngineGate
from gui.stored_sweeps import StoredSweep, new_file, read_folder, remove

if TYPE_CHECKING:
    from engine.executors import Where
    from engine.sweep_run import SweepProgress, SweepRun

State = Literal[
    "idle", "loading", "preparing", "running", "stopping", "finished", "cancelled", "failed"
]

POLL = 100  # milliseconds between two looks at the sweep
GOING: tuple[State, ...] = ("running", "stopping")
BUSY: tuple[State, ...] = ("loading", "preparing", *GOING)


@dataclass(frozen=True)
class _Order:
    """What is to be trained; `sweep` is None where the file knows it."""

    sweep: Sweep | None
    path: Path
    where: "Where"
    address: str


class SweepController(QObject):
    """Starts, cancels and resumes a sweep, and looks at it ten times a second while it goes."""

    changed = Signal()
    """`state`, or which sweep it is, is another."""
    progressed = Signal()
    """Time to look at `progress` and `results`."""
    stored_changed = Signal()
    """`stored` is another."""

    def __init__(
        self, document: Document, gate: EngineGate, folder: Path, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._gate = gate
        self._folder = folder
        self._state: State = "idle"
        self._error = ""
        self._order: _Order | None = None
        self._making: Future[SweepRun] | None = None
        self._run: SweepRun | None = None
        self._reading: Future[tuple[StoredSweep, ...]] | None = None
        self._stored: tuple[StoredSweep, ...] = ()
        self._discarded: StoredSweep | None = None  # still in its file
        self._closed = False
        self._poll = QTimer(self)
        self._poll.setInterval(POLL)
        self._poll.timeout.connect(self._on_poll)
        gate.ready.connect(self._on_engine_ready)
        gate.failed.connect(self._on_engine_failed)

    @property
    def state(self) -> State:
        """What the present sweep does; "idle" before the first."""
        return self._state

    @property
    def is_busy(self) -> bool:
        """Whether a sweep is going, or about to."""
        return self._state in BUSY

    @property
    def error(self) -> str:
        """Why the sweep failed."""
        return self._error

    @property
    def sweep(self) -> Sweep | None:
        """The sweep whose results there are."""
        return self._run.sweep if self._run is not None else None

    @property
    def asked(self) -> Sweep | None:
        """The sweep that is trained, or about to be; None where only its file knows it."""
        order = self._order
        if order is None or order.sweep is not None:
            return None if order is None else order.sweep
        return next((each.sweep for each in self._stored if each.path == order.path), None)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Its cells."""
        return self._run.cells if self._run is not None else ()

    @property
    def progress(self) -> "SweepProgress | None":
        """How far it is."""
        return self._run.progress if self._run is not None else None

    @property
    def results(self) -> tuple[RunResult, ...]:
        """The runs that have finished."""
        return self._run.results if self._run is not None else ()

    @property
    def stored(self) -> tuple[StoredSweep, ...]:
        """What lies in the folder besides the present sweep, the newest first."""
        present = self._order.path if self._order is not None else None
        gone = self._discarded.path if self._discarded is not None else None
        return tuple(each for each in self._stored if each.path not in (present, gone))

    @property
    def discarded(self) -> StoredSweep | None:
        """What was discarded last, as long as that can be undone."""
        return self._discarded

    def start(self, sweep: Sweep, where: "Where", address: str = "") -> None:
        """Train a sweep from its beginning; of finished ones only this one is kept."""
        if not self.is_busy:
            self.remove_discarded()
            self._remove_what_is_not_kept()
            self._run = None
            self._begin(_Order(sweep, new_file(self._folder), where, address))

    def resume(self, where: "Where", address: str = "") -> None:
        """Go on where the present sweep stopped."""
        if not self.is_busy and self._order is not None:
            self._begin(_Order(self._order.sweep, self._order.path, where, address))

    def resume_stored(self, path: Path, where: "Where", address: str = "") -> None:
        """Go on with a sweep from the folder; a finished one is only shown."""
        if not self.is_busy:
            self._run = None
            self._begin(_Order(None, path, where, address))

    def cancel(self) -> None:
        """Stop; finished parts stay, so that it can be resumed."""
        if self._state in ("loading", "preparing"):
            self._set_state("cancelled")
        elif self._run is not None and self._state == "running":
            self._run.cancel()
            self._set_state("stopping")

    def discard(self, path: Path) -> None:
        """Offer a sweep no longer. Its file goes with the next one that is discarded or started."""
        self.remove_discarded()
        self._discarded = next((each for each in self._stored if each.path == path), None)
        self.stored_changed.emit()

    def undo_discard(self) -> None:
        """Offer again what was discarded."""
        self._discarded = None
        self.stored_changed.emit()

    def remove_discarded(self) -> None:
        """Remove the file of what was discarded: now it cannot be undone."""
        if self._discarded is not None:
            gone, self._discarded = self._discarded, None
            self._remove(gone.path)
            self.stored_changed.emit()

    def look_for_stored(self) -> None:
        """Read what lies in the folder, on a thread; `stored_changed` tells of it."""
        if self._reading is None and not self._closed:
            self._reading = in_background(partial(read_folder, self._folder), "frostline-stored")
            self._poll.start()

    def adopt(self, experiment: Experiment, variant: str) -> None:
        """Make a cell's experiment the document's, as one undo step, and select the variant.

        An edit, not a load: what was unsaved stays so, and the file stays the document's.
        """
        self._document.edit(experiment, self.tr("Open a cell of the sweep"))
        self._document.view.select(variant)

    def close(self) -> bool:
        """End the sweep and all reading; whether nothing runs any more (ask until it is so)."""
        self._closed = True
        self._poll.stop()
        self.remove_discarded()
        threads = [task for task in (self._making, self._reading) if task is not None]
        if any(not task.done() for task in threads):
            return False
        if self._run is None or self._run.status == "waiting":
            return True
        self._run.cancel()
        ended = self._run.join(timeout=0.0)
        if ended:
            self._remove_empty()
        return ended

    @Slot()
    def _on_engine_ready(self) -> None:
        if self._state == "loading" and self._order is not None:
            self._make(self._order)

    @Slot(str)
    def _on_engine_failed(self, error: str) -> None:
        if self._state == "loading":
            self._fail(error)

    @Slot()
    def _on_poll(self) -> None:
        if self._reading is not None and self._reading.done():
            found, self._reading = self._reading.result(), None
            self._stored = tuple(each for each in found if each.path.exists())  # some went since
            self.stored_changed.emit()
        if self._making is not None and self._making.done():
            making, self._making = self._making, None
            self._take(making)
        if self._run is not None and self._state in GOING:
            self._follow(self._run)
        if self._reading is None and self._making is None and self._state not in GOING:
            self._poll.stop()

    def _begin(self, order: _Order) -> None:
        if self._closed:
            return
        self._order, self._error = order, ""
        self.stored_changed.emit()
        if self._gate.is_ready:
            self._make(order)
        else:
            self._set_state("loading")
            self._gate.start()

    def _make(self, order: _Order) -> None:
        """Check every combination on a thread: with thousands it takes seconds."""
        self._making = in_background(partial(_make_run, order), "frostline-sweep-making")
        self._poll.start()
        self._set_state("preparing")

    def _take(self, making: "Future[SweepRun]") -> None:
        error = making.exception()
        if error is not None:
            if self._run is None:
                self._order = None  # what lies in its file is offered again
            self._fail(str(error) if isinstance(error, EngineError | OSError) else repr(error))
            return
        self._run = making.result()
        if self._order is not None:
            self._order = replace(self._order, sweep=self._run.sweep)
        if self._state == "preparing":
            self._run.start()
            self._set_state("running")
        else:  # cancelled meanwhile: what its file holds is there to be seen
            self.changed.emit()

    def _follow(self, run: "SweepRun") -> None:
        status = run.status
        self.progressed.emit()
        if status in ("finished", "cancelled"):
            self._set_state(status)
        elif status == "failed":
            self._fail(run.error)

    def _fail(self, error: str) -> None:
        self._error = error
        self._set_state("failed")

    def _set_state(self, state: State) -> None:
        self._state = state
        self.changed.emit()
        if state not in BUSY:
            self.look_for_stored()  # one that was cancelled before this one, for instance

    def _remove_what_is_not_kept(self) -> None:
        """Of finished sweeps only the next one is kept, and nothing of which nothing is trained."""
        finished = [each.path for each in self._stored if each.is_finished]
        if self._state == "finished" and self._order is not None:
            finished.append(self._order.path)
        for path in finished:
            self._remove(path)
        self._remove_empty()

    def _remove_empty(self) -> None:
        """The file of the present sweep, if nothing of it is trained."""
        if self._run is not None and self._order is not None and not self._run.results:
            self._remove(self._order.path)

    def _remove(self, path: Path) -> None:
        remove(path)
        self._stored = tuple(each for each in self._stored if each.path != path)


def _make_run(order: _Order) -> "SweepRun":
    """Not started yet. Raises EngineError for a sweep that cannot be trained, or a bad store."""
    from engine.sweep_run import SweepRun

    where, address, path = order.where, order.address, order.path
    if order.sweep is None:
        return SweepRun.open(path, where=where, address=address)
    path.parent.mkdir(parents=True, exist_ok=True)
    return SweepRun(order.sweep, where=where, address=address, store=path)
