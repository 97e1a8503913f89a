"""What becomes of an unforeseen exception: written down, shown once, the program goes on."""

import contextlib
import faulthandler
import logging
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication

MOST_BYTES = 1_000_000
LONGEST_LINE = 200  # characters of an error's own words that are shown

_log = logging.getLogger(__name__)


class CrashLog:
    """Catches what nobody caught, on every thread, and appends it to a file.

    `show` is called with one line for the person, at most once for the same place in the code: a
    fault in painting would otherwise come back with every frame.
    """

    def __init__(self, path: Path, show: Callable[[str], None]) -> None:
        self.path = path
        self._show = show
        self._seen: set[str] = set()
        self._file = None
        self._owns_faulthandler = not faulthandler.is_enabled()
        self._former = sys.excepthook, threading.excepthook, sys.unraisablehook
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists() and path.stat().st_size > MOST_BYTES:
                path.unlink()
            self._file = path.open("a", encoding="utf-8")
        except OSError:
            _log.warning("no crash log at %s", path, exc_info=True)

    def install(self) -> None:
        """Take over Python's three hooks, and write down a crash of the interpreter itself."""
        self._former = sys.excepthook, threading.excepthook, sys.unraisablehook
        if self._file is not None and self._owns_faulthandler:
            faulthandler.enable(self._file)
        sys.excepthook = self._on_exception
        threading.excepthook = lambda args: self._report(
            args.exc_type, args.exc_value, args.exc_traceback
        )
        sys.unraisablehook = lambda args: self._report(
            args.exc_type, args.exc_value, args.exc_traceback
        )

    def uninstall(self) -> None:
        """Give the hooks back to whoever had them, and close the file."""
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._former
        if self._file is not None:
            if self._owns_faulthandler:
                faulthandler.disable()
            with contextlib.suppress(OSError):  # what a full disk left in the buffer
                self._file.close()
            self._file = None

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self._report(kind, error, trace)

    def _report(
        self,
        kind: type[BaseException],
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        text = "".join(traceback.format_exception(kind, error, trace))
        place = "".join(traceback.format_tb(trace)[-1:]) + kind.__name__
        if place in self._seen:
            return
        self._seen.add(place)
        self._write_down(text)
        words = (str(error).splitlines() or [""])[0][:LONGEST_LINE]
        told = QCoreApplication.translate("crash", "Something went wrong ({0}: {1}). Details: {2}")
        self._show(told.format(kind.__name__, words, self.path))

    def _write_down(self, text: str) -> None:
        """To the console and to the file, as far as there are any and the disk is not full."""
        for stream in (sys.stderr, self._file):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.write(text + "\n")
                    stream.flush()
