"""Freeze patterns and capacity-fair controls: each once, named apart, exactly as many numbers."""

import itertools

import pytest
import torch
from experiment_strategies import classic
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import trainer_of
from stacks import STACKS, experiment_of, variant

from engine.backprop import layer_parameters, variant_counts
from engine.checks import experiment_problems
from engine.edits import apply_edits
from engine.errors import ExperimentError
from engine.experiment import parse_experiment
from engine.journal import RenameVariant, SetDetached, SetLearningRate, SetTrainable
from engine.patterns import (
    MOST_VARIED,
    capacity_controls,
    controls_of,
    spread,
    trained_layers,
    varied_layers,
    with_controls,
    with_every_pattern,
)
from engine.structure import insert_layer


def stack(name, **training):
    """One of the stacks, with a variant that trains every layer."""
    layers = STACKS[name]
    return experiment_of(layers, variant(layers, [True] * len(layers), "all"), **training)


def patterns(experiment):
    return [trained_layers(experiment, each) for each in experiment.variants]


def subsets_of_layers(layers):
    found = [itertools.combinations(layers, size) for size in range(len(layers) + 1)]
    return {frozenset(chosen) for chosen in itertools.chain(*found)}


@pytest.mark.parametrize("name", STACKS)
def test_every_way_to_freeze_is_there_exactly_once(name):
    experiment = with_every_pattern(stack(name))
    found = [frozenset(each) for each in patterns(experiment)]
    assert len(found) == len(set(found))
    assert set(found) == subsets_of_layers(varied_layers(experiment))
    assert experiment_problems(experiment) == ()


@pytest.mark.parametrize("name", STACKS)
def test_names_and_ids_tell_the_patterns_apart_and_survive_the_file(name):
    experiment = with_every_pattern(stack(name))
    assert len({each.id for each in experiment.variants}) == len(experiment.variants)
    assert len({each.name for each in experiment.variants}) == len(experiment.variants)
    assert parse_experiment(experiment.to_json()) == experiment


def test_names_say_what_trains():
    names = [each.name for each in with_every_pattern(stack("dense 3")).variants]
    assert names == [
        "all",
        "All but output",
        "All but dense-1",
        "All but dense-0",
        "Only dense-0",
        "Only dense-1",
        "Only output",
        "No layer",
    ]


def test_names_of_many_layers_say_the_shorter_half():
    layers = [f"hidden-{number}" for number in range(1, 4)]
    experiment = classic()
    for _ in range(2):
        experiment = insert_layer(experiment, 1)
    names = [each.name for each in with_every_pattern(experiment).variants]
    assert f"All but {layers[1]}" in names
    assert f"All but {layers[0]}, output" in names
    assert " + ".join(layers[:2]) in names
    assert max(map(len, names)) < 30


def test_variants_that_are_there_stay_first_and_are_not_made_again():
    before = classic()
    after = with_every_pattern(before)
    assert after.variants[: len(before.variants)] == before.variants
    assert len(after.variants) == 8
    assert with_every_pattern(after) == after
    assert after.replace(variants=before.variants) == before


def test_a_variant_at_other_rates_is_no_pattern_and_stays_beside_it():
    edit = SetLearningRate(variant="first", layer="hidden-1", learning_rate=0.5)
    experiment = with_every_pattern(apply_edits(classic(), [edit]))
    assert len(experiment.variants) == 9
    assert patterns(experiment).count(("hidden-1",)) == 2


def test_rates_and_what_does_not_vary_are_as_in_the_variant_they_are_like():
    edits = [
        SetLearningRate(variant="first", layer="hidden-1", learning_rate=0.25),
        SetTrainable(variant="first", layer="output", trainable=False),
    ]
    experiment = apply_edits(classic(), edits)
    made = with_every_pattern(experiment, ["hidden-1", "hidden-2"], like="first").variants[2:]
    assert {frozenset(trained_layers(experiment, each)) for each in made} == {
        frozenset(each) for each in ((), ("hidden-2",), ("hidden-1", "hidden-2"))
    }  # "first" itself is the pattern that trains hidden-1 alone
    for each in made:
        assert each.layers["hidden-1"].learning_rate == 0.25
        assert each.layers["output"] == experiment.variant("first").layers["output"]


def test_no_pattern_is_cut_off_or_trained_in_part():
    detached = apply_edits(classic(), [SetDetached(variant="all", layer="output", detached=True)])
    made = with_every_pattern(detached).variants[2:]
    plans = [plan for each in made for plan in each.layers.values()]
    assert not any(plan.detached or plan.subset for plan in plans)
    assert len(made) == 7  # all but "first", the one that stands there already


def test_a_layer_without_parameters_cannot_be_varied():
    with pytest.raises(ExperimentError, match="cannot be varied: drop; layers with parameters"):
        with_every_pattern(stack("without parameters"), ["dense", "drop"])


def test_too_many_layers_are_refused_with_how_many_patterns_they_have():
    layers = tuple(
        each.replace(id=f"dense-{number}")
        for number, each in enumerate([STACKS["dense 2"][0]] * MOST_VARIED)
    )
    layers = (*layers, STACKS["dense 2"][-1])
    experiment = experiment_of(layers, variant(layers, [True] * len(layers), "all"))
    with pytest.raises(ExperimentError, match="11 layers have 2,048 patterns"):
        with_every_pattern(experiment)
    ten = with_every_pattern(experiment, [each.id for each in layers[:MOST_VARIED]])
    assert len(set(map(frozenset, patterns(ten)))) == 1024
    assert len({each.id for each in ten.variants}) == 1024
    assert max(len(each.name) for each in ten.variants) <= 80
    edit = SetLearningRate(variant="all", layer="dense-0", learning_rate=0.5)
    with pytest.raises(ExperimentError, match="at most 1,024"):
        with_every_pattern(apply_edits(ten, [edit]), [each.id for each in layers[:MOST_VARIED]])


def trainable(experiment, each):
    return variant_counts(experiment, each).trainable


@pytest.mark.parametrize("name", [name for name in STACKS if name != "dense 1"])
def test_controls_train_exactly_as_many_parameters_but_not_the_same_ones(name):
    experiment = with_every_pattern(stack(name))
    parameters = layer_parameters(experiment)
    for each in experiment.variants:
        count = trainable(experiment, each)
        if count in (0, sum(parameters.values())):
            continue
        controls = capacity_controls(experiment, each.id)
        assert controls
        for control in controls:
            assert trainable(experiment, control) == count
            assert dict(control.layers) != dict(each.layers)
        with_them = with_controls(experiment, each.id)
        assert experiment_problems(with_them) == ()
        assert parse_experiment(with_them.to_json()) == with_them


def test_controls_of_one_layer_are_wherever_there_are_so_many_parameters():
    controls = capacity_controls(classic(), "first")  # trains the 496 of hidden-1
    assert [each.name for each in controls] == ["496 anywhere"]
    last = with_every_pattern(classic()).variants[-2]
    assert trained_layers(classic(), last) == ("output",)
    controls = capacity_controls(classic().replace(variants=(last,)), last.id)
    assert [each.name for each in controls] == [
        "9 of hidden-1",
        "9 of hidden-2",
        "9 of the other layers",
        "9 anywhere",
    ]
    assert [trained_layers(classic(), each) for each in controls] == [
        ("hidden-1",),
        ("hidden-2",),
        ("hidden-1", "hidden-2"),
        ("hidden-1", "hidden-2"),  # of 9 the output's share is less than half a parameter
    ]


def test_a_trained_control_moves_exactly_so_many_numbers():
    wine = stack("dense 3", seeds=(3, 4))
    output = next(v for v in with_every_pattern(wine).variants if v.name == "Only output")
    experiment = with_controls(wine.replace(variants=(output,)), output.id)
    trainer = trainer_of(experiment)
    while trainer.epoch < 3:
        trainer.step()
    moved = torch.zeros(trainer.network.members, dtype=torch.int64)
    for layer in trainer.network.layers:
        moved += (layer.flat_parameters() != trainer.start[layer.id]).sum(dim=1)
    assert len(experiment.variants) == 5
    assert moved.tolist() == [27] * 10  # tanh: no unit is dead


def test_what_trains_nothing_or_everything_has_no_controls():
    experiment = with_every_pattern(classic())
    for each, words in ((experiment.variants[0], "every parameter"), (experiment.variants[-1], "")):
        with pytest.raises(ExperimentError, match=f"{words}: there is no control"):
            capacity_controls(experiment, each.id)


def test_controls_are_not_made_twice():
    once = with_controls(classic(), "first")
    assert len(once.variants) == 3
    assert with_controls(once, "first") == once


def test_the_controls_of_a_variant_are_known_whatever_they_are_called():
    experiment = with_every_pattern(classic())
    last = experiment.variants[-2].id
    assert controls_of(experiment, last) == ()
    once = with_controls(experiment, last)
    added = tuple(each.id for each in once.variants[len(experiment.variants) :])
    assert (controls_of(once, last), len(added)) == (added, 3)
    assert "9 anywhere" not in [each.name for each in once.variants]  # is as in the other layers
    renamed = apply_edits(once, [RenameVariant(variant=added[-1], name="Mine")])
    assert controls_of(renamed, last) == added
    everything, nothing = experiment.variants[0].id, experiment.variants[-1].id
    assert controls_of(once, everything) == controls_of(once, nothing) == ()
    faster = [SetLearningRate(variant=added[0], layer="hidden-1", learning_rate=0.5)]
    assert controls_of(apply_edits(once, faster), last) == added[1:]


def test_layers_without_parameters_do_in_a_control_what_they_do_in_the_variant():
    """A dropout that would be frozen would drop nothing: the control would differ in that, too."""
    experiment = with_every_pattern(stack("without parameters"))
    each = next(v for v in experiment.variants if trained_layers(experiment, v) == ("dense",))
    for control in capacity_controls(experiment, each.id):
        for layer in ("flat", "drop"):
            assert control.layers[layer] == each.layers[layer]


@given(
    sizes=st.lists(st.integers(1, 10**9), min_size=1, max_size=12),
    share=st.floats(0, 1),
)
@settings(max_examples=300, deadline=None)
def test_spread_is_exact_fair_and_never_more_than_there_is(sizes, share):
    parameters = {f"layer-{at}": size for at, size in enumerate(sizes)}
    total = sum(sizes)
    number = min(int(share * total), total)
    shares = spread(number, parameters)
    assert list(shares) == list(parameters)
    assert sum(shares.values()) == number
    for layer, size in parameters.items():
        assert 0 <= shares[layer] <= size
        assert abs(shares[layer] * total - number * size) < total * (1 + 1e-6)  # within one
