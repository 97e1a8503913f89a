"""Measuring in turns: two sides, several rounds, the median of the rounds' ratios."""

import gc
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from statistics import median
from types import TracebackType
from typing import Literal

Direction = Literal["at least", "at most"]
Side = Callable[[], float]
"""One way of doing the work: prepares, works, and returns the seconds of the work alone."""


@dataclass(frozen=True)
class Effort:
    """How long to measure: rounds of both sides, and epochs of the classic experiment in each."""

    rounds: int = 9
    epochs: int = 100


QUICK = Effort(rounds=3, epochs=20)


@dataclass(frozen=True)
class Result:
    """A ratio: median, lowest and highest of the rounds, and what it should be."""

    name: str
    meaning: str
    ratio: float
    low: float
    high: float
    target: float | None
    direction: Direction
    rounds: tuple[float, ...] = field(repr=False)

    @property
    def met(self) -> bool | None:
        """Whether the median reaches the target; None where there is no target."""
        if self.target is None:
            return None
        over = self.ratio >= self.target
        return over if self.direction == "at least" else self.ratio <= self.target


class Stopwatch(AbstractContextManager["Stopwatch"]):
    """`with Stopwatch() as watch: …`, then `watch.seconds`."""

    seconds = 0.0

    def __enter__(self) -> "Stopwatch":
        self._began = time.perf_counter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.seconds = time.perf_counter() - self._began


def compare(
    name: str,
    meaning: str,
    *,
    numerator: Side,
    denominator: Side,
    effort: Effort,
    direction: Direction,
    target: float | None = None,
    warm_up: bool = True,
) -> Result:
    """Seconds of one side over seconds of the other, round by round, who goes first in turns.

    Neither side pays for the other's garbage: it is collected before each turn, out of the time.
    What collector runs within a turn is in its time. One turn each goes before the first round,
    unless `warm_up` is off, for turns so long that a start does not count.
    """
    if warm_up:
        _turn(numerator)
        _turn(denominator)
    ratios = []
    for number in range(effort.rounds):
        if number % 2:
            above, below = _turn(numerator), _turn(denominator)
        else:
            below, above = _turn(denominator), _turn(numerator)
        ratios.append(above / below)
    return Result(
        name,
        meaning,
        median(ratios),
        min(ratios),
        max(ratios),
        target,
        direction,
        tuple(round(ratio, 4) for ratio in ratios),
    )


def _turn(side: Side) -> float:
    gc.collect()
    return side()
