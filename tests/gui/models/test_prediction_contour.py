"""Contours: straight ones exactly, round ones by their radius, and that they part the field."""

import numpy as np
import pytest

from gui.models.prediction_contour import class_borders, contour

ROWS, COLUMNS = 20, 30
Y, X = np.mgrid[0:ROWS, 0:COLUMNS].astype(float)


def ends(pieces):
    return pieces.reshape(-1, 2)


def length(pieces):
    return np.hypot(*(pieces[:, 2:] - pieces[:, :2]).T).sum()


def test_a_plane_has_one_straight_line_through_all_columns():
    pieces = contour(0.3 * X + Y - 8.25)
    found = ends(pieces)
    np.testing.assert_allclose(0.3 * found[:, 0] + found[:, 1], 8.25, atol=1e-9)
    reach = 8.25 / 0.3  # where it leaves the grid at the first row
    assert length(pieces) == pytest.approx(np.hypot(reach, 8.25))


def test_a_level_moves_the_line():
    found = ends(contour(X, level=4.5))
    assert set(found[:, 0]) == {4.5}
    assert (found[:, 1].min(), found[:, 1].max()) == (0, ROWS - 1)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_cone_has_a_circle_that_closes(sign):
    field = sign * (np.hypot(X - 14, Y - 9) - 6.3)
    pieces = contour(field)
    found = ends(pieces)
    np.testing.assert_allclose(np.hypot(*(found - (14, 9)).T), 6.3, atol=0.05)
    assert length(pieces) == pytest.approx(2 * np.pi * 6.3, rel=0.01)
    places, counts = np.unique(found.round(9), axis=0, return_counts=True)
    assert (counts == 2).all()  # every end meets exactly one other
    assert len(places) == len(pieces)


@pytest.mark.parametrize("seed", range(5))
def test_every_end_lies_on_a_side_of_the_grid_where_the_field_is_0(seed):
    """Of any field, saddles included; and each crossed side inside the grid is met twice."""
    field = np.random.default_rng(seed).normal(size=(ROWS, COLUMNS))
    found = ends(contour(field))
    whole = found.round(9) == found.round()
    assert whole.any(axis=1).all()
    low = np.floor(found.round(9)).astype(int)
    high = np.minimum(np.ceil(found.round(9)).astype(int), (COLUMNS - 1, ROWS - 1))
    share = (found - low).max(axis=1)
    first, second = field[low[:, 1], low[:, 0]], field[high[:, 1], high[:, 0]]
    np.testing.assert_allclose(first + share * (second - first), 0, atol=1e-6)
    changes = (np.diff(np.sign(field), axis=0) != 0).sum() + (
        np.diff(np.sign(field), axis=1) != 0
    ).sum()
    assert len(np.unique(found.round(9), axis=0)) == changes


def test_a_field_on_one_side_has_no_line():
    assert contour(np.ones((5, 5))).shape == (0, 4)
    assert contour(-np.ones((5, 5))).shape == (0, 4)


def test_values_that_are_not_finite_leave_a_gap_and_the_rest_stays():
    field = Y - 8.5
    field[8, 10] = np.nan
    found = contour(field)
    columns = set(np.floor(found[:, [0, 2]].min(axis=1)).astype(int))
    assert columns == set(range(COLUMNS - 1)) - {9, 10}


def test_two_classes_part_where_both_are_equally_probable():
    second = 1 / (1 + np.exp(-(X - 12.25)))
    found = ends(class_borders(np.stack([1 - second, second], axis=-1)))
    np.testing.assert_allclose(found[:, 0], 12.25, atol=0.02)


def test_three_classes_part_where_the_most_probable_one_changes():
    """A third of the plane each: along the borders two are equal and the third is less."""
    directions = np.array([[np.cos(a), np.sin(a)] for a in (0.3, 2.4, 4.5)])
    places = np.stack([X - 14.3, Y - 9.6], axis=-1)
    values = np.exp(places @ directions.T / 4)
    probabilities = values / values.sum(axis=-1, keepdims=True)
    found = ends(class_borders(probabilities)) - (14.3, 9.6)
    values = np.sort(np.exp(found @ directions.T / 4), axis=1)
    near = np.hypot(*found.T) > 1.5
    np.testing.assert_allclose(values[near, 2] / values[near, 1], 1, atol=0.02)
    assert (values[near, 0] < values[near, 1] - 1e-3).all()
