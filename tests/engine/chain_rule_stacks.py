"""Trainers with stacks of every layer kind, for the tests of the chain-rule check."""

from engine.datasets.loading import load_dataset
from engine.experiment import DataSpec, Experiment, LayerPlan, Training, Variant
from engine.layer_specs import PCA, BatchNorm, Dense, Dropout, Flatten, LayerNorm, Residual
from engine.trainer import Trainer

OUTPUT = Dense(id="output", units=1, activation="sigmoid")


def dense(name, units, activation="tanh"):
    return Dense(id=name, units=units, activation=activation)


STACKS = {
    "dense": (dense("one", 16, "relu"), dense("two", 8, "relu"), OUTPUT),
    "pca": (dense("one", 8, "gelu"), PCA(id="two", units=3), OUTPUT),
    "pca below": (PCA(id="one", units=6), dense("two", 6), OUTPUT),
    "residual": (dense("one", 8), Residual(id="two", units=5), OUTPUT),
    "residual below": (Residual(id="one", units=7, activation="tanh"), dense("two", 4), OUTPUT),
    "batch norm": (dense("one", 8), BatchNorm(id="two", activation="leaky_relu"), OUTPUT),
    "layer norm": (dense("one", 8), LayerNorm(id="two", activation="gelu"), OUTPUT),
    "dropout": (dense("one", 8, "sigmoid"), Dropout(id="drop", rate=0.4), dense("two", 8), OUTPUT),
    "everything": (
        Flatten(id="flat"),
        BatchNorm(id="norm-in"),
        Dropout(id="drop-in", rate=0.2),
        dense("one", 10),
        LayerNorm(id="norm"),
        Residual(id="block", units=6),
        Dropout(id="drop", rate=0.3),
        PCA(id="two", units=5),
        BatchNorm(id="norm-out"),
        OUTPUT,
    ),
}


def plans(layers, frozen=("two",), **fields):
    return {layer.id: LayerPlan(trainable=layer.id not in frozen, **fields) for layer in layers}


def experiment_with(layers, frozen=("two",), *, data="breast_cancer", **training):
    """Two variants of the stack: `frozen`, and `all`, where everything trains."""
    return Experiment(
        data=DataSpec(name=data),
        layers=layers,
        training=Training(**{"seeds": (3,)} | training),
        variants=(
            Variant(id="frozen", name="Frozen", layers=plans(layers, frozen)),
            Variant(id="all", name="All", layers=plans(layers, ())),
        ),
    )


def trained(layers, frozen=("two",), steps=3, **fields):
    experiment = experiment_with(layers, frozen, **fields)
    trainer = Trainer(experiment, load_dataset(experiment.data))
    for _ in range(steps):
        trainer.step()
    return trainer
