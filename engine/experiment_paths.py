"""Values of an experiment by their paths, as in its file: `training.optimizer`, `layers.ID.units`.

Layers and variants go by their ids. Two paths are wider than a field: `learning_rate` is that of
all layers of all variants, `learning_rate.ID` that of one layer in all variants.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import JsonValue, ValidationError

from engine.consistency import field_problems
from engine.errors import DatasetError, ExperimentError, Problem
from engine.experiment import Experiment
from engine.structure import with_data

RATE = "learning_rate"

Setting = tuple[str, JsonValue]
"""A path and the value there."""


def holds(wider: str, path: str) -> bool:
    """Whether a path is the wider one or lies within it, under whichever of its names."""
    if f"{path}.".startswith(f"{wider}."):
        return True
    if path == RATE or path.startswith(f"{RATE}."):
        return wider == "variants"
    if not path.startswith("variants.") or not path.endswith(f".{RATE}"):
        return False
    layer = wider.removeprefix(f"{RATE}.")
    return wider == RATE or (layer != wider and path.endswith(f".layers.{layer}.{RATE}"))


def with_settings(experiment: Experiment, settings: Sequence[Setting]) -> Experiment:
    """The experiment with these values in their places.

    The data come first: another data set fits the output layer to its targets. Raises
    ExperimentError for a path that is not there, and for a value that does not fit.
    """
    for path, value in sorted(settings, key=lambda setting: not holds("data", setting[0])):
        experiment = _with_setting(experiment, path, value)
    return experiment


def _with_setting(experiment: Experiment, path: str, value: JsonValue) -> Experiment:
    if path == "data.name":
        if value == experiment.data.name:  # its output layer is as it is wanted
            return experiment
        try:
            return with_data(experiment, str(value))
        except DatasetError as error:
            text = str(error).removeprefix(f"{path}: ")
            raise ExperimentError([Problem(path, text)]) from error
    raw = experiment.model_dump(mode="json")
    if path == RATE or path.startswith(f"{RATE}."):
        for variant in raw["variants"]:
            for layer in [path.removeprefix(f"{RATE}.")] if path != RATE else variant["layers"]:
                _set(variant["layers"], [layer, RATE], value, path)
    else:
        _set(raw, _keys(raw, path), value, path)
    try:
        return Experiment.model_validate_json(json.dumps(raw))
    except ValidationError as error:
        raise ExperimentError(field_problems(error)) from error


def _keys(raw: Any, path: str) -> list[str | int]:
    """Where a path leads, as keys and list places. Ids may contain dots: the longest one fits."""
    keys: list[str | int] = []
    while path:
        known = _known(raw)
        fitting = [name for name in known if path == name or path.startswith(f"{name}.")]
        if not fitting:
            break
        name = max(fitting, key=len)
        keys.append(known[name])
        raw = raw[known[name]]
        path = path[len(name) + 1 :]
    return [*keys, path] if path else keys


def _known(raw: object) -> Mapping[str, str | int]:
    """What may come next in a path, and the key or list place it stands for."""
    if isinstance(raw, dict):
        return {name: name for name in raw}
    if isinstance(raw, list):
        return {
            each["id"]: place
            for place, each in enumerate(raw)
            if isinstance(each, dict) and "id" in each
        }
    return {}


def _set(raw: Any, keys: Sequence[str | int], value: JsonValue, path: str) -> None:
    """Put a value in the place of another. Raises ExperimentError where there is none."""
    *way, last = keys
    for key in way:
        if isinstance(raw, dict) and key not in raw:
            last = key
            break
        raw = raw[key]
    there = last in raw if isinstance(raw, dict) else isinstance(last, int)
    if not there or last in ("id", "format", "kind"):
        choices = ", ".join(_known(raw)) or "nothing that can be varied"
        raise ExperimentError([Problem(path, f"is not there to be varied; there is {choices}")])
    raw[last] = value
