"""From what was asked to a sweep, and what is wrong with it beside what brought it."""

import pytest

import resources
from engine.experiment import Experiment
from engine.project import open_project
from engine.structure import insert_layer
from engine.sweep import cells, parts
from gui.models.sweep_plan import SweepPlan, checked_plan, combinations, runs

RATES = ("learning_rate", (1e-3, 1e-2))
OPTIMIZERS = ("training.optimizer", ("sgd", "adam", "adamw"))


@pytest.fixture
def experiment():
    """30-16-8-1 on breast cancer, with two variants that are freeze patterns."""
    return open_project(resources.path("examples", "first-layer-only.json"))


def plan(base: Experiment, *values, every_pattern=False, seeds=1) -> SweepPlan:
    return SweepPlan(base, values, every_pattern=every_pattern, seeds=seeds)


def test_a_plan_is_every_combination_over_the_next_seeds(experiment):
    sweep = plan(experiment, RATES, OPTIMIZERS, seeds=3).sweep()
    first = experiment.training.seeds[0]
    assert sweep.base.training.seeds == (first, first + 1, first + 2)
    assert combinations(sweep) == len(cells(sweep)) == 6
    assert runs(sweep) == sum(part.runs for part in parts(sweep)) == 6 * 2 * 3


def test_seeds_that_were_chosen_one_by_one_stay_while_their_number_does(experiment):
    chosen = experiment.replace(training=experiment.training.replace(seeds=(7, 3, 900)))
    assert plan(chosen, seeds=3).sweep().base.training.seeds == (7, 3, 900)
    assert plan(chosen, seeds=2).sweep().base.training.seeds == (7, 8)


def test_every_pattern_is_added_to_the_variants(experiment):
    with_patterns = plan(experiment, every_pattern=True).sweep().base
    assert len(with_patterns.variants) == 8
    assert with_patterns.variants[:2] == experiment.variants  # they are patterns already
    assert plan(experiment).sweep().base.variants == experiment.variants


def test_a_good_plan_says_in_how_many_parts_it_is_trained(experiment):
    check = checked_plan(plan(experiment, RATES, OPTIMIZERS))
    assert check.good_sweep is not None
    assert check.parts == len(parts(check.good_sweep)) == 3


def test_nothing_that_varies_is_one_cell(experiment):
    check = checked_plan(plan(experiment))
    assert check.good_sweep is not None
    assert (combinations(check.good_sweep), check.parts) == (1, 1)


def test_a_problem_stands_beside_the_values_that_bring_it(experiment):
    bad = ("training.batch_size", (16, 454))
    normalized = insert_layer(experiment, 1, "batch_norm")  # 455 rows: 454 leaves a single one
    check = checked_plan(plan(normalized, RATES, bad))
    assert check.good_sweep is None
    assert list(check.problems) == ["training.batch_size"]
    assert "leaves a batch of a single row" in check.problems["training.batch_size"]
    assert checked_plan(plan(normalized, RATES, ("training.batch_size", (16,)))).good_sweep


def test_what_only_two_values_together_bring_is_said_of_the_whole(experiment):
    normalized = insert_layer(experiment, 1, "batch_norm")
    sizes, shares = ("training.batch_size", (32, 34)), ("data.validation_fraction", (0.1, 0.2))
    alone = [checked_plan(plan(normalized, each)) for each in (sizes, shares)]
    assert all(check.good_sweep is not None for check in alone)
    check = checked_plan(plan(normalized, ("training.batch_size", (73,)), shares))
    fine = checked_plan(plan(normalized, sizes, shares))
    assert fine.good_sweep is not None
    assert check.good_sweep is None


def test_what_is_wrong_anyway_is_not_blamed_on_what_varies(experiment):
    tiny = experiment.replace(data=experiment.data.replace(validation_fraction=0.001))
    check = checked_plan(plan(tiny, RATES))
    assert check.problems == {}
    assert "holds out 1" in check.general
    mended = ("data.validation_fraction", (0.1, 0.2))
    assert checked_plan(plan(tiny, RATES, mended)).good_sweep is not None


def test_of_many_combinations_every_value_is_looked_at(experiment):
    many = ("training.epochs", tuple(range(1, 300)))
    good = checked_plan(plan(experiment, OPTIMIZERS, many))
    assert good.good_sweep is not None
    assert good.parts is None  # not all 897 were looked at
    normalized = insert_layer(experiment, 1, "batch_norm")
    bad = checked_plan(plan(normalized, many, ("training.batch_size", (16, 454))))
    assert list(bad.problems) == ["training.batch_size"]


@pytest.mark.parametrize(
    ("counts", "seeds", "words"),
    [
        ((50, 50), 1, "2,500 combinations are above the limit of 2,000"),
        ((40, 50), 30, "120,000 runs are above the limit of 100,000"),
    ],
)
def test_too_many_are_refused_at_once(experiment, counts, seeds, words):
    epochs, sizes = counts
    values = (
        ("training.epochs", tuple(range(1, epochs + 1))),
        ("training.batch_size", tuple(range(2, sizes + 2))),
    )
    check = checked_plan(plan(experiment, *values, seeds=seeds))
    assert check.good_sweep is None
    assert words in check.general


def test_too_many_layers_for_every_pattern_are_said(experiment):
    deep = experiment
    for _ in range(8):
        deep = insert_layer(deep, 0)
    check = checked_plan(plan(deep, every_pattern=True))
    assert check.sweep is None
    assert "11 layers have 2,048 patterns" in check.general
