"""Where labels stand when their lines end close together."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gui.plots.loss_overlay import spread


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
