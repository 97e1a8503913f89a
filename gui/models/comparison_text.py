"""Two variants of a run compared seed by seed: the sentences, and what stands around them."""

import math
from dataclasses import dataclass
from inspect import cleandoc
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from engine.comparison import (
    FOUND,
    LEAST_SEEDS,
    SIGNIFICANCE,
    TEST,
    Better,
    PairedComparison,
    compare,
    paired_differences,
    sentence,
)
from engine.experiment import Experiment
from gui.models.comparison_limits import diverged_text, more_seeds_text, seeds_text
from gui.models.paired_differences import PairedDifferences
from gui.models.results_run import RunNumbers
from gui.models.results_text import one_line
from gui.models.variant_results import TRAIN_LOSS, VALIDATION_LOSS, VALIDATION_SCORE

translate = QCoreApplication.translate

Finding = Literal["found", "not found", "cannot tell"]


@dataclass(frozen=True)
class ComparedMeasure:
    """One measure of two variants: the sentence, what kind of answer it is, and all numbers."""

    finding: Finding
    text: str
    details: str
    differences: PairedDifferences
    """Seed by seed."""


@dataclass(frozen=True)
class _Measure:
    column: int
    words: str
    better: Better = "lower"
    size: float = 0.0
    """Of what its numbers are differences, as compare() wants to know."""


def compared_measures(
    experiment: Experiment, run: RunNumbers | None, first: str, second: str, score: str
) -> tuple[ComparedMeasure, ...]:
    """Training loss, held-out loss and held-out score of two variants that the run trains.

    The last two only where rows are held out; none where no seed has numbers of both.
    """
    if run is None or not run.numbers.epochs or first == second:
        return ()
    if not _with_numbers(run, first, second).all(axis=0).any():
        return ()
    measures = (
        _Measure(TRAIN_LOSS, translate("comparison", "training loss")),
        _Measure(VALIDATION_LOSS, translate("comparison", "held-out loss")),
        _Measure(
            VALIDATION_SCORE,
            translate("comparison", "held-out {0}").format(score),
            better="higher",
            size=1.0,
        ),
    )
    return tuple(
        _compared(measure, experiment, run, first, second)
        for measure in measures
        if measure.column == TRAIN_LOSS
        or any(np.isfinite(run.metric(each, measure.column)).any() for each in (first, second))
    )


def comparison_state(
    experiment: Experiment, run: RunNumbers | None, first: str, second: str
) -> str:
    """What was compared and by which test, or what is missing to compare anything."""
    if first == second:
        return translate("comparison", "Add a second variant to compare it with.")
    if run is None or not run.numbers.epochs:
        return translate("comparison", "Compared seed by seed as soon as there is an epoch.")
    names = [one_line(experiment.variant(each).name) for each in (first, second)]
    waiting = [
        name for each, name in zip((first, second), names, strict=True) if run.members(each) is None
    ]
    if waiting:
        return translate("comparison", "{0} is trained at the next run.").format(waiting[0])
    done, seeds = run.numbers.epochs, len(run.seeds)
    when = translate("comparison", "After epoch {0}").format(f"{done:,}")
    if done < run.epochs:
        when = translate("comparison", "So far, after epoch {0}").format(f"{done:,}")
    has_number = _with_numbers(run, first, second)
    compared = int(has_number.all(axis=0).sum())
    if compared < min(seeds, LEAST_SEEDS):
        return diverged_text(names, has_number, when)
    if seeds < LEAST_SEEDS:
        few = translate("comparison", "{0}, {1}: too few to tell. {2} and run again.")
        return few.format(when, seeds_text(seeds), more_seeds_text())
    count = seeds_text(seeds)
    if compared < seeds:
        count = translate("comparison", "{0} of {1}").format(compared, count)
    text = translate("comparison", "{0}, {1} in pairs · {2}, found at p < {3}")
    return text.format(when, count, TEST, SIGNIFICANCE)


def definition() -> str:
    """What counts as a difference, as the engine defines it, without the marks of its source."""
    return cleandoc(PairedComparison.__doc__ or "").replace("**", "")


def _with_numbers(run: RunNumbers, first: str, second: str) -> NDArray[np.bool_]:
    """Whether each of the two has a training loss, (2, seeds): it has none once it diverged."""
    return np.isfinite([run.metric(each, TRAIN_LOSS) for each in (first, second)])


def _compared(
    measure: _Measure, experiment: Experiment, run: RunNumbers, first: str, second: str
) -> ComparedMeasure:
    pair = run.metric(first, measure.column), run.metric(second, measure.column)
    one_split = run.one_split and measure.column != TRAIN_LOSS
    comparison = compare(*pair, size=measure.size, one_split=one_split)
    name, other = (one_line(experiment.variant(each).name) for each in (first, second))
    differences = PairedDifferences(
        measure=measure.words,
        better=measure.better,
        names=(name, other),
        places=_places(experiment, first, second),
        winner=_winner(comparison, measure.better),
        seeds=run.seeds,
        first=pair[0].astype(np.float64),
        second=pair[1].astype(np.float64),
        differences=paired_differences(*pair, size=measure.size),
        mean=comparison.mean,
        deviation=comparison.deviation,
    )
    text = sentence(comparison, name, other, measure.words, measure.better)
    return ComparedMeasure(_finding(comparison), text, _details(comparison), differences)


def _finding(comparison: PairedComparison) -> Finding:
    match comparison.verdict:
        case "first lower" | "second lower":
            return "found"
        case "too few seeds" | "one split":
            return "cannot tell"
    return "not found"


def _winner(comparison: PairedComparison, better: Better) -> int | None:
    """Which of the two was found to have the better numbers; None: no such claim is made."""
    if comparison.verdict not in FOUND:
        return None
    return int((comparison.verdict == "first lower") != (better == "lower"))


def _places(experiment: Experiment, first: str, second: str) -> tuple[int, int]:
    ids = [variant.id for variant in experiment.variants]
    return ids.index(first), ids.index(second)


def _details(comparison: PairedComparison) -> str:
    """All numbers of a comparison, one to a line, nothing rounded."""
    lines = (
        (translate("comparison", "mean difference, A − B"), comparison.mean),
        (
            translate("comparison", "±, the standard deviation of the differences over the seeds"),
            comparison.deviation,
        ),
        (translate("comparison", "standard error of the mean"), comparison.standard_error),
        ("p", comparison.p_value),
        (translate("comparison", "A lower in"), comparison.first_lower),
        (translate("comparison", "B lower in"), comparison.second_lower),
        (translate("comparison", "equal in"), comparison.equal),
        (translate("comparison", "seeds compared"), comparison.seeds),
        (translate("comparison", "seeds left out"), comparison.left_out),
    )
    return "\n".join(f"{what}: {value!r}" for what, value in lines if not math.isnan(value))
