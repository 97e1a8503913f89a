"""What every variant has come to, against plain numpy."""

import math

import numpy as np
import pytest

from engine.backprop import variant_backward_cost, variant_counts
from gui.models.variant_results import MemberNumbers, spread, variant_results


@pytest.fixture
def seeds(experiment):
    return experiment.replace(training=experiment.training.replace(seeds=(1, 2, 3)))


def log(epochs, members, seed=0):
    return np.random.default_rng(seed).random((epochs, 4, members)).astype(np.float32)


def test_before_a_run_only_the_plan_is_known(experiment):
    every, first = variant_results(experiment)
    assert (every.trainable, every.total, every.backward_cost) == (641, 641, 1.0)
    assert (first.trainable, first.pattern) == (496, ("trains", "frozen", "frozen"))
    assert first.backward_cost == variant_backward_cost(experiment, experiment.variants[1])
    assert variant_counts(experiment, experiment.variants[1]).trainable == 496
    assert (every.epochs, every.train_loss, every.best_epoch) == (0, None, None)


def test_numbers_are_those_of_the_last_epoch_over_the_seeds(seeds):
    table = log(7, 6)
    _, first = variant_results(seeds, table)
    own = table[:, :, 3:]
    assert first.epochs == 7
    assert first.train_loss.mean == pytest.approx(own[-1, 0].mean())
    assert first.train_loss.deviation == pytest.approx(own[-1, 0].std(ddof=1))
    assert first.validation_score.mean == pytest.approx(own[-1, 3].mean())
    assert first.best_validation_loss.mean == pytest.approx(own[:, 1].min(axis=0).mean())
    assert first.best_epoch == np.median(own[:, 1].argmin(axis=0) + 1)


def test_reading_a_log_piece_by_piece_is_reading_it_at_once():
    table = log(20, 5)
    table[12:, :, 1] = np.nan
    table[3, 1, 2] = table[9, 1, 2] = -1  # the first of equal ones
    at_once = MemberNumbers.before_a_run(5).read_on(table)
    by_piece = MemberNumbers.before_a_run(5)
    for end in (1, 2, 9, 9, 13, 20):
        by_piece = by_piece.read_on(table[:end])
    for name in ("last", "best", "highest", "best_epoch", "lost"):
        np.testing.assert_array_equal(getattr(by_piece, name), getattr(at_once, name))
    assert by_piece.epochs == 20
    assert by_piece.best_epoch[2] == 4
    assert list(by_piece.lost) == [0, 13, 0, 0, 0]


def test_a_diverged_seed_is_left_out_of_the_mean_and_keeps_its_best(seeds):
    table = log(4, 6)
    table[2:, :, 1] = np.nan
    every, _ = variant_results(seeds, table)
    assert every.train_loss.seeds == 2
    assert every.train_loss.mean == pytest.approx(table[-1, 0, [0, 2]].mean())
    assert every.best_validation_loss.seeds == 3


def test_without_held_out_rows_there_is_no_held_out_number(seeds):
    table = log(4, 6)
    table[:, [1, 3]] = np.nan
    every, _ = variant_results(seeds, table)
    assert every.train_loss is not None
    assert every.validation_loss is every.validation_score is every.best_epoch is None


def test_where_all_epochs_are_equal_none_is_the_best(seeds):
    table = log(4, 6)
    table[:, 1, :3] = np.float32(0.3)
    table[2, 1, :3] = np.nextafter(np.float32(0.3), np.float32(0))  # as a sum in other order
    table[:, 1, 3:5] = np.float32(0.3)  # of the second variant one seed only gets on
    table[:, 1, 5] = [0.3, 0.2, 0.299, 0.3]
    every, first = variant_results(seeds, table)
    assert every.best_epoch is None
    assert every.best_validation_loss.mean == pytest.approx(0.3)
    assert first.best_epoch == 2
    numbers = MemberNumbers.before_a_run(6)
    for end, apart in ((0, False), (1, False), (2, True), (4, True)):
        numbers = numbers.read_on(table[:end])
        assert list(numbers.has_best_epoch) == [*[False] * 5, apart]


def test_a_small_fall_of_the_loss_is_one(seeds):
    table = log(4, 6)
    table[:, 1] = np.float32(0.3)
    table[3, 1] = np.float32(0.299999)
    assert variant_results(seeds, table)[0].best_epoch == 4


def test_a_spread_of_one_seed_has_no_deviation():
    assert math.isnan(spread(np.array([3.0])).deviation)
    assert math.isnan(spread(np.array([np.nan, np.inf])).mean)
    assert spread(np.array([1.0, 3.0, np.nan])).deviation == pytest.approx(2**0.5)
