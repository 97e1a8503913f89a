import math

import pytest

from gui.widgets.number_text import measured, three_digits, with_deviation


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.0108, "0.0108"),
        (1.2e-5, "1.20e-5"),
        (-0.5, "-0.500"),
        (999.6, "1000"),
        (12345.0, "12300"),
        (123456.0, "1.23e5"),
        (1.0, "1.00"),
        (123.0, "123"),
    ],
)
def test_three_significant_digits(value, text):
    assert three_digits(value) == text


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_said(value):
    assert three_digits(value) == "not finite"


@pytest.mark.parametrize(
    ("mean", "deviation", "text"),
    [
        (0.0138, 0.00436, "0.0138 ± 0.0044"),
        (0.845, 0.198, "0.845 ± 0.20"),
        (1.2e-5, 3e-6, "1.20e-5 ± 3.0e-6"),
        (123.0, 45.67, "123 ± 45.7"),
        (1.0, 0.0, "1.00 ± 0"),
        (0.5, math.nan, "0.500"),
    ],
)
def test_of_a_deviation_two_digits_say_enough(mean, deviation, text):
    assert with_deviation(mean, deviation) == text


def test_no_number_is_a_dash_and_never_a_zero():
    assert measured(None) == "–"
    assert measured(0.0) == "0"
