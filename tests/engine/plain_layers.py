"""Every kind of layer as a plain torch module: what the references of the tests are made of."""

import torch
from torch import nn

from engine.layer_specs import PCA, BatchNorm, Dense, Dropout, Flatten, LayerNorm, Residual

ACTIVATIONS = {
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "leaky_relu": nn.LeakyReLU,
    "gelu": nn.GELU,
    "linear": nn.Identity,
}


class PlainResidual(nn.Module):
    """x + second(activation(first(x)))."""

    def __init__(self, inputs, units, activation):
        super().__init__()
        self.first = nn.utils.skip_init(nn.Linear, inputs, units)
        self.activation = ACTIVATIONS[activation]()
        self.second = nn.utils.skip_init(nn.Linear, units, inputs)

    def forward(self, values):
        return values + self.second(self.activation(self.first(values)))


class DropoutFrom(nn.Module):
    """torch.nn.Dropout with the masks of a generator, drawn in every mode: in inference unused."""

    def __init__(self, rate, generator):
        super().__init__()
        self.rate = rate
        self.generator = generator

    def forward(self, values):
        if not torch.is_grad_enabled():  # a measurement, not a step
            return values
        kept = torch.empty_like(values).bernoulli_(1 - self.rate, generator=self.generator)
        return values * kept / (1 - self.rate) if self.training else values


class Cut(nn.Module):
    """detach(), when it is on."""

    on = False

    def forward(self, values):
        return values.detach() if self.on else values


def plain_layer(spec, inputs, generator=None):
    """The torch module of a layer without its activation; its values are not drawn."""
    match spec:
        case Dense() | PCA():
            return nn.utils.skip_init(nn.Linear, inputs, spec.units)
        case Residual():
            return PlainResidual(inputs, spec.units, spec.activation)
        case BatchNorm():
            return nn.BatchNorm1d(inputs, eps=spec.epsilon, momentum=spec.momentum)
        case LayerNorm():
            return nn.LayerNorm(inputs, eps=spec.epsilon)
        case Dropout():
            return DropoutFrom(spec.rate, generator)
        case Flatten():
            return nn.Flatten()


def outer_activation(spec):
    """The activation after the layer; that of a residual block is inside."""
    name = "linear" if isinstance(spec, Residual) else getattr(spec, "activation", "linear")
    return ACTIVATIONS[name]()


def parts(module):
    """(parameter, whether it is a matrix) in the engine's order: weights before biases."""
    if isinstance(module, PlainResidual):
        return [*parts(module.first), *parts(module.second)]
    return [(parameter, parameter.ndim == 2) for parameter in module.parameters()]


@torch.no_grad()
def fill(module, flat):
    """Give the module one member's parameters, flat in the engine's order (inputs x units)."""
    for parameter, is_matrix in parts(module):
        values, flat = flat[: parameter.numel()], flat[parameter.numel() :]
        parameter.copy_(values.view(parameter.T.shape).T if is_matrix else values)
    assert not len(flat)


def flattened(module, of=lambda parameter: parameter.detach()):
    """The module's parameters, or what `of` says of each, flat in the engine's order."""
    found = [(of(parameter), is_matrix) for parameter, is_matrix in parts(module)]
    flat = [(value.T if is_matrix else value).flatten() for value, is_matrix in found]
    return torch.cat(flat) if flat else torch.empty(0)


def running(module):
    """Running mean, then variance, of a batch norm; nothing of another module."""
    if not isinstance(module, nn.BatchNorm1d):
        return torch.empty(0)
    return torch.cat([module.running_mean, module.running_var])
