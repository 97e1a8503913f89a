"""The words of the layer stack: what stands in a cell, and what its tooltip says."""

from PySide6.QtCore import QCoreApplication

from engine.experiment import LayerPlan
from engine.layer_specs import Activation, Dropout
from gui.models.layer_kinds import (
    activation,
    has_box,
    kind_tip,
    kind_title,
    options,
    parameters_tip,
    size,
    size_tip,
    wrapped,
)
from gui.models.layer_rows import Column, LayerRow, LayerTelemetry
from gui.models.layer_status import part_text, part_tip, status_tip, when_frozen_tip
from gui.widgets.number_range import field_text
from gui.widgets.number_text import NOTHING, three_digits
from gui.widgets.rate_text import format_rate

translate = QCoreApplication.translate


def cell_text(column: Column, row: LayerRow, telemetry: LayerTelemetry | None) -> str:
    """What a cell shows, or what a screen reader says of it; empty where there is nothing."""
    chosen = activation(row.layer)
    texts = {
        Column.LAYER: row.id,
        Column.UNITS: size_text(row),
        Column.ACTIVATION: activation_text(chosen) if chosen is not None else "",
        Column.TRAINS: _box_text(row),
        Column.RATE: format_rate(row.learning_rate) if row.layer.has_parameters else NOTHING,
        Column.PARAMETERS: parameters_text(row),
        Column.MOVED: moved_text(telemetry),
    }
    return texts.get(column, "")


def size_text(row: LayerRow) -> str:
    """Units, components or inner width; a drop rate in 3 digits; nothing where there is neither."""
    number = size(row.layer)
    if number is None:
        return ""
    return f"{number:.3g}" if isinstance(number, float) else str(number)


def activation_text(activation: Activation) -> str:
    """An activation as it is written on the screen."""
    return activation.replace("_", " ")


def moved_text(telemetry: LayerTelemetry | None) -> str:
    """The distance moved in 3 significant digits; "exactly 0" is another thing than "nearly"."""
    if telemetry is None or telemetry.moved is None:
        return NOTHING
    if telemetry.moved == 0:
        return translate("layers", "exactly 0")
    return three_digits(telemetry.moved)


def moved_words(telemetry: LayerTelemetry) -> str:
    """The distance moved, saying what it is."""
    return translate("layers", "moved {distance}").format(distance=moved_text(telemetry))


def parameters_text(row: LayerRow) -> str:
    """The number of parameters; a dash for a kind that has none."""
    return f"{row.parameters:,}" if row.layer.has_parameters else NOTHING


def parameters_words(row: LayerRow) -> str:
    """The number of parameters, saying what it is."""
    if not row.layer.has_parameters:
        return translate("layers", "no parameters")
    return translate("layers", "{count} parameters").format(count=f"{row.parameters:,}")


def cell_tip(column: Column, row: LayerRow) -> str:
    """The tooltip of a cell: what the number is, in the engine's words where it has them."""
    tips = {
        Column.LAYER: _layer_tip(row),
        Column.UNITS: _units_tip(row),
        Column.ACTIVATION: _activation_tip(row),
        Column.TRAINS: _box_tip(row),
        Column.RATE: _rate_tip(row),
        Column.PARAMETERS: _joined(parameters_tip(row.layer), part_tip(row)),
        Column.MOVED: translate(
            "layers",
            "How far the layer moved since the start: ‖w − w₀‖ / ‖w₀‖ over its weights and biases.",
        ),
        Column.HISTOGRAM: translate(
            "layers", "Weights now (bars) over the weights at the start (outline)."
        ),
    }
    return wrapped(tips[column])


def option_text(name: str, number: float) -> str:
    """A seldom changed number of a layer, with its name."""
    return f"{name} {field_text(number)}"


def _layer_tip(row: LayerRow) -> str:
    """The kind, what it does, what is set in it, and what happens to it."""
    lines = [f"{kind_title(row.layer.kind)} · {row.id}", kind_tip(row.layer.kind)]
    lines.append(", ".join(option_text(*option) for option in options(row.layer).items()))
    lines.append(status_tip(row))
    if not row.plan.detached and not row.cut_by:
        lines.append(translate("layers", "More in the context menu: detach, options."))
    return _joined(*lines)


def _units_tip(row: LayerRow) -> str:
    if not row.is_output:
        return size_tip(row.layer)
    return translate(
        "layers",
        "Units of the output layer: given by the data set. One for a number or two classes, else "
        "one per class. To change it, choose another data set.",
    )


def _activation_tip(row: LayerRow) -> str:
    field = type(row.layer).model_fields.get("activation")
    if field is None:
        return translate("layers", "This kind of layer has no activation of its own.")
    return field.description or ""


def _box_text(row: LayerRow) -> str:
    if not has_box(row.layer):
        return NOTHING
    if row.frozen:
        return translate("layers", "frozen")
    drops = isinstance(row.layer, Dropout)
    trains = part_text(row) or translate("layers", "trains")
    return translate("layers", "drops") if drops else trains


def _box_tip(row: LayerRow) -> str:
    if not has_box(row.layer):
        return translate("layers", "Nothing is computed here, so there is nothing to freeze.")
    tip = _documented("trainable")
    if isinstance(row.layer, Dropout):
        tip = translate(
            "layers",
            "Ticked: drops values as in training. Cleared: the layer is frozen. It has no "
            "parameters, so nothing in it is ever updated.",
        )
    return _joined(tip, part_tip(row), when_frozen_tip(row))


def _rate_tip(row: LayerRow) -> str:
    if not row.layer.has_parameters:
        return parameters_tip(row.layer)
    tip = _documented("learning_rate")
    if row.trainable:
        return tip
    kept = translate("layers", "Frozen: the rate is kept, and used again when the layer trains.")
    return f"{kept}\n{tip}"


def _joined(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def _documented(field: str) -> str:
    return LayerPlan.model_fields[field].description or ""
