"""Ways to drive `python -m engine` in a test."""

import os
import subprocess
import sys

import resources
from engine.__main__ import main


def run_engine(capsys, *arguments):
    """Exit status, standard output, standard error."""
    try:
        status = main([str(argument) for argument in arguments])
    except SystemExit as end:
        status = end.code
    return status, *capsys.readouterr()


def refused(capsys, *arguments):
    """The message of a refusal: exit status 1, nothing on standard output, no file written."""
    before = sorted(os.listdir())
    status, out, err = run_engine(capsys, *arguments)
    assert (status, out) == (1, ""), err
    assert sorted(os.listdir()) == before
    assert "Traceback" not in err
    return err


def in_a_process(*arguments, **options):
    command = [sys.executable, "-m", "engine", *map(str, arguments)]
    root = resources.path().parent
    settings = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "timeout": 60, "cwd": root}
    return subprocess.run(command, check=False, **(settings | options))
