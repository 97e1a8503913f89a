"""What is said of a sweep from before."""

from datetime import datetime
from pathlib import Path

import pytest

from engine.sweep import Sweep
from gui.models.sweep_offer_text import (
    discarded_text,
    offer_text,
    varied_lines,
    varied_text,
    when_text,
)
from gui.stored_sweeps import StoredSweep
from tests.gui.sweeps import quick, small

NOW = datetime(2026, 3, 1, 16, 30)


def stored(done=960, runs=2000, sweep: Sweep | None = None, problem=""):
    left = datetime(2026, 3, 1, 9, 5).timestamp()
    sweep = None if problem else sweep or quick()
    name = sweep.base.name if sweep is not None else "one.sweep"
    return StoredSweep(Path("one.sweep"), name, runs, done, problem, sweep, left)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 3, 1, 0, 1), "today at 00:01"),
        (datetime(2026, 2, 28, 23, 59), "yesterday at 23:59"),
        (datetime(2026, 2, 27, 16, 30), "on 2026-02-27 at 16:30"),
        (datetime(2025, 3, 1, 16, 30), "on 2025-03-01 at 16:30"),
    ],
)
def test_a_moment_is_named_by_its_day(moment, words):
    assert when_text(moment, NOW) == words


def test_it_says_whose_it_is_when_it_was_left_and_how_far_it_is():
    unfinished = offer_text(stored(), small(), NOW)
    assert unfinished == "An unfinished sweep of “Small”, left today at 09:05: 960 of 2,000 runs."
    finished = offer_text(stored(done=2000), small(), NOW)
    assert finished == "The last sweep, of “Small”, finished today at 09:05: all 2,000 runs."


def test_another_experiment_is_said_to_be_one():
    wide = small(epochs=50)
    assert "of “Small” as it was, left" in offer_text(stored(), wide, NOW)
    other = offer_text(stored(), wide.replace(name="Wide"), NOW)
    assert "of another experiment, “Small”, left" in other


def test_it_says_what_varied():
    assert varied_text(stored()) == "2 learning rates × 2 variants × 2 seeds"
    assert varied_lines(stored()) == ("learning rate: 0.01, 0.1",)


def test_what_cannot_be_read_is_named_by_its_problem():
    bad = stored(0, 0, problem="it is damaged")
    assert offer_text(bad, small(), NOW) == "A stored sweep cannot be read. it is damaged"
    assert (varied_text(bad), varied_lines(bad)) == ("", ())
    assert discarded_text(bad) == "Discarded a sweep that cannot be read."


def test_what_was_discarded_is_named():
    assert discarded_text(stored()) == "Discarded the sweep of “Small”: 960 of 2,000 runs."
