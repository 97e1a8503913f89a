"""Runs that are recorded, and one step of a member by plain torch to hold the records against."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from oracle import LAYERS
from torch import nn

from engine.experiment import DataSpec, Experiment, LayerPlan, Training, Variant
from engine.layer_specs import BatchNorm, Dense, Dropout
from engine.probes import HISTOGRAM_KINDS
from engine.run import Run
from engine.telemetry import SnapshotRequest

STEPS = 18  # per epoch of the classic network
SIZES = ((30, 16), (16, 8), (8, 1))


def run_of(experiment, *, recorded=True):
    run = Run(experiment)
    if recorded:
        run.record(HISTOGRAM_KINDS, gradients=True)
    run.prepare()
    return run


def stepped(run, steps, observe=False):
    for _ in range(steps):
        run.step(observe)
    return run


def asking(variant, seed=1, **fields):
    """A request for everything."""
    fields = {"gradients": True} | fields
    return SnapshotRequest(variant, seed, frozenset(HISTOGRAM_KINDS), **fields)


def mixed(when_frozen="inference", **training):
    """Dense, batch norm and dropout on digits: `all`, and `below` with only hidden-1 trainable."""
    layers = (
        Dense(id="hidden-1", units=12, activation="relu"),
        BatchNorm(id="norm", activation="relu"),
        Dropout(id="drop", rate=0.25),
        Dense(id="output", units=10, activation="linear"),
    )
    frozen = LayerPlan(trainable=False, when_frozen=when_frozen)
    below = {layer.id: frozen if layer.id != "hidden-1" else LayerPlan() for layer in layers}
    return Experiment(
        data=DataSpec(name="digits"),
        layers=layers,
        training=Training(**{"seeds": (1, 2), "batch_size": 64, "epochs": 2} | training),
        variants=(
            Variant(id="all", name="All", layers={layer.id: LayerPlan() for layer in layers}),
            Variant(id="below", name="Below", layers=below),
        ),
    )


@dataclass(frozen=True)
class PlainStep:
    """What plain torch finds in one step of one member, float64 arrays, one per layer."""

    before: list[NDArray[np.float64]]
    after: list[NDArray[np.float64]]
    gradients: list[NDArray[np.float64]]
    outputs: list[NDArray[np.float64]]
    output_gradients: list[NDArray[np.float64]]


def plain_step(run, member, observe=False):
    """Take a step of a classic run, and compute the member's by plain torch on the same batch."""
    before = _weights(run, member)
    run.step(observe)
    batch = run.trainer.latest_batch
    values, layers, outputs = batch.inputs[member], [], []
    for number, (flat, (inputs, units)) in enumerate(zip(before, SIZES, strict=True)):
        linear = nn.Linear(inputs, units)
        with torch.no_grad():
            linear.weight.copy_(flat[: inputs * units].view(inputs, units).T)
            linear.bias.copy_(flat[inputs * units :])
        values = linear(values)
        values = torch.relu(values) if number < 2 else values
        values.retain_grad()
        layers.append(linear)
        outputs.append(values)
    nn.BCEWithLogitsLoss()(values, batch.targets[member]).backward()
    flat = [torch.cat([n.weight.grad.T.flatten(), n.bias.grad]) for n in layers]
    return PlainStep(
        *(
            [tensor.detach().double().numpy() for tensor in tensors]
            for tensors in (
                before,
                _weights(run, member),
                flat,
                outputs,
                [values.grad for values in outputs],
            )
        )
    )


def _weights(run, member):
    return [run.trainer.network.layer(layer).flat_parameters()[member] for layer in LAYERS]
