"""The tooltips of the backprop dock: what a sign, an arrow, a number or a cost means."""

from PySide6.QtCore import QCoreApplication

from engine.experiment import LayerPlan
from gui.models.backprop_rows import Backprop, BackpropRow, CostLine
from gui.models.backprop_text import RowText
from gui.models.layer_kinds import kind_title
from gui.models.measure_text import definition
from gui.widgets.rate_text import format_rate
from gui.widgets.reach_badge import reach_explanation

translate = QCoreApplication.translate


def legend_text(
    backprop: Backprop, texts: tuple[RowText, ...], *, what_if: bool, past: bool = False
) -> str:
    """The key below the picture; with `what_if` it says what is hypothetical.

    `past`: an earlier epoch is shown, of which nothing hypothetical was measured.
    """
    lines = [
        translate("backprop", "↑ through a layer   ↳ into its weights"),
        translate("backprop", "width: norm, 1e-6 to 10, log scale"),
    ]
    if what_if and any(text.arrives.hypothetical or text.own.hypothetical for text in texts):
        lines.append(translate("backprop", "dashed: hypothetical, nothing frozen"))
    elif what_if and all(row.reach == "updated" for row in backprop.rows):
        lines.append(translate("backprop", "nothing is frozen: there is nothing to add"))
    elif what_if and past:
        lines.append(translate("backprop", "dashed arrows: at the latest step only"))
    elif what_if:
        lines.append(translate("backprop", "dashed arrows come with the next numbers"))
    return "\n".join(lines)


def row_tip(row: BackpropRow) -> str:
    """What the layer is, how it is treated, and what backprop does there."""
    lines = [f"{row.name} · {kind_title(row.layer.kind)}"]
    if row.plan.detached:
        lines.append(_documented("detached"))
    if row.cut_off:
        if row.cut_by != row.name:
            text = translate(
                "backprop", "Trainable, but the later layer {layer} is detached: cut off."
            )
            lines.append(text.format(layer=row.cut_by))
    elif row.layer.has_parameters and not row.cut_by:
        lines.append(reach_explanation(row.reach))
    elif row.cut_by and row.cut_by != row.name:
        text = translate("backprop", "The later layer {layer} is detached: no gradient comes here.")
        lines.append(text.format(layer=row.cut_by))
    elif row.cut_by:
        pass  # said already
    elif row.reach == "passed through":
        lines.append(translate("backprop", "No weights to update: the gradient goes through it."))
    else:
        lines.append(
            translate("backprop", "No earlier layer is updated: no gradient arrives here.")
        )
    if row.layer.has_parameters and row.plan.trainable:
        rate = translate("backprop", "Learning rate {rate}")
        lines.append(rate.format(rate=format_rate(row.plan.learning_rate)))
    return "\n".join(lines)


def arrow_tip(row: BackpropRow, measure: str, *, hypothetical: bool) -> str:
    """What the number at an arrow is; `measure` is a field of LayerMeasures."""
    lines = [definition(measure)]
    if hypothetical:
        lines.append(translate("backprop", "Hypothetical: what would flow if nothing were frozen."))
    elif measure == "output_gradient_norm" and row.reach == "not reached":
        lines.append(translate("backprop", "None here: backprop does not come this far."))
    elif measure == "gradient_norm" and not row.layer.has_parameters:
        return translate("backprop", "This kind of layer has nothing that training can update.")
    elif measure == "gradient_norm" and row.reach != "updated":
        lines.append(translate("backprop", "None here: the layer's own gradient is not computed."))
    return "\n".join([*lines, scale_tip()])


def fact_tip(measure: str) -> str:
    """What a statement on a layer means: a measure's definition, or that of a plan's field."""
    if measure in LayerPlan.model_fields:
        return _documented(measure)
    return definition(measure)


def scale_tip() -> str:
    """How widths follow from norms."""
    return translate(
        "backprop",
        "An arrow's width is the logarithm of its norm: thinnest at 1e-6 and less, widest at 10 "
        "and more, the same for every layer, step and run.",
    )


def boundary_tip(backprop: Backprop) -> str:
    """Why backprop ends where it does."""
    if backprop.lowest is None and not backprop.cutting:
        return translate(
            "backprop",
            "Nothing is trainable: no gradient is asked for, so there is no backward pass.",
        )
    if backprop.cutting:
        text = translate(
            "backprop",
            "{layer} is detached: its output counts as a constant, so neither it nor an earlier "
            "layer gets a gradient, ticked or not. Freezing would let the gradient through.",
        )
        return text.format(layer=backprop.cutting)
    assert backprop.lowest is not None
    name = backprop.rows[backprop.lowest].name
    text = translate(
        "backprop",
        "{layer} is the first layer that trains. No earlier layer needs a gradient, so none is "
        "computed: autograd ends here.",
    )
    return text.format(layer=name)


def cost_tip() -> str:
    """What the backward cost is."""
    return translate(
        "backprop",
        "Multiply-adds of the backward pass's matrix products for each row of the batch, relative "
        "to all layers trainable (100 %). Work on single values (activations, normalization, "
        "dropout) is not counted.",
    )


def cost_line_tip(line: CostLine) -> str:
    """What a product is for, and why it is not computed."""
    if line.product is None:
        return translate("backprop", "Works on single values only: no matrix product to count.")
    purposes = {
        "weights": translate("backprop", "The gradient into the layer's own weights."),
        "input": translate("backprop", "The gradient for the layer before."),
        "either": translate("backprop", "Needed for the inner weights and for the layer before."),
    }
    reasons = {
        "": translate("backprop", "Computed, for every row of the batch."),
        "frozen": translate("backprop", "Frozen: not needed."),
        "cut off": translate("backprop", "Cut off by a detached output: not computed."),
        "nothing below trains": translate("backprop", "No earlier layer trains: not needed."),
        "input is data": translate("backprop", "Below is the data: never needed."),
    }
    return f"{line.product.text}: {purposes[line.product.serves]}\n{reasons[line.skipped]}"


def _documented(field: str) -> str:
    return LayerPlan.model_fields[field].description or ""
