"""The document: the experiment that is open, its undo history, its file, and what is looked at."""

import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from engine.datasets.registry import describe
from engine.experiment import Experiment
from engine.project import open_project, save_project

UNDO_STEPS = 1_000
MERGE_SECONDS = 2.0
"""Edits with one key become one undo step while the pauses between them are shorter than this."""


@dataclass
class _Step:
    """One undo step: what there was before it and after it; a file's path where that changes."""

    before: Experiment
    after: Experiment
    paths: tuple[Path | None, Path | None] | None = None


class Document(QObject):
    """The experiment and its undo history. `edit` is the only way to change the experiment.

    The history's contents are a list of steps here; the undo stack knows their texts and which of
    them are done. WORKAROUND for PySide6 6.10: commands made in Python are freed twice when a
    document is garbage, so the stack gets empty macros, which are Qt's own commands.
    """

    changed = Signal(object, object)
    """The experiment before and the experiment after."""
    path_changed = Signal()
    modified_changed = Signal(bool)

    def __init__(
        self,
        experiment: Experiment,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._experiment = experiment
        self._path: Path | None = None
        self._clock = clock
        self._steps: list[_Step] = []
        self._done = 0  # how many of the steps
        self._merge_key: str | None = None
        self._edited = 0.0
        self._undo_stack = QUndoStack(self)
        self._undo_stack.setUndoLimit(UNDO_STEPS)
        self._undo_stack.indexChanged.connect(self._on_index_changed)
        self._undo_stack.cleanChanged.connect(self._on_clean_changed)
        self._view = ViewState(self)
        # WORKAROUND: garbage is taken apart in any order, and the stack would tell of its own end
        # to a document that is half gone.
        silencer = weakref.finalize(self, self._undo_stack.blockSignals, True)
        silencer.atexit = False

    @property
    def experiment(self) -> Experiment:
        """The experiment as it is now."""
        return self._experiment

    @property
    def view(self) -> "ViewState":
        """Which variant is selected and which are hidden: looked at, not saved, not undone."""
        return self._view

    @property
    def undo_stack(self) -> QUndoStack:
        """For the undo and redo actions and their texts."""
        return self._undo_stack

    @property
    def path(self) -> Path | None:
        """The file that the experiment came from or was saved to."""
        return self._path

    @property
    def modified(self) -> bool:
        """Whether the experiment differs from the file, or from how it was first loaded."""
        return not self._undo_stack.isClean()

    def edit(self, new: Experiment, text: str, merge_key: str | None = None) -> None:
        """Make `new` the experiment, as an undo step called `text`.

        Edits with an equal merge key that follow each other closely become one undo step. An
        experiment equal to the present one changes nothing.
        """
        if new == self._experiment:
            return
        merges = self._merges(merge_key)
        self._merge_key = merge_key
        self._edited = self._clock()
        if merges:
            self._merge(new)
        else:
            self._push(_Step(self._experiment, new), text)

    def load(self, experiment: Experiment, path: Path | None, text: str) -> None:
        """Put another experiment in the place of this one, as an undo step: nothing is lost.

        The document counts as not modified then, and undo brings the former file back as well.
        Raises DatasetError, and changes nothing, if its data set is unknown.
        """
        describe(experiment.data.name)
        self._merge_key = None
        self._push(_Step(self._experiment, experiment, (self._path, path)), text)
        self._undo_stack.setClean()

    def open(self, path: Path) -> None:
        """Replace the experiment by the one in the file.

        Raises EngineError, with a text to show, when the file cannot be read or is refused; then
        nothing has changed.
        """
        self.load(open_project(path), path, self.tr("Open {0}").format(path.name))

    def save(self, path: Path) -> None:
        """Write the experiment to the file. Raises EngineError, with a text to show."""
        save_project(path, self._experiment)
        self._undo_stack.setClean()
        self._set_path(path)

    def write_copy(self, path: Path) -> None:
        """Write the experiment to a file without making it the document's. Raises EngineError."""
        save_project(path, self._experiment)

    def _on_clean_changed(self, clean: bool) -> None:
        self.modified_changed.emit(not clean)

    def _on_index_changed(self, done: int) -> None:
        """Do or undo the steps that lie between."""
        forgotten = len(self._steps) - self._undo_stack.count()
        del self._steps[:forgotten]
        self._done -= forgotten
        for step in self._steps[self._done : done]:
            self._go_to(step.after, step.paths and step.paths[1:])
        for step in reversed(self._steps[done : self._done]):
            self._go_to(step.before, step.paths and step.paths[:1])
        self._done = done

    def _push(self, step: _Step, text: str) -> None:
        del self._steps[self._done :]
        self._steps.append(step)
        self._undo_stack.beginMacro(text)
        self._undo_stack.endMacro()

    def _merges(self, merge_key: str | None) -> bool:
        """Whether an edit with this key goes on with the last step, which must be on top."""
        return (
            merge_key is not None
            and merge_key == self._merge_key
            and 0 < self._done == len(self._steps)
            and not self._undo_stack.isClean()  # what was saved stays a step of its own
            and self._clock() - self._edited < MERGE_SECONDS
        )

    def _merge(self, new: Experiment) -> None:
        """Let the last step lead to this experiment; back where it began, there is no step."""
        step = self._steps[-1]
        step.after = new
        self._set(new)
        if new == step.before:
            self._merge_key = None
            self._steps.pop()
            self._done -= 1
            self._undo_stack.command(self._done).setObsolete(True)
            self._undo_stack.undo()  # takes an obsolete step away

    def _go_to(self, experiment: Experiment, path: tuple[Path | None, ...] | None) -> None:
        self._set(experiment)
        if path is not None:
            self._set_path(path[0])

    def _set(self, experiment: Experiment) -> None:
        before, self._experiment = self._experiment, experiment
        if before != experiment:
            self.changed.emit(before, experiment)

    def _set_path(self, path: Path | None) -> None:
        if path != self._path:
            self._path = path
            self.path_changed.emit()


class ViewState(QObject):
    """Which variant of the document is selected and which ones are hidden."""

    selected_variant_changed = Signal(str)
    hidden_changed = Signal()

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document = document
        self._selected = document.experiment.variants[0].id
        self._hidden: frozenset[str] = frozenset()
        document.changed.connect(self._on_changed)

    @property
    def selected_variant(self) -> str:
        """The id of the variant whose layers are shown and edited."""
        return self._selected

    @property
    def hidden(self) -> frozenset[str]:
        """Ids of the variants that are not plotted."""
        return self._hidden

    def select(self, variant_id: str) -> None:
        """Select a variant. Raises ExperimentError if there is none with this id."""
        self._select(self._document.experiment.variant(variant_id).id)

    def set_hidden(self, variant_id: str, hidden: bool) -> None:
        """Hide a variant from the plots, or show it again."""
        changed = self._hidden | {variant_id} if hidden else self._hidden - {variant_id}
        if changed != self._hidden:
            self._hidden = changed
            self.hidden_changed.emit()

    def _on_changed(self, before: Experiment, after: Experiment) -> None:
        ids = [variant.id for variant in after.variants]
        if not self._hidden <= set(ids):
            self._hidden &= set(ids)
            self.hidden_changed.emit()
        if self._selected not in ids:
            places = [variant.id for variant in before.variants]
            place = places.index(self._selected) if self._selected in places else 0
            self._select(ids[min(place, len(ids) - 1)])

    def _select(self, variant_id: str) -> None:
        if variant_id != self._selected:
            self._selected = variant_id
            self.selected_variant_changed.emit(variant_id)
