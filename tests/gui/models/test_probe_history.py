"""The records of one variant as arrays."""

import numpy as np
import pytest

from engine.telemetry import EpochRecord
from gui.models.probe_history import VariantHistory

LAYERS = ("first", "second")


def record(epoch, kinds=("weights",), trainable=(True, True)):
    """Two variants, two layers; variant 1 has a hundred times the numbers of variant 0."""
    measures = np.full((2, 2, 6), np.nan, np.float32)
    measures[0, :, 0], measures[1, :, 0] = epoch, 100 * epoch
    measures[:, 1, 5] = 3
    edges = np.stack([np.full((2, 2), -1.0), np.full((2, 2), 1.0)], axis=-1)
    counts = np.zeros((2, 2, 50), np.int32)
    counts[0, 0, 7], counts[1, 0, 7] = epoch, 2 * epoch
    histograms = dict.fromkeys(kinds, (edges, counts))
    return EpochRecord(epoch, 15 * epoch, measures, np.array([trainable] * 2), histograms)


def test_the_chosen_variants_numbers_are_told():
    records = [record(epoch) for epoch in (1, 2, 3)]
    for variant, factor in ((0, 1.0), (1, 100.0)):
        history = VariantHistory(records, variant, LAYERS, 10)
        np.testing.assert_array_equal(
            history.measure("first", "moved"), np.array([1.0, 2.0, 3.0]) * factor
        )
        assert np.isnan(history.measure("first", "dead_units")).all()
        assert history.numbers(1, "first").moved == 2 * factor
        assert history.numbers(1, "first").update_ratio is None


def test_dead_units_are_whole():
    history = VariantHistory([record(1)], 0, LAYERS, 10)
    dead = history.numbers(0, "second").dead_units
    assert dead == 3
    assert isinstance(dead, int)


def test_a_kind_that_was_not_looked_at_is_not_recorded():
    records = [record(1), record(2, ("weights", "gradients")), record(3)]
    history = VariantHistory(records, 0, LAYERS, 10)
    bins = history.bins("gradients", "first")
    assert bins.recorded.tolist() == [False, True, False]
    assert bins.counts[:, 7].tolist() == [0, 2, 0]
    assert np.isnan(bins.edges[:, 0]).tolist() == [True, False, True]
    assert not history.bins("updates", "first").recorded.any()
    assert history.bins("weights", "first").counts[:, 7].tolist() == [1, 2, 3]


def test_frozen_spans_are_told():
    records = [record(1), record(2, trainable=(True, False)), record(3)]
    history = VariantHistory(records, 0, LAYERS, 10)
    assert history.frozen("second").tolist() == [False, True, False]
    assert not history.frozen("first").any()


@pytest.mark.parametrize(("epoch", "kept"), [(1, 4), (5, 4), (7, 8), (37, 36), (999, 40)])
def test_an_epoch_between_the_strides_snaps_to_the_nearest(epoch, kept):
    history = VariantHistory([record(e) for e in range(4, 41, 4)], 0, LAYERS, 100)
    assert history.stride == 4
    assert history.kept[history.nearest(epoch)] == kept


def test_a_share_of_the_planned_epochs_is_an_epoch_and_beyond_the_last_the_present():
    history = VariantHistory([record(e) for e in range(1, 41)], 0, LAYERS, 100)
    assert history.epoch_at(0.0) == 1
    assert history.epoch_at(0.365) == 37
    assert history.epoch_at(0.4) == 40
    assert history.epoch_at(0.45) is None


def test_a_run_longer_than_planned_makes_room():
    assert VariantHistory([record(e) for e in range(1, 41)], 0, LAYERS, 20).planned == 40


def test_an_empty_history_has_nothing():
    history = VariantHistory((), 0, LAYERS, 10)
    assert len(history) == 0
    assert history.nearest(3) is None
    assert history.epoch_at(0.5) is None
    assert history.measure("first", "moved").size == 0
    assert history.bins("weights", "first").counts.shape[0] == 0


def test_a_longer_history_continues_a_shorter_one_of_the_same_variant():
    records = [record(epoch) for epoch in (1, 2, 3)]
    short = VariantHistory(records[:2], 0, LAYERS, 10)
    assert VariantHistory(records, 0, LAYERS, 10).continues(short)
    assert not VariantHistory(records, 1, LAYERS, 10).continues(short)
    assert not VariantHistory(records[1:], 0, LAYERS, 10).continues(short)
    assert not short.continues(VariantHistory((), 0, LAYERS, 10))
