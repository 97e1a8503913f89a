"""What a run draws into the loss plot: curves, marks and badges."""

import csv
import io
import math

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from engine.experiment import Experiment
from engine.journal import RenameVariant, SetLearningRate
from engine.seed_bands import SeedSummary, seed_band
from engine.structure import add_variant, remove_variant, with_data
from engine.telemetry import Event
from gui.live_view import LiveView
from gui.plots.loss_inputs import EditMark
from gui.theme import ThemeSource
from gui.widgets.rate_text import format_rate
from tests.gui.live_bench import STEPS, Bench, BenchOf, WatchedPlot, bursting, points


@pytest.fixture
def bench_of(bench_of: BenchOf) -> BenchOf:
    """Benches whose loss plot is in view: one that is hidden is not drawn."""

    def make(experiment: Experiment) -> Bench:
        bench = bench_of(experiment)
        bench.plot.show()
        return bench

    return make


@pytest.fixture
def bench(bench_of: BenchOf) -> Bench:
    """Four epochs of `points`."""
    return bench_of(points())


def test_every_variant_has_its_curves_of_the_run_s_log(bench: Bench) -> None:
    assert bench.curves() == {}
    bench.finish()
    curves = bench.curves()
    parts = [(name, part) for name in ("All", "Last") for part in ("train", "held-out")]
    assert sorted(curves) == sorted(parts)
    for (name, part), curve in curves.items():
        column = "train_loss" if part == "train" else "validation_loss"
        losses = bench.run.log.column(column)[:, ["All", "Last"].index(name)]
        assert list(curve) == [1, 2, 3, 4]
        np.testing.assert_allclose(list(curve.values()), losses, rtol=1e-6)


def test_a_hidden_variant_is_not_drawn_and_comes_back_whole(bench: Bench) -> None:
    bench.document.view.set_hidden("last", True)
    bench.finish()
    assert set(bench.curves()) == {("All", "train"), ("All", "held-out")}
    bench.document.view.set_hidden("last", False)
    assert list(bench.curves()["Last", "train"]) == [1, 2, 3, 4]
    bench.document.view.set_hidden("all", True)
    assert set(bench.curves()) == {("Last", "train"), ("Last", "held-out")}


def test_a_renamed_variant_is_called_so_at_once(bench: Bench) -> None:
    bench.finish()
    bench.change(RenameVariant(variant="all", name="Everything"))
    assert ("Everything", "train") in bench.curves()
    assert ("All", "train") not in bench.curves()
    assert bench.plot.marks == ()  # training took no notice, so the plot has nothing to mark


def test_a_removed_variant_goes_and_undo_brings_its_curve_back(bench: Bench) -> None:
    bench.finish()
    bench.document.edit(remove_variant(bench.document.experiment, "last"), "Delete")
    assert set(bench.curves()) == {("All", "train"), ("All", "held-out")}
    bench.document.undo_stack.undo()
    assert list(bench.curves()["Last", "held-out"]) == [1, 2, 3, 4]


def test_a_variant_added_while_a_run_is_there_waits_for_the_next_one(
    bench: Bench,
) -> None:
    bench.finish()
    bench.document.edit(add_variant(bench.document.experiment), "Add variant")
    assert ("Variant 3", "train") not in bench.curves()
    bench.controller.reset()
    bench.finish()
    assert list(bench.curves()["Variant 3", "train"]) == [1, 2, 3, 4]


def test_the_run_before_stays_as_a_ghost(bench: Bench) -> None:
    bench.finish()
    before = bench.curves()
    training = bench.document.experiment.training.replace(seeds=(9,))
    bench.document.edit(bench.document.experiment.replace(training=training), "Seed")
    bench.controller.reset()
    assert bench.curves("earlier") == before
    assert bench.curves() == {}
    bench.finish()
    assert bench.curves("earlier") == before
    assert bench.curves().keys() == before.keys()
    assert bench.curves() != before


def test_the_run_before_is_no_ghost_beside_other_data(bench: Bench) -> None:
    bench.finish()
    before, first = bench.curves(), bench.document.experiment
    bench.document.edit(with_data(first, "circles"), "Data")
    bench.controller.reset()
    bench.finish()
    assert bench.curves("earlier") == {}
    bench.document.edit(first, "Data")
    bench.controller.reset()
    assert bench.curves("earlier") == before


def test_several_seeds_have_a_band(bench_of: BenchOf) -> None:
    bench = bench_of(points(seeds=(1, 2, 3)))
    bench.finish()
    log = bench.run.log.column("train_loss")[:, :3]
    rows = list(csv.DictReader(io.StringIO(bench.plot.csv_text())))[: len(log)]  # All, train
    np.testing.assert_allclose([float(row["low"]) for row in rows], log.min(axis=1), rtol=1e-6)
    np.testing.assert_allclose([float(row["high"]) for row in rows], log.max(axis=1), rtol=1e-6)


def test_the_unfinished_epoch_is_drawn_as_far_as_it_is(bench: Bench) -> None:
    bench.take_steps(STEPS + 2)
    bench.until(lambda: 1.4 in bench.curves().get(("All", "train"), {}))
    assert list(bench.curves()["All", "train"]) == [1, 1.4]
    assert list(bench.curves()["All", "held-out"]) == [1]  # measured at the end of an epoch only
    trainer = bench.run.trainer
    assert trainer is not None
    running = float(trainer.running_loss[0])
    assert math.isclose(bench.curves()["All", "train"][1.4], running, rel_tol=1e-6)


def test_an_edit_is_marked_at_its_step(bench: Bench) -> None:
    bench.take_steps(7)
    bench.freeze("middle")
    bench.until(lambda: len(bench.plot.marks) == 1)
    assert list(bench.plot.marks) == [EditMark(7 / STEPS, "froze middle (All), step 7", 0)]
    bench.take_steps(3)
    bench.document.undo_stack.undo()
    rate = SetLearningRate(variant="last", layer="output", learning_rate=0.1)
    bench.change(rate)
    bench.until(lambda: len(bench.plot.marks) == 3)
    assert bench.plot.marks[1] == EditMark(2.0, "unfroze middle (All), step 10", 0)
    assert bench.plot.marks[2].variant_index == 1  # in the colour of the other variant
    assert f"{format_rate(0.01)} → {format_rate(0.1)} (Last)" in bench.plot.marks[2].text
    bench.controller.reset()
    assert bench.plot.marks == ()  # a new run has none


def test_a_diverged_variant_has_a_badge_and_the_other_none(bench_of: BenchOf) -> None:
    bench = bench_of(bursting())
    bench.finish()
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


def shown_points(bench: Bench) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(bench.plot.csv_text())))


@pytest.mark.parametrize("summary", [SeedSummary("median", "interval"), SeedSummary(band="none")])
def test_another_centre_or_band_acts_at_once_also_on_ghosts(
    bench_of: BenchOf, summary: SeedSummary
) -> None:
    bench = bench_of(points(seeds=(1, 2, 3)))
    bench.finish()
    bench.controller.reset()
    bench.finish()
    before = shown_points(bench)
    assert {row["low and high are"] for row in before} == {"min-max"}
    bench.store.set_summary(summary)
    for run, record in (("current", bench.record), ("earlier", bench.store.ghosts[0])):
        log = record.run.log.column("validation_loss")[:, 3:]
        centre, low, high = seed_band(log, summary.centre, summary.band)
        rows = [
            row
            for row in shown_points(bench)
            if (row["run"], row["variant"], row["part"]) == (run, "Last", "held-out")
        ]
        np.testing.assert_allclose([float(row["loss"]) for row in rows], centre, rtol=1e-6)
        if summary.band != "none":
            np.testing.assert_allclose([float(row["low"]) for row in rows], low, rtol=1e-5)
            np.testing.assert_allclose([float(row["high"]) for row in rows], high, rtol=1e-5)
        else:
            assert {row["low"] for row in rows} == {""}
        for place, seed in enumerate((1, 2, 3)):
            np.testing.assert_array_equal(
                [float(row[f"seed {seed}"]) for row in rows], log[:, place]
            )


def test_the_unfinished_epoch_has_the_same_centre_and_band(bench_of: BenchOf) -> None:
    bench = bench_of(points(seeds=(1, 2, 3)))
    bench.store.set_summary(SeedSummary("median", "deviation"))
    bench.take_steps(STEPS + 2)
    bench.until(lambda: 1.4 in bench.curves().get(("All", "train"), {}))
    trainer = bench.run.trainer
    assert trainer is not None
    centre, low, high = seed_band(trainer.running_loss[:3], "median", "deviation")
    (row,) = [
        row for row in shown_points(bench) if (row["variant"], row["epoch"]) == ("All", "1.4")
    ]
    told = [float(row[name]) for name in ("loss", "low", "high")]
    np.testing.assert_allclose(told, [centre, low, high], rtol=1e-5)


def test_how_many_seeds_there_are_is_told_of_the_run_or_the_experiment(bench: Bench) -> None:
    told: list[int] = []
    bench.view.seeds_changed.connect(told.append)
    assert bench.view.seeds == 1
    bench.finish()
    training = bench.document.experiment.training
    bench.document.edit(
        bench.document.experiment.replace(training=training.replace(seeds=(1, 2, 3))), "Seeds"
    )
    assert told == [3]
    bench.controller.reset()
    bench.document.undo_stack.undo()
    assert bench.view.seeds == 3  # the run still has them
    bench.controller.reset()
    assert told == [3, 1]


class CountedPlot(WatchedPlot):
    """A plot that counts how often it is filled."""

    filled = 0

    def finish_frame(self, now: float) -> None:
        self.filled += 1
        super().finish_frame(now)


def test_a_hidden_plot_costs_nothing_and_is_complete_when_it_comes_back(
    bench: Bench, qtbot: QtBot
) -> None:
    plot = CountedPlot(ThemeSource())
    qtbot.addWidget(plot)
    view = LiveView(bench.document, bench.store, bench.controller, plot)
    bench.finish()
    assert plot.filled == 0
    assert plot.csv_text().count("\n") == 1
    plot.show()
    assert plot.csv_text() == bench.plot.csv_text()
    plot.hide()
    filled = plot.filled
    bench.controller.run_or_pause()  # as many epochs again
    bench.until(lambda: bench.record.epochs == 8)
    bench.document.view.set_hidden("all", True)
    assert plot.filled == filled
    plot.show()
    assert plot.csv_text() == bench.plot.csv_text()
    assert list(bench.curves()["Last", "train"]) == [1, 2, 3, 4, 5, 6, 7, 8]
    view.deleteLater()


def test_the_last_frame_is_drawn_however_many_curves_there_are(bench_of: BenchOf) -> None:
    experiment = points(epochs=30)
    while len(experiment.variants) < 16:
        experiment = add_variant(experiment)
    bench = bench_of(experiment)
    bench.finish()
    bench.until(lambda: all(len(curve) == 30 for curve in bench.curves().values()))
    assert len(bench.curves()) == 32


def test_a_frame_that_is_owed_goes_with_its_run(bench_of: BenchOf) -> None:
    experiment = points()
    while len(experiment.variants) < 16:
        experiment = add_variant(experiment)
    bench = bench_of(experiment)
    bench.finish()
    timers = bench.view.findChildren(QTimer)
    bench.controller.frame.emit(None)
    bench.controller.frame.emit(None)  # too soon for so many curves
    assert any(timer.isActive() for timer in timers)
    bench.controller.forget()
    assert not any(timer.isActive() for timer in timers)


def test_while_some_seeds_are_left_there_is_no_badge(bench_of: BenchOf) -> None:
    bench = bench_of(points(seeds=(1, 2)))
    bench.finish()
    record = bench.record
    for seed, badges in ((1, 0), (2, 2)):
        event = Event("diverged", 12, f"seed {seed} went non-finite", "all", seed)
        bench.controller.happened.emit(event)
        assert len(bench.plot.badges) == badges
    assert record.diverged_seeds.keys() == {("all", 1), ("all", 2)}


def test_the_selected_variant_is_drawn_on_top_at_once(bench: Bench) -> None:
    bench.finish()
    for variant, name in (("last", "Last"), ("all", "All")):
        bench.document.view.select(variant)
        entries = bench.plot.legend.entries
        assert [entry.label for entry in entries if entry.selected] == [name]
    before = bench.curves()
    bench.document.view.select("last")
    assert bench.curves() == before
