"""Centre and band over the seeds, against numpy and scipy."""

import math

import numpy as np
import pytest
from scipy import stats

from engine.seed_bands import BANDS, CENTRES, seed_band, seeds_left, student_quantile

EPOCHS, SEEDS = 40, 10


def losses(seeds: int = SEEDS) -> np.ndarray:
    return np.random.default_rng(5).gamma(2.0, 0.3, (EPOCHS, seeds)).astype(np.float32)


def with_diverged() -> np.ndarray:
    """The third seed is gone from epoch 12 on, the last from epoch 30 on."""
    values = losses()
    values[12:, 2] = np.nan
    values[30:, 9] = np.inf
    return values


def survivors(values: np.ndarray) -> list[np.ndarray]:
    return [row[np.isfinite(row)].astype(np.float64) for row in values]


@pytest.mark.parametrize("make", [losses, with_diverged])
@pytest.mark.parametrize("band", BANDS)
def test_the_centre_is_numpys_of_the_survivors(make, band):
    values = make()
    kept = survivors(values)
    mean, median = (seed_band(values, centre, band)[0] for centre in CENTRES)
    np.testing.assert_allclose(mean, [row.mean() for row in kept], rtol=1e-12)
    np.testing.assert_allclose(median, [np.median(row) for row in kept], rtol=1e-12)


@pytest.mark.parametrize("make", [losses, with_diverged])
@pytest.mark.parametrize("centre", CENTRES)
def test_min_and_max_are_seeds(make, centre):
    values = make()
    _, low, high = seed_band(values, centre, "min-max")
    np.testing.assert_array_equal(low, [row.min() for row in survivors(values)])
    np.testing.assert_array_equal(high, [row.max() for row in survivors(values)])


@pytest.mark.parametrize("make", [losses, with_diverged])
@pytest.mark.parametrize("centre", CENTRES)
def test_the_other_bands_are_scipys_about_the_mean(make, centre):
    values = make()
    kept = survivors(values)
    mean = np.array([row.mean() for row in kept])
    intervals = np.array(
        [stats.t.interval(0.95, row.size - 1, row.mean(), stats.sem(row)) for row in kept]
    )
    for band, half in (
        ("deviation", np.array([row.std(ddof=1) for row in kept])),
        ("standard error", np.array([stats.sem(row) for row in kept])),
        ("interval", (intervals[:, 1] - intervals[:, 0]) / 2),
    ):
        _, low, high = seed_band(values, centre, band)
        np.testing.assert_allclose(low, mean - half, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(high, mean + half, rtol=1e-9, atol=1e-12)


def test_a_seed_that_diverged_counts_until_its_epoch_and_not_after():
    values = with_diverged()
    whole = seed_band(losses(), "mean", "min-max")
    part = seed_band(values, "mean", "min-max")
    for complete, survived in zip(whole, part, strict=True):
        np.testing.assert_array_equal(survived[:12], complete[:12])
    assert (part[0][12:] != whole[0][12:]).all()
    assert [seeds_left(values[epoch]) for epoch in (0, 12, 30)] == [10, 9, 8]


@pytest.mark.parametrize("band", ["deviation", "standard error", "interval"])
def test_a_single_seed_that_is_left_has_a_value_and_no_deviation(band):
    values = np.array([[0.5, np.nan, np.nan]])
    centre, low, high = seed_band(values, "median", band)
    assert centre == [0.5]
    assert np.isnan(low).all()
    assert np.isnan(high).all()
    assert [float(end[0]) for end in seed_band(values, "mean", "min-max")] == [0.5] * 3


@pytest.mark.parametrize("centre", CENTRES)
@pytest.mark.parametrize("band", BANDS)
def test_where_no_seed_is_left_there_is_nothing(centre, band):
    for part in seed_band(np.full((3, 4), np.nan), centre, band):
        assert np.isnan(part).all()


def test_without_a_band_there_is_only_the_line():
    centre, low, high = seed_band(losses(), "mean", "none")
    assert np.isfinite(centre).all()
    assert np.isnan(low).all()
    assert np.isnan(high).all()


def test_many_variants_at_once_are_the_same_as_one_by_one():
    values = with_diverged().reshape(4, 10, SEEDS)
    for band in BANDS:
        together = seed_band(values, "median", band)
        for place in range(4):
            alone = seed_band(values[place], "median", band)
            for whole, part in zip(together, alone, strict=True):
                np.testing.assert_array_equal(whole[place], part)


@pytest.mark.parametrize("seeds", [2, 3, 10, 100])
def test_the_quantile_is_students(seeds):
    assert student_quantile(seeds) == pytest.approx(stats.t.ppf(0.975, seeds - 1), rel=1e-9)
    assert math.isnan(student_quantile(1))
