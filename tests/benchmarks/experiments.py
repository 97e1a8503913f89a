"""What is trained in the benchmarks, by the engine."""

from itertools import product

import resources
from engine import DataSpec, Dense, Experiment, LayerPlan, Run, Training, Variant, open_project
from tests.benchmarks.measuring import Stopwatch


def classic(epochs: int) -> Experiment:
    """The classic experiment, all layers trainable: one member."""
    experiment = open_project(resources.path("examples", "classic.json"))
    return experiment.replace(
        training=experiment.training.replace(epochs=epochs), variants=experiment.variants[:1]
    )


def every_pattern(epochs: int, seeds: int) -> Experiment:
    """The classic experiment under all 8 freeze patterns, with so many seeds each."""
    experiment = classic(epochs)
    layers = [layer.id for layer in experiment.layers]
    patterns = list(product((True, False), repeat=len(layers)))
    variants = tuple(
        Variant(
            id=f"pattern-{number}",
            name=f"Pattern {number}",
            layers={
                name: LayerPlan(trainable=trains)
                for name, trains in zip(layers, pattern, strict=True)
            },
        )
        for number, pattern in enumerate(patterns)
    )
    training = experiment.training.replace(seeds=tuple(range(100, 100 + seeds)))
    return experiment.replace(training=training, variants=variants)


def digits(*units: int, trained: tuple[bool, ...], epochs: int) -> Experiment:
    """784-…-10 on all 5,000 rows of mnist_5k, relu between, one member."""
    *hidden, output = (Dense(id=f"layer-{number}", units=n) for number, n in enumerate(units, 1))
    layers = (*hidden, output.replace(activation="linear"))
    plans = {
        layer.id: LayerPlan(trainable=trains) for layer, trains in zip(layers, trained, strict=True)
    }
    return Experiment(
        data=DataSpec(name="mnist_5k", validation_fraction=0.0),
        layers=layers,
        training=Training(epochs=epochs),
        variants=(Variant(id="only", name="Only", layers=plans),),
    )


def train_with_engine(experiment: Experiment) -> float:
    """Seconds of training, with losses and scores logged, and nobody looking."""
    run = Run(experiment)
    run.prepare()
    with Stopwatch() as watch:
        while not run.complete:
            run.step()
    return watch.seconds
