"""The thread that trains: it steps every live run in turn and takes commands between steps.

It knows no Qt. What a run tells is read from the run: its log, its events, its mailbox.
"""

import logging
import math
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from math import inf
from typing import Literal, TypeVar

import torch

from engine.edits import apply_edits
from engine.errors import EngineError
from engine.journal import Edit
from engine.run import Run

SPEED_WINDOW = 0.5  # seconds over which steps per second are averaged
STEP_SHARE = 0.02  # of each step in the mean time of a step: about the last fifty count
SOON = 0.05  # seconds: an answer waits so long for the next step, which is then watched
LONGEST_WAIT = 1.0  # seconds until an idle thread looks whether the program is ending
_LONGEST_DEBT = 0.1  # seconds that a paced run may lag before its clock starts anew

Answer = TypeVar("Answer")

_log = logging.getLogger(__name__)


@dataclass(eq=False)
class _Live:
    """A run that the worker holds, and what it was last told."""

    run: Run
    pace: float | None  # steps per second; None: flat out
    steps_allowed: float = 0  # steps to take before pausing; inf: until the last epoch
    due: float = 0.0  # when the next step may be taken
    counted_from: tuple[float, int] = (0.0, 0)  # time and step count
    timed: int = 0  # steps in the run's mean time of a step

    @property
    def ready(self) -> bool:
        """Whether it may take a step."""
        return self.steps_allowed > 0

    @property
    def slow(self) -> bool:
        """Whether somebody looks between any two of its steps."""
        return self.pace is not None and self.pace < 1.0 / SOON

    def start_clock(self, now: float) -> None:
        """Begin to count time: the next step is due now."""
        self.due = now
        self.counted_from = now, self.run.step_count

    def set_due(self, now: float) -> None:
        """Say when the step after this one is due; what lags far behind is forgiven."""
        if self.pace is not None:
            self.due = max(self.due, now - _LONGEST_DEBT) + 1.0 / self.pace

    def time_step(self, seconds: float) -> None:
        """Take a step's time into the run's mean."""
        self.timed += 1
        known = self.run.step_seconds if self.timed > 1 else seconds
        share = max(STEP_SHARE, 1.0 / self.timed)
        self.run.step_seconds = known + share * (seconds - known)

    def count_speed(self, now: float) -> None:
        """Renew the run's steps per second."""
        since, counted = self.counted_from
        if now > since:
            self.run.steps_per_second = (self.run.step_count - counted) / (now - since)
        self.counted_from = now, self.run.step_count


class TrainingWorker:
    """Trains any number of runs on one thread; every public method may be called from any other.

    Commands take effect between two steps, in the order in which they were given. A command to a
    run that is not here, never was, or has ended is ignored; so is every command after `close`.
    """

    def __init__(self) -> None:
        self._commands: deque[Callable[[], None]] = deque()
        self._live: dict[Run, _Live] = {}
        self._wake = threading.Event()
        self._closing = False
        self._main = threading.main_thread()
        # Not a daemon: torch must not be torn down under a thread that still computes.
        self._thread = threading.Thread(target=self._work, name="frostline-training")
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether the thread still runs."""
        return self._thread.is_alive()

    def add(self, run: Run, *, pace: float | None = None) -> None:
        """Take a new run; it is prepared on the thread and then waits, paused.

        Raises ValueError for a run that was trained already: its weights are gone.
        """
        if run.status != "waiting":
            raise ValueError(f"the run is {run.status}; only a new one can be added")
        live = _Live(run, _checked_pace(pace))
        run.mailbox.on_request = self._wake.set
        self._queue(lambda: self._begin(live))

    def resume(self, run: Run) -> None:
        """Train until the last epoch."""
        self._send(run, lambda live: self._allow(live, inf))

    def pause(self, run: Run) -> None:
        """Stop between two steps and wait."""
        self._send(run, lambda live: self._allow(live, 0))

    def step(self, run: Run) -> None:
        """Take one step, then wait; two calls take two, however quickly they follow."""
        self._send(run, self._allow_step)

    def step_epoch(self, run: Run) -> None:
        """Train to the end of the epoch under way, then wait; two calls, to the end of the next."""
        self._send(run, self._allow_epoch)

    def edit(self, run: Run, edits: Sequence[Edit]) -> None:
        """Apply edits before the next step: all of them, or none where one does not fit."""
        taken = tuple(edits)
        self._send(run, lambda live: self._edit(live, taken))

    def set_pace(self, run: Run, steps_per_second: float | None) -> None:
        """At most so many steps a second; None for flat out. Raises ValueError unless above 0."""
        pace = _checked_pace(steps_per_second)
        self._send(run, lambda live: self._set_pace(live, pace))

    def extend(self, run: Run, epochs: int) -> None:
        """Train so many epochs more than were asked for so far. Raises ValueError below 1."""
        if epochs < 1:
            raise ValueError(f"epochs must be at least 1, not {epochs}")
        self._send(run, lambda live: self._extend(live, epochs))

    def ask(self, run: Run, question: Callable[[Run], Answer]) -> "Future[Answer]":
        """Let the thread answer a question about a run between two steps; it must change nothing.

        The future is cancelled if the run is not here; it holds what the question raised.
        """
        future: Future[Answer] = Future()
        self._queue(lambda: self._reply(run, question, future))
        if not self.alive:
            future.cancel()
        return future

    def stop(self, run: Run) -> None:
        """End a run for good and free its network; its log stays readable."""
        self._send(run, self._stop)

    def close(self, timeout: float | None = None) -> bool:
        """End all runs and the thread; whether it ended within the timeout in seconds."""
        self._closing = True
        self._wake.set()
        self._thread.join(timeout)
        return not self.alive

    def _queue(self, command: Callable[[], None]) -> None:
        self._commands.append(command)
        self._wake.set()

    def _send(self, run: Run, action: Callable[[_Live], None]) -> None:
        def command() -> None:
            live = self._live.get(run)
            if live is not None:
                self._guard(live, action)

        self._queue(command)

    def _work(self) -> None:
        torch.set_num_threads(1)  # several pools on few cores slow everything
        while not self._ending():
            self._take_commands()
            seconds = self._serve_all()
            if seconds > 0 and not self._commands:
                self._wake.wait(min(seconds, LONGEST_WAIT))
                self._wake.clear()  # whatever set it is looked at in the pass that follows
        for live in tuple(self._live.values()):
            self._stop(live)
        while self._commands:  # with no run left, questions are cancelled, the rest does nothing
            self._commands.popleft()()

    def _ending(self) -> bool:
        """Whether to end: asked to, or the main thread died and waits for this one to end."""
        return self._closing or not self._main.is_alive()

    def _take_commands(self) -> None:
        while self._commands and not self._closing:
            self._commands.popleft()()

    def _serve_all(self) -> float:
        """Give every run its step and its answer; seconds until the next step is due."""
        due = inf
        for live in tuple(self._live.values()):
            self._take_commands()  # between any two steps, whosever they are
            if self._closing:
                return 0.0
            self._serve(live)
            if live.ready:
                due = min(due, live.due)
        return due - time.perf_counter()

    def _serve(self, live: _Live) -> None:
        """A step if it is due, and an answer if one was asked for before it.

        Who looks at gradients hears of a step that was watched: of the next, if that comes soon.
        """
        mailbox, now = live.run.mailbox, time.perf_counter()
        wanted = mailbox.wanted
        if live.ready and live.due <= now:
            self._guard(live, self._advance)
        elif live.ready and mailbox.watches and live.due - now < SOON and not live.slow:
            return
        if wanted and live.run in self._live:
            self._guard(live, self._answer)

    def _guard(self, live: _Live, action: Callable[[_Live], None]) -> None:
        """Do something for one run; its failure must not end the others."""
        try:
            action(live)
        except Exception:  # noqa: BLE001 - anything: the run is what failed, and it says so
            self._end(live)
            live.run.status = "failed"
            live.run.tell("failed", traceback.format_exc())

    def _advance(self, live: _Live) -> None:
        run, now = live.run, time.perf_counter()
        # The last step before a pause is watched too, and each step of a run so slow that somebody
        # looks between any two: they are the ones that will be looked at.
        looked_at = run.mailbox.wanted or live.steps_allowed == 1 or live.slow
        observe = run.mailbox.watches and looked_at
        run.step(observe)
        if not observe:  # what a step costs is what one costs that nobody looks at
            live.time_step(time.perf_counter() - now)
        live.steps_allowed -= 1
        live.set_due(now)
        if run.complete:
            self._wait_as(live, "finished")
        elif not live.ready:
            self._wait_as(live, "paused")
        elif now - live.counted_from[0] >= SPEED_WINDOW:
            live.count_speed(now)

    def _answer(self, live: _Live) -> None:
        mailbox, request = live.run.mailbox, live.run.mailbox.request
        known = request is None or (request.variant, request.seed) in live.run.experiment.members
        # Who asks for a member that this run does not have hears of the run without its layers.
        if request is not None:
            live.run.record(request.histograms, request.gradients)
        mailbox.put(live.run.snapshot(request if known else None))
        if mailbox.request is not request:  # asked again meanwhile, for another one
            mailbox.wanted = True

    def _reply(self, run: Run, question: Callable[[Run], Answer], future: "Future[Answer]") -> None:
        if run not in self._live or not future.set_running_or_notify_cancel():
            future.cancel()
            return
        try:
            future.set_result(question(run))
        except Exception as error:  # noqa: BLE001 - whoever asked hears of it; the run goes on
            future.set_exception(error)

    def _begin(self, live: _Live) -> None:
        if live.run.status == "waiting" and not self._closing:  # not so if it was added twice
            self._live[live.run] = live
            self._guard(live, self._prepare)

    def _prepare(self, live: _Live) -> None:
        live.run.prepare()
        self._wait_as(live, "paused")

    def _allow(self, live: _Live, steps: float) -> None:
        if steps and live.run.complete:
            return
        was_ready, live.steps_allowed = live.ready, steps
        if live.ready and not was_ready:
            live.start_clock(time.perf_counter())
            live.run.status = "running"
            live.run.tell("running")
        elif was_ready and not live.ready:
            self._wait_as(live, "paused")

    def _allow_step(self, live: _Live) -> None:
        self._allow(live, 1 if live.steps_allowed == inf else live.steps_allowed + 1)

    def _allow_epoch(self, live: _Live) -> None:
        steps = 0 if live.steps_allowed == inf else int(live.steps_allowed)
        per_epoch = live.run.steps_per_epoch
        self._allow(live, steps + per_epoch - (live.run.step_count + steps) % per_epoch)

    def _edit(self, live: _Live, edits: Sequence[Edit]) -> None:
        try:
            apply_edits(live.run.experiment, edits)
        except EngineError as error:
            _log.warning("edits were refused, and none of them was applied: %s", error)
            return
        for edit in edits:
            live.run.apply(edit)

    def _set_pace(self, live: _Live, pace: float | None) -> None:
        now = time.perf_counter()
        live.pace = pace
        # Moving a slider takes no step of its own, and what was due soon stays due soon.
        live.due = now if pace is None else min(max(live.due, now), now + 1.0 / pace)

    def _extend(self, live: _Live, epochs: int) -> None:
        live.run.epochs += epochs
        self._allow(live, inf)

    def _stop(self, live: _Live) -> None:
        self._end(live)
        live.run.status = "stopped"
        live.run.tell("stopped")

    def _wait_as(self, live: _Live, status: Literal["paused", "finished"]) -> None:
        live.steps_allowed = 0
        live.count_speed(time.perf_counter())
        live.run.status = status
        live.run.tell(status)

    def _end(self, live: _Live) -> None:
        self._live.pop(live.run, None)
        live.steps_allowed = 0
        live.run.release()


def _checked_pace(steps_per_second: float | None) -> float | None:
    if steps_per_second is None or (math.isfinite(steps_per_second) and steps_per_second > 0):
        return steps_per_second
    raise ValueError(f"the pace must be above 0 steps per second, not {steps_per_second}")
