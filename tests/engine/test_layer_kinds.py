"""Every kind of layer computes what torch.nn computes, for every member by itself."""

import pytest
import torch
from oracle import patterned, trainer_of
from plain_layers import fill, flattened, outer_activation, plain_layer, running
from sklearn import decomposition

from engine.experiment import Training
from engine.journal import SetTrainable, SetWhenFrozen
from engine.layer_specs import PCA, BatchNorm, Dense, Dropout, Flatten, LayerNorm, Residual
from engine.layers.drawing import Draws, draw_layers
from engine.network import Network
from engine.structure import insert_layer, replace_layer
from engine.trainer import random_stream

INPUTS, MEMBERS = 6, 4  # two variants of two seeds
KINDS = (
    Dense(id="x", units=3, activation="tanh"),
    PCA(id="x", units=3),
    Residual(id="x", units=5, activation="gelu"),
    BatchNorm(id="x"),
    BatchNorm(id="x", momentum=0.3, epsilon=0.1, activation="relu"),
    LayerNorm(id="x"),
    LayerNorm(id="x", epsilon=0.1, activation="sigmoid"),
    Dropout(id="x", rate=0.0),
    Flatten(id="x"),
)


def values(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def drawn(*specs, seeds=(1, 2), variants=2, rows=None):
    rows = values(50, INPUTS, seed=9) if rows is None else rows
    weights = [random_stream(seed, "initial weights") for seed in seeds]
    dropout = [random_stream(seed, "dropout") for seed in seeds]
    return draw_layers(specs, rows[None], Draws(Training(seeds=seeds), weights, dropout, variants))


def with_random_values(layer):
    """The layer with other parameters in every member, and a torch module of each member."""
    for number, parameter in enumerate(layer.parameters):
        parameter.copy_(values(*parameter.shape, seed=number))
    modules = []
    for member in range(MEMBERS):
        modules.append(plain_layer(layer.spec, INPUTS))
        fill(modules[-1], layer.flat_parameters(slice(member, member + 1)).flatten())
    return layer, modules


def backwards(layer, modules, inputs):
    """One training pass and its gradients, of the layer and of the modules that stand beside it.

    Both as (outputs, input gradients, parameter gradients), (members, …) each.
    """
    inputs = inputs.requires_grad_()
    layer.set_requires_grad(True)
    outputs = layer.forward(inputs, training=True)
    upstream = values(*outputs.shape, seed=8)
    wanted = [inputs, *layer.parameters]
    into, *own = torch.autograd.grad(outputs, wanted, upstream)
    flat = torch.cat([g.flatten(1) for g in own], dim=1) if own else torch.empty(MEMBERS, 0)
    found = outputs.detach(), into, flat
    expected = []
    for member, module in enumerate(modules):
        module.zero_grad()
        alone = inputs[member].detach().requires_grad_()
        plain = outer_activation(layer.spec)(module(alone))
        plain.backward(upstream[member])
        own = flattened(module, of=lambda parameter: parameter.grad)
        expected.append((plain.detach(), alone.grad, own))
    return found, tuple(torch.stack(column) for column in zip(*expected, strict=True))


@pytest.mark.parametrize("spec", KINDS, ids=str)
def test_a_training_pass_and_its_gradients_are_torchs(spec):
    layer, modules = with_random_values(drawn(spec)[0])
    for seed, rows in enumerate((32, 7, 2)):
        found, expected = backwards(layer, modules, values(MEMBERS, rows, INPUTS, seed=seed))
        torch.testing.assert_close(found, expected)
    assert layer.parameter_count == sum(p.numel() for p in modules[0].parameters())
    assert layer.parameter_count == spec.parameter_count(INPUTS)
    assert found[0].shape[-1] == spec.outputs(INPUTS)


@pytest.mark.parametrize("spec", KINDS, ids=str)
def test_inference_is_torchs_and_changes_nothing(spec):
    layer, modules = with_random_values(drawn(spec)[0])
    backwards(layer, modules, values(MEMBERS, 9, INPUTS))  # what runs along has moved
    buffers = layer.flat_buffers()
    inputs = values(MEMBERS, 5, INPUTS, seed=4)
    with torch.no_grad():
        outputs = layer.forward(inputs, training=False)
        for member, module in enumerate(modules):
            plain = outer_activation(spec)(module.eval()(inputs[member]))
            torch.testing.assert_close(outputs[member], plain)
    assert torch.equal(layer.flat_buffers(), buffers)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("spec", KINDS, ids=str)
def test_a_member_alone_is_a_copy_that_computes_the_same(spec, dtype):
    layer, _ = with_random_values(drawn(spec)[0])
    layer.set_in_training(torch.tensor([True, False, False, True]))
    inputs = values(MEMBERS, 5, INPUTS)
    outputs = layer.forward(inputs, training=True)
    for member in range(MEMBERS):
        kept = layer.flat_parameters(), layer.flat_buffers()
        alone = layer.member(member, dtype)
        found = alone.forward(inputs[member : member + 1].to(dtype), training=True)
        assert found.dtype == dtype
        if member in (0, 3):  # in training: the others' running values have moved since
            torch.testing.assert_close(found[0].float(), outputs[member])
        for parameter in alone.parameters:
            parameter.zero_()
        assert torch.equal(layer.flat_parameters(), kept[0])
        assert torch.equal(layer.flat_buffers(), kept[1])


def test_batch_norm_runs_along_as_torchs_does_and_has_a_mode_for_every_member():
    layer, modules = with_random_values(drawn(BatchNorm(id="x", momentum=0.2))[0])
    modes = (True, True, False, True)  # member 2 is frozen, in inference
    for seed, rows in enumerate((32, 32, 7)):  # all in training at first
        found, expected = backwards(layer, modules, values(MEMBERS, rows, INPUTS, seed=seed))
        torch.testing.assert_close(found, expected)
    layer.set_in_training(torch.tensor(modes))
    for module, mode in zip(modules, modes, strict=True):
        module.train(mode)
    for seed, rows in enumerate((32, 2, 7, 32), start=10):
        before = layer.flat_buffers()
        found, expected = backwards(layer, modules, values(MEMBERS, rows, INPUTS, seed=seed) + 1)
        torch.testing.assert_close(found, expected)
        torch.testing.assert_close(
            layer.flat_buffers(), torch.stack([running(module) for module in modules])
        )
        stood_still = (layer.flat_buffers() == before).all(dim=1)
        assert stood_still.tolist() == [not mode for mode in modes]
        layer.forward(values(MEMBERS, 5, INPUTS), training=False)  # a validation pass in between
    layer.set_in_training(torch.tensor([False] * MEMBERS))
    before = layer.flat_buffers()
    layer.forward(values(MEMBERS, 5, INPUTS), training=True)
    assert torch.equal(layer.flat_buffers(), before)


def test_batch_norm_starts_at_mean_0_variance_1_scale_1_and_shift_0():
    layer, module = drawn(BatchNorm(id="x"))[0], plain_layer(BatchNorm(id="x"), INPUTS)
    for member in range(MEMBERS):
        assert torch.equal(layer.flat_parameters()[member], flattened(module))
        assert torch.equal(layer.flat_buffers()[member], running(module))


BELOW = {
    "the data": (),
    "dense and batch norm": (Dense(id="a", units=9, activation="tanh"), BatchNorm(id="b")),
    "every kind": (LayerNorm(id="a"), Residual(id="b", units=4), Dropout(id="c"), Flatten(id="d")),
}


@pytest.mark.parametrize("below", BELOW)
def test_a_projection_is_that_of_scikit_learn_of_what_reaches_it(below):
    rows = values(50, INPUTS, seed=9) * torch.arange(1, INPUTS + 1) + 3
    *under, layer = drawn(*BELOW[below], PCA(id="x", units=4), rows=rows)
    reaching = rows.expand(MEMBERS, -1, -1)
    for each in under:
        reaching = each.forward(reaching, training=False)
    found = layer.forward(reaching, training=True)
    for member in range(MEMBERS):
        plain = decomposition.PCA(4).fit_transform(reaching[member].double().numpy())
        torch.testing.assert_close(found[member].double(), torch.tensor(plain), atol=1e-4, rtol=0)
    assert torch.equal(found[:2], found[2:])  # the same seed, the same projection
    assert torch.equal(found[0], found[1]) == (below == "the data")


def test_an_inserted_projection_is_frozen_in_every_variant_and_its_rows_are_the_training_rows():
    experiment = patterned({"all": (1, 1, 1), "last": (0, 0, 1)}, validation_fraction=0.2)
    experiment = insert_layer(experiment, 0, "pca")
    assert [v.layers["pca-1"].trainable for v in experiment.variants] == [False, False]
    trainer = trainer_of(experiment)
    batch = trainer.batches.next()
    trained_on = trainer.batches.order.sort().values[0]
    plain = decomposition.PCA(8).fit(trainer_rows(trainer)[trained_on].double().numpy())
    expected = torch.tensor(plain.transform(batch.inputs[0].double().numpy()))
    found = trainer.network.taps(batch.inputs, training=True)[0][0].double()
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=0)
    start = trainer.start["pca-1"]
    for _ in range(5):
        trainer.step()
    assert torch.equal(trainer.network.layer("pca-1").flat_parameters(), start)
    assert not torch.equal(
        trainer.network.layer("output").flat_parameters(), trainer.start["output"]
    )


def trainer_rows(trainer):
    """The rows that the trainer trains on, in the data set's order."""
    own = trainer_of(trainer.experiment)  # another one, whose batches may be used up
    batches = [own.batches.next().inputs[0] for _ in range(own.batches.steps_per_epoch)]
    rows = torch.empty(own.batches.rows, batches[0].shape[1])
    rows[own.batches.order[0]] = torch.cat(batches)
    return rows


@pytest.mark.parametrize("initialization", ["zeros", "constant"])
def test_a_projection_of_values_that_do_not_vary_is_no_obstacle(initialization):
    experiment = insert_layer(patterned({"all": (1, 1, 1)}), 2, "pca")
    training = experiment.training.replace(initialization=initialization)
    trainer = trainer_of(experiment.replace(training=training))
    trainer.step()
    assert trainer.network.layer("pca-1").flat_parameters().isfinite().all()


RATE = 0.3
MASKED = ("drops", "drops-too", "frozen", "frozen-but-drops")


def dropping(seeds=(1, 2)):
    """A trainer with dropout above 16 units: two variants drop, one is frozen, one drops frozen."""
    patterns = dict.fromkeys(MASKED, (1, 1, 1))
    experiment = insert_layer(patterned(patterns, seeds=seeds), 1, "dropout")
    trainer = trainer_of(replace_layer(experiment, Dropout(id="dropout-1", rate=RATE)))
    for variant in MASKED[2:]:
        trainer.apply(SetTrainable(variant=variant, layer="dropout-1", trainable=False))
    drops = SetWhenFrozen(variant=MASKED[3], layer="dropout-1", when_frozen="training")
    trainer.apply(drops)
    return trainer


def masks(trainer):
    """The dropout masks of the latest step, (variants, seeds, rows, units)."""
    found = []
    for member in range(trainer.network.members):
        alone = trainer.network.layer("dropout-1").member(member)
        found.append(alone.forward(torch.ones(1, 32, 16), training=True)[0])
    return torch.stack(found).view(len(MASKED), -1, 32, 16)


def test_f13_all_variants_of_a_seed_drop_alike_other_seeds_and_steps_do_not():
    trainer = dropping()
    seen = []
    for _ in range(4):
        trainer.step()
        found = masks(trainer)
        assert torch.equal(found[0], found[1])
        assert torch.equal(found[0], found[3])
        assert bool((found[2] == 1).all())  # in inference nothing is dropped
        seen += [found[0, 0], found[0, 1]]
    assert len({mask.numpy().tobytes() for mask in seen}) == len(seen)


def test_dropout_drops_its_share_and_scales_the_rest():
    trainer = dropping(seeds=range(8))
    found = []
    for _ in range(8):
        trainer.step()
        found.append(masks(trainer)[0])
    every = torch.stack(found)  # 32,768 values
    kept = every[every > 0]
    torch.testing.assert_close(kept, torch.full_like(kept, 1 / (1 - RATE)))
    assert float((every == 0).float().mean()) == pytest.approx(RATE, abs=0.01)
    assert float(every.mean()) == pytest.approx(1.0, abs=0.015)


def test_f13_freezing_changes_no_mask_of_any_later_step():
    first, second = dropping(), dropping()
    for step in range(8):
        if step == 3:
            for variant in MASKED[:2]:
                first.apply(SetTrainable(variant=variant, layer="dropout-1", trainable=False))
        if step == 6:
            first.apply(SetTrainable(variant=MASKED[0], layer="dropout-1", trainable=True))
        first.step()
        second.step()
        found = masks(first)
        assert torch.equal(found[0], masks(second)[0]) == (step not in (3, 4, 5))
        assert torch.equal(found[3], masks(second)[3])  # frozen in another variant meanwhile
    assert bool((found[1] == 1).all())


def test_f13_measuring_draws_no_mask():
    first, second = dropping(), dropping()
    for trainer in (first, second):
        trainer.step()
    with torch.no_grad():
        first.network.forward(values(8, 5, 30), training=False)
    for trainer in (first, second):
        trainer.step()
    assert torch.equal(masks(first), masks(second))


def test_dropout_is_the_identity_in_inference_and_flatten_always():
    layers = drawn(Dropout(id="d", rate=0.9), Flatten(id="f"), Dense(id="output", units=2))
    inputs = values(MEMBERS, 5, INPUTS)
    assert torch.equal(layers[0].forward(inputs, training=False), inputs)
    for training in (False, True):
        assert torch.equal(layers[1].forward(inputs, training), inputs)
    network = Network(layers)
    assert torch.equal(
        network.forward(inputs, training=False), layers[2].pre_activation(inputs, True)
    )
    assert not torch.equal(network.forward(inputs, training=True), network.forward(inputs, False))
