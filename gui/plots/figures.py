"""Numbers as a plot writes them, ranges that stay calm, and where the ticks go. Pure functions."""

import math

Extent = tuple[float, float]
Tick = tuple[float, str]

MARGIN = 0.07  # of the span, above and below the data
SHRINK = 0.55  # a range is renewed when the data fill less of it than this
DECADES = 12  # no logarithmic view reaches further down than this from its top


def calm_range(current: Extent | None, data: Extent, log: bool) -> Extent:
    """The range to show: the current one as long as the data sit well in it, else a fresh one."""
    fresh = _fresh_range(data, log)
    if current is None:
        return fresh
    low, high = current
    span = high - low
    inside = low <= data[0] and data[1] <= high
    if inside and fresh[1] - fresh[0] >= SHRINK * span:
        return current
    return fresh


def _fresh_range(data: Extent, log: bool) -> Extent:
    low, high = data
    if log:
        low = max(low, high - DECADES)
    elif low >= 0:
        low = 0.0  # a loss is read from zero
    span = max(high - low, abs(high) * 1e-6, 1e-12)
    if log:
        span = max(span, 0.2)
    return low - span * MARGIN / 2, high + span * MARGIN


def axis_ticks(low: float, high: float, count: float, log: bool = False) -> list[Tick]:
    """Places and labels of about `count` ticks between low and high.

    With `log` the places are decimal logarithms and the labels are the numbers themselves.
    """
    if not (math.isfinite(low) and math.isfinite(high)) or high <= low:
        return []
    if not log:
        return linear_ticks(low, high, count)
    if high - low < 0.7:  # less than a factor of 5: round numbers, unevenly placed
        powers = linear_ticks(10**low, 10**high, count)
        return [(math.log10(float(label)), label) for _, label in powers if float(label) > 0]
    return _decade_ticks(low, high, count)


def linear_ticks(low: float, high: float, count: float, whole: bool = False) -> list[Tick]:
    """Ticks at multiples of 1, 2 or 5 times a power of ten; `whole` keeps to integers."""
    step = _round_step((high - low) / max(count, 1))
    if whole:
        step = max(step, 1.0)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    if last - first > 200:
        return []
    return [(i * step, _tick_label(i, step)) for i in range(first, last + 1)]


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    for factor in (1, 2, 5):
        if factor * power >= rough * 0.999:
            return factor * power
    return 10 * power


def _tick_label(multiple: int, step: float) -> str:
    value = multiple * step
    if multiple == 0:
        return "0"
    if abs(value) >= 1e6 or step < 1e-4:
        digits = max(0, math.floor(math.log10(abs(value))) - math.floor(math.log10(step)))
        mantissa, _, exponent = f"{value:.{min(digits, 12)}e}".partition("e")
        return f"{mantissa}e{int(exponent)}"
    return f"{value:.{max(0, -math.floor(math.log10(step) + 1e-9))}f}"


def _decade_ticks(low: float, high: float, count: float) -> list[Tick]:
    decades = high - low
    if decades <= count / 3:
        factors: tuple[int, ...] = (1, 2, 5)
    elif decades <= count / 1.5:
        factors = (1, 3)
    else:
        factors = (1,)
    every = max(1, math.ceil(decades / max(count, 1)))
    ticks = []
    for power in range(math.floor(low), math.ceil(high) + 1):
        if power % every:
            continue
        ticks += [
            (power + math.log10(factor), _decade_label(factor, power))
            for factor in factors
            if low <= power + math.log10(factor) <= high
        ]
    return ticks


def _decade_label(factor: int, power: int) -> str:
    if -3 <= power <= 4:
        return f"{factor * 10.0**power:.{max(0, -power)}f}"
    return f"{factor}e{power}"
