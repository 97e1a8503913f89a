"""One thing computed on a thread of its own, to be asked for later."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

_Any = TypeVar("_Any")


def in_background(compute: Callable[[], _Any], name: str) -> "Future[_Any]":
    """Compute on a thread of its own; what it raises is the future's exception."""
    future: Future[_Any] = Future()

    def work() -> None:
        try:
            future.set_result(compute())
        except Exception as error:  # noqa: BLE001 - whoever asks for the result hears of it
            future.set_exception(error)

    threading.Thread(target=work, name=name).start()
    return future
