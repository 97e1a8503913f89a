"""Dots of paired differences: none hides another, none moves sideways, swapping mirrors them."""

import itertools

import numpy as np
import pytest

from gui.plots.paired_layout import LARGEST, SMALLEST, swarm

HEIGHT = 20


def closest(offsets, laid):
    """The least distance between two dots' middles."""
    pairs = itertools.combinations(zip(offsets, laid.heights, strict=True), 2)
    return min(float(np.hypot(a[0] - b[0], a[1] - b[1])) for a, b in pairs)


@pytest.mark.parametrize(("seeds", "spread"), [(2, 1), (6, 4), (10, 20), (20, 40), (60, 90)])
def test_no_dot_hides_another(seeds, spread):
    offsets = np.random.default_rng(seeds).normal(scale=spread, size=seeds).tolist()
    laid = swarm(offsets, HEIGHT)
    assert closest(offsets, laid) >= 2 * laid.radius - 1e-9
    assert max(map(abs, laid.heights)) + laid.radius <= HEIGHT / 2 + 1e-9


def test_dots_far_apart_are_large_and_in_one_row():
    laid = swarm([-40.0, -20.0, 0.0, 20.0], HEIGHT)
    assert set(laid.heights) == {0.0}
    assert laid.radius == pytest.approx(HEIGHT / 6)
    assert swarm([0.0], 90).radius == LARGEST


def test_equal_differences_stand_one_over_the_other():
    laid = swarm([5.0] * 10, HEIGHT)
    assert len(set(laid.heights)) == 10
    assert sum(laid.heights) == pytest.approx(0)
    assert max(laid.heights) + laid.radius <= HEIGHT / 2 + 1e-9


def test_as_many_as_there_is_no_room_for_stay_within_it():
    laid = swarm([0.0] * 200, HEIGHT)
    assert laid.radius == SMALLEST
    assert len(laid.heights) == 200
    assert max(map(abs, laid.heights)) + laid.radius <= HEIGHT / 2 + 1e-9


@pytest.mark.parametrize("seeds", [1, 2, 6, 20, 200])
def test_mirrored_offsets_give_the_mirrored_picture(seeds):
    offsets = np.random.default_rng(seeds).normal(5, 40, size=seeds).round().tolist()
    assert swarm(offsets, HEIGHT) == swarm([-each for each in offsets], HEIGHT)


def test_the_same_offsets_give_the_same_picture_and_none_gives_none():
    offsets = np.random.default_rng(7).normal(size=30).tolist()
    assert swarm(offsets, HEIGHT) == swarm(offsets, HEIGHT)
    assert swarm([], HEIGHT).heights == ()
