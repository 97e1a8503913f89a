"""Two variants compared seed by seed, and what may be said of them in words."""

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from engine.rounding import ROUNDING

SIGNIFICANCE = 0.05
LEAST_SEEDS = 6  # with 5, the smallest two-sided p-value that the test can give is 2 / 2^5 = .0625
TEST = "Wilcoxon signed-rank test, two-sided"
MOST_EXACT = 50  # seeds with differences; past them the normal distribution is as good

Verdict = Literal[
    "first lower", "second lower", "no difference", "equal", "too few seeds", "one split"
]
FOUND = ("first lower", "second lower")
"""The verdicts that claim a difference."""

Better = Literal["lower", "higher"]


@dataclass(frozen=True)
class PairedComparison:
    """The differences first - second, seed by seed, of one number that two variants ended with.

    **What counts as a difference.** One is found only if (1) at least 6 seeds can be compared,
    (2) the two-sided Wilcoxon signed-rank test of the differences (Wilcoxon 1945; recommended for
    comparing learners by Demšar 2006) gives p < 0.05, and (3) the mean of the differences and the
    majority of the seeds that differ point the same way. Everything else is "no difference found".
    Of held-out rows, (4) every seed must have a split of its own. Seeds that share one are all
    measured on the same few rows and agree about those: of breast cancer's 114, one split has all
    layers ahead of the first alone in 19 of 20 seeds, another behind in 20 of 20. Splits of one
    data set overlap, though: what they show is a difference on these data, split anew, and need not
    appear on new data of the same kind (Nadeau & Bengio 2003).
    That says that these seeds do not show one, not that there is none; with fewer than 6 seeds
    nothing is said at all. A seed in which either variant has no finite number, because it
    diverged, cannot be compared and is left out, and counted. Numbers that differ by no more than
    float32 rounds (4 units in the last place) are equal; such seeds count among those compared,
    but the test looks only at the others. A score, which is 1 minus something, is rounded as 1 is,
    however small it is itself. The test is for one comparison: who looks through many pairs will
    find one in twenty by chance alone.
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
    def equal(self) -> int:
        """Seeds in which the two numbers are equal."""
        return self.seeds - self.first_lower - self.second_lower

    @property
    def standard_error(self) -> float:
        """Of the mean difference: deviation / sqrt(seeds)."""
        return self.deviation / math.sqrt(self.seeds) if self.seeds else math.nan


def compare(
    first: NDArray[Any], second: NDArray[Any], *, size: float = 0.0, one_split: bool = False
) -> PairedComparison:
    """Compare two variants; element i of both belongs to the same seed, NaN where it has none.

    `size`: of what the numbers themselves are differences, and so are rounded like; 1 for a score,
    such as R2 = 1 - residual / total.
    `one_split`: the numbers are of held-out rows, the same for all seeds.
    Raises ValueError for arrays of different lengths.
    """
    differences, rounding = _differences(first, second, size)
    compared = np.isfinite(differences)
    differences, rounding = differences[compared], rounding[compared]
    count = differences.size
    usual_rounding = float(np.median(rounding)) if count else 0.0
    mean = float(differences.mean()) if count else math.nan
    mean = 0.0 if abs(mean) <= usual_rounding else mean
    lower, higher = int((differences < 0).sum()), int((differences > 0).sum())
    p_value = _p_value(differences, usual_rounding)
    verdict = _verdict(count, lower, higher, mean, p_value)
    return PairedComparison(
        seeds=count,
        left_out=first.size - count,
        first_lower=lower,
        second_lower=higher,
        mean=mean,
        deviation=float(differences.std(ddof=1)) if count > 1 else math.nan,
        p_value=p_value,
        verdict="one split" if one_split and verdict in FOUND else verdict,
    )


def paired_differences(
    first: NDArray[Any], second: NDArray[Any], *, size: float = 0.0
) -> NDArray[np.float64]:
    """What `compare` looks at: first - second, (seeds,).

    0 where only rounding tells the two apart, NaN where one of them has no number; `size` as there.
    Raises ValueError for arrays of different lengths.
    """
    return _differences(first, second, size)[0]


def sentence(
    comparison: PairedComparison,
    first: str,
    second: str,
    measure: str,
    better: Better = "lower",
) -> str:
    """What the numbers show, and no more: `measure` is what was compared, as "training loss".

    `better`: which numbers are the good ones, so that the sentence names the variant that has
    them: "lower training loss", but "higher accuracy".
    """
    left_out = _left_out(comparison, first, second)
    title = f"{measure[:1].upper()}{measure[1:]}"  # where it begins the sentence
    of_all = f"of {_count(comparison.seeds)}"
    wins, losses = comparison.first_lower, comparison.second_lower
    if better == "higher":
        wins, losses = losses, wins
    match comparison.verdict:
        case "equal":
            return f"{title}: equal in all {_count(comparison.seeds)}.{left_out}"
        case "too few seeds" if not comparison.seeds:
            return f"{title}: nothing to compare.{left_out}"
        case "too few seeds":
            text = f"{title}: {first} {better} in {wins} {of_all}{_equal_in(comparison)}"
            need = f"at least {LEAST_SEEDS} are needed to tell a difference from chance"
            return f"{text}; {need}.{left_out}"
        case "no difference":
            text = f"{title}: no difference found ({first} {better} in {wins} {of_all}"
            return f"{text}{_equal_in(comparison)}, {_size(comparison, signed=True)}).{left_out}"
    winner, loser = first, second
    if (comparison.mean < 0) != (better == "lower"):
        winner, loser, wins = second, first, losses
    if comparison.verdict == "one split":
        text = f"{title}: cannot tell ({winner} {better} in {wins} {of_all}"
        limit = "but all on the same held-out rows; others may differ"
        return (
            f"{text}{_equal_in(comparison)}, {_size(comparison, signed=False)}, {limit}).{left_out}"
        )
    text = f"{winner}: {better} {measure} than {loser} in {wins} {of_all}"
    return f"{text}{_equal_in(comparison)}, {_size(comparison, signed=False)}.{left_out}"


def _differences(
    first: NDArray[Any], second: NDArray[Any], size: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """First - second, and how far apart rounding alone may bring them; NaN where one has none."""
    if first.shape != second.shape or first.ndim != 1:
        raise ValueError(f"not pairs: {first.shape} and {second.shape}")
    pairs = np.stack([first, second]).astype(np.float64)
    pairs[:, ~np.isfinite(pairs).all(axis=0)] = np.nan
    rounding = ROUNDING * np.maximum(np.abs(pairs).max(axis=0), size)
    differences = pairs[0] - pairs[1]
    differences[np.abs(differences) <= rounding] = 0
    return differences, rounding


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


def _p_value(differences: NDArray[np.float64], rounding: float) -> float:
    """Of the test, exact up to 50 differences, tied or not; differences as rounding leaves them.

    scipy's test is exact only without ties; with 13 tied differences it takes seconds, and with
    more of them it is not exact.
    """
    levels = _levels(differences[differences != 0], rounding)
    if not levels.size:
        return math.nan
    if levels.size <= MOST_EXACT:
        return _exact_p_value(levels)
    from scipy.stats import wilcoxon  # takes a moment to load, and a window must not wait for it

    return float(wilcoxon(levels).pvalue)


def _levels(differences: NDArray[np.float64], rounding: float) -> NDArray[np.float64]:
    """Their signs times 1, 2, …, the smallest first; the same for those as large as each other."""
    sizes = np.abs(differences)
    order = np.argsort(sizes)
    levels = np.empty_like(differences)
    levels[order] = 1 + np.cumsum(np.diff(sizes[order], prepend=sizes[order[:1]]) > rounding)
    return levels * np.sign(differences)


def _exact_p_value(levels: NDArray[np.float64]) -> float:
    """Two-sided: how often random signs give a sum of positive ranks as far from its middle.

    Those on one level share the mean of their ranks. The sums of all 2^n signs are counted by
    adding one rank after the other (Streitberg & Röhmel 1986), with all ranks times 2: whole
    numbers.
    """
    level = np.abs(levels).astype(int)
    counts = np.bincount(level)
    doubled = (2 * counts.cumsum() - counts + 1)[level]
    total = int(doubled.sum())
    shares = np.zeros(total + 1)
    shares[0] = 1.0
    for rank in doubled:
        shares = shares / 2
        shares[rank:] += shares[: total + 1 - rank].copy()
    distance = abs(2 * int(doubled[levels > 0].sum()) - total)
    as_far = np.abs(2 * np.arange(total + 1) - total) >= distance
    return min(1.0, float(shares[as_far].sum()))


def _size(comparison: PairedComparison, *, signed: bool) -> str:
    """How large the difference is, and how likely chance alone gives as much.

    `signed`: as first - second, where no words before it say which way it points.
    """
    size = f"by {_number(abs(comparison.mean))}"
    if signed:
        mean = f"{comparison.mean:+.3g}".replace("-", "−") if comparison.mean else "0"
        size = f"mean difference {mean}"
    deviation, p_value = _number(comparison.deviation), _number(comparison.p_value)
    return f"{size} ± {deviation}, Wilcoxon p = {p_value}"


def _equal_in(comparison: PairedComparison) -> str:
    return f" (equal in {comparison.equal})" if comparison.equal else ""


def _left_out(comparison: PairedComparison, first: str, second: str) -> str:
    if not comparison.left_out:
        return ""
    return f" Left out: {_count(comparison.left_out)} where {first} or {second} has no number."


def _count(seeds: int) -> str:
    return f"{seeds} seed" if seeds == 1 else f"{seeds} seeds"


def _number(value: float) -> str:
    return f"{value:.3g}"
