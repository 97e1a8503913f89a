"""Rows of a run's table of results, and its values as text."""

import numpy as np
import pytest

from engine.structure import add_variant, with_data
from gui.models.lattice_text import spread_text
from gui.models.results_columns import score_name, seed_columns, variant_columns
from gui.models.results_rows import seed_rows, state_text, variant_rows
from gui.models.results_run import RunNumbers
from gui.models.results_text import cell_text, exact_cells, spoken_cell, tip_text
from gui.models.results_values import Signs, matching_places
from gui.models.variant_results import MemberNumbers, Spread, variant_results

NAN = float("nan")


@pytest.fixture
def log():
    return np.random.default_rng(0).random((5, 4, 4)).astype(np.float32)


@pytest.fixture
def run(log):
    return numbers_of(log)


def numbers_of(log, variants=("all", "first"), seeds=(7, 8)):
    numbers = MemberNumbers.before_a_run(log.shape[2]).read_on(log)
    return RunNumbers(variants, seeds, numbers, epochs=9)


def values(columns, row):
    """The values of a row by the keys of their columns."""
    return dict(zip((column.key for column in columns), row.values, strict=True))


def test_before_a_run_a_row_has_its_plan_and_no_numbers(experiment):
    columns = variant_columns("accuracy")
    rows = variant_rows(variant_results(experiment), None)
    assert [row.key for row in rows] == ["all", "first"]
    first = values(columns, rows[1])
    assert (first["trainable"], first["pattern"].words) == (496, "trains, frozen, frozen")
    assert first["cost"] == pytest.approx(81.9, abs=0.05)
    known = {"name", "pattern", "trainable", "cost"}
    assert {key for key, value in first.items() if value is not None} == known
    assert "Press Run" in state_text(experiment, None)


def test_a_variant_s_row_has_mean_and_deviation_over_its_seeds(experiment, run, log):
    columns = variant_columns("accuracy")
    row = values(columns, variant_rows(variant_results(experiment), run)[1])
    assert row["train_loss"] == Spread(
        pytest.approx(log[-1, 0, 2:].mean()), pytest.approx(log[-1, 0, 2:].std(ddof=1)), 2
    )
    assert row["validation_score"].mean == pytest.approx(log[-1, 3, 2:].mean())
    assert (row["epochs"], row["diverged"]) == (5, 0)
    assert row["best_epoch"] == np.median(log[:, 1, 2:].argmin(axis=0) + 1)


@pytest.mark.parametrize(("places", "shown"), [((1, 3), "3"), ((1, 2), "2.50")])
def test_a_median_epoch_is_whole_where_it_can_be(experiment, log, places, shown):
    log[:, 1, :2] = 1
    log[places[0], 1, 0] = log[places[1], 1, 1] = 0
    columns = variant_columns("accuracy")
    row = values(columns, variant_rows(variant_results(experiment), numbers_of(log))[0])
    assert cell_text(row["best_epoch"]) == shown


def test_a_seed_s_row_has_its_own_numbers_bit_for_bit(experiment, run, log):
    columns = seed_columns("accuracy")
    rows = seed_rows(variant_results(experiment), (1, 2, 3), run)
    assert [row.key for row in rows] == ["all/7", "all/8", "first/7", "first/8"]
    row = values(columns, rows[3])
    assert (row["name"], row["seed"]) == (experiment.variants[1].name, 8)
    metrics = ("train_loss", "validation_loss", "train_score", "validation_score")
    for column, metric in enumerate(metrics):
        assert np.float32(row[metric]) == log[-1, column, 3]
    assert row["best_epoch"] == log[:, 1, 3].argmin() + 1
    before = seed_rows(variant_results(experiment), (1, 2, 3), None)
    assert [row.key for row in before[:3]] == ["all/1", "all/2", "all/3"]


def test_a_diverged_seed_has_no_numbers_but_the_epoch_at_which_it_went(experiment, log):
    log[3:, :, 1] = np.nan
    run = numbers_of(log)
    columns, fixed = seed_columns("accuracy"), variant_results(experiment)
    gone, going = (values(columns, seed_rows(fixed, (), run)[place]) for place in (1, 0))
    assert (gone["train_loss"], gone["diverged"]) == (None, 4)
    assert gone["best_loss"] == log[:3, 1, 1].min()
    assert (going["train_loss"] is None, going["diverged"]) == (False, None)
    row = values(variant_columns("accuracy"), variant_rows(fixed, run)[0])
    assert (row["train_loss"].seeds, row["diverged"]) == (1, 1)


def test_a_variant_all_of_whose_seeds_diverged_says_so(experiment, log):
    log[3:, :, :2] = np.nan
    rows = variant_rows(variant_results(experiment), numbers_of(log))
    gone, going = (values(variant_columns("accuracy"), row) for row in rows)
    assert (cell_text(gone["train_loss"]), gone["diverged"]) == ("diverged", 2)
    assert spoken_cell(gone["train_loss"]) == "diverged"
    assert exact_cells(gone["train_loss"], spread=True) == ("diverged", "")
    assert cell_text(gone["validation_loss"]) == "–"
    assert (going["train_loss"].seeds, going["diverged"]) == (2, 0)
    words = ("diverged",)
    assert matching_places([row.values for row in rows], words) == [0]


def test_a_variant_that_the_run_does_not_train_waits_for_the_next_one(experiment, run):
    more = add_variant(experiment)
    rows = variant_rows(variant_results(more), run)
    assert len(rows) == 3
    row = values(variant_columns("accuracy"), rows[2])
    assert (row["train_loss"], row["epochs"], row["trainable"]) == (None, None, 641)
    assert "trained at the next run" in state_text(more, run)
    assert "next run" not in state_text(experiment, run)


def test_every_column_of_numbers_says_what_they_are():
    for columns in (variant_columns("accuracy"), seed_columns("R²")):
        assert all(
            column.tip and column.numeric for column in columns[2:] if column.key != "pattern"
        )
        assert len({column.key for column in columns}) == len(columns)
    tips = {column.key: column.tip for column in variant_columns("R²")}
    assert "sum of squares" in tips["validation_score"]
    assert "standard deviation" in tips["train_loss"]


def test_regression_has_another_score(experiment):
    assert score_name(experiment) == "accuracy"
    assert score_name(with_data(experiment, "diabetes")) == "R²"


def test_the_line_below_says_where_the_run_stands(experiment, run):
    assert state_text(experiment, run) == "Epoch 5 of 9 · mean ± sd over 2 seeds"
    assert state_text(experiment, run, single=True) == "Epoch 5 of 9"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("two\nlines", "two lines"),
        (200_960, "200,960"),
        (0.0108123, "0.0108"),
        (1e-6, "1.00e-6"),
        (NAN, "–"),
        (None, "–"),
        (Spread(0.0108123, 0.0031, 10), "0.0108 ± 0.0031"),
        (Spread(0.5, NAN, 1), "0.500"),
        (Spread(NAN, NAN, 0), "–"),
        (Signs("❄■", "frozen, trains"), "❄■"),
    ],
)
def test_a_cell_has_three_digits_or_a_dash(value, text):
    assert cell_text(value) == text


@pytest.mark.parametrize("deviation", [0.00436, 0.2, 31.4, 0.0, NAN])
def test_a_cell_and_a_card_of_the_lattice_say_the_same(deviation):
    spread = Spread(0.0138, deviation, 10)
    assert cell_text(spread) == spread_text(spread)


def test_words_are_read_for_signs_and_dashes(qapp):
    assert spoken_cell(Signs("❄■", "frozen, trains")) == "frozen, trains"
    assert spoken_cell(None) == "no number"
    assert tip_text(Spread(1 / 3, 0.1, 9), "a < b").startswith(f"<p>mean {1 / 3!r}, sd 0.1")
    assert tip_text("<b>", "a < b") == "<p>&lt;b&gt;<br>a &lt; b</p>"


def test_a_file_gets_every_digit_and_two_cells_for_a_spread():
    assert exact_cells(1 / 3) == (1 / 3,)
    assert exact_cells(Spread(1 / 3, 1 / 7, 9)) == (1 / 3, 1 / 7)
    assert exact_cells(None, spread=True) == ("", "")
    assert exact_cells(NAN) == ("",)
    assert exact_cells(Signs("❄■", "frozen, trains")) == ("frozen, trains",)
