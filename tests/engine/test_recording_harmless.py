"""Being recorded and looked at changes nothing in a run, bit for bit."""

import pytest
import torch
from oracle import OPTIMIZERS, patterned
from recorded_runs import STEPS, asking, mixed, run_of, stepped

from engine.journal import JournalEntry, SetTrainable, SetWhenFrozen
from engine.run import Run

PATTERNS = {"all": (1, 1, 1), "middle": (1, 0, 1), "none": (0, 0, 0)}


def state(run):
    """Weights, buffers, optimizer state and log of a run, as bytes."""
    trainer = run.trainer
    tensors = [*trainer.optimizer.first_moments, *trainer.optimizer.second_moments]
    for layer in trainer.network.layers:
        tensors += [tensor.detach() for tensor in (*layer.parameters, *layer.buffers)]
    return run.log.table.tobytes(), b"".join(tensor.numpy().tobytes() for tensor in tensors)


def looked_at(run, steps, members):
    """Train so many steps, every other one watched, and look at everything all the time."""
    for step in range(steps):
        run.step(observe=step % 2 == 0)
        variant, seed = members[step % len(members)]
        run.snapshot(asking(variant, seed, what_if=True, pictures=True))
    return run


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("clip_norm", [None, 0.1])
def test_a_run_that_is_watched_trains_as_one_that_is_not(optimizer, clip_norm):
    fields, rate = OPTIMIZERS[optimizer]
    experiment = patterned(PATTERNS, rate, seeds=(1, 2), clip_norm=clip_norm, **fields)
    alone = stepped(run_of(experiment, recorded=False), 2 * STEPS)
    recorded = stepped(run_of(experiment), 2 * STEPS)
    watched = looked_at(run_of(experiment), 2 * STEPS, experiment.members)
    assert state(recorded) == state(watched) == state(alone)
    assert len(recorded.history) == len(watched.history) == 2
    assert len(alone.history) == 0
    assert alone.trainer.observation is None


@pytest.mark.parametrize("when_frozen", ["inference", "training"])
def test_batch_norm_and_dropout_are_not_disturbed_by_looking(when_frozen):
    experiment = mixed(when_frozen).replace(
        script=(
            JournalEntry(step=9, edit=SetTrainable(variant="all", layer="norm", trainable=False)),
            JournalEntry(
                step=12, edit=SetWhenFrozen(variant="all", layer="norm", when_frozen="training")
            ),
            JournalEntry(step=15, edit=SetTrainable(variant="all", layer="drop", trainable=False)),
            JournalEntry(step=30, edit=SetTrainable(variant="all", layer="norm", trainable=True)),
        )
    )
    alone = stepped(run_of(experiment, recorded=False), 45)
    watched = looked_at(run_of(experiment), 45, experiment.members)
    assert state(watched) == state(alone)


def test_the_global_generator_is_left_alone():
    run = stepped(run_of(mixed()), 3)
    torch.manual_seed(5)
    expected = torch.rand(4)
    torch.manual_seed(5)
    looked_at(run, 5, run.experiment.members)
    assert torch.equal(torch.rand(4), expected)


def test_records_do_not_depend_on_who_looked():
    experiment = patterned(PATTERNS, seeds=(1, 2))
    alone = stepped(run_of(experiment), 2 * STEPS)
    watched = looked_at(run_of(experiment), 2 * STEPS, experiment.members)
    for one, other in zip(alone.history.records, watched.history.records, strict=True):
        assert one.measures.tobytes() == other.measures.tobytes()
        for kind, (edges, counts) in one.histograms.items():
            assert edges.tobytes() == other.histograms[kind][0].tobytes()
            assert counts.tobytes() == other.histograms[kind][1].tobytes()


def test_a_record_is_never_touched_again():
    run = stepped(run_of(patterned(PATTERNS, seeds=(1,))), STEPS)
    record = run.history.at(1)
    arrays = [record.measures, record.trainable]
    arrays += [array for pair in record.histograms.values() for array in pair]
    kept = [array.tobytes() for array in arrays]
    run.apply(SetTrainable(variant="all", layer="output", trainable=False))
    stepped(run, STEPS)
    assert [array.tobytes() for array in arrays] == kept


def test_a_snapshot_of_everything_is_never_touched_again():
    run = stepped(run_of(patterned(PATTERNS, seeds=(1,))), 4, observe=True)
    shown = run.snapshot(asking("all"))
    arrays = [
        array
        for layers in shown.histograms.values()
        for each in layers.values()
        for array in (each.edges, each.counts)
    ]
    kept = [array.tobytes() for array in arrays]
    stepped(run, STEPS, observe=True)
    run.snapshot(asking("all"))
    assert [array.tobytes() for array in arrays] == kept


def test_the_memory_of_a_recorded_run_does_not_grow_with_its_length():
    run = Run(patterned({"all": (1, 1, 1)}, seeds=(1,), batch_size=569, epochs=600))
    run.record(["weights", "gradients"], gradients=True)
    watched = []
    while not run.complete:
        run.step()
        latest = run.trainer.observation
        watched.append(latest is not None and latest.step == run.step_count)
    assert 128 <= len(run.history) <= 256
    assert run.history.stride == 4
    assert sum(watched) < 420  # a step is watched from within only if its record will be kept
    assert all(record.epoch % 4 == 0 for record in run.history.records)
