"""New, open, save, drop: the document's files, and the draft that closing the window leaves."""

import contextlib
import json
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

import resources
from engine.datasets.registry import describe
from engine.errors import EngineError
from engine.experiment import Experiment
from engine.project import open_project, read_text
from gui.document import Document
from gui.run_controller import RunController
from gui.settings import Settings

FIRST_EXAMPLE = "first-layer-only.json"
EXAMPLES = (
    "first-layer-only",
    "classic",
    "every-pattern",
    "capacity-fair",
    "rate-zero-or-frozen",
    "detach-or-freeze",
    "stale-momentum",
    "batchnorm-drift",
    "digits-three-rates",
    "mnist-two-layers",
    "frozen-pca",
    "diabetes",
    "sine",
    "spirals",
)
"""From the first question to what freezing is not, then larger data, then other tasks."""


def first_experiment() -> Experiment:
    """What a first start opens: all layers against only the first, on breast cancer data."""
    return open_project(resources.path("examples", FIRST_EXAMPLE))


def example_files() -> tuple[Path, ...]:
    """The shipped experiments, in the order in which they are read best."""
    return tuple(resources.path("examples") / f"{name}.json" for name in EXAMPLES)


def example_name(path: Path) -> str:
    """What an example calls itself; nothing else of it is looked at."""
    return str(json.loads(read_text(path))["name"])


def read_experiment(path: Path) -> Experiment:
    """The experiment in a file. Raises EngineError, also for a data set that is not known here."""
    experiment = open_project(path)
    describe(experiment.data.name)
    return experiment


class FileCommands(QObject):
    """Carries out the file commands; a refused file changes nothing and is explained."""

    told = Signal(str)
    """Something worth a line: what was saved or opened."""
    refused = Signal(str)
    """What was wrong with a file."""
    recent_changed = Signal()

    def __init__(
        self,
        document: Document,
        controller: RunController,
        settings: Settings,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._document = document
        self._controller = controller
        self._settings = settings
        self._window = window
        self._filter = self.tr("Experiments (*.json);;All files (*)")
        self._restored = False  # the draft is in this document: it may go once that is safe

    @property
    def draft(self) -> Path:
        """Where unsaved changes wait for the next start."""
        return self._settings.path.parent / "unsaved.json"

    @Slot()
    def new(self) -> None:
        """Begin with the first experiment again, without a file."""
        self._replace(first_experiment(), None, self.tr("New"))

    @Slot()
    def open(self) -> None:
        """Ask for a file and open it."""
        folder = str(self._settings.last_folder)
        name, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Open experiment"), folder, self._filter
        )
        if name:
            self.open_file(Path(name))

    def open_file(self, path: Path) -> bool:
        """Open a file; whether it was good."""
        return self._open(path, path)

    def open_example(self, path: Path) -> bool:
        """Open a shipped experiment as a new one, so that saving asks for a name."""
        return self._open(path, None)

    @Slot()
    def save(self) -> bool:
        """Save to the document's file, or ask for one; whether it was saved."""
        if self._document.path is None:
            return self.save_as()
        return self._save(self._document.path)

    @Slot()
    def save_as(self) -> bool:
        """Ask for a file and save to it; whether it was saved."""
        start = self._document.path or self._settings.last_folder / "experiment.json"
        name, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Save experiment"), str(start), self._filter
        )
        if not name:
            return False
        path = Path(name)
        return self._save(path if path.suffix else path.with_suffix(".json"))

    def accepts(self, data: QMimeData) -> bool:
        """Whether what is dragged is one local file."""
        return len(data.urls()) == 1 and data.urls()[0].isLocalFile()

    def drop(self, data: QMimeData) -> bool:
        """Open a dropped file; whether it was good."""
        return self.open_file(Path(data.urls()[0].toLocalFile()))

    def keep_draft(self) -> None:
        """Keep unsaved changes for the next start; without any, leave no draft of this document.

        A draft that was never brought back, as when a file was opened at the start, stays.
        """
        if self._document.modified:
            try:
                self.draft.parent.mkdir(parents=True, exist_ok=True)
                self._document.write_copy(self.draft)
            except (EngineError, OSError) as error:
                self.refused.emit(str(error))
        elif self._restored:
            self._discard_draft()

    def restore_draft(self) -> bool:
        """Bring back the changes that were unsaved when the window closed; whether there were any.

        They come back as one undo step, so the document is modified and can be undone. The draft
        stays until they are saved or given up, in case this session ends badly as well.
        """
        if not self.draft.is_file():
            return False
        try:
            draft = read_experiment(self.draft)
        except EngineError as error:
            self.refused.emit(str(error))
            with contextlib.suppress(OSError):  # keep it out of the way, for a person to look at
                self.draft.replace(self.draft.with_suffix(".refused.json"))
            return False
        self._document.edit(draft, self.tr("Restore unsaved changes"))
        self._restored = True
        self.told.emit(self.tr("Your unsaved changes are back; Undo takes them away."))
        return True

    def _open(self, source: Path, path: Path | None) -> bool:
        try:
            experiment = read_experiment(source)
        except EngineError as error:
            self.refused.emit(str(error))
            return False
        self._replace(experiment, path, self.tr("Open {0}").format(source.name))
        if path is not None:
            self._remember(path)
        self.told.emit(self.tr("Opened {0}").format(source.name))
        return True

    def _save(self, path: Path) -> bool:
        try:
            self._document.save(path)
        except EngineError as error:
            self.refused.emit(str(error))
            return False
        self._remember(path)
        if self._restored:
            self._discard_draft()
        self.told.emit(self.tr("Saved {0}").format(path.name))
        return True

    def _replace(self, experiment: Experiment, path: Path | None, text: str) -> None:
        self._controller.forget()
        self._document.load(experiment, path, text)

    def _remember(self, path: Path) -> None:
        self._settings.last_folder = path.parent
        self._settings.add_recent_file(path)
        self.recent_changed.emit()

    def _discard_draft(self) -> None:
        with contextlib.suppress(OSError):
            self.draft.unlink(missing_ok=True)
