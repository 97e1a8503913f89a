"""The store: curves that follow a run's log, and which runs are kept behind the present one."""

import math

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine.edits import apply_edit
from engine.experiment import DataSpec, Experiment, LayerPlan, Optimizer, Training, Variant
from engine.journal import SetLearningRate
from engine.layer_specs import Dense
from engine.run import Run
from engine.seed_bands import BANDS, CENTRES, Band, Centre, SeedSummary, seed_band
from gui.run_store import GHOSTS, RunRecord, RunStore


def points(
    seeds: tuple[int, ...] = (1,), held_out: float = 0.25, optimizer: Optimizer = "adam"
) -> Experiment:
    """Two variants on 40 points: 2-4-2, one batch an epoch."""
    layers = (Dense(id="hidden", units=4), Dense(id="output", units=2, activation="linear"))
    plans = {layer.id: LayerPlan(learning_rate=0.05) for layer in layers}
    frozen = {**plans, "hidden": LayerPlan(trainable=False)}
    return Experiment(
        data=DataSpec(name="moons", samples=40, validation_fraction=held_out),
        layers=layers,
        training=Training(batch_size=64, epochs=3, seeds=seeds, optimizer=optimizer),
        variants=(
            Variant(id="all", name="All", layers=plans),
            Variant(id="last", name="Last", layers=frozen),
        ),
    )


def train(run: Run, epochs: int) -> None:
    while len(run.log) < epochs:
        run.step()


def trained(epochs: int, experiment: Experiment | None = None) -> RunRecord:
    record = RunRecord(1, Run(experiment or points()))
    train(record.run, epochs)
    record.read_log()
    return record


def test_a_curve_is_the_log_of_its_variant() -> None:
    record = trained(5)
    assert record.epochs == 5
    for place, variant in enumerate(("all", "last")):
        for held_out, metric in ((False, "train_loss"), (True, "validation_loss")):
            curve = record.curves[variant, held_out]
            np.testing.assert_array_equal(curve.centre, record.run.log.column(metric)[:, place])
            assert curve.band is None  # a single seed has no width


def test_several_seeds_give_a_mean_within_a_band() -> None:
    record = trained(4, points(seeds=(1, 2, 3)))
    log = record.run.log.column("train_loss")[:, 3:]
    curve = record.curves["last", False]
    assert curve.band is not None
    low, high = curve.band
    np.testing.assert_allclose(curve.centre, log.mean(axis=1), rtol=1e-6)
    np.testing.assert_array_equal(low, log.min(axis=1))
    np.testing.assert_array_equal(high, log.max(axis=1))
    assert (low < high).all()


def test_without_held_out_rows_there_are_no_held_out_curves() -> None:
    assert set(trained(1, points(held_out=0.0)).curves) == {("all", False), ("last", False)}
    assert ("all", True) in trained(1).curves


def test_reading_tells_whether_there_was_anything_new() -> None:
    record = RunRecord(1, Run(points()))
    assert not record.read_log()
    train(record.run, 2)
    assert record.read_log()
    assert not record.read_log()
    train(record.run, 3)
    assert record.read_log()
    assert record.epochs == 3


def test_a_curve_read_bit_by_bit_is_the_curve_read_at_once() -> None:
    bit_by_bit = RunRecord(1, Run(points(seeds=(4, 5))))
    for epochs in (1, 2, 130, 131, 300):  # past the room it has at first
        train(bit_by_bit.run, epochs)
        bit_by_bit.read_log()
    at_once = RunRecord(2, bit_by_bit.run)
    at_once.read_log()
    for key, curve in bit_by_bit.curves.items():
        assert len(curve.centre) == 300
        np.testing.assert_array_equal(curve.centre, at_once.curves[key].centre)
        assert curve.band is not None
        np.testing.assert_array_equal(curve.band, at_once.curves[key].band)


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize("band", BANDS)
def test_another_choice_acts_on_what_was_read_and_on_what_comes(centre: Centre, band: Band) -> None:
    record = trained(5, points(seeds=(1, 2, 3)))
    record.set_summary(SeedSummary(centre, band))
    train(record.run, 8)
    record.read_log()
    for place, (variant, held_out) in enumerate(record.curves):
        curve = record.curves[variant, held_out]
        metric = "validation_loss" if held_out else "train_loss"
        log = record.run.log.column(metric)[:, place // 2 * 3 : place // 2 * 3 + 3]
        np.testing.assert_array_equal(curve.seeds, log)
        middle, low, high = seed_band(log, centre, band)
        np.testing.assert_allclose(curve.centre, middle, rtol=1e-6)
        if curve.band is None:
            assert band == "none"
        else:
            np.testing.assert_allclose(curve.band, (low, high), rtol=1e-6, atol=1e-7)


def test_the_store_s_choice_holds_for_ghosts_and_for_runs_to_come(qtbot: QtBot) -> None:
    store = RunStore()
    records = [store.add(Run(points(seeds=(1, 2))))]
    train(records[0].run, 2)
    records.append(store.add(Run(points(seeds=(1, 2)))))
    chosen = SeedSummary("median", "deviation")
    with qtbot.waitSignal(store.summary_changed):
        store.set_summary(chosen)
    records.append(store.add(Run(points(seeds=(1, 2)))))
    assert {record.summary for record in records} == {store.summary} == {chosen}
    with qtbot.assertNotEmitted(store.summary_changed):
        store.set_summary(chosen)


def test_what_a_frame_adds_costs_no_more_late_than_early() -> None:
    """The table is extended by the new rows alone: those before are not touched again."""
    record = trained(200, points(seeds=(1, 2)))
    curve = record.curves["all", False]
    curve.centre[7] = -1.0
    train(record.run, 201)
    record.read_log()
    assert curve.centre[7] == -1.0
    assert len(curve.centre) == 201
    record.set_summary(SeedSummary("median", "none"))
    assert curve.centre[7] > 0


def test_a_seed_that_diverged_is_left_out_and_the_others_go_on() -> None:
    experiment = points(seeds=(1, 2, 3))
    record = RunRecord(1, Run(experiment))
    train(record.run, 4)
    record.run.log.table[2:, :, 1] = np.nan  # what a diverged member leaves from its epoch on
    record.read_log()
    curve, log = record.curves["all", False], record.run.log.column("train_loss")
    np.testing.assert_allclose(curve.centre[:2], log[:2, :3].mean(axis=1), rtol=1e-6)
    np.testing.assert_allclose(curve.centre[2:], log[2:, [0, 2]].mean(axis=1), rtol=1e-6)
    assert curve.band is not None
    np.testing.assert_array_equal(curve.band[1][2:], log[2:, [0, 2]].max(axis=1))
    assert np.isfinite(record.curves["last", True].centre).all()


def test_where_all_seeds_diverged_the_centre_is_a_gap() -> None:
    experiment = points(seeds=(1, 2), optimizer="sgd")
    edit = SetLearningRate(variant="all", layer="hidden", learning_rate=1e9)
    record = trained(8, apply_edit(experiment, edit))
    assert math.isnan(record.curves["all", False].centre[-1])
    assert np.isfinite(record.curves["last", False].centre).all()


def test_the_last_run_added_is_the_present_one(qtbot: QtBot) -> None:
    store = RunStore()
    assert store.current is None
    with qtbot.waitSignal(store.changed):
        record = store.add(Run(points()))
    assert store.current is record
    assert store.ghosts == ()


def test_earlier_runs_stay_as_ghosts_but_only_a_few() -> None:
    store = RunStore()
    records = []
    for _ in range(GHOSTS + 3):
        records.append(store.add(Run(points())))
        train(records[-1].run, 1)
        records[-1].read_log()
    assert store.current is records[-1]
    assert store.ghosts == tuple(records[-1 - GHOSTS : -1])
    assert [record.number for record in records] == [1, 2, 3, 4, 5]


def test_a_run_that_never_trained_an_epoch_leaves_no_ghost() -> None:
    store = RunStore()
    kept = store.add(Run(points()))
    train(kept.run, 1)
    kept.read_log()
    store.add(Run(points()))
    last = store.add(Run(points()))
    assert store.current is last
    assert store.ghosts == (kept,)


def test_clear_forgets_all(qtbot: QtBot) -> None:
    store = RunStore()
    train(store.add(Run(points())).run, 1)
    with qtbot.waitSignal(store.changed):
        store.clear()
    assert store.current is None
    assert store.ghosts == ()


@pytest.mark.parametrize("epochs", [1, 2])
def test_an_epoch_that_was_logged_but_not_read_counts_for_the_ghost(epochs: int) -> None:
    """A quick run can be over, and another begun, between two frames."""
    store = RunStore()
    record = store.add(Run(points()))
    train(record.run, epochs)
    store.add(Run(points()))
    assert store.ghosts == (record,)
    assert record.epochs == epochs
