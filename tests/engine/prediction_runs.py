"""Small runs that are asked what they predict, and plain torch's answers beside them."""

import numpy as np
import torch
from torch import nn

from engine.datasets.loading import load_dataset
from engine.experiment import DataSpec, Experiment, LayerPlan, Training, Variant
from engine.layer_specs import Dense
from engine.predictions import Predictor
from engine.run import Run

RATE = 0.02
SHAPES = {  # data: units, activation of the output
    "moons": (1, "sigmoid"),
    "sine": (1, "linear"),
    "diabetes": (1, "linear"),
    "digits": (10, "linear"),
    "iris": (3, "linear"),
}


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
