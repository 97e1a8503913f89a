import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values import MAX_SEED
from gui.models.seed_text import counted_seeds, format_seeds, parse_seeds


@pytest.mark.parametrize(
    ("text", "seeds"),
    [
        ("100", (100,)),
        (" 100 ", (100,)),
        ("100-103", (100, 101, 102, 103)),
        ("100 – 103", (100, 101, 102, 103)),
        ("100..102", (100, 101, 102)),
        ("1, 5, 9", (1, 5, 9)),
        ("9;1,,5", (9, 1, 5)),
        ("3-4, 1", (3, 4, 1)),
        ("0", (0,)),
        (str(MAX_SEED), (MAX_SEED,)),
    ],
)
def test_seeds_are_read_as_people_write_them(text, seeds):
    assert parse_seeds(text) == seeds


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("", "such as 100"),
        (" , ", "such as 100"),
        ("abc", "“abc” is no seed; write 100, 100-109 or 1, 5, 9"),
        ("1, two", "“two” is no seed"),
        ("-5", "“-5” is no seed"),
        ("1.5", "“1.5” is no seed"),
        ("1-2-3", "is no seed"),
        ("٣", "is no seed"),
        ("x" * 99, "…” is no seed"),
        ("109-100", "109-100 runs backwards; write 100-109"),
        ("5, 1, 5", "Seed 5 stands there twice"),
        ("1-3, 2", "Seed 2 stands there twice"),
        ("0-1000", "more than 1,000 seeds"),
        ("0-99999999999999", "at most 2,147,483,647"),
        ("2147483648", "at most 2,147,483,647"),
    ],
)
def test_what_is_no_seed_is_answered_with_what_would_be(text, advice):
    with pytest.raises(ValueError, match=re.escape(advice)):
        parse_seeds(text)


@pytest.mark.parametrize(
    ("seeds", "text"),
    [
        ((100,), "100"),
        ((1, 2), "1, 2"),
        ((1, 2, 3), "1-3"),
        ((1, 5, 9), "1, 5, 9"),
        ((100, 101, 102, 7, 8), "100-102, 7, 8"),
        ((3, 2, 1), "3, 2, 1"),
    ],
)
def test_seeds_are_written_shortly(seeds, text):
    assert format_seeds(seeds) == text


@given(st.lists(st.integers(0, MAX_SEED), min_size=1, max_size=40, unique=True))
def test_what_is_written_reads_back(seeds):
    assert parse_seeds(format_seeds(seeds)) == tuple(seeds)


def test_counted_seeds_begin_with_the_first_and_stay_valid():
    assert counted_seeds(100, 3) == (100, 101, 102)
    assert counted_seeds(MAX_SEED, 3) == (MAX_SEED - 2, MAX_SEED - 1, MAX_SEED)
