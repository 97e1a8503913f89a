"""The same run twice is the same run, bit for bit; and Keras's figures come out again."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import LAYERS, OPTIMIZERS, PATTERNS, patterned

from engine.experiment import DataSpec, Experiment, LayerPlan, Training, Variant
from engine.journal import RenameVariant, SetLearningRate, SetTrainable
from engine.layer_specs import Dense
from engine.probes import HISTOGRAM_KINDS
from engine.run import Run, replay, train

KERAS = json.loads((Path(__file__).parent / "data" / "keras_breast_cancer.json").read_text())


def fingerprint(run):
    """Everything that a run computed, as bytes."""
    optimizer = run.trainer.optimizer
    layers = run.trainer.network.layers
    tensors = [p.detach() for layer in layers for p in (*layer.parameters, *layer.buffers)]
    tensors += [*optimizer.first_moments, *optimizer.second_moments, optimizer.steps]
    kept = [
        array
        for record in run.history.records
        for array in (record.measures, *itertools.chain(*record.histograms.values()))
    ]
    return (
        run.log.table.tobytes(),
        b"".join(tensor.numpy().tobytes() for tensor in tensors),
        b"".join(array.tobytes() for array in kept),
        run.step_count,
    )


def finished(run):
    while not run.complete:
        run.step()
    return run


def recorded(experiment):
    """The finished run, with everything kept that can be."""
    run = Run(experiment)
    run.record(HISTOGRAM_KINDS, gradients=True)
    return finished(run)


def digits(**training):
    layers = (Dense(id="hidden", units=24, activation="gelu"), Dense(id="output", units=10))
    layers = (layers[0], layers[1].replace(activation="linear"))
    plans = {layer.id: LayerPlan() for layer in layers}
    return Experiment(
        data=DataSpec(name="digits"),
        layers=layers,
        training=Training(**{"seeds": (3,), "epochs": 2} | training),
        variants=(Variant(id="all", name="All", layers=plans),),
    )


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_same_run_twice_is_bit_identical(optimizer):
    fields, rate = OPTIMIZERS[optimizer]
    experiment = patterned(
        PATTERNS, rate, seeds=(1, 2), epochs=5, validation_fraction=0.2, **fields
    )
    first, second = (recorded(experiment) for _ in range(2))
    assert len(first.history) == 5
    assert fingerprint(first) == fingerprint(second)
    unrecorded = train(experiment)
    assert fingerprint(unrecorded)[:2] == fingerprint(first)[:2]  # recording changes nothing
    assert len(unrecorded.history) == 0
    other = train(experiment.replace(training=experiment.training.replace(seeds=(1, 3))))
    assert fingerprint(first)[0] != fingerprint(other)[0]


def test_runs_that_train_in_turn_do_not_disturb_each_other():
    experiment = patterned(PATTERNS, seeds=(1, 2), epochs=4)
    alone, alone_digits = finished(Run(experiment)), finished(Run(digits()))
    beside, beside_digits = Run(experiment), Run(digits())
    while not (beside.complete and beside_digits.complete):
        for run, steps in ((beside, 1), (beside_digits, 2)):
            for _ in range(0 if run.complete else steps):
                run.step()
        beside_digits.snapshot(None)
    beside_digits.apply(SetTrainable(variant="all", layer="output", trainable=False))
    assert fingerprint(beside) == fingerprint(alone)
    assert fingerprint(beside_digits) == fingerprint(alone_digits)


variants = st.sampled_from(("all", "first", "none"))
edits = st.one_of(
    st.builds(
        SetTrainable, variant=variants, layer=st.sampled_from(LAYERS), trainable=st.booleans()
    ),
    st.builds(
        SetLearningRate,
        variant=variants,
        layer=st.sampled_from(LAYERS),
        learning_rate=st.sampled_from((0.0, 1e-4, 1e-3, 3e-2, 1.0, 1e9)),
    ),
    st.builds(RenameVariant, variant=variants, name=st.text(min_size=1, max_size=5)),
)
storms = st.lists(st.tuples(st.integers(0, 12), st.lists(edits, max_size=4)), max_size=8)


@settings(max_examples=40, deadline=None)
@given(storm=storms, optimizer=st.sampled_from(list(OPTIMIZERS)), keep=st.booleans())
def test_replaying_a_storm_of_live_edits_is_bit_identical(storm, optimizer, keep):
    """Edits come after any number of steps, in mid-epoch, many at once, and after the last step."""
    fields, rate = OPTIMIZERS[optimizer]
    patterns = {name: PATTERNS[name] for name in ("all", "first", "none")}
    experiment = patterned(
        patterns, rate, seeds=(1, 2), batch_size=100, epochs=50,
        on_unfreeze="keep" if keep else "clear", **fields,
    )  # fmt: skip
    run = Run(experiment)
    run.prepare()
    for steps, together in storm:
        for _ in range(steps):
            run.step()
        for edit in together:
            run.apply(edit)
    again = replay(run)
    assert fingerprint(again) == fingerprint(run)
    assert again.journal == run.journal
    assert again.experiment == run.experiment
    assert again.trainer.diverged == run.trainer.diverged
    journal = [(event.kind, event.step, event.variant) for event in run.events]
    assert [(event.kind, event.step, event.variant) for event in again.events] == journal


def test_a_replay_goes_on_as_the_run_does():
    run = Run(patterned(seeds=(1,), epochs=3))
    for _ in range(25):
        run.step()
    run.apply(SetTrainable(variant="all", layer="output", trainable=False))
    again = replay(run)
    assert fingerprint(finished(again)) == fingerprint(finished(run))


def test_nothing_depends_on_what_torch_computed_before():
    experiment = patterned(PATTERNS, seeds=(1,), epochs=2)
    before = fingerprint(train(experiment))
    torch.randn(1000, 1000) @ torch.randn(1000, 1000)
    finished(Run(digits()))
    assert fingerprint(train(experiment)) == before


def standard_error(deviation, count):
    return deviation / np.sqrt(count)


def test_the_classic_experiment_ends_where_keras_does():
    chosen = {name: PATTERNS[name] for name in ("all", "first")}
    run = train(patterned(chosen, seeds=range(100, 112)))
    final = dict(zip(chosen, run.log.column("train_loss")[-1].reshape(2, 12), strict=True))
    for name, losses in final.items():
        keras = np.array(KERAS[name])
        error = standard_error(keras.std(ddof=1), 12)
        assert abs(losses.mean() - keras.mean()) < 2 * error, name
    assert (final["all"] < final["first"]).all()  # 12 of 12 paired seeds
