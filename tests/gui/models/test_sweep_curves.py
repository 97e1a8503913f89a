"""Which points a sweep's plot has, and that their means are those of numpy."""

import math

import numpy as np
import pytest

from engine.sweep import cells
from gui.models.sweep_curves import CurveChoice
from gui.models.sweep_fields import sweep_fields
from gui.models.sweep_table import SweepTable
from gui.models.variant_results import Spread
from tests.gui.sweep_results import SEEDS, base, maker_of, results_of, sweep_of, usual_loss

RATES = (0.1, 0.001, 0.01)  # not in their order
RATE = ("learning_rate", RATES)
OPTIMIZERS = ("training.optimizer", ("sgd", "adam"))


def shown(sweep, results=None, measure="validation_loss", axis="learning_rate", fixed=None):
    found = results_of(cells(sweep)) if results is None else results
    return maker_of(sweep).curves(found, CurveChoice(axis, measure, fixed or {}))


def test_a_point_is_mean_and_deviation_over_the_seeds_of_its_cell():
    sweep = sweep_of(RATE)
    curves = shown(sweep)
    assert [curve.name for curve in curves.curves] == ["All", "First"]
    assert curves.axis.texts == ("1e-3", "0.01", "0.1")
    for curve in curves.curves:
        for point, cell in zip(curve.points, (1, 2, 0), strict=True):
            losses = np.array([usual_loss(cell, curve.variant, seed) for seed in SEEDS])
            assert point.spread.mean == pytest.approx(losses.mean())
            assert point.spread.deviation == pytest.approx(losses.std(ddof=1))
            assert (point.spread.seeds, point.finished, point.planned) == (3, 3, 3)


def test_a_point_leads_to_its_cell_as_a_row_does():
    sweep = sweep_of(OPTIMIZERS, RATE)
    table = SweepTable(sweep, cells(sweep), sweep_fields(sweep.base))
    curves = shown(sweep, fixed={"training.optimizer": 1})
    for curve in curves.curves:
        for point, rate in zip(curve.points, sorted(RATES), strict=True):
            cell, variant = table.origin(point.key)
            assert variant == curve.variant
            assert dict(cell.settings) == {"training.optimizer": "adam", "learning_rate": rate}


def test_nothing_is_averaged_over_another_axis():
    sweep = sweep_of(RATE, OPTIMIZERS)
    first, other = (shown(sweep, fixed={"training.optimizer": place}) for place in (0, 1))
    assert first.fixed == (("optimizer", "SGD"),)
    assert other.fixed == (("optimizer", "Adam"),)
    for curves, offset in ((first, 0), (other, 1)):
        point = curves.curves[0].points[0]  # the smallest rate, the second of the axis
        losses = [usual_loss(2 * 1 + offset, "all", seed) for seed in SEEDS]
        assert point.spread.mean == pytest.approx(np.mean(losses))
    across = shown(sweep, axis="training.optimizer", fixed={"learning_rate": 2})
    losses = [usual_loss(2 * 0 + 1, "first", seed) for seed in SEEDS]
    assert across.curves[1].points[1].spread.mean == pytest.approx(np.mean(losses))
    assert across.fixed == (("learning rate", "0.1"),)


def test_numbers_are_placed_by_their_ratio_where_they_span_more_than_a_factor_of_twenty():
    axis = shown(sweep_of(RATE)).axis
    assert axis.scale == "logarithmic"
    assert axis.places == pytest.approx((0.0, 0.5, 1.0))
    narrow = shown(sweep_of(("learning_rate", (0.02, 0.1, 0.4)))).axis
    assert narrow.scale == "linear"
    assert narrow.places == pytest.approx((0.0, 0.08 / 0.38, 1.0))


def test_zero_has_no_logarithm_so_wide_numbers_with_zero_stand_evenly():
    decay = ("training.weight_decay", (0.0, 1e-4, 1e-2))
    axis = shown(sweep_of(decay), axis="training.weight_decay").axis
    assert axis.scale == "even"
    assert axis.numeric
    assert axis.places == (0.0, 0.5, 1.0)


def test_words_stand_evenly_in_the_order_of_the_sweep():
    words = ("training.optimizer", ("sgd", "adamw", "adam"))
    axis = shown(sweep_of(words), axis="training.optimizer").axis
    assert (axis.scale, axis.numeric) == ("even", False)
    assert axis.texts == ("SGD", "AdamW", "Adam")
    assert axis.places == (0.0, 0.5, 1.0)


def test_only_axes_of_several_values_are_offered():
    maker = maker_of(sweep_of(("training.epochs", (3,)), RATE, OPTIMIZERS))
    assert [axis.path for axis in maker.axes] == ["learning_rate", "training.optimizer"]
    assert [axis.path for axis in maker.others("learning_rate")] == ["training.optimizer"]


@pytest.mark.parametrize("axes", [(), (("learning_rate", (0.01,)),)])
def test_where_only_variants_vary_they_stand_beside_each_other(axes):
    sweep = sweep_of(*axes)
    (axis,) = maker_of(sweep).axes
    assert axis.texts == ("All", "First")
    curves = shown(sweep, axis="variant")
    assert [[point.at for point in curve.points] for curve in curves.curves] == [[0], [1]]
    means = [np.mean([usual_loss(0, v, seed) for seed in SEEDS]) for v in ("all", "first")]
    assert [curve.best for curve in curves.curves] == [
        0 if m == min(means) else None for m in means
    ]


def test_a_diverged_seed_is_counted_and_none_of_its_numbers_is_taken():
    sweep = sweep_of(RATE)
    found = results_of(cells(sweep), diverged=lambda cell, _, seed: (cell, seed) == (1, 2))
    for measure, share in (("validation_loss", 1.0), ("best_validation_loss", 0.5)):
        point = shown(sweep, found, measure).curves[0].points[0]
        left = [usual_loss(1, "all", seed) * share for seed in (1, 3)]
        assert point.spread == Spread(np.mean(left), pytest.approx(np.std(left, ddof=1)), 2)
        assert (point.diverged, point.finished) == (1, 3)


def test_a_point_of_which_all_seeds_diverged_is_there_without_a_number():
    sweep = sweep_of(RATE)
    found = results_of(cells(sweep), diverged=lambda cell, *_: cell == 0)
    curves = shown(sweep, found)
    last = curves.curves[0].points[-1]
    assert not last.has_number
    assert math.isnan(last.spread.mean)
    assert last.diverged == 3
    assert len(curves.means) == 4
    assert curves.curves[0].best in (0, 1)


def test_points_come_with_their_first_run_and_grow():
    sweep = sweep_of(RATE)
    found = results_of(cells(sweep))
    assert shown(sweep, []).is_empty
    some = shown(sweep, found[:8])  # of the first cell, 0.1, all; of the second two seeds
    assert [[point.at for point in curve.points] for curve in some.curves] == [[0, 2], [2]]
    young = some.curves[0].points[0]
    assert (young.finished, young.planned) == (2, 3)
    losses = [usual_loss(1, "all", seed) for seed in SEEDS[:2]]
    assert young.spread.mean == pytest.approx(np.mean(losses))
    assert not some.is_complete
    assert shown(sweep, found).is_complete


@pytest.mark.parametrize(
    ("measure", "pick"), [("train_loss", np.argmin), ("validation_score", np.argmax)]
)
def test_the_best_point_is_the_lowest_loss_or_the_highest_score(measure, pick):
    for curve in shown(sweep_of(RATE), measure=measure).curves:
        assert curve.best == pick([point.spread.mean for point in curve.points])


def test_no_point_is_best_where_none_stands_out():
    sweep = sweep_of(RATE)
    level = results_of(cells(sweep), loss=lambda *_: 0.25)
    assert {curve.best for curve in shown(sweep, level).curves} == {None}
    assert {curve.best for curve in shown(sweep, measure="best_epoch").curves} == {None}
    first = results_of(cells(sweep)[:1])
    assert {curve.best for curve in shown(sweep, first).curves} == {None}  # one is no comparison


def test_losses_are_wide_beyond_a_factor_of_twenty_and_scores_never():
    sweep = sweep_of(RATE)
    for factor, wide in ((15.0, False), (30.0, True)):
        found = results_of(cells(sweep), loss=lambda cell, *_, by=factor: by if cell else 1.0)
        assert shown(sweep, found).is_wide is wide
        assert not shown(sweep, found, "train_score").is_wide


def test_held_out_measures_are_offered_where_rows_are_held_out():
    sweep = sweep_of(RATE)
    held_out = maker_of(sweep)
    assert held_out.usual_measure == "validation_loss"
    assert len(held_out.measures) == 6
    experiment = base()
    nothing = experiment.data.replace(validation_fraction=0)
    none = maker_of(sweep_of(RATE, experiment=experiment.replace(data=nothing)))
    assert none.usual_measure == "train_loss"
    assert [measure.key for measure in none.measures] == ["train_loss", "train_score"]
