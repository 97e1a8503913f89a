"""What fields cannot see alone: accepted combinations, and refusals with their paths."""

import subprocess
import sys

import pytest
from experiment_strategies import classic, experiment_of, experiments
from hypothesis import HealthCheck, given, settings

from engine.checks import checked, experiment_problems, resolved_loss
from engine.datasets.loading import load_dataset
from engine.edits import with_plan, with_variant
from engine.errors import DatasetError, ExperimentError
from engine.experiment import LayerPlan, Subset
from engine.layer_specs import PCA, BatchNorm, Dense, Dropout, Flatten, LayerNorm, Residual
from engine.structure import insert_layer, replace_layer
from engine.trainer import Trainer

MSE, BCE, CE = "mean_squared_error", "binary_cross_entropy", "cross_entropy"


def experiment_with(data, units, activation, loss="auto", **fields):
    experiment = experiment_of(4, units, output=activation, data=data)
    return experiment.replace(training=experiment.training.replace(loss=loss, **fields))


def paths_of(experiment):
    return [problem.path for problem in experiment_problems(experiment)]


@pytest.mark.parametrize(
    ("data", "units", "activation", "loss", "resolved"),
    [
        ("breast_cancer", 1, "sigmoid", "auto", BCE),
        ("breast_cancer", 1, "linear", "auto", BCE),
        ("moons", 1, "sigmoid", BCE, BCE),
        ("moons", 2, "linear", "auto", CE),
        ("moons", 2, "linear", CE, CE),
        ("moons", 1, "tanh", MSE, MSE),
        ("moons", 2, "relu", MSE, MSE),
        ("wine", 3, "linear", "auto", CE),
        ("blobs", 3, "linear", CE, CE),
        ("digits", 10, "sigmoid", MSE, MSE),
        ("diabetes", 1, "linear", "auto", MSE),
        ("diabetes", 1, "relu", MSE, MSE),
    ],
)
def test_what_fits_together_has_no_problems(data, units, activation, loss, resolved):
    experiment = experiment_with(data, units, activation, loss)
    assert experiment_problems(experiment) == ()
    assert checked(experiment) is experiment
    assert resolved_loss(experiment) == resolved


@pytest.mark.parametrize(
    ("data", "units", "activation", "loss", "path", "says"),
    [
        ("moons", 3, "linear", "auto", "layers[1].units", "must be 1 or 2 for Moons (2 classes)"),
        ("moons", 2, "linear", BCE, "layers[1].units", "must be 1 for Moons (2 classes) under bin"),
        ("moons", 1, "linear", CE, "layers[1].units", "must be 2 for Moons (2 classes) under cro"),
        ("moons", 1, "relu", "auto", "layers[1].activation", "sigmoid or linear, not relu"),
        ("moons", 2, "sigmoid", "auto", "layers[1].activation", "must be linear, not sigmoid"),
        ("wine", 1, "linear", "auto", "layers[1].units", "must be 3 for Wine (3 classes), not 1"),
        ("wine", 2, "relu", MSE, "layers[1].units", "must be 3"),
        ("wine", 3, "sigmoid", "auto", "layers[1].activation", "must be linear, not sigmoid"),
        ("wine", 3, "linear", BCE, "training.loss", "choose auto, cross_entropy or mean_squared"),
        ("diabetes", 2, "linear", "auto", "layers[1].units", "must be 1 for Diabetes"),
        ("diabetes", 1, "linear", CE, "training.loss", "choose auto or mean_squared_error"),
        ("diabetes", 1, "sigmoid", BCE, "training.loss", "does not suit Diabetes (a number"),
    ],
)
def test_what_does_not_fit_is_named_with_what_would(data, units, activation, loss, path, says):
    experiment = experiment_with(data, units, activation, loss)
    (problem,) = experiment_problems(experiment)
    assert problem.path == path
    assert says in problem.message
    with pytest.raises(ExperimentError, match=r"was refused"):
        checked(experiment)


def test_an_unknown_data_set_is_answered_with_the_names_there_are():
    (problem,) = experiment_problems(experiment_of(1, data="brest_cancer"))
    assert problem.path == "data.name"
    assert "'brest_cancer'" in problem.message
    assert "breast_cancer, digits" in problem.message
    with pytest.raises(DatasetError):
        resolved_loss(experiment_of(1, data="brest_cancer"))


def test_all_problems_come_at_once():
    experiment = experiment_of(
        65_536, 65_536, output="tanh", data="wine", validation_fraction=0.001
    )
    training = experiment.training.replace(loss=BCE, batch_size=1000, seeds=tuple(range(200)))
    assert paths_of(experiment.replace(training=training)) == [
        "data.validation_fraction",
        "training.loss",
        "layers[1].units",
        "layers[1].activation",
        "layers",
        "training.batch_size",
        "training.seeds",
    ]


def test_too_many_members_for_what_an_epoch_keeps_are_refused():
    experiment = experiment_with("mnist_5k", 10, "linear")
    many = experiment.training.replace(seeds=tuple(range(1000)))
    narrow = experiment.layers[0].replace(units=1)
    few = experiment.replace(layers=(narrow, experiment.layers[-1]))
    assert "training.seeds" not in paths_of(few)
    crowd = tuple(few.variants[0].replace(id=f"v{n}") for n in range(6))
    (problem, *_) = (
        p
        for p in experiment_problems(few.replace(training=many, variants=crowd))
        if p.path == "training.seeds"
    )
    assert "6 variants × 1,000 seeds" in problem.message


def test_too_many_parameters_are_refused_with_the_numbers():
    experiment = classic()
    wide = experiment.layers[0].replace(units=6_000), experiment.layers[1].replace(units=6_000)
    experiment = experiment.replace(layers=(*wide, experiment.layers[2]))
    one_seed = 30 * 6_000 + 6_000 + 6_000 * 6_000 + 6_000 + 6_001
    assert paths_of(experiment) == []
    seeds = experiment.training.replace(seeds=(1, 2, 3))
    (problem,) = experiment_problems(experiment.replace(training=seeds))
    assert problem.path == "layers"
    assert f"{one_seed:,} parameters × 6 members (2 variants × 3 seeds)" in problem.message
    assert f"{one_seed * 6:,}, above the limit of 200,000,000" in problem.message


def test_the_limit_of_parameters_is_the_last_number_accepted():
    # 784 u + u + 10 u + 10 parameters; the fields allow enough seeds to pass 200 million.
    experiment = experiment_with("mnist_5k", 10, "linear", batch_size=1)
    wide = experiment.layers[0].replace(units=2_000)  # 1,590,010 parameters
    experiment = experiment.replace(layers=(wide, experiment.layers[1]))
    for members, paths in [(125, []), (126, ["layers"])]:
        seeds = experiment.training.replace(seeds=tuple(range(members)))
        assert paths_of(experiment.replace(training=seeds)) == paths


def test_a_batch_that_would_not_fit_in_memory_is_refused_and_a_smaller_one_is_not():
    experiment = experiment_with("mnist_5k", 10, "linear", batch_size=1_000_000)
    seeds = experiment.training.replace(seeds=tuple(range(100)))
    (problem,) = experiment_problems(experiment.replace(training=seeds))
    assert problem.path == "training.batch_size"
    assert problem.message.startswith("4,000 rows × 798 inputs and units × 100 members")
    assert paths_of(experiment.replace(training=seeds.replace(batch_size=32))) == []


def test_what_a_residual_block_computes_inside_takes_memory_too():
    block = Residual(id="block", units=60_000)
    experiment = with_hidden(block)
    seeds = experiment.training.replace(seeds=tuple(range(30)), batch_size=455)
    (problem,) = (
        p
        for p in experiment_problems(experiment.replace(training=seeds))
        if p.path == "training.batch_size"
    )
    assert problem.message.startswith("455 rows × 60,061 inputs and units × 30 members")


@pytest.mark.parametrize(
    ("below", "units", "fits"),
    [
        ([], 30, True),
        ([], 31, False),
        ([Dense(id="dense", units=4)], 4, True),
        ([Dense(id="dense", units=4)], 5, False),
        ([Residual(id="block", units=2), Dropout(id="drop")], 30, True),
        ([PCA(id="below", units=3), BatchNorm(id="norm")], 4, False),
    ],
)
def test_a_projection_has_at_most_as_many_components_as_values_reach_it(below, units, fits):
    experiment = with_hidden(*below, PCA(id="projection", units=units))
    found = experiment_problems(experiment)
    assert [problem.path for problem in found] == ([] if fits else [f"layers[{len(below)}].units"])
    assert fits or f"must be at most {units - 1}, not {units}" in found[0].message


@pytest.mark.parametrize(("samples", "fits"), [(40, True), (37, False)])
def test_a_projection_has_at_most_as_many_components_as_there_are_rows(samples, fits):
    wide, projection = Dense(id="dense", units=99), PCA(id="projection", units=30)
    experiment = with_hidden(wide, projection, data="moons", samples=samples)
    found = experiment_problems(experiment)
    assert [problem.path for problem in found] == ([] if fits else ["layers[1].units"])
    assert fits or "in 29 rows of 99 values" in found[0].message


@pytest.mark.parametrize(
    ("batch_size", "fits"),
    [(32, True), (1, False), (2, False), (454, False), (455, True), (1000, True), (5, True)],
)
def test_batch_norm_needs_two_rows_in_every_batch(batch_size, fits):
    # 455 rows are left to train on: 227 batches of 2 and a single row.
    for hidden, refused in (([BatchNorm(id="norm")], not fits), ([LayerNorm(id="norm")], False)):
        experiment = with_hidden(*hidden)
        training = experiment.training.replace(batch_size=batch_size)
        found = experiment_problems(experiment.replace(training=training))
        assert [problem.path for problem in found] == ["training.batch_size"] * refused
        assert not refused or "norm (batch norm)" in found[0].message


def test_what_is_accepted_can_be_trained():
    for hidden in ([PCA(id="x", units=30)], [BatchNorm(id="x")], [Residual(id="x", units=1)]):
        experiment = with_hidden(*hidden)
        training = experiment.training.replace(batch_size=227)  # the last batch has one row
        refused = experiment_problems(experiment.replace(training=training))
        assert bool(refused) == isinstance(hidden[0], BatchNorm)
        trainer = Trainer(checked(experiment), load_dataset(experiment.data))
        while trainer.step() is None:
            pass
        assert not trainer.diverged


def test_a_projection_can_be_the_output_layer():
    experiment = with_hidden(Dense(id="dense", units=4))
    variants = experiment.variants
    for units, paths in [(1, []), (3, ["layers[1].units"])]:
        output = PCA(id="output", units=units)
        last = experiment.replace(layers=(experiment.layers[0], output), variants=variants)
        assert paths_of(last) == paths


def with_hidden(*hidden, data="breast_cancer", **data_fields):
    """These layers below the output layer."""
    experiment = experiment_of(1, data=data, **data_fields)
    variant = experiment.variants[0]
    plans = {layer.id: LayerPlan() for layer in hidden} | dict(variant.layers)
    return experiment.replace(
        layers=(*hidden, *experiment.layers), variants=(variant.replace(layers=plans),)
    )


@pytest.mark.parametrize(
    ("data", "fraction", "fits"),
    [
        ("iris", 0.0, True),
        ("iris", 0.2, True),
        ("iris", 0.9, True),
        ("iris", 0.015, True),  # 3 rows held out, one of each class
        ("iris", 0.013, False),
        ("diabetes", 0.004, True),
        ("diabetes", 0.002, False),  # R2 of a single row does not exist
        ("digits", 1e-300, False),
    ],
)
def test_both_parts_of_the_split_need_rows(data, fraction, fits):
    experiment = with_fitting_output(data, validation_fraction=fraction)
    assert paths_of(experiment) == ([] if fits else ["data.validation_fraction"])


@pytest.mark.parametrize(("fraction", "fits"), [(0.85, True), (0.9, False)])
def test_few_points_leave_too_few_rows_to_train_on(fraction, fits):
    experiment = with_fitting_output("blobs", validation_fraction=fraction, samples=20)
    assert paths_of(experiment) == ([] if fits else ["data.validation_fraction"])


def with_fitting_output(data, **data_fields):
    units = {"iris": 3, "blobs": 3, "digits": 10, "diabetes": 1}[data]
    return experiment_of(units, output="linear", data=data, **data_fields)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(experiments())
def test_any_experiment_is_answered_with_paths_that_exist(experiment):
    raw = experiment.model_dump()
    for problem in experiment_problems(experiment):
        assert leads_somewhere(raw, problem.path), problem.path
        assert problem.message


def leads_somewhere(raw, path):
    """Whether a path is there; ids of layers may be digits, and may have dots in them."""
    if not path:
        return True
    if isinstance(raw, list | tuple):
        index, rest = path.removeprefix("[").split("]", 1)
        return leads_somewhere(raw[int(index)], rest.removeprefix("."))
    fitting = [name for name in raw if path.startswith(name)] if isinstance(raw, dict) else []
    return any(leads_somewhere(raw[n], path.removeprefix(n).removeprefix(".")) for n in fitting)


@pytest.mark.parametrize(
    ("layer", "count", "has"),
    [
        (Dense(id="x", units=4), 124, "which has 124 weights and biases"),
        (BatchNorm(id="x"), 60, "which has 60 weights and biases"),
        (Residual(id="x", units=2), 152, "which has 152 weights and biases"),
        (PCA(id="x", units=3), 93, "which has 93 weights and biases"),
        (Dropout(id="x"), 0, "which has none"),
        (Flatten(id="x"), 0, "which has none"),
    ],
)
def test_a_subset_larger_than_its_layer_is_refused_with_its_place(layer, count, has):
    experiment = insert_layer(experiment_of(1), 0)
    experiment = replace_layer(experiment, layer.replace(id=experiment.layers[0].id))
    name = experiment.layers[0].id
    variant = experiment.variant("all")
    for number, problems in [(count, 0), (count + 1, 1)]:
        if not number:
            continue
        plan = with_plan(experiment, variant, name, subset=Subset(count=number))
        found = experiment_problems(with_variant(experiment, plan))
        assert [p.path for p in found] == [f"variants[0].layers.{name}.subset.count"] * problems
    assert f"{count + 1:,} cannot train of {name}, {has}" in found[0].message
    with pytest.raises(ExperimentError, match=r"subset\.count"):
        checked(with_variant(experiment, plan))


def test_nothing_heavy_is_imported_for_it():
    code = (
        "import sys, engine.checks, engine.structure, engine.datasets.rows, resources;"
        "print([name for name in ('torch', 'sklearn', 'numpy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_rows_for_every_seed_have_a_limit():
    experiment = experiment_with("mnist_5k", 10, "linear", seeds=tuple(range(60)))
    small = experiment.layers[0].replace(units=1)
    experiment = replace_layer(experiment, small)
    assert paths_of(experiment) == []
    split = experiment.replace(data=experiment.data.replace(split_per_seed=True))
    (problem,) = experiment_problems(split)
    assert problem.path == "data.split_per_seed"
    assert "5,000 rows × 784 inputs × 60 seeds = 235,200,000 values" in problem.message
    few = split.training.replace(seeds=tuple(range(50)))
    assert paths_of(split.replace(training=few)) == []
