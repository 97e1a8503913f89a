"""How far long work is: one line that renews itself on a terminal, few plain lines elsewhere."""

import contextlib
import time
from typing import TextIO

WIDTH = 24
RENEWED = 0.1  # seconds between two renewals on a terminal
REPEATED = 10.0  # seconds between two lines elsewhere, such as in a log file


class ProgressLine:
    """`[#####.....]  37/100 epochs  214 epochs/s  0:00:01 left`, written to a stream.

    Speed and time are left out before there is one, and while something is waited for.
    A stream that cannot be written to is passed over: the work matters more than the line.
    """

    def __init__(self, stream: TextIO, total: int, unit: str, before: int = 0) -> None:
        self._stream = stream
        self._total = total
        self._unit = unit
        self._before = before  # done by an earlier start: says nothing about the speed of this one
        self._terminal = stream.isatty()
        self._began = time.perf_counter()
        self._next = self._began + (0.0 if self._terminal else REPEATED)
        self._length = 0  # of the line that stands on the terminal

    def show(self, done: int, waiting: str = "") -> None:
        """Say that `done` of the total are done, or what is waited for."""
        now = time.perf_counter()
        if waiting and done <= self._before:
            self._began = now  # the speed is that of the work, not of starting it
        if now < self._next and not (self._terminal and done >= self._total):
            return
        line = self.text(done, now - self._began, waiting)
        if self._terminal:
            self._next = now + RENEWED
            self._write(f"\r{line.ljust(self._length)}")
            self._length = len(line)
        else:
            self._next = now + REPEATED
            self._write(f"{line}\n")

    def close(self) -> None:
        """End the line."""
        if self._length:
            self._write("\n")
            self._length = 0

    def text(self, done: int, seconds: float, waiting: str = "") -> str:
        """The line for `done` of the total after so many seconds."""
        filled = WIDTH * done // self._total
        bar = f"[{'#' * filled}{'.' * (WIDTH - filled)}]  {done}/{self._total} {self._unit}"
        if waiting:
            return f"{bar}  {waiting}"
        if done <= self._before or seconds <= 0:
            return bar
        speed = (done - self._before) / seconds
        left = round((self._total - done) / speed)
        clock = f"{left // 3600}:{left % 3600 // 60:02}:{left % 60:02}"
        rate = f"{speed:.3g}" if speed < 999.5 else f"{speed:.0f}"
        return f"{bar}  {rate} {self._unit}/s  {clock} left"

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError):
            self._stream.write(text)
            self._stream.flush()
