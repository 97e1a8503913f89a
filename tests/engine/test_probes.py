"""FREEZING F15: histograms that add up, over edges that are shared or said to change."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from oracle import LAYERS, patterned

from engine.edits import SetLearningRate
from engine.probes import (
    BINS,
    bin_counts,
    bin_edges,
    moved_distance,
    starting_limit,
    widened_limits,
)
from engine.run import Run
from engine.telemetry import SnapshotRequest

TWO = {"all": (1, 1, 1), "first": (1, 0, 0)}
SIZES = {"hidden-1": 30 * 16 + 16, "hidden-2": 16 * 8 + 8, "output": 8 + 1}


def limits(*values):
    return torch.tensor(values, dtype=torch.float64)


def run_for(epochs, **fields):
    run = Run(patterned(TWO, **{"seeds": (1, 2, 3)} | fields))
    run.prepare()
    while len(run.log) < epochs:
        run.step()
    return run


@pytest.mark.parametrize("limit", [1e-3, 0.37, 1.0, 5.0, 1e30])
def test_counts_are_those_of_numpy(limit):
    random = torch.Generator().manual_seed(1)
    values = (torch.randn(4, 5000, generator=random) / 3).clamp(-0.999, 0.999) * limit
    found = bin_counts(values, limits(*[limit] * 4))
    for row, counts in zip(values.double().numpy(), found, strict=True):
        np.testing.assert_array_equal(counts, np.histogram(row, bin_edges(limit))[0])


def test_every_row_is_counted_over_its_own_edges():
    values = torch.tensor([[0.1, 0.9, -0.9], [0.1, 0.9, -0.9]])
    found = bin_counts(values, limits(1.0, 100.0))
    for row, limit in enumerate((1.0, 100.0)):
        expected = np.histogram(values[row].double(), bin_edges(limit))[0]
        np.testing.assert_array_equal(found[row], expected)
    assert np.count_nonzero(found[0]) == 3
    assert np.count_nonzero(found[1]) == 2


def test_values_on_the_edges_fall_where_numpy_puts_them():
    limit = 0.75
    edges = bin_edges(limit)
    exact = torch.tensor([[-limit, 0.0, limit, -0.0]])
    expected = np.zeros(BINS, int)
    expected[[0, BINS // 2, BINS - 1]] = 1, 2, 1
    np.testing.assert_array_equal(bin_counts(exact, limits(limit))[0], expected)
    assert edges[BINS // 2] == 0
    assert (len(edges), edges[0], edges[-1]) == (BINS + 1, -limit, limit)


@given(
    st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1, max_size=40),
    st.floats(1e-6, 1e6),
)
def test_widened_edges_hold_every_value_and_only_ever_double(values, limit):
    tensor = torch.tensor([values])
    wide = widened_limits(limits(limit), tensor)
    assert bin_counts(tensor, wide).sum() == len(values)
    assert max(map(abs, values)) <= wide.item()
    doublings = math.log2(wide.item() / limit)
    assert doublings == round(doublings)
    assert doublings == 0 or max(map(abs, values)) > wide.item() / 2


def test_widening_is_of_one_row_and_non_finite_values_count_nowhere():
    values = torch.tensor([[0.5, 0.5], [3.0, 0.5], [math.nan, 0.5], [math.inf, -math.inf]])
    wide = widened_limits(limits(1, 1, 1, 1), values)
    assert wide.tolist() == [1.0, 4.0, 1.0, 1.0]
    assert bin_counts(values, wide).sum(axis=1).tolist() == [2, 2, 1, 0]


@pytest.mark.parametrize("constant", [0.0, 1e-20, 0.1, -3.0, 7e10])
def test_a_constant_layer_shows_one_real_bar(constant):
    values = torch.full((1, 300), constant)
    limit = starting_limit(values)
    counts = bin_counts(values, limits(limit))[0]
    assert (counts.max(), np.count_nonzero(counts)) == (300, 1)
    bar = int(counts.argmax())
    assert bin_edges(limit)[bar] <= constant <= bin_edges(limit)[bar + 1]
    assert 0 < bar < BINS - 1 or constant == 0


def test_moved_distance_is_relative_and_exactly_zero_only_if_nothing_moved():
    start = torch.tensor([[3.0, 4.0], [3.0, 4.0], [0.0, 0.0], [1.0, 0.0]])
    now = torch.tensor([[3.0, 4.0], [3.0, 9.0], [3.0, 4.0], [1.0, 0.0]])
    now[3, 0] = torch.nextafter(start[3, 0], torch.tensor(2.0))
    found = moved_distance(now, start)
    assert found[:3].tolist() == [0.0, 1.0, 5.0]  # the third had no length to compare with
    assert 0 < found[3] < 2e-7


def test_an_epochs_histogram_holds_that_epochs_weights():
    run = run_for(1)
    for expected_epoch in (1, 2, 3):
        for layer in run.trainer.network.layers:
            values = layer.flat_parameters().double().numpy()
            bounds, counts = run.histograms[layer.id].counts(expected_epoch)
            assert (counts.shape, bounds.shape) == ((6, BINS), (6,))
            for row, limit, found in zip(values, bounds, counts, strict=True):
                np.testing.assert_array_equal(found, np.histogram(row, bin_edges(limit))[0])
                assert found.sum() == SIZES[layer.id]
        while len(run.log) == expected_epoch:
            run.step()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_snapshot_shows_now_over_the_start_on_shared_edges(seed):
    run = run_for(0)
    fresh = run.snapshot(SnapshotRequest("first", seed))
    for _ in range(25):
        run.step()
    later = run.snapshot(SnapshotRequest("first", seed))
    member = run.experiment.members.index(("first", seed))
    for layer in LAYERS:
        was, now = fresh.histograms[layer], later.histograms[layer]
        assert not was.widened
        assert not now.widened
        np.testing.assert_array_equal(was.edges, now.edges)
        np.testing.assert_array_equal(was.counts, was.start_counts)
        np.testing.assert_array_equal(now.start_counts, was.counts)
        assert now.counts.sum() == now.start_counts.sum() == SIZES[layer]
        values = run.trainer.network.layer(layer).flat_parameters()[member].double()
        np.testing.assert_array_equal(now.counts, np.histogram(values, now.edges)[0])
        assert (fresh.moved[layer], later.moved[layer] > 0) == (0.0, layer == "hidden-1")


def test_edges_are_equal_for_all_members_until_one_outgrows_them_and_that_is_said():
    run = run_for(1)
    before = {layer: run.histograms[layer].counts(1)[0] for layer in LAYERS}
    assert all(len(set(bounds.tolist())) == 1 for bounds in before.values())
    for layer in LAYERS:
        run.apply(SetLearningRate(variant="all", layer=layer, learning_rate=10.0))
    while len(run.log) < 2:
        run.step()
    for layer in LAYERS:
        bounds = run.histograms[layer].counts(2)[0]
        assert (bounds[:3] > before[layer][:3]).all()
        np.testing.assert_array_equal(bounds[3:], before[layer][3:])
    grown = run.snapshot(SnapshotRequest("all", 2)).histograms["hidden-1"]
    same = run.snapshot(SnapshotRequest("first", 2)).histograms["hidden-1"]
    assert (grown.widened, same.widened) == (True, False)
    bounds = run.histograms["hidden-1"].counts(2)[0]
    assert (grown.edges[-1], same.edges[-1]) == (bounds[1], bounds[4])


@pytest.mark.parametrize("initialization", ["zeros", "constant"])
def test_a_network_that_starts_constant_shows_bars_and_distances(initialization):
    run = run_for(1, initialization=initialization)
    shown = run.snapshot(SnapshotRequest("all", 1))
    for layer in LAYERS:
        counts = shown.histograms[layer].start_counts
        assert np.count_nonzero(counts) == (1 if initialization == "zeros" else 2)  # biases are 0
        assert counts.sum() == SIZES[layer]
    assert math.isfinite(shown.moved["output"])
    assert shown.moved["output"] > 0
