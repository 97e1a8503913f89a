"""The trainer: all members of an experiment in lockstep, one visible step at a time."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor

from engine.batches import Batch, BatchStream
from engine.datasets.loading import Dataset
from engine.edits import Edit, SetTrainable, apply_edit
from engine.experiment import Experiment
from engine.layers import draw_layers
from engine.losses import Objective, member_means
from engine.network import Network
from engine.optimizers import Optimizer

EVALUATED_VALUES = 4_000_000  # values per layer in one piece of an evaluation: bounds its memory


@dataclass(frozen=True)
class EpochMetrics:
    """One finished epoch, one number per member, each (M,) float32.

    `train_loss` is the mean over the epoch's batches as they were trained, weighted by their rows
    (what Keras calls `loss`); scores are accuracy, or R2 for regression. Held-out values are NaN
    where no rows are held out, and a diverged member's are NaN.
    """

    epoch: int
    train_loss: NDArray[np.float32]
    validation_loss: NDArray[np.float32]
    train_score: NDArray[np.float32]
    validation_score: NDArray[np.float32]


@dataclass(frozen=True)
class Divergence:
    """A member whose loss was not finite at `step`; `layer` went non-finite first."""

    member: int
    step: int
    layer: str


class Trainer:
    """Trains every (variant, seed) of an experiment on one stacked network.

    Member `v * seeds + s` is variant v with seed s. Equal seeds have equal initial weights and
    equal batches in every variant, whatever is frozen; no randomness is taken from torch's global
    generator. Edits change the trainer between two steps only.
    """

    def __init__(self, experiment: Experiment, dataset: Dataset) -> None:
        self.experiment = experiment
        self.step_count = 0
        self.epoch = 0
        self.diverged: dict[int, Divergence] = {}
        seeds, variants = experiment.training.seeds, len(experiment.variants)
        self.objective = Objective(experiment, dataset.description.classes)
        initial = [random_stream(seed, "initial weights") for seed in seeds]
        inputs = torch.tensor(dataset.train_inputs)
        self.network = Network(
            draw_layers(experiment.layers, inputs.shape[1], experiment.training, initial, variants)
        )
        self.start = {layer.id: layer.flat_parameters() for layer in self.network.layers}
        self.optimizer = Optimizer(experiment.training, self.network.layers)
        self.batches = BatchStream(
            inputs,
            self.objective.targets(torch.tensor(dataset.train_targets)),
            experiment.training.batch_size,
            [random_stream(seed, "batches") for seed in seeds],
            variants,
        )
        self._validation_inputs = torch.tensor(dataset.validation_inputs)
        self._validation_targets = self.objective.targets(torch.tensor(dataset.validation_targets))
        self._trains: list[bool] = []  # per parameter: whether some member trains it
        self._active: list[Tensor] = []  # those parameters
        self._shares: dict[torch.Size, Tensor] = {}
        self._losses: list[Tensor] = []  # of the epoch under way, each (M, rows, …)
        self._outputs: list[Tensor] = []  # of the epoch under way, each (M, rows, units)
        self._plan()

    @property
    def running_loss(self) -> NDArray[np.float32]:
        """Mean training loss over the rows of the epoch under way, (M,); NaN before any."""
        if not self._losses:
            return np.full(self.network.members, np.nan, np.float32)
        return member_means(torch.cat(self._losses, dim=1))

    @property
    def epoch_fraction(self) -> float:
        """Epochs trained so far, with the share of the unfinished one."""
        rows = sum(losses.shape[1] for losses in self._losses)
        return self.epoch + rows / self.batches.rows

    def step(self) -> EpochMetrics | None:
        """One optimizer step for every member; the epoch's metrics if it was the epoch's last."""
        batch = self.batches.next()
        outputs = self.network.forward(batch.inputs)
        losses = self.objective.losses(outputs, batch.targets)
        self.step_count += 1
        self._losses.append(losses.detach())
        self._outputs.append(outputs.detach())
        if not math.isfinite(self._losses[-1].sum().item()):
            self._mark_diverged(batch, member_means(losses))
        if self._active:
            self.optimizer.step(self._gradients(losses))
        return self._finish_epoch() if batch.last else None

    def apply(self, edit: Edit) -> None:
        """Take an edit, from the next step on. Raises ExperimentError if it does not fit."""
        before, self.experiment = self.experiment, apply_edit(self.experiment, edit)
        if isinstance(edit, SetTrainable) and self.experiment.training.on_unfreeze == "clear":
            was = before.variant(edit.variant).layers[edit.layer].trainable
            if edit.trainable and not was:
                layer = [spec.id for spec in self.experiment.layers].index(edit.layer)
                self.optimizer.clear(layer, self.members_of(edit.variant))
        self._plan()

    def members_of(self, variant_id: str) -> slice:
        """Where a variant's members lie on the member axis, one per seed."""
        seeds = len(self.experiment.training.seeds)
        index = [variant.id for variant in self.experiment.variants].index(variant_id)
        return slice(index * seeds, (index + 1) * seeds)

    def validate(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Loss and score of all members on the held-out rows, each (M,); NaN if there are none."""
        if not self._validation_inputs.shape[0]:
            nothing = np.full(self.network.members, np.nan, np.float32)
            return nothing, nothing.copy()
        return self.evaluate(self._validation_inputs, self._validation_targets)

    @torch.no_grad()
    def evaluate(
        self, inputs: Tensor, targets: Tensor
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Loss and score of all members on the same rows, each (M,); nothing is changed."""
        members = self.network.members
        widest = max(inputs.shape[1], *(spec.units for spec in self.experiment.layers))
        rows = max(1, EVALUATED_VALUES // (members * widest))
        pieces = [
            self.network.forward(piece.expand(members, -1, -1))
            for piece in torch.split(inputs, rows)
        ]
        outputs = torch.cat(pieces, dim=1)
        repeated = targets.expand(members, *targets.shape)
        losses = member_means(self.objective.losses(outputs, repeated))
        return losses, self.objective.scores(outputs, repeated).numpy()

    def _gradients(self, losses: Tensor) -> list[Tensor | None]:
        """One backward pass through the sum of the members' mean losses.

        Backprop stops below the lowest layer that some member trains.
        """
        share = self._shares.get(losses.shape)
        if share is None:  # d mean / d loss: 1 / (losses of a member)
            share = torch.full_like(losses, losses.shape[0] / losses.numel(), requires_grad=False)
            self._shares[losses.shape] = share
        gradients = torch.autograd.grad(losses, self._active, share)
        if len(gradients) == len(self._trains):
            return list(gradients)
        computed = iter(gradients)
        return [next(computed) if trains else None for trains in self._trains]

    def _mark_diverged(self, batch: Batch, losses: NDArray[np.float32]) -> None:
        """Members whose loss is not finite stay as they are from now on; the others go on."""
        fresh = [int(m) for m in np.flatnonzero(~np.isfinite(losses)) if m not in self.diverged]
        for member in fresh:
            layer = self._first_non_finite(batch, member)
            self.diverged[member] = Divergence(member, self.step_count, layer)
        if fresh:
            self._plan()

    @torch.no_grad()
    def _first_non_finite(self, batch: Batch, member: int) -> str:
        layers = self.network.layers
        for layer in layers:
            if not all(p[member].isfinite().all() for p in layer.parameters):
                return layer.id
        for layer, values in zip(layers, self.network.taps(batch.inputs), strict=True):
            if not values[member].isfinite().all():
                return layer.id
        return layers[-1].id

    def _finish_epoch(self) -> EpochMetrics:
        self.epoch += 1
        train_loss = self.running_loss
        outputs = torch.cat(self._outputs, dim=1)
        train_score = self.objective.scores(outputs, self.batches.epoch_targets()).numpy()
        self._losses.clear()
        self._outputs.clear()
        validation_loss, validation_score = self.validate()
        metrics = EpochMetrics(
            self.epoch, train_loss, validation_loss, train_score, validation_score
        )
        for values in (train_loss, validation_loss, train_score, validation_score):
            values[list(self.diverged)] = np.nan
        return metrics

    def _plan(self) -> None:
        """Bring gradients and optimizer in line with the plans of all variants."""
        variants, seeds = self.experiment.variants, len(self.experiment.training.seeds)
        trainable, rates = [], []
        for layer in self.network.layers:
            plans = [variant.layers[layer.id] for variant in variants for _ in range(seeds)]
            trainable.append(
                [plan.trainable and m not in self.diverged for m, plan in enumerate(plans)]
            )
            rates.append([plan.learning_rate for plan in plans])
            layer.set_requires_grad(any(trainable[-1]))
        self.optimizer.plan(torch.tensor(trainable), rates)
        parameters = [p for layer in self.network.layers for p in layer.parameters]
        self._trains = [p.requires_grad for p in parameters]
        self._active = [p for p in parameters if p.requires_grad]


def random_stream(seed: int, purpose: str) -> Generator:
    """A generator of its own for each seed and purpose, so that no stream disturbs another."""
    words: Sequence[int] = [seed, *purpose.encode()]
    state = np.random.SeedSequence(words).generate_state(1, np.uint64)[0]
    return Generator().manual_seed(int(state >> 1))
