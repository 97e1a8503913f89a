"""What the networks of a run predict right now: asked between two steps, it changes nothing.

Every network answers in inference mode, as for the held-out loss: nothing is dropped, batch norm
uses its running statistics.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.datasets.loading import Dataset
from engine.losses import Objective
from engine.network import Network
from engine.prediction_rows import EvaluatedRows, scaled, source_numbers
from engine.prediction_values import (
    Boundary,
    Confusion,
    Counts,
    FittedCurve,
    MostWrong,
    Numbers,
    Picture,
    PredictedActual,
    Predictions,
    Standing,
    WrongPictures,
)
from engine.trainer import Trainer

GRID = 60  # places along each axis of a decision boundary
COARSE_GRID = 40  # the same where many variants stand side by side, each in a small panel
MANY = 8  # variants up to which the fine grid is asked for
CURVE = 200  # places along a fitted curve
MOST_PICTURES = 12
MOST_SEEDS = 10  # curves of one variant


@dataclass(frozen=True)
class _Asked:
    """One question being answered: copies of the wanted members, one per variant."""

    trainer: Trainer
    variants: tuple[str, ...]
    members: tuple[int, ...]
    networks: tuple[Network, ...]

    def answers(self, inputs: Tensor) -> Tensor:
        """Pre-activations of every network for the same rows, (variants, rows, units)."""
        rows = inputs.unsqueeze(0)
        return torch.cat([network.forward(rows, training=False) for network in self.networks])


class Predictor:
    """Answers what the variants of one run predict; what stays the same is made ready once.

    Make one for each run, anywhere, and call it on the thread that trains.
    """

    def __init__(self) -> None:
        self._rows: dict[int, EvaluatedRows] = {}  # by the place of the data set

    @torch.no_grad()
    def __call__(
        self, trainer: Trainer, variants: Sequence[str], seed: int | None = None
    ) -> Predictions:
        """What these variants predict at this step; of a seed, by default the first.

        Which picture there is follows from the data: two inputs and classes a decision boundary,
        one input and a number a fitted curve, several inputs and a number predicted against
        actual, images the most wrong ones, other classes a confusion matrix. Raises LookupError
        for a variant or seed that the run has not, ValueError for no variants.
        """
        began = time.perf_counter()
        asked = _asked(trainer, variants, seed)
        rows = self._rows_of(trainer, asked.members[0])
        answers = asked.answers(rows.inputs)
        return Predictions(
            step=trainer.step_count,
            epoch=trainer.epoch_fraction,
            standings=_standings(asked, answers, rows),
            picture=_picture_of(rows.dataset)(asked, answers, rows),
            held_out=rows.held_out,
            rows=len(rows.inputs),
            all_rows=rows.all_rows,
            seconds=time.perf_counter() - began,
        )

    def _rows_of(self, trainer: Trainer, member: int) -> EvaluatedRows:
        """The rows of a member's seed: seeds may have splits of their own."""
        place = _data_place(trainer, member)
        if place not in self._rows:
            self._rows[place] = EvaluatedRows(trainer.datasets[place], trainer.objective)
        return self._rows[place]


def class_probabilities(objective: Objective, pre_activations: Tensor) -> Tensor:
    """The probability of each class, (…, units) -> (…, classes); they add up to 1.

    Softmax or sigmoid, as in the loss. Under mean squared error the answers stand for
    probabilities: they are cut to 0 … 1 and, of several units, divided by their sum.
    """
    outputs = objective.outputs(pre_activations)
    if objective.kind == "mean_squared_error":
        outputs = outputs.clamp(0.0, 1.0)
    if outputs.shape[-1] == 1:
        return torch.cat([1.0 - outputs, outputs], dim=-1)
    total = outputs.sum(dim=-1, keepdim=True)
    return torch.where(total > 0, outputs / total, 1.0 / outputs.shape[-1])


def predicted_classes(objective: Objective, pre_activations: Tensor) -> Tensor:
    """The class that is predicted, by the rule that the accuracy counts with, (…, units) -> (…)."""
    if pre_activations.shape[-1] > 1:
        return pre_activations.argmax(dim=-1)
    return (objective.outputs(pre_activations) > 0.5).long().squeeze(-1)


def _asked(trainer: Trainer, variants: Sequence[str], seed: int | None) -> _Asked:
    if not variants:
        raise ValueError("there must be a variant to ask of")
    wanted = trainer.experiment.training.seeds[0] if seed is None else seed
    members = []
    for variant in variants:
        if (variant, wanted) not in trainer.experiment.members:
            raise LookupError(f"the run has no variant {variant!r} with seed {wanted}")
        members.append(trainer.experiment.members.index((variant, wanted)))
    networks = tuple(trainer.network.member(member) for member in members)
    return _Asked(trainer, tuple(variants), tuple(members), networks)


def _standings(asked: _Asked, answers: Tensor, rows: EvaluatedRows) -> tuple[Standing, ...]:
    targets = rows.targets.expand(len(answers), *rows.targets.shape)
    losses = rows.objective.losses(answers, targets).flatten(1).mean(dim=1).tolist()
    scores = rows.objective.scores(answers, targets).tolist()
    told = []
    for member, loss, score in zip(asked.members, losses, scores, strict=True):
        variant, seed = asked.trainer.experiment.members[member]
        gone = asked.trainer.diverged.get(member)
        text = f"{gone.layer} went non-finite at step {gone.step}" if gone else ""
        told.append(Standing(variant, seed, loss, score, text))
    return tuple(told)


def _picture_of(dataset: Dataset) -> "Callable[[_Asked, Tensor, EvaluatedRows], Picture]":
    description = dataset.description
    if description.task == "regression":
        return _fitted_curve if description.inputs == 1 else _predicted_actual
    if description.inputs == 2:
        return _boundary
    return _most_wrong if description.image_shape else _confusion


def _boundary(asked: _Asked, answers: Tensor, rows: EvaluatedRows) -> Boundary:
    grid = rows.grid(GRID if len(answers) <= MANY else COARSE_GRID)
    x, y = grid.axes
    found = class_probabilities(rows.objective, asked.answers(grid.places))
    return Boundary(
        x=x,
        y=y,
        probabilities=found.view(len(found), len(y), len(x), -1).numpy(),
        training=rows.training,
        held_out=rows.validation,
        input_names=rows.dataset.feature_names,
        class_names=rows.dataset.class_names,
    )


def _fitted_curve(asked: _Asked, answers: Tensor, rows: EvaluatedRows) -> FittedCurve:
    """The seed that was asked for, then the others."""
    grid, trainer = rows.grid(CURVE), asked.trainer
    curves = []
    for variant, member in zip(asked.variants, asked.members, strict=True):
        places = trainer.members_of(variant)
        others = [each for each in range(places.start, places.stop) if each != member]
        curves.append(
            [_curve(trainer, each, grid.source) for each in (member, *others[: MOST_SEEDS - 1])]
        )
    return FittedCurve(
        x=grid.axes[0],
        y=np.array(curves),
        training=rows.training,
        held_out=rows.validation,
        input_name=rows.dataset.feature_names[0],
    )


def _curve(trainer: Trainer, member: int, source: NDArray[np.float64]) -> Numbers:
    """One member's numbers at these inputs, both in the source's units; NaN once it diverged."""
    if member in trainer.diverged:
        return np.full(len(source), np.nan, np.float32)
    dataset = trainer.datasets[_data_place(trainer, member)]  # scaled by its own seed's rows
    answers = trainer.network.member(member).forward(scaled(source, dataset)[None], training=False)
    return source_numbers(trainer.objective.outputs(answers[0, :, 0]), dataset)


def _data_place(trainer: Trainer, member: int) -> int:
    """Which of the trainer's data sets a member learns from: one for all, or its seed's own."""
    return member % len(trainer.experiment.training.seeds) if len(trainer.datasets) > 1 else 0


def _predicted_actual(asked: _Asked, answers: Tensor, rows: EvaluatedRows) -> PredictedActual:
    outputs = rows.objective.outputs(answers.squeeze(-1))
    return PredictedActual(
        actual=source_numbers(rows.classes, rows.dataset),
        predicted=source_numbers(outputs, rows.dataset),
    )


def _most_wrong(asked: _Asked, answers: Tensor, rows: EvaluatedRows) -> MostWrong:
    targets = rows.targets.expand(len(answers), *rows.targets.shape)
    losses = rows.objective.losses(answers, targets)
    if losses.ndim == 3:  # a loss for every unit: a row's is their mean
        losses = losses.mean(dim=-1)
    predicted = predicted_classes(rows.objective, answers).numpy()
    probabilities = class_probabilities(rows.objective, answers).numpy()
    each = zip(losses.numpy(), predicted, probabilities, strict=True)
    return MostWrong(
        tuple(_wrong_pictures(rows, *numbers) for numbers in each), rows.dataset.class_names
    )


def _wrong_pictures(
    rows: EvaluatedRows, losses: Numbers, predicted: Counts, probabilities: Numbers
) -> WrongPictures:
    """Of one variant: losses (rows,), predicted classes (rows,), probabilities (rows, classes)."""
    assert rows.pictures is not None
    actual = rows.classes.numpy()
    wrong = np.flatnonzero(predicted != actual)
    worst = wrong[np.argsort(-losses[wrong], kind="stable")][:MOST_PICTURES]
    return WrongPictures(
        pictures=rows.pictures[worst],
        actual=actual[worst],
        predicted=predicted[worst],
        probability=probabilities[worst, predicted[worst]],
        losses=losses[worst],
        wrong=len(wrong),
        rows=len(actual),
    )


def _confusion(asked: _Asked, answers: Tensor, rows: EvaluatedRows) -> Confusion:
    classes = len(rows.dataset.class_names)
    predicted = predicted_classes(rows.objective, answers).numpy()
    pairs = rows.classes.numpy() * classes + predicted  # (variants, rows)
    counts = [np.bincount(own, minlength=classes**2) for own in pairs]
    return Confusion(
        counts=np.stack(counts).reshape(-1, classes, classes),
        class_names=rows.dataset.class_names,
    )
