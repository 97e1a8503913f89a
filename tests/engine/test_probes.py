"""FREEZING F15: histograms that add up, over edges that are shared or said to change."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from oracle import LAYERS, patterned

from engine.journal import SetLearningRate
from engine.probes import (
    BINS,
    SMALLEST_LIMIT,
    Blocks,
    bin_edges,
    dead_units,
    moved_distance,
    relative,
    rounded_limits,
    starting_limits,
    widened_limits,
)
from engine.run import Run
from engine.telemetry import SnapshotRequest

TWO = {"all": (1, 1, 1), "first": (1, 0, 0)}
SIZES = {"hidden-1": 30 * 16 + 16, "hidden-2": 16 * 8 + 8, "output": 8 + 1}


def run_for(epochs, **fields):
    run = Run(patterned(TWO, **{"seeds": (1, 2, 3)} | fields))
    run.record(["weights"])
    run.prepare()
    while len(run.log) < epochs:
        run.step()
    return run


def blocks(*rows):
    """One block for each member, from lists of numbers."""
    return Blocks.of([np.array(rows, np.float32)])


def column(*values):
    """A number for each member of the only block."""
    return np.array(values, float)[:, None]


def counted(values, limit):
    limits = column(*np.broadcast_to(limit, len(values.values)))
    return values.counts(-limits, limits)[:, 0]


@pytest.mark.parametrize("limit", [1e-3, 0.37, 1.0, 5.0, 1e30])
def test_counts_are_those_of_numpy(limit):
    random = torch.Generator().manual_seed(1)
    values = (torch.randn(4, 5000, generator=random) / 3).clamp(-0.999, 0.999) * limit
    for row, counts in zip(values.double(), counted(blocks(*values), limit), strict=True):
        np.testing.assert_array_equal(counts, np.histogram(row, bin_edges(-limit, limit))[0])


def test_every_row_is_counted_over_its_own_edges():
    row = [0.1, 0.9, -0.9]
    found = counted(blocks(row, row), [1.0, 100.0])
    for counts, limit in zip(found, (1.0, 100.0), strict=True):
        np.testing.assert_array_equal(
            counts, np.histogram(np.float32(row), bin_edges(-limit, limit))[0]
        )
    assert np.count_nonzero(found[0]) == 3
    assert np.count_nonzero(found[1]) == 2


def test_blocks_of_several_sizes_are_measured_each_by_itself():
    random = np.random.default_rng(2)
    parts = [random.normal(size=(2, *shape)).astype(np.float32) for shape in [(7,), (1,), (3, 4)]]
    together = Blocks.of(parts)
    lows, highs = -together.largest(), together.largest() + 0.5
    found = together.counts(lows, highs)
    assert found.shape == (2, 3, BINS)
    for number, part in enumerate(parts):
        flat = part.reshape(2, -1)
        np.testing.assert_array_equal(together.largest()[:, number], np.abs(flat).max(axis=1))
        np.testing.assert_allclose(
            together.lengths()[:, number], np.linalg.norm(flat.astype(float), axis=1)
        )
        np.testing.assert_array_equal(together.has_negative()[:, number], flat.min(axis=1) < 0)
        for row in range(2):
            edges = bin_edges(lows[row, number], highs[row, number])
            np.testing.assert_array_equal(found[row, number], np.histogram(flat[row], edges)[0])


def test_joined_blocks_stand_in_their_order():
    one, other = blocks([1, 2], [3, 4]), Blocks.of([np.ones((2, 1)), np.zeros((2, 3))])
    together = Blocks.joined([one, other])
    assert together.values.tolist() == [[1, 2, 1, 0, 0, 0], [3, 4, 1, 0, 0, 0]]
    assert together.starts.tolist() == [0, 2, 3]
    assert (together.largest() == [[2, 1, 0], [4, 1, 0]]).all()


def test_values_on_the_edges_fall_where_numpy_puts_them():
    limit = 0.75
    edges = bin_edges(-limit, limit)
    expected = np.zeros(BINS, int)
    expected[[0, BINS // 2, BINS - 1]] = 1, 2, 1
    np.testing.assert_array_equal(counted(blocks([-limit, 0.0, limit, -0.0]), limit)[0], expected)
    assert edges[BINS // 2] == 0
    assert (len(edges), edges[0], edges[-1]) == (BINS + 1, -limit, limit)


@given(
    st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1, max_size=40),
    st.floats(1e-6, 1e6),
)
def test_widened_edges_hold_every_value_and_only_ever_double(values, limit):
    found = blocks(values)
    wide = widened_limits(column(limit), found.largest())
    assert counted(found, wide[0]).sum() == len(values)
    assert max(map(abs, values)) <= wide.item()
    doublings = math.log2(wide.item() / limit)
    assert doublings == round(doublings)
    assert doublings == 0 or max(map(abs, values)) > wide.item() / 2


@given(st.floats(2.0**-149, 2.0**127))
def test_a_rounded_limit_is_the_power_of_two_that_holds_the_value(largest):
    limit = rounded_limits(np.array([largest])).item()
    assert math.frexp(limit)[0] == 0.5
    assert limit / 2 < largest <= limit
    assert rounded_limits(np.array([0.0])).item() == SMALLEST_LIMIT


@pytest.mark.filterwarnings("ignore:invalid value")
def test_widening_is_of_one_row_and_non_finite_values_count_nowhere():
    values = blocks([0.5, 0.5], [3.0, 0.5], [math.nan, 0.5], [math.inf, -math.inf])
    wide = widened_limits(column(1, 1, 1, 1), values.largest())
    assert wide[:, 0].tolist() == [1.0, 4.0, 1.0, 1.0]
    assert counted(values, wide[:, 0]).sum(axis=1).tolist() == [2, 2, 1, 0]


@pytest.mark.parametrize("constant", [0.0, 1e-20, 0.1, -3.0, 7e10])
def test_a_constant_layer_shows_one_real_bar(constant):
    values = blocks([constant] * 300)
    limit = starting_limits(values.largest()).item()
    counts = counted(values, limit)[0]
    assert (counts.max(), np.count_nonzero(counts)) == (300, 1)
    bar = int(counts.argmax())
    edges = bin_edges(-limit, limit)
    assert edges[bar] <= constant <= edges[bar + 1]
    assert 0 < bar < BINS - 1 or constant == 0


def test_distances_are_relative_unless_there_is_nothing_to_relate_to():
    assert relative(np.array([1.0, 0.0, 3.0]), np.array([4.0, 4.0, 0.0])).tolist() == [0.25, 0, 3]


def test_a_unit_is_dead_when_no_row_gets_anything_through_it():
    outputs = np.array([[[1.0, 0, 0, -1], [0, 0, 2, -3]], [[0, 0, 0, 0], [0, 0, 0, 1e-30]]])
    assert dead_units(outputs).tolist() == [2, 3]


def test_moved_distance_is_relative_and_exactly_zero_only_if_nothing_moved():
    start = torch.tensor([[3.0, 4.0], [3.0, 4.0], [0.0, 0.0], [1.0, 0.0]])
    now = torch.tensor([[3.0, 4.0], [3.0, 9.0], [3.0, 4.0], [1.0, 0.0]])
    now[3, 0] = torch.nextafter(start[3, 0], torch.tensor(2.0))
    found = moved_distance(now, start)
    assert found[:3].tolist() == [0.0, 1.0, 5.0]  # the third had no length to compare with
    assert 0 < found[3] < 2e-7


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_snapshot_shows_now_over_the_start_on_shared_edges(seed):
    run = run_for(0)
    fresh = run.snapshot(SnapshotRequest("first", seed))
    for _ in range(25):
        run.step()
    later = run.snapshot(SnapshotRequest("first", seed))
    member = run.experiment.members.index(("first", seed))
    for layer in LAYERS:
        was, now = fresh.histograms["weights"][layer], later.histograms["weights"][layer]
        assert not was.widened
        assert not now.widened
        np.testing.assert_array_equal(was.edges, now.edges)
        np.testing.assert_array_equal(was.counts, was.start_counts)
        np.testing.assert_array_equal(now.start_counts, was.counts)
        assert now.counts.sum() == now.start_counts.sum() == SIZES[layer]
        values = run.trainer.network.layer(layer).flat_parameters()[member].double()
        np.testing.assert_array_equal(now.counts, np.histogram(values, now.edges)[0])
        assert (fresh.moved[layer], later.moved[layer] > 0) == (0.0, layer == "hidden-1")


def test_edges_are_equal_for_all_variants_until_one_outgrows_them_and_that_is_said():
    run = run_for(1)
    before, _ = run.history.records[0].histograms["weights"]
    np.testing.assert_array_equal(before[0], before[1])
    for layer in LAYERS:
        run.apply(SetLearningRate(variant="all", layer=layer, learning_rate=10.0))
    while len(run.log) < 2:
        run.step()
    after, _ = run.history.records[1].histograms["weights"]
    assert (after[0, :, 1] > before[0, :, 1]).all()
    np.testing.assert_array_equal(after[1], before[1])
    grown = run.snapshot(SnapshotRequest("all", 1)).histograms["weights"]["hidden-1"]
    same = run.snapshot(SnapshotRequest("first", 1)).histograms["weights"]["hidden-1"]
    assert (grown.widened, same.widened) == (True, False)
    assert (grown.edges[-1], same.edges[-1]) == (after[0, 0, 1], after[1, 0, 1])


@pytest.mark.parametrize("initialization", ["zeros", "constant"])
def test_a_network_that_starts_constant_shows_bars_and_distances(initialization):
    run = run_for(1, initialization=initialization)
    shown = run.snapshot(SnapshotRequest("all", 1))
    for layer in LAYERS:
        counts = shown.histograms["weights"][layer].start_counts
        assert np.count_nonzero(counts) == (1 if initialization == "zeros" else 2)  # biases are 0
        assert counts.sum() == SIZES[layer]
    assert math.isfinite(shown.moved["output"])
    assert shown.moved["output"] > 0
