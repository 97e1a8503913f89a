"""The middle panel: each layer's weights, gradients, updates or activations, now and before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from gui.models.probe_history import Measured, VariantHistory
from gui.plots.histogram_captions import KINDS, PICTURES, kind_tip, kind_title
from gui.plots.histogram_contents import live_content, recorded_content
from gui.plots.histogram_export import MeasuresExport
from gui.plots.histogram_footer import HistogramFooter
from gui.plots.histogram_grid import HistogramGrid
from gui.plots.histogram_picture_canvas import Pictures
from gui.plots.histogram_pictures import WeightPictures
from gui.plots.histogram_tables import measures_text
from gui.plots.histogram_view import LayerHeading
from gui.theme import ThemeSource
from gui.widgets.epoch_slider import EpochSlider
from gui.widgets.segmented_choice import Segment, SegmentedChoice

if TYPE_CHECKING:
    from engine.probes import Histogram
    from engine.telemetry import EpochRecord

WIDEST_SLIDER = 336  # pixels


@dataclass(frozen=True)
class Shown:
    """The latest snapshot, as far as the panel shows it."""

    kind: str
    histograms: "Mapping[str, Histogram]"
    measures: Mapping[str, Measured]
    frozen: Mapping[str, bool]
    outputs: Mapping[str, int]


class HistogramPanel(QWidget):
    """Shows one kind of the layers' histograms, live or as they were at the end of an epoch.

    It shows what it is told: whoever hears `kind_chosen` and `epoch_chosen` answers with
    `set_kind` and `show_epoch`.
    """

    kind_chosen = Signal(str)
    epoch_chosen = Signal(object)
    """The epoch that a person wants to see, None for the present."""
    notice = Signal(str)

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind_choice = SegmentedChoice(themes, self.tr("What is shown"), _segments(False), self)
        self._footer = HistogramFooter(themes, self)
        self._grid = HistogramGrid(themes, footer=self._footer)
        self._pictures = WeightPictures(themes)
        self._slider = EpochSlider()
        self._history: VariantHistory | None = None
        self._seen: tuple[object, ...] = ()
        self._shown: Shown | None = None
        self._export = MeasuresExport(self._grid, self.measures_text)
        self._lay_out()
        self.kind_choice.chosen.connect(self.kind_chosen)
        self._slider.epoch_chosen.connect(self.epoch_chosen)
        self._grid.epoch_chosen.connect(self.epoch_chosen)
        for source in (self._grid, self._export, self._pictures):
            source.notice.connect(self.notice)
        self.set_history((), 0, (), 1)

    @property
    def grid(self) -> HistogramGrid:
        """The histograms."""
        return self._grid

    @property
    def slider(self) -> EpochSlider:
        """The slider under the histograms."""
        return self._slider

    @property
    def kind(self) -> str:
        """What is shown: one of KINDS, or "pictures"."""
        return self.kind_choice.value()

    @property
    def epoch(self) -> int | None:
        """The epoch shown, None for the present."""
        return self._slider.value()

    def set_layers(self, headings: Sequence[LayerHeading]) -> None:
        """Show these layers, in this order."""
        self._grid.set_layers(headings)

    def offer_pictures(self, offered: bool) -> None:
        """Whether the inputs are images, so that the first layer's weights can be shown as such."""
        self.kind_choice.set_segments(_segments(offered))
        self.set_kind(self.kind_choice.value())

    def set_kind(self, kind: str) -> None:
        """Show this kind; its histograms come with the next snapshot, its past is there at once."""
        self.kind_choice.set_value(kind)
        in_pictures = kind == PICTURES
        self._stack.setCurrentWidget(self._pictures if in_pictures else self._grid)
        self._bottom.setVisible(not in_pictures)
        if in_pictures or kind == self._grid.kind:
            return
        self._grid.set_kind(kind)
        self._grid.set_empty_text(self.tr("They appear with the next step"))
        self._show()

    def show_snapshot(
        self,
        kind: str,
        histograms: "Mapping[str, Histogram]",
        measures: Mapping[str, Measured],
        frozen: Mapping[str, bool],
        outputs: Mapping[str, int],
    ) -> None:
        """Show this, unless an earlier epoch is chosen; each mapping is by layer id.

        outputs: how many outputs a layer has. A kind that is not shown any more is passed over.
        """
        self._shown = Shown(kind, histograms, measures, frozen, outputs)
        if self.epoch is None:
            self._show()

    def set_history(
        self,
        records: "Sequence[EpochRecord]",
        variant_index: int,
        layer_ids: Sequence[str],
        epochs: int,
    ) -> None:
        """Show the past of the variant at this place of the records, of so many planned epochs.

        layer_ids: the layers in the records' order. Cheap when there is nothing new.
        """
        ends = (records[0], records[-1]) if records else ()
        seen = (len(records), *map(id, ends), variant_index, tuple(layer_ids), epochs)
        if seen == self._seen:
            return
        self._seen = seen
        history = self._history = VariantHistory(records, variant_index, layer_ids, epochs)
        self._grid.set_history(history)
        before = self.epoch
        self._slider.set_epochs(history.kept.tolist(), history.planned)
        if before is not None:
            self._show()

    def show_epoch(self, epoch: int | None) -> None:
        """Show the kept epoch nearest to this one; None for the present."""
        self._slider.set_value(epoch)
        self._show()

    def set_pictures(self, pictures: Pictures | None) -> None:
        """The first layer's weights now, (units, height, width)."""
        self._pictures.set_pictures(pictures)

    def set_colour(self, variant_index: int) -> None:
        """Draw in this variant's colour."""
        self._grid.set_colour(variant_index)

    def set_log(self, log: bool) -> None:
        """Show counts on a logarithmic axis or a linear one."""
        self._grid.set_log(log)

    def clear(self) -> None:
        """Back to the empty state; the layers and the kind stay."""
        self._shown = None
        self._grid.clear()
        self._pictures.set_pictures(None)
        self._slider.set_value(None)
        self.set_history((), 0, (), 1)
        self._grid.set_epoch(None)

    def measures_text(self) -> str:
        """Every number of every layer and kept epoch as CSV."""
        assert self._history is not None
        return measures_text(self._history, self._grid.titles)

    def sizeHint(self) -> QSize:
        return QSize(600, 280)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._grid.minimumSizeHint().width(), 112)

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(self._grid)
        self._stack.addWidget(self._pictures)
        self._bottom = QWidget()
        row = QHBoxLayout(self._bottom)
        row.setContentsMargins(12, 0, 0, 0)
        row.setSpacing(8)
        self._slider.setMaximumWidth(WIDEST_SLIDER)
        row.addWidget(self._slider, 2)
        row.addWidget(self._footer, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._stack, 1)
        column.addWidget(self._bottom)
        QWidget.setTabOrder(self.kind_choice, self._grid)
        QWidget.setTabOrder(self._grid, self._slider)

    @Slot()
    def _show(self) -> None:
        epoch = self.epoch
        self._grid.set_epoch(epoch)
        if epoch is not None and self._history is not None:
            self._show_record(self._history, epoch)
        else:
            self._show_live()

    def _show_live(self) -> None:
        shown = self._shown
        if shown is None or shown.kind != self._grid.kind:
            return
        for layer in self._grid.titles:
            self._grid.set_content(
                layer,
                live_content(
                    shown.kind,
                    shown.histograms.get(layer),
                    shown.measures,
                    layer,
                    shown.frozen.get(layer, False),
                    shown.outputs.get(layer, 0),
                ),
            )
        widened = any(histogram.widened for histogram in shown.histograms.values())
        self._grid.set_edges_note(self._edges_note(shown.kind, widened))

    def _show_record(self, history: VariantHistory, epoch: int) -> None:
        place = history.nearest(epoch)
        kind, shown = self._grid.kind, self._shown
        if place is None:
            return
        for layer in self._grid.titles:
            if layer not in history.layer_ids:
                continue
            now = shown.histograms.get(layer) if shown and shown.kind == kind else None
            outputs = shown.outputs.get(layer, 0) if shown else 0
            content = recorded_content(history, place, kind, layer, now, outputs)
            self._grid.set_content(layer, content)
        widened = shown is not None and any(each.widened for each in shown.histograms.values())
        self._grid.set_edges_note(self._edges_note(kind, widened, past=True))

    def _edges_note(self, kind: str, widened: bool, past: bool = False) -> str:
        if kind != "weights":
            return self.tr("edges of that step") if past else self.tr("edges of this step")
        if widened:
            return self.tr("edges widened as the weights grew")
        if past:
            return self.tr("at the end of the epoch")
        return self.tr("same edges for the whole run")


def _segments(with_pictures: bool) -> list[Segment]:
    kinds = (*KINDS, PICTURES) if with_pictures else KINDS
    return [Segment(kind, kind_title(kind), kind_tip(kind)) for kind in kinds]
