"""Predictions of every kind: a run that is asked is the same after, and what it says is true."""

import numpy as np
import pytest
import torch
from prediction_runs import SHAPES, asked, experiment_of, trained

from engine.experiment import LayerPlan
from engine.layer_specs import BatchNorm, Dropout
from engine.network import Network
from engine.prediction_rows import MOST_ROWS, EvaluatedRows
from engine.predictions import Predictor
from engine.run import Run, train


@pytest.mark.parametrize("data", SHAPES)
def test_losses_and_scores_are_those_that_the_run_logs(data):
    units, activation = SHAPES[data]
    run = train(experiment_of(data, units, activation, seeds=(1, 2)))
    found = asked(run, seed=2)
    assert (found.step, found.epoch) == (run.step_count, 3.0)
    last = run.log.table[-1]  # members v0 1, v0 2, v1 1, v1 2
    np.testing.assert_allclose([each.loss for each in found.standings], last[1, 1::2], rtol=1e-5)
    np.testing.assert_allclose([each.score for each in found.standings], last[3, 1::2], atol=1e-6)
    assert [(each.variant, each.seed) for each in found.standings] == [("v0", 2), ("v1", 2)]


@pytest.mark.parametrize("data", SHAPES)
def test_a_run_that_is_asked_at_every_step_is_bitwise_the_same(data):
    """With dropout, whose masks must not be drawn, and batch norm, whose statistics must stand."""
    units, activation = SHAPES[data]
    extra = (BatchNorm(id="norm"), Dropout(id="dropout", rate=0.3))
    experiment = experiment_of(data, units, activation, extra=extra, seeds=(1, 2))
    left, questioned, predictor = Run(experiment), Run(experiment), Predictor()
    for _ in range(30):
        predictor(questioned.prepare(), ("v1", "v0"), 2)
        left.step()
        questioned.step()
    for one, other in zip(
        left.trainer.network.layers, questioned.trainer.network.layers, strict=True
    ):
        assert torch.equal(one.flat_parameters(), other.flat_parameters())
        assert torch.equal(one.flat_buffers(), other.flat_buffers())
    np.testing.assert_array_equal(left.log.table, questioned.log.table)
    np.testing.assert_array_equal(left.trainer.running_loss, questioned.trainer.running_loss)


def test_networks_answer_in_inference_mode():
    """Twice the same, in spite of dropout; and the held-out loss is the logged one."""
    extra = (BatchNorm(id="norm"), Dropout(id="dropout", rate=0.5))
    run = train(experiment_of("moons", extra=extra))
    first, second = asked(run), asked(run)
    np.testing.assert_array_equal(first.picture.probabilities, second.picture.probabilities)
    np.testing.assert_allclose(first.standings[0].loss, run.log.table[-1, 1, 0], rtol=1e-5)


def test_what_was_answered_stays_as_it_was_while_training_goes_on():
    run = trained(experiment_of("moons"))
    found = asked(run)
    then = found.picture.probabilities.copy()
    for _ in range(20):
        run.step()
    np.testing.assert_array_equal(found.picture.probabilities, then)
    assert not np.array_equal(asked(run).picture.probabilities, then)


def test_variants_are_answered_in_the_order_of_the_question():
    run = trained(experiment_of("moons", variants=3))
    every, one = asked(run, ("v2", "v0")), asked(run, ("v0",))
    assert [standing.variant for standing in every.standings] == ["v2", "v0"]
    expected = one.picture.probabilities[0]
    np.testing.assert_allclose(every.picture.probabilities[1], expected, atol=1e-6)


def test_a_member_that_diverged_says_where_and_the_others_have_numbers():
    experiment = experiment_of("sine", activation="linear", seeds=(1, 2))
    first, second = experiment.variants
    wild = {layer: LayerPlan(learning_rate=1e9) for layer in first.layers}
    layers = [layer.replace(activation="linear") for layer in experiment.layers]
    experiment = experiment.replace(
        layers=tuple(layers),
        variants=(first.replace(layers=wild), second),
        training=experiment.training.replace(optimizer="sgd"),
    )
    found = asked(trained(experiment, steps=30))
    assert "went non-finite at step" in found.standings[0].diverged
    assert np.isnan(found.picture.y[0]).all()
    assert found.standings[1].diverged == ""
    assert np.isfinite(found.picture.y[1]).all()


@pytest.mark.parametrize("data", SHAPES)
def test_weights_that_are_not_finite_yet_unnoticed_are_answered_all_the_same(data):
    """An update may burst the weights; the loss of the next step tells, this moment comes first."""
    units, activation = SHAPES[data]
    run = trained(experiment_of(data, units, activation), steps=2)
    with torch.no_grad():
        run.trainer.network.layers[0].parameters[0][0] = torch.nan
    found = asked(run)
    assert [each.diverged for each in found.standings] == ["", ""]
    assert np.isnan(found.standings[0].loss)
    assert np.isfinite(found.standings[1].loss)


@pytest.mark.parametrize(("variants", "seed"), [(("gone",), None), (("v0",), 77)])
def test_what_the_run_has_not_is_named(variants, seed):
    run = trained(experiment_of("moons"), steps=1)
    with pytest.raises(LookupError, match=r"no variant '\w+' with seed"):
        asked(run, variants, seed)
    with pytest.raises(ValueError, match="a variant to ask of"):
        asked(run, ())


def test_large_data_sets_are_asked_in_part_and_it_is_said():
    found = asked(trained(experiment_of("moons", samples=20_000), steps=1))
    assert (found.rows, found.all_rows) == (MOST_ROWS, 5_000)
    assert len(found.picture.training.targets) < MOST_ROWS


def test_of_a_large_data_set_sorted_by_class_every_class_is_asked():
    """mnist_5k, with nothing held out: 500 rows of each digit, one digit after the other."""
    experiment = experiment_of("mnist_5k", 10, "linear", validation_fraction=0.0)
    run = trained(experiment, steps=1)
    rows = EvaluatedRows(run.trainer.datasets[0], run.trainer.objective)
    counts = np.bincount(rows.classes.numpy(), minlength=10)
    assert counts.sum() == MOST_ROWS
    assert counts.min() > 150
    again = EvaluatedRows(run.trainer.datasets[0], run.trainer.objective)
    assert torch.equal(rows.inputs, again.inputs)


def test_only_the_wanted_members_are_copied(monkeypatch):
    """An answer about one variant of many costs what one variant costs."""
    run = trained(experiment_of("moons", variants=6, seeds=(1, 2)), steps=1)
    copied, copy = [], Network.member

    def watched(network, index, dtype=torch.float32):
        copied.append(index)
        return copy(network, index, dtype)

    monkeypatch.setattr(Network, "member", watched)
    asked(run, ("v4",))
    assert copied == [8]
