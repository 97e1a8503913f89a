"""Two variants of a run compared seed by seed: the sentences, and what stands around them."""

import math
from dataclasses import dataclass
from inspect import cleandoc
from typing import Literal

import numpy as np
from PySide6.QtCore import QCoreApplication

from engine.backprop import variant_counts
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
from engine.datasets.rows import row_counts
from engine.errors import EngineError
from engine.experiment import Experiment
from engine.patterns import with_controls
from gui.models.paired_differences import PairedDifferences
from gui.models.results_run import RunNumbers
from gui.models.variant_results import TRAIN_LOSS, VALIDATION_LOSS, VALIDATION_SCORE

translate = QCoreApplication.translate

Finding = Literal["found", "not found", "cannot tell"]
SEEDS_TO_SET = 10


@dataclass(frozen=True)
class ComparedMeasure:
    """One measure of two variants: the sentence, what kind of answer it is, and all numbers."""

    finding: Finding
    text: str
    details: str
    differences: PairedDifferences
    """Seed by seed."""


def compared_measures(
    experiment: Experiment, run: RunNumbers | None, first: str, second: str, score: str
) -> tuple[ComparedMeasure, ...]:
    """Training loss, held-out loss and held-out score of two variants that the run trains.

    The last two only where rows are held out.
    """
    if run is None or not run.numbers.epochs or first == second:
        return ()
    if None in (run.members(first), run.members(second)):
        return ()
    name, other = (_one_line(experiment.variant(each).name) for each in (first, second))
    measures: tuple[tuple[int, str, Better], ...] = (
        (TRAIN_LOSS, translate("comparison", "training loss"), "lower"),
        (VALIDATION_LOSS, translate("comparison", "held-out loss"), "lower"),
        (VALIDATION_SCORE, translate("comparison", "held-out {0}").format(score), "higher"),
    )
    lines = []
    for column, measure, better in measures:
        pair = run.metric(first, column), run.metric(second, column)
        if column != TRAIN_LOSS and not any(np.isfinite(each).any() for each in pair):
            continue
        one_split = run.one_split and column != TRAIN_LOSS
        comparison = compare(*pair, one_split=one_split)
        text = sentence(comparison, name, other, measure, better)
        differences = PairedDifferences(
            measure=measure,
            better=better,
            names=(name, other),
            places=_places(experiment, first, second),
            winner=_winner(comparison, better),
            seeds=run.seeds,
            first=pair[0].astype(np.float64),
            second=pair[1].astype(np.float64),
            differences=paired_differences(*pair),
            mean=comparison.mean,
            deviation=comparison.deviation,
        )
        finding, details = _finding(comparison), _details(comparison)
        lines.append(ComparedMeasure(finding, text, details, differences))
    return tuple(lines)


def comparison_state(
    experiment: Experiment, run: RunNumbers | None, first: str, second: str
) -> str:
    """What was compared and by which test, or what is missing to compare anything."""
    if first == second:
        return translate("comparison", "Add a second variant to compare it with.")
    if run is None or not run.numbers.epochs:
        return translate("comparison", "Compared seed by seed as soon as there is an epoch.")
    waiting = [each for each in (first, second) if run.members(each) is None]
    if waiting:
        name = _one_line(experiment.variant(waiting[0]).name)
        return translate("comparison", "{0} is trained at the next run.").format(name)
    done, seeds = run.numbers.epochs, len(run.seeds)
    when = translate("comparison", "After epoch {0}").format(f"{done:,}")
    if done < run.epochs:
        when = translate("comparison", "So far, after epoch {0}").format(f"{done:,}")
    if seeds < LEAST_SEEDS:
        count = translate("comparison", "1 seed")
        if seeds != 1:
            count = translate("comparison", "{0} seeds").format(seeds)
        few = translate(
            "comparison",
            "{0}, {1}: too few to tell. Set the number of seeds to {2} and run again.",
        )
        return few.format(when, count, SEEDS_TO_SET)
    text = translate("comparison", "{0}, {1} seeds in pairs · {2}, found at p < {3}")
    return text.format(when, seeds, TEST, SIGNIFICANCE)


def definition() -> str:
    """What counts as a difference, as the engine defines it, without the marks of its source."""
    return cleandoc(PairedComparison.__doc__ or "").replace("**", "")


def confounded_text(experiment: Experiment, first: str, second: str) -> str:
    """That the two train unequal numbers of parameters; empty where they do not."""
    variants = [experiment.variant(each) for each in (first, second)]
    counts = [variant_counts(experiment, variant).trainable for variant in variants]
    if counts[0] == counts[1]:
        return ""
    names = [_one_line(variant.name) for variant in variants]
    text = translate(
        "comparison",
        "{0} trains {1} parameters, {2} trains {3}: where and how many are mixed up here. "
        "Capacity-fair controls tell them apart.",
    )
    return text.format(names[0], f"{counts[0]:,}", names[1], f"{counts[1]:,}")


def split_text(experiment: Experiment, run: RunNumbers | None) -> str:
    """That all seeds of the run share their held-out rows; empty where that limits nothing.

    Nor is it said where the next run has a split for every seed.
    """
    shared = run is not None and run.one_split and len(run.seeds) >= LEAST_SEEDS
    if not shared or experiment.data.split_per_seed:
        return ""
    return translate(
        "comparison",
        "All seeds are measured on the same {0} held-out rows: what they agree on there may be "
        "owed to those few rows.",
    ).format(f"{row_counts(experiment.data).held_out:,}")


def controllable(experiment: Experiment, first: str, second: str) -> str:
    """The variant whose capacity-fair controls would help: the one that trains less.

    Empty where there is none, or where its controls are there already.
    """
    counts = {
        each: variant_counts(experiment, experiment.variant(each)).trainable
        for each in (first, second)
    }
    if counts[first] == counts[second]:
        return ""
    for variant in sorted(counts, key=lambda each: counts[each]):
        try:
            more = len(with_controls(experiment, variant).variants)
        except EngineError:  # it trains nothing, or everything, or there would be too many
            continue
        return variant if more > len(experiment.variants) else ""
    return ""


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


def _one_line(name: str) -> str:
    return " ".join(name.split())
