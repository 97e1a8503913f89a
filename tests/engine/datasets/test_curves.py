"""The one-dimensional generator: its formula without noise, and what the knobs do."""

import numpy as np
import pytest

from engine.datasets.curves import CURVES, sine
from engine.datasets.registry import DATASETS


def test_every_generated_data_set_of_numbers_has_a_curve():
    generated = [d for d in DATASETS.values() if d.generated and not d.classes]
    assert [description.name for description in generated] == list(CURVES)
    assert all(description.inputs == 1 for description in generated)


def test_without_noise_the_targets_are_the_sine_of_the_input():
    inputs, targets = sine(500, 0.0, 3)
    assert (inputs.shape, targets.shape) == ((500, 1), (500,))
    assert (inputs.dtype, targets.dtype) == (np.float64, np.float64)
    np.testing.assert_array_equal(targets, np.sin(inputs[:, 0]))


def test_inputs_fill_two_waves_evenly():
    inputs = sine(4000, 0.1, 0)[0]
    assert -2 * np.pi <= inputs.min() < -6.2
    assert 6.2 < inputs.max() < 2 * np.pi
    counts = np.histogram(inputs, bins=4, range=(-2 * np.pi, 2 * np.pi))[0]
    assert counts.tolist() == pytest.approx([1000] * 4, abs=100)


def test_noise_moves_the_targets_by_its_standard_deviation_and_leaves_the_inputs():
    still, exact = sine(5000, 0.0, 1)
    moved, noisy = sine(5000, 0.3, 1)
    np.testing.assert_array_equal(still, moved)
    assert np.std(noisy - exact) == pytest.approx(0.3, rel=0.05)


def test_the_seed_decides_the_points():
    for one, again, other in zip(sine(50, 0.1, 7), sine(50, 0.1, 7), sine(50, 0.1, 8), strict=True):
        np.testing.assert_array_equal(one, again)
        assert not np.array_equal(one, other)
