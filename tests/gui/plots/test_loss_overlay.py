"""Where labels stand when their lines end close together, and which ones there are."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QColor

from gui.plots.loss_overlay import ROW, LineEnd, labelled, spread
from gui.plots.plot_style import Sign


@given(st.lists(st.floats(0, 400), min_size=1, max_size=20), st.floats(5, 20))
def test_labels_keep_their_order_their_distance_and_the_frame(wanted, gap):
    wanted.sort()
    places = spread(wanted, gap, 0.0, 400.0)
    fitting = min(gap, 400.0 / max(len(wanted) - 1, 1))
    assert np.all(np.diff(places) >= fitting - 1e-6)
    assert min(places) >= -1e-6
    assert max(places) <= 400 + 1e-6


def test_labels_with_room_stay_where_they_are():
    assert spread([10.0, 100.0, 200.0], 15.0, 0.0, 300.0) == [10.0, 100.0, 200.0]


def test_two_that_collide_share_the_way():
    assert spread([100.0, 101.0], 15.0, 0.0, 300.0) == [93.0, 108.0]


def test_nothing_to_place():
    assert spread([], 15.0, 0.0, 300.0) == []


def ends(heights, hollow=False):
    sign = Sign(0, QColor("black"), hollow)
    return [LineEnd(100.0, y, f"{y:g}", "name", sign, ghost=False) for y in heights]


def test_ends_with_room_all_have_a_label():
    all_ends = [*ends([40, 120, 200]), *ends([60, 125], hollow=True)]
    told, places = labelled(all_ends, 8.0, 300.0)
    assert [end.y for end in told] == [40, 60, 120, 125, 200]
    assert np.all(np.diff(places) >= ROW - 1e-6)


def test_a_heap_of_ends_has_only_the_labels_that_fit_where_they_are():
    heap = [*ends(np.linspace(100, 160, 32)), *ends(np.linspace(110, 190, 32), hollow=True)]
    told, places = labelled(heap, 8.0, 300.0)
    assert 4 <= len(told) <= 7
    assert np.all(np.diff(places) >= ROW - 1e-6)
    np.testing.assert_allclose(places, [end.y for end in told], atol=1)


def test_in_a_heap_the_selected_and_what_went_wrong_come_first():
    heap = ends(np.linspace(100, 160, 32))
    heap[17] = replace(heap[17], first=True)
    heap[30] = replace(heap[30], problem="went non-finite")
    told, _ = labelled(heap, 8.0, 300.0)
    assert heap[17] in told
    assert heap[30] in told
    assert heap[16] not in told


def test_ghosts_have_no_label():
    told, _ = labelled([replace(end, ghost=True) for end in ends([50, 80])], 8.0, 300.0)
    assert told == []
