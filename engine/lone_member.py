"""One member by itself, as copies: what can be asked of it changes nothing in the run."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from engine.losses import Objective
from engine.network import Network
from engine.observation import Observation
from engine.trainer import Trainer


@dataclass(frozen=True)
class LoneMember:
    """A copy of one member's network, M = 1, and the latest batch it was trained on.

    Its dropout keeps the masks of that batch, its batch norm the modes of its variant.
    """

    network: Network
    inputs: Tensor  # (1, rows, inputs)
    targets: Tensor  # (1, rows, …)
    objective: Objective
    updated: tuple[bool, ...]
    step: int

    @classmethod
    def of(cls, trainer: Trainer, member: int, dtype: torch.dtype = torch.float32) -> Self | None:
        """Member `member` as it is now; None before the first step, when there is no batch yet."""
        batch = trainer.latest_batch
        if batch is None:
            return None
        inputs = batch.inputs[member : member + 1].to(dtype, copy=True)
        targets = batch.targets[member : member + 1]
        return cls(
            network=trainer.network.member(member, dtype),
            inputs=inputs,
            targets=targets.to(dtype, copy=True)
            if targets.is_floating_point()
            else targets.clone(),
            objective=trainer.objective,
            updated=tuple(trainer.updated[:, member].tolist()),
            step=trainer.step_count,
        )

    def loss(self) -> Tensor:
        """The mean loss over the batch, a scalar that can be differentiated."""
        outputs = self.network.forward(self.inputs, training=True)
        return self.objective.losses(outputs, self.targets).mean()

    def train(self, updated: Sequence[bool]) -> None:
        """From now on compute gradients for these layers, and have them act as in training.

        The others keep the mode of the member's variant. The boundary of backprop follows, as
        autograd finds it.
        """
        for layer, required in zip(self.network.layers, updated, strict=True):
            layer.set_requires_grad(required)
            if required:
                layer.set_in_training(torch.tensor([True]))

    def observe(self, updated: Sequence[bool] | None = None) -> Observation:
        """Forward and backward on the batch, without an update.

        `updated` says which layers train; None: those that do in the member's variant.
        """
        pattern = self.updated if updated is None else tuple(updated)
        layers = self.network.layers
        self.train(pattern)
        taps = self.network.taps(self.inputs, training=True)
        loss = self.objective.losses(taps[-1], self.targets).mean()
        wanted = [tensor for tensor in (*self.network.parameters, *taps) if tensor.requires_grad]
        found = dict(zip(wanted, torch.autograd.grad(loss, wanted), strict=True)) if wanted else {}
        gradients = []
        for layer in layers:
            flat = [found[p].flatten(1) for p in layer.parameters if p in found]
            gradients.append(torch.cat(flat, dim=1) if flat else None)
        return Observation(
            step=self.step,
            outputs=tuple(tap.detach() for tap in taps),
            output_gradients=tuple(found.get(tap) for tap in taps),
            gradients=tuple(gradients),
            before=tuple(layer.flat_parameters() for layer in layers),
            updated=torch.tensor(pattern).unsqueeze(1),
        )
