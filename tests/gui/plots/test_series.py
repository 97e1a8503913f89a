"""What is done to numbers before they are drawn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gui.plots.series import LARGEST, bucket_size, finite_extent, plot_safe, thin_band, thin_min_max

ANY_FLOATS = hnp.arrays(
    np.float64, st.integers(0, 60), elements=st.floats(allow_nan=True, allow_infinity=True)
)
NASTY = np.array([1.0, np.nan, np.inf, -np.inf, 1e300, -1e300, 0.0, -2.0, 1e-320])


@given(ANY_FLOATS, st.booleans())
def test_whatever_comes_in_only_drawable_numbers_and_gaps_come_out(values, log):
    safe = plot_safe(values, log)
    numbers = safe.values[~np.isnan(safe.values)]
    assert safe.values.shape == values.shape
    assert np.all(np.abs(numbers) <= LARGEST)
    expected_gaps = safe.not_finite + (safe.not_positive if log else 0)
    assert np.count_nonzero(np.isnan(safe.values)) == expected_gaps
    assert safe.not_finite == np.count_nonzero(~np.isfinite(values))


@given(hnp.arrays(np.float64, 20, elements=st.floats(-1e30, 1e30)))
def test_drawable_numbers_stay_as_they_are(values):
    safe = plot_safe(values)
    np.testing.assert_array_equal(safe.values, values)
    assert (safe.not_finite, safe.clipped, safe.not_positive) == (0, 0, 0)


def test_a_long_curve_is_not_copied_unless_something_in_it_cannot_be_drawn():
    curve = np.linspace(1, 2, 9, dtype=np.float32)
    assert np.shares_memory(plot_safe(curve).values, curve)
    broken = np.append(curve, np.float32(np.inf))
    assert not np.shares_memory(plot_safe(broken).values, broken)
    np.testing.assert_array_equal(broken[:-1], curve)


def test_float32_is_drawn_with_every_digit_it_has():
    curve = np.linspace(1, 2, 100, dtype=np.float32)
    exact = curve.astype(np.float64)
    np.testing.assert_array_equal(plot_safe(curve, log=True).values, np.log10(exact))
    for bucket in (1, 8):
        _, thin = thin_min_max(np.arange(100.0), curve, bucket)
        _, low, high = thin_band(np.arange(100.0), curve, curve, bucket)
        assert {thin.dtype, low.dtype, high.dtype} == {np.dtype(np.float64)}
        assert set(thin) <= set(exact)
        assert set(low) | set(high) <= set(exact)


def test_each_kind_of_trouble_is_counted():
    linear, log = plot_safe(NASTY), plot_safe(NASTY, log=True)
    assert (linear.not_finite, linear.clipped, linear.not_positive) == (3, 2, 0)
    assert (log.not_finite, log.not_positive) == (3, 3)  # -1e300, 0 and -2
    assert log.values[0] == 0.0
    assert log.values[4] == pytest.approx(30.0)


@given(
    hnp.arrays(np.float64, st.integers(1, 400), elements=st.floats(-1e6, 1e6)),
    st.sampled_from([1, 2, 4, 16, 64]),
)
def test_thinning_keeps_lowest_highest_and_both_ends_of_the_line(y, bucket):
    x = np.arange(y.size, dtype=float)
    thin_x, thin_y = thin_min_max(x, y, bucket)
    assert thin_y.min() == y.min()
    assert thin_y.max() == y.max()
    assert (thin_x[-1], thin_y[-1]) == (x[-1], y[-1])
    assert np.all(np.diff(thin_x) >= 0)
    assert thin_x.size <= 2 * (y.size // bucket) + bucket
    assert set(zip(thin_x, thin_y, strict=True)) <= set(zip(x, y, strict=True))


def test_thinning_leaves_a_gap_only_where_nothing_is_left():
    y = np.arange(32.0)
    y[3] = np.nan
    y[8:16] = np.nan
    _, thin = thin_min_max(np.arange(32.0), y, 8)
    assert list(np.isnan(thin[:4])) == [False, False, True, True]
    assert thin[0] == 0.0


def test_buckets_do_not_move_while_a_line_grows():
    x, y = np.arange(1000.0), np.random.default_rng(0).normal(size=1000)
    short, long = thin_min_max(x[:640], y[:640], 16), thin_min_max(x, y, 16)
    settled = 2 * (640 // 16 - 1)
    np.testing.assert_array_equal(short[0][:settled], long[0][:settled])


def test_a_thinned_band_still_covers_the_whole_band():
    rng = np.random.default_rng(1)
    x, low = np.arange(100.0), rng.normal(size=100)
    _, thin_low, thin_high = thin_band(x, low, low + 1, 8)
    assert thin_low.min() == low.min()
    assert thin_high.max() == (low + 1).max()


@pytest.mark.parametrize(
    ("density", "bucket"), [(0.1, 1), (2, 1), (2.1, 4), (9, 16), (float("nan"), 1)]
)
def test_about_two_points_are_left_per_pixel(density, bucket):
    assert bucket_size(density) == bucket
    if density > 2:
        assert 1 <= 2 * density / bucket <= 2


def test_extent_ignores_gaps_and_knows_nothing_of_nothing():
    assert finite_extent(np.array([np.nan, 3.0, -1.0])) == (-1.0, 3.0)
    assert finite_extent(np.array([np.nan])) is None
    assert finite_extent(np.empty(0)) is None
