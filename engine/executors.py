"""Where work is done: in this thread, on all cores of this machine, or on a cluster.

Each place is a `concurrent.futures.Executor` with what a sweep must know besides: how much to hand
over at a time, and how to end within a moment whatever is being computed. No torch here: a worker
process must be able to end before it has loaded anything heavy.
"""

import atexit
import logging
import multiprocessing
import os
import signal
import socket
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from contextlib import contextmanager
from ctypes import Array, c_double
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for_connections
from typing import Any, ClassVar, Literal, ParamSpec, TypeVar

from engine.errors import EngineError

Where = Literal["here", "cores", "cluster"]
"""In this process; in a process for every core; on the workers of a dask scheduler."""

MustStop = Callable[[float], bool]
"""Whether to stop; is told how much is done by now, in whatever the work counts."""
Work = Callable[[str, MustStop], str]
"""A function of a module, from text to text, that asks often whether it must stop."""

HANDED_OVER = 3  # pieces of work per worker, so that none waits for the next one
GRACE = 0.5  # seconds that a worker process has to stop by itself
CONNECTING = 5.0  # seconds that a scheduler has to answer

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Workplace(ABC):
    """Does work on texts, so many at a time."""

    def __init__(self, executor: Executor, room: int) -> None:
        self._executor = executor
        self.room = room
        """How many pieces of work to hand over, at most, before the first is done."""

    def under_way(self) -> float:
        """How much is done of the pieces that are not finished; may be asked from any thread.

        None of it where that is not known: a cluster tells of nothing but what is finished.
        """
        return 0.0

    @abstractmethod
    def submit(self, work: Work, text: str) -> "Future[str]":
        """Hand over one piece of work.

        The future, or this call, raises BrokenExecutor where workers died: make a new workplace.
        """

    @abstractmethod
    def close(self) -> None:
        """End within a second; what was not done by then is not done."""


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


class Cluster(Workplace):
    """The workers of a dask scheduler; they need this version of Frostline.

    Raises EngineError where dask is not installed, or no scheduler with workers answers.
    """

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
            from distributed.comm.addressing import get_address_host_port, resolve_address
        except ImportError as error:
            text = "a cluster needs the package distributed; install Frostline's extra: cluster"
            raise EngineError(text) from error
        if not address:
            raise EngineError(
                "a cluster needs its scheduler's address, such as tcp://10.0.0.1:8786"
            )
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # errors are raised here
        try:
            # First whether anybody listens: a client that fails leaves its thread behind.
            place = get_address_host_port(resolve_address(address))
            socket.create_connection(place, CONNECTING).close()
            self._client = Client(address, timeout=CONNECTING, set_as_default=False)
        except (OSError, ValueError) as error:
            text = f"no scheduler answers at {address} ({str(error).strip()})"
            raise EngineError(text) from error
        threads = sum(self._client.nthreads().values())
        if not threads:
            self._client.close()
            text = f"the scheduler at {address} has no workers; start one: dask worker {address}"
            raise EngineError(text)
        # Not pure: work that was dropped and is handed over again is new work.
        super().__init__(self._client.get_executor(pure=False), HANDED_OVER * threads)

    def submit(self, work: Work, text: str) -> "Future[str]":
        """Leave it to the scheduler, which also gives it to another worker if one dies."""
        return self._executor.submit(_work_on_cluster, work, text)

    def close(self) -> None:
        """Drop what is not done, and leave the cluster."""
        self._executor.shutdown(wait=False)
        self._client.close(timeout=1)


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
    opener = ThreadPoolExecutor(1)  # a scheduler may take its time, and a cancel may not
    opening = opener.submit(Cluster, address)
    opener.shutdown(wait=False)
    awaited: list[Future[Any]] = [opening, stop]
    wait(awaited, return_when=FIRST_COMPLETED)
    if not stop.done():
        return opening.result()
    opening.add_done_callback(_close_unused)
    return None


def usable_cores() -> int:
    """How many cores this process may use; not above what a pool on Windows can wait for."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return min(os.cpu_count() or 1, 61)


def _close_unused(opening: "Future[Cluster]") -> None:
    if opening.exception() is None:
        opening.result().close()


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


def _work_on_cluster(work: Work, text: str) -> str:
    from distributed import get_worker

    worker = get_worker()
    key = worker.get_current_task()

    def dropped(_: float) -> bool:
        task = worker.state.tasks.get(key)
        return task is None or task.state == "cancelled"

    return work(text, dropped)
