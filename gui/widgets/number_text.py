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
    mantissa, found, exponent = f"{value:#.3g}".rstrip(".").partition("e")
    return f"{mantissa}e{int(exponent)}" if found else mantissa


def measured(value: float | None) -> str:
    """The same, or a dash where there is no number."""
    return NOTHING if value is None else three_digits(value)
