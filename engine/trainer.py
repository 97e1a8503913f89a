"""The trainer: all members of an experiment in lockstep, one visible step at a time."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor

from engine.backprop import computed_values, updated_layers
from engine.batches import Batch, BatchStream
from engine.datasets.loading import Dataset
from engine.edits import apply_edit
from engine.experiment import Experiment
from engine.journal import Edit, SetTrainable
from engine.layers.drawing import Draws, draw_layers
from engine.losses import Objective, member_means
from engine.network import Network
from engine.observation import Observation
from engine.optimizers import Optimizer
from engine.subsets import subset_of

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

    `datasets`: one for all seeds, or one for each, in their order; see `load_datasets`.
    """

    def __init__(self, experiment: Experiment, *datasets: Dataset) -> None:
        self.experiment = experiment
        self.step_count = 0
        self.epoch = 0
        self.diverged: dict[int, Divergence] = {}
        seeds, variants = experiment.training.seeds, len(experiment.variants)
        if len(datasets) not in (1, len(seeds)):
            raise ValueError(f"{len(datasets)} data sets for {len(seeds)} seeds")
        self.datasets = datasets
        self.feature_names = datasets[0].feature_names
        self.objective = Objective(experiment, datasets[0].description.classes)
        inputs = _stacked([dataset.train_inputs for dataset in datasets])
        draws = Draws(
            experiment.training,
            [random_stream(seed, "initial weights") for seed in seeds],
            [random_stream(seed, "dropout") for seed in seeds],
            variants,
        )
        self.network = Network(draw_layers(experiment.layers, inputs, draws))
        self.start = {layer.id: layer.flat_parameters() for layer in self.network.layers}
        self.optimizer = Optimizer(experiment.training, self.network.layers)
        self.batches = BatchStream(
            inputs,
            self.objective.targets(_stacked([dataset.train_targets for dataset in datasets])),
            experiment.training.batch_size,
            [random_stream(seed, "batches") for seed in seeds],
            variants,
        )
        self._validation_inputs = _stacked([dataset.validation_inputs for dataset in datasets])
        self._validation_targets = self.objective.targets(
            _stacked([dataset.validation_targets for dataset in datasets])
        )
        self._subsets = self._chosen_parameters()
        self.updated = torch.empty(0)  # (layers, M), bool: what a step updates
        self.latest_batch: Batch | None = None
        self.observation: Observation | None = None  # of the latest step that was observed
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

    def step(self, observe: bool = False) -> EpochMetrics | None:
        """One optimizer step for every member; the epoch's metrics if it was the epoch's last.

        With `observe`, what it did in every layer stays in `observation`; the step is the same.
        """
        batch = self.latest_batch = self.batches.next()
        taps = self.network.taps(batch.inputs, training=True) if observe else ()
        outputs = taps[-1] if taps else self.network.forward(batch.inputs, training=True)
        losses = self.objective.losses(outputs, batch.targets)
        self.step_count += 1
        self._losses.append(losses.detach())
        self._outputs.append(outputs.detach())
        if not math.isfinite(self._losses[-1].sum().item()):
            self._mark_diverged(batch, member_means(losses))
        gradients, tap_gradients = self._gradients(losses, taps)
        if observe:
            self.observation = self._observed(taps, gradients, tap_gradients)
        if self._active:
            self.optimizer.step(gradients)
        return self._finish_epoch() if batch.last else None

    def apply(self, edit: Edit) -> None:
        """Take an edit, from the next step on. Raises ExperimentError if it does not fit."""
        before, self.experiment = self.experiment, apply_edit(self.experiment, edit)
        if isinstance(edit, SetTrainable) and edit.trainable:
            state = edit.optimizer_state or self.experiment.training.on_unfreeze
            if state == "clear" and not before.variant(edit.variant).layers[edit.layer].trainable:
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
        if not self._validation_inputs.shape[1]:
            nothing = np.full(self.network.members, np.nan, np.float32)
            return nothing, nothing.copy()
        return self.evaluate(self._validation_inputs, self._validation_targets)

    @torch.no_grad()
    def evaluate(
        self, inputs: Tensor, targets: Tensor
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Loss and score of all members on some rows, each (M,); nothing is changed.

        `inputs` (S, rows, inputs) and `targets` (S, rows, …): those of every seed, or with S = 1
        the same for all.
        """
        members = self.network.members
        widest = max(computed_values(self.experiment))
        rows = max(1, EVALUATED_VALUES // (members * widest))
        pieces = [
            self.network.forward(_for_members(piece, members), training=False)
            for piece in torch.split(inputs, rows, dim=1)
        ]
        outputs = torch.cat(pieces, dim=1)
        repeated = _for_members(targets, members)
        losses = member_means(self.objective.losses(outputs, repeated))
        return losses, self.objective.scores(outputs, repeated).numpy()

    def _gradients(
        self, losses: Tensor, taps: Sequence[Tensor]
    ) -> tuple[list[Tensor | None], list[Tensor | None]]:
        """One backward pass through the sum of the members' mean losses: per parameter, per tap.

        Backprop stops below the lowest layer that some member trains; None from there on.
        """
        if not self._active:
            return [None] * len(self._trains), [None] * len(taps)
        share = self._shares.get(losses.shape)
        if share is None:  # d mean / d loss: 1 / (losses of a member)
            share = torch.full_like(losses, losses.shape[0] / losses.numel(), requires_grad=False)
            self._shares[losses.shape] = share
        reached = [tap.requires_grad for tap in taps]
        wanted = [*self._active, *(tap for tap in taps if tap.requires_grad)]
        found = iter(torch.autograd.grad(losses, wanted, share))
        gradients = [next(found) if trains else None for trains in self._trains]
        return gradients, [next(found) if there else None for there in reached]

    def _observed(
        self,
        taps: Sequence[Tensor],
        gradients: Sequence[Tensor | None],
        tap_gradients: Sequence[Tensor | None],
    ) -> Observation:
        """What the step is about to do, as copies where the optimizer changes things in place."""
        of_layers: list[Tensor | None] = []
        rest = iter(gradients)
        for layer in self.network.layers:
            own = [
                gradient.flatten(1)
                for _ in layer.parameters
                if (gradient := next(rest)) is not None
            ]
            of_layers.append(torch.cat(own, dim=1) if own else None)
        return Observation(
            step=self.step_count,
            outputs=tuple(tap.detach() for tap in taps),
            output_gradients=tuple(tap_gradients),
            gradients=tuple(of_layers),
            before=tuple(layer.flat_parameters() for layer in self.network.layers),
            updated=self.updated,
        )

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
        alone = self.network.member(member)
        for layer in alone.layers:
            if not all(parameter.isfinite().all() for parameter in layer.parameters):
                return layer.id
        taps = alone.taps(batch.inputs[member : member + 1], training=True)
        for layer, values in zip(alone.layers, taps, strict=True):
            if not values.isfinite().all():
                return layer.id
        return alone.layers[-1].id

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
        """Bring gradients, modes and optimizer in line with the plans of all variants."""
        variants, seeds = self.experiment.variants, len(self.experiment.training.seeds)
        going = torch.tensor([m not in self.diverged for m in range(self.network.members)])
        patterns = [updated_layers(self.experiment.layers, variant) for variant in variants]
        self.updated = torch.tensor(patterns).T.repeat_interleave(seeds, dim=1) & going
        rates = []
        for layer, updated in zip(self.network.layers, self.updated, strict=True):
            plans = [variant.layers[layer.id] for variant in variants]
            in_training = [plan.trainable or plan.when_frozen == "training" for plan in plans]
            layer.set_in_training(torch.tensor(in_training).repeat_interleave(seeds) & going)
            layer.set_requires_grad(bool(updated.any()))
            rates.append([plan.learning_rate for plan in plans for _ in range(seeds)])
        self.optimizer.plan(self.updated, rates, self._subsets)
        parameters = self.network.parameters
        self._trains = [p.requires_grad for p in parameters]
        self._active = [p for p in parameters if p.requires_grad]

    def _chosen_parameters(self) -> dict[int, Tensor]:
        """Which parameters train, (M, parameters), of every layer that some variant trains in part.

        By number of the layer, for the whole run: no edit changes a subset.
        """
        chosen = {}
        variants, seeds = self.experiment.variants, self.experiment.training.seeds
        for index, layer in enumerate(self.network.layers):
            plans = [variant.layers[layer.id] for variant in variants]
            if any(plan.subset is not None for plan in plans):
                members = [
                    subset_of(plan.subset, layer.id, seed, layer.parameter_count)
                    for plan in plans
                    for seed in seeds
                ]
                chosen[index] = torch.tensor(np.stack(members))
        return chosen


def _stacked(arrays: Sequence[NDArray[Any]]) -> Tensor:
    """Arrays of equal shape as one tensor, one after the other along a new first axis."""
    return torch.from_numpy(np.stack(arrays))


def _for_members(values: Tensor, members: int) -> Tensor:
    """(S, …) as (M, …), seeds innermost; one for all is not copied."""
    sets = len(values)
    if sets == 1:
        return values.expand(members, *values.shape[1:])
    return values.repeat(members // sets, *(1 for _ in values.shape[1:]))


def random_stream(seed: int, purpose: str) -> Generator:
    """A generator of its own for each seed and purpose, so that no stream disturbs another."""
    words: Sequence[int] = [seed, *purpose.encode()]
    state = np.random.SeedSequence(words).generate_state(1, np.uint64)[0]
    return Generator().manual_seed(int(state >> 1))
