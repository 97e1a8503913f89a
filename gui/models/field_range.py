"""The ranges of an experiment's numbers, read from its own fields: one place says what is valid."""

import math
import types
from typing import Any, Union, get_args, get_origin

from engine.values import Value
from gui.widgets.number_range import NumberRange


def field_range(value: type[Value], field: str) -> NumberRange:
    """The numbers that a field of the experiment accepts."""
    information = value.model_fields[field]
    kinds = _kinds(information.annotation)
    limits: dict[str, Any] = {}
    for limit in information.metadata:
        for name in ("ge", "gt", "le", "lt"):
            if hasattr(limit, name):
                limits[name] = getattr(limit, name)
    return NumberRange(
        lowest=limits.get("ge", limits.get("gt", -math.inf)),
        highest=limits.get("le", limits.get("lt", math.inf)),
        lowest_left_out="gt" in limits,
        highest_left_out="lt" in limits,
        whole=int in kinds,
        optional=type(None) in kinds,
    )


def field_tip(value: type[Value], field: str) -> str:
    """What a field of the experiment is, in the engine's words."""
    return value.model_fields[field].description or ""


def _kinds(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) in {Union, types.UnionType}:
        return get_args(annotation)
    return (annotation,)
