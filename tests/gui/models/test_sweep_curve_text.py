"""What is said around and in the plot of a sweep."""

from engine.sweep import cells
from gui.models.sweep_curve_text import (
    across_title,
    best_caption,
    caption,
    edge_text,
    point_text,
    up_title,
)
from gui.models.sweep_curves import CurveChoice
from tests.gui.sweep_results import base, maker_of, results_of, sweep_of

RATE = ("learning_rate", (0.001, 0.01, 0.1))


def rising(cell, variant, seed):
    """All is best at the first rate, First at the last."""
    return 0.1 * (cell + 1 if variant == "all" else 3 - cell) + 0.01 * seed


def shown(sweep, results=None, measure="validation_loss", axis="learning_rate"):
    found = results_of(cells(sweep), rising) if results is None else results
    return maker_of(sweep).curves(found, CurveChoice(axis, measure))


def test_a_caption_says_what_a_point_is_and_what_is_fixed():
    assert caption(shown(sweep_of(RATE))) == "mean ± sd over 3 seeds"
    both = sweep_of(RATE, ("training.optimizer", ("sgd", "adam")))
    assert caption(shown(both)) == "mean ± sd over 3 seeds · optimizer: SGD"


def test_a_caption_says_nothing_of_a_spread_over_one_seed():
    alone = shown(sweep_of(RATE, experiment=base((5,))))
    assert "one seed" in caption(alone)
    assert "±" not in caption(alone)
    assert "Lowest at learning rate" in best_caption(alone)


def test_captions_say_what_is_missing_and_what_diverged():
    sweep = sweep_of(RATE)
    some = shown(sweep, results_of(cells(sweep), rising)[:8])
    assert caption(some) == "mean ± sd over the seeds so far, of 3"
    assert "so far" in best_caption(some)
    gone = results_of(cells(sweep), rising, lambda cell, _, seed: (cell, seed) == (0, 1))
    assert "✕ diverged seeds, left out of the mean" in caption(shown(sweep, gone))
    assert "1e-3 for All (2 of 3 seeds)" in best_caption(shown(sweep, gone))


def test_the_best_points_are_named_by_value():
    words = best_caption(shown(sweep_of(RATE)))
    assert words == "○ Lowest mean at learning rate 1e-3 for All · 0.1 for First"
    score = best_caption(shown(sweep_of(RATE), measure="train_score"))
    assert score == "○ Highest mean at learning rate 1e-3 for All · 0.1 for First"
    assert best_caption(shown(sweep_of(RATE), measure="best_epoch")) == ""


def test_many_variants_with_one_best_value_are_counted():
    experiment = base()
    first = experiment.variants[0]
    many = tuple(first.replace(id=f"v{i}", name=f"V{i}") for i in range(5))
    sweep = sweep_of(RATE, experiment=experiment.replace(variants=many))
    results = results_of(cells(sweep), lambda cell, *_: 1.0 + cell)
    assert best_caption(shown(sweep, results)) == (
        "○ Lowest mean at learning rate 1e-3 for 5 variants"
    )


def test_many_best_values_are_counted():
    experiment = base()
    first = experiment.variants[0]
    many = tuple(first.replace(id=f"v{i}", name=f"V{i}") for i in range(6))
    rates = ("learning_rate", (0.01, 0.02, 0.03, 0.04, 0.05, 0.06))
    sweep = sweep_of(rates, experiment=experiment.replace(variants=many))
    results = results_of(cells(sweep), lambda cell, v, _: 1.0 if cell == int(v[1:]) else 2.0)
    words = best_caption(shown(sweep, results))
    assert words.endswith("0.04 for V3 · + 2 more values")


def test_variants_as_places_are_named_alone():
    sweep = sweep_of()
    assert best_caption(shown(sweep, axis="variant")) == "○ Lowest mean: All"


def test_the_axes_say_how_they_are_scaled():
    curves = shown(sweep_of(RATE))
    assert across_title(curves) == "learning rate (logarithmic)"
    assert up_title(curves, log=False) == "held-out loss"
    assert up_title(curves, log=True) == "held-out loss (logarithmic)"
    even = sweep_of(("training.weight_decay", (0.0, 1e-4, 1e-2)))
    assert across_title(shown(even, axis="training.weight_decay")) == "weight decay (evenly spaced)"
    linear = sweep_of(("training.epochs", (2, 4)))
    assert across_title(shown(linear, axis="training.epochs")) == "epochs"


def test_a_point_says_where_it_is_its_number_and_of_how_many():
    curves = shown(sweep_of(RATE))
    curve = curves.curves[0]
    text = point_text(curves, curve, curve.points[0])
    assert text.head == "learning rate 1e-3"
    assert text.name == "All"
    assert text.number == "held-out loss 0.120 ± 0.010"
    assert text.notes == ("mean ± sd of 3 seeds", "Lowest mean of this variant")
    assert "Lowest mean" not in point_text(curves, curve, curve.points[1]).spoken


def test_a_point_says_which_seeds_are_not_in_its_mean():
    sweep = sweep_of(RATE)
    gone = results_of(cells(sweep), rising, lambda cell, _, seed: cell == 2 or seed + cell == 1)
    curves = shown(sweep, gone)
    some, none = curves.curves[0].points[0], curves.curves[0].points[2]
    assert edge_text(some) == "✕ 1/3"
    assert edge_text(some, brief=True) == "✕"
    notes = point_text(curves, curves.curves[0], some).notes
    assert notes[0] == "1 of 3 seeds diverged; the mean is of the other 2"
    dead = point_text(curves, curves.curves[0], none)
    assert dead.number == "held-out loss –"
    assert dead.notes == ("3 of 3 seeds diverged",)


def test_a_point_says_how_many_seeds_have_finished():
    sweep = sweep_of(RATE)
    curves = shown(sweep, results_of(cells(sweep), rising)[:2])
    text = point_text(curves, curves.curves[0], curves.curves[0].points[0])
    assert text.notes == ("2 of 3 seeds have finished",)


def test_where_nothing_is_held_out_a_point_says_that_there_is_no_number():
    shares = ("data.validation_fraction", (0.0, 0.25))
    sweep = sweep_of(shares)
    results = [
        result if result.cell else result.replace(validation_loss=None)
        for result in results_of(cells(sweep), rising)
    ]
    curves = shown(sweep, results, axis="data.validation_fraction")
    point = curves.curves[0].points[0]
    assert edge_text(point) == "no number"
    assert point_text(curves, curves.curves[0], point).notes == ("no run has this number",)
