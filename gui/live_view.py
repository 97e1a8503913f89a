"""Brings the present run's losses and edits to the loss plot, frame by frame."""

import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.edits import apply_edit
from engine.experiment import Experiment
from engine.journal import JournalEntry, RenameVariant
from engine.seed_bands import seed_band
from gui.document import Document
from gui.models.edit_text import describe_edit
from gui.plots.loss_inputs import CurveStyle, EditMark
from gui.plots.loss_plot import LossPlot
from gui.run_controller import FRAME, RunController
from gui.run_store import Curve, RunRecord, RunStore

if TYPE_CHECKING:
    from engine.telemetry import Event, Snapshot

SLOW = 5.0  # epochs a second up to which the unfinished epoch is drawn as well
EVERY_FRAME = 12  # curves that are drawn in every frame; twice as many in every second, and so on


@dataclass(frozen=True)
class _Drawn:
    """A curve that the plot shows."""

    style: CurveStyle
    record: RunRecord
    variant: str
    place: int  # among the run's variants
    curve: Curve


@dataclass(frozen=True)
class _Tail:
    """The unfinished epoch: its place, and for each variant centre, low and high end so far."""

    epoch: float
    parts: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


@dataclass
class _Marked:
    """The edits of a run that are marked already, and what it trained after them."""

    record: RunRecord | None = None
    experiment: Experiment | None = None
    entries: int = 0
    marks: list[EditMark] = field(default_factory=list)


class LiveView(QObject):
    """Draws what is new: curves, marks and badges of the loss plot.

    Many curves are drawn in fewer frames, and a plot that is hidden in none: it is filled when it
    comes into view.
    """

    seeds_changed = Signal(int)

    def __init__(
        self,
        document: Document,
        store: RunStore,
        controller: RunController,
        loss_plot: LossPlot,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._store = store
        self._controller = controller
        self._loss_plot = loss_plot
        self._snapshot: Snapshot | None = None
        self._planned = 0
        self._marked = _Marked()
        self._drawn: list[_Drawn] = []
        self._drawn_at = 0.0
        self._seeds = 1
        self._axis = np.arange(1, 1025, dtype=np.float64)
        self._owed = QTimer(self)
        self._owed.setSingleShot(True)
        self._owed.timeout.connect(self._draw_frame)
        store.changed.connect(self._on_run_changed)
        store.summary_changed.connect(self._on_summary_changed)
        controller.frame.connect(self._on_frame)
        controller.journal_changed.connect(self._on_journal_changed)
        controller.happened.connect(self._on_happened)
        document.changed.connect(self._on_document_changed)
        document.view.hidden_changed.connect(self._show_curves)
        document.view.selected_variant_changed.connect(self._on_selection_changed)
        loss_plot.came_into_view.connect(self._show_curves)
        loss_plot.set_summary(store.summary)
        self._on_run_changed()

    @property
    def seeds(self) -> int:
        """How many seeds the present run or the experiment has, whichever are more."""
        return self._seeds

    @Slot()
    def _on_run_changed(self) -> None:
        self._owed.stop()  # to the run before
        self._snapshot = None
        record = self._store.current
        experiment = record.experiment if record else self._document.experiment
        self._plan_epochs(experiment.training.epochs)
        self._count_seeds()
        self._show_curves()
        self._on_journal_changed()

    @Slot()
    def _on_summary_changed(self) -> None:
        self._loss_plot.set_summary(self._store.summary)
        self._show_curves()

    @Slot(object)
    def _on_frame(self, snapshot: "Snapshot | None") -> None:
        if snapshot is not None:
            self._snapshot = snapshot
        if self._store.current is None or not self._loss_plot.isVisible():
            return
        share = math.ceil(len(self._drawn) / EVERY_FRAME)
        pause = (share - 0.5) * FRAME / 1000 - (time.perf_counter() - self._drawn_at)
        if pause <= 0:
            self._draw_frame()
        elif not self._owed.isActive():
            self._owed.start(math.ceil(pause * 1000))  # so that the last frame of a run is drawn

    @Slot()
    def _on_journal_changed(self) -> None:
        """Mark the edits that are new: a journal may be long, and grows with every edit."""
        record = self._store.current
        if record is None or not record.run.steps_per_epoch:
            self._marked = _Marked()
        elif self._marked.record is not record:
            self._marked = _Marked(record, record.experiment)
        for entry in self._controller.journal[self._marked.entries :]:
            self._mark(entry)
        self._loss_plot.set_marks(self._marked.marks)

    @Slot(object)
    def _on_happened(self, event: "Event") -> None:
        record = self._store.current
        if event.kind == "diverged" and event.variant is not None and record is not None:
            epoch = event.step / max(1, record.run.steps_per_epoch)
            record.diverged.setdefault(event.variant, (epoch, event.text))  # the first seed to go
            record.diverged_seeds[event.variant, event.seed] = event.text
            self._show_curves()

    @Slot(object, object)
    def _on_document_changed(self, before: object, after: object) -> None:
        self._count_seeds()
        if [each.style for each in self._wanted()] != [each.style for each in self._drawn]:
            self._show_curves()

    @Slot()
    def _on_selection_changed(self) -> None:
        """The same curves, another one in front."""
        if self._loss_plot.isVisible():
            self._drawn = self._wanted()
            self._loss_plot.set_curves([each.style for each in self._drawn])

    @Slot()
    def _show_curves(self) -> None:
        """Make the plot's curves those of the visible variants of all runs that are kept."""
        if not self._loss_plot.isVisible():
            return
        self._drawn = self._wanted()
        self._loss_plot.set_curves([each.style for each in self._drawn])
        self._set_data(self._drawn)
        for each in self._drawn:
            if _none_left(each):
                badge = each.record.diverged[each.variant]
                self._loss_plot.set_diverged(each.style.key, *badge)
        self._loss_plot.finish_frame(time.perf_counter())

    @Slot()
    def _draw_frame(self) -> None:
        """Draw what the present run has grown; ghosts stay as they are."""
        self._drawn_at = time.perf_counter()
        self._owed.stop()
        record = self._store.current
        if record is None or not self._loss_plot.isVisible():
            return
        self._set_data([each for each in self._drawn if each.record is record])
        self._plan_epochs(record.run.epochs)
        self._loss_plot.finish_frame(time.perf_counter())

    def _mark(self, entry: JournalEntry) -> None:
        marked, record = self._marked, self._marked.record
        marked.entries += 1
        if record is None or marked.experiment is None:
            return
        text = describe_edit(entry.edit, marked.experiment)
        marked.experiment = apply_edit(marked.experiment, entry.edit)
        if not isinstance(entry.edit, RenameVariant):
            epoch = entry.step / record.run.steps_per_epoch
            place = colour_place(self._document, record, entry.edit.variant)
            marked.marks.append(EditMark(epoch, f"{text}, step {entry.step}", place))

    def _plan_epochs(self, epochs: int) -> None:
        if epochs != self._planned:
            self._planned = epochs
            self._loss_plot.set_epochs(epochs)

    def _wanted(self) -> list[_Drawn]:
        """The curves of the visible variants, those of ghosts first."""
        records = [*self._store.ghosts]
        if self._store.current is not None:
            records.append(self._store.current)
        return [each for record in records for each in self._curves_of(record)]

    def _curves_of(self, record: RunRecord) -> list[_Drawn]:
        view = self._document.view
        names = {variant.id: variant.name for variant in self._document.experiment.variants}
        places = {variant.id: at for at, variant in enumerate(record.experiment.variants)}
        ghost = record is not self._store.current
        return [
            _Drawn(
                CurveStyle(
                    key=_key(record, variant, held_out),
                    label=names[variant],
                    variant_index=colour_place(self._document, record, variant),
                    held_out=held_out,
                    ghost=ghost,
                    seeds=record.seeds,
                    selected=variant == view.selected_variant and not ghost,
                ),
                record,
                variant,
                places[variant],
                curve,
            )
            for (variant, held_out), curve in record.curves.items()
            if variant in names and variant not in view.hidden
        ]

    def _set_data(self, drawn: list[_Drawn]) -> None:
        tail, current = self._tail(), self._store.current
        for each in drawn:
            curve, style = each.curve, each.style
            epochs, centre = self._epochs(each.record.epochs), curve.centre
            low, high = curve.band or (None, None)
            if tail is not None and each.record is current and not style.held_out:
                last = [part[each.place] for part in tail.parts]
                epochs, centre = np.append(epochs, tail.epoch), np.append(centre, last[0])
                if low is not None and high is not None:
                    low, high = np.append(low, last[1]), np.append(high, last[2])
            seeds = curve.seeds if len(style.seeds) > 1 else None
            self._loss_plot.set_data(style.key, epochs, centre, low, high, seeds)

    def _tail(self) -> _Tail | None:
        """The unfinished epoch of the present run, while a person can follow it."""
        snapshot, record = self._snapshot, self._store.current
        if snapshot is None or record is None or record.epochs > 2000:
            return None
        if snapshot.epoch_fraction <= record.epochs:
            return None
        steps = record.run.steps_per_epoch
        if self._controller.state == "running" and snapshot.steps_per_second > SLOW * steps:
            return None
        losses = snapshot.running_loss.reshape(-1, len(record.seeds))
        summary = record.summary
        return _Tail(snapshot.epoch_fraction, seed_band(losses, summary.centre, summary.band))

    def _count_seeds(self) -> None:
        record = self._store.current
        seeds = max(
            len(self._document.experiment.training.seeds), len(record.seeds) if record else 1
        )
        if seeds != self._seeds:
            self._seeds = seeds
            self.seeds_changed.emit(seeds)

    def _epochs(self, count: int) -> NDArray[np.float64]:
        while count > len(self._axis):
            self._axis = np.arange(1, 2 * len(self._axis) + 1, dtype=np.float64)
        return self._axis[:count]


def _none_left(drawn: _Drawn) -> bool:
    """Whether all seeds of the variant diverged; while some are left, the curve is theirs."""
    gone = [variant for variant, _ in drawn.record.diverged_seeds if variant == drawn.variant]
    return len(gone) >= len(drawn.record.seeds)


def _key(record: RunRecord, variant: str, held_out: bool) -> str:
    return f"{record.number}/{variant}/{'held-out' if held_out else 'train'}"


def colour_place(document: Document, record: RunRecord, variant: str) -> int:
    """The place that gives a variant its colour: its chip's, or the run's for a removed one."""
    for experiment in (document.experiment, record.experiment):
        ids = [each.id for each in experiment.variants]
        if variant in ids:
            return ids.index(variant)
    return 0
