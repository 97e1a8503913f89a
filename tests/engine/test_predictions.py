"""Predictions: against plain torch and scikit-learn, and a run that is asked is the same after."""

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score, confusion_matrix, r2_score
from torch import nn

from engine.datasets.loading import load_dataset
from engine.datasets.registry import DATASETS
from engine.experiment import DataSpec, Experiment, LayerPlan, Training, Variant
from engine.layer_specs import BatchNorm, Dense, Dropout
from engine.network import Network
from engine.prediction_rows import MOST_ROWS
from engine.prediction_values import (
    Boundary,
    Confusion,
    FittedCurve,
    MostWrong,
    PredictedActual,
)
from engine.predictions import COARSE_GRID, GRID, MANY, MOST_PICTURES, Predictor
from engine.run import Run, train

RATE = 0.02


def experiment_of(data, units=1, activation="sigmoid", variants=2, extra=(), **fields):
    """A network of 8 tanh units and what is given; the variants differ in their rates."""
    loss, seeds = fields.pop("loss", "auto"), fields.pop("seeds", (3,))
    layers = (
        Dense(id="hidden", units=8, activation="tanh"),
        *extra,
        Dense(id="output", units=units, activation=activation),
    )
    named = [
        Variant(
            id=f"v{number}",
            name=f"Variant {number}",
            layers={layer.id: LayerPlan(learning_rate=RATE / (number + 1)) for layer in layers},
        )
        for number in range(variants)
    ]
    return Experiment(
        data=DataSpec(name=data, **{"validation_fraction": 0.25, **fields}),
        layers=layers,
        training=Training(epochs=3, seeds=seeds, loss=loss),
        variants=tuple(named),
    )


def trained(experiment, steps=20):
    run = Run(experiment)
    for _ in range(steps):
        run.step()
    return run


def asked(run, variants=("v0", "v1"), seed=None):
    return Predictor()(run.trainer, variants, seed)


def plain(run, member, inputs):
    """Pre-activations of one member for float64 rows, by torch.nn alone."""
    modules = []
    for spec, layer in zip(run.experiment.layers, run.trainer.network.layers, strict=True):
        weight, bias = (p.detach()[member].double() for p in layer.parameters)
        linear = nn.Linear(*weight.shape, dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(weight.T)
            linear.bias.copy_(bias[0])
        modules += [linear, nn.Tanh() if spec.activation == "tanh" else nn.Identity()]
    with torch.no_grad():
        return nn.Sequential(*modules)(torch.tensor(inputs, dtype=torch.float64)).numpy()


def held_out(run):
    dataset = load_dataset(run.experiment.data)
    return dataset.validation_inputs, dataset.validation_targets


def softmax(values):
    return torch.softmax(torch.tensor(values), dim=-1).numpy()


def sigmoid(values):
    return 1 / (1 + np.exp(-values))


# Two inputs: the decision boundary


def test_the_boundary_is_the_networks_answer_at_every_place_of_the_grid():
    run = trained(experiment_of("circles"))
    found = asked(run)
    picture, dataset = found.picture, load_dataset(run.experiment.data)
    assert isinstance(picture, Boundary)
    assert picture.probabilities.shape == (2, GRID, GRID, 2)
    assert picture.input_names == ("x", "y")
    assert picture.class_names == dataset.class_names
    columns, rows = np.meshgrid(picture.x, picture.y)
    places = np.stack([columns, rows], axis=-1).reshape(-1, 2)
    scaled = (places - dataset.input_mean) / dataset.input_scale
    for member in (0, 1):
        expected = sigmoid(plain(run, member, scaled)).reshape(GRID, GRID)
        np.testing.assert_allclose(picture.probabilities[member, ..., 1], expected, atol=1e-5)
    np.testing.assert_allclose(picture.probabilities.sum(axis=-1), 1, atol=1e-6)


def test_three_classes_have_their_softmax():
    run = trained(experiment_of("blobs", 3, "linear"))
    picture, dataset = asked(run).picture, load_dataset(run.experiment.data)
    place = (np.array([[picture.x[7], picture.y[50]]]) - dataset.input_mean) / dataset.input_scale
    np.testing.assert_allclose(
        picture.probabilities[1, 50, 7], softmax(plain(run, 1, place))[0], atol=1e-5
    )


def test_the_grid_reaches_beyond_all_points_in_the_sources_units():
    spec = {"noise": 0.2, "samples": 120}
    picture = asked(trained(experiment_of("moons", **spec))).picture
    raw = load_dataset(DataSpec(name="moons", standardize=False, validation_fraction=0.25, **spec))
    np.testing.assert_allclose(picture.training.inputs, raw.train_inputs, atol=1e-5)
    np.testing.assert_allclose(picture.held_out.inputs, raw.validation_inputs, atol=1e-5)
    np.testing.assert_array_equal(picture.training.targets, raw.train_targets)
    np.testing.assert_array_equal(picture.held_out.targets, raw.validation_targets)
    every = np.concatenate([raw.train_inputs, raw.validation_inputs])
    for axis, low, high in zip((picture.x, picture.y), every.min(0), every.max(0), strict=True):
        assert axis[0] < low < high < axis[-1]
        assert axis[-1] - axis[0] < 1.5 * (high - low)


def test_many_variants_share_a_coarser_grid():
    run = trained(experiment_of("xor", variants=MANY + 1), steps=1)
    names = [variant.id for variant in run.experiment.variants]
    assert asked(run, names).picture.probabilities.shape[1:3] == (COARSE_GRID, COARSE_GRID)
    assert asked(run, names[:-1]).picture.probabilities.shape[1:3] == (GRID, GRID)


@pytest.mark.parametrize(
    ("units", "activation", "loss"),
    [(2, "linear", "cross_entropy"), (1, "tanh", "mean_squared_error"),
     (2, "linear", "mean_squared_error"), (1, "linear", "auto")],
)  # fmt: skip
def test_under_every_loss_the_more_probable_class_is_the_one_that_counts_as_predicted(
    units, activation, loss
):
    run = trained(experiment_of("moons", units, activation, loss=loss))
    found = asked(run)
    probabilities = found.picture.probabilities
    assert probabilities.min() >= 0
    np.testing.assert_allclose(probabilities.sum(axis=-1), 1, atol=1e-6)
    inputs, classes = held_out(run)
    expected = plain(run, 0, inputs)
    if units > 1:
        predicted = expected.argmax(axis=1)
    else:  # linear under cross-entropy is before its sigmoid
        predicted = (expected > (0.5 if loss == "mean_squared_error" else 0))[:, 0]
    assert found.standings[0].score == pytest.approx(accuracy_score(classes, predicted))


# Numbers: the fitted curve, and predicted against actual


def test_the_curve_is_the_networks_answer_in_the_sources_units():
    run = trained(experiment_of("sine", activation="linear", seeds=(3, 4), noise=0.3))
    picture, dataset = asked(run, seed=4).picture, load_dataset(run.experiment.data)
    assert isinstance(picture, FittedCurve)
    scaled = (picture.x[:, None].astype(float) - dataset.input_mean) / dataset.input_scale
    for variant in (0, 1):
        for place, seed in enumerate((1, 0)):  # the seed that was asked for comes first
            answer = plain(run, 2 * variant + seed, scaled)[:, 0]
            expected = answer * dataset.target_scale + dataset.target_mean
            np.testing.assert_allclose(picture.y[variant, place], expected, atol=1e-4)
    raw = load_dataset(run.experiment.data.replace(standardize=False))
    np.testing.assert_allclose(picture.training.targets, raw.train_targets, atol=1e-5)
    np.testing.assert_allclose(picture.held_out.inputs, raw.validation_inputs, atol=1e-5)


@pytest.mark.parametrize("data", ["sine", "diabetes", "moons", "digits"])
def test_where_seeds_have_splits_of_their_own_each_is_asked_of_its_own_held_out_rows(data):
    units, activation = SHAPES[data]
    run = train(experiment_of(data, units, activation, seeds=(1, 2), split_per_seed=True))
    last, predictor = run.log.table[-1], Predictor()
    for place, seed in enumerate((1, 2)):
        found = predictor(run.trainer, ("v0", "v1"), seed)
        losses = [each.loss for each in found.standings]
        np.testing.assert_allclose(losses, last[1, place::2], rtol=1e-4)


def test_a_curve_is_scaled_as_its_own_seeds_rows_were():
    run = trained(experiment_of("sine", activation="linear", seeds=(3, 4), split_per_seed=True))
    picture = asked(run, seed=4).picture
    for place, seed in enumerate((1, 0)):
        dataset = run.trainer.datasets[seed]
        inputs = (picture.x[:, None].astype(float) - dataset.input_mean) / dataset.input_scale
        expected = plain(run, seed, inputs)[:, 0] * dataset.target_scale + dataset.target_mean
        np.testing.assert_allclose(picture.y[0, place], expected, atol=1e-4)


def test_numbers_are_predicted_on_held_out_rows_in_the_sources_units():
    run = trained(experiment_of("diabetes", activation="linear"))
    found, dataset = asked(run), load_dataset(run.experiment.data)
    assert isinstance(found.picture, PredictedActual)
    answer = plain(run, 1, dataset.validation_inputs)[:, 0]
    predicted = answer * dataset.target_scale + dataset.target_mean
    raw = load_dataset(run.experiment.data.replace(standardize=False))
    np.testing.assert_allclose(found.picture.predicted[1], predicted, rtol=1e-5)
    np.testing.assert_allclose(found.picture.actual, raw.validation_targets, rtol=1e-5)
    assert found.held_out
    assert found.standings[1].score == pytest.approx(
        r2_score(raw.validation_targets, predicted), abs=1e-5
    )


def test_without_held_out_rows_the_training_rows_are_predicted():
    found = asked(trained(experiment_of("diabetes", activation="linear", validation_fraction=0.0)))
    assert not found.held_out
    assert found.rows == found.all_rows == len(found.picture.actual) == 442


# Classes: the most wrong pictures, and the confusion matrix


def test_the_most_wrong_pictures_are_those_with_the_highest_losses():
    run = trained(experiment_of("digits", 10, "linear"), steps=60)
    found = asked(run).picture
    assert isinstance(found, MostWrong)
    raw = load_dataset(run.experiment.data.replace(standardize=False))
    inputs, classes = held_out(run)
    for member, told in enumerate(found.variants):
        probabilities = softmax(plain(run, member, inputs))
        predicted = probabilities.argmax(axis=1)
        losses = -np.log(probabilities[np.arange(len(classes)), classes])
        wrong = np.flatnonzero(predicted != classes)
        worst = wrong[np.argsort(-losses[wrong])][:MOST_PICTURES]
        assert (told.wrong, told.rows) == (len(wrong), len(classes))
        np.testing.assert_allclose(told.losses, losses[worst], rtol=1e-4)
        np.testing.assert_array_equal(told.actual, classes[worst])
        np.testing.assert_array_equal(told.predicted, predicted[worst])
        np.testing.assert_allclose(told.probability, probabilities[worst].max(axis=1), rtol=1e-4)
        expected = raw.validation_inputs[worst].reshape(-1, 8, 8)
        np.testing.assert_allclose(told.pictures, expected, atol=1e-5)


def test_a_network_that_errs_nowhere_has_no_wrong_pictures():
    run = trained(
        experiment_of("digits", 10, "linear", validation_fraction=0.01, split_seed=7), steps=600
    )
    for told in asked(run).picture.variants:
        assert (told.wrong, told.rows, len(told.pictures)) == (0, 18, 0)


@pytest.mark.parametrize(
    ("data", "units", "activation"),
    [("iris", 3, "linear"), ("wine", 3, "linear"), ("breast_cancer", 1, "sigmoid")],
)
def test_the_confusion_matrix_is_scikit_learns(data, units, activation):
    run = trained(experiment_of(data, units, activation), steps=4)
    found = asked(run)
    assert isinstance(found.picture, Confusion)
    inputs, classes = held_out(run)
    for member, counts in enumerate(found.picture.counts):
        answers = plain(run, member, inputs)
        predicted = answers.argmax(axis=1) if units > 1 else (answers > 0)[:, 0]
        np.testing.assert_array_equal(counts, confusion_matrix(classes, predicted))
        assert found.standings[member].score == pytest.approx(accuracy_score(classes, predicted))


# What holds for all of them

SHAPES = {  # data: units, activation of the output
    "moons": (1, "sigmoid"),
    "sine": (1, "linear"),
    "diabetes": (1, "linear"),
    "digits": (10, "linear"),
    "iris": (3, "linear"),
}


@pytest.mark.parametrize("data", SHAPES)
def test_losses_and_scores_are_those_that_the_run_logs(data):
    units, activation = SHAPES[data]
    run = train(experiment_of(data, units, activation, seeds=(1, 2)))
    found = asked(run, seed=2)
    assert (found.step, found.epoch) == (run.step_count, 3.0)
    last = run.log.table[-1]  # members v0 1, v0 2, v1 1, v1 2
    np.testing.assert_allclose([each.loss for each in found.standings], last[1, 1::2], rtol=1e-5)
    np.testing.assert_allclose([each.score for each in found.standings], last[3, 1::2], atol=1e-6)
    assert [(each.variant, each.seed) for each in found.standings] == [("v0", 2), ("v1", 2)]


@pytest.mark.parametrize("data", SHAPES)
def test_a_run_that_is_asked_at_every_step_is_bitwise_the_same(data):
    """With dropout, whose masks must not be drawn, and batch norm, whose statistics must stand."""
    units, activation = SHAPES[data]
    extra = (BatchNorm(id="norm"), Dropout(id="dropout", rate=0.3))
    experiment = experiment_of(data, units, activation, extra=extra, seeds=(1, 2))
    left, questioned, predictor = Run(experiment), Run(experiment), Predictor()
    for _ in range(30):
        predictor(questioned.prepare(), ("v1", "v0"), 2)
        left.step()
        questioned.step()
    for one, other in zip(
        left.trainer.network.layers, questioned.trainer.network.layers, strict=True
    ):
        assert torch.equal(one.flat_parameters(), other.flat_parameters())
        assert torch.equal(one.flat_buffers(), other.flat_buffers())
    np.testing.assert_array_equal(left.log.table, questioned.log.table)
    np.testing.assert_array_equal(left.trainer.running_loss, questioned.trainer.running_loss)


def test_networks_answer_in_inference_mode():
    """Twice the same, in spite of dropout; and the held-out loss is the logged one."""
    extra = (BatchNorm(id="norm"), Dropout(id="dropout", rate=0.5))
    run = train(experiment_of("moons", extra=extra))
    first, second = asked(run), asked(run)
    np.testing.assert_array_equal(first.picture.probabilities, second.picture.probabilities)
    np.testing.assert_allclose(first.standings[0].loss, run.log.table[-1, 1, 0], rtol=1e-5)


def test_what_was_answered_stays_as_it_was_while_training_goes_on():
    run = trained(experiment_of("moons"))
    found = asked(run)
    then = found.picture.probabilities.copy()
    for _ in range(20):
        run.step()
    np.testing.assert_array_equal(found.picture.probabilities, then)
    assert not np.array_equal(asked(run).picture.probabilities, then)


def test_variants_are_answered_in_the_order_of_the_question():
    run = trained(experiment_of("moons", variants=3))
    every, one = asked(run, ("v2", "v0")), asked(run, ("v0",))
    assert [standing.variant for standing in every.standings] == ["v2", "v0"]
    expected = one.picture.probabilities[0]
    np.testing.assert_allclose(every.picture.probabilities[1], expected, atol=1e-6)


def test_a_member_that_diverged_says_where_and_the_others_have_numbers():
    experiment = experiment_of("sine", activation="linear", seeds=(1, 2))
    first, second = experiment.variants
    wild = {layer: LayerPlan(learning_rate=1e9) for layer in first.layers}
    layers = [layer.replace(activation="linear") for layer in experiment.layers]
    experiment = experiment.replace(
        layers=tuple(layers),
        variants=(first.replace(layers=wild), second),
        training=experiment.training.replace(optimizer="sgd"),
    )
    found = asked(trained(experiment, steps=30))
    assert "went non-finite at step" in found.standings[0].diverged
    assert np.isnan(found.picture.y[0]).all()
    assert found.standings[1].diverged == ""
    assert np.isfinite(found.picture.y[1]).all()


@pytest.mark.parametrize("data", SHAPES)
def test_weights_that_are_not_finite_yet_unnoticed_are_answered_all_the_same(data):
    """An update may burst the weights; the loss of the next step tells, this moment comes first."""
    units, activation = SHAPES[data]
    run = trained(experiment_of(data, units, activation), steps=2)
    with torch.no_grad():
        run.trainer.network.layers[0].parameters[0][0] = torch.nan
    found = asked(run)
    assert [each.diverged for each in found.standings] == ["", ""]
    assert np.isnan(found.standings[0].loss)
    assert np.isfinite(found.standings[1].loss)


@pytest.mark.parametrize(("variants", "seed"), [(("gone",), None), (("v0",), 77)])
def test_what_the_run_has_not_is_named(variants, seed):
    run = trained(experiment_of("moons"), steps=1)
    with pytest.raises(LookupError, match=r"no variant '\w+' with seed"):
        asked(run, variants, seed)
    with pytest.raises(ValueError, match="a variant to ask of"):
        asked(run, ())


def test_large_data_sets_are_asked_in_part_and_it_is_said():
    found = asked(trained(experiment_of("moons", samples=20_000), steps=1))
    assert (found.rows, found.all_rows) == (MOST_ROWS, 5_000)
    assert len(found.picture.training.targets) < MOST_ROWS


@pytest.mark.parametrize("name", DATASETS)
def test_every_data_set_has_its_picture(name):
    kinds = {"sine": FittedCurve, "diabetes": PredictedActual, "digits": MostWrong,
             "mnist_5k": MostWrong, "iris": Confusion, "wine": Confusion,
             "breast_cancer": Confusion}  # fmt: skip
    classes = DATASETS[name].classes
    run = Run(experiment_of(name, classes if classes > 2 else 1, "linear"))
    run.prepare()
    found = asked(run)
    assert type(found.picture) is kinds.get(name, Boundary)
    assert (found.step, len(found.standings)) == (0, 2)


def test_only_the_wanted_members_are_copied(monkeypatch):
    """An answer about one variant of many costs what one variant costs."""
    run = trained(experiment_of("moons", variants=6, seeds=(1, 2)), steps=1)
    copied, copy = [], Network.member

    def watched(network, index, dtype=torch.float32):
        copied.append(index)
        return copy(network, index, dtype)

    monkeypatch.setattr(Network, "member", watched)
    asked(run, ("v4",))
    assert copied == [8]
