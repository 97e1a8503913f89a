"""The differences behind a sentence: numbers against numpy, sides and winners both ways round."""

from dataclasses import replace

import numpy as np
import pytest

from engine.structure import add_variant
from gui.models.comparison_text import compared_measures
from gui.models.paired_differences import (
    PairedDifferences,
    key_text,
    picture_text,
    seed_text,
    side_words,
    summary_text,
)
from gui.models.results_run import RunNumbers
from gui.models.variant_results import MemberNumbers

ALL, FIRST = "All trainable", "First layer only"
SEEDS = tuple(range(100, 110))
STEPS = np.arange(10) / 100


def run_of(train, held_out, scores, **limits):
    """A run of two variants that ended so: (first variant, second) each for all seeds."""
    log = np.full((5, 4, 20), np.nan, np.float32)
    for column, pair in ((0, train), (1, held_out), (3, scores)):
        log[:, column] = np.concatenate([np.broadcast_to(each, 10) for each in pair])
    numbers = MemberNumbers.before_a_run(20).read_on(log)
    return RunNumbers(("all", "first"), SEEDS, numbers, 5, **limits)


@pytest.fixture
def run():
    """All trains lower in every seed, and higher in accuracy in all but one; held out they tie."""
    ahead = np.where(np.arange(10) == 3, -0.01, 0.05)
    return run_of((0.01 + STEPS, 0.06 + 2 * STEPS), (0.1, 0.1), (0.9 + ahead, 0.9))


def measured(experiment, run, first="all", second="first"):
    lines = compared_measures(experiment, run, first, second, "accuracy")
    return [line.differences for line in lines]


def of(first, second, **changes) -> PairedDifferences:
    """Differences of which nothing is claimed."""
    first, second = np.array(first, float), np.array(second, float)
    differences = first - second
    plain = PairedDifferences(
        measure="training loss",
        better="lower",
        names=(ALL, FIRST),
        places=(0, 1),
        winner=None,
        seeds=tuple(range(100, 100 + len(first))),
        first=first,
        second=second,
        differences=differences,
        mean=float(np.nanmean(differences)),
        deviation=float(np.nanstd(differences, ddof=1)),
    )
    return replace(plain, **changes)


def test_the_numbers_are_those_of_the_run_and_their_differences(experiment, run):
    trained = measured(experiment, run)[0]
    first, second = run.metric("all", 0).astype(float), run.metric("first", 0).astype(float)
    np.testing.assert_array_equal(trained.first, first)
    np.testing.assert_allclose(trained.differences, first - second)
    assert trained.mean == pytest.approx(np.mean(first - second))
    assert trained.deviation == pytest.approx(np.std(first - second, ddof=1))
    assert (trained.seeds, trained.names, trained.places) == (SEEDS, (ALL, FIRST), (0, 1))


def test_the_two_ways_round_mirror_each_other(experiment, run):
    for there, back in zip(
        measured(experiment, run), measured(experiment, run, "first", "all"), strict=True
    ):
        np.testing.assert_array_equal(there.differences, -back.differences)
        assert (there.mean, there.places) == (-back.mean, back.places[::-1])
        assert side_words(there, -1) == side_words(back, 1)
        assert side_words(there, 1) == side_words(back, -1)
        assert there.winner is None if back.winner is None else there.winner == 1 - back.winner
        assert there.end == back.end


def test_the_winner_is_the_one_that_the_sentence_names(experiment, run):
    trained, held_out, score = measured(experiment, run)
    assert (trained.winner, held_out.winner, score.winner) == (0, None, 0)
    assert [trained.winner_at(place) for place in range(10)] == [0] * 10
    assert {held_out.winner_at(place) for place in range(10)} == {None}
    counted = [score.winner_at(place) for place in range(10)]
    assert counted == [None if place == 3 else 0 for place in range(10)]


def test_seeds_of_one_split_have_no_winner_but_where_they_train(experiment):
    run = run_of((0.1, 0.2 + STEPS), (0.1, 0.2 + STEPS), (0.9, 0.8 - STEPS), one_split=True)
    assert [each.winner for each in measured(experiment, run)] == [0, None, None]


def test_a_third_variant_brings_its_own_place(experiment, run):
    more = add_variant(experiment)
    third = more.variants[-1].id
    wide = replace(run, variants=("all", third))
    assert measured(more, wide, third, "all")[0].places == (2, 0)


def test_of_a_loss_the_left_is_a_s_and_of_a_score_it_is_b_s():
    loss = of([1, 2], [2, 2])
    assert [side_words(loss, side) for side in (-1, 1)] == [(ALL, "lower"), (FIRST, "lower")]
    score = replace(loss, better="higher")
    assert [side_words(score, side) for side in (-1, 1)] == [(FIRST, "higher"), (ALL, "higher")]


@pytest.mark.parametrize("scale", [1e-30, 1e-5, 0.003, 1, 999.9, 1e30])
def test_the_axis_ends_beyond_all_but_not_far_beyond(scale):
    differences = of(np.array([-0.3, 0.1, 1]) * scale, np.zeros(3))
    assert scale <= differences.end <= 1.26 * scale


def test_the_band_is_on_the_axis_though_it_reaches_beyond_the_seeds():
    differences = of([1, 1, 1, 0], np.zeros(4))
    assert differences.mean + differences.deviation > 1
    assert differences.end >= differences.mean + differences.deviation


def test_differences_that_are_all_zero_need_no_axis():
    assert of([1, 2, 3], [1, 2, 3]).end == 0


def test_a_seed_without_a_number_is_left_out_and_said():
    differences = of([1, np.nan, 3, 4], [2, 2, np.nan, 4])
    assert (differences.compared_seeds, differences.left_out) == ((100, 103), (101, 102))
    assert "2 left out" in key_text(differences)
    assert "left out, without a number: 101, 102" in summary_text(differences)
    assert "left out" not in key_text(of([1, 2], [2, 2]))


def test_a_seed_is_told_with_both_numbers_and_their_difference():
    differences = of([0.0144, 0.2, 0.5], [0.0625, 0.1, 0.5])
    assert seed_text(differences, 0) == "seed 100: A 0.0144, B 0.0625, A − B −0.0481"
    assert seed_text(differences, 1) == "seed 101: A 0.200, B 0.100, A − B +0.100"
    assert seed_text(differences, 2) == "seed 102: A 0.500, B 0.500, A − B 0"


def test_the_summary_tells_few_seeds_one_by_one_and_many_together():
    few, many = of(np.ones(20), np.zeros(20)), of(np.ones(21), np.zeros(21))
    assert summary_text(few).count("seed 1") == 20
    assert "seed 1" not in summary_text(many)
    assert "mean difference A − B +1.00, standard deviation 0" in summary_text(many)


def test_what_is_drawn_is_named_as_in_the_sentence(experiment, run):
    line = compared_measures(experiment, run, "all", "first", "accuracy")[0]
    deviation = f"± {line.differences.deviation:.3g}"
    assert deviation in line.text
    assert key_text(line.differences) == "mean ± sd"
    assert key_text(replace(line.differences, deviation=np.nan)) == ""
    assert ALL in picture_text(line.differences)
