"""Predictions in words: what is evaluated, in units and digits."""

import numpy as np
import pytest

from engine.experiment import DataSpec
from engine.prediction_values import (
    Confusion,
    MostWrong,
    PredictedActual,
    Predictions,
    Standing,
    WrongPictures,
)
from gui.models.prediction_text import (
    percent,
    place_text,
    run_data_text,
    standing_texts,
    standing_tip,
    taken_text,
    wrong_text,
    wrong_told,
)

NONE = np.empty(0, np.int64)
CONFUSION = Confusion(np.zeros((1, 2, 2), np.int64), ("no", "yes"))
NUMBERS = PredictedActual(np.zeros(3, np.float32), np.zeros((1, 3), np.float32))
WRONG = MostWrong(
    (WrongPictures(np.empty((0, 8, 8), np.float32), NONE, NONE, NONE, NONE, 1_013, 4_000),),
    ("0", "1"),
)


def told(picture, held_out=True, diverged="", rows=40, all_rows=40):
    standing = Standing("v", 7, loss=0.08123, score=0.97, diverged=diverged)
    return Predictions(1_200, 3.0, (standing,), picture, held_out, rows, all_rows, 0.001)


@pytest.mark.parametrize(
    ("picture", "score"),
    [(CONFUSION, "accuracy 0.970"), (NUMBERS, "R² 0.970"), (WRONG, "1,013 of 4,000 wrong")],
)
def test_how_a_variant_does_is_worded_by_its_kind_the_fullest_first(picture, score):
    assert standing_texts(told(picture), 0) == (
        f"held-out: {score} · loss 0.0812",
        f"{score} · loss 0.0812",
        score,
    )


def test_without_held_out_rows_it_says_training():
    assert standing_texts(told(CONFUSION, held_out=False), 0)[0].startswith("training: ")
    assert "training rows (none are held out)" in standing_tip(*tip_of(held_out=False))


def tip_of(**fields):
    predictions = told(CONFUSION, **fields)
    return predictions, predictions.standings[0]


def test_a_diverged_variant_says_so_instead_of_numbers():
    texts = standing_texts(told(CONFUSION, diverged="hidden went non-finite at step 12"), 0)
    assert texts == ("diverged: hidden went non-finite at step 12", "diverged")
    assert "0.97" not in standing_tip(*tip_of(diverged="hidden went"))


def test_the_tip_says_what_the_numbers_are_in_a_sentence():
    tip = standing_tip(*tip_of())
    for words in ("Accuracy", "40 held-out rows", "step 1,200", "seed 7", "0.970", "0.0812"):
        assert words in tip
    assert "40 of 9,000 rows, drawn at random" in standing_tip(*tip_of(all_rows=9_000))


def test_places_cells_and_pictures_are_named():
    assert place_text(("x", "y"), 0.31, -0.8) == "x 0.310, y -0.800"
    assert taken_text(3, 20, "setosa", "virginica") == "3 of 20 setosa were taken for virginica"
    assert wrong_text("8", "3", 0.92) == "8 → 3, 92 %"
    assert wrong_told("8", "3", 0.92, 4.312) == "8 taken for 3 with probability 0.920; loss 4.31"


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0 %"), (0.214, "21 %"), (0.994, "99 %"), (0.999, ">99 %"), (1.0, ">99 %")],
)
def test_no_probability_is_100_percent(share, text):
    """What float32 holds as 1 is as certain as what it holds as 0.9999999."""
    assert percent(share) == text


def test_that_the_run_has_other_data_is_told_by_their_titles():
    moons, spirals = DataSpec(name="moons"), DataSpec(name="spirals")
    assert run_data_text(moons, moons) == ()
    assert run_data_text(moons, spirals) == (
        "of the run on Moons; Spirals at the next run",
        "of the run on Moons",
    )
    assert run_data_text(moons, moons.replace(noise=0.5)) == (
        "of the run on Moons; changed at the next run",
        "of the run on Moons",
    )
