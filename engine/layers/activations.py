"""The activation functions, by the names that experiments use."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import torch
from torch import Tensor
from torch.nn import functional

from engine.layer_specs import Activation

LEAKY_SLOPE = 0.01  # as torch.nn.LeakyReLU


def _identity(values: Tensor) -> Tensor:
    return values


def _leaky_relu(values: Tensor) -> Tensor:
    return functional.leaky_relu(values, LEAKY_SLOPE)


ACTIVATION_FUNCTIONS: Mapping[Activation, Callable[[Tensor], Tensor]] = MappingProxyType(
    {
        "relu": torch.relu,
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
        "leaky_relu": _leaky_relu,
        "gelu": functional.gelu,
        "linear": _identity,
    }
)
