"""Learning rates as text and as steps: what is accepted, how it is shown, what comes next."""

import re
from decimal import Decimal

MAXIMUM = 1e3
FIRST = 1e-5
"""Where a step up from 0 arrives."""
SMALLEST_STEP = 1e-8
"""A step down from here arrives at 0; smaller rates can still be typed."""

LADDER = ("1", "1.5", "2.2", "3.3", "4.7", "6.8")
CHOICES = (0.0, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0)
"""The rates the context menu offers."""

_NUMBER = re.compile(r"\+?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,4})?", re.ASCII | re.IGNORECASE)
_UNFINISHED = re.compile(r"\+?(\d*\.?\d*)(e[+-]?\d{0,4})?", re.ASCII | re.IGNORECASE)


def parse_rate(text: str, decimal_point: str = ".") -> float | None:
    """The learning rate a person typed, or None if it is none (yet).

    Accepted: plain and scientific decimals from 0 to 1000, with the point or the language's own
    decimal sign. Refused: signs, words, nan, inf, and what would silently become 0.
    """
    plain = _plain(text, decimal_point)
    if not _NUMBER.fullmatch(plain):
        return None
    value = float(plain)
    vanished = value == 0 and Decimal(plain) != 0
    return None if vanished or value > MAXIMUM else value


def is_unfinished(text: str, decimal_point: str = ".") -> bool:
    """Whether more typing could make this a learning rate: `1e-`, `.`, an empty field."""
    plain = _plain(text, decimal_point)
    return bool(_UNFINISHED.fullmatch(plain)) and not _NUMBER.fullmatch(plain)


def format_rate(value: float) -> str:
    """The shortest text that reads back as exactly this number: 0.1, 0.022, 3.3e-4."""
    if value == 0:
        return "0"
    digits = Decimal(repr(value)).normalize()
    if value >= 0.01:
        return f"{digits:f}"
    exponent = digits.adjusted()
    return f"{digits.scaleb(-exponent):f}e{exponent}"


def step_rate(value: float, steps: int) -> float:
    """The rate some rungs up or down the ladder 1, 1.5, 2.2, 3.3, 4.7, 6.8 of each decade."""
    for _ in range(abs(steps)):
        value = _next_up(value) if steps > 0 else _next_down(value)
    return value


def step_decade(value: float, up: bool) -> float:
    """Ten times, or a tenth of, the rate; exact in decimals, so 3.3e-4 becomes 3.3e-3."""
    if up:
        stepped = float(Decimal(repr(value)).scaleb(1)) if value else FIRST
        return min(stepped, MAXIMUM)
    stepped = float(Decimal(repr(value)).scaleb(-1))
    return stepped if stepped >= SMALLEST_STEP else 0.0


def _next_up(value: float) -> float:
    if value == 0:
        return FIRST
    return min(MAXIMUM, *(rung for rung in _rungs_near(value) if rung > value))


def _next_down(value: float) -> float:
    if value <= SMALLEST_STEP:
        return 0.0
    return max(rung for rung in _rungs_near(value) if rung < value)


def _rungs_near(value: float) -> list[float]:
    decade = Decimal(repr(value)).adjusted()
    return [float(f"{rung}e{power}") for power in range(decade - 1, decade + 2) for rung in LADDER]


def _plain(text: str, decimal_point: str) -> str:
    return text.strip().replace(decimal_point, ".")
