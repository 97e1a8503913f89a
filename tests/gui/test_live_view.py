"""What a run draws into the loss plot: curves, marks and badges."""

import csv
import io
import math

import numpy as np

from engine.journal import RenameVariant, SetLearningRate
from engine.structure import add_variant, remove_variant
from gui.plots.loss_inputs import EditMark
from gui.widgets.rate_text import format_rate
from tests.gui.live_bench import STEPS, Bench, BenchOf, bursting, points


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
