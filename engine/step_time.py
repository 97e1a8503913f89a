"""The time of one training step, as it is and with every layer trainable."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

import torch

from engine.chain_rule_layers import lone_copy
from engine.optimizers import Optimizer
from engine.trainer import Trainer

FEWEST = 3  # steps of either side, however long they take
NEARLY_STILL = 1e-12  # times the learning rates; far less would make subnormal, slow numbers


@dataclass(frozen=True)
class StepTime:
    """Seconds for forward, backward and update of one member by itself, medians of many steps.

    `own` with the variant's pattern, `all_trainable` with every layer trainable. Batches, losses
    for the log and probes are not in it.
    """

    own: float
    all_trainable: float

    @property
    def ratio(self) -> float:
        """The step's time relative to all layers trainable."""
        return self.own / self.all_trainable


def measure_step_time(trainer: Trainer, member: int, seconds: float = 0.05) -> StepTime:
    """Time a step of one member's copy, for about so many seconds; nothing in the run changes.

    The two sides take turns, so that what else the machine does falls on both. Raises EngineError
    before the first step.
    """
    lone = lone_copy(trainer, member, torch.float32)
    everything = [layer.spec.has_parameters for layer in lone.network.layers]
    steps = [_make_step(trainer, member, updated) for updated in (lone.updated, everything)]
    for step in steps:  # the first of each pays for what is set up once
        step()
    taken: tuple[list[float], list[float]] = ([], [])
    end = perf_counter() + seconds
    while len(taken[0]) < FEWEST or perf_counter() < end:
        for step, times in zip(steps, taken, strict=True):
            began = perf_counter()
            step()
            times.append(perf_counter() - began)
    return StepTime(own=median(taken[0]), all_trainable=median(taken[1]))


def _make_step(trainer: Trainer, member: int, updated: Sequence[bool]) -> Callable[[], None]:
    """Forward, backward and update with this pattern, on a copy of its own."""
    lone = lone_copy(trainer, member, torch.float32)
    layers = lone.network.layers
    variant_id, _ = trainer.experiment.members[member]
    plans = trainer.experiment.variant(variant_id).layers
    lone.train(updated)
    optimizer = Optimizer(trainer.experiment.training, layers)
    rates = [[plans[layer.id].learning_rate * NEARLY_STILL] for layer in layers]
    optimizer.plan(torch.tensor([updated]).T, rates)
    parameters = lone.network.parameters
    active = [parameter for parameter in parameters if parameter.requires_grad]

    def step() -> None:
        loss = lone.loss()
        if active:
            found = iter(torch.autograd.grad(loss, active))
            optimizer.step([next(found) if p.requires_grad else None for p in parameters])

    return step
