"""A sweep under way: it trains what is not trained yet, keeps what is, and can be watched.

No torch here and no Qt: a window makes one, starts it and looks at it.
"""

import logging
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from engine.errors import EngineError
from engine.executors import Where, open_workplace, usable_cores
from engine.sweep import Cell, Part, RunResult, Sweep, cells, parts
from engine.sweep_queue import train_parts
from engine.sweep_store import Store, read_sweep, stored_parts
from engine.workplace import Missing, Workplace

Status = Literal["waiting", "running", "finished", "cancelled", "failed"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SweepProgress:
    """How far a sweep is."""

    runs: int
    """All there are."""
    runs_done: int
    """Finished ones, those of an earlier start included."""
    runs_before: int
    """Finished by an earlier start."""
    runs_trained: float
    """The finished ones and the steps of those under way, a run's steps being one. It grows as long
    as the sweep goes: what is lost with a worker is trained anew before it grows on. On a cluster
    it counts whole parts."""
    parts: int
    parts_done: int
    seconds: float
    """Since the start; stands still when it ends."""
    runs_per_second: float
    """What is trained by this start, in the time since its workers work."""
    seconds_left: float | None
    """At the speed so far; None before there is one."""
    workers_starting: int = 0
    """Processes that load what they need; 0 once one of them trains."""
    connecting_to: str = ""
    """The address of the cluster, until it answers."""
    waiting_for: Missing = ""
    """What a cluster lost, and nothing is trained without; seen a few seconds late."""


class SweepRun:
    """Trains the runs of a sweep, once: part by part, here or elsewhere.

    With a store, every finished part is written there, and what an earlier start left is not
    trained again. Every public member may be used from any thread. Raises ExperimentError for a
    sweep that cannot be trained, EngineError for a store of another sweep, or one that begins
    with damage.
    """

    def __init__(
        self, sweep: Sweep, *, where: Where = "here", address: str = "", store: Path | None = None
    ) -> None:
        self.sweep = sweep
        self.cells: tuple[Cell, ...] = cells(sweep)
        self.status: Status = "waiting"
        self.error = ""
        self._where: Where = where
        self._address = address
        self._store = store
        self._parts = parts(sweep, self.cells)
        runs = [(cell.number, *member) for cell in self.cells for member in cell.experiment.members]
        self._places = {run: place for place, run in enumerate(runs)}
        self._found: list[RunResult | None] = [None] * len(runs)
        self._ordered: tuple[RunResult, ...] = ()
        self._runs_done = self._runs_before = self._parts_done = 0
        self._runs_trained = 0.0  # the most that was seen
        self._began: float | None = None
        self._working_since = 0.0
        self._ended: float | None = None
        self._workplace: Workplace | None = None
        self._stop: Future[None] = Future()  # done when it is to be cancelled
        self._main = threading.main_thread()
        self._thread: threading.Thread | None = None
        if store is not None and store.exists():
            self._take_before(stored_parts(store, sweep, self._parts))

    @classmethod
    def open(cls, store: Path, *, where: Where = "here", address: str = "") -> Self:
        """The sweep that a store holds, as far as it is trained.

        Raises EngineError where there is none, or one that begins with damage.
        """
        return cls(read_sweep(store), where=where, address=address, store=store)

    @property
    def progress(self) -> SweepProgress:
        """How far it is."""
        # Read in this order, no part counts twice, and at the end all of them do.
        ended, done = self._ended, self._runs_done
        trained = self._trained(done) if ended is None else done  # what was under way is lost
        now = time.perf_counter() if ended is None else ended
        runs, before, where = len(self._found), self._runs_before, self._where
        waiting = self.status == "running" and trained == before
        connecting = waiting and where == "cluster" and self._workplace is None
        if connecting or (waiting and where != "cluster"):
            self._working_since = now  # the speed is that of training, not of starting processes
        seconds = now - self._working_since
        speed = (trained - before) / seconds if seconds > 0 else 0.0
        return SweepProgress(
            runs=runs,
            runs_done=done,
            runs_before=before,
            runs_trained=trained,
            parts=len(self._parts),
            parts_done=self._parts_done,
            seconds=0.0 if self._began is None else now - self._began,
            runs_per_second=speed,
            seconds_left=(runs - trained) / speed if speed else None,
            workers_starting=self._workers() if waiting and where == "cores" else 0,
            connecting_to=self._address if connecting else "",
            waiting_for=self._missing(),
        )

    @property
    def results(self) -> tuple[RunResult, ...]:
        """The finished runs, in the order of cells, variants and seeds."""
        if len(self._ordered) != self._runs_done:
            self._ordered = tuple(found for found in self._found if found is not None)
        return self._ordered

    def start(self) -> None:
        """Train on a thread of its own; returns at once.

        Cancel it before the program ends: processes and clusters else finish what they have.
        Raises RuntimeError for one that was started before.
        """
        self._begin()
        # Not a daemon: torch must not be torn down under a thread that still computes.
        self._thread = threading.Thread(target=self._train, name="frostline-sweep")
        self._thread.start()

    def cancel(self) -> None:
        """Stop within a second; in this process, after the step under way.

        Finished parts stay: another SweepRun on the same store goes on.
        """
        with suppress(InvalidStateError):  # it was cancelled before
            self._stop.set_result(None)

    def join(self, timeout: float | None = None) -> bool:
        """Wait until it has ended, at most so many seconds; whether it has."""
        if self._thread is None or self._thread.ident is None:  # it could not be started
            return True
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def run(self) -> None:
        """Train on the calling thread; returns when it has ended, however it did.

        Raises RuntimeError for one that was started before.
        """
        self._begin()
        self._train()

    def _begin(self) -> None:
        if self.status != "waiting":
            raise RuntimeError(f"the sweep is {self.status}; make a new one")
        self._began = self._working_since = time.perf_counter()
        self.status = "running"

    def _train(self) -> None:
        status: Status = "failed"
        try:
            self._train_what_is_missing()
            status = "cancelled" if self._runs_done < len(self._found) else "finished"
        except EngineError as error:
            self.error = str(error)
        except KeyboardInterrupt:
            status = "cancelled"
            raise
        except Exception as error:  # noqa: BLE001 - on a thread nobody else would hear of it
            _log.exception("a sweep failed")
            self.error = f"{type(error).__name__}: {error}"
        finally:
            self._ended = time.perf_counter()
            self.status = status

    def _train_what_is_missing(self) -> None:
        with ExitStack() as stack:
            store = None
            if self._store is not None:
                store = stack.enter_context(Store(self._store, self.sweep, self._parts))
                self._take_before(store.done)
            missing = [part for part in self._parts if not self._has(part)]
            trained = train_parts(missing, self._open_workplace, self._stop)
            stack.callback(trained.close)
            for part, results in trained:
                if store is not None:
                    store.append(part, results)
                self._take(results)

    def _open_workplace(self) -> Workplace | None:
        workplace = open_workplace(self._where, self._address, self._must_stop, self._stop)
        self._workplace = workplace
        return workplace

    def _trained(self, done: int) -> float:
        """These finished runs and what is under way; never less than before."""
        workplace = self._workplace
        under_way = 0.0 if workplace is None else workplace.under_way()
        self._runs_trained = max(self._runs_trained, done + under_way)
        return self._runs_trained

    def _missing(self) -> Missing:
        workplace = self._workplace
        return "" if workplace is None or self.status != "running" else workplace.missing

    def _workers(self) -> int:
        return min(usable_cores(), len(self._parts) - self._parts_done)

    def _must_stop(self, _: float) -> bool:
        """Whether it was cancelled; it is once the main thread died and waits for this one."""
        if not self._main.is_alive():
            self.cancel()
        return self._stop.done()

    def _take_before(self, done: Sequence[tuple[Part, tuple[RunResult, ...]]]) -> None:
        """Take what an earlier start left."""
        for part, results in done:
            if not self._has(part):
                self._take(results)
        self._runs_before = self._runs_done

    def _take(self, results: tuple[RunResult, ...]) -> None:
        for result in results:
            self._found[self._places[result.cell, result.variant, result.seed]] = result
        self._runs_done += len(results)
        self._parts_done += 1

    def _has(self, part: Part) -> bool:
        return self._found[self._places[part.members[0]]] is not None
