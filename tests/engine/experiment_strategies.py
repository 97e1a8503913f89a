"""Experiments for tests: the classic one, and hypothesis strategies for any valid one."""

from hypothesis import strategies as st

from engine.backprop import layer_parameters
from engine.datasets.registry import DATASETS
from engine.experiment import (
    INITIALIZATIONS,
    LOSSES,
    OPTIMIZERS,
    DataSpec,
    Experiment,
    LayerPlan,
    Subset,
    Training,
    Variant,
)
from engine.journal import (
    JournalEntry,
    RenameVariant,
    SetDetached,
    SetLearningRate,
    SetTrainable,
    SetWhenFrozen,
)
from engine.layer_specs import (
    ACTIVATIONS,
    PCA,
    BatchNorm,
    Dense,
    Dropout,
    Flatten,
    LayerNorm,
    Residual,
)
from engine.values import MAX_SEED

identifiers = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9_.-]{0,12}\Z")
names = st.text(min_size=1, max_size=80)
rates = st.floats(0, 1e9)
seeds = st.integers(0, MAX_SEED)
when_frozen = st.sampled_from(["inference", "training"])
subsets = st.none() | st.builds(Subset, count=st.integers(1, 10**9), seed=seeds)
plans = st.builds(
    LayerPlan,
    trainable=st.booleans(),
    learning_rate=rates,
    when_frozen=when_frozen,
    detached=st.booleans(),
    subset=subsets,
)
data_specs = st.builds(
    DataSpec,
    name=st.sampled_from(["breast_cancer", "digits", "iris", "diabetes", "moons", "no_such_set"]),
    validation_fraction=st.floats(0, 0.9),
    standardize=st.booleans(),
    standardize_on=st.sampled_from(["train", "all"]),
    split_seed=seeds,
    split_per_seed=st.booleans(),
    samples=st.integers(20, 100_000),
    noise=st.floats(0, 2),
    seed=seeds,
)
known_data = st.builds(
    lambda spec, name: spec.replace(name=name), data_specs, st.sampled_from(list(DATASETS))
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


widths = st.integers(1, 65_536)
activations = st.sampled_from(ACTIVATIONS)
shares = st.floats(0, 1, exclude_min=True)
unnamed = st.just("x")
output_layers = st.one_of(
    st.builds(Dense, id=unnamed, units=widths, activation=activations),
    st.builds(PCA, id=unnamed, units=widths),
)
any_layers = st.one_of(
    output_layers,
    st.builds(Residual, id=unnamed, units=widths, activation=activations),
    st.builds(BatchNorm, id=unnamed, momentum=shares, epsilon=shares, activation=activations),
    st.builds(LayerNorm, id=unnamed, epsilon=shares, activation=activations),
    st.builds(Dropout, id=unnamed, rate=st.floats(0, 1, exclude_max=True)),
    st.builds(Flatten, id=unnamed),
)


@st.composite
def experiments(draw, data=data_specs):
    """Any experiment whose fields are valid and hold together: every kind of layer, a script."""
    *hidden, output = draw(st.lists(identifiers, min_size=1, max_size=5, unique=True))
    variant_ids = draw(st.lists(identifiers, min_size=1, max_size=4, unique=True))
    layers = [draw(any_layers).replace(id=layer_id) for layer_id in hidden]
    without_script = Experiment(
        name=draw(names),
        data=draw(data),
        layers=(*layers, draw(output_layers).replace(id=output)),
        training=draw(trainings),
        variants=tuple(
            Variant(id=v, name=draw(names), layers={n: draw(plans) for n in (*hidden, output)})
            for v in variant_ids
        ),
    )
    return without_script.replace(script=draw(journals_of(without_script)))


@st.composite
def with_fitting_parts(draw, experiment):
    """The experiment with random parts of some layers, none larger than its layer."""
    parameters = layer_parameters(experiment)
    variants = []
    for variant in experiment.variants:
        plans = {}
        for layer, plan in variant.layers.items():
            part = None
            if parameters[layer] and draw(st.booleans()):
                count = draw(st.integers(1, parameters[layer]))
                part = Subset(count=count, seed=draw(seeds))
            plans[layer] = plan.replace(subset=part)
        variants.append(variant.replace(layers=plans))
    return experiment.replace(variants=tuple(variants))


@st.composite
def edits_of(draw, experiment):
    """A few edits that the experiment can take, of every kind."""
    variants = st.sampled_from([v.id for v in experiment.variants])
    layers = st.sampled_from([layer.id for layer in experiment.layers])
    edit = st.one_of(
        st.builds(
            SetTrainable,
            variant=variants,
            layer=layers,
            trainable=st.booleans(),
            optimizer_state=st.sampled_from([None, "clear", "keep"]),
        ),
        st.builds(SetLearningRate, variant=variants, layer=layers, learning_rate=rates),
        st.builds(SetWhenFrozen, variant=variants, layer=layers, when_frozen=when_frozen),
        st.builds(SetDetached, variant=variants, layer=layers, detached=st.booleans()),
        st.builds(RenameVariant, variant=variants, name=names),
    )
    return tuple(draw(st.lists(edit, max_size=6)))


@st.composite
def journals_of(draw, experiment):
    """Edits that the experiment can take, in the order of their steps."""
    entries = [
        JournalEntry(step=draw(st.integers(0, 10**9)), edit=edit)
        for edit in draw(edits_of(experiment))
    ]
    return tuple(sorted(entries, key=lambda entry: entry.step))


@st.composite
def journals(draw):
    """Journal entries in the order of their steps."""
    return draw(journals_of(draw(experiments())))


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
