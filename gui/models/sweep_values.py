"""The values of what a sweep varies, as a person writes them: `16, 32, 64`, `SGD, Adam`."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from pydantic import JsonValue
from PySide6.QtCore import QCoreApplication

from gui.widgets.number_range import LONGEST_QUOTE, NumberRange, field_text

translate = QCoreApplication.translate

MOST_VALUES = 1000  # as in engine.sweep.Axis
_RANGE = re.compile(r"(\d{1,12})(?:-|–|\.\.)(\d{1,12})", re.ASCII)


class ValueText(Protocol):
    """Reads and writes one value; how the values of a list are set apart."""

    @property
    def separators(self) -> str:
        """A pattern: what stands between two values."""

    def read(self, text: str) -> Sequence[JsonValue]:
        """What one part of the list stands for. Raises ValueError that says what is valid."""

    def write(self, value: JsonValue) -> str:
        """One value, as `read` reads it back."""


@dataclass(frozen=True)
class Numbers:
    """Numbers in a range; whole ones also as `0-9`."""

    numbers: NumberRange
    format: Callable[[float], str] = field_text
    separators: str = r"[,;\s]+"

    def read(self, text: str) -> Sequence[JsonValue]:
        """One number, or all from the first to the last."""
        found = _RANGE.fullmatch(text) if self.numbers.whole else None
        first, last = (int(each) for each in found.groups()) if found else (1, 0)
        if first > last:
            return [self.numbers.parse(text)]
        if last - first >= MOST_VALUES:
            raise ValueError(_too_many())
        return [self.numbers.parse(str(each)) for each in range(first, last + 1)]

    def write(self, value: JsonValue) -> str:
        """The shortest text that reads back as the same number."""
        return self.format(value) if isinstance(value, int | float) else str(value)


@dataclass(frozen=True)
class Words:
    """One of a few words; `choices` are the values and how each is written."""

    choices: tuple[tuple[JsonValue, str], ...]
    separators: str = r"[,;]"

    def read(self, text: str) -> Sequence[JsonValue]:
        """A choice, by its words or its name in the file, in small letters or capitals."""
        for value, words in self.choices:
            if _plain(text) in (_plain(words), _plain(str(value))):
                return [value]
        known = ", ".join(words for _, words in self.choices)
        shown = text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"
        refusal = translate("sweep", "“{text}” is none of them; there are {known}")
        raise ValueError(refusal.format(text=shown, known=known))

    def write(self, value: JsonValue) -> str:
        """The words of a choice."""
        written = {json_key(each): words for each, words in self.choices}
        return written.get(json_key(value), str(value))


def read_values(reader: ValueText, text: str) -> tuple[JsonValue, ...]:
    """All values in the text. Raises ValueError that says what would be valid."""
    parts = [part.strip() for part in re.split(reader.separators, text.strip())]
    values: list[JsonValue] = []
    for part in filter(None, parts):
        values += reader.read(part)
        if len(values) > MOST_VALUES:
            raise ValueError(_too_many())
    if not values:
        raise ValueError(translate("sweep", "Write at least one value"))
    seen: set[str] = set()
    for value in values:
        if json_key(value) in seen:
            text = translate("sweep", "{value} stands there twice; write every value once")
            raise ValueError(text.format(value=reader.write(value)))
        seen.add(json_key(value))
    return tuple(values)


def write_values(reader: ValueText, values: Sequence[JsonValue]) -> str:
    """The text for the values; `read_values` reads it back."""
    return ", ".join(reader.write(value) for value in values)


def json_key(value: JsonValue) -> str:
    """Tells values apart that Python holds for equal: 1 and true."""
    return f"{type(value).__name__} {value!r}"


def _plain(text: str) -> str:
    return " ".join(text.replace("_", " ").casefold().split())


def _too_many() -> str:
    text = translate("sweep", "These are more than {most} values; write fewer")
    return text.format(most=f"{MOST_VALUES:,}")
