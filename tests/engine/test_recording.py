"""What is recorded of a run's layers is what plain torch finds, and absent where nothing is."""

import math

import numpy as np
import pytest
import torch
from oracle import LAYERS, OPTIMIZERS, patterned
from recorded_runs import STEPS, asking, mixed, plain_step, run_of, stepped

from engine.experiment import DataSpec, Experiment, LayerPlan, Variant
from engine.journal import SetDetached, SetLearningRate, SetTrainable
from engine.layer_specs import BatchNorm, Dense, Flatten
from engine.probes import BINS, HISTOGRAM_KINDS, MEASURES, bin_edges
from engine.run import Run
from engine.telemetry import SnapshotRequest

PATTERNS = {"all": (1, 1, 1), "middle": (1, 0, 1), "head": (0, 0, 1), "none": (0, 0, 0)}
NUMBER = {name: index for index, name in enumerate(MEASURES)}


def truths(plain):
    """The values behind every kind of histogram, by layer."""
    updates = [after - before for after, before in zip(plain.after, plain.before, strict=True)]
    kinds = plain.after, plain.gradients, updates, plain.outputs
    return {
        kind: dict(zip(LAYERS, values, strict=True))
        for kind, values in zip(HISTOGRAM_KINDS, kinds, strict=True)
    }


def assert_is_histogram_of(edges, counts, values, exact):
    """Exactly, or but for values that stand at an edge: plain torch rounds otherwise."""
    expected, _ = np.histogram(values, edges)
    assert counts.sum() == values.size  # F15
    if exact:
        np.testing.assert_array_equal(counts, expected)
    else:
        assert np.abs(counts - expected).sum() <= 0.01 * values.size + 2


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_histogram_of_a_step_is_that_of_the_true_values(optimizer):
    fields, rate = OPTIMIZERS[optimizer]
    run = stepped(run_of(patterned({"all": (1, 1, 1)}, rate, seeds=(1, 2), **fields)), 5)
    plain = plain_step(run, 1, observe=True)
    shown = run.snapshot(asking("all", 2))
    assert shown.observed == "step"
    for kind, layers in truths(plain).items():
        assert list(shown.histograms[kind]) == list(LAYERS)
        for layer, values in layers.items():
            found = shown.histograms[kind][layer]
            exact = kind in ("weights", "updates")
            assert_is_histogram_of(found.edges, found.counts, values, exact)
            assert (found.start_counts is None) == (kind != "weights")
            assert np.abs(values).max() <= found.edges[-1] * (1 + 1e-6)
    assert shown.histograms["activations"]["hidden-1"].edges[0] == 0  # after relu nothing is below


def test_every_histogram_of_an_epoch_is_that_of_its_last_step():
    run = stepped(run_of(patterned(PATTERNS, seeds=(1, 2))), STEPS - 1)
    plain = plain_step(run, 0)  # the first seed of the first variant
    (record,) = run.history.records
    assert (record.epoch, record.step) == (1, STEPS)
    assert record.trainable.tolist() == [[bool(n) for n in flags] for flags in PATTERNS.values()]
    for kind, layers in truths(plain).items():
        edges, counts = record.histograms[kind]
        assert (edges.shape, counts.shape) == ((4, 3, 2), (4, 3, BINS))
        for index, values in enumerate(layers.values()):
            exact = kind in ("weights", "updates")
            shared = bin_edges(*edges[0, index])
            assert_is_histogram_of(shared, counts[0, index], values, exact)


def test_the_numbers_of_a_step_are_those_of_plain_torch():
    run = stepped(run_of(patterned({"all": (1, 1, 1)}, 0.05, seeds=(1, 2), optimizer="sgd")), 40)
    plain = plain_step(run, 1, observe=True)
    shown = run.snapshot(asking("all", 2)).measures
    for index, layer in enumerate(LAYERS):
        found, norm = shown[layer], np.linalg.norm
        before, after = plain.before[index], plain.after[index]
        start = run.trainer.start[layer][1].double().numpy()
        near = pytest.approx
        assert found.gradient_norm == near(norm(plain.gradients[index]), rel=1e-4)
        assert found.output_gradient_norm == near(norm(plain.output_gradients[index]), rel=1e-4)
        assert found.update_ratio == near(norm(after - before) / norm(before), rel=1e-6)
        assert found.moved == near(norm(after - start) / norm(start), rel=1e-6)
        assert found.moved_while_frozen is None
        dead = int((plain.outputs[index] <= 0).all(axis=0).sum())
        assert found.dead_units == (None if layer == "output" else dead)


def test_dead_units_are_counted():
    run = stepped(run_of(patterned({"all": (1, 1, 1)}, seeds=(1,))), 1)
    with torch.no_grad():
        run.trainer.network.layer("hidden-2").bias[0, 0, :5] = -1e6
    run.step(observe=True)
    found = run.snapshot(asking("all")).measures
    assert found["hidden-2"].dead_units >= 5 > found["hidden-1"].dead_units


def test_an_epochs_numbers_are_the_snapshots():
    run = stepped(run_of(patterned(PATTERNS, seeds=(1, 2))), STEPS)
    record = run.history.at(1)
    assert record.measures.shape == (4, 3, len(MEASURES))
    for row, name in enumerate(PATTERNS):
        shown = run.snapshot(asking(name, 1))
        assert shown.observed == "step"  # the epoch's last step was watched for the record
        kept = record.layer_measures(row, LAYERS)
        for layer in LAYERS:
            for field in MEASURES:
                one, other = getattr(kept[layer], field), getattr(shown.measures[layer], field)
                assert one == (None if other is None else pytest.approx(other, rel=1e-6))


def test_in_a_frozen_span_there_is_no_number_and_never_a_zero():
    """F12: reach decides what exists, whatever other variants need of the same step."""
    run = stepped(run_of(patterned(PATTERNS, seeds=(1,))), STEPS)
    own = {"all": [1, 1, 1], "middle": [1, 0, 1], "head": [0, 0, 1], "none": [0, 0, 0]}
    arriving = {"all": [1, 1, 1], "middle": [1, 1, 1], "head": [0, 0, 1], "none": [0, 0, 0]}
    record = run.history.at(1)
    for row, name in enumerate(PATTERNS):
        shown = run.snapshot(asking(name))
        measures = [shown.measures[layer] for layer in LAYERS]
        for field, there in (
            ("gradient_norm", own),
            ("update_ratio", own),
            ("output_gradient_norm", arriving),
        ):
            found = [getattr(each, field) for each in measures]
            assert [value is not None for value in found] == [bool(n) for n in there[name]]
            assert all(value is None or value > 0 for value in found)
            kept = record.measures[row, :, NUMBER[field]]
            assert np.isfinite(kept).tolist() == [bool(n) for n in there[name]]
        for kind in ("gradients", "updates"):
            expected = [layer for layer, n in zip(LAYERS, own[name], strict=True) if n]
            assert list(shown.histograms[kind]) == expected
            edges, counts = record.histograms[kind]
            assert np.isfinite(edges[row, :, 0]).tolist() == [bool(n) for n in own[name]]
            assert (counts[row].sum(axis=1) > 0).tolist() == [bool(n) for n in own[name]]
        for kind in ("weights", "activations"):
            assert list(shown.histograms[kind]) == list(LAYERS)


def test_a_detached_layer_ends_gradients_there():
    run = stepped(run_of(patterned({"all": (1, 1, 1)}, seeds=(1,))), 2)
    run.apply(SetDetached(variant="all", layer="hidden-2", detached=True))
    run.step(observe=True)
    found = run.snapshot(asking("all")).measures
    assert found["hidden-1"].gradient_norm is found["hidden-2"].output_gradient_norm is None
    assert found["output"].gradient_norm > 0


def test_moved_while_frozen_counts_from_the_freeze_and_is_exactly_zero():
    run = stepped(run_of(patterned({"all": (1, 1, 1)}, seeds=(1, 2))), 5)
    assert run.snapshot(asking("all")).measures["hidden-1"].moved_while_frozen is None
    run.apply(SetTrainable(variant="all", layer="hidden-1", trainable=False))
    stepped(run, 2 * STEPS)
    for seed in (1, 2):
        found = run.snapshot(asking("all", seed)).measures
        assert found["hidden-1"].moved_while_frozen == 0 < found["hidden-1"].moved
        assert found["output"].moved_while_frozen is None
    assert run.history.at(1).measures[0, 0, NUMBER["moved_while_frozen"]] == 0
    run.apply(SetTrainable(variant="all", layer="hidden-1", trainable=True))
    run.step()
    assert run.snapshot(asking("all")).measures["hidden-1"].moved_while_frozen is None


@pytest.mark.parametrize("when_frozen", ["inference", "training"])
def test_frozen_batch_norm_moves_only_if_it_was_told_to_go_on(when_frozen):
    run = stepped(run_of(mixed(when_frozen)), 30)
    norm = run.trainer.network.layer("norm")
    for seed, member in ((1, 2), (2, 3)):
        moved = run.snapshot(asking("below", seed)).measures["norm"].moved_while_frozen
        now = torch.cat([norm.flat_parameters()[member], norm.flat_buffers()[member]]).double()
        then = torch.cat([torch.ones(12), torch.zeros(24), torch.ones(12)]).double()
        assert moved == pytest.approx(((now - then).norm() / then.norm()).item(), rel=1e-9)
        assert (moved > 0) == (when_frozen == "training")
    output = run.snapshot(asking("below")).measures["output"]
    assert output.moved_while_frozen == 0
    assert run.snapshot(asking("below")).measures["drop"].moved is None


def test_without_a_watched_step_what_is_shown_is_of_now():
    run = stepped(run_of(patterned(PATTERNS, seeds=(1,)), recorded=False), 7)
    now = run.snapshot(asking("middle"))
    assert now.observed == "now"
    assert now.measures["output"].gradient_norm > 0
    assert now.measures["output"].update_ratio is None  # no step was watched, so no update
    assert not now.histograms["updates"]
    assert list(now.histograms["gradients"]) == ["hidden-1", "output"]
    run.step(observe=True)
    watched = run.snapshot(asking("middle"))
    assert watched.observed == "step"
    assert list(watched.histograms["updates"]) == ["hidden-1", "output"]
    run.step()
    assert run.snapshot(asking("middle")).observed == "now"


def test_before_the_first_step_there_is_nothing_to_observe():
    fresh = run_of(patterned(PATTERNS, seeds=(1,))).snapshot(asking("all", what_if=True))
    assert (fresh.observed, dict(fresh.what_if)) == (None, {})
    assert list(fresh.histograms["weights"]) == list(LAYERS)
    assert not any(fresh.histograms[kind] for kind in HISTOGRAM_KINDS[1:])
    assert all(each.moved == 0 for each in fresh.measures.values())


def test_freezing_while_paused_takes_the_gradient_off_at_once():
    run = stepped(run_of(patterned({"all": (1, 1, 1)}, seeds=(1,))), 3, observe=True)
    assert run.snapshot(asking("all")).measures["hidden-2"].gradient_norm > 0
    run.apply(SetTrainable(variant="all", layer="hidden-2", trainable=False))
    paused = run.snapshot(asking("all"))
    assert paused.observed == "now"
    assert paused.measures["hidden-2"].gradient_norm is None
    assert paused.measures["hidden-2"].output_gradient_norm > 0
    assert "hidden-2" not in paused.histograms["gradients"]
    run.apply(SetTrainable(variant="all", layer="hidden-2", trainable=True))
    assert run.snapshot(asking("all")).measures["hidden-2"].gradient_norm > 0


def test_what_if_says_what_would_flow_if_everything_were_trainable():
    run = stepped(run_of(patterned(PATTERNS, seeds=(1, 2))), 10, observe=True)
    for seed in (1, 2):
        shown = run.snapshot(asking("head", seed, what_if=True))
        assert shown.measures["hidden-1"].gradient_norm is None
        run.apply(SetTrainable(variant="head", layer="hidden-1", trainable=True))
        run.apply(SetTrainable(variant="head", layer="hidden-2", trainable=True))
        real = run.snapshot(asking("head", seed)).measures
        for layer in LAYERS:
            expected = real[layer].gradient_norm
            assert shown.what_if[layer].gradient_norm == pytest.approx(expected, rel=1e-6)
            assert shown.what_if[layer].update_ratio is None
        run.apply(SetTrainable(variant="head", layer="hidden-1", trainable=False))
        run.apply(SetTrainable(variant="head", layer="hidden-2", trainable=False))
    assert not run.snapshot(asking("head")).what_if


@pytest.mark.parametrize(
    ("data", "below", "shape"),
    [
        ("digits", (), (7, 8, 8)),
        ("digits", (Flatten(id="flat"),), (7, 8, 8)),
        ("mnist_5k", (), (7, 28, 28)),
        ("digits", (BatchNorm(id="norm"),), None),
        ("breast_cancer", (), None),
    ],
)
def test_images_have_pictures_of_the_first_dense_layers_weights(data, below, shape):
    units = 1 if data == "breast_cancer" else 10
    layers = (*below, Dense(id="first", units=7), Dense(id="output", units=units))
    layers = (*layers[:-1], layers[-1].replace(activation="linear"))
    plans = {layer.id: LayerPlan() for layer in layers}
    variant = Variant(id="all", name="All", layers=plans)
    run = run_of(Experiment(data=DataSpec(name=data), layers=layers, variants=(variant,)))
    run.step()
    shown = run.snapshot(SnapshotRequest("all", 100, frozenset(), pictures=True)).pictures
    assert run.snapshot(SnapshotRequest("all", 100, frozenset())).pictures is None
    if shape is None:
        assert shown is None
    else:
        assert shown.shape == shape
        weight = run.trainer.network.layer("first").weight[0].detach()
        np.testing.assert_array_equal(shown[3].ravel(), weight[:, 3])
        run.step()
        assert not np.array_equal(shown[3].ravel(), weight[:, 3])  # a copy of its moment


def test_a_diverged_layer_moved_without_end_and_its_histograms_hold_what_is_finite():
    run = stepped(run_of(patterned({"all": (1, 1, 1), "first": (1, 0, 0)}, seeds=(1,))), 5)
    for layer in LAYERS:
        run.apply(SetLearningRate(variant="all", layer=layer, learning_rate=1e9))
    with torch.no_grad():
        run.trainer.network.layer("hidden-1").weight[0, 0, :3] = math.nan
    stepped(run, 2 * STEPS - 5)
    assert list(run.trainer.diverged) == [0]
    shown, calm = run.snapshot(asking("all")), run.snapshot(asking("first"))
    assert shown.measures["hidden-1"].moved == math.inf
    assert shown.measures["hidden-1"].update_ratio is None
    assert shown.histograms["weights"]["hidden-1"].counts.sum() == 30 * 16 + 16 - 3
    assert 0 < calm.measures["hidden-1"].moved < 10
    assert calm.measures["hidden-1"].gradient_norm > 0
    moved = run.history.at(2).measures[:, 0, NUMBER["moved"]]
    assert (moved[0], moved[1] < 10) == (math.inf, True)


def test_a_run_keeps_only_what_it_was_told_to_and_from_then_on():
    run = Run(patterned({"all": (1, 1, 1)}, seeds=(1,)))
    stepped(run, STEPS)
    assert (len(run.history), run.trainer.observation) == (0, None)
    run.record(["weights"])
    stepped(run, STEPS)
    assert run.trainer.observation is None
    record = run.history.at(2)
    assert list(record.histograms) == ["weights"]
    assert np.isnan(record.measures[:, :, NUMBER["gradient_norm"]]).all()
    assert (record.measures[:, :, NUMBER["moved"]] > 0).all()
    run.record([], gradients=True)
    stepped(run, STEPS)
    record = run.history.at(3)
    assert not record.histograms
    assert (record.measures[:, :, NUMBER["gradient_norm"]] > 0).all()
    run.record([])
    stepped(run, STEPS)
    assert len(run.history) == 2
