"""Numbers as written, calm ranges, ticks."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.plots.figures import axis_ticks, calm_range, linear_ticks
from gui.widgets.number_text import three_digits


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0108, "0.0108"),
        (0.1, "0.100"),
        (0.0, "0"),
        (12.345, "12.3"),
        (123.4, "123"),
        (12345.0, "12300"),
        (1.2e-5, "1.20e-5"),
        (3e9, "3.00e9"),
        (-0.5, "-0.500"),
        (math.nan, "not finite"),
        (math.inf, "not finite"),
    ],
)
def test_three_significant_digits(value, text):
    assert three_digits(value) == text


@given(st.floats(1e-12, 1e12))
def test_what_is_written_is_within_half_a_percent(value):
    assert float(three_digits(value)) == pytest.approx(value, rel=0.0051)


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.booleans())
def test_a_fresh_range_holds_the_data_and_is_kept_as_long_as_it_does(a, b, log):
    data = (min(a, b), max(a, b))
    fresh = calm_range(None, data, log)
    assert fresh[1] > data[1] or math.isclose(fresh[1], data[1])
    assert fresh[0] < fresh[1]
    assert calm_range(fresh, data, log) == fresh


def test_a_range_widens_at_once_and_narrows_only_when_much_is_empty():
    current = calm_range(None, (0.1, 1.0), log=False)
    assert calm_range(current, (0.1, 0.8), log=False) == current
    assert calm_range(current, (0.1, 2.0), log=False)[1] > 2.0
    assert calm_range(current, (0.1, 0.2), log=False)[1] < 0.3


def test_a_loss_is_read_from_zero_but_not_on_a_log_axis():
    assert calm_range(None, (0.5, 1.0), log=False)[0] < 0.0
    assert calm_range(None, (-1.0, 0.0), log=True)[0] > -1.2


def test_a_log_view_reaches_twelve_decades_down_at_most():
    low, high = calm_range(None, (-300.0, 0.0), log=True)
    assert high - low < 14


@given(st.floats(-1e4, 1e4), st.floats(1e-6, 1e5), st.floats(2, 12))
def test_ticks_lie_in_the_range_and_are_not_too_many(low, span, count):
    ticks = axis_ticks(low, low + span, count)
    slack = span * 1e-6
    assert all(low - slack <= place <= low + span + slack for place, _ in ticks)
    assert len(ticks) <= 2 * count + 2
    assert len({label for _, label in ticks}) == len(ticks)


@given(st.floats(-30, 10), st.floats(0.01, 20), st.floats(2, 12))
def test_log_ticks_are_labelled_with_the_numbers_themselves(low, decades, count):
    for place, label in axis_ticks(low, low + decades, count, log=True):
        assert low - 1e-6 <= place <= low + decades + 1e-6
        assert float(label) == pytest.approx(10**place, rel=1e-3)


def test_epochs_are_whole():
    assert [label for _, label in linear_ticks(0, 3, 8, whole=True)] == ["0", "1", "2", "3"]
    assert [label for _, label in linear_ticks(0, 0.5, 3)] == ["0", "0.2", "0.4"]


def test_a_broken_range_has_no_ticks():
    assert axis_ticks(1.0, 1.0, 5) == []
    assert axis_ticks(float("nan"), 1.0, 5) == []
