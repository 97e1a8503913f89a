"""The shipped two-variant experiments show the difference that they are there to show."""

import json

import numpy as np
import pytest
import torch
from command_runs import run_engine

import resources
from engine.backprop import variant_backward_cost, variant_counts, variant_reach
from engine.experiment import parse_experiment
from engine.run import Run

NAMES = (
    "rate-zero-or-frozen",
    "stale-momentum",
    "batchnorm-drift",
    "detach-or-freeze",
    "frozen-pca",
)
SEEDS = tuple(range(100, 104))


def example(name, **training):
    experiment = parse_experiment(resources.path("examples", f"{name}.json").read_bytes(), name)
    return experiment.replace(training=experiment.training.replace(**training))


def trained(experiment, steps=None):
    """A run after so many steps, or at its end."""
    run = Run(experiment)
    run.prepare()
    while run.step_count < steps if steps is not None else not run.complete:
        run.step()
    return run


def layer_of(run, variant, layer):
    """All parameters of a layer in one variant, (seeds, parameters)."""
    members = run.trainer.members_of(variant)
    return run.trainer.network.layer(layer).flat_parameters(members).double()


def start_of(run, variant, layer):
    return run.trainer.start[layer][run.trainer.members_of(variant)].double()


def moments_of(run, variant, layer):
    """The optimizer's first and second moments of a layer, each (seeds, parameters)."""
    stacked, optimizer = run.trainer.network, run.trainer.optimizer
    mine = [p.data_ptr() for p in stacked.layer(layer).parameters]
    members = run.trainer.members_of(variant)
    places = [n for n, p in enumerate(stacked.parameters) if p.data_ptr() in mine]
    return tuple(
        torch.cat([moments[n][members].flatten(1) for n in places], dim=1).double()
        for moments in (optimizer.first_moments, optimizer.second_moments)
    )


def next_update(run, variant, layer):
    """What the next step adds to a layer of a variant, and minus the gradient it follows."""
    before = layer_of(run, variant, layer)
    run.step(observe=True)
    index = [spec.id for spec in run.experiment.layers].index(layer)
    gradient = run.trainer.observation.gradients[index][run.trainer.members_of(variant)]
    return layer_of(run, variant, layer) - before, -gradient.double()


def cosines(one, other):
    return torch.nn.functional.cosine_similarity(one, other, dim=1).numpy()


@pytest.mark.parametrize("name", NAMES)
def test_it_is_checked_without_complaint_and_every_edit_lies_within_the_run(name, capsys):
    path = resources.path("examples", f"{name}.json")
    status, out, err = run_engine(capsys, "check", path)
    assert (status, err) == (0, "")
    assert "valid" in out
    experiment = example(name)
    assert len(experiment.variants) == 2
    steps = Run(experiment).prepare().batches.steps_per_epoch * experiment.training.epochs
    assert all(entry.step < steps for entry in experiment.script)


@pytest.mark.parametrize("name", NAMES)
def test_its_variants_are_paired(name):
    """F13: equal weights and equal batches, whatever is frozen."""
    run = trained(example(name), steps=1)
    one, other = run.trainer.members_of(run.experiment.variants[0].id), slice(1, 2)
    for layer in run.trainer.network.layers:
        start = run.trainer.start[layer.id]
        assert torch.equal(start[one], start[other])
    order = run.trainer.batches.order
    assert torch.equal(order[one], order[other])


@pytest.mark.parametrize(("name", "epochs"), [("rate-zero-or-frozen", 30), ("stale-momentum", 20)])
def test_until_the_script_takes_effect_both_variants_train_alike(name, epochs):
    run = trained(example(name))
    train_loss = run.log.column("train_loss")
    np.testing.assert_allclose(train_loss[:epochs, 0], train_loss[:epochs, 1], rtol=1e-5)
    assert (abs(train_loss[epochs:, 0] / train_loss[epochs:, 1] - 1) > 1e-3).any()


def test_rate_zero_stands_still_as_frozen_does_but_pays_and_builds_up_moments():
    experiment = example("rate-zero-or-frozen", seeds=SEEDS)
    zero, frozen = experiment.variants
    assert variant_backward_cost(experiment, zero) == 1
    assert variant_backward_cost(experiment, frozen) == pytest.approx(624 / 752)
    assert variant_reach(experiment, zero)["hidden-2"] == "updated"
    assert variant_reach(experiment, frozen)["hidden-2"] == "passed through"
    run = trained(experiment, steps=450)
    for variant in ("rate-zero", "frozen"):
        assert torch.equal(layer_of(run, variant, "hidden-2"), start_of(run, variant, "hidden-2"))
        assert not torch.equal(
            layer_of(run, variant, "hidden-1"), start_of(run, variant, "hidden-1")
        )
    assert all(
        (moments.abs().amax(dim=1) > 0).all()
        for moments in moments_of(run, "rate-zero", "hidden-2")
    )
    assert not any(moments.any() for moments in moments_of(run, "frozen", "hidden-2"))


def test_after_rate_zero_the_first_step_follows_the_old_moments_and_after_frozen_the_gradient():
    run = trained(example("rate-zero-or-frozen", seeds=SEEDS), steps=450)
    first, second = moments_of(run, "rate-zero", "hidden-2")
    old_way = -first / (second.sqrt() + run.experiment.training.epsilon)
    by_moments, _ = next_update(run, "rate-zero", "hidden-2")
    assert (cosines(by_moments, old_way) > 0.95).all()

    run = trained(example("rate-zero-or-frozen", seeds=SEEDS), steps=450)
    afresh, downhill = next_update(run, "frozen", "hidden-2")
    assert (cosines(afresh, downhill.sign()) > 0.99).all()  # Adam's first step: the rate, by sign
    assert (abs(cosines(afresh, old_way)) < 0.75).all()
    assert (afresh.norm(dim=1) > 1.5 * by_moments.norm(dim=1)).all()
    assert afresh.abs().max().item() == pytest.approx(1e-3, rel=1e-2)


def test_both_learn_on_once_the_script_has_let_them():
    run = trained(example("rate-zero-or-frozen"))
    assert [entry.step for entry in run.journal] == [450, 450]
    for variant in ("rate-zero", "frozen"):
        moved = layer_of(run, variant, "hidden-2") - start_of(run, variant, "hidden-2")
        assert moved.norm() > 0.1


def test_kept_momentum_drives_the_first_update_where_it_went_long_ago():
    experiment = example("stale-momentum", seeds=SEEDS)
    run = trained(experiment, steps=160)
    old = {variant: moments_of(run, variant, "hidden-1")[0] for variant in ("keep", "clear")}
    torch.testing.assert_close(old["keep"], old["clear"], rtol=1e-5, atol=1e-8)
    assert (old["keep"].norm(dim=1) > 0).all()
    at_freeze = trained(experiment, steps=20)
    for variant in ("keep", "clear"):
        assert torch.equal(
            layer_of(run, variant, "hidden-1"), layer_of(at_freeze, variant, "hidden-1")
        )
    kept, downhill = next_update(run, "keep", "hidden-1")
    assert (cosines(kept, -old["keep"]) > 0.9).all()
    assert (abs(cosines(kept, downhill)) < 0.5).all()

    cleared, downhill = next_update(trained(experiment, steps=160), "clear", "hidden-1")
    assert (cosines(cleared, downhill) > 0.9999).all()
    assert (abs(cosines(cleared, -old["keep"])) < 0.5).all()
    assert (kept.norm(dim=1) > 3 * cleared.norm(dim=1)).all()


def test_stale_momentum_costs_held_out_loss_at_first():
    run = trained(example("stale-momentum", seeds=SEEDS, epochs=21))
    held_out = run.log.column("validation_loss")[-1].reshape(2, len(SEEDS))
    assert (held_out[0] > held_out[1]).all()


def test_batch_norms_statistics_stand_still_or_drift_under_weights_that_stand_still():
    run = trained(example("batchnorm-drift"), steps=900)
    norm = run.trainer.network.layer("norm")
    at_freeze, weights = norm.flat_buffers(), norm.flat_parameters()
    torch.testing.assert_close(at_freeze[0], at_freeze[1], rtol=1e-2, atol=1e-2)
    while run.step_count < 1000:
        run.step()
        assert torch.equal(norm.flat_buffers()[0], at_freeze[0])
        assert not torch.equal(norm.flat_buffers()[1], at_freeze[1])
    assert torch.equal(norm.flat_parameters(), weights)
    for layer in ("hidden-1", "norm"):
        assert not torch.equal(layer_of(run, "still", layer), start_of(run, "still", layer))


def test_drifting_statistics_make_the_held_out_loss_restless_and_higher():
    run = trained(example("batchnorm-drift", seeds=SEEDS))
    held_out = run.log.column("validation_loss").reshape(-1, 2, len(SEEDS))
    np.testing.assert_allclose(held_out[:10, 0], held_out[:10, 1], rtol=0.05)  # until the freeze
    still, drifting = held_out[15:, 0], held_out[15:, 1]
    assert (drifting.mean(axis=0) > 1.15 * still.mean(axis=0)).all()
    restlessness = [abs(np.diff(each, axis=0)).mean(axis=0) for each in (still, drifting)]
    assert (restlessness[1] > 5 * restlessness[0]).all()


def test_below_a_frozen_layer_learning_goes_on_and_below_a_detached_one_it_ends():
    experiment = example("detach-or-freeze", seeds=SEEDS)
    frozen, detached = experiment.variants
    plans = frozen.layers["hidden-2"], detached.layers["hidden-2"]
    assert plans[1] == plans[0].replace(detached=True)  # nothing else differs
    assert list(variant_reach(experiment, frozen).values()) == [
        "updated",
        "passed through",
        "updated",
    ]
    assert list(variant_reach(experiment, detached).values()) == [
        "not reached",
        "not reached",
        "updated",
    ]
    assert variant_backward_cost(experiment, frozen) == pytest.approx(624 / 752)
    assert variant_backward_cost(experiment, detached) == pytest.approx(8 / 752)
    run = trained(experiment)
    for layer, moves in {"hidden-1": True, "hidden-2": False, "output": True}.items():
        moved = layer_of(run, "frozen", layer) - start_of(run, "frozen", layer)
        assert (moved.norm(dim=1) > 0).tolist() == [moves] * len(SEEDS)
    for layer, moves in {"hidden-1": False, "hidden-2": False, "output": True}.items():
        moved = layer_of(run, "detached", layer) - start_of(run, "detached", layer)
        assert (moved.norm(dim=1) > 0).tolist() == [moves] * len(SEEDS)
    train_loss = run.log.column("train_loss")[-1].reshape(2, len(SEEDS))
    assert (train_loss[1] > 4 * train_loss[0]).all()


def test_a_frozen_projection_lets_the_layer_below_learn_to_suit_it():
    """Question 2: 784-256-PCA 10."""
    experiment = example("frozen-pca", epochs=3)
    frozen, trained_too = experiment.variants
    counts = [variant_counts(experiment, variant) for variant in (frozen, trained_too)]
    assert [(c.total, c.trainable, c.non_trainable) for c in counts] == [
        (203_530, 200_960, 2_570),
        (203_530, 203_530, 0),
    ]
    assert variant_reach(experiment, frozen)["projection"] == "passed through"
    run = trained(experiment)
    moved = {
        (variant, layer): (layer_of(run, variant, layer) - start_of(run, variant, layer)).norm()
        for variant in ("frozen", "trained")
        for layer in ("hidden-1", "projection")
    }
    assert moved["frozen", "projection"] == 0
    assert all(distance > 0 for key, distance in moved.items() if key != ("frozen", "projection"))
    accuracy = run.log.column("validation_score")
    assert accuracy[-1].min() > 0.89  # 0.1 would be chance
    train_loss = run.log.column("train_loss")[-1]
    assert train_loss[0] > 1.3 * train_loss[1]


def test_the_results_of_a_script_count_what_trains_at_the_end(capsys):
    path = resources.path("examples", "batchnorm-drift.json")
    status, out, err = run_engine(capsys, "run", path, "--epochs", 11)
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert [entry["step"] for entry in found["journal"]] == [900] * 4
    for variant in found["variants"]:
        assert variant["reach"]["hidden-1"] == variant["reach"]["norm"] == "not reached"
        assert variant["non_trainable_parameters"] == 64 * 32 + 32 + 2 * 32


def test_edits_of_a_script_after_the_last_step_are_said_not_to_be_taken(capsys):
    path = resources.path("examples", "rate-zero-or-frozen.json")
    status, out, err = run_engine(capsys, "run", path, "--epochs", 1)
    assert status == 0
    assert json.loads(out)["journal"] == []
    assert err == f"{path}: 2 of 2 edits lie after the last step, 15, and were not taken\n"
