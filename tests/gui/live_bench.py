"""A run with everything of the window that follows it, but without the window."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QGraphicsView
from pytestqt.qtbot import QtBot

from engine.edits import apply_edit
from engine.experiment import DataSpec, Experiment, LayerPlan, Optimizer, Training, Variant
from engine.journal import Edit, SetLearningRate, SetTrainable
from engine.layer_specs import Dense
from engine.run import Run
from engine.telemetry import Snapshot
from engine.trainer import Trainer
from gui.document import Document
from gui.engine_gate import EngineGate
from gui.icons import Icons
from gui.live_layers import LiveLayers
from gui.live_view import LiveView
from gui.models.layer_rows import LayerTelemetry
from gui.panels.backprop import BackpropPanel
from gui.plots.histogram_panel import HistogramPanel
from gui.plots.loss_inputs import EditMark
from gui.plots.loss_plot import LossPlot
from gui.run_controller import RunController
from gui.run_store import RunRecord, RunStore
from gui.theme import ThemeSource
from gui.widgets.pace_slider import FLAT_OUT

LEFT = Qt.MouseButton.LeftButton
PARAMETERS = {"hidden": 2 * 4 + 4, "middle": 4 * 3 + 3, "output": 3 * 2 + 2}
DASHES = ["–", "–", "–"]  # one for each layer: there is no number
STEPS = 5  # an epoch: 40 points in batches of 8


def points(
    epochs: int = 4, seeds: tuple[int, ...] = (1,), optimizer: Optimizer = "adam"
) -> Experiment:
    """2-4-3-2 on 50 points, a fifth held out; in the second variant only the output trains."""
    layers = (
        Dense(id="hidden", units=4, activation="tanh"),
        Dense(id="middle", units=3, activation="tanh"),
        Dense(id="output", units=2, activation="linear"),
    )
    plans = {layer.id: LayerPlan(learning_rate=0.01) for layer in layers}
    still = LayerPlan(trainable=False, learning_rate=0.01)
    return Experiment(
        data=DataSpec(name="moons", samples=50, validation_fraction=0.2),
        layers=layers,
        training=Training(batch_size=8, epochs=epochs, seeds=seeds, optimizer=optimizer),
        variants=(
            Variant(id="all", name="All", layers=plans),
            Variant(id="last", name="Last", layers={**plans, "hidden": still, "middle": still}),
        ),
    )


def bursting(epochs: int = 8) -> Experiment:
    """The same without a bend, and with rates in the first variant that no loss survives."""
    experiment = points(epochs=epochs, optimizer="sgd")
    linear = [layer.replace(activation="linear") for layer in experiment.layers]
    experiment = experiment.replace(layers=tuple(linear))
    for layer in PARAMETERS:
        edit = SetLearningRate(variant="all", layer=layer, learning_rate=1e9)
        experiment = apply_edit(experiment, edit)
    return experiment


class WatchedPlot(LossPlot):
    """A loss plot that remembers the marks, badges and the epoch it was given."""

    def __init__(self, themes: ThemeSource) -> None:
        self.marks: tuple[EditMark, ...] = ()
        self.badges: dict[str, tuple[float, str]] = {}
        self.chosen: float | None = None
        super().__init__(themes)

    def set_marks(self, marks: Sequence[EditMark]) -> None:
        self.marks = tuple(marks)
        super().set_marks(marks)

    def set_diverged(self, key: str, epoch: float, text: str) -> None:
        self.badges[key] = (epoch, text)
        super().set_diverged(key, epoch, text)

    def set_chosen_epoch(self, epoch: float | None) -> None:
        self.chosen = epoch
        super().set_chosen_epoch(epoch)


class WatchedHistograms(HistogramPanel):
    """Histograms that remember whose colour they were told to take."""

    colour = -1

    def set_colour(self, variant_index: int) -> None:
        self.colour = variant_index
        super().set_colour(variant_index)


class Bench:
    """A document, its controller, and the plots and panels that are filled live."""

    def __init__(self, gate: EngineGate, experiment: Experiment, qtbot: QtBot) -> None:
        themes = ThemeSource()
        self.qtbot = qtbot
        self.document = Document(experiment)
        self.store = RunStore()
        self.controller = RunController(self.document, self.store, gate, FLAT_OUT)
        self.plot = WatchedPlot(themes)
        self.panel = WatchedHistograms(themes)
        self.backprop = BackpropPanel(self.document, themes, Icons(themes))
        self.view = LiveView(self.document, self.store, self.controller, self.plot)
        self.layers = LiveLayers(self.document, self.store, self.controller, self.panel)
        self.telemetry: Mapping[str, LayerTelemetry] = {}
        self.drawn_step = -1
        self.layers.telemetry.connect(self._on_telemetry)
        self.layers.set_backprop(self.backprop)
        self.layers.epoch_shown.connect(self.plot.set_chosen_epoch)
        self.plot.epoch_chosen.connect(self.layers.show_epoch)
        self.controller.frame.connect(self._on_frame)
        for widget, size in ((self.plot, 300), (self.panel, 240), (self.backprop, 640)):
            qtbot.addWidget(widget)
            widget.resize(640, size)

    def _on_frame(self, snapshot: Snapshot | None) -> None:
        if snapshot is not None:
            self.drawn_step = snapshot.step

    def _on_telemetry(self, telemetry: Mapping[str, LayerTelemetry]) -> None:
        self.telemetry = telemetry

    @property
    def record(self) -> RunRecord:
        assert self.store.current is not None
        return self.store.current

    @property
    def run(self) -> Run:
        return self.record.run

    @property
    def trainer(self) -> Trainer:
        assert self.run.trainer is not None
        return self.run.trainer

    # What a person does

    def change(self, *edits: Edit) -> None:
        for edit in edits:
            self.document.edit(apply_edit(self.document.experiment, edit), "Change")

    def freeze(self, layer: str, trainable: bool = False) -> None:
        self.change(SetTrainable(variant="all", layer=layer, trainable=trainable))

    def show_backprop(self, visible: bool = True) -> None:
        """As the dock does when its tab comes to the front."""
        self.backprop.setVisible(visible)
        self.layers.set_backprop_visible(visible)

    def toggle_what_if(self) -> None:
        box = self.backprop.findChild(QCheckBox)
        assert isinstance(box, QCheckBox)
        QTest.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))

    def choose_kind(self, kind: str) -> None:
        choice = self.panel.kind_choice
        QTest.mouseClick(choice, LEFT, pos=choice.place_of(kind).center().toPoint())

    def key_slider(self, key: Qt.Key) -> None:
        slider = self.panel.slider.focusProxy()
        assert slider is not None
        QTest.keyClick(slider, key)

    def click_plot(self, epoch: float) -> None:
        canvas = self.plot.findChild(QGraphicsView)
        assert isinstance(canvas, QGraphicsView)
        viewport, middle = canvas.viewport(), sum(self.plot.view.y) / 2
        place = self.plot.place_of(epoch, middle).toPoint()
        QTest.mouseClick(viewport, LEFT, pos=viewport.mapFrom(self.plot, place))

    def finish(self) -> None:
        self.controller.run_or_pause()
        self.qtbot.waitUntil(lambda: self.controller.state == "finished")
        self.qtbot.waitUntil(lambda: self.record.epochs == self.run.epochs)
        self.qtbot.waitUntil(lambda: self.drawn_step == self.run.epochs * STEPS)

    def take_steps(self, count: int) -> None:
        done = self.run.step_count if self.store.current else 0
        for _ in range(count):
            self.controller.step()
        self.qtbot.waitUntil(lambda: self.drawn_step == done + count)
        self.qtbot.waitUntil(lambda: self.controller.state == "paused")

    # What a person sees

    def until(self, seen: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(seen)

    def curves(self, run: str = "current") -> dict[tuple[str, str], dict[float, float]]:
        """(variant, part) -> epoch -> loss, as the plot shows them, which has to be in view."""
        assert self.plot.isVisible(), "a hidden plot is not filled"
        found: dict[tuple[str, str], dict[float, float]] = {}
        for row in csv.DictReader(io.StringIO(self.plot.csv_text())):
            if row["run"] == run:
                curve = found.setdefault((row["variant"], row["part"]), {})
                curve[float(row["epoch"])] = float(row["loss"])
        return found

    def histograms(self) -> dict[str, int]:
        """Layer -> values counted, of the kind that is shown."""
        return self._counted("")

    def histograms_at_start(self) -> dict[str, int]:
        """Layer -> weights counted at the start."""
        return self._counted("weights at the start")

    def arriving(self) -> list[str]:
        """The numbers at the arrows through the layers, from input to output."""
        return [text.arrives.number for text in self.backprop.view.texts]

    def own(self) -> list[str]:
        """The numbers at the arrows into the layers' own weights."""
        return [text.own.number for text in self.backprop.view.texts]

    def words(self) -> list[str]:
        """Reach of every layer."""
        return [row.reach for row in self.backprop.view.backprop.rows]

    def _counted(self, column: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for row in csv.DictReader(io.StringIO(self.panel.grid.csv_text())):
            count = row[column or list(row)[3]]
            found[row["layer"]] = found.get(row["layer"], 0) + int(float(count))
        return found


BenchOf = Callable[[Experiment], Bench]
