"""Pictures of predictions: against plain torch and scikit-learn, kind by kind."""

import numpy as np
import pytest
from prediction_runs import (
    SHAPES,
    asked,
    experiment_of,
    held_out,
    plain,
    sigmoid,
    softmax,
    trained,
)
from sklearn.metrics import accuracy_score, confusion_matrix, r2_score

from engine.datasets.loading import load_dataset
from engine.datasets.registry import DATASETS
from engine.experiment import DataSpec
from engine.prediction_values import (
    Boundary,
    Confusion,
    FittedCurve,
    MostWrong,
    PredictedActual,
)
from engine.predictions import COARSE_GRID, GRID, MANY, MOST_PICTURES, Predictor
from engine.run import Run, train

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
