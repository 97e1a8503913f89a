"""How far long work is: one line that renews itself on a terminal, few plain lines elsewhere."""

import time
from typing import TextIO

WIDTH = 24
RENEWED = 0.1  # seconds between two renewals on a terminal


class ProgressLine:
    """`[#####.....]  37/100 epochs  214 epochs/s  0:00:01 left`, written to a stream."""

    def __init__(self, stream: TextIO, total: int, unit: str) -> None:
        self._stream = stream
        self._total = total
        self._unit = unit
        self._terminal = stream.isatty()
        self._began = time.perf_counter()
        self._next = 0.0

    def show(self, done: int) -> None:
        """Say that `done` of the total are done."""
        now = time.perf_counter()
        if now < self._next and done < self._total:
            return
        self._next = now + (RENEWED if self._terminal else 10.0)
        if self._terminal:
            self._stream.write(f"\r\x1b[2K{self.text(done, now - self._began)}")
        elif done < self._total:
            self._stream.write(f"{self.text(done, now - self._began)}\n")
        self._stream.flush()

    def close(self) -> None:
        """End the line."""
        if self._terminal:
            self._stream.write("\n")

    def text(self, done: int, seconds: float) -> str:
        """The line for `done` of the total after so many seconds."""
        filled = WIDTH * done // self._total
        speed = done / seconds if seconds > 0 else 0.0
        left = round((self._total - done) / speed) if speed else 0
        clock = f"{left // 3600}:{left % 3600 // 60:02}:{left % 60:02}"
        return (
            f"[{'#' * filled}{'.' * (WIDTH - filled)}]  {done}/{self._total} {self._unit}"
            f"  {speed:.3g} {self._unit}/s  {clock} left"
        )
