"""FREEZING F9: what autograd hooks observe is what the words say, for all patterns of all kinds.

The hooks are torch's own, on every parameter and on every layer's outputs, while the engine takes
a step or probes a member by itself. A detached layer is held against a real `detach()` in a plain
network.
"""

import dataclasses
import itertools

import pytest
import torch
from oracle import OPTIMIZERS, train_beside
from stacks import STACKS, WINE, experiment_of, patterns, variant

from engine.backprop import reach, updated_layers
from engine.edits import apply_edit
from engine.experiment import LayerPlan, Variant
from engine.journal import SetDetached, SetTrainable
from engine.lone_member import LoneMember
from engine.network import Network
from engine.trainer import Trainer

every_stack = pytest.mark.parametrize("stack", STACKS)


class HookedNetwork(Network):
    """The same layers; in a training pass every parameter and every layer's outputs are hooked."""

    def forward(self, inputs, training):
        return self.taps(inputs, training)[-1] if training else super().forward(inputs, training)

    def taps(self, inputs, training):
        self.seen = set()  # (layer, "weights" or "outputs")
        self.below_the_boundary = []  # layers whose outputs autograd knows nothing of
        taps = super().taps(inputs, training)
        for layer, tap in zip(self.layers, taps, strict=True):
            for number, parameter in enumerate(layer.parameters):
                self.hook(parameter, (layer.id, number))
            self.hook(tap, (layer.id, "outputs"))
            if tap.grad_fn is None:
                assert not tap.requires_grad
                self.below_the_boundary.append(layer.id)
        return taps

    def hook(self, tensor, key):
        if tensor.requires_grad:
            tensor.register_hook(lambda gradient: self.seen.add(key))

    def words(self):
        """One word per layer, from nothing but what the hooks saw."""
        return tuple(self.word(layer) for layer in self.layers)

    def word(self, layer):
        own = [(layer.id, number) in self.seen for number in range(len(layer.parameters))]
        arrives = (layer.id, "outputs") in self.seen
        assert not own or len(set(own)) == 1  # all of its parameters or none
        assert arrives == (layer.id not in self.below_the_boundary)
        if any(own):
            assert arrives
            return "updated"
        return "passed through" if arrives else "not reached"


def hooked(trainer):
    trainer.network = HookedNetwork(trainer.network.layers)
    return trainer


def check(trainer, observe):
    """One step of a trainer with a single variant, and one probe of its member by itself."""
    experiment = trainer.experiment
    expected = reach(updated_layers(experiment.layers, experiment.variants[0]))
    trainer.step(observe)
    assert trainer.network.words() == expected
    alone = LoneMember.of(trainer, 0)
    alone = dataclasses.replace(alone, network=HookedNetwork(alone.network.layers))
    seen = alone.observe()
    assert alone.network.words() == expected
    for observation in [seen, trainer.observation] if observe else [seen]:
        outputs = [gradient is not None for gradient in observation.output_gradients]
        weights = [gradient is not None for gradient in observation.gradients]
        assert outputs == [word != "not reached" for word in expected]
        assert weights == [word == "updated" for word in expected]


@every_stack
@pytest.mark.parametrize("when_frozen", ["inference", "training"])
def test_hooks_see_what_the_words_say_for_every_pattern(stack, when_frozen):
    layers = STACKS[stack]
    seen = set()
    for number, trainable in enumerate(patterns(layers)):
        only = variant(layers, trainable, when_frozen=when_frozen)
        trainer = hooked(Trainer(experiment_of(layers, only), WINE))
        check(trainer, observe=bool(number % 2))
        seen.add(trainer.network.words())
    assert len(seen) == 2 ** sum(layer.has_parameters for layer in layers)


@every_stack
def test_hooks_follow_live_edits_through_every_pattern(stack):
    layers = STACKS[stack]
    trainer = hooked(Trainer(experiment_of(layers, variant(layers, [True] * len(layers))), WINE))
    for trainable in patterns(layers):
        for layer, flag in zip(layers, trainable, strict=True):
            trainer.apply(SetTrainable(variant="only", layer=layer.id, trainable=flag))
        check(trainer, observe=True)


@every_stack
def test_hooks_see_nothing_below_a_detached_layer_whatever_is_ticked(stack):
    layers = STACKS[stack]
    for cut, trainable in itertools.product(layers, patterns(layers)):
        only = variant(layers, trainable)
        edit = SetDetached(variant="only", layer=cut.id, detached=True)
        trainer = hooked(Trainer(apply_edit(experiment_of(layers, only), edit), WINE))
        check(trainer, observe=False)
        words = trainer.network.words()
        assert set(words[: layers.index(cut) + 1]) == {"not reached"}


@every_stack
def test_a_what_if_probe_reaches_any_pattern_and_leaves_the_run_alone(stack):
    layers = STACKS[stack]
    trainer = Trainer(experiment_of(layers, variant(layers, [False] * len(layers))), WINE)
    trainer.step()
    kept = [(layer.flat_parameters(), layer.flat_buffers()) for layer in trainer.network.layers]
    alone = LoneMember.of(trainer, 0)
    alone = dataclasses.replace(alone, network=HookedNetwork(alone.network.layers))
    for asked in patterns(layers):
        updated = [flag and layer.has_parameters for flag, layer in zip(asked, layers, strict=True)]
        alone.observe(updated)
        assert alone.network.words() == reach(updated)
    for layer, (parameters, buffers) in zip(trainer.network.layers, kept, strict=True):
        assert torch.equal(layer.flat_parameters(), parameters)
        assert torch.equal(layer.flat_buffers(), buffers)
        assert not any(parameter.requires_grad for parameter in layer.parameters)


def detached_patterns(layers):
    """Every way to detach some of the layers, with all boxes ticked but one that differs."""
    variants = []
    for number, cuts in enumerate(patterns(layers)):
        ticked = [index != number % (len(layers) + 1) for index in range(len(layers))]
        plans = {
            layer.id: LayerPlan(trainable=box, learning_rate=1e-2, detached=cut)
            for layer, box, cut in zip(layers, ticked, cuts, strict=True)
        }
        variants.append(Variant(id=f"v{number}", name=f"v{number}", layers=plans))
    return variants


@every_stack
@pytest.mark.parametrize("optimizer", ["momentum and decay", "adam and decay", "adamw"])
def test_a_detached_layer_is_a_real_detach(stack, optimizer):
    """20 steps beside a plain network with detach(); all patterns at once, as members."""
    layers = STACKS[stack]
    fields, _ = OPTIMIZERS[optimizer]
    variants = detached_patterns(layers)
    trainer = Trainer(experiment_of(layers, *variants, seeds=(4,), **fields), WINE)
    found = train_beside(trainer, epochs=4)
    assert trainer.step_count == 20
    for member, (plain, one) in enumerate(zip(found.plain, variants, strict=True)):
        updated = updated_layers(layers, one)
        for index, (layer, moves) in enumerate(zip(trainer.network.layers, updated, strict=True)):
            if not layer.parameters:
                continue
            now, start = layer.flat_parameters()[member], trainer.start[layer.id][member]
            assert torch.equal(now, start) != moves  # not even weight decay
            expected = plain.flat_parameters(index)
            assert torch.equal(expected, start) != moves
            torch.testing.assert_close(now, expected, rtol=1e-5, atol=1e-6)


@every_stack
def test_a_real_detach_gives_gradients_to_the_same_layers(stack):
    layers = STACKS[stack]
    variants = detached_patterns(layers)
    trainer = Trainer(experiment_of(layers, *variants), WINE)
    inputs = torch.tensor(WINE.train_inputs[:10])
    for plain, one in zip(train_beside(trainer, epochs=1).plain, variants, strict=True):
        outputs = plain.network(inputs)
        if outputs.requires_grad:
            outputs.square().sum().backward()
        has_gradient = tuple(
            any(parameter.grad is not None for parameter in layer.parameters())
            for layer in plain.layers
        )
        assert has_gradient == updated_layers(layers, one)


def test_a_variant_that_detaches_takes_nothing_from_the_others():
    layers = STACKS["normalized"]
    free = variant(layers, [True] * 5, "free")
    cut = variant(layers, [True] * 5, "cut")
    cut = cut.replace(
        layers={**cut.layers, "batch-norm": cut.layers["batch-norm"].replace(detached=True)}
    )
    both = Trainer(experiment_of(layers, free, cut), WINE)
    alone = Trainer(experiment_of(layers, free), WINE)
    for _ in range(20):
        both.step()
        alone.step()
    for layer, beside in zip(alone.network.layers, both.network.layers, strict=True):
        torch.testing.assert_close(layer.flat_parameters()[0], beside.flat_parameters()[0])
        moved = not torch.equal(beside.flat_parameters()[1], both.start[layer.id][1])
        assert moved == (layer.id in ("block", "output"))
