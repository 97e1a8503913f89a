"""What every test gets: one thread of arithmetic, settings of its own, and a look for leaks."""

import gc
import os
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from weakref import WeakSet

import pytest
from hypothesis import settings
from PySide6.QtCore import QAbstractAnimation, QCoreApplication, QEvent, QObject, QThread, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Before torch, numpy and scikit-learn are imported, and for child processes as well.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

PATIENCE = 60.0
"""Seconds to wait for what must happen; for machines that do other things too."""

FAILED = pytest.StashKey[bool]()


def pytest_configure(config: pytest.Config) -> None:
    # The offscreen platform says so of every window with a smallest size, and of every popup.
    noise = r"^This plugin does not support (propagateSizeHints|raise)\(\)"
    config.addinivalue_line("qt_log_ignore", noise)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture
def qtbot(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> QtBot:
    """The one of pytest-qt, with more patience than five seconds."""
    for name in ("waitUntil", "waitSignal", "waitSignals"):
        patient = partial(getattr(qtbot, name), timeout=round(1000 * PATIENCE))
        monkeypatch.setattr(qtbot, name, patient)
    return qtbot


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep settings and data of this test apart from the person's and from other tests'."""
    home = tmp_path_factory.mktemp("home")
    for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))
    return home


@pytest.fixture(scope="session")
def things_of_others() -> "WeakSet[QObject]":
    """What of Qt was there before a test, such as the fixtures of its module."""
    return WeakSet()


@pytest.fixture(autouse=True)
def no_leaks(
    request: pytest.FixtureRequest, own_folders: Path, things_of_others: "WeakSet[QObject]"
) -> Iterator[None]:
    """Fail a test that leaves threads behind; with Qt also windows and what still runs.

    A failed test is let off: its traceback keeps its objects alive.
    """
    uses_qt = not {"qapp", "qtbot"}.isdisjoint(request.fixturenames)
    before = set(threading.enumerate())
    held = _qt_things() if uses_qt else []  # windows of Qt's own are else other objects each time
    things_of_others.update(held)
    gc.collect()
    gc.freeze()  # the look at what is there, and every collection, is then one at what is new
    yield
    if request.node.stash.get(FAILED, False):
        return
    left: list[object] = [thread for thread in threading.enumerate() if thread not in before]
    left = [thread for thread in left if _outlives_patience(thread)]
    if uses_qt:
        left += _still_there(lambda: [x for x in _qt_things() if x not in things_of_others])
    if left:
        pytest.fail(f"left behind: {', '.join(map(repr, left))}", pytrace=False)


def _outlives_patience(thread: threading.Thread) -> bool:
    thread.join(PATIENCE)
    return thread.is_alive()


def _still_there(look: Callable[[], list[QObject]]) -> list[QObject]:
    """What look finds; twice, since garbage goes only when collected, which takes a while."""
    if look():
        gc.collect()
        return look()
    return []


def _qt_things() -> list[QObject]:
    """Windows, and the timers, animations and threads that are going."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    kinds = {kind for base in (QTimer, QAbstractAnimation, QThread) for kind in _kinds(base)}
    # By type(): quick, and isinstance() would ask proxies and lazy modules for their class.
    going = [x for x in gc.get_objects() if type(x) in kinds and isValid(x)]
    windows = [x for x in QApplication.topLevelWidgets() if isValid(x) and x.parent() is None]
    return [x for x in going if _is_going(x)] + [
        x for x in windows if x.metaObject().className() != "QTipLabel"
    ]


def _kinds(base: type) -> set[type]:
    """A class and everything derived from it so far."""
    return {base}.union(*map(_kinds, base.__subclasses__()))


def _is_going(thing: QObject) -> bool:
    if isinstance(thing, QTimer):
        return thing.isActive()
    if isinstance(thing, QThread):
        return thing.isRunning() and thing != QThread.currentThread()
    return thing.state() == QAbstractAnimation.State.Running
