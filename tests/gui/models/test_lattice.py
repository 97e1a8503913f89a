"""Rows and neighbours of the lattice: a Hasse diagram of what trains."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.edits import apply_edits
from engine.experiment import Experiment
from engine.journal import SetDetached, SetLearningRate, SetTrainable
from engine.patterns import trained_layers, with_controls, with_every_pattern
from gui.models.lattice import arrange
from tests.gui.live_bench import points

LAYERS = ("hidden", "middle", "output")


@pytest.fixture
def every() -> Experiment:
    """All 8 patterns of three layers; "all" and "last" are two of them."""
    return with_every_pattern(points())


def trains(experiment: Experiment, variant: str) -> frozenset[str]:
    return frozenset(trained_layers(experiment, experiment.variant(variant)))


def test_rows_go_from_all_layers_to_none_with_earlier_layers_first(every: Experiment) -> None:
    rows = arrange(every).rows
    assert [row.trained for row in rows] == [3, 2, 1, 0]
    assert [[sorted(trains(every, v)) for v in row.variants] for row in rows] == [
        [["hidden", "middle", "output"]],
        [["hidden", "middle"], ["hidden", "output"], ["middle", "output"]],
        [["hidden"], ["middle"], ["output"]],
        [[]],
    ]
    assert arrange(every).layers == 3


def test_edges_join_patterns_that_differ_in_one_layer(every: Experiment) -> None:
    edges = arrange(every).edges
    assert len(edges) == 12  # of a cube
    for above, below in edges:
        assert trains(every, below) < trains(every, above)
        assert len(trains(every, above) - trains(every, below)) == 1


@given(st.permutations(range(8)), st.integers(1, 8))
@settings(max_examples=30, deadline=None)
def test_whatever_variants_there_are_each_has_one_place(order: list[int], count: int) -> None:
    every = with_every_pattern(points())
    some = every.replace(variants=tuple(every.variants[at] for at in order[:count]))
    found = arrange(some)
    placed = [variant for row in found.rows for variant in row.variants]
    assert sorted(placed) == sorted(variant.id for variant in some.variants)
    sizes = [len(trains(some, row.variants[0])) for row in found.rows]
    assert sizes == sorted(set(sizes), reverse=True)
    neighbours = {
        (a, b)
        for a in placed
        for b in placed
        if trains(some, b) < trains(some, a) and len(trains(some, a) - trains(some, b)) == 1
    }
    assert set(found.edges) == neighbours


def test_controls_other_rates_and_detached_ones_are_a_row_of_their_own(every: Experiment) -> None:
    with_them = with_controls(every, "last")
    added = [each.id for each in with_them.variants[8:]]
    changed = apply_edits(
        with_them,
        [
            SetLearningRate(variant="pattern-110", layer="hidden", learning_rate=0.5),
            SetDetached(variant="pattern-011", layer="middle", detached=True),
        ],
    )
    last = arrange(changed).rows[-1]
    assert last.trained is None
    assert list(last.variants) == ["pattern-110", "pattern-011", *added]
    assert not any(v in edge for edge in arrange(changed).edges for v in last.variants)


def test_the_rate_of_a_frozen_layer_makes_no_other_of_a_pattern(every: Experiment) -> None:
    edit = SetLearningRate(variant="last", layer="hidden", learning_rate=0.5)
    assert arrange(apply_edits(every, [edit])) == arrange(every)


def test_the_second_that_trains_the_same_layers_is_an_other(every: Experiment) -> None:
    edit = SetTrainable(variant="pattern-110", layer="output", trainable=True)  # as "all" does
    assert arrange(apply_edits(every, [edit])).rows[-1].variants == ("pattern-110",)


def test_usual_rates_are_those_of_most_variants(every: Experiment) -> None:
    edits = [SetLearningRate(variant="all", layer=layer, learning_rate=0.5) for layer in LAYERS]
    rows = arrange(apply_edits(every, edits)).rows
    assert rows[-1].variants == ("all",)
    assert [row.trained for row in rows] == [2, 1, 0, None]
