"""Stacked layers: what they compute, how they are drawn, and that members share nothing."""

import math

import pytest
import torch
from torch import nn

from engine.experiment import Training
from engine.layer_specs import ACTIVATIONS, Dense
from engine.layers.activations import ACTIVATION_FUNCTIONS
from engine.layers.dense import StackedDense
from engine.layers.drawing import Draws, draw_layers
from engine.network import Network
from engine.trainer import random_stream

SPECS = (
    Dense(id="hidden", units=40, activation="tanh"),
    Dense(id="output", units=3, activation="linear"),
)
PLAIN_ACTIVATIONS = {
    "relu": nn.ReLU(),
    "tanh": nn.Tanh(),
    "sigmoid": nn.Sigmoid(),
    "leaky_relu": nn.LeakyReLU(),
    "gelu": nn.GELU(),
    "linear": nn.Identity(),
}


def drawn(initialization="glorot_uniform", seeds=(1, 2), variants=2, inputs=60, **training):
    generators = [random_stream(seed, "initial weights") for seed in seeds]
    fields = Training(initialization=initialization, seeds=seeds, **training)
    return draw_layers(SPECS, torch.zeros(1, 1, inputs), Draws(fields, generators, (), variants))


def with_random_biases(layers):
    for layer in layers:
        layer.bias.normal_(generator=torch.Generator().manual_seed(5))
    return layers


def test_every_parameter_has_the_member_axis_in_front():
    hidden, output = drawn(seeds=(1, 2, 3), variants=2)
    assert (hidden.weight.shape, hidden.bias.shape) == ((6, 60, 40), (6, 1, 40))
    assert (output.weight.shape, output.bias.shape) == ((6, 40, 3), (6, 1, 3))
    assert (hidden.parameter_count, output.parameter_count) == (60 * 40 + 40, 40 * 3 + 3)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_is_that_of_torch_with_its_derivative(name):
    ours = torch.linspace(-4, 4, 81, requires_grad=True)
    plain = ours.detach().clone().requires_grad_()
    ACTIVATION_FUNCTIONS[name](ours).square().sum().backward()
    PLAIN_ACTIVATIONS[name](plain).square().sum().backward()
    with torch.no_grad():
        assert torch.equal(ACTIVATION_FUNCTIONS[name](ours), PLAIN_ACTIVATIONS[name](plain))
    assert torch.equal(ours.grad, plain.grad)


def test_a_member_computes_what_a_plain_linear_layer_computes():
    layers = with_random_biases(drawn(seeds=(1, 2, 3)))
    inputs = torch.randn(6, 7, 60, generator=torch.Generator().manual_seed(0))
    outputs = Network(layers).forward(inputs, training=True)
    for member in range(6):
        values = inputs[member]
        for layer in layers:
            plain = values @ layer.weight[member] + layer.bias[member, 0]
            values = torch.tanh(plain) if layer.id == "hidden" else plain
        torch.testing.assert_close(outputs[member], values)


def test_a_member_hears_nothing_of_the_others_not_even_a_nan():
    layers = with_random_biases(drawn(seeds=(1, 2, 3)))
    inputs = torch.randn(6, 7, 60, generator=torch.Generator().manual_seed(0))
    before = Network(layers).forward(inputs, training=True)
    layers[0].weight[4] = math.nan
    after = Network(layers).forward(inputs, training=True)
    others = [0, 1, 2, 3, 5]
    assert torch.equal(before[others], after[others])
    assert after[4].isnan().all()


def test_taps_are_every_layers_outputs_and_the_last_ones_before_the_activation():
    layers = with_random_biases(drawn())
    layers[1] = StackedDense(SPECS[1].replace(activation="tanh"), *layers[1].parameters)
    network, inputs = Network(layers), torch.ones(4, 5, 60)
    hidden, output = network.taps(inputs, training=True)
    assert torch.equal(hidden, torch.tanh(layers[0].pre_activation(inputs, training=True)))
    assert torch.equal(output, layers[1].pre_activation(hidden, training=True))
    assert not torch.equal(output, layers[1].forward(hidden, training=True))
    assert torch.equal(output, network.forward(inputs, training=True))


def test_layers_are_found_by_their_ids_and_counted():
    network = Network(drawn())
    assert network.layer("output") is network.layers[1]
    assert (network.members, network.parameter_count) == (4, 60 * 40 + 40 + 40 * 3 + 3)


@pytest.mark.parametrize(
    ("rule", "deviation"),
    [
        ("glorot_uniform", math.sqrt(2 / (300 + 40))),
        ("glorot_normal", math.sqrt(2 / (300 + 40))),
        ("he_uniform", math.sqrt(2 / 300)),
        ("he_normal", math.sqrt(2 / 300)),
    ],
)
def test_weights_have_the_published_standard_deviation_and_biases_are_zero(rule, deviation):
    hidden = drawn(rule, seeds=(1, 2, 3, 4), variants=1, inputs=300)[0]
    assert float(hidden.weight.std()) == pytest.approx(deviation, rel=0.01)
    assert float(hidden.weight.mean()) == pytest.approx(0, abs=4 * deviation / math.sqrt(48_000))
    assert not hidden.bias.any()
    bound = math.sqrt(3) * deviation
    largest = float(hidden.weight.abs().max())
    assert (largest <= bound) == rule.endswith("uniform")
    assert largest > 0.99 * bound


def test_zeros_and_a_constant_are_what_they_say():
    assert not any(layer.weight.any() for layer in drawn("zeros"))
    constant = drawn("constant", initialization_constant=-0.25)
    assert all(bool((layer.weight == -0.25).all()) for layer in constant)
    assert not any(layer.bias.any() for layer in constant)


def test_variants_start_from_equal_weights_and_seeds_from_different_ones():
    for layer in drawn(seeds=(1, 2), variants=3):
        of_seed_1, of_seed_2 = layer.weight[0::2], layer.weight[1::2]
        assert torch.equal(of_seed_1, of_seed_1[:1].expand_as(of_seed_1))
        assert torch.equal(of_seed_2, of_seed_2[:1].expand_as(of_seed_2))
        assert not torch.equal(of_seed_1, of_seed_2)


def test_a_seed_draws_the_same_whoever_is_drawn_beside_it():
    alone, among = drawn(seeds=(2,), variants=1), drawn(seeds=(1, 2, 3), variants=2)
    for one, many in zip(alone, among, strict=True):
        assert torch.equal(one.weight[0], many.weight[1])


def test_streams_of_a_seed_for_different_purposes_are_different():
    draws = {
        (seed, purpose): random_stream(seed, purpose).initial_seed()
        for seed in (0, 1, 2**31 - 1)
        for purpose in ("initial weights", "batches")
    }
    assert len(set(draws.values())) == len(draws)


def test_flat_parameters_are_a_copy_of_weights_then_biases():
    layer = with_random_biases(drawn())[0]
    flat = layer.flat_parameters()
    assert flat.shape == (4, 60 * 40 + 40)
    assert torch.equal(flat[:, : 60 * 40], layer.weight.flatten(1))
    assert torch.equal(flat[:, 60 * 40 :], layer.bias.flatten(1))
    assert torch.equal(layer.flat_parameters(slice(2, 3)), flat[2:3])
    kept = flat.clone()
    layer.weight.add_(1)
    assert torch.equal(flat, kept)
    assert not flat.requires_grad
