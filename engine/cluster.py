"""The workers of a dask scheduler: asked who they are before they get work, and looked after.

Whatever stands at an address, it cannot hold up whoever asked for it: all that may take its time
is done on daemon threads. Nothing of dask is imported before a cluster is wanted.
"""

import asyncio
import logging
import operator
import pkgutil
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import ExitStack, contextmanager, suppress
from functools import partial, reduce
from typing import TYPE_CHECKING, Any

import engine
from engine.errors import EngineError
from engine.workplace import HANDED_OVER, Missing, Work, Workplace

if TYPE_CHECKING:
    from distributed import Client

CONNECTING = 5.0  # seconds that a scheduler has to answer
LOOKED_AT = 2.0  # seconds between two looks at the scheduler's workers
LEAVING = 1.0  # seconds that leaving a cluster may take

_log = logging.getLogger(__name__)


class Cluster(Workplace):
    """The workers of a dask scheduler; they need this version of Frostline.

    Raises EngineError where dask is not installed, no scheduler answers, or its workers cannot do
    the work. May take longer than anybody wants to wait: see `open_cluster`.
    """

    def __init__(self, address: str) -> None:
        self._quiet = ExitStack()
        self._client = _client(address)
        try:
            self._quiet.enter_context(_unheard(self._client.sync(_this_thread)))
            threads = sum(self._client.nthreads().values())
            if not threads:
                text = f"the scheduler at {address} has no workers"
                raise EngineError(f"{text}; start one: dask worker {address}")
            _refuse_strangers(self._client)
        except BaseException:
            with suppress(Exception):  # what is wrong already is what matters
                self._leave()
            raise
        # Not pure: work that was dropped and is handed over again is new work.
        super().__init__(self._client.get_executor(pure=False), HANDED_OVER * threads)
        self._missing: Missing = ""
        self._closed = threading.Event()
        threading.Thread(target=self._watch, name="frostline-workers", daemon=True).start()

    @property
    def missing(self) -> Missing:
        """As seen a few seconds ago."""
        return self._missing

    def submit(self, work: Work, text: str) -> "Future[str]":
        """Leave it to the scheduler, which also gives it to another worker if one dies.

        Only names of Python's own functions go there as such: a worker that joined without
        Frostline would die of any other, and so would the next one. The future raises ImportError
        then, or AttributeError.
        """
        names = (f"{__name__}:{on_this_worker.__name__}", f"{work.__module__}:{work.__qualname__}")
        called: Callable[..., Any] = reduce  # resolve_name(names[0])(names[1])(text)
        return self._executor.submit(called, operator.call, (*names, text), pkgutil.resolve_name)

    def close(self) -> None:
        """Drop what is not done, and leave the cluster."""
        self._closed.set()
        leaving = threading.Thread(target=self._drop_and_leave, daemon=True)
        leaving.start()
        leaving.join(LEAVING)

    def _drop_and_leave(self) -> None:
        try:
            self._executor.shutdown(wait=False)
            self._leave()
        except Exception:  # noqa: BLE001 - of a scheduler that is gone, or does not answer
            _log.debug("a cluster was not left in good order", exc_info=True)

    def _leave(self) -> None:
        with self._quiet:
            self._client.close(timeout=LEAVING)

    def _watch(self) -> None:
        while not self._closed.wait(LOOKED_AT):
            try:
                workers = self._client.sync(_workers, self._client, callback_timeout=CONNECTING)
            except Exception:  # noqa: BLE001 - a scheduler that is lost is told by the work
                self._missing = "scheduler"
            else:
                self._missing = "" if workers else "workers"


def open_cluster(address: str, stop: "Future[None]") -> Cluster | None:
    """The cluster at this address; None if `stop` is done before it is open.

    Raises EngineError for a cluster that cannot be reached in time.
    """
    opening: Future[Cluster] = Future()
    threading.Thread(target=_open, args=(address, opening), daemon=True).start()
    awaited: list[Future[Any]] = [opening, stop]
    wait(awaited, 2 * CONNECTING, FIRST_COMPLETED)
    if opening.done() and not stop.done():
        return opening.result()
    opening.add_done_callback(_close_unused)
    if stop.done():
        return None
    raise _unreachable(address, f"not within {2 * CONNECTING:g} seconds")


def on_this_worker(name: str) -> Callable[[str], str]:
    """The work of this name (`module:function`), to be done by the worker that calls it."""
    return partial(_work, pkgutil.resolve_name(name))


def _open(address: str, opening: "Future[Cluster]") -> None:
    try:
        opening.set_result(Cluster(address))
    except Exception as error:  # noqa: BLE001 - whoever asks for the result hears of it
        opening.set_exception(error)


def _close_unused(opening: "Future[Cluster]") -> None:
    if opening.exception() is None:
        opening.result().close()


def _client(address: str) -> "Client":
    """A client of the scheduler there. Raises EngineError where there is none."""
    try:
        from distributed import Client
    except ImportError as error:
        text = "a cluster needs the package distributed; install Frostline's extra: cluster"
        raise EngineError(text) from error
    if not address:
        raise EngineError("a cluster needs its scheduler's address, such as tcp://10.0.0.1:8786")
    protocol, stands, _ = address.rpartition("://")
    if stands and protocol != "tcp":
        raise EngineError(f"{address}: a cluster is reached by tcp:// only, not by {protocol}://")
    _ask_who_is_there(address)
    try:
        return Client(address, timeout=CONNECTING, set_as_default=False)
    except Exception as error:
        raise _unreachable(address, str(error).strip() or type(error).__name__) from error


def _ask_who_is_there(address: str) -> None:
    """Raise EngineError for anything but a scheduler: a client would wait for ever, or complain."""
    from distributed.comm.addressing import get_address_host_port

    try:
        socket.create_connection(get_address_host_port(address), CONNECTING).close()
    except (OSError, OverflowError, ValueError) as error:
        raise _unreachable(address, str(error).strip()) from error
    try:
        kind = asyncio.run(_kind_of_server(address))
    except TimeoutError as error:
        raise _unreachable(address, "what listens there says nothing") from error
    except Exception as error:
        reason = f"what listens there is not dask: {type(error).__name__}"
        raise _unreachable(address, reason) from error
    if kind in ("Worker", "Nanny"):
        raise _unreachable(address, f"it is the address of a worker: {kind}")


async def _kind_of_server(address: str) -> str:
    from distributed.comm.core import connect

    async with asyncio.timeout(CONNECTING):
        connection = await connect(address, timeout=CONNECTING)
        try:
            await connection.write({"op": "identity", "reply": True})
            return str((await connection.read())["type"])
        finally:
            connection.abort()


def _unreachable(address: str, reason: str) -> EngineError:
    return EngineError(f"no scheduler answers at {address} ({reason})")


def _refuse_strangers(client: "Client") -> None:
    """Raise EngineError for the workers that have no Frostline, or another version."""
    asked = client.run(pkgutil.resolve_name, "engine:__version__", on_error="return")
    strangers = [text for each in asked.items() if (text := _strangeness(*each))]
    if strangers:
        others = f" (and {len(strangers) - 1} others)" if strangers[1:] else ""
        raise EngineError(f"{strangers[0]}{others}; install the same version everywhere")


def _strangeness(worker: str, answer: object) -> str:
    """What is wrong with a worker that gave this answer; nothing if it is gone by now."""
    if answer == engine.__version__ or isinstance(answer, OSError):
        return ""
    if isinstance(answer, Exception):
        return f"the worker at {worker} has no Frostline ({answer})"
    this = f"this one is {engine.__version__}"
    return f"the worker at {worker} has Frostline {answer}, and {this}"


async def _workers(client: "Client") -> dict[str, int]:
    """The threads of every worker; unlike `Client.nthreads` this can be given up."""
    assert client.scheduler is not None
    workers: dict[str, int] = await client.scheduler.ncores(workers=None)
    return workers


async def _this_thread() -> int:
    return threading.get_ident()


@contextmanager
def _unheard(thread: int) -> Iterator[None]:
    """Keep what dask logs on this thread off the terminal: what matters is raised here.

    Other clients of the same process, on threads of their own, are heard.
    """

    def is_heard(record: logging.LogRecord) -> bool:
        return record.thread != thread

    loggers = map(logging.getLogger, ("distributed", "distributed.client", "tornado.application"))
    handlers = [handler for logger in loggers for handler in logger.handlers]
    for handler in handlers:
        handler.addFilter(is_heard)
    try:
        yield
    finally:
        for handler in handlers:
            handler.removeFilter(is_heard)


def _work(work: Work, text: str) -> str:
    from distributed import get_worker

    worker = get_worker()
    key = worker.get_current_task()

    def dropped(_: float) -> bool:
        task = worker.state.tasks.get(key)
        return task is None or task.state == "cancelled"

    return work(text, dropped)
