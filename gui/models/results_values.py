"""Values of a table of results: which rows match words, and how they are sorted. No Qt."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from gui.models.variant_results import Spread

Value = object
"""Text, a number, a Spread, Signs, or None."""


@dataclass(frozen=True)
class Signs:
    """A few signs, shown as they are, and the words that are read, filtered and saved for them."""

    signs: str
    words: str


def text_of(value: Value) -> str:
    """What a value says in words; empty for a number."""
    if isinstance(value, Signs):
        return value.words
    return value if isinstance(value, str) else ""


def number_of(value: Value) -> float | None:
    """What a value counts as among numbers: a spread as its mean; None where there is none."""
    if isinstance(value, Spread):
        value = value.mean
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return None if math.isnan(value) else float(value)


def matching_places(rows: Sequence[Sequence[Value]], words: Sequence[str]) -> list[int]:
    """Places of the rows in whose texts all words stand; words in lower case (casefold)."""
    if not words:
        return list(range(len(rows)))
    texts = ("\n".join(map(text_of, row)).casefold() for row in rows)
    return [place for place, text in enumerate(texts) if all(word in text for word in words)]


def sorted_places(
    places: Sequence[int], column: Sequence[Value], *, descending: bool = False
) -> list[int]:
    """The places in the order of their values: numbers, then texts, and what is missing last.

    Equal values keep their order in both directions, and missing ones stay last.
    """
    numbers: list[tuple[float, int]] = []
    texts: list[tuple[str, int]] = []
    missing: list[int] = []
    for place in places:
        value = column[place]
        number = number_of(value)
        if number is not None:
            numbers.append((number, place))
        elif text := text_of(value):
            texts.append((text.casefold(), place))
        else:
            missing.append(place)
    numbers.sort(key=lambda pair: pair[0], reverse=descending)
    texts.sort(key=lambda pair: pair[0], reverse=descending)
    first, second = (texts, numbers) if descending else (numbers, texts)
    return [place for _, place in [*first, *second]] + missing
