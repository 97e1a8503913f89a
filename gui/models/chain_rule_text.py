"""The words of the chain-rule check: what its numbers show, composed from the numbers."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from engine.chain_rule_values import Alteration, ChainRuleCheck
from gui.models.chain_figures import apart_text, figure, plain_figure
from gui.models.chain_weight_text import (
    WeightColumn,
    alteration_word,
    cell_text,
    column_title,
)
from gui.widgets.number_text import NOTHING

translate = QCoreApplication.translate

SMALLEST_TURN = 0.05  # degrees: less is not worth a word


def headline(check: ChainRuleCheck) -> str:
    """One sentence on what the numbers show of the layer in question."""
    first = _passes(check)
    second = _follows(check)
    return f"{first}; {second}." if second else f"{first}."


def details(check: ChainRuleCheck) -> str:
    """The sentences below it: the detached layer, finite differences, and what the run does."""
    return " ".join(
        part for part in (_detached(check), _confirmed(check), _in_the_run(check)) if part
    )


def origin(check: ChainRuleCheck, variant: str) -> str:
    """What the numbers are of."""
    return translate(
        "chain rule", "{variant} · seed {seed} · batch of step {step}, {rows} samples · loss {loss}"
    ).format(
        variant=variant,
        seed=check.seed,
        step=f"{check.step:,}",
        rows=f"{check.rows:,}",
        loss=figure(check.loss),
    )


def copied_text(check: ChainRuleCheck, variant: str, readout: Sequence[str] = ()) -> str:
    """The check as plain text: the sentences, the lengths, and the weights in columns."""
    columns = [column for column in WeightColumn if column is not WeightColumn.PICTURE]
    alteration = check.altered.alteration if check.altered else None
    table = [[column_title(column, alteration) for column in columns]]
    table += [[cell_text(column, weight) for column in columns] for weight in check.weights]
    widths = [max(len(row[place]) for row in table) for place in range(len(columns))]
    lines = [
        "  ".join(
            [
                row[0].ljust(widths[0]),
                *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True)),
            ]
        ).rstrip()
        for row in table
    ]
    lengths = [f"{label}: {text}" for label, _, text in norm_rows(check)]
    about = [headline(check), details(check), origin(check, variant)]
    groups = [about, lengths, lines, *([readout] if readout else [])]
    return "\n\n".join("\n".join(group) for group in groups) + "\n"


def norm_rows(check: ChainRuleCheck) -> tuple[tuple[str, float | None, str], ...]:
    """(what, length of layer 1's gradient, the length in words), as the bars show them."""
    middle, altered = check.middle, check.altered
    words = altered_length = None
    if altered is not None:
        altered_length = altered.norm
        words = figure(altered.norm)
        if altered.cosine is not None:
            words = translate("chain rule", "{length} · cosine {cosine}").format(
                length=words, cosine=figure(altered.cosine)
            )
    label = _altered_words(altered.alteration if altered else None).format(middle=middle)
    cut = NOTHING if check.detached_arrives else translate("chain rule", "none")
    return (
        (translate("chain rule", "as it is"), check.norm, figure(check.norm)),
        (label, altered_length, words or NOTHING),
        (translate("chain rule", "{middle} detached").format(middle=middle), None, cut),
        (
            translate("chain rule", "{middle} as identity").format(middle=middle),
            check.identity_norm,
            f"{NOTHING} {check.identity_reason}"
            if check.identity_norm is None
            else figure(check.identity_norm),
        ),
    )


def _altered_words(alteration: Alteration | None) -> str:
    if alteration is None:
        return translate("chain rule", "{middle}, weights altered")
    if alteration.kind == "zero":
        return translate("chain rule", "{middle}, weights 0")
    if alteration.kind == "shuffle":
        return translate("chain rule", "{middle}, weights shuffled")
    return translate("chain rule", "{middle}, weights ") + alteration_word(alteration)


def turn(cosine: float) -> float:
    """The angle in degrees of which this is the cosine."""
    return math.degrees(math.acos(max(-1.0, min(1.0, cosine))))


def _passes(check: ChainRuleCheck) -> str:
    names = {"middle": check.middle, "layer": check.layer}
    if not check.bit_identical:
        return translate(
            "chain rule",
            "Whether {middle} is frozen changes {differing} of {values} values of {layer}'s"
            " gradient: its length is {frozen} or {trainable}",
        ).format(
            **names,
            differing=f"{check.differing:,}",
            values=f"{check.values:,}",
            frozen=figure(check.frozen_norm),
            trainable=figure(check.trainable_norm),
        )
    if check.norm == 0:
        text = translate(
            "chain rule",
            "{layer}'s gradient is 0 in all its values, whether {middle} is frozen or not",
        )
    elif check.middle_frozen:
        text = translate(
            "chain rule",
            "{middle} is frozen and still passes the gradient: freezing it changed {layer}'s"
            " gradient by not a single bit",
        )
    else:
        text = translate(
            "chain rule",
            "{middle} is trainable; freezing it would change {layer}'s gradient by not a single"
            " bit",
        )
    return text.format(**names)


def _follows(check: ChainRuleCheck) -> str:
    """How layer 1's gradient followed the altered weights; empty if nothing was altered."""
    altered = check.altered
    if altered is None or check.norm == 0:
        return ""
    before, after = figure(check.norm), figure(altered.norm)
    if altered.alteration.kind == "zero" and altered.norm == 0:
        return translate("chain rule", "with its weights at 0 nothing arrives")
    if altered.alteration.kind == "zero":
        return translate(
            "chain rule",
            "with its weights at 0 still {after} arrives, of {before}, by another way than through"
            " them",
        ).format(before=before, after=after)
    if altered.alteration.kind == "shuffle":
        what = translate("chain rule", "with its weights shuffled")
    else:
        what = translate("chain rule", "with its weights times {factor}").format(
            factor=f"{altered.alteration.factor:g}"
        )
    if altered.norm == check.norm and altered.cosine is not None and turn(altered.cosine) == 0:
        return translate("chain rule", "{what} it stays the same").format(what=what)
    length = translate(
        "chain rule", "{what} the gradient is {after} long instead of {before}"
    ).format(what=what, before=before, after=after)
    if altered.cosine is None or turn(altered.cosine) < SMALLEST_TURN:
        return length
    return translate("chain rule", "{length} and turned by {angle}°").format(
        length=length, angle=plain_figure(turn(altered.cosine))
    )


def _detached(check: ChainRuleCheck) -> str:
    if check.detached_arrives:
        return translate("chain rule", "Even with {middle} detached a gradient arrives.").format(
            middle=check.middle
        )
    return translate(
        "chain rule",
        "With {middle}'s output detached there is no gradient at all.",
    ).format(middle=check.middle)


def _confirmed(check: ChainRuleCheck) -> str:
    if check.worst_difference is None:
        return translate(
            "chain rule",
            "These gradients are too small for finite differences to tell: rounding is larger.",
        )
    worst = apart_text(check.worst_difference)
    if check.agrees:
        return translate(
            "chain rule", "Finite differences confirm autograd to {worst} or better."
        ).format(worst=worst)
    return translate(
        "chain rule",
        "Finite differences are up to {worst} apart from autograd: a unit right at the kink of its"
        " activation does that.",
    ).format(worst=worst)


def _in_the_run(check: ChainRuleCheck) -> str:
    """What is different in the run; empty if nothing is."""
    if check.cut_at is not None:
        return translate(
            "chain rule",
            "In this variant {cut} is detached, so in the run none of this reaches {layer}.",
        ).format(cut=check.cut_at, layer=check.layer)
    if not check.layer_updated:
        return translate(
            "chain rule",
            "{layer} is itself frozen in this variant: this is the gradient that it would have.",
        ).format(layer=check.layer)
    return ""
