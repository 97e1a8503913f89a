"""The thread that trains: it steps every live run in turn and takes commands between steps.

It knows no Qt. What a run tells is read from the run: its log, its events, its mailbox.
"""

import logging
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import inf

import torch

from engine.edits import Edit
from engine.errors import EngineError
from engine.run import Run

SPEED_WINDOW = 0.5  # seconds over which steps per second are averaged
_LONGEST_DEBT = 0.1  # seconds that a paced run may lag before its clock starts anew

_log = logging.getLogger(__name__)


@dataclass
class _Live:
    """A run that the worker holds, and what it was last told."""

    run: Run
    steps_allowed: float = 0  # steps to take before pausing; inf: until the last epoch
    pace: float | None = None  # steps per second; None: flat out
    due: float = 0.0
    counted_from: tuple[float, int] = field(default_factory=lambda: (time.perf_counter(), 0))

    @property
    def ready(self) -> bool:
        return self.steps_allowed > 0


class TrainingWorker:
    """Trains any number of runs on one thread; every public method may be called from any other.

    Commands take effect between two steps, in the order in which they were given.
    """

    def __init__(self) -> None:
        self._commands: deque[Callable[[], None]] = deque()
        self._live: dict[int, _Live] = {}
        self._wake = threading.Event()
        self._closing = False
        # Not a daemon: torch must not be torn down under a thread that still computes.
        self._thread = threading.Thread(target=self._work, name="frostline-training")
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether the thread still runs."""
        return self._thread.is_alive()

    def add(self, run: Run, *, pace: float | None = None) -> None:
        """Take a run; it is prepared on the thread and then waits, paused."""
        run.mailbox.on_request = self._wake.set
        self._send(lambda: self._add(run, pace))

    def resume(self, run: Run) -> None:
        """Train until the last epoch."""
        self._send(lambda: self._allow(run, inf))

    def pause(self, run: Run) -> None:
        """Stop between two steps and wait."""
        self._send(lambda: self._allow(run, 0))

    def step(self, run: Run) -> None:
        """Take one step, then wait."""
        self._send(lambda: self._allow(run, 1))

    def step_epoch(self, run: Run) -> None:
        """Train to the end of the epoch under way, then wait."""
        self._send(lambda: self._allow_epoch(run))

    def edit(self, run: Run, edits: Sequence[Edit]) -> None:
        """Apply edits before the next step."""
        self._send(lambda: self._edit(run, tuple(edits)))

    def set_pace(self, run: Run, steps_per_second: float | None) -> None:
        """At most so many steps a second; None for flat out."""
        self._send(lambda: self._set_pace(run, steps_per_second))

    def extend(self, run: Run, epochs: int) -> None:
        """Train so many epochs more than were asked for so far."""
        self._send(lambda: self._extend(run, epochs))

    def stop(self, run: Run) -> None:
        """End a run for good; its log stays readable."""
        self._send(lambda: self._stop(run))

    def close(self, timeout: float | None = None) -> bool:
        """End all runs and the thread; whether it ended within the timeout in seconds."""
        self._closing = True
        self._wake.set()
        self._thread.join(timeout)
        return not self.alive

    def _send(self, command: Callable[[], None]) -> None:
        self._commands.append(command)
        self._wake.set()

    def _work(self) -> None:
        torch.set_num_threads(1)  # several pools on few cores slow everything
        while not self._closing:
            while self._commands:
                self._commands.popleft()()
            now = time.perf_counter()
            waiting = inf
            for live in tuple(self._live.values()):
                if live.ready and live.due <= now:
                    self._advance(live, now)
                if live.run.mailbox.wanted:
                    self._answer(live)
                if live.ready:
                    waiting = min(waiting, live.due)
            if waiting > now and not self._commands:
                self._wake.wait(None if waiting == inf else waiting - time.perf_counter())
                self._wake.clear()
        for live in tuple(self._live.values()):
            self._stop(live.run)

    def _advance(self, live: _Live, now: float) -> None:
        run = live.run
        try:
            run.step()
        except Exception:  # noqa: BLE001 - one run's failure must not end the others
            self._fail(live)
            return
        live.steps_allowed -= 1
        if live.pace is not None:
            live.due = max(live.due, now - _LONGEST_DEBT) + 1.0 / live.pace
        since, counted = live.counted_from
        if now - since >= SPEED_WINDOW:
            run.steps_per_second = (run.step_count - counted) / (now - since)
            live.counted_from = now, run.step_count
        if run.complete:
            live.steps_allowed = 0
            run.status = "finished"
            run.tell("finished")
        elif not live.ready:
            run.status = "paused"
            run.tell("paused")

    def _answer(self, live: _Live) -> None:
        mailbox = live.run.mailbox
        try:
            mailbox.put(live.run.snapshot(mailbox.request))
        except Exception:  # noqa: BLE001 - as in _advance
            self._fail(live)

    def _add(self, run: Run, pace: float | None) -> None:
        live = _Live(run, pace=pace)
        self._live[id(run)] = live
        try:
            run.prepare()
        except Exception:  # noqa: BLE001 - as in _advance
            self._fail(live)
            return
        run.status = "paused"

    def _allow(self, run: Run, steps: float) -> None:
        live = self._live.get(id(run))
        if live is None or (run.complete and steps):
            return
        was_ready = live.ready
        live.steps_allowed = steps
        if live.ready and not was_ready:
            live.due = time.perf_counter()
            live.counted_from = live.due, run.step_count
            run.status = "running"
            run.tell("running")
        elif was_ready and not live.ready:
            run.status = "paused"
            run.tell("paused")

    def _allow_epoch(self, run: Run) -> None:
        if run.steps_per_epoch:
            self._allow(run, run.steps_per_epoch - run.step_count % run.steps_per_epoch)

    def _edit(self, run: Run, edits: Sequence[Edit]) -> None:
        live = self._live.get(id(run))
        if live is None:
            return
        try:
            for edit in edits:
                run.apply(edit)
        except EngineError:  # refused whole or in part: the run itself is sound and goes on
            _log.warning("an edit was refused:\n%s", traceback.format_exc())

    def _set_pace(self, run: Run, steps_per_second: float | None) -> None:
        live = self._live.get(id(run))
        if live is not None:
            live.pace = steps_per_second
            live.due = 0.0

    def _extend(self, run: Run, epochs: int) -> None:
        if id(run) in self._live:
            run.epochs += epochs
            run.status = "paused"
            self._allow(run, inf)

    def _stop(self, run: Run) -> None:
        if self._live.pop(id(run), None) is not None:
            run.status = "stopped"
            run.tell("stopped")
            run.release()

    def _fail(self, live: _Live) -> None:
        self._live.pop(id(live.run), None)
        live.run.status = "failed"
        live.run.tell("failed", traceback.format_exc())
        live.run.release()
