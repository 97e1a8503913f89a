"""Show a set-up to the person: on the console, or in a small window where there is none.

Standard library only: this runs before anything is installed.
"""

import contextlib
import importlib.util
import os
import platform
import re
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

INSTALLED_MEGABYTES = 1500
"""What the dependencies take on disk once installed (the test extra adds about 150)."""

FAILURES = (
    (
        r"No space left on device|Errno 28|not enough space on the disk",
        "The disk is full. Make room, then start Frostline again.",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLError",
        "The package registry's certificate was not accepted. On a network with certificates of"
        " its own, set PIP_CERT to their file.",
    ),
    (
        r"\b(401|403|407)\b[^\n]*(Error|Unauthorized|Forbidden|Required)|ProxyError",
        "The package registry, or a proxy on the way to it, refused. Check the proxy and pip's"
        " settings (python3 -m pip config list).",
    ),
    (
        r"Temporary failure in name resolution|getaddrinfo failed|Failed to establish a new"
        r" connection|Network is unreachable|Max retries exceeded|Retrying \(Retry|timed out",
        "The package registry could not be reached. Check the network, then start Frostline"
        " again: what has been downloaded is kept.",
    ),
    (
        r"Permission denied|Read-only file system|WinError 5\b",
        "The set-up may not write in this folder. Copy Frostline to a folder of your own.",
    ),
    (
        r"No matching distribution found for ",
        "The package registry offers nothing that fits this machine. Frostline needs 64-bit Linux,"
        " Windows on x86 or macOS on Apple silicon, and a Python that PyTorch is built for.",
    ),
)
"""What pip's words mean for the person, the first that matches. A network that is down also ends
in "no matching distribution", so that one comes last."""


class SetupError(Exception):
    """Why Frostline cannot start here and what would help, in words for the person."""


class Progress(Protocol):
    """Where a set-up reports how far it is."""

    @property
    def is_cancelled(self) -> bool:
        """Whether the person wants it to stop."""

    def say(self, text: str) -> None:
        """Show what is being done now."""

    def show_size(self, megabytes: int) -> None:
        """Show how much of INSTALLED_MEGABYTES is there."""


class ConsoleProgress:
    """Lines on standard output; on a terminal a size that counts up under them."""

    is_cancelled = False  # Ctrl+C does that here

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._status = ""

    def say(self, text: str) -> None:
        """Show what is being done now."""
        _write(f"{self._erased()}  {text}\n")

    def show_size(self, megabytes: int) -> None:
        """Show how much is there, over the last such line."""
        if _is_terminal():
            seconds = int(time.monotonic() - self._start)
            status = f"  {_of_whole(megabytes)}, {seconds // 60}:{seconds % 60:02}"
            _write(self._erased() + status)
            self._status = status

    def _erased(self) -> str:
        erased = f"\r{' ' * len(self._status)}\r" if self._status else ""
        self._status = ""
        return erased


class ProgressWindow:
    """A small tkinter window; the set-up runs in a thread beside it."""

    def __init__(self, introduction: str) -> None:
        import tkinter
        from tkinter import ttk

        self._window = tkinter.Tk(className="Frostline")
        self._window.title("Setting up Frostline")
        self._window.protocol("WM_DELETE_WINDOW", self._on_cancel)
        frame = ttk.Frame(self._window, padding=24)
        frame.grid()
        ttk.Label(frame, text=introduction, wraplength=620, justify="left").grid(sticky="w")
        self._bar = ttk.Progressbar(frame, length=620, maximum=INSTALLED_MEGABYTES)
        self._bar.grid(pady=(16, 8))
        self._line = ttk.Label(frame, wraplength=620, justify="left")
        self._line.grid(sticky="w")
        self._cancel = ttk.Button(frame, text="Cancel", command=self._on_cancel)
        self._cancel.grid(sticky="e", pady=(16, 0))
        self._text = "Starting"
        self._megabytes = 0
        self._cancelled = threading.Event()

    @property
    def is_cancelled(self) -> bool:
        """Whether the person has closed the window or pressed Cancel."""
        return self._cancelled.is_set()

    def say(self, text: str) -> None:
        """Show what is being done now; called by the set-up's thread."""
        self._text = text

    def show_size(self, megabytes: int) -> None:
        """Show how much is there; called by the set-up's thread."""
        self._megabytes = megabytes

    def run(self, job: Callable[[Progress], None]) -> None:
        """Show the window until job(self) has ended; raise what it raised."""
        failures: list[BaseException] = []

        def work() -> None:
            try:
                job(self)
            except BaseException as error:  # noqa: BLE001 - raised again below, by the main thread
                failures.append(error)

        worker = threading.Thread(target=work)
        worker.start()
        self._refresh(worker)
        self._window.mainloop()
        worker.join()
        self._window.destroy()
        if failures:
            raise failures[0]

    def _on_cancel(self) -> None:
        self._cancelled.set()
        self._cancel.state(["disabled"])

    def _refresh(self, worker: threading.Thread) -> None:
        if not worker.is_alive():
            self._window.quit()
            return
        self._bar.configure(value=self._megabytes)
        self._line.configure(text=f"{self._text}\n{_of_whole(self._megabytes)}")
        self._window.after(100, self._refresh, worker)


def run_shown(introduction: str, job: Callable[[Progress], None], *, windowed: bool) -> None:
    """Run job with a progress that the person can see; in a window if windowed and possible."""
    _write(introduction + "\n")
    if windowed and can_show_window(os.environ) and not _is_terminal():
        ProgressWindow(introduction).run(job)
    else:
        job(ConsoleProgress())


def tell(text: str, *, windowed: bool) -> None:
    """Say why Frostline does not start: on standard error, and if windowed in a box as well."""
    if sys.stderr is not None:
        sys.stderr.write(text + "\n")
    if windowed and can_show_window(os.environ) and not _is_terminal():
        import tkinter
        from tkinter import messagebox

        with contextlib.suppress(tkinter.TclError):
            window = tkinter.Tk()
            window.withdraw()
            first, _, rest = text.partition("\n")
            messagebox.showerror("Frostline cannot start", first, detail=rest)
            window.destroy()


def can_show_window(environment: Mapping[str, str]) -> bool:
    """Whether tkinter is there and has a screen that somebody may be looking at."""
    has_screen = not sys.platform.startswith("linux") or bool(environment.get("DISPLAY"))
    has_tkinter = all(importlib.util.find_spec(name) for name in ("_tkinter", "tkinter"))
    return has_screen and has_tkinter and not environment.get("CI")


def condensed(line: str) -> str | None:
    """What a person wants to know of one line of pip's, or None."""
    fetched = re.match(r"\s*(Downloading|Using cached|Processing) (\S+)( \(.*B\))?", line)
    if fetched is not None and not fetched[2].endswith(".metadata"):
        name = re.split(r"[/\\]", fetched[2])[-1]
        package = "-".join(name.split("-")[:2])
        return f"{fetched[1]} {package}{fetched[3] or ''}"
    if line.startswith("Installing collected packages: "):
        return f"Unpacking {line.count(',') + 1} packages: half a minute to some minutes"
    return "Trying the registry again" if line.startswith("WARNING: Retrying") else None


def explained(lines: Sequence[str], program: str) -> str:
    """What made a program fail that printed these lines, with the last of them."""
    text = "\n".join(lines)
    unknown = f"{program} could not set Frostline up."
    words = next((words for pattern, words in FAILURES if re.search(pattern, text)), unknown)
    said = [line for line in lines if line.startswith("ERROR")] or [line for line in lines if line]
    machine = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    return "\n".join([words, f"{program} said ({machine}):", *(f"    {x}" for x in said[-4:])])


def _of_whole(megabytes: int) -> str:
    return f"{megabytes:,} MB of about {INSTALLED_MEGABYTES:,} MB"


def _is_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def _write(text: str) -> None:
    if sys.stdout is not None:
        sys.stdout.write(text)
        sys.stdout.flush()
