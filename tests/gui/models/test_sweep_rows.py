"""Results as rows: a run each, or mean and deviation over the seeds."""

import numpy as np
import pytest

import resources
from engine.backprop import variant_counts
from engine.project import open_project
from engine.structure import with_data
from engine.sweep import Axis, RunResult, Sweep, cells
from gui.models.sweep_fields import sweep_fields
from gui.models.sweep_table import SweepTable
from gui.models.variant_results import Spread

SEEDS = (100, 101, 102)


@pytest.fixture
def sweep():
    base = open_project(resources.path("examples", "first-layer-only.json"))
    base = base.replace(training=base.training.replace(seeds=SEEDS))
    axes = (
        Axis(path="training.optimizer", values=("sgd", "adamw")),
        Axis(path="learning_rate", values=(1e-2, 1e-3)),
    )
    return Sweep(base=base, axes=axes)


def table_of(sweep):
    return SweepTable(sweep, cells(sweep), sweep_fields(sweep.base))


def result(cell, variant, seed, diverged=None):
    loss = None if diverged is not None else cell + seed / 1000
    return RunResult(
        cell=cell, variant=variant, seed=seed, train_loss=loss, validation_loss=None,
        train_score=0.5, validation_score=None, best_validation_loss=None, best_epoch=None,
        diverged=diverged,
    )  # fmt: skip


def results_of(sweep, diverged=None):
    return [
        result(cell.number, variant, seed, diverged if seed == SEEDS[0] else None)
        for cell in cells(sweep)
        for variant, seed in cell.experiment.members
    ]


def cell_of(table, row, title, *, over_seeds):
    titles = [column.title for column in table.columns(over_seeds=over_seeds)]
    return row.values[titles.index(title)]


def test_every_run_is_a_row_with_what_varied(sweep):
    table = table_of(sweep)
    rows = table.rows(results_of(sweep), over_seeds=False)
    assert len(rows) == 4 * 2 * 3
    last = rows[-1]
    assert cell_of(table, last, "optimizer", over_seeds=False) == "AdamW"
    assert cell_of(table, last, "learning rate", over_seeds=False) == 1e-3
    assert cell_of(table, last, "seed", over_seeds=False) == 102
    assert cell_of(table, last, "train loss", over_seeds=False) == 3.102
    assert cell_of(table, last, "held-out loss", over_seeds=False) is None
    assert cell_of(table, last, "diverged at", over_seeds=False) is None


def test_a_row_says_how_much_its_variant_trains(sweep):
    table = table_of(sweep)
    rows = table.rows(results_of(sweep), over_seeds=True)
    shown = [cell_of(table, row, "trainable", over_seeds=True) for row in rows]
    trained = [variant_counts(sweep.base, variant).trainable for variant in sweep.base.variants]
    assert shown == trained * 4
    assert len(set(trained)) == 2


def test_means_are_those_of_numpy(sweep):
    table = table_of(sweep)
    rows = table.rows(results_of(sweep), over_seeds=True)
    assert len(rows) == 4 * 2
    losses = np.array([2 + seed / 1000 for seed in SEEDS])
    spread = cell_of(table, rows[4], "train loss", over_seeds=True)
    assert isinstance(spread, Spread)
    assert spread.mean == pytest.approx(losses.mean())
    assert spread.deviation == pytest.approx(losses.std(ddof=1))
    assert cell_of(table, rows[4], "held-out loss", over_seeds=True) is None


def test_a_diverged_seed_is_counted_and_left_out_of_the_mean(sweep):
    table = table_of(sweep)
    results = results_of(sweep, diverged=7)
    mean = table.rows(results, over_seeds=True)[0]
    assert cell_of(table, mean, "diverged", over_seeds=True) == 1
    assert cell_of(table, mean, "seeds", over_seeds=True) == 3
    assert cell_of(table, mean, "train loss", over_seeds=True).seeds == 2
    assert cell_of(table, mean, "train accuracy", over_seeds=True).seeds == 2  # it has one
    single = table.rows(results, over_seeds=False)[0]
    assert cell_of(table, single, "diverged at", over_seeds=False) == 7


def test_a_mean_grows_with_the_seeds_that_have_finished(sweep):
    table = table_of(sweep)
    results = results_of(sweep)
    one = table.rows(results[:1], over_seeds=True)
    two = table.rows(results[:2], over_seeds=True)
    assert one[0].key == two[0].key
    assert cell_of(table, one[0], "train loss", over_seeds=True).mean == pytest.approx(0.1)
    assert cell_of(table, two[0], "train loss", over_seeds=True).mean == pytest.approx(0.1005)


@pytest.mark.parametrize("over_seeds", [True, False])
def test_a_row_leads_back_to_its_cell(sweep, over_seeds):
    table = table_of(sweep)
    for row in table.rows(results_of(sweep), over_seeds=over_seeds):
        cell, variant = table.origin(row.key)
        rate = cell_of(table, row, "learning rate", over_seeds=over_seeds)
        plans = cell.experiment.variant(variant).layers.values()
        assert {plan.learning_rate for plan in plans} == {rate}
        assert cell.experiment.variant(variant).name == cell_of(
            table, row, "variant", over_seeds=over_seeds
        )


@pytest.mark.parametrize(
    ("data", "sets", "title"),
    [
        ("wine", ("wine", "iris"), "held-out accuracy"),
        ("diabetes", ("diabetes",), "held-out R²"),
        ("diabetes", ("diabetes", "wine"), "held-out accuracy or R²"),
    ],
)
def test_the_score_is_called_what_it_is(sweep, data, sets, title):
    base = with_data(sweep.base, data)
    table = table_of(Sweep(base=base, axes=(Axis(path="data.name", values=sets),)))
    assert title in [column.title for column in table.columns(over_seeds=True)]
    assert all(column.tip for column in table.columns(over_seeds=False))
