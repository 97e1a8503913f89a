"""What a run draws: curves, marks and badges of the loss plot, histograms, the rows' telemetry."""

import csv
import gc
import io
import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pytest
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.edits import RenameVariant, SetLearningRate, SetTrainable, apply_edit
from engine.experiment import DataSpec, Dense, Experiment, LayerPlan, Optimizer, Training, Variant
from engine.run import Run
from engine.structure import add_variant, insert_layer, remove_variant
from engine.telemetry import Snapshot
from gui.document import Document
from gui.engine_gate import EngineGate
from gui.live_view import LiveView
from gui.models.layer_rows import LayerTelemetry
from gui.plots.histogram_grid import HistogramGrid
from gui.plots.loss_inputs import EditMark
from gui.plots.loss_plot import LossPlot
from gui.run_controller import RunController
from gui.run_store import RunRecord, RunStore
from gui.theme import ThemeSource
from gui.widgets.pace_slider import FLAT_OUT, Pace
from gui.widgets.rate_text import format_rate

PARAMETERS = {"hidden": 2 * 4 + 4, "middle": 4 * 3 + 3, "output": 3 * 2 + 2}
STEPS = 5  # an epoch: 40 points in batches of 8


def points(
    epochs: int = 4, seeds: tuple[int, ...] = (1,), optimizer: Optimizer = "adam"
) -> Experiment:
    """2-4-3-2 on 50 points, a fifth held out; in the second variant only the output trains."""
    layers = (
        Dense(id="hidden", units=4),
        Dense(id="middle", units=3),
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


class WatchedPlot(LossPlot):
    """A loss plot that remembers the marks and badges it was given."""

    def __init__(self, themes: ThemeSource) -> None:
        self.marks: tuple[EditMark, ...] = ()
        self.badges: dict[str, tuple[float, str]] = {}
        super().__init__(themes)

    def set_marks(self, marks: Sequence[EditMark]) -> None:
        self.marks = tuple(marks)
        super().set_marks(marks)

    def set_diverged(self, key: str, epoch: float, text: str) -> None:
        self.badges[key] = (epoch, text)
        super().set_diverged(key, epoch, text)


class WatchedGrid(HistogramGrid):
    """Histograms that remember whose colour they were told to take."""

    colour = -1

    def set_colour(self, variant_index: int) -> None:
        self.colour = variant_index
        super().set_colour(variant_index)


class Bench:
    """A document, its controller, and the plots that a live view fills."""

    def __init__(self, gate: EngineGate, experiment: Experiment, pace: Pace = FLAT_OUT) -> None:
        themes = ThemeSource()
        self.document = Document(experiment)
        self.store = RunStore()
        self.controller = RunController(self.document, self.store, gate, pace)
        self.plot = WatchedPlot(themes)
        self.grid = WatchedGrid(themes)
        self.view = LiveView(self.document, self.store, self.controller, self.plot, self.grid)
        self.telemetry: Mapping[str, LayerTelemetry] = {}
        self.view.telemetry.connect(self._on_telemetry)
        self.drawn_step = -1
        self.controller.frame.connect(self._on_frame)

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

    def change(self, *edits: SetTrainable | SetLearningRate | RenameVariant) -> None:
        for edit in edits:
            self.document.edit(apply_edit(self.document.experiment, edit), "Change")

    def freeze(self, layer: str, trainable: bool = False) -> None:
        self.change(SetTrainable(variant="all", layer=layer, trainable=trainable))

    def finish(self, qtbot: QtBot) -> None:
        self.controller.run_or_pause()
        qtbot.waitUntil(lambda: self.controller.state == "finished", timeout=20_000)
        qtbot.waitUntil(lambda: self.record.epochs == self.run.epochs)

    def take_steps(self, qtbot: QtBot, count: int) -> None:
        done = self.run.step_count if self.store.current else 0
        for _ in range(count):
            self.controller.step()
        qtbot.waitUntil(lambda: self.drawn_step == done + count)
        qtbot.waitUntil(lambda: self.controller.state == "paused")

    def curves(self, run: str = "current") -> dict[tuple[str, str], dict[float, float]]:
        """(variant, part) -> epoch -> loss, as the plot shows them."""
        found: dict[tuple[str, str], dict[float, float]] = {}
        for row in csv.DictReader(io.StringIO(self.plot.csv_text())):
            if row["run"] == run:
                curve = found.setdefault((row["variant"], row["part"]), {})
                curve[float(row["epoch"])] = float(row["loss"])
        return found

    def histograms(self) -> dict[str, tuple[int, int]]:
        """Layer -> weights counted now and at the start, as the grid shows them."""
        found: dict[str, tuple[int, int]] = {}
        for row in csv.DictReader(io.StringIO(self.grid.csv_text())):
            now, start = found.get(row["layer"], (0, 0))
            counts = int(float(row["weights now"])), int(float(row["weights at the start"]))
            found[row["layer"]] = now + counts[0], start + counts[1]
        return found


@pytest.fixture(scope="module")
def gate(qapp: QApplication) -> Iterator[EngineGate]:
    """One worker for all tests here: to make one takes half a second."""
    gate, loaded = EngineGate(), QEventLoop()
    gate.ready.connect(loaded.quit)
    gate.start()
    loaded.exec()
    yield gate
    assert gate.worker.close(timeout=10)
    assert gate.close()
    gc.unfreeze()


@pytest.fixture
def made(qtbot: QtBot) -> Iterator[list[Bench]]:
    made: list[Bench] = []
    yield made
    for bench in made:
        bench.controller.forget()


@pytest.fixture
def bench(gate: EngineGate, made: list[Bench], qtbot: QtBot) -> Bench:
    """Not started, flat out, four epochs."""
    return bench_of(gate, made, qtbot, points())


def bench_of(gate: EngineGate, made: list[Bench], qtbot: QtBot, experiment: Experiment) -> Bench:
    bench = Bench(gate, experiment)
    made.append(bench)
    qtbot.addWidget(bench.plot)
    qtbot.addWidget(bench.grid)
    bench.plot.resize(600, 300)
    bench.grid.resize(600, 200)
    return bench


def test_every_variant_has_its_curves_of_the_run_s_log(bench: Bench, qtbot: QtBot) -> None:
    assert bench.curves() == {}
    bench.finish(qtbot)
    curves = bench.curves()
    parts = [(name, part) for name in ("All", "Last") for part in ("train", "held-out")]
    assert sorted(curves) == sorted(parts)
    for (name, part), curve in curves.items():
        column = "train_loss" if part == "train" else "validation_loss"
        losses = bench.run.log.column(column)[:, ["All", "Last"].index(name)]
        assert list(curve) == [1, 2, 3, 4]
        np.testing.assert_allclose(list(curve.values()), losses, rtol=1e-6)


def test_a_hidden_variant_is_not_drawn_and_comes_back_whole(bench: Bench, qtbot: QtBot) -> None:
    bench.document.view.set_hidden("last", True)
    bench.finish(qtbot)
    assert set(bench.curves()) == {("All", "train"), ("All", "held-out")}
    bench.document.view.set_hidden("last", False)
    assert list(bench.curves()["Last", "train"]) == [1, 2, 3, 4]
    bench.document.view.set_hidden("all", True)
    assert set(bench.curves()) == {("Last", "train"), ("Last", "held-out")}


def test_a_renamed_variant_is_called_so_at_once(bench: Bench, qtbot: QtBot) -> None:
    bench.finish(qtbot)
    bench.change(RenameVariant(variant="all", name="Everything"))
    assert ("Everything", "train") in bench.curves()
    assert ("All", "train") not in bench.curves()
    assert bench.plot.marks == ()  # training took no notice, so the plot has nothing to mark


def test_a_removed_variant_goes_and_undo_brings_its_curve_back(bench: Bench, qtbot: QtBot) -> None:
    bench.finish(qtbot)
    bench.document.edit(remove_variant(bench.document.experiment, "last"), "Delete")
    assert set(bench.curves()) == {("All", "train"), ("All", "held-out")}
    bench.document.undo_stack.undo()
    assert list(bench.curves()["Last", "held-out"]) == [1, 2, 3, 4]


def test_a_variant_added_while_a_run_is_there_waits_for_the_next_one(
    bench: Bench, qtbot: QtBot
) -> None:
    bench.finish(qtbot)
    bench.document.edit(add_variant(bench.document.experiment), "Add variant")
    assert ("Variant 3", "train") not in bench.curves()
    bench.controller.reset()
    bench.finish(qtbot)
    assert list(bench.curves()["Variant 3", "train"]) == [1, 2, 3, 4]


def test_the_run_before_stays_as_a_ghost(bench: Bench, qtbot: QtBot) -> None:
    bench.finish(qtbot)
    before = bench.curves()
    training = bench.document.experiment.training.replace(seeds=(9,))
    bench.document.edit(bench.document.experiment.replace(training=training), "Seed")
    bench.controller.reset()
    assert bench.curves("earlier") == before
    assert bench.curves() == {}
    bench.finish(qtbot)
    assert bench.curves("earlier") == before
    assert bench.curves().keys() == before.keys()
    assert bench.curves() != before


def test_several_seeds_have_a_band(gate: EngineGate, made: list[Bench], qtbot: QtBot) -> None:
    bench = bench_of(gate, made, qtbot, points(seeds=(1, 2, 3)))
    bench.finish(qtbot)
    log = bench.run.log.column("train_loss")[:, :3]
    rows = list(csv.DictReader(io.StringIO(bench.plot.csv_text())))[: len(log)]  # All, train
    np.testing.assert_allclose([float(row["low"]) for row in rows], log.min(axis=1), rtol=1e-6)
    np.testing.assert_allclose([float(row["high"]) for row in rows], log.max(axis=1), rtol=1e-6)


def test_the_unfinished_epoch_is_drawn_as_far_as_it_is(bench: Bench, qtbot: QtBot) -> None:
    bench.take_steps(qtbot, STEPS + 2)
    qtbot.waitUntil(lambda: 1.4 in bench.curves().get(("All", "train"), {}))
    assert list(bench.curves()["All", "train"]) == [1, 1.4]
    assert list(bench.curves()["All", "held-out"]) == [1]  # measured at the end of an epoch only
    trainer = bench.run.trainer
    assert trainer is not None
    running = float(trainer.running_loss[0])
    assert math.isclose(bench.curves()["All", "train"][1.4], running, rel_tol=1e-6)


def test_an_edit_is_marked_at_its_step(bench: Bench, qtbot: QtBot) -> None:
    bench.take_steps(qtbot, 7)
    bench.freeze("middle")
    qtbot.waitUntil(lambda: len(bench.plot.marks) == 1)
    assert list(bench.plot.marks) == [EditMark(7 / STEPS, "froze middle (All), step 7", 0)]
    bench.take_steps(qtbot, 3)
    bench.document.undo_stack.undo()
    rate = SetLearningRate(variant="last", layer="output", learning_rate=0.1)
    bench.change(rate)
    qtbot.waitUntil(lambda: len(bench.plot.marks) == 3)
    assert bench.plot.marks[1] == EditMark(2.0, "unfroze middle (All), step 10", 0)
    assert bench.plot.marks[2].variant_index == 1  # in the colour of the other variant
    assert f"{format_rate(0.01)} → {format_rate(0.1)} (Last)" in bench.plot.marks[2].text
    bench.controller.reset()
    assert bench.plot.marks == ()  # a new run has none


def test_a_diverged_variant_has_a_badge_and_the_other_none(
    gate: EngineGate, made: list[Bench], qtbot: QtBot
) -> None:
    experiment = points(epochs=8, optimizer="sgd")
    linear = [layer.replace(activation="linear") for layer in experiment.layers]
    experiment = experiment.replace(layers=tuple(linear))
    for layer in ("hidden", "middle", "output"):
        edit = SetLearningRate(variant="all", layer=layer, learning_rate=1e9)
        experiment = apply_edit(experiment, edit)
    bench = bench_of(gate, made, qtbot, experiment)
    bench.finish(qtbot)
    shown = {key.split("/", 1)[1]: badge for key, badge in bench.plot.badges.items()}
    assert set(shown) == {"all/train", "all/held-out"}
    epoch, text = shown["all/train"]
    assert "went non-finite at step" in text
    step = int(text.split("step ")[1].split()[0])
    assert epoch == step / STEPS
    assert math.isnan(list(bench.curves()["All", "train"].values())[-1])
    assert all(map(math.isfinite, bench.curves()["Last", "train"].values()))
    bench.document.view.set_hidden("all", True)
    bench.plot.badges.clear()
    bench.document.view.set_hidden("all", False)
    assert len(bench.plot.badges) == 2  # it is told again of a curve that came back


def test_histograms_count_every_weight_of_the_selected_variant(bench: Bench, qtbot: QtBot) -> None:
    bench.take_steps(qtbot, 3)
    qtbot.waitUntil(lambda: len(bench.histograms()) == 3)
    assert bench.histograms() == {layer: (n, n) for layer, n in PARAMETERS.items()}
    assert bench.grid.colour == 0
    assert "frozen" not in bench.grid.spoken


def test_another_variant_s_histograms_come_with_its_selection(bench: Bench, qtbot: QtBot) -> None:
    bench.take_steps(qtbot, 3)
    qtbot.waitUntil(lambda: "hidden: moved 0" in bench.grid.spoken)
    bench.document.view.select("last")
    qtbot.waitUntil(lambda: bench.grid.colour == 1)
    assert "hidden, frozen: moved exactly 0" in bench.grid.spoken
    assert "middle, frozen: moved exactly 0" in bench.grid.spoken
    assert "output: moved 0." in bench.grid.spoken


def test_it_is_said_whose_weights_are_shown(bench: Bench, qtbot: QtBot) -> None:
    said: list[str] = []
    bench.view.weights_shown.connect(said.append)
    names = {variant.id: variant.name for variant in bench.document.experiment.variants}
    bench.take_steps(qtbot, 3)
    qtbot.waitUntil(lambda: said[-1:] == [names[bench.document.view.selected_variant]])
    bench.document.view.select("last")
    qtbot.waitUntil(lambda: said[-1] == names["last"])


def test_a_frozen_layer_looks_frozen_at_once(bench: Bench, qtbot: QtBot) -> None:
    bench.take_steps(qtbot, 3)
    qtbot.waitUntil(lambda: "middle: moved" in bench.grid.spoken)
    bench.freeze("middle")
    assert "middle, frozen: moved 0" in bench.grid.spoken
    bench.document.undo_stack.undo()
    assert "middle: moved 0" in bench.grid.spoken


def test_the_rows_hear_what_the_histograms_show(bench: Bench, qtbot: QtBot) -> None:
    bench.take_steps(qtbot, 3)
    qtbot.waitUntil(lambda: set(bench.telemetry) == set(PARAMETERS))
    for layer, count in PARAMETERS.items():
        told = bench.telemetry[layer]
        assert sum(told.counts) == sum(told.start_counts) == count
        assert told.moved is not None
        assert told.moved > 0
    bench.document.view.select("last")
    qtbot.waitUntil(lambda: bool(bench.telemetry) and bench.telemetry["hidden"].moved == 0)
    assert (bench.telemetry["output"].moved or 0) > 0


def test_the_rows_of_a_variant_that_the_run_has_not_are_empty(bench: Bench, qtbot: QtBot) -> None:
    bench.take_steps(qtbot, 3)
    qtbot.waitUntil(lambda: set(bench.telemetry) == set(PARAMETERS))
    bench.document.edit(add_variant(bench.document.experiment), "Add variant")
    bench.document.view.select("variant-3")
    assert bench.telemetry == {}
    bench.take_steps(qtbot, 2)
    assert bench.telemetry == {}
    bench.document.view.select("all")  # and its rows need no further step to be filled again
    assert set(bench.telemetry) == set(PARAMETERS)


def test_a_new_run_has_a_histogram_for_each_of_its_layers(bench: Bench, qtbot: QtBot) -> None:
    bench.take_steps(qtbot, 1)
    qtbot.waitUntil(lambda: len(bench.histograms()) == 3)
    bench.document.edit(insert_layer(bench.document.experiment, 1), "Add layer")
    assert len(bench.histograms()) == 3  # the run that is there goes on with three
    bench.controller.reset()
    assert bench.histograms() == {}
    bench.take_steps(qtbot, 1)
    qtbot.waitUntil(lambda: len(bench.histograms()) == 4)


def test_at_the_end_the_last_numbers_stand(bench: Bench, qtbot: QtBot) -> None:
    """The last snapshot is of the last step, not of a frame before it."""
    bench.finish(qtbot)
    qtbot.waitUntil(lambda: bench.drawn_step == 4 * STEPS)
    trainer = bench.run.trainer
    assert trainer is not None
    start = trainer.start["hidden"][:1]
    moved = trainer.network.layers[0].flat_parameters()[:1] - start
    told = bench.telemetry["hidden"].moved
    assert told is not None
    assert math.isclose(told, float(moved.norm() / start.norm()), rel_tol=1e-5)
