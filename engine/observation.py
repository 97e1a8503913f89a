"""What one training step did in every layer, as it was measured on the way."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Observation:
    """One step of all members, a tensor per layer from input to output; nobody changes them.

    `outputs` (M, rows, units): what each layer passed up (the output layer: its pre-activations).
    `output_gradients`, alike: dL/d outputs, with L the mean loss of each member; None where
    autograd did not go. `gradients` (M, parameters): dL/d weights and biases, before any clipping.
    `before` (M, parameters): the weights that the step started from. `updated` (layers, M), bool:
    what the step updated; a gradient elsewhere belongs to another member's pattern.
    """

    step: int
    outputs: tuple[Tensor, ...]
    output_gradients: tuple[Tensor | None, ...]
    gradients: tuple[Tensor | None, ...]
    before: tuple[Tensor, ...]
    updated: Tensor
