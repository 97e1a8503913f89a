"""The layers of all members before the first step."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from sklearn import decomposition
from torch import Generator, Tensor

from engine.experiment import Initialization, Training
from engine.layer_specs import PCA, BatchNorm, Dense, Dropout, Flatten, Layer, LayerNorm, Residual
from engine.layers.base import AnyStackedLayer
from engine.layers.dense import StackedDense, StackedResidual
from engine.layers.dropout import StackedDropout, StackedFlatten
from engine.layers.normalization import StackedBatchNorm, StackedLayerNorm


@dataclass(frozen=True)
class Draws:
    """Where initial values come from: one generator per seed and purpose."""

    training: Training
    weights: Sequence[Generator]
    dropout: Sequence[Generator]
    variants: int

    @property
    def members(self) -> int:
        """Length of the member axis."""
        return self.variants * len(self.weights)


def draw_layers(specs: Sequence[Layer], rows: Tensor, draws: Draws) -> list[AnyStackedLayer]:
    """The layers of all members before the first step.

    `rows` (S, rows, inputs): the training rows of every seed, or with S = 1 those of all.

    One generator per seed draws every layer, frozen or not, from input to output, and all
    variants get copies of the same draw: the same seed starts from equal weights everywhere.
    Members are ordered with variants outermost, seeds innermost.
    """
    layers: list[AnyStackedLayer] = []
    inputs = rows.shape[2]
    for spec in specs:
        layers.append(_draw(spec, inputs, layers, rows, draws))
        inputs = spec.outputs(inputs)
    return layers


def _draw(
    spec: Layer, inputs: int, below: Sequence[AnyStackedLayer], rows: Tensor, draws: Draws
) -> AnyStackedLayer:
    layer: AnyStackedLayer
    match spec:
        case Dense():
            layer = StackedDense(spec, *_dense(inputs, spec.units, draws))
        case PCA():
            layer = StackedDense(spec, *_components(spec, below, rows, draws))
        case Residual():
            inner, outer = _dense(inputs, spec.units, draws), _dense(spec.units, inputs, draws)
            layer = StackedResidual(spec, (*inner, *outer))
        case BatchNorm():
            buffers = torch.zeros(draws.members, 1, inputs), torch.ones(draws.members, 1, inputs)
            layer = StackedBatchNorm(spec, _scale_and_shift(inputs, draws), buffers)
        case LayerNorm():
            layer = StackedLayerNorm(spec, _scale_and_shift(inputs, draws))
        case Dropout():
            layer = StackedDropout(spec, draws.dropout, draws.variants)
        case Flatten():
            layer = StackedFlatten(spec)
    return layer


def _dense(inputs: int, units: int, draws: Draws) -> tuple[Tensor, Tensor]:
    """Weight (M, inputs, units) and bias (M, 1, units), which starts at 0."""
    drawn = [_draw_weight(inputs, units, draws.training, g) for g in draws.weights]
    weight = torch.stack(drawn).repeat(draws.variants, 1, 1)
    return weight, torch.zeros(len(weight), 1, units)


def _scale_and_shift(units: int, draws: Draws) -> tuple[Tensor, Tensor]:
    return torch.ones(draws.members, 1, units), torch.zeros(draws.members, 1, units)


@torch.no_grad()
def _components(
    spec: PCA, below: Sequence[AnyStackedLayer], rows: Tensor, draws: Draws
) -> tuple[Tensor, Tensor]:
    """Weight and bias of (x - mean) P, with scikit-learn's components P of what reaches here.

    What reaches here differs from seed to seed, since the layers below do; their inference mode
    counts. Fitted in float64.
    """
    weights, biases = [], []
    for seed in range(len(draws.weights)):
        values = rows[seed % len(rows)].unsqueeze(0)
        for layer in below:
            values = layer.member(seed).forward(values, training=False)
        with np.errstate(invalid="ignore"):  # constant values have no shares of their variance
            components = decomposition.PCA(spec.units, svd_solver="full")
            fitted = components.fit(values[0].double().numpy())
        weights.append(torch.tensor(fitted.components_.T, dtype=torch.float32))
        offset = -(fitted.mean_ @ fitted.components_.T)
        biases.append(torch.tensor(np.atleast_2d(offset), dtype=torch.float32))
    repeats = (draws.variants, 1, 1)
    return torch.stack(weights).repeat(repeats), torch.stack(biases).repeat(repeats)


def _draw_weight(inputs: int, units: int, training: Training, generator: Generator) -> Tensor:
    weight = torch.empty(inputs, units)
    rule = training.initialization
    if rule == "constant":
        return weight.fill_(training.initialization_constant)
    if rule == "zeros":
        return weight.zero_()
    deviation = _standard_deviation(rule, inputs, units)
    if rule.endswith("uniform"):
        bound = math.sqrt(3.0) * deviation
        return weight.uniform_(-bound, bound, generator=generator)
    return weight.normal_(0.0, deviation, generator=generator)


def _standard_deviation(rule: Initialization, inputs: int, units: int) -> float:
    """Glorot and Bengio 2010, sqrt(2 / (in + out)); He et al. 2015, sqrt(2 / in)."""
    if rule.startswith("glorot"):
        return math.sqrt(2.0 / (inputs + units))
    return math.sqrt(2.0 / inputs)
