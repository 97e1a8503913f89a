"""The two-dimensional generators: their formulas without noise, and what the knobs do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.datasets.points import CLASS_NAMES, GENERATORS
from engine.datasets.registry import DATASETS

NAMES = list(GENERATORS)


def test_every_generated_data_set_of_classes_has_a_generator_and_class_names():
    generated = [d.name for d in DATASETS.values() if d.generated and d.classes]
    assert generated == NAMES
    assert {name: len(names) for name, names in CLASS_NAMES.items()} == {
        name: DATASETS[name].classes for name in generated
    }


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(NAMES), st.integers(20, 400), st.floats(0, 2), st.integers(0, 2**31 - 1))
def test_points_have_their_shape_and_balanced_classes(name, samples, noise, seed):
    inputs, classes = GENERATORS[name](samples, noise, seed)
    assert inputs.shape == (samples, 2)
    assert (inputs.dtype, classes.dtype) == (np.float64, np.int64)
    assert np.isfinite(inputs).all()
    counts = np.bincount(classes, minlength=DATASETS[name].classes)
    assert len(counts) == DATASETS[name].classes
    assert counts.max() - counts.min() <= 1


@pytest.mark.parametrize("name", NAMES)
def test_the_seed_decides_the_points(name):
    inputs, classes = GENERATORS[name](50, 0.1, 7)
    again, classes_again = GENERATORS[name](50, 0.1, 7)
    other, _ = GENERATORS[name](50, 0.1, 8)
    np.testing.assert_array_equal(inputs, again)
    np.testing.assert_array_equal(classes, classes_again)
    assert not np.array_equal(inputs, other)


@pytest.mark.parametrize("name", NAMES)
def test_noise_moves_the_points_by_its_standard_deviation(name):
    still, _ = GENERATORS[name](5000, 0.0, 1)
    moved, _ = GENERATORS[name](5000, 0.3, 1)
    assert np.std(moved - still) == pytest.approx(0.3, rel=0.05)


def test_moons_are_half_circles():
    inputs, classes = GENERATORS["moons"](200, 0.0, 0)
    upper, lower = inputs[classes == 0], inputs[classes == 1]
    np.testing.assert_allclose(np.linalg.norm(upper, axis=1), 1)
    np.testing.assert_allclose(np.linalg.norm(lower - [1, 0.5], axis=1), 1)
    assert upper[:, 1].min() > -1e-9
    assert lower[:, 1].max() < 0.5 + 1e-9


def test_circles_have_their_radii():
    inputs, classes = GENERATORS["circles"](200, 0.0, 0)
    radii = np.linalg.norm(inputs, axis=1)
    np.testing.assert_allclose(radii, np.where(classes == 0, 1.0, 0.5))


def test_blobs_stand_on_an_equilateral_triangle():
    inputs, classes = GENERATORS["blobs"](300, 0.0, 0)
    centers = np.array([inputs[classes == number].mean(axis=0) for number in range(3)])
    np.testing.assert_allclose(inputs, centers[classes], atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(centers, axis=1), 1)
    sides = np.linalg.norm(centers - np.roll(centers, 1, axis=0), axis=1)
    np.testing.assert_allclose(sides, np.sqrt(3))


def test_spirals_turn_as_their_radius_grows():
    inputs, classes = GENERATORS["spirals"](500, 0.0, 3)
    radii = np.linalg.norm(inputs, axis=1)
    angle = 3 * np.pi * radii / 2 + np.pi * classes
    np.testing.assert_allclose(inputs, radii[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1))
    assert 1.9 < radii.max() < 2
    # Spread evenly along the arm: as many points within √½ of the full radius as beyond it.
    assert np.mean(radii < 2 * np.sqrt(0.5)) == pytest.approx(0.5, abs=0.05)


def test_xor_is_class_1_where_the_signs_differ():
    inputs, classes = GENERATORS["xor"](400, 0.0, 3)
    assert np.abs(inputs).max() < 1
    np.testing.assert_array_equal(classes, (inputs[:, 0] > 0) != (inputs[:, 1] > 0))
    quadrants = np.unique(np.sign(inputs), axis=0, return_counts=True)[1]
    assert quadrants.tolist() == [100, 100, 100, 100]
