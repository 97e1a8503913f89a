"""The rows of a run's table of results: one per variant, or one per seed of every variant."""

import math
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QCoreApplication

from engine.experiment import Experiment
from gui.models.results_changes import MARK, changes_text
from gui.models.results_model import ResultRow
from gui.models.results_run import RunNumbers
from gui.models.results_values import Signs, Value
from gui.models.variant_results import (
    TRAIN_LOSS,
    TRAIN_SCORE,
    VALIDATION_LOSS,
    VALIDATION_SCORE,
    VariantResult,
    with_numbers,
)
from gui.widgets.variant_pattern import LayerSign, describe_pattern

translate = QCoreApplication.translate

SIGNS: dict[LayerSign, str] = {
    "trains": "■",
    "frozen": "❄\N{VARIATION SELECTOR-15}",
    "trains in part": "◧",
    "cut off": "□",
    "no parameters": "·",
}
MEASURES = 6
"""Columns of losses, scores and the best epoch."""


def variant_rows(fixed: Sequence[VariantResult], run: RunNumbers | None) -> tuple[ResultRow, ...]:
    """A row for every variant, with numbers for those that the run trains."""
    return tuple(
        ResultRow(result.variant, _variant_values(result, run), result.place) for result in fixed
    )


def seed_rows(
    fixed: Sequence[VariantResult], seeds: Sequence[int], run: RunNumbers | None
) -> tuple[ResultRow, ...]:
    """A row for every seed of every variant; `seeds` are those of a run to come."""
    seeds = seeds if run is None else run.seeds
    return tuple(
        ResultRow(f"{result.variant}/{seed}", _seed_values(result, seed, at, run), result.place)
        for result in fixed
        for at, seed in enumerate(seeds)
    )


def state_text(experiment: Experiment, run: RunNumbers | None, *, single: bool = False) -> str:
    """What the numbers are of, in one line; `single`: of single seeds."""
    if run is None:
        return translate(
            "results", "No run yet. Press Run: losses and scores appear after the first epoch."
        )
    if not run.numbers.epochs:
        return translate("results", "Losses and scores appear after the first epoch.")
    done, seeds = run.numbers.epochs, len(run.seeds)
    text = translate("results", "Epoch {0} of {1}").format(f"{done:,}", f"{run.epochs:,}")
    if seeds > 1 and not single:
        text += " · " + translate("results", "mean ± sd over {0} seeds").format(seeds)
    waiting = [variant.id for variant in experiment.variants if run.members(variant.id) is None]
    if waiting:
        text += " · " + translate("results", "a dash: trained at the next run")
    return text


def _pattern(result: VariantResult, run: RunNumbers | None) -> Signs:
    """As the check boxes stand now, with a mark where the run did not train so all along."""
    signs, words = "".join(SIGNS[sign] for sign in result.pattern), describe_pattern(result.pattern)
    changes = run.changes.get(result.variant) if run is not None else None
    if not changes:
        return Signs(signs, words)
    return Signs(f"{signs} {MARK}", f"{words}; {changes_text(changes)}")


def _size(result: VariantResult) -> tuple[Value, Value]:
    """Trainable parameters and backward cost in per cent."""
    return result.trainable, 100 * result.backward_cost


def _variant_values(fixed: VariantResult, run: RunNumbers | None) -> tuple[Value, ...]:
    members = run.members(fixed.variant) if run is not None else None
    plan, size = (fixed.name, _pattern(fixed, run)), _size(fixed)
    if run is None or members is None or not run.numbers.epochs:
        return (*plan, *[None] * MEASURES, *size, None, None)
    result = with_numbers(fixed, run.numbers, members)
    going = result.train_loss is not None and result.train_loss.seeds > 0
    return (
        *plan,
        result.train_loss if going else translate("results", "diverged"),
        result.validation_loss,
        result.validation_score,
        result.best_validation_loss,
        _epoch(result.best_epoch),
        result.train_score,
        *size,
        result.epochs,
        int(np.count_nonzero(run.numbers.lost[members])),
    )


def _seed_values(
    result: VariantResult, seed: int, at: int, run: RunNumbers | None
) -> tuple[Value, ...]:
    members = run.members(result.variant) if run is not None else None
    plan, size = (result.name, seed, _pattern(result, run)), _size(result)
    if run is None or members is None or not run.numbers.epochs:
        return (*plan, *[None] * MEASURES, *size, None, None)
    member = members.start + at
    last, best = run.numbers.last[:, member], run.numbers.best[member]
    has_best = bool(run.numbers.has_best_epoch[member])
    return (
        *plan,
        _number(last[TRAIN_LOSS]),
        _number(last[VALIDATION_LOSS]),
        _number(last[VALIDATION_SCORE]),
        _number(best),
        int(run.numbers.best_epoch[member]) if has_best else None,
        _number(last[TRAIN_SCORE]),
        *size,
        run.numbers.epochs,
        int(run.numbers.lost[member]) or None,
    )


def _epoch(median: float | None) -> int | float | None:
    """A median epoch, which may lie between two, is whole where it can be."""
    return int(median) if median is not None and median.is_integer() else median


def _number(value: np.float32) -> float | None:
    """A measured number; None where it is not finite."""
    number = float(value)
    return number if math.isfinite(number) else None
