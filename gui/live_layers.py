"""Brings what the present run measured on its layers to histograms, layer rows and Backprop."""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal, cast

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from engine.backprop import layer_shapes
from engine.datasets.registry import describe
from engine.edits import apply_edit
from engine.experiment import Experiment, Variant
from engine.layer_specs import Dense, Layer
from gui.document import Document
from gui.live_view import colour_place
from gui.models.layer_kinds import kind_word
from gui.models.layer_rows import LayerTelemetry
from gui.plots.histogram_panel import HistogramPanel
from gui.plots.histogram_view import LayerHeading
from gui.run_controller import RunController
from gui.run_store import RunRecord, RunStore
from gui.shown import Shown

if TYPE_CHECKING:
    from engine.probes import HistogramKind
    from engine.telemetry import EpochRecord, Event, Snapshot
    from gui.panels.backprop import BackpropPanel

ROWS_RENEWED = 0.1  # seconds between two renewals of the layer rows' numbers: nobody reads faster
HISTOGRAMS_RENEWED = 0.07  # seconds: of the pictures they cost most, and training waits for them
HISTORY_RENEWED = 0.5  # seconds between two looks at the history
HISTOGRAMS_AFTER = 8  # milliseconds after the losses, the others as much later: short pieces of
BACKPROP_AFTER = 16  # work leave the window room to answer between them, one long does not
ROWS_AFTER = 24


class LiveLayers(QObject):
    """Shows the layers of the selected variant: at the latest step, or at a chosen epoch."""

    telemetry = Signal(object)
    """Mapping of layer id to LayerTelemetry, for the layer stack."""
    weights_shown = Signal(str)
    """Whose layers the histograms show: the variant, of several seeds the first; or nothing."""
    epoch_shown = Signal(object)
    """The epoch that histograms and Backprop show; None for the latest step."""

    def __init__(
        self,
        document: Document,
        store: RunStore,
        controller: RunController,
        histograms: HistogramPanel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._store = store
        self._controller = controller
        self._histograms = histograms
        self._backprop: BackpropPanel | None = None
        self._backprop_visible = False
        self._what_if = False
        self._epoch: int | None = None
        self._snapshot: Snapshot | None = None
        self._then: tuple[RunRecord | None, int, Experiment | None] = None, 0, None
        self._rows_shown = self._histograms_shown = self._history_shown = 0.0
        self._histograms_turn = self._make_turn(HISTOGRAMS_AFTER, self._show_histograms)
        self._backprop_turn = self._make_turn(BACKPROP_AFTER, self._show_backprop)
        self._rows_turn = self._make_turn(ROWS_AFTER, self._show_rows)
        store.changed.connect(self._on_run_changed)
        controller.frame.connect(self._on_frame)
        controller.happened.connect(self._on_happened)
        document.changed.connect(self._on_document_changed)
        document.view.selected_variant_changed.connect(self._on_selection_changed)
        histograms.kind_chosen.connect(self._on_kind_chosen)
        histograms.epoch_chosen.connect(self.show_epoch)
        self._on_run_changed()

    def set_backprop(self, panel: "BackpropPanel") -> None:
        """Fill this panel too."""
        self._backprop = panel
        panel.what_if_toggled.connect(self._on_what_if_toggled)
        self._show_backprop()

    @Slot(bool)
    def set_backprop_visible(self, visible: bool) -> None:
        """Measure gradients for the Backprop panel while it can be seen."""
        self._backprop_visible = visible
        self._say_what_is_shown()
        self._show_backprop()

    @Slot(object)
    def show_epoch(self, epoch: float | None) -> None:
        """Show the record of this epoch, or the latest step."""
        self._histograms.show_epoch(None if epoch is None else round(epoch))
        self._epoch = self._histograms.epoch  # of those that are kept, so that all show the same
        self._show_backprop()
        self.epoch_shown.emit(self._epoch)

    @Slot()
    def _on_run_changed(self) -> None:
        self._snapshot = None
        self._history_shown = 0.0
        record = self._store.current
        experiment = record.experiment if record else self._document.experiment
        self._histograms.clear()
        self._histograms.set_layers(_headings(experiment) if record else ())
        self._histograms.offer_pictures(_sees_images(experiment))
        self.telemetry.emit({})
        self.weights_shown.emit("")
        self.show_epoch(None)

    @Slot(object)
    def _on_frame(self, snapshot: "Snapshot | None") -> None:
        if self._store.current is None:
            return
        if snapshot is not None:
            if _variant_of(snapshot) != _variant_of(self._snapshot):
                self._history_shown = 0.0  # its past at once, too
            self._snapshot = snapshot
        self._show_history()
        if snapshot is None:
            return
        if self._controller.state != "running":
            self._show_all()
            return
        now = time.perf_counter()
        if now - self._histograms_shown >= HISTOGRAMS_RENEWED:
            self._histograms_turn.start()
        self._backprop_turn.start()
        if now - self._rows_shown >= ROWS_RENEWED:
            self._rows_turn.start()

    @Slot(object)
    def _on_happened(self, event: "Event") -> None:
        if event.kind in ("finished", "stopped", "paused"):
            self._history_shown = 0.0
            self._show_history()
        if event.kind == "diverged":
            self._show_backprop()

    @Slot(object, object)
    def _on_document_changed(self, before: Experiment, after: Experiment) -> None:
        if self._store.current is None:
            self._histograms.offer_pictures(_sees_images(after))
        self._show_histograms()
        self._show_backprop()

    @Slot()
    def _on_selection_changed(self) -> None:
        """The latest snapshot may be of this variant already; otherwise its rows are empty."""
        self._history_shown = 0.0
        self._show_history()
        self._show_all()

    @Slot(str)
    def _on_kind_chosen(self, kind: str) -> None:
        self._histograms.set_kind(kind)
        self._say_what_is_shown()
        self._show_histograms()

    @Slot(bool)
    def _on_what_if_toggled(self, on: bool) -> None:
        self._what_if = on
        self._say_what_is_shown()

    def _say_what_is_shown(self) -> None:
        kind = self._histograms.kind
        kinds: set[HistogramKind] = {"weights"}
        if kind != "pictures":
            kinds.add(cast("HistogramKind", kind))
        self._controller.set_shown(
            Shown(
                histograms=frozenset(kinds),
                gradients=self._backprop_visible or len(kinds) > 1,
                what_if=self._what_if and self._backprop_visible,
                pictures=kind == "pictures",
            )
        )

    def _show_all(self) -> None:
        self._show_histograms()
        self._show_backprop()
        self._show_rows()

    @Slot()
    def _show_rows(self) -> None:
        self._rows_shown = time.perf_counter()
        snapshot = self._snapshot
        rows: Mapping[str, LayerTelemetry] = {}
        if snapshot is not None and self._is_selected(snapshot):
            rows = {
                layer: LayerTelemetry(
                    snapshot.measures[layer].moved,
                    shape.counts.tolist(),
                    [] if shape.start_counts is None else shape.start_counts.tolist(),
                )
                for layer, shape in snapshot.histograms.get("weights", {}).items()
            }
        self.telemetry.emit(rows)

    @Slot()
    def _show_histograms(self) -> None:
        self._histograms_shown = time.perf_counter()
        snapshot, told = self._snapshot, self._controller.running_experiment
        record = self._store.current
        if snapshot is None or snapshot.request is None or told is None or record is None:
            return
        variant = told.variant(snapshot.request.variant)
        self.weights_shown.emit(_whose(told, variant))
        self._histograms.set_colour(colour_place(self._document, record, variant.id))
        shapes, kind = layer_shapes(told), self._histograms.kind
        self._histograms.show_snapshot(
            kind,
            snapshot.histograms.get(cast("HistogramKind", kind), {}),
            snapshot.measures,
            {layer: not plan.trainable for layer, plan in variant.layers.items()},
            {layer.id: out for layer, (_, out) in zip(told.layers, shapes, strict=True)},
        )
        if kind == "pictures":
            self._histograms.set_pictures(snapshot.pictures)

    @Slot()
    def _show_backprop(self) -> None:
        panel, record = self._backprop, self._store.current
        if panel is None or not self._backprop_visible:
            return
        told, snapshot = self._controller.running_experiment, self._snapshot
        selected = self._document.view.selected_variant
        if record is None or told is None or snapshot is None or not self._is_selected(snapshot):
            panel.set_telemetry({}, {}, None, 0, float("nan"), told if record else None)
            panel.set_diverged("")
            return
        chosen = self._chosen_record(record)
        if chosen is None:
            panel.set_telemetry(
                snapshot.measures,
                snapshot.what_if if self._what_if else {},
                snapshot.observed,
                snapshot.step,
                snapshot.step_seconds,
                told,
            )
        else:
            then = self._experiment_at(record, chosen.step)
            index = [variant.id for variant in then.variants].index(selected)
            measures = chosen.layer_measures(index, [layer.id for layer in then.layers])
            watched = any(each.output_gradient_norm is not None for each in measures.values())
            observed: Literal["step"] | None = "step" if watched else None
            panel.set_telemetry(
                measures, {}, observed, chosen.step, snapshot.step_seconds, then, chosen.epoch
            )
        member = selected, told.training.seeds[0]
        panel.set_diverged(record.diverged_seeds.get(member, ""))

    def _show_history(self) -> None:
        record, snapshot = self._store.current, self._snapshot
        now = time.perf_counter()
        if record is None or now - self._history_shown < HISTORY_RENEWED:
            return
        self._history_shown = now
        experiment = record.experiment
        ids = [variant.id for variant in experiment.variants]
        shown = _variant_of(snapshot) or self._document.view.selected_variant
        index = ids.index(shown) if shown in ids else 0
        layers = [layer.id for layer in experiment.layers]
        self._histograms.set_history(record.run.history.records, index, layers, record.run.epochs)
        if self._histograms.epoch != self._epoch:  # it is not kept any more
            self.show_epoch(self._histograms.epoch)

    def _chosen_record(self, record: RunRecord) -> "EpochRecord | None":
        return None if self._epoch is None else record.run.history.at(self._epoch)

    def _experiment_at(self, record: RunRecord, step: int) -> Experiment:
        """What the run trained when it took this step; remembered, it is asked for every frame."""
        if (record, step) != self._then[:2]:
            experiment = record.experiment
            for entry in tuple(record.run.journal):
                if entry.step < step:
                    experiment = apply_edit(experiment, entry.edit)
            self._then = record, step, experiment
        assert self._then[2] is not None
        return self._then[2]

    def _is_selected(self, snapshot: "Snapshot") -> bool:
        return _variant_of(snapshot) == self._document.view.selected_variant

    def _make_turn(self, after: int, do: Callable[[], None]) -> QTimer:
        turn = QTimer(self)
        turn.setSingleShot(True)
        turn.setTimerType(Qt.TimerType.PreciseTimer)
        turn.setInterval(after)
        turn.timeout.connect(do)
        return turn


def _variant_of(snapshot: "Snapshot | None") -> str | None:
    request = snapshot.request if snapshot is not None else None
    return request.variant if request is not None else None


def _sees_images(experiment: Experiment) -> bool:
    """Whether images reach a layer of weights as they are."""
    lowest = next(layer for layer in experiment.layers if layer.kind != "flatten")
    images = describe(experiment.data.name).image_shape is not None
    return images and lowest.kind in ("dense", "pca")


def _whose(experiment: Experiment, variant: Variant) -> str:
    """The variant's name; of several seeds, the one that is looked at."""
    seeds = experiment.training.seeds
    return variant.name if len(seeds) == 1 else f"{variant.name} · seed {seeds[0]}"


def _headings(experiment: Experiment) -> list[LayerHeading]:
    return [LayerHeading(layer.id, layer.id, _detail(layer)) for layer in experiment.layers]


def _detail(layer: Layer) -> str:
    """What a layer is, as `16 relu` or `batch norm`."""
    activation: str = getattr(layer, "activation", "linear").replace("_", " ")
    if isinstance(layer, Dense):
        return f"{layer.units} {activation}"
    return (
        kind_word(layer.kind) if activation == "linear" else f"{kind_word(layer.kind)} {activation}"
    )
