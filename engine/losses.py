"""Losses and scores, one number per member; penalties are never in them."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from engine.checks import resolved_loss
from engine.experiment import Experiment
from engine.layers.activations import ACTIVATION_FUNCTIONS


class Objective:
    """What is minimized and what is reported, for outputs of shape (M, batch, units).

    `pre_activations` are those of the output layer: cross-entropies are computed from them, since
    log(sigmoid(x)) taken in one piece neither overflows nor needs clipping.
    """

    def __init__(self, experiment: Experiment, classes: int) -> None:
        output = experiment.output
        self.kind = resolved_loss(experiment)
        self.classes = classes
        self._units = output.units
        self._activation = ACTIVATION_FUNCTIONS[output.activation]
        self._losses = {
            "binary_cross_entropy": self._binary_cross_entropy,
            "cross_entropy": self._cross_entropy,
            "mean_squared_error": self._squared_error,
        }[self.kind]

    def targets(self, targets: Tensor) -> Tensor:
        """Targets (…, n) as the loss takes them: class numbers alike, else (…, n, units)."""
        if self.kind == "cross_entropy":
            return targets
        if self.classes > 2 or (self.classes and self._units > 1):
            return functional.one_hot(targets, self._units).float()
        return targets.float().unsqueeze(-1)

    def losses(self, pre_activations: Tensor, targets: Tensor) -> Tensor:
        """Loss of every target number, (M, …); a member's loss is the mean over all but M."""
        return self._losses(pre_activations, targets)

    def outputs(self, pre_activations: Tensor) -> Tensor:
        """What the network answers: probabilities for classes, numbers for regression."""
        if self.kind == "cross_entropy":
            return torch.softmax(pre_activations, dim=-1)
        if self.kind == "binary_cross_entropy":
            return torch.sigmoid(pre_activations)
        return self._activation(pre_activations)

    def scores(self, pre_activations: Tensor, targets: Tensor) -> Tensor:
        """Accuracy for classes, R2 (1 - residual / total sum of squares) for regression, (M,)."""
        if not self.classes:
            residual = (self._activation(pre_activations) - targets).square().sum(dim=(1, 2))
            total = (targets - targets.mean(dim=-2, keepdim=True)).square().sum(dim=(1, 2))
            return 1.0 - residual / total
        if self.kind == "cross_entropy":
            hits = pre_activations.argmax(dim=-1) == targets
        elif self._units > 1:
            hits = pre_activations.argmax(dim=-1) == targets.argmax(dim=-1)
        else:
            hits = (self.outputs(pre_activations) > 0.5).squeeze(-1) == (targets > 0.5).squeeze(-1)
        return hits.float().mean(dim=1)

    def _binary_cross_entropy(self, pre_activations: Tensor, targets: Tensor) -> Tensor:
        return functional.binary_cross_entropy_with_logits(
            pre_activations, targets, reduction="none"
        )

    def _cross_entropy(self, pre_activations: Tensor, targets: Tensor) -> Tensor:
        flat = pre_activations.flatten(0, 1)
        losses = functional.cross_entropy(flat, targets.flatten(), reduction="none")
        return losses.view(targets.shape)

    def _squared_error(self, pre_activations: Tensor, targets: Tensor) -> Tensor:
        return (self._activation(pre_activations) - targets).square()


def member_means(losses: Tensor) -> NDArray[np.float32]:
    """The mean loss of every member, (M, …) -> (M,)."""
    means: NDArray[np.float32] = losses.detach().flatten(1).mean(dim=1).numpy()
    return means
