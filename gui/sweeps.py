"""The sweep window and what trains behind it, made when they are first wanted."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from engine.experiment import Experiment
from gui.document import Document
from gui.engine_gate import EngineGate
from gui.icons import Icons
from gui.run_controller import RunController
from gui.settings import Settings
from gui.theme import ThemeSource

if TYPE_CHECKING:
    from gui.sweep_controller import SweepController
    from gui.sweep_window import SweepWindow

FOLDER = "sweeps"  # beside the settings
QUIT = "Ctrl+Q"  # as in gui.actions


class Sweeps(QObject):
    """Opens the sweep window; a sweep goes on while its window is closed."""

    notice = Signal(str)
    """What was done, for the line at the bottom of the window."""

    def __init__(
        self,
        document: Document,
        gate: EngineGate,
        runs: RunController,
        settings: Settings,
        themes: ThemeSource,
        icons: Icons,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._document, self._gate, self._runs, self._settings = document, gate, runs, settings
        self._themes, self._icons, self._window = themes, icons, window
        self._controller: SweepController | None = None
        self._sweep_window: SweepWindow | None = None

    @property
    def sweep_window(self) -> "SweepWindow | None":
        """The window, once it was opened."""
        return self._sweep_window

    @Slot()
    def open(self) -> None:
        """Show the window, in front."""
        if self._sweep_window is None:
            self._sweep_window = self._make()
        self._sweep_window.show()
        self._sweep_window.raise_()
        self._sweep_window.activateWindow()

    def close(self) -> bool:
        """End what trains; whether it has ended, for whoever asks until it has."""
        if self._sweep_window is not None:
            self._sweep_window.hide()
        return self._controller is None or self._controller.close()

    def _make(self) -> "SweepWindow":
        from gui.sweep_controller import SweepController
        from gui.sweep_window import SweepWindow

        folder = self._settings.path.parent / FOLDER
        controller = SweepController(self._document, self._gate, folder, self)
        window = SweepWindow(self._document, controller, self._themes, self._icons, self._window)
        window.experiment_wanted.connect(self._on_experiment_wanted)
        window.notice.connect(self.notice)
        keys = QKeySequence(QUIT)
        window.addActions([each for each in self._window.actions() if each.shortcut() == keys])
        window.finished.connect(self._on_window_closed)
        controller.changed.connect(self._on_changed)
        self._controller = controller
        return window

    @Slot()
    def _on_window_closed(self) -> None:
        if self._controller is not None and self._controller.is_busy:
            self.notice.emit(self.tr("The sweep goes on: Run, Sweep… shows it"))

    @Slot()
    def _on_changed(self) -> None:
        """Tell of an end that nobody sees."""
        if self._controller is None or self._sweep_window is None:
            return
        if self._sweep_window.isHidden() and self._controller.state in ("finished", "failed"):
            self.notice.emit(self.tr("The sweep has ended: Run, Sweep… shows its results"))

    @Slot(object, str)
    def _on_experiment_wanted(self, experiment: Experiment, variant: str) -> None:
        """Work on with a cell; the run that is going was of another and must not take its rates."""
        if self._controller is not None:
            self._runs.forget()
            self._controller.adopt(experiment, variant)
            self._window.raise_()
            self._window.activateWindow()
            self.notice.emit(self.tr("Opened a row of the sweep: press Run. Undo goes back"))
