"""The kinds of layers in words: what each is called, what it is, and what can be set in it."""

import textwrap
from collections.abc import Mapping
from typing import Literal, get_args

from PySide6.QtCore import QCoreApplication

from engine.layer_specs import (
    PCA,
    Activation,
    Dense,
    Dropout,
    Layer,
    LayerKind,
    Residual,
)

translate = QCoreApplication.translate

SizeField = Literal["units", "rate"]

MENU_KINDS: tuple[LayerKind, ...] = (
    "dense", "dropout", "batch_norm", "layer_norm", "residual", "pca", "flatten",
)  # fmt: skip
"""The kinds in the order in which they are offered."""

OPTIONS = ("momentum", "epsilon")
"""The numbers of a layer that are seldom changed, in their order."""

TIP_WIDTH = 96
"""Characters in a line of a tooltip."""


def kind_title(kind: LayerKind) -> str:
    """A kind as a menu offers it."""
    titles: Mapping[LayerKind, str] = {
        "dense": translate("kinds", "Dense"),
        "pca": translate("kinds", "PCA projection"),
        "residual": translate("kinds", "Residual block"),
        "batch_norm": translate("kinds", "Batch normalization"),
        "layer_norm": translate("kinds", "Layer normalization"),
        "dropout": translate("kinds", "Dropout"),
        "flatten": translate("kinds", "Flatten"),
    }
    return titles[kind]


def kind_word(kind: LayerKind) -> str:
    """A kind in few letters, to stand in a row."""
    words: Mapping[LayerKind, str] = {
        "dense": translate("kinds", "dense"),
        "pca": translate("kinds", "PCA"),
        "residual": translate("kinds", "residual"),
        "batch_norm": translate("kinds", "batch norm"),
        "layer_norm": translate("kinds", "layer norm"),
        "dropout": translate("kinds", "dropout"),
        "flatten": translate("kinds", "flatten"),
    }
    return words[kind]


def kind_tip(kind: LayerKind) -> str:
    """What a kind does, in the engine's words."""
    classes = {each.model_fields["kind"].default: each for each in get_args(Layer)}
    lines = (classes[kind].__doc__ or "").strip().splitlines()
    return wrapped(" ".join(line.strip() for line in lines if line.strip()).replace("`", ""))


def wrapped(text: str) -> str:
    """The text with its long lines broken: Qt shows a plain tooltip as wide as its lines are."""
    return "\n".join(textwrap.fill(line, TIP_WIDTH) for line in text.splitlines())


def add_text(kind: LayerKind) -> str:
    """The undo step that adds a layer of a kind."""
    texts: Mapping[LayerKind, str] = {
        "dense": translate("kinds", "Add layer"),
        "pca": translate("kinds", "Add PCA projection"),
        "residual": translate("kinds", "Add residual block"),
        "batch_norm": translate("kinds", "Add batch normalization"),
        "layer_norm": translate("kinds", "Add layer normalization"),
        "dropout": translate("kinds", "Add dropout"),
        "flatten": translate("kinds", "Add flatten layer"),
    }
    return texts[kind]


def has_box(layer: Layer) -> bool:
    """Whether freezing makes a difference to the layer, so that it has a check box."""
    return layer.has_parameters or layer.differs_in_training


def size_field(layer: Layer) -> SizeField | None:
    """The field that stands in the column of units; None where the kind has no such number."""
    match layer:
        case Dropout():
            return "rate"
        case Dense() | PCA() | Residual():
            return "units"
    return None


def size(layer: Layer) -> float | None:
    """Units, components, inner width or drop rate of a layer; None where it has none of them."""
    field = size_field(layer)
    return None if field is None else getattr(layer, field)


def size_title(layer: Layer) -> str:
    """What the number in the column of units is."""
    titles: Mapping[LayerKind, str] = {
        "pca": translate("kinds", "components"),
        "residual": translate("kinds", "inner width"),
        "dropout": translate("kinds", "drop rate"),
    }
    return titles.get(layer.kind, translate("kinds", "units"))


def size_tip(layer: Layer) -> str:
    """What the number in the column of units is, in the engine's words."""
    field = size_field(layer)
    if field is None:
        return kind_tip(layer.kind)
    documented = type(layer).model_fields[field].description or ""
    if isinstance(layer, PCA):
        return translate("kinds", "Number of principal components that the layer projects onto.")
    return documented


def activation(layer: Layer) -> Activation | None:
    """The activation of a layer; None where the kind lets none be chosen."""
    if "activation" not in type(layer).model_fields:
        return None
    chosen: Activation = getattr(layer, "activation")  # noqa: B009 - not every kind has it
    return chosen


def options(layer: Layer) -> Mapping[str, float]:
    """The seldom changed numbers of a layer, by the names of their fields."""
    fields = type(layer).model_fields
    return {name: getattr(layer, name) for name in OPTIONS if name in fields}


def parameters_tip(layer: Layer) -> str:
    """How the number of parameters comes about."""
    if isinstance(layer, Residual):
        return translate(
            "kinds",
            "Weights and biases of both dense layers: 2 × inputs × units + units + inputs.",
        )
    if isinstance(layer, Dense | PCA):
        return translate("kinds", "Weights and biases of this layer: inputs × units + units.")
    if not layer.has_parameters:
        return translate("kinds", "Nothing in this layer can be updated by training.")
    return translate("kinds", "A scale and a shift for each input: 2 × inputs.")
