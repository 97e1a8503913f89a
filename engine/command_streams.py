"""What a command has around it: its streams, some of which may be closed, and Ctrl+C."""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from typing import TextIO

from engine.errors import EngineError


def open_closed_streams(*, prints: bool) -> None:
    """Make sure that there is a standard error, and a standard output if it is to be printed to.

    A file that is opened later must not get the number of a closed stream: what any library
    writes there would stand in it. Raises EngineError for a closed standard output.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    sys.stderr = sys.stderr or _nowhere()
    if prints and sys.stdout is None:
        raise EngineError("standard output: is closed; name a file with --out")
    sys.stdout = sys.stdout or _nowhere()


@contextlib.contextmanager
def interrupted_once() -> Iterator[None]:
    """Hear Ctrl+C once: what it stops ends in good order, whoever goes on pressing it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGINT)

    def interrupt(*_: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # until the process ends
        raise KeyboardInterrupt

    if before is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is interrupt:
            signal.signal(signal.SIGINT, before)


def print_text(text: str) -> int:
    """Write to standard output; the exit status: 1 if it could not be written."""
    try:
        sys.stdout.write(shown(text, sys.stdout))
        sys.stdout.flush()
    except OSError as error:
        if not isinstance(error, BrokenPipeError):  # who reads a pipe may have seen enough
            sys.stderr.write(f"standard output: cannot be written ({error.strerror})\n")
        with contextlib.suppress(OSError):  # lest the interpreter try once more when it ends
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


def shown(text: str, stream: TextIO) -> str:
    """The text without what a terminal would obey or the stream cannot hold.

    Names in files may contain control characters, names of files anything.
    """
    plain = "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)
    encoding = stream.encoding or "utf-8"
    return plain.encode(encoding, "backslashreplace").decode(encoding)


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")
