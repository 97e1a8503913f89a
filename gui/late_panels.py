"""The panels that a window makes right after its first paint, and what fills them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from gui.docks import Docks
from gui.document import Document
from gui.engine_gate import EngineGate
from gui.icons import Icons
from gui.layer_questions import LayerQuestions
from gui.live_layers import LiveLayers
from gui.panels.backprop import BackpropPanel
from gui.panels.experiment_panel import ExperimentPanel
from gui.panels.summary import SummaryPanel
from gui.plots.histogram_panel import HistogramPanel
from gui.plots.loss_plot import LossPlot
from gui.run_controller import RunController
from gui.run_store import RunStore
from gui.theme import ThemeSource
from gui.widgets.titled_panel import TitledPanel

if TYPE_CHECKING:
    from engine.telemetry import Event


class LatePanels(QObject):
    """Experiment, layers, Backprop and Summary, each put in its place."""

    notice = Signal(str)
    """What was done, for the line at the bottom of the window."""

    def __init__(
        self,
        document: Document,
        store: RunStore,
        gate: EngineGate,
        controller: RunController,
        themes: ThemeSource,
        icons: Icons,
        layers: TitledPanel,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._controller = controller
        self._layers = layers
        self.experiment = ExperimentPanel(document, themes, icons)
        self.histograms = HistogramPanel(themes)
        self.backprop = BackpropPanel(document, themes, icons)
        self.summary = SummaryPanel(document, themes, icons)
        self.live_layers = LiveLayers(document, store, controller, self.histograms, self)
        self.questions = LayerQuestions(document, store, gate, themes, icons, window)
        self.live_layers.telemetry.connect(self.experiment.set_telemetry)
        self.live_layers.set_backprop(self.backprop)
        self.questions.serve(self.backprop)
        for source in (self.histograms, self.summary, self.questions):
            source.notice.connect(self.notice)
        controller.state_changed.connect(self._on_state_changed)
        controller.happened.connect(self._on_happened)
        self._on_state_changed()

    def place(self, docks: Docks, loss_plot: LossPlot) -> None:
        """Into the docks and under the losses; a click on an epoch there is heard from now on."""
        docks.experiment.setWidget(self.experiment)
        docks.backprop.setWidget(self.backprop)
        docks.summary.setWidget(self.summary)
        self._layers.set_content(self.histograms)
        self._layers.add_to_header(self.histograms.kind_choice)
        self.live_layers.weights_shown.connect(self._on_weights_shown)
        self.live_layers.epoch_shown.connect(loss_plot.set_chosen_epoch)
        loss_plot.epoch_chosen.connect(self.live_layers.show_epoch)
        self.live_layers.set_backprop_visible(not self.backprop.visibleRegion().isEmpty())
        docks.backprop.visibilityChanged.connect(self.live_layers.set_backprop_visible)

    @Slot()
    def _on_state_changed(self) -> None:
        self.experiment.set_running(self._controller.running_experiment)

    @Slot(object)
    def _on_happened(self, event: "Event") -> None:
        quiet = event.kind == "edited" and self._controller.state != "running"
        if (quiet or event.kind in ("paused", "finished")) and event.step > 0:
            self.questions.renew()

    @Slot(str)
    def _on_weights_shown(self, variant: str) -> None:
        """Say whose layers they are: a variant added since the run began has none."""
        title = self.tr("Layers · {variant}").format(variant=variant)
        self._layers.set_title(title if variant else self.tr("Layers"))
