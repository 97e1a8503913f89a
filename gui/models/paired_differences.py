"""One measure of two variants, seed by seed: the numbers behind a sentence, and how they are said.

A is the first variant, B the second; every difference is A − B. What is compared is what
engine.comparison.compare looks at, so a picture of these shows what its sentence says.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from engine.comparison import Better
from gui.widgets.number_text import three_digits

translate = QCoreApplication.translate

ENDS = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
"""Where an axis may end, times a power of ten: it stays while numbers change a little."""
MOST_TOLD = 20  # seeds of which all numbers are told at once


@dataclass(frozen=True, eq=False)
class PairedDifferences:
    """The differences of two variants, and what a comparison of them claims."""

    measure: str
    """What was compared, as "training loss"."""
    better: Better
    """Which numbers are the good ones."""
    names: tuple[str, str]
    places: tuple[int, int]
    """Where the two stand among the variants: gives their colours and symbols."""
    winner: int | None
    """Which of the two, 0 or 1, was found to have the better numbers; None: nothing is claimed."""
    seeds: tuple[int, ...]
    first: NDArray[np.float64]
    """A's numbers, (seeds,), as the next ones; NaN where it has none."""
    second: NDArray[np.float64]
    differences: NDArray[np.float64]
    """0 where only rounding tells the two apart, NaN where one of them has no number."""
    mean: float
    """Of the differences; NaN where no seed can be compared."""
    deviation: float
    """Standard deviation of the differences (n - 1), as in the sentence; NaN below two seeds."""

    @cached_property
    def compared(self) -> tuple[int, ...]:
        """Places of the seeds that can be compared."""
        return tuple(np.flatnonzero(np.isfinite(self.differences)).tolist())

    @property
    def compared_seeds(self) -> tuple[int, ...]:
        """The seeds at these places."""
        return tuple(self.seeds[place] for place in self.compared)

    @cached_property
    def left_out(self) -> tuple[int, ...]:
        """The seeds that cannot be compared."""
        places = np.flatnonzero(~np.isfinite(self.differences)).tolist()
        return tuple(self.seeds[place] for place in places)

    @cached_property
    def end(self) -> float:
        """Where an axis ends that has 0 in its middle and all that is drawn; 0 where all is 0."""
        reach = np.abs(self.differences[list(self.compared)]).max(initial=0.0)
        if math.isfinite(self.deviation):
            reach = max(reach, abs(self.mean) + self.deviation)
        return _round_up(float(reach))

    def winner_at(self, place: int) -> int | None:
        """The winner, if it has the better number also in this seed; else None."""
        if self.winner is None or not self.differences[place]:
            return None
        return self.winner if self.better_on(self.differences[place]) == self.winner else None

    def better_on(self, side: float) -> int:
        """Which of the two is the better one on this side of 0; A is lower on the negative one."""
        return int((side < 0) != (self.better == "lower"))


def side_words(differences: PairedDifferences, side: int) -> tuple[str, str]:
    """The name of the variant that is better on this side, and what its numbers are there."""
    word = {
        "lower": translate("comparison", "lower"),
        "higher": translate("comparison", "higher"),
    }[differences.better]
    return differences.names[differences.better_on(side)], word


def key_text(differences: PairedDifferences) -> str:
    """What is drawn beside the seeds, and how many of those are not."""
    words = []
    if math.isfinite(differences.deviation):
        words.append(translate("comparison", "mean ± sd"))
    if differences.left_out:
        words.append(translate("comparison", "{0} left out").format(len(differences.left_out)))
    return " · ".join(words)


def seed_text(differences: PairedDifferences, place: int) -> str:
    """The numbers of one seed: "seed 103: A 0.0144, B 0.0625, A − B −0.0481"."""
    return translate("comparison", "seed {0}: A {1}, B {2}, A − B {3}").format(
        differences.seeds[place],
        three_digits(float(differences.first[place])),
        three_digits(float(differences.second[place])),
        signed(float(differences.differences[place])),
    )


def summary_text(differences: PairedDifferences) -> str:
    """Mean and deviation, which seeds are left out, and, of not too many, every seed's numbers."""
    sentences = [translate("comparison", "seeds compared: {0}").format(len(differences.compared))]
    if math.isfinite(differences.deviation):
        text = translate("comparison", "mean difference A − B {0}, standard deviation {1}")
        mean, deviation = signed(differences.mean), three_digits(differences.deviation)
        sentences.append(text.format(mean, deviation))
    if differences.left_out:
        listed = ", ".join(map(str, differences.left_out[:MOST_TOLD]))
        more = ", …" if len(differences.left_out) > MOST_TOLD else ""
        text = translate("comparison", "left out, without a number: {0}")
        sentences.append(text.format(f"{listed}{more}"))
    if len(differences.compared) <= MOST_TOLD:
        sentences.extend(seed_text(differences, place) for place in differences.compared)
    return "; ".join(sentences)


def picture_name(differences: PairedDifferences) -> str:
    """What a picture of the differences is called."""
    text = translate("comparison", "Differences of {0}, A − B, seed by seed: {1}, {2}")
    return text.format(differences.measure, *differences.names)


def picture_text(differences: PairedDifferences) -> str:
    """What a picture of the differences shows, in words."""
    text = translate(
        "comparison",
        "Every dot is a seed: its {0} with A, {1}, minus that with B, {2}. On the line the two are "
        "equal. Shaded: the mean of the differences ± their standard deviation, as in the "
        "sentence.\nFilled dots: a difference was found, and those of the variant for which it was "
        "found have its colour. Hollow dots: none was found, or there is no telling.\n"
        "The arrow keys go from seed to seed.",
    )
    return text.format(differences.measure, *differences.names)


def signed(value: float) -> str:
    """Three digits after the sign, which 0 has not."""
    sign = "−" if value < 0 else "+" if value > 0 else ""
    return f"{sign}{three_digits(abs(value))}"


def _round_up(reach: float) -> float:
    """The next end of an axis that is at least as far."""
    if not reach > 0:
        return 0.0
    power = 10.0 ** math.floor(math.log10(reach))
    return next((end * power for end in ENDS if end * power >= reach), 10 * power)
