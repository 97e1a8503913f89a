"""The experiment: an immutable value that says what to train, and its JSON form both ways.

Only pydantic and the standard library are imported here, so a window can paint before torch loads.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal, Self, TypeVar, get_args

from pydantic import AfterValidator, Field, PlainSerializer, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from engine.consistency import (
    consistency_problems,
    field_problems,
    lenient_json,
    newer_format,
)
from engine.errors import ExperimentError, Problem
from engine.journal import Journal
from engine.layer_specs import PCA, AnyLayer, Dense, Layer
from engine.values import Identifier, LearningRate, Name, Seed, Value, WhenFrozen

FORMAT: Literal[1] = 1

Initialization = Literal[
    "glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "zeros", "constant"
]
Optimizer = Literal["sgd", "adam", "adamw"]
Loss = Literal["auto", "binary_cross_entropy", "cross_entropy", "mean_squared_error"]

INITIALIZATIONS: tuple[Initialization, ...] = get_args(Initialization)
OPTIMIZERS: tuple[Optimizer, ...] = get_args(Optimizer)
LOSSES: tuple[Loss, ...] = get_args(Loss)


class DataSpec(Value, use_attribute_docstrings=True):
    """Which rows to learn from, and how they are split and scaled."""

    name: str
    """The data set, one of those that `python -m engine datasets` lists."""
    validation_fraction: float = Field(default=0.2, ge=0, le=0.9)
    """Share of the rows held out: never trained on, only measured. 0 holds none out."""
    standardize: bool = True
    """Scale every input column to mean 0 and standard deviation 1 (a z-score)."""
    standardize_on: Literal["train", "all"] = "train"
    """Which rows give the mean and the standard deviation. "all" lets held-out rows leak in."""
    split_seed: Seed = 0
    """Seed of the split into training and held-out rows (stratified by class)."""
    split_per_seed: bool = False
    """Split anew for every seed of the training, by the sum of both seeds. With one split for all,
    what the seeds agree on may be owed to the few rows that happen to be held out."""
    samples: int = Field(default=400, ge=20, le=100_000)
    """Number of points; generated sets only."""
    noise: float = Field(default=0.1, ge=0, le=2)
    """Standard deviation of the noise added to the points; generated sets only."""
    seed: Seed = 0
    """Seed of the points and their noise; generated sets only."""


class Subset(Value, use_attribute_docstrings=True):
    """A random part of a layer's weights and biases, drawn anew for every seed of the training.

    Only they are chosen from: the running statistics of batch norm move as in a layer that trains.
    """

    count: int = Field(ge=1, le=1_000_000_000)
    """How many of the layer's weights and biases train; all others stand still."""
    seed: Seed = 0
    """Which ones: chance decides, by this number, the member's own seed and the layer's id."""


class LayerPlan(Value, use_attribute_docstrings=True):
    """How one variant treats one layer."""

    trainable: bool = True
    """Ticked: the optimizer updates this layer. Cleared: the layer is frozen."""
    learning_rate: LearningRate = 1e-3
    """Step size of this layer's updates. 0 computes the gradient and does not move."""
    when_frozen: WhenFrozen = "inference"
    """What a frozen batch norm or dropout does. "inference": running statistics stand still and
    are used, nothing is dropped. "training": the statistics go on moving, as in PyTorch."""
    detached: bool = False
    """Cut backprop off below this layer's output, as detach() or no_grad would: the layer and
    everything below it get no gradient, ticked or not."""
    subset: Subset | None = None
    """Train only a random part of the layer's weights and biases: a control that trains as many
    numbers as another variant does. None: all of them."""

    def trained(self, parameters: int) -> int:
        """How many of the layer's parameters train, by its check box and its subset."""
        if not self.trainable:
            return 0
        return parameters if self.subset is None else min(self.subset.count, parameters)


Plans = Annotated[
    Mapping[str, LayerPlan],
    AfterValidator(lambda plans: MappingProxyType(dict(plans))),
    PlainSerializer(lambda plans: {key: plan.model_dump() for key, plan in plans.items()}),
]


class Variant(Value, use_attribute_docstrings=True):
    """One way to freeze layers and to set learning rates: a plan for every layer."""

    id: Identifier
    """The variant's lasting name; edits refer to it."""
    name: Name
    """What the variant is called on the screen."""
    layers: Plans
    """One plan for every layer, by layer id."""


class Training(Value, use_attribute_docstrings=True):
    """How every variant is trained; equal for all of them, so that they stay comparable."""

    optimizer: Optimizer = "adam"
    """The rule that turns gradients into updates."""
    batch_size: int = Field(default=32, ge=1, le=1_000_000)
    """Rows per optimizer step; the last batch of an epoch may be smaller."""
    epochs: int = Field(default=100, ge=1, le=1_000_000)
    """Passes over the training rows."""
    seeds: tuple[Seed, ...] = Field(default=(100,), min_length=1, max_length=1000)
    """One member of every variant is trained per seed: initial weights and batches come from it."""
    initialization: Initialization = "glorot_uniform"
    """How weights are drawn before the first step; biases start at 0."""
    initialization_constant: float = Field(default=0.1, ge=-100, le=100)
    """The value of every weight; constant initialization only."""
    loss: Loss = "auto"
    """What is minimized. "auto": cross-entropy for classes, mean squared error for numbers."""
    momentum: float = Field(default=0.0, ge=0, lt=1)
    """Share of the previous update that SGD keeps; SGD only."""
    weight_decay: float = Field(default=0.0, ge=0, le=10)
    """Pull of the weights towards 0 (Adam and SGD: added to the gradient; AdamW: decoupled)."""
    beta1: float = Field(default=0.9, ge=0, lt=1)
    """Decay of Adam's running mean of gradients; Adam and AdamW only."""
    beta2: float = Field(default=0.999, ge=0, lt=1)
    """Decay of Adam's running mean of squared gradients; Adam and AdamW only."""
    epsilon: float = Field(default=1e-7, gt=0, le=1)
    """Added to Adam's denominator, 1e-7 as in Keras; Adam and AdamW only."""
    clip_norm: float | None = Field(default=None, gt=0)
    """Scale a member's gradient down to this length if longer. Trainable layers only count."""
    on_unfreeze: Literal["clear", "keep"] = "clear"
    """What becomes of a layer's optimizer state when it is unfrozen: start anew, or go on."""


class Experiment(Value):
    """What to train: data, layers from input to output, training, and the variants to compare."""

    format: Literal[1] = FORMAT
    name: Name = "Untitled"
    """The experiment's title."""
    data: DataSpec
    layers: tuple[AnyLayer, ...] = Field(min_length=1, max_length=64)
    training: Training = Training()
    variants: tuple[Variant, ...] = Field(min_length=1, max_length=1024)
    script: Journal = Field(default=(), max_length=10_000)
    """Edits that every run takes by itself, each after so many steps."""

    @model_validator(mode="after")
    def _hold_together(self) -> Self:
        problems = tuple(consistency_problems(self.model_dump()))
        if problems:
            raise PydanticCustomError("consistency", "does not hold together", {"found": problems})
        return self

    @property
    def output(self) -> Dense | PCA:
        """The output layer."""
        output = self.layers[-1]
        assert isinstance(output, Dense | PCA)  # consistency_problems holds it
        return output

    def layer(self, layer_id: str) -> Layer:
        """The layer with this id. Raises ExperimentError if there is none."""
        return _by_id(self.layers, layer_id, "layer")

    def variant(self, variant_id: str) -> Variant:
        """The variant with this id. Raises ExperimentError if there is none."""
        return _by_id(self.variants, variant_id, "variant")

    @property
    def members(self) -> tuple[tuple[str, int], ...]:
        """(variant id, seed) of every member, variants outermost: the order of the member axis."""
        return tuple((v.id, seed) for v in self.variants for seed in self.training.seeds)

    def to_json(self) -> str:
        """The experiment as JSON text; `parse_experiment` reads it back to an equal value."""
        return self.model_dump_json(indent=2) + "\n"


def parse_experiment(text: str | bytes, source: str = "") -> Experiment:
    """Read an experiment from JSON text. Raises ExperimentError that lists every problem."""
    try:
        return Experiment.model_validate_json(text)
    except ValidationError as error:
        raw = lenient_json(text)
        newer = newer_format(raw, FORMAT)
        if newer is not None:
            raise ExperimentError([newer], source) from error
        problems = field_problems(error)
        problems += [p for p in consistency_problems(raw) if p not in problems]
        raise ExperimentError(problems, source) from error


_Named = TypeVar("_Named", Layer, Variant)


def _by_id(values: tuple[_Named, ...], wanted: str, what: str) -> _Named:
    for value in values:
        if value.id == wanted:
            return value
    known = ", ".join(value.id for value in values)
    raise ExperimentError([Problem(what, f"{wanted!r} does not exist; there is {known}")])
