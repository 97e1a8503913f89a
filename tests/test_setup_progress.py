"""What a person sees of a set-up."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import setup_progress

ROOT = Path(setup_progress.__file__).parent


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (
            "  Downloading pyside6_essentials-6.10.3-cp39-abi3-linux_x86_64.whl (77.1 MB)",
            "Downloading pyside6_essentials-6.10.3 (77.1 MB)",
        ),
        (
            "  Downloading https://files/a/torch-2.13.0-cp311-linux.whl (180 MB)",
            "Downloading torch-2.13.0 (180 MB)",
        ),
        ("Processing /wheels/icicle-1.5-py3-none-any.whl", "Processing icicle-1.5"),
        ("  Downloading numpy-2.4.6-cp311-linux.whl.metadata (6 kB)", None),
        ("Collecting numpy<3,>=2", None),
        (
            "Installing collected packages: a, b, c",
            "Unpacking 3 packages: half a minute to some minutes",
        ),
        (
            "WARNING: Retrying (Retry(total=4)) after connection broken",
            "Trying the registry again",
        ),
        ("ERROR: it is told at the end", None),
    ],
)
def test_pip_s_lines_are_condensed(line: str, text: str | None) -> None:
    assert setup_progress.condensed(line) == text


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("ERROR: HTTP error 403 Client Error: Forbidden for url", "refused"),
        ("SSLError(SSLCertVerificationError: CERTIFICATE_VERIFY_FAILED)", "PIP_CERT"),
        ("Failed to establish a new connection: [Errno 111]", "could not be reached"),
        ("ERROR: [Errno 13] Permission denied: '/x'", "a folder of your own"),
        ("ERROR: No matching distribution found for torch", "offers nothing that fits"),
        ("ERROR: something new", "pip could not set Frostline up"),
    ],
)
def test_a_failure_is_explained_and_quoted(line: str, words: str) -> None:
    explained = setup_progress.explained(["Collecting torch", line, ""], "pip")
    assert words in explained
    assert line in explained


def test_a_network_that_is_down_is_not_taken_for_a_missing_build() -> None:
    lines = [
        "WARNING: Retrying (Retry(total=0)) after connection broken by NewConnectionError",
        "ERROR: No matching distribution found for torch",
    ]
    assert "could not be reached" in setup_progress.explained(lines, "pip")


def test_the_console_counts_only_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    progress = setup_progress.ConsoleProgress()
    progress.say("Downloading torch")
    progress.show_size(100)
    assert capsys.readouterr().out == "  Downloading torch\n"


@pytest.mark.skipif(
    not setup_progress.can_show_window({**os.environ, "CI": ""}),
    reason="tkinter and a screen are needed",
)
def test_the_window_shows_a_job_to_its_end_and_passes_on_how_it_failed() -> None:
    script = """
import setup_progress, time
def job(progress):
    progress.say("Downloading torch")
    progress.show_size(100)
    time.sleep(0.3)
    raise setup_progress.SetupError("no room")
try:
    setup_progress.ProgressWindow("Frostline sets itself up").run(job)
except setup_progress.SetupError as error:
    print(error)
"""
    answer = subprocess.check_output([sys.executable, "-c", script], cwd=ROOT, text=True)
    assert answer == "no room\n"
