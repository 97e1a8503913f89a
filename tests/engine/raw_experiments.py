"""The classic experiment as JSON data, to be changed, and what is said of it."""

import json

import pytest
from experiment_strategies import classic

from engine.errors import ExperimentError
from engine.experiment import parse_experiment

CLASSIC = classic()


def raw_classic():
    """The classic experiment as JSON data."""
    return json.loads(CLASSIC.to_json())


def problems_of(raw):
    """Why JSON data is refused: {path: message}."""
    with pytest.raises(ExperimentError) as refused:
        parse_experiment(json.dumps(raw), "bad.json")
    return {problem.path: problem.message for problem in refused.value.problems}


def changed(*path, value):
    """The classic experiment as JSON data with the value at `path` changed."""
    raw = raw_classic()
    place = raw
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return raw
