"""What the curves of a sweep are drawn against: its values, and where each of them stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import JsonValue

from engine.experiment import Variant
from engine.sweep import Axis
from gui.models.sweep_columns import variant_column
from gui.models.sweep_fields import SweepField

Scale = Literal["linear", "logarithmic", "even"]

WIDE = 20.0
"""Numbers that span more than this factor are shown on a logarithmic scale."""

VARIANT = "variant"
"""Stands for the path of an axis where nothing but the variants varies."""


@dataclass(frozen=True)
class CurveAxis:
    """What curves are drawn against, or what is fixed meanwhile: its values from left to right."""

    path: str
    name: str
    texts: tuple[str, ...]
    """The values in words; numbers ascending, everything else in the order of the sweep."""
    places: tuple[float, ...]
    """Where each value stands, from 0 at the left to 1 at the right."""
    scale: Scale
    """Even: labelled places at equal distances."""
    numeric: bool
    indices: tuple[int, ...]
    """Where each value stands in the sweep's axis."""


def is_wide(values: Sequence[float]) -> bool:
    """Whether a logarithmic scale can show the values, and shows them better than a linear one."""
    return min(values) > 0 and max(values) / min(values) > WIDE


def curve_axis(axis: Axis, known: SweepField | None) -> CurveAxis:
    """Numbers in their order and at their distances, everything else at equal ones."""
    numbers = [value for value in axis.values if _is_number(value)]
    numeric = len(numbers) == len(axis.values)
    indices = list(range(len(axis.values)))
    scale: Scale = "even"
    places = _even(len(indices))
    if numeric:
        values = np.array(numbers, np.float64)
        indices = [int(index) for index in np.argsort(values, kind="stable")]
        scale, places = _scaled(values[indices])
    texts = tuple(_text(axis.values[index], known) for index in indices)
    name = axis.path if known is None else known.name
    return CurveAxis(axis.path, name, texts, places, scale, numeric, tuple(indices))


def variant_axis(variants: Sequence[Variant]) -> CurveAxis:
    """The variants side by side, where nothing else varies."""
    names = tuple(variant.name for variant in variants)
    indices = tuple(range(len(names)))
    title = variant_column().title
    return CurveAxis(VARIANT, title, names, _even(len(names)), "even", False, indices)


def _scaled(
    values: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> tuple[Scale, tuple[float, ...]]:
    """How ascending numbers are placed: even where they are wide, but zero has no logarithm."""
    low, high = float(values[0]), float(values[-1])
    positive = values[values > 0]
    if len(positive) == len(values) and is_wide((low, high)):
        places = np.log(values / low) / np.log(high / low)
        return "logarithmic", tuple(places.tolist())
    if low <= 0 and len(positive) > 1 and is_wide((float(positive[0]), high)):
        return "even", _even(len(values))
    return "linear", tuple(((values - low) / (high - low)).tolist())


def _even(count: int) -> tuple[float, ...]:
    return tuple(index / max(1, count - 1) for index in range(count))


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text(value: JsonValue, known: SweepField | None) -> str:
    if known is not None:
        return known.values.write(value)
    return f"{value:g}" if isinstance(value, float) else str(value)
