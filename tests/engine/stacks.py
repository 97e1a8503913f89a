"""Stacks of up to five layers that hold every kind, on a small data set, for tests of patterns."""

import itertools

from engine.datasets.loading import load_dataset
from engine.experiment import DataSpec, Experiment, LayerPlan, Training, Variant
from engine.layer_specs import PCA, BatchNorm, Dense, Dropout, Flatten, LayerNorm, Residual

DATA = DataSpec(name="wine")
WINE = load_dataset(DATA)
OUTPUT = Dense(id="output", units=3, activation="linear")
DENSE = [Dense(id=f"dense-{n}", units=8, activation="tanh") for n in range(4)]
STACKS = {
    **{f"dense {n + 1}": (*DENSE[:n], OUTPUT) for n in range(5)},
    "normalized": (
        LayerNorm(id="norm", activation="gelu"),
        Dense(id="dense", units=8),
        BatchNorm(id="batch-norm", activation="relu"),
        Residual(id="block", units=5),
        OUTPUT,
    ),
    "normalized from below": (
        BatchNorm(id="batch-norm"),
        LayerNorm(id="norm"),
        Residual(id="block", units=5),
        PCA(id="output", units=3),
    ),
    "without parameters": (
        Flatten(id="flat"),
        Dense(id="dense", units=8, activation="tanh"),
        Dropout(id="drop", rate=0.2),
        PCA(id="projection", units=4),
        OUTPUT,
    ),
    "residual and dropout": (
        Dropout(id="drop", rate=0.2),
        Residual(id="block-1", units=5),
        Flatten(id="flat"),
        Residual(id="block-2", units=5, activation="sigmoid"),
        OUTPUT,
    ),
}


def variant(layers, trainable, name="only", **plan):
    """A variant from a flag per layer."""
    plans = {
        layer.id: LayerPlan(trainable=flag, learning_rate=1e-2, **plan)
        for layer, flag in zip(layers, trainable, strict=True)
    }
    return Variant(id=name, name=name, layers=plans)


def experiment_of(layers, *variants, **training):
    """The layers in these variants."""
    return Experiment(
        data=DATA, layers=layers, training=Training(**training), variants=tuple(variants)
    )


def patterns(layers):
    """All 2^L ways to tick the layers."""
    return itertools.product((True, False), repeat=len(layers))
