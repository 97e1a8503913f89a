"""The words of the backprop dock: numbers at arrows, facts about layers, and the boundary."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QCoreApplication

from engine.layer_specs import BatchNorm, Dropout, LayerNorm
from gui.models.backprop_rows import Backprop, BackpropRow, Measures
from gui.models.layer_kinds import kind_word
from gui.widgets.number_text import measured
from gui.widgets.reach_badge import reach_word

if TYPE_CHECKING:  # at run time it brings torch
    from engine.probes import LayerMeasures

translate = QCoreApplication.translate

WIDEST = "8.88e-88"
"""As wide as numbers get: room is kept for it, so that nothing moves when digits change."""

FactInk = Literal["muted", "text", "frozen_ink", "problem", "trainable_ink"]


@dataclass(frozen=True)
class ArrowText:
    """What stands at an arrow: its norm, and in words where it leads. None: there is no norm."""

    norm: float | None
    words: str
    hypothetical: bool = False
    """Whether the norm is what would flow if nothing were frozen."""

    @property
    def number(self) -> str:
        """The norm in three digits, or a dash."""
        return measured(self.norm)

    @property
    def is_broken(self) -> bool:
        """Whether the norm is infinite or not a number."""
        return self.norm is not None and not math.isfinite(self.norm)


@dataclass(frozen=True)
class Fact:
    """A short statement on a layer, with room for `widest`, and the measure that it tells."""

    text: str
    widest: str
    measure: str
    ink: FactInk = "muted"
    ratio: float | None = None
    """The update ratio, for the small gauge beside the words."""

    @property
    def has_gauge(self) -> bool:
        """Whether a gauge stands beside the words."""
        return self.measure == "update_ratio"


@dataclass(frozen=True)
class RowText:
    """All that is said about one layer beside its name."""

    arrives: ArrowText
    own: ArrowText
    facts: tuple[Fact, ...]


def ratio_text(value: float | None) -> str:
    """An update ratio, to be held against 1e-3: small ones with a power of ten."""
    if value is None or not 0 < abs(value) < 0.1:
        return measured(value)
    mantissa, _, exponent = f"{value:.2e}".partition("e")
    return f"{mantissa}e{int(exponent)}"


def row_texts(backprop: Backprop, measures: Measures, what_if: Measures) -> tuple[RowText, ...]:
    """What stands at every layer, from input to output; dashes where nothing was measured.

    With `what_if`, norms that do not exist are those that would be if nothing were frozen.
    """
    return tuple(
        RowText(
            _arrives(backprop, index, measures.get(row.name), what_if.get(row.name)),
            _own(row, measures.get(row.name), what_if.get(row.name)),
            _facts(row, measures.get(row.name)),
        )
        for index, row in enumerate(backprop.rows)
    )


def own_words(row: BackpropRow) -> str:
    """Where the gradient into the layer itself leads."""
    if not row.layer.has_parameters:
        return _weightless(row)
    if isinstance(row.layer, BatchNorm | LayerNorm):
        return translate("backprop", "into scale and shift")
    return translate("backprop", "into its weights")


def boundary_sentence(backprop: Backprop) -> str:
    """The words on the line where backprop stops, with the reason, for where there is room."""
    if backprop.cutting:
        text = translate("backprop", "{layer} is detached: backprop stops here")
        if backprop.lowest is None:
            text = translate("backprop", "{layer} is detached: no backward pass")
        return text.format(layer=backprop.cutting)
    if backprop.lowest is None:
        return translate("backprop", "no backward pass: nothing is trainable")
    return boundary_text(backprop)


def boundary_text(backprop: Backprop) -> str:
    """The words on the line where backprop stops, as few as can be."""
    if backprop.lowest is None:
        if backprop.cutting:
            return translate("backprop", "no backward pass: cut off")
        return translate("backprop", "no backward pass")
    if backprop.lowest == 0:
        return translate("backprop", "backprop ends at the data")
    if backprop.cutting:
        return translate("backprop", "cut off: backprop stops here")
    return translate("backprop", "backprop stops here")


def state_text(observed: str | None, step: int) -> str:
    """Which step the numbers are of."""
    if observed == "step":
        return translate("backprop", "gradients of step {step}").format(step=f"{step:,}")
    if observed == "now":
        return translate("backprop", "computed on the last batch, weights as they are now")
    if step < 0:
        return translate("backprop", "at the next run")
    if step > 0:
        return translate("backprop", "no gradient at step {step}").format(step=f"{step:,}")
    return translate("backprop", "numbers appear with the first step")


def description(backprop: Backprop, texts: tuple[RowText, ...]) -> str:
    """The whole picture in words, from the loss down to the input, for screen readers."""
    parts = [f"{boundary_text(backprop)}."] if backprop.lowest is None else []
    for index in range(len(backprop.rows) - 1, -1, -1):
        parts.append(f"{_described(backprop.rows[index], texts[index])}.")
        if index == backprop.lowest:
            parts.append(f"{boundary_text(backprop)}.")
    return " ".join(parts)


def state_word(row: BackpropRow) -> str:
    """What the sign before the name says."""
    return {
        "trains": translate("backprop", "trainable"),
        "frozen": translate("backprop", "frozen"),
        "detached": translate("backprop", "detached"),
        "no weights": translate("backprop", "no weights"),
    }[row.sign]


def _described(row: BackpropRow, text: RowText) -> str:
    kind = "" if row.layer.kind == "dense" else f" ({kind_word(row.layer.kind)})"
    parts = [f"{row.name}{kind}: {state_word(row)}", reach_word(row.reach)]
    if row.reach != "not reached":
        arrives = translate("backprop", "gradient {number} {where}")
        parts.append(arrives.format(number=text.arrives.number, where=text.arrives.words))
    if row.reach == "updated":
        parts.append(f"{text.own.number} {text.own.words}")
    return ", ".join([*parts, *(fact.text for fact in text.facts)])


def _arrives(
    backprop: Backprop, index: int, real: "LayerMeasures | None", other: "LayerMeasures | None"
) -> ArrowText:
    above = backprop.rows[index + 1].name if index + 1 < len(backprop.rows) else ""
    words = translate("backprop", "from the loss")
    if above:
        words = translate("backprop", "through {layer}").format(layer=above)
    if backprop.rows[index].reach != "not reached":
        return ArrowText(real.output_gradient_norm if real else None, words)
    norm = other.output_gradient_norm if other else None
    return ArrowText(norm, words, hypothetical=norm is not None)


def _own(
    row: BackpropRow, real: "LayerMeasures | None", other: "LayerMeasures | None"
) -> ArrowText:
    if row.reach == "updated":
        return ArrowText(real.gradient_norm if real else None, own_words(row))
    norm = other.gradient_norm if other and row.layer.has_parameters else None
    return ArrowText(norm, own_words(row), hypothetical=norm is not None)


def _facts(row: BackpropRow, measures: "LayerMeasures | None") -> tuple[Fact, ...]:
    if not row.layer.has_parameters:
        facts = []
    elif row.frozen:
        facts = _frozen_facts(row, measures)
    else:
        facts = [_moved(measures.moved if measures else None), *_training_facts(row, measures)]
    dead = measures.dead_units if measures else None
    if dead:
        text = translate("backprop", "{dead} of {units} units dead")
        widest = text.format(dead=row.units, units=row.units)
        told = text.format(dead=dead, units=row.units)
        facts.append(Fact(told, widest, "dead_units", "text"))
    return tuple(facts)


def _moved(value: float | None) -> Fact:
    broken = value is not None and not math.isfinite(value)
    text = translate("backprop", "moved {distance}")
    told = text.format(distance=_distance(value))
    widest = told if broken else text.format(distance=WIDEST)
    return Fact(told, widest, "moved", "problem" if broken else "muted")


def _frozen_facts(row: BackpropRow, measures: "LayerMeasures | None") -> list[Fact]:
    moved = measures.moved_while_frozen if measures else None
    text = translate("backprop", "moved while frozen: {distance}")
    told = text.format(distance=_distance(moved))
    if not moved:
        facts = [Fact(told, told, "moved_while_frozen", "frozen_ink")]
    elif isinstance(row.layer, BatchNorm) and row.plan.when_frozen == "training":
        why = translate("backprop", "its running statistics go on")
        widest = text.format(distance=WIDEST)
        facts = [Fact(told, widest, "moved_while_frozen", "text"), Fact(why, why, "when_frozen")]
    else:
        widest = text.format(distance=WIDEST)
        facts = [Fact(told, widest, "moved_while_frozen", "problem")]
    if measures is not None and measures.moved:
        facts.append(_moved(measures.moved))
    return facts


def _training_facts(row: BackpropRow, measures: "LayerMeasures | None") -> list[Fact]:
    """Of a ticked layer: its update ratio, or why it has none."""
    if row.cut_by == row.name:
        text = translate("backprop", "its output is detached")
        return [Fact(text, text, "detached", "text")]
    if row.cut_off:
        text = translate("backprop", "cut off by {layer}").format(layer=row.cut_by)
        return [Fact(text, text, "detached", "text")]
    if row.stands_still:
        text = translate("backprop", "rate 0: stands still")
        return [Fact(text, text, "learning_rate", "text")]
    ratio = measures.update_ratio if measures else None
    text = translate("backprop", "update ratio {ratio}")
    return [
        Fact(
            text.format(ratio=ratio_text(ratio)),
            text.format(ratio=WIDEST),
            "update_ratio",
            ratio=ratio,
        )
    ]


def _weightless(row: BackpropRow) -> str:
    if not isinstance(row.layer, Dropout):
        return translate("backprop", "no weights")
    if row.frozen and row.plan.when_frozen == "inference":
        return translate("backprop", "no weights · drops nothing")
    text = translate("backprop", "no weights · drops {share} %")
    return text.format(share=f"{100 * row.layer.rate:.3g}")


def _distance(value: float | None) -> str:
    return translate("backprop", "exactly 0") if value == 0 else measured(value)
