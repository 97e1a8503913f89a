"""The words of the picked weights' table, and of what is done to the layer in question."""

from enum import IntEnum

from PySide6.QtCore import QCoreApplication

from engine.chain_rule_values import Alteration, PickedWeight
from gui.models.chain_figures import apart_text, figure, weight_name

translate = QCoreApplication.translate


class WeightColumn(IntEnum):
    """What stands where in a row of the picked weights."""

    WEIGHT = 0
    VALUE = 1
    AUTOGRAD = 2
    DIFFERENCES = 3
    APART = 4
    DETACHED = 5
    IDENTITY = 6
    ALTERED = 7
    PICTURE = 8


def alteration_word(alteration: Alteration | None) -> str:
    """What is done to the middle layer's weights, as short as it stands on a button."""
    if alteration is None:
        return translate("chain rule", "as it is")
    if alteration.kind == "scale":
        return "×½" if alteration.factor == 0.5 else f"×{alteration.factor:g}".replace("-", "−")
    words = {"zero": translate("chain rule", "zero"), "shuffle": translate("chain rule", "shuffle")}
    return words[alteration.kind]


def alteration_tip(alteration: Alteration | None) -> str:
    """What a button does."""
    if alteration is None:
        return translate("chain rule", "The middle layer's weights as they are in the run.")
    if alteration.kind == "zero":
        tip = translate("chain rule", "In a copy, every weight of the middle layer is put at 0.")
    elif alteration.kind == "shuffle":
        tip = translate(
            "chain rule",
            "In a copy, the weights of the middle layer change places at random. Press again for"
            " another order.",
        )
    else:
        tip = translate(
            "chain rule", "In a copy, every weight of the middle layer is multiplied by {factor}."
        ).format(factor=f"{alteration.factor:g}")
    kept = translate("chain rule", "Its biases stay, and nothing in the run changes.")
    return f"{tip} {kept}"


def column_title(column: WeightColumn, alteration: Alteration | None) -> str:
    """The words above a column of the picked weights."""
    altered = translate("chain rule", "altered")
    if alteration is not None:
        altered = alteration_word(alteration)
    return {
        WeightColumn.WEIGHT: translate("chain rule", "weight"),
        WeightColumn.VALUE: translate("chain rule", "value"),
        WeightColumn.AUTOGRAD: translate("chain rule", "autograd"),
        WeightColumn.DIFFERENCES: translate("chain rule", "differences"),
        WeightColumn.APART: translate("chain rule", "apart"),
        WeightColumn.DETACHED: translate("chain rule", "detached"),
        WeightColumn.IDENTITY: translate("chain rule", "identity"),
        WeightColumn.ALTERED: altered,
        WeightColumn.PICTURE: "",
    }[column]


def column_tip(column: WeightColumn) -> str:
    """What the numbers of a column are, with their formula."""
    return {
        WeightColumn.WEIGHT: translate(
            "chain rule", "A weight of layer 1: from this input to this unit."
        ),
        WeightColumn.VALUE: translate("chain rule", "The weight w as it is now."),
        WeightColumn.AUTOGRAD: translate(
            "chain rule",
            "∂L/∂w by automatic differentiation, in 64-bit numbers, in the network as it is; L is"
            " the mean loss of the batch.",
        ),
        WeightColumn.DIFFERENCES: translate(
            "chain rule",
            "∂L/∂w by finite differences, from losses alone: the weight is moved a little up and"
            " down, (8 (L(w+h) − L(w−h)) − (L(w+2h) − L(w−2h))) / 12h.",
        ),
        WeightColumn.APART: translate(
            "chain rule",
            "Relative difference of the two: |autograd − differences| over the larger of them.",
        ),
        WeightColumn.DETACHED: translate(
            "chain rule",
            "∂L/∂w with the middle layer's output detached, as detach() or no_grad do. “none”:"
            " there is no way from the loss to the weight, which is not the same as 0.",
        ),
        WeightColumn.IDENTITY: translate(
            "chain rule",
            "∂L/∂w with the middle layer left out: what reaches it goes on as it is.",
        ),
        WeightColumn.ALTERED: translate(
            "chain rule",
            "∂L/∂w after the middle layer's weights were altered in a copy, with the buttons"
            " above.",
        ),
        WeightColumn.PICTURE: translate(
            "chain rule",
            "∂L/∂w to the left (below 0) or right (above 0): as it is, pale once the middle layer"
            " is altered, and then altered.",
        ),
    }[column]


def cell_text(column: WeightColumn, weight: PickedWeight) -> str:
    """What a cell shows."""
    return {
        WeightColumn.WEIGHT: weight_name(weight.input, weight.column),
        WeightColumn.VALUE: figure(weight.value),
        WeightColumn.AUTOGRAD: figure(weight.gradient),
        WeightColumn.DIFFERENCES: figure(weight.difference),
        WeightColumn.APART: apart_text(weight.relative_difference),
        WeightColumn.DETACHED: (
            translate("chain rule", "none") if weight.detached is None else figure(weight.detached)
        ),
        WeightColumn.IDENTITY: figure(weight.identity),
        WeightColumn.ALTERED: figure(weight.altered),
        WeightColumn.PICTURE: "",
    }[column]
