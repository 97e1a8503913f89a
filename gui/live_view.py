"""Brings the present run's losses and edits to the loss plot, frame by frame."""

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Slot

from engine.edits import apply_edit
from engine.experiment import Experiment
from engine.journal import JournalEntry, RenameVariant
from gui.document import Document
from gui.models.edit_text import describe_edit
from gui.plots.loss_inputs import CurveStyle, EditMark
from gui.plots.loss_plot import LossPlot
from gui.run_controller import RunController
from gui.run_store import RunRecord, RunStore

if TYPE_CHECKING:
    from engine.telemetry import Event, Snapshot

SLOW = 5.0  # epochs a second up to which the unfinished epoch is drawn as well


@dataclass
class _Marked:
    """The edits of a run that are marked already, and what it trained after them."""

    record: RunRecord | None = None
    experiment: Experiment | None = None
    entries: int = 0
    marks: list[EditMark] = field(default_factory=list)


class LiveView(QObject):
    """Draws what is new: curves, marks and badges of the loss plot."""

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
        self._axis = np.arange(1, 1025, dtype=np.float64)
        store.changed.connect(self._on_run_changed)
        controller.frame.connect(self._on_frame)
        controller.journal_changed.connect(self._on_journal_changed)
        controller.happened.connect(self._on_happened)
        document.changed.connect(self._on_document_changed)
        document.view.hidden_changed.connect(self._show_curves)
        self._on_run_changed()

    @Slot()
    def _on_run_changed(self) -> None:
        self._snapshot = None
        record = self._store.current
        experiment = record.experiment if record else self._document.experiment
        self._plan_epochs(experiment.training.epochs)
        self._show_curves()
        self._on_journal_changed()

    @Slot(object)
    def _on_frame(self, snapshot: "Snapshot | None") -> None:
        record = self._store.current
        if record is None:
            return
        if snapshot is not None:
            self._snapshot = snapshot
        self._loss_plot_data(record, ghost=False)
        self._plan_epochs(record.run.epochs)
        self._loss_plot.finish_frame(time.perf_counter())

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
        self._show_curves()

    @Slot()
    def _show_curves(self) -> None:
        """Make the plot's curves those of the visible variants of all runs that are kept."""
        styles = []
        records = [*self._store.ghosts]
        if self._store.current is not None:
            records.append(self._store.current)
        for record in records:
            styles += self._styles(record, ghost=record is not self._store.current)
        self._loss_plot.set_curves(styles)
        for record in records:
            self._loss_plot_data(record, ghost=record is not self._store.current)
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

    def _styles(self, record: RunRecord, ghost: bool) -> list[CurveStyle]:
        names = {variant.id: variant.name for variant in self._document.experiment.variants}
        return [
            CurveStyle(
                key=_key(record, variant, held_out),
                label=names[variant],
                variant_index=colour_place(self._document, record, variant),
                held_out=held_out,
                ghost=ghost,
            )
            for variant, held_out in record.curves
            if self._is_shown(variant)
        ]

    def _loss_plot_data(self, record: RunRecord, ghost: bool) -> None:
        tail = None if ghost else self._tail(record)
        for (variant, held_out), curve in record.curves.items():
            if not self._is_shown(variant):
                continue
            key = _key(record, variant, held_out)
            epochs, mean, band = self._epochs(len(curve.centre)), curve.centre, curve.band
            if tail is not None and not held_out:
                epoch, losses = tail
                seeds = losses[self._members(record, variant)]
                epochs, mean = np.append(epochs, epoch), np.append(mean, seeds.mean())
                if band is not None:
                    band = np.append(band[0], seeds.min()), np.append(band[1], seeds.max())
            self._loss_plot.set_data(key, epochs, mean, *(band or (None, None)))
            if variant in record.diverged:
                self._loss_plot.set_diverged(key, *record.diverged[variant])

    def _tail(self, record: RunRecord) -> tuple[float, NDArray[np.float32]] | None:
        """The unfinished epoch's place and mean losses so far, while a person can follow them."""
        snapshot = self._snapshot
        if snapshot is None or snapshot.epoch_fraction <= record.epochs or record.epochs > 2000:
            return None
        steps = record.run.steps_per_epoch
        if self._controller.state == "running" and snapshot.steps_per_second > SLOW * steps:
            return None
        return snapshot.epoch_fraction, snapshot.running_loss

    def _is_shown(self, variant: str) -> bool:
        known = any(v.id == variant for v in self._document.experiment.variants)
        return known and variant not in self._document.view.hidden

    def _members(self, record: RunRecord, variant: str) -> slice:
        seeds = len(record.experiment.training.seeds)
        index = [each.id for each in record.experiment.variants].index(variant)
        return slice(index * seeds, (index + 1) * seeds)

    def _epochs(self, count: int) -> NDArray[np.float64]:
        while count > len(self._axis):
            self._axis = np.arange(1, 2 * len(self._axis) + 1, dtype=np.float64)
        return self._axis[:count]


def _key(record: RunRecord, variant: str, held_out: bool) -> str:
    return f"{record.number}/{variant}/{'held-out' if held_out else 'train'}"


def colour_place(document: Document, record: RunRecord, variant: str) -> int:
    """The place that gives a variant its colour: its chip's, or the run's for a removed one."""
    for experiment in (document.experiment, record.experiment):
        ids = [each.id for each in experiment.variants]
        if variant in ids:
            return ids.index(variant)
    return 0
