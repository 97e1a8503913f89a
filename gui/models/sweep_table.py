"""The results of a sweep as a table: one row per run, or per variant of a cell over its seeds."""

import itertools
import math
from collections.abc import Iterable, Sequence

import numpy as np
from pydantic import JsonValue

from engine.backprop import variant_counts
from engine.sweep import Cell, RunResult, Sweep
from gui.models.results_model import ResultColumn, ResultRow
from gui.models.sweep_columns import (
    axis_column,
    number_column,
    score_words,
    variant_column,
)
from gui.models.sweep_fields import SweepField, field_of
from gui.models.variant_results import Spread, spread

MEASURES = (
    "train_loss",
    "validation_loss",
    "best_validation_loss",
    "best_epoch",
    "train_score",
    "validation_score",
)
"""Fields of a result that are numbers, in the order of the columns."""

ALL_SEEDS = "mean"
"""Stands for the seed in the key of a row over all seeds."""

Origin = tuple[int, str]
"""The number of a cell and a variant's id."""


class SweepTable:
    """Makes the rows of one sweep, and keeps those that it has made: results come in thousands."""

    def __init__(self, sweep: Sweep, cells: Sequence[Cell], fields: Sequence[SweepField]) -> None:
        self._cells = cells
        self._axes = [(axis.path, field_of(fields, axis.path)) for axis in sweep.axes]
        self._score = score_words(cells)
        self._heads: dict[Origin, tuple[tuple[object, ...], int]] = {}
        self._single: dict[str, ResultRow] = {}
        self._means: dict[Origin, tuple[int, ResultRow]] = {}  # over so many seeds

    def columns(self, *, over_seeds: bool) -> tuple[ResultColumn, ...]:
        """The columns of single runs, or of means over the seeds."""
        keys = ("seed", *MEASURES, "diverged")
        if over_seeds:
            keys = (*MEASURES, "diverged_seeds", "seeds")
        return (
            *(axis_column(path, field) for path, field in self._axes),
            variant_column(),
            *(number_column(key, self._score) for key in (*keys, "trainable")),
        )

    def rows(self, results: Iterable[RunResult], *, over_seeds: bool) -> tuple[ResultRow, ...]:
        """The rows of results that come in the order of cells, variants and seeds."""
        if not over_seeds:
            return tuple(map(self._single_row, results))
        alike = itertools.groupby(results, key=_origin)
        return tuple(self._mean_row(origin, list(group)) for origin, group in alike)

    def origin(self, key: str) -> tuple[Cell, str]:
        """The cell and the variant of a row."""
        number, variant, _ = key.split(" ")
        return self._cells[int(number)], variant

    def _single_row(self, result: RunResult) -> ResultRow:
        key = f"{result.cell} {result.variant} {result.seed}"
        if key not in self._single:
            head, trainable = self._head(_origin(result))
            numbers = [getattr(result, name) for name in MEASURES]
            values = (*head, result.seed, *numbers, result.diverged, trainable)
            self._single[key] = ResultRow(key, values)
        return self._single[key]

    def _mean_row(self, origin: Origin, results: Sequence[RunResult]) -> ResultRow:
        """The seeds of one variant of one cell that have finished."""
        count = len(results)
        known = self._means.get(origin)
        if known is not None and known[0] == count:
            return known[1]
        head, trainable = self._head(origin)
        numbers = [_spread(results, name) for name in MEASURES]
        diverged = sum(result.diverged is not None for result in results)
        values = (*head, *numbers, diverged, count, trainable)
        row = ResultRow(f"{origin[0]} {origin[1]} {ALL_SEEDS}", values)
        self._means[origin] = count, row
        return row

    def _head(self, origin: Origin) -> tuple[tuple[object, ...], int]:
        """What tells a row from the others, and how much it trains."""
        if origin not in self._heads:
            cell = self._cells[origin[0]]
            settings = dict(cell.settings)
            shown = [_shown(settings[path], field) for path, field in self._axes]
            variant = cell.experiment.variant(origin[1])
            trainable = variant_counts(cell.experiment, variant).trainable
            self._heads[origin] = (*shown, variant.name), trainable
        return self._heads[origin]


def _origin(result: RunResult) -> Origin:
    return result.cell, result.variant


def _shown(value: JsonValue, field: SweepField | None) -> object:
    """Numbers as such, so that they are sorted; a choice in its words."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if field is None or is_number else field.values.write(value)


def survivors_number(result: RunResult, name: str) -> float:
    """A number of a run that did not diverge, else NaN: what is left of one that did means nothing.

    Its best held-out loss is of before, and a network of NaN still guesses some classes right.
    """
    number = getattr(result, name)
    return math.nan if number is None or result.diverged is not None else number


def _spread(results: Sequence[RunResult], name: str) -> Spread | None:
    """Over the seeds that did not diverge; None where there is no such number at all."""
    found = spread(np.array([survivors_number(result, name) for result in results]))
    return found if found.seeds else None
