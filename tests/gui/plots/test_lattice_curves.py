"""The curves of the cards: common axes, and in parts the same as at once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gui.plots.lattice_curves import Area, CardCurve, LatticeCurves
from gui.plots.series import thin_min_max

AREA = Area(10, 20, 100, 40)


def decay(epochs: int, start: float = 1.0) -> np.ndarray:
    return (start * np.exp(-np.arange(epochs) / 20)).astype(np.float32)


def drawn(curves: LatticeCurves, variant: str, held_out: bool = False) -> list[np.ndarray]:
    """The pieces of a curve, each (points, 2)."""
    polygons = curves.path({variant: AREA}, held_out).toSubpathPolygons()
    pieces = [np.array([(p.x(), p.y()) for p in piece]) for piece in polygons]
    return [piece[np.append(True, np.any(np.diff(piece, axis=0), axis=1))] for piece in pieces]


@given(
    values=st.lists(st.floats(0.01, 10) | st.just(np.nan), min_size=1, max_size=200),
    parts=st.lists(st.integers(1, 60), max_size=6),
    bucket=st.sampled_from([1, 2, 4, 16]),
)
@settings(max_examples=100, deadline=None)
def test_taken_in_parts_a_curve_is_thinned_as_if_taken_at_once(
    values: list[float], parts: list[int], bucket: int
) -> None:
    losses = np.array(values)
    curve = CardCurve()
    for end in [*np.cumsum(parts), len(losses)]:
        curve.take(losses[:end])
        x, y = curve.points(bucket)
    expected = thin_min_max(np.arange(1.0, len(losses) + 1), losses, bucket)
    np.testing.assert_array_equal(x, expected[0])
    np.testing.assert_array_equal(y, expected[1])


def test_curves_stand_in_the_plot_from_the_first_epoch_to_the_last_planned_one() -> None:
    curves = LatticeCurves()
    curves.epochs = 11
    curves.take("a", False, np.array([1.0, 0.5, 0.25]))
    curves.fit()
    assert (curves.low, curves.high) == (0.0, 1.0)
    (points,) = drawn(curves, "a")
    np.testing.assert_allclose(points, [(10, 20), (20, 40), (30, 50)])


def test_a_logarithmic_axis_has_equal_room_for_equal_ratios() -> None:
    curves = LatticeCurves()
    curves.epochs, curves.log = 3, True
    curves.take("a", False, np.array([1.0, 0.1, 0.01]))
    curves.fit()
    assert (curves.low, curves.high) == pytest.approx((0.01, 1.0))
    (points,) = drawn(curves, "a")
    np.testing.assert_allclose(points[:, 1], [20, 40, 60])
    curves.take("a", False, np.array([1.0, 0.1, 0.01, 0.0]))  # zero has no logarithm
    (points,) = drawn(curves, "a")
    assert points[-1, 1] == 60


def test_all_curves_share_the_axes() -> None:
    curves = LatticeCurves()
    curves.take("a", False, np.array([1.0, 0.5]))
    curves.take("b", True, np.array([4.0, 2.0]))
    assert curves.fit()
    assert curves.high == 5.0
    assert not curves.fit()  # nothing has changed
    curves.take("b", True, np.array([4.0, 2.0, 5.5]))
    assert curves.fit()
    assert curves.high == 7.0


def test_what_diverges_does_not_squeeze_the_others() -> None:
    curves = LatticeCurves()
    curves.take("a", False, np.array([1.0, 0.5]))
    curves.take("wild", False, np.array([0.9, 1e20]))
    curves.fit()
    assert curves.high <= 10
    curves.take("wild", False, np.array([0.9, 1e20, np.nan]))
    curves.fit()
    assert curves.high == 1.0
    curves.clear()
    curves.take("wild", False, np.array([0.9, 3.0, np.nan]))  # alone it does count
    curves.fit()
    assert curves.high == 3.0


def test_a_gap_parts_the_line() -> None:
    curves = LatticeCurves()
    curves.epochs = 6
    curves.take("a", False, np.array([1.0, 0.9, np.nan, 0.7, 0.6, np.inf]))
    curves.fit()
    assert [len(piece) for piece in drawn(curves, "a")] == [2, 2]


def test_other_losses_are_another_curve() -> None:
    curves = LatticeCurves()
    curves.epochs = 4
    curves.take("a", False, decay(4))
    assert not curves.take("a", False, decay(4))
    assert curves.take("a", False, decay(3, start=2.0))
    curves.fit()
    assert curves.high == 2.0
    (points,) = drawn(curves, "a")
    assert len(points) == 3


def test_a_gap_that_stays_is_the_same_curve_and_one_that_is_filled_another() -> None:
    gap = np.array([1.0, np.nan, 0.5])
    curve = CardCurve()
    curve.take(gap)
    assert curve.continues_in(np.append(gap, 0.4))
    assert not curve.continues_in(np.array([1.0, 0.7, 0.5, 0.4]))
    assert not curve.continues_in(gap[:2])


def test_a_long_run_is_thinned_to_the_pixels_of_a_card() -> None:
    curves = LatticeCurves()
    curves.epochs = 100_000
    curves.take("a", False, np.abs(np.sin(np.arange(100_000.0))) + 0.1)
    curves.fit()
    (points,) = drawn(curves, "a")
    assert len(points) <= 2.2 * AREA.width + 2048
    assert points[:, 1].max() == pytest.approx(60 - 40 * 0.1 / curves.high, abs=0.01)
    assert drawn(curves, "b") == []


def test_without_curves_there_is_nothing_to_draw() -> None:
    curves = LatticeCurves()
    assert curves.is_empty
    assert not curves.fit()
    curves.take("a", False, np.empty(0))
    curves.fit()
    assert drawn(curves, "a") == []
