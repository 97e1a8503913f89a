import pytest

from engine.experiment import DataSpec, Training
from engine.layer_specs import Dense
from gui.models.field_range import field_range, field_tip


@pytest.mark.parametrize(
    ("value", "field", "good", "bad"),
    [
        (DataSpec, "validation_fraction", (0, 0.5, 0.9), (-0.1, 0.91)),
        (DataSpec, "samples", (20, 100_000), (19, 100_001)),
        (DataSpec, "split_seed", (0, 2**31 - 1), (-1, 2**31)),
        (Dense, "units", (1, 65_536), (0, 65_537)),
        (Training, "momentum", (0, 0.999), (-0.1, 1)),
        (Training, "epsilon", (1e-12, 1), (0, 1.1)),
        (Training, "clip_norm", (1e-9, 1e9), (0, -1)),
    ],
)
def test_the_range_is_what_the_experiment_accepts(value, field, good, bad):
    numbers = field_range(value, field)
    assert all(numbers.holds(number) for number in good)
    assert not any(numbers.holds(number) for number in bad)


def test_whole_and_optional_numbers_are_told_apart():
    assert field_range(Training, "epochs").whole
    assert not field_range(Training, "momentum").whole
    assert field_range(Training, "clip_norm").optional
    assert not field_range(Training, "epochs").optional


def test_the_tip_is_the_engines_own_sentence():
    assert field_tip(Training, "epochs") == "Passes over the training rows."
