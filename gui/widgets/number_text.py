"""Measured numbers as they are written everywhere on the screen."""

import math

from PySide6.QtCore import QCoreApplication

NOTHING = "–"
"""Where there is no number; never a zero."""


def three_digits(value: float) -> str:
    """A number with three significant digits: 0.0108, 1.20e-5, 12300."""
    if not math.isfinite(value):
        return QCoreApplication.translate("numbers", "not finite")
    if value == 0:
        return "0"
    rounded = float(f"{value:.3g}")
    if 1000 <= abs(rounded) < 100_000:
        return f"{rounded:.0f}"
    return _with_zeros(f"{value:#.3g}")


def with_deviation(mean: float, deviation: float) -> str:
    """`0.0450 ± 0.012`: of how far numbers lie apart two digits say enough.

    The mean alone where there is no deviation.
    """
    if math.isnan(deviation):
        return three_digits(mean)
    return f"{three_digits(mean)} ± {_two_digits(deviation)}"


def measured(value: float | None) -> str:
    """The same, or a dash where there is no number."""
    return NOTHING if value is None else three_digits(value)


def _two_digits(value: float) -> str:
    return three_digits(value) if value == 0 or value >= 10 else _with_zeros(f"{value:#.2g}")


def _with_zeros(digits: str) -> str:
    """Digits that end in zeros as they were measured; a power of ten as short as can be."""
    mantissa, found, exponent = digits.rstrip(".").partition("e")
    return f"{mantissa}e{int(exponent)}" if found else mantissa
