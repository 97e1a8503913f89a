"""A run: what it logs, tells and shows, its journal, and scripts that it follows."""

import numpy as np
import pytest
import torch
from oracle import LAYERS, patterned

from engine.errors import DatasetError, ExperimentError
from engine.journal import JournalEntry, RenameVariant, SetLearningRate, SetTrainable
from engine.run import Run, replay, train
from engine.telemetry import EpochRecord, SnapshotRequest
from engine.trainer import EVALUATED_VALUES

TWO = {"all": (1, 1, 1), "first": (1, 0, 0)}
STEPS = 18  # per epoch: 569 rows in batches of 32


def experiment(**fields):
    return patterned(TWO, **{"seeds": (1, 2), "epochs": 3} | fields)


def freeze(layer="hidden-2", trainable=False, *, variant="all"):
    return SetTrainable(variant=variant, layer=layer, trainable=trainable)


def rate(value, layer="output", *, variant="all"):
    return SetLearningRate(variant=variant, layer=layer, learning_rate=value)


def entry(step, edit):
    return JournalEntry(step=step, edit=edit)


def kinds(run):
    return [event.kind for event in run.events]


def test_a_run_is_light_until_it_is_prepared():
    run = Run(experiment())
    assert (run.trainer, run.status, run.step_count, len(run.log)) == (None, "waiting", 0, 0)
    trainer = run.prepare()
    assert run.prepare() is run.trainer is trainer
    assert run.steps_per_epoch == STEPS
    assert kinds(run) == ["started"]


def test_a_step_ends_an_epoch_when_all_rows_were_seen():
    run = Run(experiment())
    ended = [run.step() for _ in range(2 * STEPS)]
    assert [number for number, end in enumerate(ended, start=1) if end] == [STEPS, 2 * STEPS]
    assert (run.step_count, len(run.log)) == (2 * STEPS, 2)
    assert not run.complete
    for _ in range(STEPS):
        run.step()
    assert run.complete


def test_training_calls_back_after_every_epoch_and_learns():
    seen = []
    run = train(experiment(), on_epoch=lambda run: seen.append((len(run.log), run.step_count)))
    assert seen == [(1, STEPS), (2, 2 * STEPS), (3, 3 * STEPS)]
    assert (run.status, run.complete) == ("finished", True)
    losses = run.log.column("train_loss")
    assert (np.diff(losses, axis=0) < 0).all()
    assert (run.log.column("train_score")[-1] > 0.6).all()


def test_held_out_columns_are_nan_without_held_out_rows_and_numbers_with():
    without = train(experiment(epochs=1)).log
    with_rows = train(experiment(epochs=1, validation_fraction=0.2)).log
    for metric in ("validation_loss", "validation_score"):
        assert np.isnan(without.column(metric)).all()
        assert np.isfinite(with_rows.column(metric)).all()


def test_the_logged_held_out_numbers_are_those_of_the_network_after_the_epoch():
    run = Run(experiment(validation_fraction=0.2))
    while not run.step():
        pass
    loss, score = run.trainer.validate()
    np.testing.assert_array_equal(run.log.column("validation_loss")[0], loss)
    np.testing.assert_array_equal(run.log.column("validation_score")[0], score)


def test_looking_changes_nothing():
    watched, unwatched = Run(experiment()), Run(experiment())
    for step in range(2 * STEPS):
        unwatched.step()
        watched.step()
        watched.snapshot(SnapshotRequest("all", 1 + step % 2))
        watched.trainer.validate()
    assert watched.log.table.tobytes() == unwatched.log.table.tobytes()
    for layer in LAYERS:
        one, other = (r.trainer.network.layer(layer) for r in (watched, unwatched))
        assert torch.equal(one.flat_parameters(), other.flat_parameters())


def test_a_snapshot_says_where_the_run_is():
    run = Run(experiment())
    fresh = run.snapshot(None)
    assert (fresh.step, fresh.epoch, fresh.epoch_fraction) == (0, 0, 0.0)
    assert np.isnan(fresh.running_loss).all()
    assert (dict(fresh.histograms), dict(fresh.moved)) == ({}, {})
    for _ in range(STEPS + 9):
        run.step()
    later = run.snapshot(SnapshotRequest("first", 2))
    assert (later.step, later.epoch) == (STEPS + 9, 1)
    assert later.epoch_fraction == pytest.approx(1 + 9 * 32 / 569)
    assert later.running_loss.shape == (4,)
    assert (later.running_loss < run.log.column("train_loss")[0]).all()
    assert list(later.histograms["weights"]) == list(later.moved) == list(LAYERS)
    assert later.moved["hidden-1"] > 0 == later.moved["hidden-2"] == later.moved["output"]


def test_a_snapshot_is_never_touched_again():
    run = Run(experiment())
    for _ in range(5):
        run.step()
    taken = run.snapshot(SnapshotRequest("all", 1))
    arrays = [taken.running_loss]
    for shape in taken.histograms["weights"].values():
        arrays += [shape.edges, shape.counts, shape.start_counts]
    kept = [array.copy() for array in arrays]
    for _ in range(2 * STEPS):
        run.step()
    for array, was in zip(arrays, kept, strict=True):
        np.testing.assert_array_equal(array, was)


def test_an_edit_is_dated_told_and_seen_in_the_experiment():
    run = Run(experiment())
    for _ in range(4):
        run.step()
    run.apply(freeze())
    run.apply(RenameVariant(variant="first", name="Lowest"))
    assert run.journal == [
        entry(4, freeze()),
        entry(4, RenameVariant(variant="first", name="Lowest")),
    ]
    assert not run.experiment.variant("all").layers["hidden-2"].trainable
    assert run.experiment.variant("first").name == "Lowest"
    assert run.started_as == experiment()
    told = [(event.kind, event.step, event.variant) for event in run.events]
    assert told == [("started", 0, None), ("edited", 4, "all"), ("edited", 4, "first")]


@pytest.mark.parametrize("edit", [freeze("no-layer"), freeze(variant="nobody"), rate(1, "x")])
def test_an_edit_that_does_not_fit_is_refused_and_changes_nothing(edit):
    run, untouched = Run(experiment()), Run(experiment())
    run.step()
    untouched.step()
    with pytest.raises(ExperimentError, match="does not exist"):
        run.apply(edit)
    assert (run.journal, run.experiment, kinds(run)) == ([], experiment(), ["started"])
    for each in (run, untouched):
        while not each.complete:
            each.step()
    assert run.log.table.tobytes() == untouched.log.table.tobytes()


def test_a_script_is_followed_at_its_steps():
    script = [entry(20, rate(0.5)), entry(0, freeze("hidden-1")), entry(20, freeze("output"))]
    run = Run(experiment(), script)
    moved = []
    for _ in range(25):
        before = run.prepare().network.layer("output").flat_parameters()[0]
        run.step()
        after = run.trainer.network.layer("output").flat_parameters()[0]
        moved.append(not torch.equal(before, after))
    assert moved == [True] * 20 + [False] * 5
    assert run.journal == [
        entry(0, freeze("hidden-1")),
        entry(20, rate(0.5)),
        entry(20, freeze("output")),
    ]
    start = run.trainer.start["hidden-1"][0]
    assert torch.equal(run.trainer.network.layer("hidden-1").flat_parameters()[0], start)


def test_a_script_equals_the_same_edits_by_hand():
    script = [entry(7, freeze()), entry(30, freeze(trainable=True)), entry(31, rate(0.0))]
    scripted, by_hand = train(experiment(), script=script), Run(experiment())
    while not by_hand.complete:
        for each in script:
            if each.step == by_hand.step_count:
                by_hand.apply(each.edit)
        by_hand.step()
    assert scripted.log.table.tobytes() == by_hand.log.table.tobytes()
    assert scripted.journal == by_hand.journal == script
    assert scripted.log.table.tobytes() != train(experiment()).log.table.tobytes()


def test_a_script_may_end_with_an_edit_after_the_last_step():
    run = train(experiment(epochs=1), script=[entry(STEPS, freeze()), entry(STEPS + 1, rate(9.0))])
    assert run.journal == [entry(STEPS, freeze())]
    assert replay(run).journal == run.journal


def test_a_script_that_does_not_fit_is_refused_before_anything_is_trained():
    with pytest.raises(ExperimentError, match="no-layer"):
        Run(experiment(), [entry(10**6, freeze("no-layer"))])


def test_an_experiment_that_cannot_be_trained_is_refused_with_the_field():
    unknown = experiment().replace(data=experiment().data.replace(name="no-such-set"))
    with pytest.raises((DatasetError, ExperimentError), match=r"data\.name"):
        Run(unknown)
    split = experiment().replace(
        data=experiment().data.replace(name="iris", validation_fraction=0.001)
    )
    with pytest.raises(ExperimentError, match=r"data\.validation_fraction"):
        train(split)


def test_a_run_can_go_on_after_its_last_epoch():
    run = train(experiment(epochs=2))
    run.epochs += 2
    assert not run.complete
    while not run.complete:
        run.step()
    assert run.log.table.tobytes() == train(experiment(epochs=4)).log.table.tobytes()


def test_a_released_run_keeps_what_it_logged():
    run = Run(experiment(epochs=2), script=[entry(3, freeze())])
    run.record(["weights"])
    while not run.complete:
        run.step()
    table, journal = run.log.table.copy(), list(run.journal)
    run.release()
    assert run.trainer is None
    np.testing.assert_array_equal(run.log.table, table)
    assert run.journal == journal
    assert [record.epoch for record in run.history.records] == [1, 2]


def test_evaluating_many_rows_in_pieces_gives_the_mean_over_all_of_them():
    run = Run(experiment(epochs=1))
    while not run.complete:
        run.step()
    inputs = torch.randn(40_001, 30, generator=torch.Generator().manual_seed(0))
    targets = (inputs[:, :1] > 0).float()
    assert 4 * inputs.numel() > EVALUATED_VALUES
    loss, score = run.trainer.evaluate(inputs[None], targets[None])
    parts = [
        run.trainer.evaluate(*(rows[None] for rows in part))
        for part in zip(inputs.split(20_000), targets.split(20_000), strict=True)
    ]
    weights = [20_000, 20_000, 1]
    np.testing.assert_allclose(
        loss, np.average([p[0] for p in parts], axis=0, weights=weights), rtol=1e-5
    )
    np.testing.assert_allclose(
        score, np.average([p[1] for p in parts], axis=0, weights=weights), rtol=1e-5
    )


def test_a_replay_knows_what_the_script_still_has_to_do():
    thaw = SetTrainable(variant="all", layer="hidden-2", trainable=True)
    freeze = SetTrainable(variant="all", layer="hidden-2", trainable=False)
    entries = [(5, freeze), (40, thaw), (90, freeze)]
    script = tuple(JournalEntry(step=step, edit=edit) for step, edit in entries)
    run = Run(patterned({"all": (1, 1, 1)}).replace(script=script))
    for _ in range(40):
        run.step()
    again = replay(run)
    assert len(run.journal) == 1  # what is due at step 40 is taken before the next step
    assert again.journal == run.journal
    assert again.started_as == run.started_as
    assert again.experiment == run.experiment
    for each in (run, again):
        for _ in range(60):
            each.step()
    assert again.journal == run.journal == list(script)
    for layer, other in zip(run.trainer.network.layers, again.trainer.network.layers, strict=True):
        assert torch.equal(layer.flat_parameters(), other.flat_parameters())


def test_a_script_of_the_experiment_is_not_checked_twice(monkeypatch):
    """A long one would take minutes: each edit validates the whole experiment."""
    applied = []
    monkeypatch.setattr("engine.run.apply_edit", lambda *edit: applied.append(edit))
    script = tuple(entry(step, rate(0.1)) for step in range(50))
    Run(experiment().replace(script=script))
    assert applied == []
    Run(experiment(), script[:2])
    assert len(applied) == 2


def test_what_is_due_at_the_end_is_taken_at_the_end():
    script = (entry(3 * STEPS, freeze()),)
    run = Run(experiment().replace(script=script))
    while not run.complete:
        run.step()
    assert run.journal == list(script)


def test_a_run_of_many_layers_and_variants_keeps_fewer_epochs():
    few, many = Run(experiment()), Run(patterned({f"v{n}": (1, 1, 1) for n in range(300)}))
    for run in (few, many):
        for epoch in range(1, 300):
            run.history.append(EpochRecord(epoch, epoch, np.empty(0), np.empty(0, bool), {}))
    assert len(many.history) < len(few.history) <= 256
    assert len(many.history) >= 16


def test_a_member_that_diverged_has_no_gradient_when_it_is_looked_at_again():
    run = Run(experiment(optimizer="sgd", seeds=(1,)))
    for layer in LAYERS:
        run.apply(rate(1e9, layer))
    while not run.trainer.diverged:
        run.step()
    request = SnapshotRequest("all", 1, gradients=True)
    measures = run.snapshot(request).measures
    assert all(each.gradient_norm is None for each in measures.values())
    assert all(each.output_gradient_norm is None for each in measures.values())
