"""The measured step time: what is frozen below is really saved, and the run notices nothing."""

import time

import pytest
import torch
from chain_rule_stacks import STACKS, dense, experiment_with, trained

from engine.datasets.loading import load_dataset
from engine.errors import EngineError
from engine.layer_specs import Dense
from engine.step_time import StepTime, measure_step_time
from engine.trainer import Trainer

WIDE = (dense("one", 512, "relu"), dense("two", 512, "relu"), Dense(id="output", units=10,
        activation="linear"))  # fmt: skip


def ratios(trainer, member):
    """Some measurements: what else the machine does can spoil one of them, hardly all."""
    return [measure_step_time(trainer, member, seconds=0.1).ratio for _ in range(4)]


def test_frozen_layers_below_save_time():
    trainer = trained(WIDE, ("one", "two"), steps=1, data="digits")
    assert min(ratios(trainer, 0)) < 0.8
    whole = ratios(trainer, 1)
    assert min(whole) < 1.25
    assert max(whole) > 0.8


def test_the_ratio_is_that_of_the_two_times():
    assert StepTime(own=0.25, all_trainable=0.5).ratio == 0.5


def test_a_network_that_trains_nothing_takes_the_time_of_its_forward_pass():
    trainer = trained(WIDE, ("one", "two", "output"), steps=1, data="digits")
    assert min(ratios(trainer, 0)) < 0.7


def test_it_takes_about_as_long_as_it_was_given():
    trainer = trained(STACKS["dense"])
    measure_step_time(trainer, 0)
    began = time.perf_counter()
    found = measure_step_time(trainer, 0, seconds=0.03)
    assert time.perf_counter() - began >= 0.03
    assert found.own < 0.03
    assert isinstance(found, StepTime)


@pytest.mark.parametrize("name", STACKS)
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_the_run_goes_on_as_if_nobody_had_looked(name, optimizer):
    fields = {"optimizer": optimizer, "weight_decay": 0.01, "clip_norm": 1.0}
    undisturbed = trained(STACKS[name], steps=0, **fields)
    timed = trained(STACKS[name], steps=0, **fields)
    for step in range(12):
        undisturbed.step()
        timed.step()
        if step in (1, 7):
            measure_step_time(timed, 0, seconds=0.001)
    for one, other in zip(undisturbed.network.layers, timed.network.layers, strict=True):
        assert torch.equal(one.flat_parameters(), other.flat_parameters())
        assert torch.equal(one.flat_buffers(), other.flat_buffers())


def test_without_a_step_there_is_nothing_to_time():
    experiment = experiment_with(STACKS["dense"])
    with pytest.raises(EngineError, match="take a step first"):
        measure_step_time(Trainer(experiment, load_dataset(experiment.data)), 0)
