"""The strip's numbers: which epoch a column shows, on what scale, and what frozen spans become."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.models.probe_history import LayerBins
from gui.plots.histogram_strip import (
    SHADES,
    Span,
    columns_of,
    common_scale,
    over_columns,
    resampled,
    runs,
    shades,
    spans,
)


def bins(*records, recorded=None):
    """(low, high, filled bin) of each record, ten values in it; None: nothing was counted."""
    edges = np.array([(np.nan, np.nan) if r is None else r[:2] for r in records])
    counts = np.zeros((len(records), 50))
    for place, record in enumerate(records):
        if record is not None:
            counts[place, record[2]] = 10
    seen = np.ones(len(records), bool) if recorded is None else np.array(recorded)
    return LayerBins(edges, counts, seen)


def test_each_kept_epoch_gets_its_share_of_the_planned_ones():
    columns = columns_of(np.array([1, 2, 3]), 1, 10, 20)
    assert columns.shown.tolist() == [0, 0, 1, 1, 2, 2] + [-1] * 14


def test_an_epoch_without_a_record_is_blank():
    columns = columns_of(np.array([1, 2, 5]), 1, 5, 10)
    assert columns.shown.tolist() == [0, 0, 1, 1, -1, -1, -1, -1, 2, 2]


def test_a_kept_epoch_stands_for_its_stride():
    columns = columns_of(np.array([4, 8]), 4, 16, 16)
    assert columns.shown.tolist() == [0] * 4 + [1] * 4 + [-1] * 8


@given(st.integers(1, 400), st.integers(1, 120), st.data())
def test_a_frozen_epoch_never_falls_between_the_columns(epochs, width, data):
    frozen = np.zeros(epochs, bool)
    frozen[data.draw(st.integers(0, epochs - 1))] = True
    columns = columns_of(np.arange(1, epochs + 1), 1, epochs, width)
    assert over_columns(frozen, columns).any()
    assert not over_columns(np.zeros(epochs, bool), columns).any()


def test_what_a_record_shows():
    made = bins((-1, 1, 25), None, None, (-1, 1, 25), recorded=[True, True, True, False])
    frozen = np.array([False, True, False, False])
    finite = np.ones(4, bool)
    found = spans(made, frozen, finite, none_when_frozen=True)
    assert found.tolist() == [Span.COUNTED, Span.FROZEN, Span.NOTHING, Span.MISSING]


def test_a_frozen_span_stays_frozen_where_a_kind_was_not_looked_at():
    made = bins(None, recorded=[False])
    frozen, finite = np.array([True]), np.array([True])
    assert spans(made, frozen, finite, none_when_frozen=True).tolist() == [Span.FROZEN]
    assert spans(made, frozen, finite, none_when_frozen=False).tolist() == [Span.MISSING]


def test_weights_that_are_not_finite_are_lost_and_not_empty():
    made = LayerBins(np.array([[-1.0, 1.0]]), np.zeros((1, 50)), np.array([True]))
    here = np.array([False])
    assert spans(made, here, np.array([False]), none_when_frozen=False).tolist() == [Span.LOST]
    assert spans(made, here, np.array([True]), none_when_frozen=False).tolist() == [Span.COUNTED]


def test_records_with_other_edges_meet_on_one_scale():
    made = bins((-1.0, 1.0, 49), (-2.0, 2.0, 49), (-2.0, 2.0, 36))
    scale = common_scale(made.edges)
    assert (scale.low, scale.high, scale.bent) == (-2.0, 2.0, 0.0)
    rows = resampled(made, scale, 8)  # half a unit each, the highest first
    assert rows[0].argmax() == 2
    assert rows[1].argmax() == 0
    assert rows[2].argmax() == 2


def test_edges_that_differ_much_are_read_on_a_bent_scale():
    made = bins((-1e-3, 1e-3, 49), (-1.0, 1.0, 49))
    scale = common_scale(made.edges)
    assert scale.bent > 0
    rows = resampled(made, scale, 20)
    assert 0 == rows[1].argmax() < rows[0].argmax() < 8  # small values keep off the middle


@given(st.lists(st.tuples(st.floats(0.1, 100), st.integers(0, 49)), min_size=1, max_size=8))
def test_no_value_is_lost_by_resampling(records):
    made = bins(*[(-limit, limit, place) for limit, place in records])
    rows = resampled(made, common_scale(made.edges), 17)
    np.testing.assert_allclose(rows.sum(axis=1), 10.0, rtol=1e-9)
    assert (rows >= -1e-9).all()


def test_without_any_histogram_there_is_no_scale():
    assert common_scale(np.full((3, 2), np.nan)) is None


def test_a_single_value_among_thousands_is_told_from_nothing():
    found = shades(np.array([[0.0, 1.0, 100_000.0]]))
    assert found[0, 0] == 0
    assert 0 < found[0, 1] < found[0, 2] == SHADES - 1
    assert not shades(np.zeros((2, 3))).any()


@pytest.mark.parametrize(
    ("values", "found"), [("0110111", [(1, 3), (4, 7)]), ("", []), ("000", []), ("1", [(0, 1)])]
)
def test_runs_of_what_is_true(values, found):
    assert runs(np.array([value == "1" for value in values], bool)) == found
