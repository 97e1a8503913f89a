"""What stands beside a histogram in words: its kind's number, why there is none, what counts."""

import math

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFontMetricsF

from gui.models.measure_text import definition, formula
from gui.models.probe_history import LayerNumbers, Measured
from gui.widgets.number_text import three_digits

translate = QCoreApplication.translate

PICTURES = "pictures"
KINDS = ("weights", "gradients", "updates", "activations")
KIND_MEASURES: dict[str, tuple[str, ...]] = {
    "weights": ("moved",),
    "gradients": ("gradient_norm", "output_gradient_norm"),
    "updates": ("update_ratio",),
    "activations": ("dead_units",),
}
"""The numbers drawn as lines under each kind's histograms."""
LOGARITHMIC = ("gradients", "updates")
"""Kinds whose numbers are read by their decades."""
OF_TRAINABLE = ("gradients", "updates")
"""Kinds of which a frozen layer has none."""

NONE = "—"


def kind_title(kind: str) -> str:
    """The kind as the control above the histograms names it."""
    return {
        "weights": translate("HistogramGrid", "weights"),
        "gradients": translate("HistogramGrid", "gradients"),
        "updates": translate("HistogramGrid", "updates"),
        "activations": translate("HistogramGrid", "activations"),
        PICTURES: translate("HistogramGrid", "pictures"),
    }[kind]


def kind_tip(kind: str) -> str:
    """What the kind's histograms count, in one sentence."""
    return {
        "weights": translate(
            "HistogramGrid", "Weights and biases of each layer, now and before the first step."
        ),
        "gradients": translate(
            "HistogramGrid",
            "∂L/∂W of the step: one number for each weight and bias. A frozen layer has none.",
        ),
        "updates": translate(
            "HistogramGrid",
            "ΔW: by how much the step changed each weight and bias. A frozen layer has none.",
        ),
        "activations": translate(
            "HistogramGrid",
            "What each layer puts out for the step's batch: one number for each row and unit; of "
            "the output layer before its activation.",
        ),
        PICTURES: translate(
            "HistogramGrid",
            "The first layer's weights, one picture for each unit, in the place of the pixels "
            "they multiply.",
        ),
    }[kind]


def captions(kind: str, numbers: Measured | None, frozen: bool, outputs: int) -> tuple[str, ...]:
    """The kind's number in words, the fullest first: the first that fits is shown."""
    if kind == "gradients":
        return _gradient_captions(numbers)
    if kind == "updates":
        ratio = numbers.update_ratio if numbers is not None else None
        short = translate("HistogramGrid", "ratio {0}").format(
            NONE if ratio is None else ratio_text(ratio)
        )
        usual = translate("HistogramGrid", "{0} (1e-3 is usual)").format(short)
        return (short,) if ratio is None else (usual, short)
    if kind == "activations":
        dead = numbers.dead_units if numbers is not None else None
        if dead is None:
            return (translate("HistogramGrid", "dead —"),)
        words = translate("HistogramGrid", "dead {0} of {1}").format(dead, outputs)
        return (words,) if outputs else (translate("HistogramGrid", "dead {0}").format(dead),)
    return _moved_captions(numbers, frozen)


def ratio_text(ratio: float) -> str:
    """An update ratio as it is compared with 1e-3: always with its power of ten."""
    if ratio == 0 or not math.isfinite(ratio):
        return _number(ratio)
    mantissa, _, exponent = f"{ratio:.2e}".partition("e")
    return f"{mantissa}e{int(exponent)}"


def moved_text(moved: float | None) -> str:
    """How far the layer moved, in words: nothing at all is told from very little."""
    if moved is None:
        return translate("HistogramGrid", "moved —")
    if moved == 0.0:
        return translate("HistogramGrid", "moved exactly 0")
    return translate("HistogramGrid", "moved {0}").format(three_digits(moved))


def caption_tip(kind: str) -> str:
    """The definitions of the kind's numbers."""
    measures = KIND_MEASURES[kind]
    if kind == "weights":
        measures = (*measures, "moved_while_frozen")
    return "\n".join(f"{formula(measure)}: {definition(measure)}" for measure in measures)


def caption_level(kind: str, width: float, metrics: QFontMetricsF) -> int:
    """How full the captions of all layers may be: 0 for the fullest.

    Judged by numbers of common width, so that neighbours are worded alike.
    """
    if kind != "gradients":
        return 0
    common = LayerNumbers(gradient_norm=0.0888, output_gradient_norm=0.0888)
    words = captions(kind, common, False, 0)
    fits = [metrics.horizontalAdvance(text) <= width for text in words]
    return fits.index(True) if any(fits) else len(fits) - 1


def line_words(kind: str) -> tuple[str, ...]:
    """What the lines under the histograms are, for the key."""
    return {
        "weights": (formula("moved"),),
        "gradients": (
            translate("HistogramGrid", "into weights"),
            translate("HistogramGrid", "at output"),
        ),
        "updates": (translate("HistogramGrid", "ratio"),),
        "activations": (formula("dead_units"),),
    }[kind]


def is_lost(numbers: Measured | None) -> bool:
    """Whether the layer's values are not finite any more."""
    moved = numbers.moved if numbers is not None else None
    return moved is not None and not math.isfinite(moved)


def no_histogram(kind: str, numbers: Measured | None, frozen: bool, observed: bool) -> str:
    """Why a layer has no histogram of this kind.

    `observed`: whether a step was looked at from within, so that gradients were there to see.
    """
    soon = translate("HistogramGrid", "comes with the next step")
    if numbers is None:
        return ""
    if kind == "activations":
        return soon
    if numbers.moved is None:
        return translate("HistogramGrid", "no weights")
    if frozen:
        return {
            "gradients": translate("HistogramGrid", "frozen: no gradient"),
            "updates": translate("HistogramGrid", "frozen: no update"),
        }.get(kind, "")
    if not observed or (kind == "updates" and numbers.gradient_norm is not None):
        return soon
    return {
        "gradients": translate("HistogramGrid", "cut off: no gradient"),
        "updates": translate("HistogramGrid", "cut off: not updated"),
    }.get(kind, "")


def not_recorded() -> str:
    """Why an earlier epoch has no histogram, though a later one has."""
    return translate("HistogramGrid", "not recorded")


def _moved_captions(numbers: Measured | None, frozen: bool) -> tuple[str, ...]:
    moved = numbers.moved if numbers is not None else None
    short = moved_text(moved)
    since = numbers.moved_while_frozen if numbers is not None and frozen else None
    if since is None or not moved:
        return (short,)
    amount = translate("HistogramGrid", "exactly 0") if since == 0 else three_digits(since)
    full = translate("HistogramGrid", "{0} · while frozen {1}").format(short, amount)
    brief = translate("HistogramGrid", "while frozen {0}").format(amount)
    return full, brief, short


def _gradient_captions(numbers: Measured | None) -> tuple[str, ...]:
    if numbers is None or (numbers.gradient_norm is None and numbers.output_gradient_norm is None):
        return (f"{formula('gradient_norm')} {NONE}",)
    own = norm = f"{formula('gradient_norm')} {_number(numbers.gradient_norm)}"
    at_output = _number(numbers.output_gradient_norm)
    if numbers.gradient_norm is None:  # then this one is what there is to see
        own = translate("HistogramGrid", "at output {0}").format(at_output)
    return (
        translate("HistogramGrid", "{0} · at output {1}").format(norm, at_output),
        translate("HistogramGrid", "{0} · out {1}").format(norm, at_output),
        translate("HistogramGrid", "∂W {0} · out {1}").format(
            _number(numbers.gradient_norm), at_output
        ),
        own,
    )


def _number(value: float | None) -> str:
    if value is None:
        return NONE
    return three_digits(value).replace("not finite", translate("HistogramGrid", "not finite"))
