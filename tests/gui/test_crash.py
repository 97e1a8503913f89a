"""The crash log: what nobody caught is written down, told once, and nothing else breaks."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot
from pytestqt.qtbot import QtBot

from gui.crash import MOST_BYTES, CrashLog

ROOT = Path(__file__).resolve().parents[2]


class Listener(QObject):
    """What the window does with a report: takes it in its own thread."""

    reported = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.threads: set[QThread] = set()
        self.reported.connect(self._on_reported)

    @Slot(str)
    def _on_reported(self, line: str) -> None:
        self.lines.append(line)
        self.threads.add(QThread.currentThread())


@pytest.fixture
def listener(qapp: object) -> Listener:
    return Listener()


@pytest.fixture
def crash_log(tmp_path: Path, listener: Listener) -> Iterator[CrashLog]:
    log = CrashLog(tmp_path / "logs" / "crash.log", listener.reported.emit)
    log.install()
    yield log
    log.uninstall()


def fail(text: str = "the pen is broken") -> None:
    raise ValueError(text)


def run_thread(target: Callable[[], object]) -> None:
    thread = threading.Thread(target=target)
    thread.start()
    thread.join()


def test_a_slot_that_raises_is_written_down_and_told(
    crash_log: CrashLog, listener: Listener, qtbot: QtBot
) -> None:
    QTimer.singleShot(0, fail)
    qtbot.waitUntil(lambda: bool(listener.lines))
    text = crash_log.path.read_text()
    assert "Traceback" in text
    assert text.rstrip().endswith("ValueError: the pen is broken")
    assert "ValueError: the pen is broken" in listener.lines[0]
    assert str(crash_log.path) in listener.lines[0]


def test_what_comes_back_with_every_frame_is_written_and_told_once(
    crash_log: CrashLog, listener: Listener, qtbot: QtBot
) -> None:
    calls: list[int] = []

    def frame() -> None:
        calls.append(1)
        fail(f"frame {len(calls)}")

    timer = QTimer()
    timer.timeout.connect(frame)
    timer.start(0)
    qtbot.waitUntil(lambda: len(calls) >= 20)
    timer.stop()
    QTimer.singleShot(0, lambda: 1 // 0)  # at another place, and so told as well
    qtbot.waitUntil(lambda: len(listener.lines) == 2)
    assert crash_log.path.read_text().count("Traceback") == 2
    assert "frame 1)" in listener.lines[0]
    assert "ZeroDivisionError" in listener.lines[1]


def test_a_thread_that_raises_is_told_in_the_window_s_thread(
    crash_log: CrashLog, listener: Listener, qtbot: QtBot
) -> None:
    run_thread(fail)
    assert listener.lines == []  # nothing of Qt was touched on that thread: it waits in the queue
    qtbot.waitUntil(lambda: bool(listener.lines))
    assert listener.threads == {QThread.currentThread()}
    assert "ValueError: the pen is broken" in crash_log.path.read_text()


def test_threads_that_raise_at_the_same_place_are_told_once(
    crash_log: CrashLog, listener: Listener, qtbot: QtBot
) -> None:
    for _ in range(5):
        run_thread(fail)
    run_thread(lambda: 1 // 0)
    qtbot.waitUntil(lambda: len(listener.lines) == 2)
    assert crash_log.path.read_text().count("Traceback") == 2


def test_an_exception_in_a_destructor_is_told(crash_log: CrashLog, listener: Listener) -> None:
    class Leaving:
        def __del__(self) -> None:
            fail("on the way out")

    Leaving()
    assert "on the way out" in listener.lines[0]
    assert "on the way out" in crash_log.path.read_text()


def test_an_interrupt_from_the_keyboard_is_not_swallowed(
    crash_log: CrashLog, listener: Listener, capsys: pytest.CaptureFixture[str]
) -> None:
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert "KeyboardInterrupt" in capsys.readouterr().err
    assert listener.lines == []
    assert crash_log.path.read_text() == ""


def test_only_one_short_line_is_shown_of_a_long_error(
    crash_log: CrashLog, listener: Listener
) -> None:
    error = ValueError("word " * 1_000 + "\nsecond line")
    sys.excepthook(ValueError, error, None)
    (line,) = listener.lines
    assert "\n" not in line
    assert len(line) < 300 + len(str(crash_log.path))
    assert "second line" in crash_log.path.read_text()


def test_the_hooks_go_back_to_whoever_had_them(tmp_path: Path) -> None:
    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    log = CrashLog(tmp_path / "crash.log", lambda line: None)
    log.install()
    during = sys.excepthook, threading.excepthook, sys.unraisablehook
    assert all(one is not other for one, other in zip(before, during, strict=True))
    log.uninstall()
    assert before == (sys.excepthook, threading.excepthook, sys.unraisablehook)


@pytest.mark.parametrize("path", ["file/crash.log", "/proc/nothing/crash.log", "folder"])
def test_a_place_that_takes_no_file_does_not_prevent_the_start(
    path: str, tmp_path: Path, listener: Listener
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    log = CrashLog(tmp_path / path, listener.reported.emit)
    log.install()
    sys.excepthook(ValueError, ValueError("still told"), None)
    log.uninstall()
    assert "still told" in listener.lines[0]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is full")
def test_a_full_disk_does_not_silence_the_report(listener: Listener) -> None:
    log = CrashLog(Path("/dev/full"), listener.reported.emit)
    log.install()
    sys.excepthook(ValueError, ValueError("still told"), None)
    log.uninstall()
    assert "still told" in listener.lines[0]


def test_a_log_is_kept_from_growing_for_ever_and_added_to_until_then(tmp_path: Path) -> None:
    path = tmp_path / "crash.log"
    path.write_text("older\n")
    CrashLog(path, lambda line: None).uninstall()
    assert path.read_text() == "older\n"
    path.write_text("x" * (MOST_BYTES + 1))
    CrashLog(path, lambda line: None).uninstall()
    assert path.read_text() == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal to send")
def test_a_crash_of_the_interpreter_itself_is_written_down(tmp_path: Path) -> None:
    script = """
import os, signal, sys
from pathlib import Path
from gui.crash import CrashLog
log = CrashLog(Path(sys.argv[1]), print)
log.install()
os.kill(os.getpid(), signal.SIGSEGV)
"""
    path = tmp_path / "crash.log"
    command = [sys.executable, "-c", script, str(path)]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=60)
    assert answer.returncode != 0
    assert "Segmentation fault" in path.read_text()
