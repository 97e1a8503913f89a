"""Experiments for tests: the classic one, and hypothesis strategies for any valid one."""

from hypothesis import strategies as st

from engine.edits import JournalEntry, RenameVariant, SetLearningRate, SetTrainable
from engine.experiment import (
    ACTIVATIONS,
    INITIALIZATIONS,
    LOSSES,
    MAX_SEED,
    OPTIMIZERS,
    DataSpec,
    Dense,
    Experiment,
    LayerPlan,
    Training,
    Variant,
)

identifiers = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9_.-]{0,12}\Z")
names = st.text(min_size=1, max_size=80)
rates = st.floats(0, 1e9)
seeds = st.integers(0, MAX_SEED)
plans = st.builds(LayerPlan, trainable=st.booleans(), learning_rate=rates)
data_specs = st.builds(
    DataSpec,
    name=st.sampled_from(["breast_cancer", "digits", "iris", "diabetes", "moons", "no_such_set"]),
    validation_fraction=st.floats(0, 0.9),
    standardize=st.booleans(),
    standardize_on=st.sampled_from(["train", "all"]),
    split_seed=seeds,
    samples=st.integers(20, 100_000),
    noise=st.floats(0, 2),
    seed=seeds,
)
trainings = st.builds(
    Training,
    optimizer=st.sampled_from(OPTIMIZERS),
    batch_size=st.integers(1, 1_000_000),
    epochs=st.integers(1, 1_000_000),
    seeds=st.lists(seeds, min_size=1, max_size=4, unique=True).map(tuple),
    initialization=st.sampled_from(INITIALIZATIONS),
    initialization_constant=st.floats(-100, 100),
    loss=st.sampled_from(LOSSES),
    momentum=st.floats(0, 1, exclude_max=True),
    weight_decay=st.floats(0, 10),
    beta1=st.floats(0, 1, exclude_max=True),
    beta2=st.floats(0, 1, exclude_max=True),
    epsilon=st.floats(0, 1, exclude_min=True),
    clip_norm=st.none() | st.floats(0, 1e30, exclude_min=True),
    on_unfreeze=st.sampled_from(["clear", "keep"]),
)


@st.composite
def experiments(draw, data=data_specs):
    """Any experiment whose fields are valid and hold together."""
    layer_ids = draw(st.lists(identifiers, min_size=1, max_size=5, unique=True))
    variant_ids = draw(st.lists(identifiers, min_size=1, max_size=4, unique=True))
    dense = st.builds(
        Dense,
        id=st.just("x"),
        units=st.integers(1, 65_536),
        activation=st.sampled_from(ACTIVATIONS),
    )
    return Experiment(
        name=draw(names),
        data=draw(data),
        layers=tuple(draw(dense).replace(id=layer_id) for layer_id in layer_ids),
        training=draw(trainings),
        variants=tuple(
            Variant(id=v, name=draw(names), layers={n: draw(plans) for n in layer_ids})
            for v in variant_ids
        ),
    )


@st.composite
def edits_of(draw, experiment):
    """A few edits that the experiment can take."""
    variants = st.sampled_from([v.id for v in experiment.variants])
    layers = st.sampled_from([layer.id for layer in experiment.layers])
    edit = st.one_of(
        st.builds(SetTrainable, variant=variants, layer=layers, trainable=st.booleans()),
        st.builds(SetLearningRate, variant=variants, layer=layers, learning_rate=rates),
        st.builds(RenameVariant, variant=variants, name=names),
    )
    return tuple(draw(st.lists(edit, max_size=6)))


@st.composite
def journals(draw):
    """Journal entries in the order of their steps."""
    experiment = draw(experiments())
    entries = [
        JournalEntry(step=draw(st.integers(0, 10**9)), edit=edit)
        for edit in draw(edits_of(experiment))
    ]
    return tuple(sorted(entries, key=lambda entry: entry.step))


def dense_layers(*units, output="sigmoid"):
    """Layers hidden-1, hidden-2, …, output with relu below."""
    hidden = [Dense(id=f"hidden-{n}", units=u) for n, u in enumerate(units[:-1], start=1)]
    return (*hidden, Dense(id="output", units=units[-1], activation=output))


def experiment_of(*units, output="sigmoid", data="breast_cancer", **data_fields):
    """One variant `all`, trainable at 1e-3, on layers of these sizes."""
    layers = dense_layers(*units, output=output)
    plan = {layer.id: LayerPlan() for layer in layers}
    return Experiment(
        data=DataSpec(name=data, **data_fields),
        layers=layers,
        variants=(Variant(id="all", name="All trainable", layers=plan),),
    )


def classic():
    """The 30-16-8-1 network with its two variants, `all` and `first`."""
    experiment = experiment_of(16, 8, 1)
    first = {layer.id: LayerPlan(trainable=layer.id == "hidden-1") for layer in experiment.layers}
    variants = (*experiment.variants, Variant(id="first", name="First layer only", layers=first))
    return experiment.replace(variants=variants)
