"""What stands on a card, in its tooltip, and how cards are sorted."""

import math
from dataclasses import replace

import numpy as np
import pytest

from engine.experiment import Experiment
from engine.patterns import with_controls, with_every_pattern
from gui.models.lattice import LatticeRow, arrange
from gui.models.lattice_cards import MEASURES, LatticeCard, sorted_ids
from gui.models.lattice_text import (
    axes_text,
    card_lines,
    card_text,
    card_tip,
    measure_text,
    row_title,
    spread_text,
)
from gui.models.variant_results import Spread, VariantResult, variant_results
from tests.gui.live_bench import points


@pytest.fixture
def experiment() -> Experiment:
    return points(seeds=(1, 2, 3))


def results(experiment: Experiment, **columns: list[float]) -> tuple[VariantResult, ...]:
    """After two epochs; a column's values are those of the six members in the second one."""
    table = np.full((2, 4, 6), 0.5, np.float32)
    names = ("train", "held_out", "train_score", "held_out_score")
    for name, values in columns.items():
        table[1, names.index(name)] = values
    return variant_results(experiment, table)


def card(result: VariantResult, **fields: object) -> LatticeCard:
    return replace(LatticeCard(result, seeds=3, state="trained"), **fields)  # type: ignore[arg-type]


def test_a_card_says_mean_and_deviation_and_the_best_epoch(experiment: Experiment) -> None:
    first, _ = results(
        experiment, train=[0.1, 0.2, 0.3, 1, 1, 1], held_out=[0.4, 0.6, 0.4, 1, 1, 1]
    )
    text = card_text(card(first))
    assert text.train == "0.200 ± 0.10"
    assert text.held_out == "0.467 ± 0.12"
    assert text.best == "best epoch 2"  # two of three seeds: the median
    assert (text.name, text.parameters, text.cost) == ("All", "trains 35", "cost 100 %")
    assert text.note == ""


@pytest.mark.parametrize(
    ("mean", "deviation", "expected"),
    [
        (0.045, 0.012, "0.0450 ± 0.012"),
        (0.045, 0.01, "0.0450 ± 0.010"),
        (1.2e-5, 3.14e-7, "1.20e-5 ± 3.1e-7"),
        (1234.0, 120.0, "1230 ± 120"),
        (0.5, 0.0, "0.500 ± 0"),
        (0.5, math.nan, "0.500"),
        (math.nan, math.nan, "not finite"),
    ],
)
def test_spreads_have_three_and_two_digits(mean: float, deviation: float, expected: str) -> None:
    assert spread_text(Spread(mean, deviation, 3)) == expected


def test_without_a_number_stands_a_dash() -> None:
    assert spread_text(None) == "–"


def test_a_card_says_why_it_has_no_numbers_or_fewer(experiment: Experiment) -> None:
    fresh = variant_results(experiment)[0]
    assert card_text(card(fresh, state="not trained")).note == "not trained yet"
    assert card_text(card(fresh, state="next run")).note == "at the next run"
    first, second = results(experiment, train=[math.nan, 0.2, 0.3, *[math.nan] * 3])
    some, all_of_them = card_text(card(first)), card_text(card(second))
    assert (some.note, some.is_problem) == ("1 of 3 seeds diverged", True)
    assert some.train == "0.250 ± 0.071"  # of those that are left
    assert (all_of_them.note, all_of_them.train) == ("diverged", "not finite")
    assert not card_text(card(results(experiment)[0])).is_problem


def test_the_tooltip_has_all_numbers_in_words_and_names_are_no_markup(
    experiment: Experiment,
) -> None:
    first = replace(results(experiment, held_out=[0.6] * 6)[0], name="<b>bold</b>")
    lines = card_lines(card(first))
    assert lines[0] == "<b>bold</b>"
    assert "trains, trains, trains" in lines
    assert "Trains 35 of 35 parameters: weights and biases." in lines
    assert any(line.startswith("Backward cost 100 %: multiply-adds") for line in lines)
    assert "After epoch 2, mean ± standard deviation of 3 seeds:" in lines
    assert "accuracy 0.500 ± 0" in lines
    assert "Lowest held-out loss at epoch 1, the median of the seeds." in lines
    assert card_tip(card(first)).startswith("<b>&lt;b&gt;bold&lt;/b&gt;</b><br>")


def test_where_nothing_changes_no_epoch_is_called_the_best(experiment: Experiment) -> None:
    still = card(results(experiment)[0])
    assert card_text(still).best == ""
    assert card_text(still).held_out == "0.500 ± 0"
    assert "lowest held-out loss 0.500 ± 0" in card_lines(still)
    assert not any("at epoch" in line for line in card_lines(still))


def test_of_one_seed_no_deviation_is_told() -> None:
    one = points()
    first = variant_results(one, np.full((2, 4, 2), 0.5, np.float32))[0]
    lines = card_lines(LatticeCard(first, seeds=1, state="trained"))
    assert "After epoch 2, one seed:" in lines
    assert "training loss 0.500" in lines


def test_rows_are_titled_by_what_they_train(experiment: Experiment) -> None:
    every = with_controls(with_every_pattern(experiment), "last")
    lattice = arrange(every)
    assert [row_title(row, lattice) for row in lattice.rows] == [
        "all 3 layers train",
        "2 of 3 layers train",
        "1 of 3 layers train",
        "nothing trains",
        "others: other rates, parts of layers, detached layers",
    ]
    assert row_title(LatticeRow(2, ()), lattice) == "2 of 3 layers train"


def test_cards_are_sorted_the_lowest_first_but_scores_the_highest(experiment: Experiment) -> None:
    found = results(
        experiment,
        train=[0.3, 0.3, 0.3, 0.1, 0.1, 0.1],
        held_out=[0.1, 0.1, 0.1, 0.3, 0.3, 0.3],
        held_out_score=[0.9, 0.9, 0.9, 0.8, 0.8, 0.8],
    )
    cards = [card(each) for each in found]
    orders = {measure: sorted_ids(cards, measure) for measure in MEASURES}
    assert orders == {
        "train_loss": ("last", "all"),
        "validation_loss": ("all", "last"),
        "best_validation_loss": ("all", "last"),
        "score": ("all", "last"),
        "trainable": ("last", "all"),
        "backward_cost": ("last", "all"),
    }


def test_what_has_no_number_is_sorted_to_the_end(experiment: Experiment) -> None:
    first, second = results(experiment, train=[*[math.nan] * 3, 0.3, 0.3, 0.3])
    assert sorted_ids([card(first), card(second)], "train_loss") == ("last", "all")
    fresh = [card(each) for each in variant_results(experiment)]
    assert sorted_ids(fresh, "validation_loss") == ("all", "last")  # as they stand


def test_without_held_out_rows_the_score_is_that_of_the_training_rows(
    experiment: Experiment,
) -> None:
    none = [math.nan] * 6
    table = np.full((1, 4, 6), 0.5, np.float32)
    table[:, [1, 3]] = none
    table[0, 2] = [0.7, 0.7, 0.7, 0.9, 0.9, 0.9]
    cards = [card(each) for each in variant_results(experiment, table)]
    assert sorted_ids(cards, "score") == ("last", "all")
    assert card_text(cards[0]).held_out == "–"
    assert "accuracy 0.700 ± 0" in card_lines(cards[0])


def test_the_key_says_what_lines_and_axes_are() -> None:
    assert axes_text(0.01, 1.0, True, 1000, True) == (
        "solid train, dashed held-out · loss 0.0100 … 1.00, logarithmic · "
        "1,000 epochs, equal axes on every card"
    )
    assert axes_text(0, 2.0, False, 5, False).startswith("solid train · loss 0 … 2.00 · 5 epochs")
    assert measure_text("score", "R²") == "R², highest first"
