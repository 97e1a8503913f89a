"""Opens the window: settings, theme, document and engine put together, and taken apart again."""

import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from platformdirs import user_log_dir
from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from engine.experiment import Experiment
from gui.appearance import Appearance
from gui.crash import CrashLog
from gui.document import Document
from gui.engine_gate import EngineGate
from gui.file_commands import first_experiment
from gui.icons import Icons
from gui.main_window import MainWindow, Parts
from gui.run_controller import RunController
from gui.run_store import RunStore
from gui.settings import Settings
from gui.theme import ThemeSource

SIGNALS_SEEN = 200  # milliseconds between two looks for a signal
SETTLED = 300  # milliseconds until a window that was just shown looks as it will


def run(
    experiment_path: Path | None = None,
    screenshot: Path | None = None,
    size: tuple[int, int] | None = None,
    dark: bool | None = None,
    run_for: float | None = None,
) -> int:
    """Open the window and return the exit status once it is closed.

    `screenshot` saves a picture of the window and closes it, after `run_for` seconds of training
    if that is given; it neither reads nor writes the person's settings.
    """
    app = make_application()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "settings.json" if screenshot else None)
        if dark is not None:
            settings.theme = "dark" if dark else "light"
        return _open(app, settings, experiment_path, screenshot, size, run_for)


def make_application() -> QApplication:
    """The application, before any window."""
    app = QApplication(sys.argv[:1])
    app.setApplicationName("Frostline")
    app.setDesktopFileName("frostline")
    return app


def make_parts(app: QApplication, settings: Settings, experiment: Experiment) -> Parts:
    """Everything a window needs, connected but not yet shown."""
    themes = ThemeSource()
    document = Document(experiment)
    store = RunStore()
    gate = EngineGate()
    return Parts(
        document=document,
        store=store,
        gate=gate,
        controller=RunController(document, store, gate, settings.pace),
        settings=settings,
        themes=themes,
        icons=Icons(themes),
        appearance=Appearance(app, themes, settings),
    )


def make_window(app: QApplication, parts: Parts) -> MainWindow:
    """The window but for its largest panel, and dressed only when it is put together: a style
    sheet is worked out anew for every widget each time it gets another parent.
    """
    style_sheet = app.styleSheet()
    app.setStyleSheet("")
    window = MainWindow(parts, complete=False)
    app.setStyleSheet(style_sheet)
    return window


def _open(
    app: QApplication,
    settings: Settings,
    path: Path | None,
    screenshot: Path | None,
    size: tuple[int, int] | None,
    run_for: float | None,
) -> int:
    parts = make_parts(app, settings, first_experiment())
    window = make_window(app, parts)
    reporter = _Reporter()
    reporter.reported.connect(window.show_problem)
    crash_log = CrashLog(_log_folder(settings, screenshot) / "crash.log", reporter.reported.emit)
    crash_log.install()
    _close_at_signals(window)
    if size is not None:
        window.resize(*size)
    if path is not None:
        window.files.open_file(path)
    elif screenshot is None:
        window.files.restore_draft()

    def begin() -> None:
        window.complete()
        parts.gate.start()

    first_paint = FirstPaint(window, begin)
    if screenshot is not None:
        photographer = _Photographer(window, parts, screenshot, run_for)
        parts.gate.ready.connect(photographer.begin)
    window.show()
    status = app.exec()
    first_paint.deleteLater()
    crash_log.uninstall()
    if screenshot is not None and not screenshot.is_file():
        sys.stderr.write(f"{screenshot}: the picture could not be written\n")
        return 1
    return status


def _close_at_signals(window: MainWindow) -> None:
    """Ctrl+C in the console, and the end of the desktop session, close the window in order."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: window.close())
    waker = QTimer(window)  # Python looks for signals only when some of it runs
    waker.timeout.connect(lambda: None)
    waker.start(SIGNALS_SEEN)


def _log_folder(settings: Settings, screenshot: Path | None) -> Path:
    if screenshot is not None:
        return settings.path.parent
    return Path(user_log_dir("frostline", appauthor=False))


class FirstPaint(QObject):
    """Calls once, after a window was painted for the first time."""

    def __init__(self, window: MainWindow, call: Callable[[], None]) -> None:
        super().__init__(window)
        self._call = call
        self._watched = window.centralWidget()
        self._watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._watched.removeEventFilter(self)
            QTimer.singleShot(0, self._call)
        return False


class _Reporter(QObject):
    """Carries a crash report from whatever thread it happened on to the window's."""

    reported = Signal(str)


class _Photographer(QObject):
    """Trains for a while, takes a picture of the whole window, and closes it."""

    def __init__(self, window: MainWindow, parts: Parts, path: Path, run_for: float | None) -> None:
        super().__init__(window)
        self._window = window
        self._parts = parts
        self._path = path
        self._run_for = run_for

    @Slot()
    def begin(self) -> None:
        if self._run_for is None:
            QTimer.singleShot(SETTLED, self._take)
            return
        self._parts.controller.run_or_pause()
        QTimer.singleShot(round(1000 * self._run_for) + SETTLED, self._take)

    @Slot()
    def _take(self) -> None:
        self._window.grab().save(str(self._path), "PNG")
        self._window.close()
