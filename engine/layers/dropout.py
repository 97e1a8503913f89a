"""Layers without parameters: dropout and flatten."""

from collections.abc import Sequence
from typing import Self

import torch
from torch import Generator, Tensor

from engine.layer_specs import Dropout, Flatten
from engine.layers.base import StackedLayer


class StackedDropout(StackedLayer[Dropout]):
    """Dropout, as torch.nn.Dropout, from one generator per seed instead of the global one.

    All variants of a seed get the same mask, and it is drawn whether or not it is used, so no
    freeze changes what is drawn later. Members are ordered with variants outermost.
    """

    def __init__(self, spec: Dropout, generators: Sequence[Generator], variants: int) -> None:
        super().__init__(spec)
        self._kept = 1.0 - spec.rate
        self._generators = tuple(generators)
        self._variants = variants
        self._in_training = torch.ones(variants * len(generators), 1, 1, dtype=torch.bool)
        self._all = True
        self._mask = torch.empty(0)  # the latest, (M, batch, values): 0 or 1 / (1 - rate)

    def set_in_training(self, members: Tensor) -> None:
        """Members that are not in training drop nothing."""
        self._in_training = members.view(-1, 1, 1)
        self._all = bool(members.all())

    def forward(self, inputs: Tensor, training: bool) -> Tensor:
        """In a training pass x times a new mask; in inference x."""
        if not training:
            return inputs
        if self._generators:
            self._mask = self._draw(inputs)
        return inputs * self._mask

    def member(self, index: int, dtype: torch.dtype = torch.float32) -> Self:
        """One member with its latest mask, which it keeps: what it saw can be computed again.

        One that does not drop, as its mode is now, has a mask of ones; one that did not drop in
        the latest step has ones as well.
        """
        copy = type(self)(self.spec, (), 0)
        copy.set_in_training(self._in_training[index].flatten())
        copy._mask = self._mask[index : index + 1].to(dtype, copy=True)
        if not copy._all:
            copy._mask.fill_(1.0)
        return copy

    def _draw(self, inputs: Tensor) -> Tensor:
        drawn = [
            torch.empty_like(inputs[0]).bernoulli_(self._kept, generator=generator)
            for generator in self._generators
        ]
        mask = torch.stack(drawn).div_(self._kept).repeat(self._variants, 1, 1)
        return mask if self._all else torch.where(self._in_training, mask, 1.0)


class StackedFlatten(StackedLayer[Flatten]):
    """Rows of pixels. The data sets give images as rows already, so nothing is left to do."""

    def __init__(self, spec: Flatten) -> None:
        super().__init__(spec)

    def forward(self, inputs: Tensor, training: bool) -> Tensor:
        """The inputs themselves."""
        return inputs

    def member(self, index: int, dtype: torch.dtype = torch.float32) -> Self:
        """One member alone; there is nothing to copy."""
        return type(self)(self.spec)
