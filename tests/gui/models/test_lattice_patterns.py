"""What "All freeze patterns…" counts and makes, before anything is done."""

import pytest

from engine.experiment import Experiment
from engine.layer_specs import Dense
from engine.patterns import trained_layers, with_every_pattern
from gui.models.lattice_patterns import plan_patterns, plan_text, usually_varied
from tests.gui.every_kind import every_kind
from tests.gui.live_bench import points

LAYERS = ("hidden", "middle", "output")


def test_projections_stay_frozen_unless_asked_for() -> None:
    varied = usually_varied(every_kind())
    assert varied == ("hidden-1", "batch-norm-1", "residual-1", "layer-norm-1", "output")


def test_the_plan_is_the_experiment_with_every_pattern_and_so_many_seeds() -> None:
    plan = plan_patterns(points(), LAYERS, 10, "all")
    assert plan.experiment is not None
    assert plan.problem == ""
    assert plan.experiment.training.seeds == tuple(range(1, 11))
    assert plan.experiment.variants == with_every_pattern(points()).variants
    assert (plan.patterns, plan.new) == (8, 6)
    assert plan_text(plan) == "2³ = 8 patterns × 10 seeds = 80 runs trained together; " + (
        "6 patterns are new"
    )


def test_as_many_seeds_as_before_stay_the_same_ones() -> None:
    plan = plan_patterns(points(seeds=(7, 3)), LAYERS, 2, "all")
    assert plan.seeds == (7, 3)
    assert plan_patterns(points(seeds=(7, 3)), LAYERS, 3, "all").seeds == (7, 8, 9)


def test_only_the_chosen_layers_vary() -> None:
    plan = plan_patterns(points(), ("hidden",), 1, "last")
    assert plan.experiment is not None
    made = plan.experiment.variants[2:]
    assert [trained_layers(plan.experiment, each) for each in made] == [("hidden", "output")]
    assert plan_text(plan) == (
        "2¹ = 2 patterns × 1 seed = 2 runs trained together; 1 pattern is new; "
        "with the other variants 3 runs"
    )


def test_nothing_new_is_said_so() -> None:
    plan = plan_patterns(with_every_pattern(points()), LAYERS, 1, "all")
    assert plan_text(plan).endswith("; none is new")


def deep(experiment: Experiment, layers: int) -> Experiment:
    """The same with so many hidden layers."""
    hidden = tuple(Dense(id=f"hidden-{at}", units=8) for at in range(layers))
    every = (*hidden, experiment.layers[-1])
    plan = experiment.variants[0].layers["hidden"]
    variant = experiment.variants[0].replace(layers={each.id: plan for each in every})
    return experiment.replace(layers=every, variants=(variant,))


@pytest.mark.parametrize(
    ("layers", "seeds", "words"),
    [
        (0, 1, "Tick at least one layer"),
        (11, 1, "11 layers have 2,048 patterns; vary at most 10"),
        (9, 1000, "above the limit"),
    ],
)
def test_what_is_in_the_way_is_said(layers: int, seeds: int, words: str) -> None:
    experiment = deep(points(), 11)
    varied = [layer.id for layer in experiment.layers[:layers]]
    plan = plan_patterns(experiment, varied, seeds, "all")
    assert words in plan.problem
    if layers > 10:
        assert plan.experiment is None
        assert plan_text(plan).startswith("2¹¹ = 2,048 patterns × 1 seed = 2,048 runs")
