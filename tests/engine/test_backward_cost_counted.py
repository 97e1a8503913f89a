"""FREEZING F11: the backward cost that is shown is what torch really multiplies.

torch's own counter watches one training step; what is not the forward pass is the backward pass.
"""

import pytest
import torch
from oracle import PATTERNS, patterned
from stacks import STACKS, WINE, experiment_of, patterns, variant
from torch.utils.flop_counter import FlopCounterMode

from engine.backprop import backward_cost, layer_costs, layer_shapes, updated_layers
from engine.datasets.loading import load_dataset
from engine.edits import apply_edit
from engine.experiment import DataSpec
from engine.journal import SetDetached
from engine.layer_specs import Dense
from engine.trainer import Trainer

every_stack = pytest.mark.parametrize("stack", STACKS)
CLASSIC = patterned({"all": (1, 1, 1)})
MNIST_LAYERS = (Dense(id="hidden", units=256), Dense(id="output", units=10, activation="linear"))


def multiply_adds(run):
    """What torch multiplies while `run` runs, as its own counter counts (two flops each)."""
    with FlopCounterMode(display=False) as counter:
        run()
    return counter.get_total_flops() // 2


def backward_multiply_adds(trainer):
    """Of one training step, without the forward pass."""
    width, _ = layer_shapes(trainer.experiment)[0]
    inputs = torch.zeros(trainer.network.members, trainer.batches.batch_size, width)
    forward = multiply_adds(lambda: trainer.network.forward(inputs, training=False))
    return multiply_adds(trainer.step) - forward


@every_stack
def test_every_product_of_every_pattern_is_counted_and_no_other(stack):
    layers = STACKS[stack]
    everything = [layer.has_parameters for layer in layers]
    for trainable in patterns(layers):
        experiment = experiment_of(layers, variant(layers, trainable))
        updated = updated_layers(layers, experiment.variants[0])
        counted = backward_multiply_adds(Trainer(experiment, WINE))
        assert counted == 32 * sum(cost.needed for cost in layer_costs(experiment, updated))
        full = 32 * sum(cost.needed for cost in layer_costs(experiment, everything))
        assert backward_cost(experiment, updated) == pytest.approx(counted / full)


@every_stack
def test_what_lies_below_a_detached_layer_is_not_multiplied(stack):
    layers = STACKS[stack]
    for cut in layers:
        experiment = experiment_of(layers, variant(layers, [True] * len(layers)))
        edit = SetDetached(variant="only", layer=cut.id, detached=True)
        experiment = apply_edit(experiment, edit)
        updated = updated_layers(layers, experiment.variants[0])
        counted = backward_multiply_adds(Trainer(experiment, WINE))
        assert counted == 32 * sum(cost.needed for cost in layer_costs(experiment, updated))


@pytest.mark.parametrize(
    ("pattern", "percent"),
    [
        ("first", 81.9),
        ("second", 18.1),
        ("last", 1.1),
        ("first-second", 98.9),
        ("second-last", 19.1),
    ],
)
def test_the_table_for_30_16_8_1_is_what_torch_multiplies(pattern, percent):
    full = backward_multiply_adds(trainer_of(CLASSIC))
    counted = backward_multiply_adds(trainer_of(patterned({pattern: PATTERNS[pattern]})))
    assert 100 * counted / full == pytest.approx(percent, abs=0.1)
    assert 100 * backward_cost(CLASSIC, PATTERNS[pattern]) == pytest.approx(percent, abs=0.1)


@pytest.mark.parametrize(
    ("trainable", "percent"), [((True, False), 98.8), ((False, True), 1.2), ((False, False), 0.0)]
)
def test_the_table_for_784_256_10_is_what_torch_multiplies(trainable, percent):
    def counted(flags):
        only = variant(MNIST_LAYERS, flags)
        experiment = experiment_of(MNIST_LAYERS, only).replace(data=DataSpec(name="mnist_5k"))
        return experiment, backward_multiply_adds(trainer_of(experiment))

    experiment, found = counted(trainable)
    _, full = counted((True, True))
    assert 100 * found / full == pytest.approx(percent, abs=0.1)
    assert 100 * backward_cost(experiment, trainable) == pytest.approx(percent, abs=0.1)


def trainer_of(experiment):
    return Trainer(experiment, load_dataset(experiment.data))


def test_watching_a_step_multiplies_nothing_more():
    layers = STACKS["normalized"]
    for trainable in patterns(layers):
        experiment = experiment_of(layers, variant(layers, trainable))
        watched, plain = Trainer(experiment, WINE), Trainer(experiment, WINE)
        assert multiply_adds(lambda each=watched: each.step(observe=True)) == multiply_adds(
            plain.step
        )
