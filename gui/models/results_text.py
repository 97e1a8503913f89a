"""Values of a table of results as text: on the screen, in a tooltip, and at full precision."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from gui.models.results_values import Signs, Value
from gui.models.variant_results import Spread
from gui.widgets.number_text import NOTHING, three_digits, with_deviation
from gui.widgets.rate_text import format_rate
from gui.widgets.tip_text import plain_tip

translate = QCoreApplication.translate

Cell = str | int | float


def cell_text(value: Value, *, given: bool = False) -> str:
    """A value as it stands in its cell: three significant digits, or a dash for no number.

    Two digits of a deviation. `given`: a number that was chosen, and is not rounded.
    """
    match value:
        case str():
            text = " ".join(value.splitlines())
        case Signs():
            text = value.signs
        case Spread() if not math.isnan(value.mean):
            text = with_deviation(value.mean, value.deviation)
        case int():
            text = f"{value:,}"
        case float() if not math.isnan(value):
            text = format_rate(value) if given else three_digits(value)
        case _:
            text = NOTHING
    return text


def one_line(name: str) -> str:
    """A name within a sentence, whatever blanks it has."""
    return " ".join(name.split())


def spoken_cell(value: Value) -> str:
    """The same for a screen reader, which says nothing of a dash, and reads words, not signs."""
    text = value.words if isinstance(value, Signs) else cell_text(value)
    return translate("results", "no number") if text == NOTHING else text


def tip_text(value: Value, definition: str, *, of: str = "") -> str:
    """What a cell's tooltip says: whose it is, the number at full precision, then what it is."""
    lines = [of, _full(value), definition]
    return plain_tip("\n".join(filter(None, lines)))


def exact_cells(value: Value, *, spread: bool = False) -> tuple[Cell, ...]:
    """A value for a file, nothing rounded; of a column with spreads two cells, mean and sd."""
    if isinstance(value, Spread):
        return _exact(value.mean), _exact(value.deviation)
    return (_exact(value), "") if spread else (_exact(value),)


def exact_header(titles: Sequence[str], spreads: Sequence[bool]) -> tuple[str, ...]:
    """The titles of `exact_cells`: two for a column with spreads."""
    header: list[str] = []
    for title, spread in zip(titles, spreads, strict=True):
        header += [f"{title} (mean)", f"{title} (sd)"] if spread else [title]
    return tuple(header)


def _exact(value: Value) -> Cell:
    if isinstance(value, float) and math.isnan(value):
        return ""
    if isinstance(value, Signs):
        return value.words
    return value if isinstance(value, str | int | float) else ""


def _full(value: Value) -> str:
    """A number with all its digits; a text as it is, since it may be too long for its cell."""
    match value:
        case Spread() if math.isnan(value.mean):
            return translate("results", "no seed has a number")
        case Spread():
            text = translate("results", "mean {0!r}, sd {1!r}, seeds with a number: {2}")
            return text.format(value.mean, value.deviation, value.seeds)
        case Signs():
            return value.words
        case str():
            return value
        case float() if not math.isnan(value):
            return repr(value)
    return ""
