"""What a sweep can vary in an experiment, in words, each with values to begin with."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pydantic import JsonValue
from PySide6.QtCore import QCoreApplication

from engine.backprop import layer_shapes
from engine.datasets.registry import DATASETS, describe
from engine.experiment import INITIALIZATIONS, OPTIMIZERS, DataSpec, Experiment, LayerPlan, Training
from engine.layer_specs import ACTIVATIONS, PCA, Dropout, Layer
from engine.values import Value
from gui.models.field_range import field_range, field_tip
from gui.models.layer_kinds import activation, size, size_field, size_tip, size_title
from gui.models.layer_text import activation_text
from gui.models.sweep_values import Numbers, ValueText, Words
from gui.models.training_text import fields_that_matter, initialization_text, optimizer_text
from gui.widgets.rate_text import format_rate

translate = QCoreApplication.translate

RATES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2)
BATCH_SIZES = (16, 32, 64)
MOST_UNITS = 65_536  # as in engine.layer_specs.Units
LARGE = 5_000
"""A data set of so many rows is not suggested: a sweep over it takes long."""


@dataclass(frozen=True)
class SweepField:
    """One thing that can be varied: its path in the experiment's file, and its words."""

    path: str
    group: str
    """Under which it is offered: training, data, or a layer."""
    name: str
    """In the list and above the column: `units of hidden-1`."""
    plural: str
    """After a number that is not 1: `units of hidden-1`, `learning rates`."""
    values: ValueText
    suggested: tuple[JsonValue, ...]
    tip: str


def sweep_fields(experiment: Experiment) -> tuple[SweepField, ...]:
    """Everything that can be varied in this experiment, as it is offered.

    Raises DatasetError if its data set is unknown.
    """
    layers = [layer for each in experiment.layers for layer in _layer_fields(experiment, each)]
    return (*_training_fields(experiment), *_data_fields(experiment), *layers)


def field_of(fields: Iterable[SweepField], path: str) -> SweepField | None:
    """The field with this path; None if it cannot be varied here."""
    return next((field for field in fields if field.path == path), None)


def _training_fields(experiment: Experiment) -> Iterator[SweepField]:
    group, training = translate("sweep", "Training"), experiment.training
    yield _rate_field("learning_rate", group, translate("sweep", "learning rate"),
                      translate("sweep", "learning rates"))  # fmt: skip
    yield _words(
        Training, "training.optimizer", group,
        translate("sweep", "optimizer"), translate("sweep", "optimizers"),
        [(name, optimizer_text(name)) for name in OPTIMIZERS],
        OPTIMIZERS if training.weight_decay else [n for n in OPTIMIZERS if n != "adamw"],
    )  # fmt: skip
    yield _numbers(Training, "training.batch_size", group, translate("sweep", "batch size"),
                   translate("sweep", "batch sizes"), BATCH_SIZES)  # fmt: skip
    epochs = training.epochs
    halves = sorted({max(1, epochs // 2), epochs, 2 * epochs})
    yield _numbers(Training, "training.epochs", group, translate("sweep", "epochs"),
                   translate("sweep", "numbers of epochs"), halves)  # fmt: skip
    yield _words(
        Training, "training.initialization", group,
        translate("sweep", "initial weights"), translate("sweep", "kinds of initial weights"),
        [(name, initialization_text(name)) for name in INITIALIZATIONS],
        ("glorot_uniform", "he_normal"),
    )  # fmt: skip
    rare = {
        "weight_decay": (translate("sweep", "weight decay"), (0.0, 1e-4, 1e-3, 1e-2)),
        "clip_norm": (translate("sweep", "clip norm"), (0.1, 1.0, 10.0)),
        "momentum": (translate("sweep", "momentum"), (0.0, 0.5, 0.9)),
        "beta1": (translate("sweep", "beta 1"), (0.5, 0.9)),
        "beta2": (translate("sweep", "beta 2"), (0.99, 0.999)),
    }
    matter = fields_that_matter(training) | {"momentum"}  # SGD may be one of the optimizers
    for name, (words, suggested) in rare.items():
        if name in matter:
            plural = translate("sweep", "values of {name}").format(name=words)
            yield _numbers(Training, f"training.{name}", group, words, plural, suggested)


def axis_notes(
    experiment: Experiment, values: Iterable[tuple[str, Sequence[JsonValue]]]
) -> dict[str, str]:
    """What is worth knowing of the values that were chosen, by the paths of what varies."""
    chosen = dict(values)
    decays = chosen.get("training.weight_decay", (experiment.training.weight_decay,))
    if not {"adam", "adamw"} <= set(chosen.get("training.optimizer", ())) or any(decays):
        return {}
    text = translate("sweep", "Without weight decay, Adam and AdamW are the same.")
    return {"training.optimizer": text}


def _data_fields(experiment: Experiment) -> Iterator[SweepField]:
    group = translate("sweep", "Data")
    yield _words(
        DataSpec, "data.name", group,
        translate("sweep", "data set"), translate("sweep", "data sets"),
        [(name, description.title) for name, description in DATASETS.items()],
        _two_sets(experiment),
    )  # fmt: skip
    yield _numbers(DataSpec, "data.split_seed", group, translate("sweep", "split seed"),
                   translate("sweep", "split seeds"), (0, 1, 2))  # fmt: skip
    yield _numbers(DataSpec, "data.validation_fraction", group,
                   translate("sweep", "held-out share"),
                   translate("sweep", "held-out shares"), (0.1, 0.2, 0.4))  # fmt: skip
    if describe(experiment.data.name).generated:  # what only points have
        yield _numbers(DataSpec, "data.samples", group, translate("sweep", "points"),
                       translate("sweep", "numbers of points"), (100, 400, 1600))  # fmt: skip
        yield _numbers(DataSpec, "data.noise", group, translate("sweep", "noise"),
                       translate("sweep", "strengths of noise"), (0.05, 0.1, 0.2))  # fmt: skip
        yield _numbers(DataSpec, "data.seed", group, translate("sweep", "seed of the points"),
                       translate("sweep", "seeds of the points"), (0, 1, 2))  # fmt: skip


def _layer_fields(experiment: Experiment, layer: Layer) -> Iterator[SweepField]:
    def of(words: str) -> str:
        return translate("sweep", "{what} of {layer}").format(what=words, layer=layer.id)

    if layer.has_parameters:
        yield _rate_field(
            f"learning_rate.{layer.id}", layer.id, of(translate("sweep", "learning rate")),
            of(translate("sweep", "learning rates")),
        )  # fmt: skip
    if layer is experiment.layers[-1]:
        return  # the data set gives the output layer its units and its activation
    sized = size_field(layer)
    if sized is not None:
        words = size_title(layer)
        plural = (
            translate("sweep", "sizes") if sized == "units" else translate("sweep", "drop rates")
        )
        yield SweepField(
            f"layers.{layer.id}.{sized}", layer.id, of(words), of(plural),
            Numbers(field_range(type(layer), sized)), _sizes(experiment, layer), size_tip(layer),
        )  # fmt: skip
    chosen = activation(layer)
    if chosen is not None:
        others = dict.fromkeys((chosen, "relu", "tanh"))
        yield _words(
            type(layer), f"layers.{layer.id}.activation", layer.id,
            of(translate("sweep", "activation")), of(translate("sweep", "activations")),
            [(each, activation_text(each)) for each in ACTIVATIONS], tuple(others)[:2],
        )  # fmt: skip


def _sizes(experiment: Experiment, layer: Layer) -> tuple[JsonValue, ...]:
    """Half, as it is, double; a projection has no more components than it has inputs."""
    if isinstance(layer, Dropout):
        return (0.0, 0.25, 0.5)
    present = round(size(layer) or 1)
    inputs, _ = layer_shapes(experiment)[experiment.layers.index(layer)]
    most = inputs if isinstance(layer, PCA) else MOST_UNITS
    return tuple(sorted({max(1, present // 2), present, min(2 * present, most)}))


def _two_sets(experiment: Experiment) -> tuple[JsonValue, ...]:
    """The present data set, and the one most like it: same task, points for points."""
    own = describe(experiment.data.name)
    others = [
        other
        for other in DATASETS.values()
        if (other.task, other.generated) == (own.task, own.generated)
        and other is not own
        and other.rows != LARGE
    ]
    others.sort(key=lambda other: (abs(other.classes - own.classes), other.rows or 0))
    return (own.name, *(other.name for other in others[:1]))


def _rate_field(path: str, group: str, name: str, plural: str) -> SweepField:
    rates = Numbers(field_range(LayerPlan, "learning_rate"), format_rate)
    tip = field_tip(LayerPlan, "learning_rate")
    return SweepField(path, group, name, plural, rates, RATES, tip)


def _numbers(
    value: type[Value], path: str, group: str, name: str, plural: str, values: Sequence[JsonValue]
) -> SweepField:
    field = path.rpartition(".")[2]
    numbers = replace(field_range(value, field), optional=False)
    tip = field_tip(value, field)
    return SweepField(path, group, name, plural, Numbers(numbers), tuple(values), tip)


def _words(
    value: type[Value],
    path: str,
    group: str,
    name: str,
    plural: str,
    choices: Sequence[tuple[JsonValue, str]],
    suggested: Sequence[JsonValue],
) -> SweepField:
    tip = field_tip(value, path.rpartition(".")[2])
    return SweepField(path, group, name, plural, Words(tuple(choices)), tuple(suggested), tip)
