"""Two variants compared seed by seed, and what may be said of them in words."""

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

SIGNIFICANCE = 0.05
LEAST_SEEDS = 6  # with 5, the smallest two-sided p-value that the test can give is 2 / 2^5 = .0625
TEST = "Wilcoxon signed-rank test, two-sided"

Verdict = Literal["first lower", "second lower", "no difference", "equal", "too few seeds"]


@dataclass(frozen=True)
class PairedComparison:
    """The differences first - second, seed by seed, of one number that two variants ended with.

    **What counts as a difference.** One is found only if (1) at least 6 seeds can be compared,
    (2) the two-sided Wilcoxon signed-rank test of the differences (Wilcoxon 1945; recommended for
    comparing learners by Demšar 2006) gives p < 0.05, and (3) the mean of the differences and the
    majority of the seeds point the same way. Everything else is "no difference found". That says
    that these seeds do not show one, not that there is none; with fewer than 6 seeds nothing is
    said at all. A seed in which either variant diverged cannot be compared and is left out, and
    counted. The test is for one comparison: who looks through many pairs will find one in twenty
    by chance alone.
    """

    seeds: int
    """Seeds that were compared."""
    left_out: int
    """Seeds in which one of the two has no number."""
    first_lower: int
    second_lower: int
    mean: float
    """Mean difference, first - second; NaN where no seed can be compared."""
    deviation: float
    """Standard deviation of the differences over the seeds (n - 1); NaN below two."""
    p_value: float
    """Of the test; NaN where it has nothing to work on."""
    verdict: Verdict

    @property
    def standard_error(self) -> float:
        """Of the mean difference: deviation / sqrt(seeds)."""
        return self.deviation / math.sqrt(self.seeds) if self.seeds else math.nan


def compare(first: NDArray[Any], second: NDArray[Any]) -> PairedComparison:
    """Compare two variants; element i of both belongs to the same seed, NaN where it has none.

    Raises ValueError for arrays of different lengths.
    """
    if first.shape != second.shape or first.ndim != 1:
        raise ValueError(f"not pairs: {first.shape} and {second.shape}")
    differences = first.astype(np.float64) - second.astype(np.float64)
    kept = differences[np.isfinite(differences)]
    mean = float(kept.mean()) if kept.size else math.nan
    lower, higher = int((kept < 0).sum()), int((kept > 0).sum())
    p_value = _p_value(kept)
    return PairedComparison(
        seeds=kept.size,
        left_out=differences.size - kept.size,
        first_lower=lower,
        second_lower=higher,
        mean=mean,
        deviation=float(kept.std(ddof=1)) if kept.size > 1 else math.nan,
        p_value=p_value,
        verdict=_verdict(kept.size, lower, higher, mean, p_value),
    )


def sentence(comparison: PairedComparison, first: str, second: str, measure: str) -> str:
    """What the numbers show, and no more: `measure` is what was compared, such as "training loss".

    "lower" is a statement about the number; whether lower is better, the measure says.
    """
    n = comparison.seeds
    left_out = ""
    if comparison.left_out:
        left_out = f" Left out: {_count(comparison.left_out)} that diverged."
    if comparison.verdict == "too few seeds":
        if not n:
            return f"{measure}: nothing to compare.{left_out}"
        return (
            f"{measure}: {first} lower in {comparison.first_lower} of {_count(n)}; at least "
            f"{LEAST_SEEDS} are needed to tell a difference from chance.{left_out}"
        )
    if comparison.verdict == "equal":
        return f"{measure}: equal in all {_count(n)}.{left_out}"
    size = f"difference {_number(abs(comparison.mean))} ± {_number(comparison.deviation)}"
    test = f"p = {_number(comparison.p_value)}"
    if comparison.verdict == "no difference":
        return (
            f"{measure}: no difference found ({first} lower in {comparison.first_lower} of "
            f"{_count(n)}, {size}, {test}).{left_out}"
        )
    lower, higher, wins = first, second, comparison.first_lower
    if comparison.verdict == "second lower":
        lower, higher, wins = second, first, comparison.second_lower
    return (
        f"{measure}: {lower} is lower than {higher} in {wins} of {_count(n)}, {size} "
        f"({test}).{left_out}"
    )


def _verdict(seeds: int, lower: int, higher: int, mean: float, p_value: float) -> Verdict:
    if seeds and not lower and not higher:
        return "equal"
    if seeds < LEAST_SEEDS:
        return "too few seeds"
    if not p_value < SIGNIFICANCE:
        return "no difference"
    if mean < 0 and lower > higher:
        return "first lower"
    return "second lower" if mean > 0 and higher > lower else "no difference"


def _p_value(differences: NDArray[np.float64]) -> float:
    """Of the test; exact up to 50 seeds, unless differences are zero or tied."""
    if not differences.any():
        return math.nan
    from scipy.stats import wilcoxon  # takes a moment to load, and a window must not wait for it

    return float(wilcoxon(differences).pvalue)


def _count(seeds: int) -> str:
    return f"{seeds} seed" if seeds == 1 else f"{seeds} seeds"


def _number(value: float) -> str:
    return f"{value:.3g}"
