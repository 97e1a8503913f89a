"""FREEZING F10: the gradient goes through a frozen layer, by autograd and by losses alone."""

import dataclasses
import math

import numpy as np
import pytest
import torch
from chain_rule_stacks import OUTPUT, STACKS, dense, experiment_with, trained
from torch import nn

from engine.chain_rule import answer_question, check_chain_rule
from engine.chain_rule_values import Alteration, ChainRuleQuestion
from engine.datasets.loading import load_dataset
from engine.errors import EngineError
from engine.journal import SetDetached, SetTrainable, SetWhenFrozen
from engine.layer_specs import BatchNorm, Dense, Residual
from engine.lone_member import LoneMember
from engine.trainer import Trainer

every_stack = pytest.mark.parametrize("name", STACKS)
CHAINS = [name for name in STACKS if name not in {"residual", "everything"}]


@every_stack
@pytest.mark.parametrize("member", [0, 1])
def test_finite_differences_confirm_autograd_to_a_millionth(name, member):
    check = check_chain_rule(trained(STACKS[name]), member)
    assert len(check.weights) == 8
    assert all(abs(weight.gradient) > 1e-6 for weight in check.weights)
    assert check.worst_difference < 1e-6
    assert check.agrees


@every_stack
def test_any_weight_can_be_asked_for(name):
    trainer = trained(STACKS[name], steps=9)
    check = check_chain_rule(trainer, 0, weights=[(0, 0), (29, 3), (11, 2)])
    assert [(weight.row, weight.column) for weight in check.weights] == [(0, 0), (29, 3), (11, 2)]
    assert [weight.input for weight in check.weights] == [
        "mean radius",
        "worst fractal dimension",
        "texture error",
    ]
    assert check.agrees
    assert check.worst_difference < 1e-5


@pytest.mark.parametrize("name", [name for name in STACKS if name != "batch norm"])
def test_a_middle_layer_frozen_or_not_leaves_every_bit_of_the_gradient(name):
    for member, frozen in ((0, True), (1, False)):
        check = check_chain_rule(trained(STACKS[name]), member)
        assert check.bit_identical
        assert check.differing == 0
        assert check.values == check.units * len(check.inputs) + rest_of(name, check)
        assert check.frozen_norm == check.trainable_norm > 0
        assert check.norm == pytest.approx(check.frozen_norm, rel=1e-4)
        assert check.middle_frozen is (frozen and check.middle == "two")


def test_freezing_a_batch_norm_changes_what_passes_unless_it_goes_on():
    """It normalizes by its running statistics then: as the run's own gradient shows."""
    trainer = trained(STACKS["batch norm"])
    for choice in ("inference", "training"):
        trainer.apply(SetWhenFrozen(variant="frozen", layer="two", when_frozen=choice))
        check = check_chain_rule(trainer, 0, middle="two")
        really = {}
        for trains in (False, True):
            trainer.apply(SetTrainable(variant="frozen", layer="two", trainable=trains))
            gradient = LoneMember.of(trainer, 0).observe().gradients[0]
            really[trains] = gradient.norm().item()
        trainer.apply(SetTrainable(variant="frozen", layer="two", trainable=False))
        assert check.frozen_norm == pytest.approx(really[False], rel=1e-5)
        assert check.trainable_norm == pytest.approx(really[True], rel=1e-5)
        assert check.bit_identical is (choice == "training")


def rest_of(name, check):
    """Values of layer 1 beside its first weight matrix."""
    if name == "residual below":
        return check.units + check.units * len(check.inputs) + len(check.inputs)
    return check.units


def test_the_gradient_is_that_of_the_step_which_the_trainer_takes():
    trainer = trained(STACKS["dense"], steps=2)
    check = check_chain_rule(trainer, 0)
    lone = LoneMember.of(trainer, 0)
    assert check.frozen_norm == pytest.approx(float(lone.observe().gradients[0].norm()), rel=1e-6)


@every_stack
def test_detaching_the_middle_layer_leaves_no_gradient_at_all(name):
    check = check_chain_rule(trained(STACKS[name]), 0)
    assert {weight.detached for weight in check.weights} == {None}
    assert not check.detached_arrives
    assert check.norm > 0  # in the network as it is there is one


def test_the_identity_is_the_network_without_the_layer():
    layers = (dense("one", 8), dense("two", 8, "relu"), dense("three", 4), OUTPUT)
    trainer = trained(layers)
    check = check_chain_rule(trainer, 0)
    expected = gradient_without(trainer, "two")
    assert check.identity_reason == ""
    assert check.identity_norm is not None
    for weight in check.weights:
        assert weight.identity == pytest.approx(expected[weight.column, weight.row], rel=1e-12)
        assert weight.identity != pytest.approx(weight.gradient, rel=1e-3)


def gradient_without(trainer, skipped):
    """dL/d weight of layer 1, (units, inputs), in a plain torch network that lacks one layer."""
    kinds = {"tanh": nn.Tanh, "relu": nn.ReLU, "sigmoid": nn.Sigmoid}
    parts, inputs = [], 30
    for layer in trainer.network.layers:
        if layer.id == skipped:
            continue
        linear = nn.Linear(inputs, layer.spec.units).double()
        with torch.no_grad():
            linear.weight.copy_(layer.weight[0].T)
            linear.bias.copy_(layer.bias[0, 0])
        parts += [linear, kinds[layer.spec.activation]()]
        inputs = layer.spec.units
    batch = trainer.latest_batch
    outputs = nn.Sequential(*parts)(batch.inputs[0].double())
    nn.BCELoss()(outputs, batch.targets[0].double()).backward()
    return parts[0].weight.grad.numpy()


def test_without_equal_sizes_there_is_no_identity_and_it_says_why():
    check = check_chain_rule(trained(STACKS["dense"]), 0)
    assert {weight.identity for weight in check.weights} == {None}
    assert check.identity_norm is None
    assert check.identity_reason == (
        "two makes 8 values of 16: the identity needs as many outputs as inputs"
    )


@pytest.mark.parametrize("name", CHAINS)
def test_nothing_arrives_through_weights_of_zero(name):
    check = check_chain_rule(trained(STACKS[name]), 0, alteration=Alteration("zero"))
    assert check.altered.norm == 0
    assert check.altered.cosine is None
    assert [weight.altered for weight in check.weights] == [0.0] * 8


def test_a_residual_block_of_zeros_still_lets_the_gradient_through():
    check = check_chain_rule(trained(STACKS["residual"]), 0, alteration=Alteration("zero"))
    assert check.altered.norm > 0
    assert check.altered.cosine is not None


def test_scaling_a_linear_middle_before_a_linear_loss_scales_the_gradient():
    """With gradients of the loss nearly alike, dL/dW1 is nearly proportional to the weights."""
    trainer = trained(STACKS["pca"])
    tiny = 1e-6
    check = check_chain_rule(trainer, 0, alteration=Alteration("scale", 1 + tiny))
    assert check.altered.cosine == pytest.approx(1, abs=1e-9)
    assert check.altered.norm != check.norm
    same = check_chain_rule(trainer, 0, alteration=Alteration("scale", 1.0))
    assert same.altered.norm == check.norm
    assert [w.altered for w in same.weights] == [w.gradient for w in same.weights]
    turned = check_chain_rule(trainer, 0, alteration=Alteration("scale", -1.0))
    assert turned.altered.cosine < 0


def test_an_altered_gradient_is_that_of_a_network_with_such_weights():
    trainer = trained(STACKS["dense"])
    check = check_chain_rule(trainer, 0, alteration=Alteration("scale", 0.5))
    with torch.no_grad():  # what the run itself would never do
        trainer.network.layer("two").weight[0].mul_(0.5)
    really = check_chain_rule(trainer, 0, weights=[(w.row, w.column) for w in check.weights])
    assert check.altered.norm == really.norm
    assert [w.altered for w in check.weights] == [w.gradient for w in really.weights]


def test_a_shuffle_follows_its_seed_and_turns_the_gradient():
    trainer = trained(STACKS["dense"])
    first, again, other = (
        check_chain_rule(trainer, 0, alteration=Alteration("shuffle"), seed=seed)
        for seed in (1, 1, 2)
    )
    assert first == again
    assert first.altered != other.altered
    assert first.altered.cosine < 0.99
    assert first.norm == other.norm


def test_the_middle_is_the_lowest_frozen_layer_with_a_matrix_else_the_next():
    layers = (
        dense("one", 8),
        BatchNorm(id="norm"),
        dense("two", 8),
        dense("three", 8),
        OUTPUT,
    )
    for frozen, expected in (
        ((), "two"),
        (("three",), "three"),
        (("one", "three", "output"), "three"),
        (("norm",), "norm"),
        (("norm", "output"), "output"),
    ):
        check = check_chain_rule(trained(layers, frozen), 0)
        assert (check.layer, check.middle) == ("one", expected)
        assert check.middles == ("norm", "two", "three", "output")
        assert check.layer_updated is ("one" not in frozen)
    chosen = check_chain_rule(trained(layers, ("three",)), 0, middle="output")
    assert chosen.middle == "output"
    assert not chosen.middle_frozen


def test_layer_1_is_the_lowest_layer_with_a_matrix():
    check = check_chain_rule(trained(STACKS["everything"]), 0)
    assert (check.layer, check.middle) == ("one", "two")
    assert check.middles == ("norm", "block", "two", "norm-out", "output")


def test_a_detached_layer_of_the_variant_is_named():
    trainer = trained(STACKS["dense"])
    assert check_chain_rule(trainer, 0).cut_at is None
    trainer.apply(SetDetached(variant="frozen", layer="two", detached=True))
    check = check_chain_rule(trainer, 0)
    assert check.cut_at == "two"
    assert not check.layer_updated
    assert check.norm > 0


@every_stack
def test_the_run_is_the_same_bit_for_bit_with_checks_in_between(name):
    undisturbed, checked = trained(STACKS[name], steps=0), trained(STACKS[name], steps=0)
    for step in range(20):
        undisturbed.step()
        checked.step()
        if step % 5 == 2:
            for member, kind in ((0, "shuffle"), (1, "zero")):
                check_chain_rule(checked, member, alteration=Alteration(kind))
    for one, other in zip(undisturbed.network.layers, checked.network.layers, strict=True):
        assert one.flat_parameters().numpy().tobytes() == other.flat_parameters().numpy().tobytes()
        assert one.flat_buffers().numpy().tobytes() == other.flat_buffers().numpy().tobytes()
    flags = [[p.requires_grad for p in t.network.parameters] for t in (undisturbed, checked)]
    assert flags[0] == flags[1]


def test_the_answer_holds_numbers_words_and_nothing_of_torch():
    check = check_chain_rule(trained(STACKS["dense"]), 0, alteration=Alteration("zero"))
    plain = (int, float, str, bool, type(None))
    for found in (check, check.altered, check.altered.alteration, *check.weights):
        for field in dataclasses.fields(found):
            value = getattr(found, field.name)
            assert isinstance(value, (*plain, tuple)) or dataclasses.is_dataclass(value)
    with pytest.raises(dataclasses.FrozenInstanceError):
        check.norm = 0


def test_a_frozen_layer_1_is_asked_what_its_gradient_would_be():
    trainer = trained(STACKS["dense"])
    before = check_chain_rule(trainer, 0)
    trainer.apply(SetTrainable(variant="frozen", layer="one", trainable=False))
    after = check_chain_rule(trainer, 0)
    assert before.layer_updated
    assert not after.layer_updated
    assert after.norm == before.norm


def test_before_the_first_step_it_says_what_to_do():
    experiment = experiment_with(STACKS["dense"])
    trainer = Trainer(experiment, load_dataset(experiment.data))
    with pytest.raises(EngineError, match="take a step first"):
        check_chain_rule(trainer, 0)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"middle": "one"}, r"must have weights and be above one \(two, output\), not one"),
        ({"middle": "three"}, "not three"),
        ({"weights": [(30, 0)]}, "one has inputs 0 to 29 and units 0 to 15"),
        ({"weights": [(0, 16)]}, r"no weight \(0, 16\)"),
        ({"weights": [(-1, 0)]}, r"no weight \(-1, 0\)"),
        ({"weights": []}, "must be 1 to 64 at a time, not 0"),
        ({"weights": [(0, 0)] * 65}, "not 65"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_would_be_valid(fields, says):
    with pytest.raises(EngineError, match=says):
        check_chain_rule(trained(STACKS["dense"]), 0, **fields)


def test_a_member_that_is_not_there_is_refused():
    with pytest.raises(EngineError, match="member: there are 2, and no number 2"):
        check_chain_rule(trained(STACKS["dense"]), 2)


@pytest.mark.parametrize("layers", [(OUTPUT,), (BatchNorm(id="norm"), OUTPUT)])
def test_a_single_layer_with_a_matrix_has_nothing_above_it(layers):
    with pytest.raises(EngineError, match="output has no layer with weights above it"):
        check_chain_rule(trained(layers, ()), 0)


def test_a_diverged_member_is_refused_by_name_of_the_step():
    trainer = trained(STACKS["dense"], steps=1)
    with torch.no_grad():
        trainer.network.layer("one").weight[0].fill_(math.nan)
    trainer.step()
    with pytest.raises(EngineError, match="diverged at step 2"):
        check_chain_rule(trainer, 0)
    assert check_chain_rule(trainer, 1).agrees


def test_a_loss_that_is_no_number_is_refused():
    trainer = trained(STACKS["dense"])
    with torch.no_grad():  # as after a step that went too far, before the next one notices
        trainer.network.layer("one").weight[0].fill_(math.inf)
    with pytest.raises(EngineError, match="not finite any more"):
        check_chain_rule(trainer, 0)


def test_check_and_chain_of_a_question_are_of_one_step():
    trainer = trained(STACKS["dense"])
    asked = ChainRuleQuestion(weights=((1, 2), (3, 4)), picked=(3, 4), sample=5)
    check, chain = answer_question(trainer, 0, asked)
    assert check.step == chain.step == 3
    assert (chain.row, chain.column, chain.sample) == (3, 4, 5)
    assert chain.gradient == pytest.approx(check.weights[1].gradient, rel=1e-12)
    check, chain = answer_question(trainer, 0, ChainRuleQuestion(picked=(99, 0), sample=500))
    assert (chain.row, chain.column) == (check.weights[0].row, check.weights[0].column)
    assert chain.sample == check.rows - 1
    check, _ = answer_question(
        trainer, 0, ChainRuleQuestion(middle="output", alteration=Alteration("zero"))
    )
    assert (check.middle, check.altered.norm) == ("output", 0)


@pytest.mark.parametrize("factor", [math.inf, math.nan])
def test_a_factor_is_a_finite_number(factor):
    with pytest.raises(EngineError, match="factor: must be a finite number"):
        Alteration("scale", factor)


@pytest.mark.parametrize(
    ("data", "output"),
    [
        ("iris", Dense(id="output", units=3, activation="linear")),
        ("diabetes", Dense(id="output", units=1, activation="linear")),
    ],
)
def test_it_holds_for_other_losses(data, output):
    layers = (dense("one", 6), Residual(id="two", units=3), output)
    check = check_chain_rule(trained(layers, data=data), 0)
    assert check.worst_difference < 1e-6
    assert check.bit_identical
    assert np.isfinite(check.norm)
