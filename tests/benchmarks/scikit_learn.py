"""The engine against scikit-learn's network."""

import warnings
from functools import partial

from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from engine import Experiment, load_dataset
from tests.benchmarks.experiments import classic, train_with_engine
from tests.benchmarks.measuring import Effort, Result, Stopwatch, compare


def scikit_learn(effort: Effort) -> Result:
    """One member of the classic experiment."""
    experiment = classic(effort.epochs)
    return compare(
        "scikit_learn",
        "classic experiment, one member: time of MLPClassifier / time of the engine",
        numerator=partial(_fit, experiment),
        denominator=partial(train_with_engine, experiment),
        effort=effort,
        direction="at least",
        target=1.0,
    )


def _fit(experiment: Experiment) -> float:
    """Seconds of `fit`: same network, data, batches and epochs, Adam, no early stopping."""
    dataset, training = load_dataset(experiment.data), experiment.training
    classifier = MLPClassifier(
        tuple(layer.units for layer in experiment.layers[:-1]),
        solver="adam",
        alpha=0.0,
        batch_size=training.batch_size,
        learning_rate_init=1e-3,
        max_iter=training.epochs,
        n_iter_no_change=training.epochs + 1,
        epsilon=training.epsilon,
        random_state=training.seeds[0],
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it stops after the epochs asked for
        with Stopwatch() as watch:
            classifier.fit(dataset.train_inputs, dataset.train_targets)
    assert classifier.n_iter_ == training.epochs
    return watch.seconds
