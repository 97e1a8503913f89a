"""The values that are measured: parameters, gradients, updates and outputs, as blocks of layers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from torch import Tensor

from engine.observation import Observation
from engine.probes import Blocks, HistogramKind

Observed = Literal["step", "now"]


@dataclass(frozen=True)
class Seen:
    """An observation, where the members asked for stand in it, and what it is of.

    "step": the step just taken; "now": its batch again, with the weights as they are now.
    """

    observation: Observation
    places: slice
    of: Observed


@dataclass(frozen=True)
class LayerValues:
    """What there is to measure of some members, each put together once and only if needed."""

    members: slice
    now: Blocks
    """The parameters as they are, a block for each of the layers `weighted`."""
    weighted: Sequence[int]
    seen: Seen | None

    @cached_property
    def before(self) -> Blocks:
        """The parameters that the step started from, alike `now`."""
        assert self.seen is not None
        before, places = self.seen.observation.before, self.seen.places
        return Blocks.of([before[index].numpy()[places] for index in self.weighted])

    @cached_property
    def updates(self) -> Blocks:
        """What the step added to the parameters."""
        return self.now - self.before

    @cached_property
    def gradients(self) -> tuple[list[int], Blocks | None]:
        """The layers for which gradients were computed, and those."""
        return self._blocks(self.seen.observation.gradients) if self.seen else ([], None)

    @cached_property
    def output_gradients(self) -> tuple[list[int], Blocks | None]:
        """The layers whose outputs the gradient reached, and what arrived there."""
        return self._blocks(self.seen.observation.output_gradients) if self.seen else ([], None)

    def of(self, kind: HistogramKind) -> tuple[Sequence[int], Blocks | None]:
        """The layers of which there is something of this kind, and their values."""
        if kind == "weights":
            return self.weighted, self.now
        if kind == "gradients":
            return self.gradients
        if self.seen is None:
            return [], None
        if kind == "activations":
            return self._blocks(self.seen.observation.outputs)
        # Without a step there is no update.
        return (self.weighted, self.updates) if self.seen.of == "step" else ([], None)

    def _blocks(self, tensors: Sequence[Tensor | None]) -> tuple[list[int], Blocks | None]:
        assert self.seen is not None
        found = {
            index: tensor.numpy()[self.seen.places]
            for index, tensor in enumerate(tensors)
            if tensor is not None
        }
        return list(found), Blocks.of(list(found.values())) if found else None
