"""Work for worker processes, in a module that loads nothing heavy."""

import os
import signal


def in_capitals(text, must_stop):
    return f"{text.upper()} {os.getpid()} {must_stop()}"


def without_end(text, must_stop):
    while not must_stop():
        pass
    return "stopped"


def deaf(text, must_stop):
    while True:
        pass


def deadly(text, must_stop):
    os.kill(os.getpid(), signal.SIGKILL)


def interrupted(text, must_stop):
    os.kill(os.getpid(), signal.SIGINT)
    return "still there"
