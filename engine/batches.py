"""Batches: the same rows in the same order for the same seed, in every variant."""

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Generator, Tensor

GATHERED_VALUES = 1_000_000  # input values gathered at a time: few index calls, little memory


class Batch(NamedTuple):
    """One step's rows: inputs (M, rows, inputs), targets (M, rows, …); whether it ends an epoch."""

    inputs: Tensor
    targets: Tensor
    last: bool


class BatchStream:
    """Shuffled batches without end, epoch after epoch, one permutation per seed and epoch.

    All variants of a seed get the same rows. `inputs` (S, rows, inputs) and `targets`
    (S, rows, …) hold the rows of every seed, or with S = 1 those of all. They are gathered many
    batches at a time, which leaves a step to take a view.
    """

    def __init__(
        self,
        inputs: Tensor,
        targets: Tensor,
        batch_size: int,
        generators: Sequence[Generator],
        variants: int,
    ) -> None:
        self._inputs = inputs.flatten(0, 1)
        self._targets = targets.flatten(0, 1)
        self._generators = generators
        self._variants = variants
        sets, self.rows = inputs.shape[:2]
        first = torch.arange(sets).mul(self.rows).unsqueeze(1)  # of every set, in the flat rows
        self._first = first if sets == 1 else first.repeat(variants, 1)
        self.batch_size = min(batch_size, self.rows)
        self.steps_per_epoch = -(-self.rows // self.batch_size)
        self.order = torch.empty(0)  # (M, rows): the row numbers of the epoch under way
        self._places = self.order  # alike, in the flat rows
        values = variants * len(generators) * self.batch_size * inputs.shape[2]
        self._gathered_rows = self.batch_size * max(1, GATHERED_VALUES // values)
        self._ready: deque[Batch] = deque()
        self._taken = 0  # rows of the epoch that were gathered

    def epoch_targets(self) -> Tensor:
        """The targets of the epoch under way in the order of its batches, (M, rows, …)."""
        return self._targets[self._places]

    def next(self) -> Batch:
        """The next batch; a new epoch draws new permutations."""
        if not self._ready:
            self._gather()
        return self._ready.popleft()

    def _gather(self) -> None:
        if self._taken in (0, self.rows):
            drawn = [torch.randperm(self.rows, generator=g) for g in self._generators]
            self.order = torch.stack(drawn).repeat(self._variants, 1)
            self._places = self.order + self._first
            self._taken = 0
        rows = self._places[:, self._taken : self._taken + self._gathered_rows]
        self._taken += rows.shape[1]
        inputs = torch.split(self._inputs[rows], self.batch_size, dim=1)
        targets = torch.split(self._targets[rows], self.batch_size, dim=1)
        for index, pair in enumerate(zip(inputs, targets, strict=True), start=1):
            self._ready.append(Batch(*pair, self._taken == self.rows and index == len(inputs)))
