"""How many rows a split gives, and when it gives too few."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.datasets.registry import DATASETS
from engine.datasets.rows import row_counts, split_problem
from engine.errors import DatasetError
from engine.experiment import DataSpec

small_sets = st.sampled_from(["iris", "wine", "diabetes", "blobs", "xor", "sine", "breast_cancer"])


def spec_of(name, fraction, samples=400):
    return DataSpec(name=name, validation_fraction=fraction, samples=samples)


@pytest.mark.parametrize(
    ("name", "fraction", "training", "held_out"),
    [
        ("breast_cancer", 0.0, 569, 0),
        ("breast_cancer", 0.2, 455, 114),  # 113.8 rounded up, as scikit-learn does it
        ("mnist_5k", 0.2, 4000, 1000),
        ("iris", 0.9, 15, 135),
        ("moons", 0.25, 300, 100),
    ],
)
def test_row_counts(name, fraction, training, held_out):
    counts = row_counts(spec_of(name, fraction))
    assert (counts.training, counts.held_out) == (training, held_out)
    assert counts.total == training + held_out


def test_generated_sets_have_as_many_rows_as_were_asked_for():
    assert row_counts(spec_of("xor", 0.5, samples=77)).total == 77
    assert row_counts(spec_of("iris", 0.5, samples=77)).total == 150


@settings(max_examples=200, deadline=None)
@given(small_sets, st.floats(0, 0.9), st.integers(20, 60))
def test_a_refusal_names_fractions_that_are_not_refused(name, fraction, samples):
    problem = split_problem(spec_of(name, fraction, samples))
    counts = row_counts(spec_of(name, fraction, samples))
    needed = max(2, DATASETS[name].classes)
    enough = counts.training >= needed and (counts.held_out >= needed or fraction == 0)
    assert (problem is None) == enough
    if problem is not None:
        choice = re.search(r"choose 0 or ([\d.]+) to ([\d.]+)$", problem)
        for valid in (0.0, float(choice[1]), float(choice[2])):
            assert split_problem(spec_of(name, valid, samples)) is None


def test_an_unknown_data_set_has_no_rows():
    for question in (row_counts, split_problem):
        with pytest.raises(DatasetError, match=r"data\.name"):
            question(spec_of("nowhere", 0.2))
