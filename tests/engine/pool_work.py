"""Work for worker processes, in a module that loads nothing heavy."""

import os
import signal
from pathlib import Path


def in_capitals(text, must_stop):
    return f"{text.upper()} {os.getpid()} {must_stop(0.0)}"


def without_end(text, must_stop):
    while not must_stop(0.0):
        pass
    return "stopped"


def held(text, must_stop):
    """Tells 2.5 until the file is there that the text names."""
    while not Path(text).exists():
        must_stop(2.5)
    return "let out"


class Mark:
    """Makes a file when it is torn down."""

    def __init__(self, path):
        self._path = path

    def __del__(self):
        self._path.touch()


marks = []


def marking(text, must_stop):
    marks.append(Mark(Path(text)))
    return "marked"


def deaf(text, must_stop):
    while True:
        pass


def deadly(text, must_stop):
    os.kill(os.getpid(), signal.SIGKILL)


def interrupted(text, must_stop):
    os.kill(os.getpid(), signal.SIGINT)
    return "still there"
