"""Paired comparison: its numbers against scipy and counting, its words against hand-made cases."""

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import rankdata, wilcoxon

from engine.comparison import (
    LEAST_SEEDS,
    SIGNIFICANCE,
    PairedComparison,
    compare,
    paired_differences,
    sentence,
)
from engine.experiment import parse_experiment
from engine.run import train

EXAMPLES = Path(__file__).parents[2] / "resources" / "examples"
ZERO = np.zeros(10)


def of(*differences: float) -> PairedComparison:
    """The comparison of two variants whose numbers differ by this much, seed by seed."""
    return compare(np.array(differences), np.zeros(len(differences)))


def counted_p_value(differences: np.ndarray) -> float:
    """By going through all signs, one after the other."""
    ranks = rankdata(np.abs(differences))
    middle = ranks.sum() / 2
    seen = abs(ranks[differences > 0].sum() - middle)
    signs = itertools.product((0, 1), repeat=len(ranks))
    return float(np.mean([abs(ranks @ np.array(sign) - middle) >= seen for sign in signs]))


@pytest.mark.parametrize("seeds", [6, 10, 20, 50, 51, 300])
def test_the_p_value_is_scipy_s(seeds: int) -> None:
    generator = np.random.default_rng(seeds)
    for shift in (0.0, 0.3, 1.0):
        first, second = generator.normal(size=seeds), generator.normal(shift, size=seeds)
        assert compare(first, second).p_value == pytest.approx(wilcoxon(first, second).pvalue)


def test_with_ties_the_p_value_is_that_of_all_signs() -> None:
    generator = np.random.default_rng(1)
    for seeds in (6, 7, 8, 10, 11):
        differences = generator.integers(-2, 4, size=seeds).astype(float)
        nonzero = differences[differences != 0]
        comparison = compare(differences, np.zeros(seeds))
        assert comparison.p_value == pytest.approx(counted_p_value(nonzero))
        if len(nonzero) == seeds <= 7:  # scipy goes through all signs as well, but takes long
            assert comparison.p_value == pytest.approx(wilcoxon(differences).pvalue)


def test_many_ties_come_near_scipy_s_approximation() -> None:
    differences = np.random.default_rng(2).integers(-3, 5, size=49).astype(float)
    approximate = wilcoxon(differences, method="asymptotic").pvalue
    assert compare(differences, np.zeros(49)).p_value == pytest.approx(approximate, rel=0.1)


def test_equal_steps_of_accuracy_are_ties_though_float32_rounds_them() -> None:
    hits = np.array([100, 103, 105, 108, 110, 111, 90, 95])
    second = (hits / np.float32(114)).astype(np.float32)
    first = ((hits + 1) / np.float32(114)).astype(np.float32)
    assert len(set((first.astype(float) - second.astype(float)).tolist())) > 1
    assert compare(first, second).p_value == pytest.approx(2 / 2**8)
    lower = compare(np.append(first, second[:2]), np.append(second, first[:2]))
    signs = np.array([1.0] * 8 + [-1.0] * 2)
    assert lower.p_value == pytest.approx(counted_p_value(signs))


def test_what_only_rounding_tells_apart_is_equal() -> None:
    numbers = np.linspace(0.01, 3, 10, dtype=np.float32)
    comparison = compare(np.nextafter(numbers, np.float32(9)), numbers)
    assert (comparison.verdict, comparison.equal) == ("equal", 10)
    assert compare(numbers * np.float32(1.0001), numbers).second_lower == 10


def test_a_score_near_0_is_rounded_as_the_1_that_it_is_subtracted_from() -> None:
    """R2 = 1 - residual / total: 1 / 2^24 is the last place of what lies just below 1."""
    residual = np.linspace(0.99, 1.01, 8).astype(np.float32)
    second = np.float32(1) - residual
    first = np.float32(1) - np.nextafter(residual, np.float32(2))
    assert 0 < np.abs(first - second).max() < 2e-7
    assert compare(first, second).verdict == "first lower"  # as if they were losses
    scores = compare(first, second, size=1.0)
    assert (scores.verdict, scores.equal) == ("equal", 8)
    assert not paired_differences(first, second, size=1.0).any()
    hits = np.arange(8, dtype=np.float32)
    one_more = compare((hits + 1) / 10_000, hits / 10_000, size=1.0)
    assert (one_more.verdict, one_more.p_value) == ("second lower", pytest.approx(2 / 2**8))


def test_a_mean_that_is_only_what_rounding_leaves_is_0() -> None:
    """As of accuracies that are as often higher as lower, in 114ths that float32 rounds."""
    hits = np.array([100, 103, 105, 108, 110, 111, 90, 95])
    more = hits + np.array([2, -1, -1, 1, -2, 1, 3, -3])
    first, second = (np.float32(each / 114) for each in (more, hits))
    assert (first.astype(float) - second.astype(float)).mean() != 0
    comparison = compare(first, second, size=1.0)
    assert comparison.mean == 0
    assert "mean difference 0 ± 0.01" in sentence(comparison, "All", "First", "accuracy", "higher")


def test_mean_deviation_and_standard_error_are_those_of_the_differences() -> None:
    generator = np.random.default_rng(3)
    first, second = generator.normal(size=12), generator.normal(size=12)
    comparison = compare(first, second)
    assert comparison.mean == pytest.approx(np.mean(first - second))
    assert comparison.deviation == pytest.approx(np.std(first - second, ddof=1))
    assert comparison.standard_error == pytest.approx(np.std(first - second, ddof=1) / 12**0.5)


def test_the_differences_are_those_that_are_compared() -> None:
    first = np.array([1, 2, np.nan, 4, np.inf, 6, 7], np.float32)
    second = np.array([2, 2, 3, np.nan, 5, -np.inf, np.nextafter(np.float32(7), np.float32(9))])
    differences = paired_differences(first, second.astype(np.float32))
    np.testing.assert_array_equal(differences, [-1, 0, np.nan, np.nan, np.nan, np.nan, 0])
    comparison = compare(first, second)
    assert comparison.mean == pytest.approx(np.nanmean(differences))
    assert (comparison.first_lower, comparison.equal, comparison.left_out) == (1, 2, 4)
    with pytest.raises(ValueError, match="not pairs"):
        paired_differences(np.zeros(3), np.zeros(4))


def test_the_two_ways_round_say_the_same() -> None:
    generator = np.random.default_rng(4)
    first, second = generator.normal(size=15), generator.normal(1, size=15)
    there, back = compare(first, second), compare(second, first)
    assert (there.verdict, back.verdict) == ("first lower", "second lower")
    assert there.p_value == back.p_value
    assert there.mean == -back.mean
    assert (there.first_lower, there.second_lower) == (back.second_lower, back.first_lower)


def test_six_seeds_can_show_a_difference_and_five_cannot() -> None:
    six, five = of(-1, -2, -3, -4, -5, -6), of(-1, -2, -3, -4, -5)
    assert (six.verdict, six.p_value) == ("first lower", pytest.approx(2 / 2**6))
    assert (five.verdict, five.p_value) == ("too few seeds", pytest.approx(2 / 2**5))
    assert six.p_value < SIGNIFICANCE < five.p_value
    assert LEAST_SEEDS == 6


def test_equal_seeds_do_not_help_to_find_a_difference() -> None:
    comparison = of(*[0.0] * 15, -0.01, -0.01, -0.01, -0.01, -0.01)
    assert wilcoxon([0.0] * 15 + [-0.01] * 5).pvalue < SIGNIFICANCE  # its approximation
    assert comparison.p_value == pytest.approx(2 / 2**5)
    assert (comparison.verdict, comparison.equal) == ("no difference", 15)


def test_a_mean_against_the_majority_is_no_difference() -> None:
    comparison = of(*[-1 - place / 100 for place in range(15)], 100)
    assert comparison.p_value < SIGNIFICANCE
    assert comparison.mean > 0
    assert comparison.first_lower == 15
    assert comparison.verdict == "no difference"


def test_a_seed_without_a_number_is_left_out_and_counted() -> None:
    first = np.array([1, np.nan, 3, 4, 5, 6, 7, np.inf, 9, 10])
    comparison = compare(first, ZERO)
    assert (comparison.seeds, comparison.left_out) == (8, 2)
    assert comparison.verdict == "second lower"
    assert compare(ZERO, first).left_out == 2
    words = sentence(comparison, "All", "First", "training loss")
    assert words.endswith("Left out: 2 seeds where All or First has no number.")


def test_nothing_at_all_is_nothing_to_compare() -> None:
    comparison = compare(np.full(3, np.nan), np.zeros(3))
    assert (comparison.seeds, comparison.verdict) == (0, "too few seeds")
    assert math.isnan(comparison.mean)
    assert math.isnan(comparison.standard_error)
    words = sentence(comparison, "All", "First", "held-out loss")
    assert words.startswith("Held-out loss: nothing to compare.")
    assert compare(np.zeros(0), np.zeros(0)).seeds == 0


def test_arrays_that_are_no_pairs_are_refused() -> None:
    with pytest.raises(ValueError, match="not pairs"):
        compare(np.zeros(3), np.zeros(4))


def test_the_words_name_the_better_variant_of_a_loss_and_of_an_accuracy() -> None:
    comparison = of(-1, -2, -3, -4, -5, -6)
    assert sentence(comparison, "All", "First", "training loss") == (
        "All: lower training loss than First in 6 of 6 seeds, by 3.5 ± 1.87, Wilcoxon p = 0.0312."
    )
    assert sentence(comparison, "All", "First", "accuracy", "higher") == (
        "First: higher accuracy than All in 6 of 6 seeds, by 3.5 ± 1.87, Wilcoxon p = 0.0312."
    )


def test_the_words_for_no_difference_claim_none() -> None:
    comparison = of(-1, 2, -3, 4, 0, 6, 7, -8)
    assert sentence(comparison, "All", "First", "held-out loss") == (
        "Held-out loss: no difference found (All lower in 3 of 8 seeds (equal in 1), "
        "mean difference +0.875 ± 4.97, Wilcoxon p = 0.688)."
    )
    words = sentence(comparison, "All", "First", "held-out accuracy", "higher")
    assert "no difference found (All higher in 4 of 8 seeds" in words


def test_the_words_for_few_seeds_say_how_many_are_needed() -> None:
    words = sentence(of(-1), "All", "First", "training loss")
    assert words == (
        "Training loss: All lower in 1 of 1 seed; at least 6 are needed to tell a difference "
        "from chance."
    )
    assert sentence(of(0, 0), "All", "First", "loss") == "Loss: equal in all 2 seeds."


def test_seeds_that_share_their_held_out_rows_claim_nothing_about_others() -> None:
    first, second = -np.arange(1.0, 9.0), np.zeros(8)
    assert compare(first, second).verdict == "first lower"
    shared = compare(first, second, one_split=True)
    assert shared.verdict == "one split"
    assert sentence(shared, "All", "First", "held-out loss") == (
        "Held-out loss: cannot tell (All lower in 8 of 8 seeds, by 4.5 ± 2.45, "
        "Wilcoxon p = 0.00781, but all on the same held-out rows; others may differ)."
    )
    words = sentence(shared, "All", "First", "held-out accuracy", "higher")
    assert words.startswith("Held-out accuracy: cannot tell (First higher in 8 of 8 seeds")


def test_one_split_changes_nothing_where_nothing_is_claimed() -> None:
    for pair in ((of(-1, 2, -3, 4, 0, 6, 7, -8)), of(-1), of(0, 0)):
        assert pair.verdict in ("no difference", "too few seeds", "equal")
    signs = np.array([-1.0, 2, -3, 4, 0, 6, 7, -8])
    assert compare(signs, np.zeros(8), one_split=True).verdict == "no difference"
    assert compare(signs[:3], np.zeros(3), one_split=True).verdict == "too few seeds"


def test_two_splits_claim_the_opposite_of_each_other() -> None:
    """Why (4) stands in the definition: seeds of one split agree about its rows."""
    experiment = parse_experiment((EXAMPLES / "first-layer-only.json").read_bytes())
    training = experiment.training.replace(seeds=tuple(range(20)))
    verdicts = []
    for split in (5, 0):
        data = experiment.data.replace(split_seed=split)
        log = train(experiment.replace(training=training, data=data)).log
        held_out = log.column("validation_loss")[-1]
        verdicts.append(compare(held_out[:20], held_out[20:]).verdict)
    assert verdicts == ["first lower", "second lower"]


def test_chance_alone_is_called_a_difference_in_at_most_one_of_twenty() -> None:
    generator = np.random.default_rng(5)
    for rounding in (3, 1):  # few ties, and many
        pairs = generator.normal(size=(300, 2, 10)).round(rounding)
        found = [compare(*pair).verdict in ("first lower", "second lower") for pair in pairs]
        assert 0 < np.mean(found) < 0.075  # .05 and two of its standard errors


def test_all_against_first_only_a_difference_in_training_and_none_in_held_out_loss() -> None:
    """The classic experiment, paired: what its single training curves make people believe."""
    experiment = parse_experiment((EXAMPLES / "every-pattern.json").read_bytes())
    seeds = tuple(range(100, 110))
    training = experiment.training.replace(seeds=seeds, epochs=100)
    both = tuple(v for v in experiment.variants if v.id in ("all", "first"))
    run = train(experiment.replace(training=training, variants=both))
    all_layers, first = slice(0, 10), slice(10, 20)
    assert [variant.id for variant in both] == ["all", "first"]
    train_loss, held_out = (
        run.log.column(metric)[-1] for metric in ("train_loss", "validation_loss")
    )
    trained = compare(train_loss[all_layers], train_loss[first])
    assert (trained.verdict, trained.first_lower) == ("first lower", 10)
    assert "lower training loss" in sentence(trained, "All", "First", "training loss")
    tested = compare(held_out[all_layers], held_out[first])
    assert tested.verdict == "no difference"
    assert "no difference found" in sentence(tested, "All", "First", "held-out loss")
