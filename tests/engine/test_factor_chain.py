"""A weight's chain of factors: the products of all samples add up to autograd's gradient."""

import numpy as np
import pytest
import torch
from chain_rule_stacks import OUTPUT, STACKS, dense, experiment_with, trained

from engine.chain_rule import check_chain_rule
from engine.datasets.loading import load_dataset
from engine.errors import EngineError
from engine.factor_chain import TERMS, factor_chain
from engine.trainer import Trainer

every_stack = pytest.mark.parametrize("name", STACKS)
REASONS = {"batch norm": "two", "layer norm": "two", "everything": "norm"}


@every_stack
def test_the_contributions_add_up_to_the_gradient(name):
    trainer = trained(STACKS[name])
    for picked in check_chain_rule(trainer, 0).weights[:3]:
        chain = factor_chain(trainer, 0, picked.row, picked.column)
        assert chain.gradient == pytest.approx(picked.gradient, rel=1e-12)
        assert chain.relative_difference < 1e-12
        assert chain.total == pytest.approx(picked.gradient, rel=1e-12)
        assert np.count_nonzero(chain.contribution) > 1
        assert (chain.input, chain.value) == (picked.input, picked.value)


@every_stack
def test_what_arrives_is_the_sum_over_the_units_above(name):
    chain = factor_chain(trained(STACKS[name]), 0, 5, 1)
    if name in REASONS:
        assert chain.ways is None
        assert chain.reason.startswith(REASONS[name])
        return
    assert chain.reason == ""
    ways = chain.ways
    around = 0.0 if ways.around is None else ways.around
    sums = ways.kept * ((ways.gradients * ways.weights).sum(axis=1) + ways.others + around)
    np.testing.assert_allclose(sums, chain.from_above, rtol=1e-11, atol=1e-17)


def test_a_residual_block_above_adds_its_way_around():
    chain = factor_chain(trained(STACKS["residual"]), 0, 5, 1)
    assert chain.ways.layer == "two"
    assert np.abs(chain.ways.around).min() > 0


def test_in_a_residual_layer_1_the_next_weights_are_its_own():
    chain = factor_chain(trained(STACKS["residual below"]), 0, 5, 1)
    assert (chain.layer, chain.ways.layer) == ("one", "one")
    assert chain.ways.around is None


def test_dropout_between_takes_part():
    chain = factor_chain(trained(STACKS["dropout"]), 0, 5, 1)
    assert set(np.round(chain.ways.kept, 6)) == {0.0, round(1 / 0.6, 6)}
    dropped = chain.ways.kept == 0
    assert not chain.contribution[dropped].any()
    assert chain.contribution[~dropped].all()


def test_the_factors_are_those_of_the_sample():
    trainer = trained(STACKS["dense"])
    chain = factor_chain(trainer, 0, 7, 2, sample=4)
    network, batch = trainer.network, trainer.latest_batch
    rows = batch.inputs[0].double()
    one, two, output = (layer.member(0, torch.float64) for layer in network.layers)
    z = rows @ one.weight[0] + one.bias[0]
    z2 = torch.relu(z) @ two.weight[0] + two.bias[0]
    probability = torch.sigmoid(torch.relu(z2) @ output.weight[0] + output.bias[0])
    error = (probability - batch.targets[0]) / len(rows)  # dL/d output's pre-activation
    arriving = (error @ output.weight[0].T) * (z2 > 0)  # dL/dz of `two`
    assert chain.sample == 4
    np.testing.assert_array_equal(chain.x, rows[:, 7])
    np.testing.assert_array_equal(chain.slope, (z[:, 2] > 0).double())
    np.testing.assert_allclose(chain.from_above, arriving @ two.weight[0, 2], rtol=1e-9, atol=1e-17)
    for term in chain.ways.terms(4):
        assert term.gradient == pytest.approx(float(arriving[4, term.unit]), rel=1e-9, abs=1e-17)
        assert term.weight == float(two.weight[0, 2, term.unit])


def test_the_largest_terms_come_first_and_the_others_are_summed():
    layers = (dense("one", 4), dense("two", 20), OUTPUT)
    chain = factor_chain(trained(layers), 0, 0, 0)
    products = [abs(term.product) for term in chain.ways.terms(0)]
    assert len(products) == TERMS
    assert products == sorted(products, reverse=True)
    assert chain.ways.other_count == 20 - TERMS
    assert np.abs(chain.ways.others).max() > 0
    few = factor_chain(trained(STACKS["dense"]), 0, 0, 0)
    assert few.ways.other_count == 0
    assert not few.ways.others.any()


def test_a_network_of_one_layer_has_the_loss_above():
    chain = factor_chain(trained((OUTPUT,), ()), 0, 3, 0)
    assert chain.relative_difference < 1e-12
    assert set(chain.slope) == {1.0}
    assert chain.reason == "output is the output layer: the loss stands above it"


@every_stack
def test_reading_chains_leaves_the_run_as_it_is(name):
    undisturbed, read = trained(STACKS[name], steps=0), trained(STACKS[name], steps=0)
    for _ in range(8):
        undisturbed.step()
        read.step()
        factor_chain(read, 0, 1, 1)
        factor_chain(read, 1, 2, 0)
    for one, other in zip(undisturbed.network.layers, read.network.layers, strict=True):
        assert torch.equal(one.flat_parameters(), other.flat_parameters())
        assert torch.equal(one.flat_buffers(), other.flat_buffers())


@pytest.mark.parametrize(
    ("place", "says"),
    [((30, 0, 0), "inputs 0 to 29"), ((0, 99, 0), "no weight"), ((0, 0, 32), "sample: the batch")],
)
def test_what_is_not_there_is_refused(place, says):
    with pytest.raises(EngineError, match=says):
        factor_chain(trained(STACKS["dense"]), 0, *place)


def test_without_a_step_there_is_no_chain():
    experiment = experiment_with(STACKS["dense"])
    with pytest.raises(EngineError, match="take a step first"):
        factor_chain(Trainer(experiment, load_dataset(experiment.data)), 0, 0, 0)
