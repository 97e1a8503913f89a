"""Whatever experiment is accepted trains: any kinds in any order, any plans, any script."""

import torch
from experiment_strategies import (
    activations,
    data_specs,
    edits_of,
    identifiers,
    when_frozen,
    with_fitting_parts,
)
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine.backprop import layer_shapes, reach, updated_layers
from engine.checks import experiment_problems
from engine.errors import ExperimentError
from engine.experiment import (
    INITIALIZATIONS,
    OPTIMIZERS,
    Experiment,
    LayerPlan,
    Training,
    Variant,
    parse_experiment,
)
from engine.journal import JournalEntry
from engine.layer_specs import PCA, BatchNorm, Dense, Dropout, Flatten, LayerNorm, Residual
from engine.probes import HISTOGRAM_KINDS
from engine.run import Run, replay
from engine.structure import fitted_output
from engine.subsets import subset_of
from engine.telemetry import SnapshotRequest

STEPS = 7
unnamed, widths = st.just("x"), st.integers(1, 6)
hidden_layers = st.one_of(
    st.builds(Dense, id=unnamed, units=widths, activation=activations),
    st.builds(PCA, id=unnamed, units=widths),
    st.builds(Residual, id=unnamed, units=widths, activation=activations),
    st.builds(BatchNorm, id=unnamed, momentum=st.floats(0.01, 1), activation=activations),
    st.builds(LayerNorm, id=unnamed, activation=activations),
    st.builds(Dropout, id=unnamed, rate=st.sampled_from((0.0, 0.5, 0.99))),
    st.builds(Flatten, id=unnamed),
)
plans = st.builds(
    LayerPlan,
    trainable=st.booleans(),
    learning_rate=st.sampled_from((0.0, 1e-3, 0.1)),
    when_frozen=when_frozen,
    detached=st.sampled_from((False, False, False, True)),
)
small_data = st.builds(
    lambda spec, name, share: spec.replace(name=name, samples=40, validation_fraction=share),
    data_specs,
    st.sampled_from(("iris", "diabetes", "moons", "blobs")),
    st.sampled_from((0.0, 0.2)),
)
trainings = st.builds(
    Training,
    optimizer=st.sampled_from(OPTIMIZERS),
    batch_size=st.integers(1, 60),
    epochs=st.just(100),
    seeds=st.sampled_from(((3,), (3, 5))),
    initialization=st.sampled_from(INITIALIZATIONS),
    momentum=st.sampled_from((0.0, 0.9)),
    weight_decay=st.sampled_from((0.0, 0.1)),
    clip_norm=st.none() | st.just(0.1),
    on_unfreeze=st.sampled_from(("clear", "keep")),
)


@st.composite
def small_experiments(draw):
    """Any experiment of a few small layers that can be trained, with a script."""
    *hidden, output = draw(st.lists(identifiers, min_size=1, max_size=5, unique=True))
    last = Dense(id=output, units=1) if draw(st.booleans()) else PCA(id=output, units=1)
    layers = (*(draw(hidden_layers).replace(id=name) for name in hidden), last)
    variants = tuple(
        Variant(id=name, name=name, layers={layer.id: draw(plans) for layer in layers})
        for name in ("a", "b")[: draw(st.integers(1, 2))]
    )
    experiment = Experiment(
        data=draw(small_data), layers=layers, training=draw(trainings), variants=variants
    )
    try:
        experiment = fitted_output(experiment)
    except ExperimentError:
        assume(False)
    assume(not experiment_problems(experiment))
    experiment = draw(with_fitting_parts(experiment))
    entries = [
        JournalEntry(step=draw(st.integers(0, STEPS - 1)), edit=edit)
        for edit in draw(edits_of(experiment))
    ]
    return experiment.replace(script=tuple(entries))


fuzz = settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def bits(run):
    tensors = [
        t for layer in run.trainer.network.layers for t in (*layer.parameters, *layer.buffers)
    ]
    return [tensor.detach().numpy().tobytes() for tensor in tensors]


@fuzz
@given(small_experiments())
def test_what_is_accepted_trains_and_moves_what_its_plans_say(experiment):
    run = Run(experiment)
    layers = run.prepare().network.layers
    for _ in range(STEPS):
        run.follow_script()
        parameters = [layer.flat_parameters() for layer in layers]
        buffers = [layer.flat_buffers() for layer in layers]
        run.step(observe=True)
        patterns = [updated_layers(experiment.layers, v) for v in run.experiment.variants]
        for member, (name, _) in enumerate(experiment.members):
            variant = run.experiment.variant(name)
            updated = updated_layers(experiment.layers, variant)
            for index, layer in enumerate(layers):
                plan = variant.layers[layer.id]
                if plan.subset is not None:
                    seed = experiment.members[member][1]
                    part = subset_of(plan.subset, layer.id, seed, layer.parameter_count)
                    now, start = (
                        layer.flat_parameters()[member],
                        run.trainer.start[layer.id][member],
                    )
                    assert torch.equal(now[~part], start[~part])
                if layer.parameters and not (updated[index] and plan.learning_rate):
                    assert torch.equal(layer.flat_parameters()[member], parameters[index][member])
                if layer.buffers and not plan.trainable and plan.when_frozen == "inference":
                    assert torch.equal(layer.flat_buffers()[member], buffers[index][member])
        if not run.trainer.diverged:
            union = [any(column) for column in zip(*patterns, strict=True)]
            arrives = [g is not None for g in run.trainer.observation.output_gradients]
            assert arrives == [word != "not reached" for word in reach(union)]


@fuzz
@given(small_experiments())
def test_a_saved_experiment_its_replay_and_a_watched_run_are_one_run(experiment):
    run, watched = Run(experiment), Run(parse_experiment(experiment.to_json()))
    watched.record(HISTOGRAM_KINDS, gradients=True)
    name, seed = experiment.members[-1]
    request = SnapshotRequest(
        name, seed, histograms=frozenset(HISTOGRAM_KINDS), gradients=True, what_if=True
    )
    watched.snapshot(request)
    for _ in range(STEPS):
        run.step()
        watched.step(observe=True)
        watched.snapshot(request)
    assert bits(watched) == bits(run)
    assert watched.log.table.tobytes() == run.log.table.tobytes()
    again = replay(run)
    assert bits(again) == bits(run)
    assert again.log.table.tobytes() == run.log.table.tobytes()
    assert again.journal == run.journal


@fuzz
@given(small_experiments())
def test_the_shapes_that_are_told_are_those_of_the_tensors(experiment):
    run = Run(experiment)
    trainer = run.prepare()
    inputs = trainer.batches.next().inputs
    taps = trainer.network.taps(inputs, training=True)
    told = layer_shapes(experiment)
    for tap, layer, (wide, outputs) in zip(taps, experiment.layers, told, strict=True):
        assert tap.shape == (len(experiment.members), inputs.shape[1], outputs)
        stacked = trainer.network.layer(layer.id)
        assert stacked.parameter_count == layer.parameter_count(wide)
