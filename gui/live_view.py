"""Brings the present run to the plots, frame by frame; holds no widgets of its own."""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from engine.edits import RenameVariant, apply_edit
from gui.document import Document
from gui.models.edit_text import describe_edit
from gui.models.layer_rows import LayerTelemetry
from gui.plots.histogram_grid import HistogramGrid
from gui.plots.histogram_view import LayerHeading
from gui.plots.loss_inputs import CurveStyle, EditMark
from gui.plots.loss_plot import LossPlot
from gui.run_controller import RunController
from gui.run_store import RunRecord, RunStore

if TYPE_CHECKING:
    from engine.telemetry import Event, Snapshot

SLOW = 5.0  # epochs a second up to which the unfinished epoch is drawn as well
ROWS_RENEWED = 0.1  # seconds between two renewals of the layer rows' numbers: nobody reads faster
HISTOGRAMS_AFTER = 11  # milliseconds after the losses, and the rows as much later: three short
ROWS_AFTER = 22  # pieces of work leave the window room to answer between them, one long does not


class LiveView(QObject):
    """Draws what is new: curves and marks of the loss plot, the histograms, the rows' telemetry."""

    telemetry = Signal(object)
    """Mapping of layer id to LayerTelemetry, for the layer stack."""
    weights_shown = Signal(str)
    """The name of the variant whose weights the histograms show."""

    def __init__(
        self,
        document: Document,
        store: RunStore,
        controller: RunController,
        loss_plot: LossPlot,
        histograms: HistogramGrid,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._store = store
        self._controller = controller
        self._loss_plot = loss_plot
        self._histograms = histograms
        self._snapshot: Snapshot | None = None
        self._planned = 0
        self._rows_shown = 0.0
        self._histograms_turn = self._make_turn(HISTOGRAMS_AFTER, self._show_histograms)
        self._rows_turn = self._make_turn(ROWS_AFTER, self._show_rows)
        self._axis = np.arange(1, 1025, dtype=np.float64)
        store.changed.connect(self._on_run_changed)
        controller.frame.connect(self._on_frame)
        controller.journal_changed.connect(self._on_journal_changed)
        controller.happened.connect(self._on_happened)
        document.changed.connect(self._on_document_changed)
        document.view.hidden_changed.connect(self._show_curves)
        document.view.selected_variant_changed.connect(self._on_selection_changed)
        self._on_run_changed()

    @Slot()
    def _on_run_changed(self) -> None:
        self._snapshot = None
        record = self._store.current
        self._histograms.clear()
        self.telemetry.emit({})
        experiment = record.experiment if record else self._document.experiment
        headings = [
            LayerHeading(layer.id, layer.id, f"{layer.units} {layer.activation.replace('_', ' ')}")
            for layer in experiment.layers
        ]
        self._histograms.set_layers(headings if record else ())
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
            self._show_snapshot()
        self._loss_plot_data(record, ghost=False)
        self._plan_epochs(record.run.epochs)
        self._loss_plot.finish_frame(time.perf_counter())

    @Slot()
    def _on_journal_changed(self) -> None:
        record = self._store.current
        marks: list[EditMark] = []
        if record is not None and record.run.steps_per_epoch:
            experiment = record.experiment
            for entry in self._controller.journal:
                text = describe_edit(entry.edit, experiment)
                experiment = apply_edit(experiment, entry.edit)
                if not isinstance(entry.edit, RenameVariant):
                    epoch = entry.step / record.run.steps_per_epoch
                    place = self._variant_index(record, entry.edit.variant)
                    marks.append(EditMark(epoch, f"{text}, step {entry.step}", place))
        self._loss_plot.set_marks(marks)

    @Slot(object)
    def _on_happened(self, event: "Event") -> None:
        record = self._store.current
        if event.kind == "diverged" and event.variant is not None and record is not None:
            epoch = event.step / max(1, record.run.steps_per_epoch)
            record.diverged[event.variant] = (epoch, event.text)
            self._show_curves()

    @Slot(object, object)
    def _on_document_changed(self, before: object, after: object) -> None:
        self._show_curves()
        self._show_histograms()

    @Slot()
    def _on_selection_changed(self) -> None:
        """The latest snapshot may be of this variant already; otherwise its rows are empty."""
        self._show_histograms()
        self._show_rows()

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
                variant_index=self._variant_index(record, variant),
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
            epochs, mean, band = self._epochs(len(curve.mean)), curve.mean, curve.band
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

    def _show_snapshot(self) -> None:
        """Bring the snapshot to histograms and rows: each in its turn while a run is going."""
        if self._controller.state != "running":
            self._show_histograms()
            self._show_rows()
            return
        self._histograms_turn.start()
        if time.perf_counter() - self._rows_shown >= ROWS_RENEWED:
            self._rows_turn.start()

    @Slot()
    def _show_rows(self) -> None:
        self._rows_shown = time.perf_counter()
        snapshot = self._snapshot
        rows: Mapping[str, LayerTelemetry] = {}
        request = snapshot.request if snapshot is not None else None
        selected = self._document.view.selected_variant
        if snapshot is not None and request is not None and request.variant == selected:
            rows = {
                layer: LayerTelemetry(
                    snapshot.moved[layer], shape.counts.tolist(), shape.start_counts.tolist()
                )
                for layer, shape in snapshot.histograms.items()
            }
        self.telemetry.emit(rows)

    @Slot()
    def _show_histograms(self) -> None:
        snapshot, told = self._snapshot, self._controller.running_experiment
        record = self._store.current
        if snapshot is None or snapshot.request is None or told is None or record is None:
            return
        variant = told.variant(snapshot.request.variant)
        self.weights_shown.emit(variant.name)
        self._histograms.set_colour(self._variant_index(record, variant.id))
        for layer, shape in snapshot.histograms.items():
            self._histograms.set_histogram(
                layer,
                shape.edges,
                shape.counts.astype(float),
                shape.start_counts.astype(float),
                snapshot.moved[layer],
                not variant.layers[layer].trainable,
            )
        widened = any(shape.widened for shape in snapshot.histograms.values())
        self._histograms.set_edges_note(
            self.tr("edges widened as the weights grew")
            if widened
            else self.tr("same edges for the whole run")
        )

    def _make_turn(self, after: int, do: Callable[[], None]) -> QTimer:
        turn = QTimer(self)
        turn.setSingleShot(True)
        turn.setTimerType(Qt.TimerType.PreciseTimer)
        turn.setInterval(after)
        turn.timeout.connect(do)
        return turn

    def _is_shown(self, variant: str) -> bool:
        known = any(v.id == variant for v in self._document.experiment.variants)
        return known and variant not in self._document.view.hidden

    def _variant_index(self, record: RunRecord, variant: str) -> int:
        """The place that gives the colour: the chips' one, or the run's for a removed variant."""
        for experiment in (self._document.experiment, record.experiment):
            ids = [each.id for each in experiment.variants]
            if variant in ids:
                return ids.index(variant)
        return 0

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
