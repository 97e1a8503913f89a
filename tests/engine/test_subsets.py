"""Random subsets as values: which parameters are chosen, what counts them, what refuses them."""

import json

import numpy as np
import pytest
from experiment_strategies import classic, experiment_of
from hypothesis import given
from hypothesis import strategies as st
from oracle import trainer_of

from engine.backprop import variant_backward_cost, variant_counts
from engine.edits import apply_edit, live_edits, plan_edits, with_plan, with_variant
from engine.errors import ExperimentError
from engine.experiment import Subset, parse_experiment
from engine.journal import SetLearningRate, SetTrainable
from engine.structure import add_variant, duplicate_layer, duplicate_variant
from engine.subsets import subset_of
from engine.values import MAX_SEED

CLASSIC = classic()
SEEDS = st.integers(0, MAX_SEED)


def with_subset(experiment, layer, subset, variant="all", **plan):
    """The experiment where one variant trains only this part of a layer."""
    changed = with_plan(experiment, experiment.variant(variant), layer, subset=subset, **plan)
    return with_variant(experiment, changed)


@given(st.integers(1, 400), st.data(), SEEDS, SEEDS)
def test_exactly_as_many_are_chosen_and_larger_subsets_hold_smaller_ones(n, data, own, member):
    smaller, larger = sorted(data.draw(st.tuples(st.integers(1, n), st.integers(1, n))))
    few = subset_of(Subset(count=smaller, seed=own), "hidden", member, n)
    many = subset_of(Subset(count=larger, seed=own), "hidden", member, n)
    assert (few.sum(), many.sum(), few.shape) == (smaller, larger, (n,))
    assert not (few & ~many).any()
    again = subset_of(Subset(count=smaller, seed=own), "hidden", member, n)
    np.testing.assert_array_equal(few, again)


def test_no_subset_chooses_all_and_so_does_one_as_large_as_the_layer():
    assert subset_of(None, "hidden", 0, 5).all()
    assert subset_of(Subset(count=5), "hidden", 0, 5).all()


def test_the_choice_depends_on_each_of_its_seeds_and_on_the_layer():
    drawn = [
        subset_of(Subset(count=50, seed=own), layer, member, 100).tobytes()
        for own in (0, 1)
        for layer in ("hidden-1", "hidden-2")
        for member in (0, 1)
    ]
    assert len(set(drawn)) == len(drawn)


def test_every_parameter_is_equally_likely_and_chosen_independently_of_its_neighbour():
    drawn = np.array([subset_of(Subset(count=10), "hidden", seed, 40) for seed in range(4000)])
    expected, error = 0.25, np.sqrt(0.25 * 0.75 / 4000)
    assert (abs(drawn.mean(axis=0) - expected) < 4 * error).all()
    together = (drawn[:, :-1] & drawn[:, 1:]).mean(axis=0)
    pairs = 10 / 40 * 9 / 39
    assert (abs(together - pairs) < 4 * np.sqrt(pairs * (1 - pairs) / 4000)).all()


def test_the_counts_are_those_of_the_subsets():
    part = with_subset(CLASSIC, "hidden-1", Subset(count=9))
    counts = variant_counts(part, part.variant("all"))
    assert (counts.total, counts.trainable, counts.non_trainable) == (641, 9 + 136 + 9, 487)
    both = with_subset(part, "hidden-2", Subset(count=136))
    assert variant_counts(both, both.variant("all")).trainable == 154
    assert variant_counts(part, part.variant("first")).trainable == 496
    frozen = apply_edit(part, SetTrainable(variant="all", layer="hidden-1", trainable=False))
    assert variant_counts(frozen, frozen.variant("all")).trainable == 145


def test_a_subset_saves_nothing_of_the_backward_pass():
    """Its products are computed whole: a control as large as the last layer costs as much."""
    part = with_subset(CLASSIC, "hidden-1", Subset(count=9))
    cost = variant_backward_cost(part, part.variant("all"))
    assert cost == variant_backward_cost(CLASSIC, CLASSIC.variant("all"))


def test_a_subset_is_kept_in_the_file_and_one_without_the_field_has_none():
    part = with_subset(CLASSIC, "hidden-1", Subset(count=9, seed=4))
    assert parse_experiment(part.to_json()) == part
    raw = json.loads(part.to_json())
    plans = raw["variants"][0]["layers"]
    assert plans["hidden-1"]["subset"] == {"count": 9, "seed": 4}
    for variant in raw["variants"]:
        for plan in variant["layers"].values():
            del plan["subset"]
    assert parse_experiment(json.dumps(raw)) == CLASSIC


@pytest.mark.parametrize("wrong", [{"count": 0}, {"count": 1.5}, {}, {"count": 1, "seed": -1}])
def test_what_is_no_subset_is_refused_with_its_place(wrong):
    raw = json.loads(CLASSIC.to_json())
    raw["variants"][0]["layers"]["hidden-1"]["subset"] = wrong
    with pytest.raises(ExperimentError, match=r"variants\[0\].layers.hidden-1.subset"):
        parse_experiment(json.dumps(raw))


def test_no_edit_leads_to_another_subset_but_edits_pass_it_by():
    part = with_subset(CLASSIC, "hidden-1", Subset(count=9))
    assert live_edits(CLASSIC, part) is None
    assert live_edits(part, with_subset(CLASSIC, "hidden-1", Subset(count=9, seed=1))) is None
    assert plan_edits(CLASSIC, part) == ()
    slower = SetLearningRate(variant="all", layer="hidden-1", learning_rate=1e-4)
    assert live_edits(part, apply_edit(part, slower)) == (slower,)


def test_copies_of_variants_and_layers_keep_the_subset_and_a_new_variant_has_none():
    part = with_subset(CLASSIC, "hidden-1", Subset(count=9))
    copy = duplicate_variant(part, "all").variants[1]
    assert copy.layers == part.variant("all").layers
    doubled = duplicate_layer(with_subset(CLASSIC, "hidden-2", Subset(count=9)), "hidden-2")
    assert [plan.subset for plan in doubled.variant("all").layers.values()].count(
        Subset(count=9)
    ) == 2
    added = add_variant(part).variants[-1]
    assert not any(plan.subset for plan in added.layers.values())


def moved(experiment, steps=3):
    """Per layer, which parameters of every member moved in a few steps, (M, parameters)."""
    trainer = trainer_of(experiment)
    for _ in range(steps):
        trainer.step()
    layers = trainer.network.layers
    return {layer.id: layer.flat_parameters() != trainer.start[layer.id] for layer in layers}


def test_equal_seeds_choose_alike_in_every_variant_whatever_else_trains():
    experiment = experiment_of(16, 8, 1)
    training = experiment.training.replace(seeds=(1, 2), initialization="he_uniform")
    experiment = with_subset(experiment.replace(training=training), "output", Subset(count=5))
    experiment = duplicate_variant(experiment, "all")
    second = experiment.variants[1]
    for layer in ("hidden-1", "hidden-2"):
        second = with_plan(experiment, second, layer, trainable=False)
    found = moved(with_variant(experiment, second))["output"]
    first_variant, second_variant = found[:2], found[2:]
    assert (first_variant == second_variant).all()
    assert (found[0] != found[1]).any()  # another seed chooses otherwise
    for member, seed in zip(found.numpy(), (1, 2, 1, 2), strict=True):
        chosen = subset_of(Subset(count=5), "output", seed, 9)
        assert not (member & ~chosen).any()
