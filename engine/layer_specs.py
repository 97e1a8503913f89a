"""The kinds of layers as plain values: what each is, its sizes, and what backprop multiplies in it.

No torch here; `engine.layers` makes the layers that compute.
"""

from typing import Annotated, Any, ClassVar, Literal, NamedTuple, get_args

from pydantic import Discriminator, Field, Tag

from engine.values import Identifier, Value

Activation = Literal["relu", "tanh", "sigmoid", "leaky_relu", "gelu", "linear"]
ACTIVATIONS: tuple[Activation, ...] = get_args(Activation)

Units = Annotated[int, Field(ge=1, le=65_536)]


class Product(NamedTuple):
    """A matrix product of a layer's backward pass, and what needs it.

    "weights": the layer's own gradients; "input": the gradient for the layer below; "either".
    """

    text: str
    multiply_adds: int  # per row
    serves: Literal["weights", "input", "either"]


class LayerSpec(Value, use_attribute_docstrings=True):
    """What all kinds share. `inputs`: how many values a row has when it reaches the layer."""

    id: Identifier
    """The layer's lasting name; edits and plans refer to it."""

    has_parameters: ClassVar[bool] = True
    """Whether there is anything that training can update."""
    differs_in_training: ClassVar[bool] = False
    """Whether it does another thing in training than in inference."""

    def outputs(self, inputs: int) -> int:
        """Number of values a row has after the layer."""
        return inputs

    def computed_values(self, inputs: int) -> int:
        """Number of values that are computed for a row: its outputs and what lies inside."""
        return self.outputs(inputs)

    def parameter_count(self, inputs: int) -> int:
        """Number of values that training can update."""
        return 0

    def products(self, inputs: int) -> tuple[Product, ...]:
        """The matrix products of the backward pass; work on single values is not counted."""
        return ()


class WithUnits(LayerSpec):
    """What dense layers and projections share: x W + b, W of shape (inputs, units)."""

    units: Units
    """Number of outputs of the layer."""

    def outputs(self, inputs: int) -> int:
        """As many as there are units."""
        return self.units

    def parameter_count(self, inputs: int) -> int:
        """Weights, inputs × units, and a bias for each unit."""
        return inputs * self.units + self.units

    def products(self, inputs: int) -> tuple[Product, ...]:
        """One for the weights, one for the layer before; inputs × units multiply-adds each."""
        each = inputs * self.units
        return Product("∂L/∂W", each, "weights"), Product("∂L/∂input", each, "input")


class Dense(WithUnits):
    """A fully connected layer: activation(x W + b), W of shape (inputs, units)."""

    kind: Literal["dense"] = "dense"
    activation: Activation = "relu"
    """The function applied to every output of the layer."""


class PCA(WithUnits):
    """A projection onto principal components: (x - mean) P, as x W + b with W = P, b = -mean P.

    W and b come from scikit-learn's PCA of what reaches the layer before the first step.
    """

    kind: Literal["pca"] = "pca"

    activation: ClassVar[Activation] = "linear"


class Residual(LayerSpec):
    """Two dense layers with a way around them: x + activation(x W1 + b1) W2 + b2 (He et al. 2016).

    The output is as wide as the input, so the sum exists.
    """

    kind: Literal["residual"] = "residual"
    units: Units
    """Width inside the block; its output is as wide as its input."""
    activation: Activation = "relu"
    """The function between the block's two dense layers."""

    def computed_values(self, inputs: int) -> int:
        """The inner values and the sum."""
        return self.units + inputs

    def parameter_count(self, inputs: int) -> int:
        """Two weight matrices, inputs × units each, and their biases."""
        return 2 * inputs * self.units + self.units + inputs

    def products(self, inputs: int) -> tuple[Product, ...]:
        """Two for each of the two matrices; the inner one serves what comes before it."""
        each = inputs * self.units
        return (
            Product("∂L/∂W₂", each, "weights"),
            Product("∂L/∂inner", each, "either"),
            Product("∂L/∂W₁", each, "weights"),
            Product("∂L/∂input", each, "input"),
        )


class BatchNorm(LayerSpec):
    """Batch normalization: (x - mean) / sqrt(variance + epsilon) * scale + shift (Ioffe, Szegedy).

    In training mean and variance are the batch's, in inference running averages of them.
    """

    kind: Literal["batch_norm"] = "batch_norm"
    momentum: float = Field(default=0.1, gt=0, le=1)
    """Share of each batch in the running mean and variance, as in PyTorch."""
    epsilon: float = Field(default=1e-5, gt=0, le=1)
    """Added to the variance before its root is taken."""
    activation: Activation = "linear"
    """The function applied after the normalization."""

    differs_in_training: ClassVar[bool] = True

    def parameter_count(self, inputs: int) -> int:
        """A scale and a shift for each input."""
        return 2 * inputs


class LayerNorm(LayerSpec):
    """Layer normalization: every row to mean 0 and variance 1, then * scale + shift (Ba 2016)."""

    kind: Literal["layer_norm"] = "layer_norm"
    epsilon: float = Field(default=1e-5, gt=0, le=1)
    """Added to the variance before its root is taken."""
    activation: Activation = "linear"
    """The function applied after the normalization."""

    def parameter_count(self, inputs: int) -> int:
        """A scale and a shift for each input."""
        return 2 * inputs


class Dropout(LayerSpec):
    """In training every value is zeroed with probability `rate`, the others times 1 / (1 - rate).

    In inference it does nothing (Srivastava et al. 2014).
    """

    kind: Literal["dropout"] = "dropout"
    rate: float = Field(default=0.5, ge=0, lt=1)
    """Probability with which a value is zeroed in training."""

    has_parameters: ClassVar[bool] = False
    differs_in_training: ClassVar[bool] = True


class Flatten(LayerSpec):
    """Rows of pixels from images: height x width becomes one row. Nothing is computed."""

    kind: Literal["flatten"] = "flatten"

    has_parameters: ClassVar[bool] = False


Layer = Dense | PCA | Residual | BatchNorm | LayerNorm | Dropout | Flatten
LayerKind = Literal[
    "dense", "pca", "residual", "batch_norm", "layer_norm", "dropout", "flatten"
]  # fmt: skip
LAYER_KINDS: tuple[LayerKind, ...] = get_args(LayerKind)


def _kind(value: Any) -> Any:
    """A layer without a kind is dense, as in the first files."""
    return value.get("kind", "dense") if isinstance(value, dict) else getattr(value, "kind", None)


AnyLayer = Annotated[
    Annotated[Dense, Tag("dense")]
    | Annotated[PCA, Tag("pca")]
    | Annotated[Residual, Tag("residual")]
    | Annotated[BatchNorm, Tag("batch_norm")]
    | Annotated[LayerNorm, Tag("layer_norm")]
    | Annotated[Dropout, Tag("dropout")]
    | Annotated[Flatten, Tag("flatten")],
    Discriminator(
        _kind,
        custom_error_type="layer_kind",
        custom_error_message=f"must be one of {', '.join(LAYER_KINDS)}",
    ),
]
"""A layer of any kind, told apart by its `kind`."""
