"""The rows that predictions are made for, and the places between them: the same for a whole run."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.datasets.loading import Dataset
from engine.losses import Objective
from engine.prediction_values import Numbers, Points

RANGE_MARGIN = 0.08  # of the data's range, on each side
MOST_ROWS = 2_000  # rows evaluated for one answer: training waits for it
MOST_POINTS = 500  # rows of each part that are shown as points


@dataclass(frozen=True)
class Grid:
    """Axes and every place between them in the source's units; the places as inputs, too."""

    axes: tuple[Numbers, ...]
    source: NDArray[np.float64]  # (places, inputs)
    places: Tensor  # (places, inputs)


class EvaluatedRows:
    """The rows that are evaluated: held-out ones, or training rows if none are held out.

    Of large data sets `MOST_ROWS` drawn at random, the same each time. `inputs` (rows, inputs),
    `classes` (rows,) are class numbers or, for regression, numbers; `targets` are the same in the
    form that the loss takes.
    `training` and `validation` are the points to show, `pictures` (rows, height, width) the images.
    """

    def __init__(self, dataset: Dataset, objective: Objective) -> None:
        self.dataset = dataset
        self.objective = objective
        self.held_out = bool(len(dataset.validation_inputs))
        inputs, targets = dataset.train_inputs, dataset.train_targets
        if self.held_out:
            inputs, targets = dataset.validation_inputs, dataset.validation_targets
        self.all_rows = len(inputs)
        some = _some(self.all_rows, MOST_ROWS)
        self.inputs = torch.tensor(inputs[some])
        self.classes = torch.tensor(targets[some])  # numbers for regression
        self.targets = self.objective.targets(self.classes)
        self.training = self._points(dataset.train_inputs, dataset.train_targets)
        self.validation = self._points(dataset.validation_inputs, dataset.validation_targets)
        self._grids: dict[int, Grid] = {}
        self.pictures = self._pictures() if dataset.description.image_shape else None

    def grid(self, count: int) -> Grid:
        """So many places along every input, over all rows' range with a margin."""
        if count not in self._grids:
            self._grids[count] = self._laid(count)
        return self._grids[count]

    def _laid(self, count: int) -> Grid:
        dataset = self.dataset
        everything = np.concatenate([dataset.train_inputs, dataset.validation_inputs])
        source = everything * dataset.input_scale + dataset.input_mean
        low, high = source.min(axis=0), source.max(axis=0)
        margin = (high - low) * RANGE_MARGIN
        ends = zip(low - margin, high + margin, strict=True)
        axes = [np.linspace(first, last, count) for first, last in ends]
        mesh = np.meshgrid(*axes)  # of two axes: the first along the columns
        places = np.stack([each.ravel() for each in mesh], axis=1)
        return Grid(tuple(_float32(axis) for axis in axes), places, scaled(places, dataset))

    def _points(self, inputs: NDArray[np.float32], targets: NDArray[np.generic]) -> Points:
        dataset = self.dataset
        some = _some(len(inputs), MOST_POINTS)
        shown = inputs[some] * dataset.input_scale + dataset.input_mean
        if dataset.description.classes:
            return Points(_float32(shown), targets[some].astype(np.int64))
        numbers = targets[some].astype(np.float64)
        return Points(
            _float32(shown), _float32(numbers * dataset.target_scale + dataset.target_mean)
        )

    def _pictures(self) -> Numbers:
        """The evaluated rows as pictures (rows, height, width), from 0 to 1."""
        dataset, shape = self.dataset, self.dataset.description.image_shape
        assert shape is not None
        source = self.inputs.numpy() * dataset.input_scale + dataset.input_mean
        return _float32((source / source.max()).clip(0.0, 1.0)).reshape(-1, *shape)


def scaled(source: NDArray[np.float64], dataset: Dataset) -> Tensor:
    """Inputs in the source's units as this data set's networks take them, (rows, inputs)."""
    return torch.tensor(_float32((source - dataset.input_mean) / dataset.input_scale))


def source_numbers(values: Tensor, dataset: Dataset) -> Numbers:
    """Scaled targets, or predictions of them, in the source's units; of any shape."""
    return _float32(values.double().numpy() * dataset.target_scale + dataset.target_mean)


def _some(count: int, most: int) -> NDArray[np.intp]:
    """Places of at most so many of the rows, in their order; files are often sorted by class."""
    return np.sort(np.random.default_rng(0).permutation(count)[:most])


def _float32(values: NDArray[np.floating]) -> Numbers:
    return values.astype(np.float32)
