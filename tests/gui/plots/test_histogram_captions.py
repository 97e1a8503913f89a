"""The words beside a histogram, and the lines' scales."""

import math

import numpy as np
import pytest
from probe_records import epoch_records

from gui.models.probe_history import LayerNumbers, VariantHistory
from gui.plots.histogram_captions import captions, is_lost, kind_tip, no_histogram
from gui.plots.histogram_lines import line_scale, line_values

TRAINED = LayerNumbers(0.31, None, 0.0123, 0.044, 8.1e-4, 3)
FROZEN = LayerNumbers(0.31, 0.0, None, 0.044, None, 3)
NO_WEIGHTS = LayerNumbers(output_gradient_norm=0.1)


@pytest.mark.parametrize(
    ("kind", "numbers", "frozen", "words"),
    [
        ("weights", TRAINED, False, "moved 0.310"),
        ("weights", LayerNumbers(0.0, 0.0), True, "moved exactly 0"),
        ("weights", FROZEN, True, "moved 0.310 · while frozen exactly 0"),
        ("weights", LayerNumbers(0.31, 0.02), True, "moved 0.310 · while frozen 0.0200"),
        ("weights", LayerNumbers(math.inf), False, "moved not finite"),
        ("weights", NO_WEIGHTS, False, "moved —"),
        ("weights", None, False, "moved —"),
        ("gradients", TRAINED, False, "‖∂L/∂W‖ 0.0123 · at output 0.0440"),
        ("gradients", FROZEN, True, "‖∂L/∂W‖ — · at output 0.0440"),
        ("gradients", LayerNumbers(0.31), True, "‖∂L/∂W‖ —"),
        ("updates", TRAINED, False, "ratio 8.10e-4 (1e-3 is usual)"),
        ("updates", FROZEN, True, "ratio —"),
        ("activations", TRAINED, False, "dead 3 of 16"),
        ("activations", LayerNumbers(0.31), False, "dead —"),
    ],
)
def test_the_kinds_number_in_words(kind, numbers, frozen, words):
    assert captions(kind, numbers, frozen, 16)[0] == words


def test_where_there_is_no_number_there_is_a_dash_and_never_a_zero():
    for kind in ("gradients", "updates", "activations"):
        words = captions(kind, LayerNumbers(0.31, 0.0), True, 16)
        assert all("—" in each and "0" not in each for each in words)


def test_with_little_room_the_gradient_that_is_there_is_told():
    assert captions("gradients", TRAINED, False, 16)[-1] == "‖∂L/∂W‖ 0.0123"
    assert captions("gradients", FROZEN, True, 16)[-1] == "at output 0.0440"


@pytest.mark.parametrize(
    ("kind", "numbers", "frozen", "observed", "reason"),
    [
        ("weights", NO_WEIGHTS, False, True, "no weights"),
        ("gradients", NO_WEIGHTS, False, True, "no weights"),
        ("gradients", FROZEN, True, True, "frozen: no gradient"),
        ("updates", FROZEN, True, False, "frozen: no update"),
        ("gradients", LayerNumbers(0.3), False, True, "cut off: no gradient"),
        ("updates", LayerNumbers(0.3), False, True, "cut off: not updated"),
        ("gradients", LayerNumbers(0.3), False, False, "comes with the next step"),
        ("updates", TRAINED, False, True, "comes with the next step"),
        ("activations", LayerNumbers(0.3), False, False, "comes with the next step"),
    ],
)
def test_why_there_is_no_histogram(kind, numbers, frozen, observed, reason):
    assert no_histogram(kind, numbers, frozen, observed) == reason


def test_only_what_is_not_finite_is_lost():
    assert is_lost(LayerNumbers(math.inf))
    assert not is_lost(LayerNumbers(0.3))
    assert not is_lost(LayerNumbers())
    assert not is_lost(None)


def test_every_kind_says_what_it_counts():
    kinds = ("weights", "gradients", "updates", "activations", "pictures")
    assert len({kind_tip(kind) for kind in kinds}) == 5


def lines(kind, frozen=None):
    history = VariantHistory(epoch_records(10, frozen), 0, ("hidden-1", "hidden-2", "output"), 10)
    values = line_values(history, kind, "hidden-1")
    return values, line_scale(values, kind)


def test_how_far_a_layer_moved_is_read_from_zero():
    values, scale = lines("weights")
    assert (scale.low, scale.high, scale.log) == (0.0, pytest.approx(0.1), False)
    assert values[0][-1] == pytest.approx(0.1)


def test_gradients_are_read_by_decades_and_have_a_second_line_at_the_output():
    values, scale = lines("gradients", {"hidden-1": range(3, 6)})
    assert scale.log
    assert scale.low == pytest.approx(np.log10(0.025))  # at the output, of the last epoch
    assert scale.high == pytest.approx(np.log10(0.5))
    assert np.isnan(values[0]).tolist() == [epoch in range(3, 6) for epoch in range(1, 11)]
    assert not np.isnan(values[1]).any()


def test_the_usual_update_ratio_is_always_in_sight():
    _, scale = lines("updates")
    assert scale.guide == pytest.approx(-3.0)
    assert scale.low < scale.guide < scale.high
    assert lines("gradients")[1].guide is None


def test_dead_units_are_counted_in_whole_numbers():
    _, scale = lines("activations")
    assert scale.label(scale.high) == "3"


def test_without_a_number_there_is_no_line():
    _, scale = lines("updates", {"hidden-1": range(1, 11)})
    assert scale is None
