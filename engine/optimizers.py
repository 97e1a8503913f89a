"""SGD, Adam and AdamW with a learning rate, a freeze flag and a step count per member and layer.

The arithmetic is torch's own fused kernels, the ones behind `torch.optim.Adam(fused=True)`; they
are called directly because the optimizer classes know one rate per parameter, not per member, and
cost more time in Python than a small network costs in arithmetic. A frozen block is not in the
call at all: no movement, no weight decay, no change of moments. Of a block of which only a subset
trains, the rest is put back as it was after every step; its moments are never used.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from engine.experiment import Training
from engine.layers.base import AnyStackedLayer


@dataclass(frozen=True)
class _Span:
    """Neighbouring members of one parameter that are updated alike."""

    parameter: int
    members: slice | None  # None: all of them


@dataclass
class _Group:
    """Everything that shares one learning rate, as the lists that a fused kernel takes."""

    learning_rate: float
    spans: list[_Span] = field(default_factory=list)
    values: list[Tensor] = field(default_factory=list)
    first_moments: list[Tensor] = field(default_factory=list)
    second_moments: list[Tensor] = field(default_factory=list)
    steps: list[Tensor] = field(default_factory=list)


@dataclass(frozen=True)
class _Rest:
    """What stands still of one parameter whose blocks train, and the values it keeps.

    `outside` and `values` have the parameter's shape; in blocks that train whole, nothing is
    outside.
    """

    outside: Tensor
    values: Tensor


class Optimizer:
    """Updates the trainable blocks of a network; a block is one layer of one member.

    State exists for every block from the start and for life: freezing leaves it in place.
    """

    def __init__(self, training: Training, layers: Sequence[AnyStackedLayer]) -> None:
        self._training = training
        self._layers = tuple(layers)
        self._parameters = [p for layer in layers for p in layer.parameters]
        self._places = _places(layers)
        members = len(self._parameters[0])
        self.first_moments = [torch.zeros_like(p) for p in self._parameters]
        self.second_moments = [torch.zeros_like(p) for p in self._parameters]
        self.steps = torch.zeros(len(layers), members)  # updates since the block's state was new
        self._taking_part = torch.zeros_like(self.steps)
        self._groups: list[_Group] = []
        self._rests: dict[int, _Rest] = {}  # by number of the parameter

    def plan(
        self,
        trainable: Tensor,
        learning_rates: Sequence[Sequence[float]],
        subsets: Mapping[int, Tensor] | None = None,
    ) -> None:
        """Say which blocks train, and how fast, from the next step on.

        `trainable` is a boolean (layers, M), `learning_rates` floats of the same shape. `subsets`
        holds, by number of the layer, which of its parameters train: a boolean (M, parameters).
        """
        self._taking_part = trainable.float()
        self._rests = {}
        for layer, chosen in (subsets or {}).items():
            self._hold_rest(layer, chosen)
        self._groups = []
        by_rate: dict[float, _Group] = {}
        for index in range(len(self._layers)):
            rates = learning_rates[index]
            for start, stop in self._alike(index, trainable[index].tolist(), rates):
                rate = rates[start]
                if rate not in by_rate:
                    by_rate[rate] = _Group(rate)
                    self._groups.append(by_rate[rate])
                self._add(by_rate[rate], index, start, stop)

    def clear(self, layer: int, members: slice) -> None:
        """Forget moments and step count of one layer of some members, as if it were new."""
        for parameter in self._places[layer]:
            self.first_moments[parameter][members] = 0
            self.second_moments[parameter][members] = 0
        self.steps[layer, members] = 0

    def step(self, gradients: Sequence[Tensor | None]) -> None:
        """Update all trainable blocks; one gradient per parameter, None where nobody trains."""
        if self._training.clip_norm is not None:
            within = self._within_subsets(gradients)
            gradients = self._clipped(within, self._training.clip_norm)
        self.steps.add_(self._taking_part)
        for group in self._groups:
            self._update(group, [_rows(gradients, span) for span in group.spans])
        for number, rest in self._rests.items():
            parameter = self._parameters[number].detach()
            torch.where(rest.outside, rest.values, parameter, out=parameter)

    def _update(self, group: _Group, gradients: list[Tensor]) -> None:
        training = self._training
        if training.optimizer == "sgd":
            torch._fused_sgd_(
                group.values,
                gradients,
                group.first_moments if training.momentum else [],
                weight_decay=training.weight_decay,
                momentum=training.momentum,
                lr=group.learning_rate,
                dampening=0.0,
                nesterov=False,
                maximize=False,
                is_first_step=False,  # a buffer of zeros gives the same first step
            )
            return
        update = torch._fused_adam_ if training.optimizer == "adam" else torch._fused_adamw_
        update(
            group.values,
            gradients,
            group.first_moments,
            group.second_moments,
            [],
            group.steps,
            lr=group.learning_rate,
            beta1=training.beta1,
            beta2=training.beta2,
            weight_decay=training.weight_decay,
            eps=training.epsilon,
            amsgrad=False,
            maximize=False,
        )

    def _hold_rest(self, layer: int, chosen: Tensor) -> None:
        """Keep the values of what is not chosen: no step is to move it, not even decay."""
        start = 0
        for number in self._places[layer]:
            parameter = self._parameters[number].detach()
            stop = start + parameter[0].numel()
            outside = ~chosen[:, start:stop].view(parameter.shape)
            self._rests[number] = _Rest(outside, parameter.clone())
            start = stop

    def _within_subsets(self, gradients: Sequence[Tensor | None]) -> list[Tensor | None]:
        """The gradients, zero outside the subsets, so that only what trains counts in a norm."""
        within = list(gradients)
        for number, rest in self._rests.items():
            gradient = within[number]
            if gradient is not None:
                within[number] = gradient.masked_fill(rest.outside, 0.0)
        return within

    def _clipped(self, gradients: Sequence[Tensor | None], longest: float) -> list[Tensor | None]:
        """Each member's gradient scaled to at most `longest`; only its trainable blocks count.

        As torch.nn.utils.clip_grad_norm_, one member at a time, but not in place: for a batch of
        one row autograd gives a bias and its layer's output the same tensor.
        """
        squares = torch.zeros(self.steps.shape[1])
        for index in range(len(self._layers)):
            for parameter in self._places[index]:
                gradient = gradients[parameter]
                if gradient is not None:
                    square = gradient.flatten(1).square().sum(dim=1)
                    squares += torch.where(self._taking_part[index] > 0, square, 0.0)
        scale = (longest / (squares.sqrt() + 1e-6)).clamp(max=1.0).view(-1, 1, 1)
        return [None if gradient is None else gradient * scale for gradient in gradients]

    def _alike(
        self, layer: int, trainable: list[bool], rates: Sequence[float]
    ) -> list[tuple[int, int]]:
        """Neighbouring members whose blocks train with equal rate and equal step count."""
        counts = self.steps[layer].tolist()
        alike = [
            (rate, count) if trains else None
            for trains, rate, count in zip(trainable, rates, counts, strict=True)
        ]
        runs, start = [], 0
        for stop in range(1, len(alike) + 1):
            if stop == len(alike) or alike[stop] != alike[start]:
                if alike[start] is not None:
                    runs.append((start, stop))
                start = stop
        return runs

    def _add(self, group: _Group, layer: int, start: int, stop: int) -> None:
        for parameter in self._places[layer]:
            whole = stop - start == self.steps.shape[1]
            group.spans.append(_Span(parameter, None if whole else slice(start, stop)))
            group.values.append(self._parameters[parameter].detach()[start:stop])
            group.first_moments.append(self.first_moments[parameter][start:stop])
            group.second_moments.append(self.second_moments[parameter][start:stop])
            group.steps.append(self.steps[layer, start])  # a view: counts for the whole run


def _places(layers: Sequence[AnyStackedLayer]) -> list[range]:
    """Where each layer's parameters stand among those of all."""
    places, start = [], 0
    for layer in layers:
        places.append(range(start, start + len(layer.parameters)))
        start = places[-1].stop
    return places


def _rows(gradients: Sequence[Tensor | None], span: _Span) -> Tensor:
    gradient = gradients[span.parameter]
    if gradient is None:
        raise ValueError(f"parameter {span.parameter} trains but has no gradient")
    return gradient if span.members is None else gradient[span.members]
