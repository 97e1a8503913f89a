"""Where work is done: in this thread, on all cores of this machine, or on a cluster.

Each place is a `concurrent.futures.Executor` with what a sweep must know besides: how much to hand
over at a time, and how to end within a moment whatever is being computed. No torch here: a worker
process must be able to end before it has loaded anything heavy.
"""

import atexit
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from ctypes import Array, c_double
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for_connections
from typing import ClassVar, Literal, ParamSpec, TypeVar

from engine.workplace import HANDED_OVER, MustStop, Work, Workplace

Where = Literal["here", "cores", "cluster"]
"""In this process; in a process for every core; on the workers of a dask scheduler."""

GRACE = 0.5  # seconds that a worker process has to stop by itself

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Here(Workplace):
    """Does the work on the thread that hands it over, before it returns."""

    def __init__(self, must_stop: MustStop) -> None:
        super().__init__(InThisThread(), room=1)
        self._must_stop = must_stop
        self._done = 0.0

    def under_way(self) -> float:
        """What the work told last; nothing between two pieces."""
        return self._done

    def submit(self, work: Work, text: str) -> "Future[str]":
        """Do it now."""
        try:
            return self._executor.submit(work, text, self._told)
        finally:
            self._done = 0.0

    def close(self) -> None:
        """Nothing is open."""

    def _told(self, done: float) -> bool:
        self._done = done
        return self._must_stop(done)


class Cores(Workplace):
    """A worker process for every core that this process may use.

    All of them hold one end of a pipe. When the other end is closed, by `close` or because this
    process died, they stop: nobody is left who wants their work.

    How far they are they write into shared memory, each piece of work in a slot of its own. There
    is no lock, so a worker that is killed leaves none behind.
    """

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")  # sound with threads, torch and Qt; frozen
        self._held, self._lifeline = context.Pipe(duplex=False)
        workers = usable_cores()
        room = HANDED_OVER * workers
        self._done: Array[c_double] = context.RawArray(c_double, room)
        self._pieces: list[Future[str] | None] = [None] * room
        pool = ProcessPoolExecutor(workers, context, _begin_worker, (self._held, self._done))
        super().__init__(pool, room)

    def under_way(self) -> float:
        """What the processes told last; what died with one counts no more."""
        return sum(self._done[slot] for slot in range(self.room) if not self._is_free(slot))

    def submit(self, work: Work, text: str) -> "Future[str]":
        """Hand it to the next process that is free."""
        slot = next(slot for slot in range(self.room) if self._is_free(slot))
        self._done[slot] = 0.0
        with _interrupts_held():
            piece = self._executor.submit(_work_in_process, work, text, slot)
        self._pieces[slot] = piece
        return piece

    def close(self) -> None:
        """End the processes."""
        self._lifeline.close()
        self._executor.shutdown(wait=True, cancel_futures=True)
        self._held.close()

    def _is_free(self, slot: int) -> bool:
        piece = self._pieces[slot]
        return piece is None or piece.done()


class InThisThread(Executor):
    """An executor that does everything at once, in the thread that asks."""

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> "Future[_T]":
        """Call the function now; the future is done."""
        future: Future[_T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - whoever asks for the result hears of it
            future.set_exception(error)
        return future


def open_workplace(
    where: Where, address: str, must_stop: MustStop, stop: "Future[None]"
) -> Workplace | None:
    """A place to work; None if `stop` is done before it is open. `Here` asks `must_stop`.

    Raises EngineError for a cluster that cannot be reached.
    """
    if where == "here":
        return Here(must_stop)
    if where == "cores":
        return Cores()
    from engine.cluster import open_cluster  # only now: worker processes do without asyncio

    return open_cluster(address, stop)


def usable_cores() -> int:
    """How many cores this process may use; not above what a pool on Windows can wait for."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return min(os.cpu_count() or 1, 61)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Processes that start meanwhile hear no Ctrl+C, not even before they could ignore it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Worker:
    """What a worker process keeps from one piece to the next; a pool leaves no other place."""

    stopping = threading.Event()
    done: ClassVar["Array[c_double]"]


def _begin_worker(lifeline: "Connection[object, object]", done: "Array[c_double]") -> None:
    _Worker.done = done
    # Torch takes a second to be torn down, in which the thread below could not end the process.
    atexit.register(os._exit, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the whole group: the first asks
    threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()


def _end_with(lifeline: "Connection[object, object]") -> None:
    """Wait for the other end to be closed, then end this process, whatever it is doing."""
    wait_for_connections([lifeline])
    _Worker.stopping.set()
    time.sleep(GRACE)
    os._exit(1)


def _work_in_process(work: Work, text: str, slot: int) -> str:
    def told(done: float) -> bool:
        _Worker.done[slot] = done
        return _Worker.stopping.is_set()

    return work(text, told)
