"""Numbers that a field accepts: how they are read and written, and how arrows step through them."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate

Step = Callable[[Decimal, int], Decimal]

MINUS = "\N{MINUS SIGN}"
LONGEST_QUOTE = 20
LONGEST_TEXT = 400  # Decimal would compute with as many digits as it is given


def add(amount: str) -> Step:
    """An arrow adds or takes away this much."""
    return lambda number, steps: number + steps * Decimal(amount)


def multiply(factor: str, first: str = "1") -> Step:
    """An arrow multiplies or divides by this much; from 0 it goes up to the first."""
    return lambda number, steps: (
        number * Decimal(factor) ** steps if number else Decimal(first) * (steps > 0)
    )


@dataclass(frozen=True)
class NumberRange:
    """Numbers from `lowest` to `highest`, or above and below them where they are left out.

    `optional`: an empty field is a value too, None.
    """

    lowest: float = -math.inf
    highest: float = math.inf
    lowest_left_out: bool = False
    highest_left_out: bool = False
    whole: bool = False
    optional: bool = False

    def parse(self, text: str) -> float | None:
        """The number in the text, None for an empty one. Raises ValueError with advice."""
        plain = text.strip().replace(MINUS, "-").replace(",", "").replace(" ", "")
        if not plain and self.optional:
            return None
        try:
            number = Decimal(plain[:LONGEST_TEXT])
        except InvalidOperation:
            raise ValueError(self.advice(text)) from None
        if not self.holds(float(number)) or (self.whole and number % 1):
            raise ValueError(self.advice(text))
        return int(number) if self.whole else float(number)

    def holds(self, number: float) -> bool:
        """Whether the number lies in the range; what is not finite lies in none."""
        if not math.isfinite(number) or not self.lowest <= number <= self.highest:
            return False
        return not (
            (self.lowest_left_out and number == self.lowest)
            or (self.highest_left_out and number == self.highest)
        )

    def stepped(self, number: float | None, steps: int, step: Step) -> float | None:
        """The number some steps on, or at the end of the range that lies that way."""
        start = Decimal(repr(number)) if number is not None else Decimal(1)
        wanted = float(step(start, steps)) if number is not None else 1.0
        if self.whole:
            wanted = math.floor(wanted) if steps < 0 else math.ceil(wanted)
        nearest = min(max(wanted, self.lowest), self.highest)
        if not self.holds(nearest):
            return number
        return int(nearest) if self.whole else nearest

    def advice(self, text: str) -> str:
        """What would be valid in place of the text."""
        valid = self.words()
        shown = text.strip()
        if not shown:
            return translate("NumberRange", "Write {valid}").format(valid=valid)
        if len(shown) > LONGEST_QUOTE:
            shown = shown[: LONGEST_QUOTE - 1] + "…"
        return translate("NumberRange", "Write {valid}, not “{text}”").format(
            valid=valid, text=shown
        )

    def words(self) -> str:
        """The range in words: `a whole number from 1 to 1,000`."""
        kind = translate("NumberRange", "a number")
        if self.whole:
            kind = translate("NumberRange", "a whole number")
        ends = [kind, self._lower_words(), self._upper_words()]
        words = " ".join(part for part in ends if part)
        if self.optional:
            return translate("NumberRange", "nothing or {number}").format(number=words)
        return words

    def _lower_words(self) -> str:
        if math.isinf(self.lowest):
            return ""
        words = translate("NumberRange", "from {number}")
        if self.highest_left_out:
            words = translate("NumberRange", "of at least {number}")
        if self.lowest_left_out:
            words = translate("NumberRange", "above {number}")
        return words.format(number=number_text(self.lowest))

    def _upper_words(self) -> str:
        if math.isinf(self.highest):
            return ""
        words = translate("NumberRange", "to {number}")
        if self.highest_left_out:
            words = translate("NumberRange", "and less than {number}")
        elif self.lowest_left_out:
            words = translate("NumberRange", "and at most {number}")
        return words.format(number=number_text(self.highest))


def number_text(number: float) -> str:
    """A number for reading: 1,000,000, 0.9, 1e-07."""
    return f"{int(number):,}" if number == int(number) else f"{number!r}"


def field_text(number: float | None) -> str:
    """A number for a field: the shortest text that reads back as the same number."""
    if number is None:
        return ""
    if isinstance(number, int) or number == int(number):
        return str(int(number))
    digits = Decimal(repr(number)).normalize()
    if abs(number) >= 1e-3:
        return f"{digits:f}"
    exponent = digits.adjusted()
    return f"{digits.scaleb(-exponent):f}e{exponent}"
