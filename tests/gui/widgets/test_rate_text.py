import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.widgets.rate_text import (
    CHOICES,
    format_rate,
    is_unfinished,
    parse_rate,
    step_decade,
    step_rate,
)

rates = st.floats(min_value=0, max_value=1e3)


@given(rates)
def test_every_rate_reads_back_as_itself(rate: float) -> None:
    assert parse_rate(format_rate(rate)) == rate


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3e-4", 3e-4),
        ("0.0003", 3e-4),
        (".001", 1e-3),
        ("1E-5", 1e-5),
        (" 2. ", 2.0),
        ("+0.5", 0.5),
        ("0", 0.0),
        ("0e0", 0.0),
        ("1000", 1000.0),
        ("0.1234567890123456789", 0.1234567890123456789),
    ],
)
def test_what_a_person_may_type(text: str, value: float) -> None:
    assert parse_rate(text) == value


@pytest.mark.parametrize(
    "text",
    [
        *("", ".", "1e", "1e-", "-1", "-0", "nan", "inf", "1e4", "1000.1", "1e999", "1e-400"),
        *("abc", "1_0", "1,5", "0x1", "1 2", "٣", "1e-3e-3", "1..2", "1e1.5"),
    ],
)
def test_what_is_no_rate(text: str) -> None:
    assert parse_rate(text) is None


def test_the_languages_own_decimal_sign_counts() -> None:
    assert parse_rate("0,003", decimal_point=",") == 0.003
    assert parse_rate("0.003", decimal_point=",") == 0.003


@pytest.mark.parametrize("text", ["", ".", "1e", "1e-", "+", ".e-3", "0.5e+"])
def test_unfinished_could_still_become_a_rate(text: str) -> None:
    assert is_unfinished(text)


@pytest.mark.parametrize("text", ["1e-3", "-", "a", "1e4", "1e--", "nan"])
def test_finished_or_hopeless_is_not_unfinished(text: str) -> None:
    assert not is_unfinished(text)


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (0.0, "0"),
        (1e-3, "1e-3"),
        (3.3e-4, "3.3e-4"),
        (1.25e-7, "1.25e-7"),
        (0.01, "0.01"),
        (0.1, "0.1"),
        (1 / 3, repr(1 / 3)),
        (10.0, "10"),
        (999.5, "999.5"),
        (1000.0, "1000"),
        (5e-324, "5e-324"),
    ],
)
def test_rates_are_shown_short(rate: float, text: str) -> None:
    assert format_rate(rate) == text


def test_six_steps_make_a_decade_along_the_ladder() -> None:
    rungs = [step_rate(1e-4, steps) for steps in range(7)]
    assert rungs == [1e-4, 1.5e-4, 2.2e-4, 3.3e-4, 4.7e-4, 6.8e-4, 1e-3]


def test_steps_down_retrace_the_steps_up() -> None:
    rungs = [step_rate(1e-3, -steps) for steps in range(7)]
    assert rungs == [1e-3, 6.8e-4, 4.7e-4, 3.3e-4, 2.2e-4, 1.5e-4, 1e-4]


def test_a_rate_beside_the_ladder_steps_to_the_neighbouring_rungs() -> None:
    assert step_rate(2e-4, 1) == 2.2e-4
    assert step_rate(2e-4, -1) == 1.5e-4


def test_zero_steps_up_to_1e_5_and_the_ends_hold() -> None:
    assert step_rate(0.0, 1) == 1e-5
    assert step_rate(0.0, -1) == 0.0
    assert step_rate(1e-8, -1) == 0.0
    assert step_rate(680.0, 2) == 1e3
    assert step_decade(0.0, up=True) == 1e-5
    assert step_decade(0.0, up=False) == 0.0
    assert step_decade(500.0, up=True) == 1e3


def test_a_decade_keeps_the_digits() -> None:
    assert step_decade(3.3e-4, up=True) == 3.3e-3
    assert step_decade(3.3e-4, up=False) == 3.3e-5


@given(st.floats(min_value=1e-300, max_value=1e3), st.integers(-12, 12))
def test_steps_stay_in_range_and_go_their_way(rate: float, steps: int) -> None:
    stepped = step_rate(rate, steps)
    assert 0 <= stepped <= 1e3
    assert math.copysign(1, steps) * (stepped - rate) >= 0
    assert stepped != rate or steps == 0 or rate == 1e3


def test_the_menu_offers_zero_and_a_rate_of_each_decade() -> None:
    assert CHOICES == (0, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10)
