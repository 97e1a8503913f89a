"""The words of the layer stack: what stands in a cell, and what its tooltip says."""

from PySide6.QtCore import QCoreApplication

from engine.experiment import Activation, Dense, LayerPlan
from gui.models.layer_rows import Column, LayerRow, LayerTelemetry
from gui.widgets.rate_text import format_rate
from gui.widgets.reach_badge import reach_explanation, reach_word

translate = QCoreApplication.translate

NOTHING = "–"
"""Where there is no number; never a zero."""


def cell_text(column: Column, row: LayerRow, telemetry: LayerTelemetry | None) -> str:
    """What a cell shows, or what a screen reader says of it."""
    trains = translate("layers", "trains") if row.trainable else translate("layers", "frozen")
    texts = {
        Column.LAYER: row.id,
        Column.UNITS: str(row.units),
        Column.ACTIVATION: activation_text(row.activation),
        Column.TRAINS: trains,
        Column.RATE: format_rate(row.learning_rate),
        Column.PARAMETERS: f"{row.parameters:,}",
        Column.MOVED: moved_text(telemetry),
    }
    return texts.get(column, "")


def activation_text(activation: Activation) -> str:
    """An activation as it is written on the screen."""
    return activation.replace("_", " ")


def moved_text(telemetry: LayerTelemetry | None) -> str:
    """The distance moved in 3 significant digits; "exactly 0" is another thing than "nearly"."""
    if telemetry is None or telemetry.moved is None:
        return NOTHING
    if telemetry.moved == 0:
        return translate("layers", "exactly 0")
    return f"{telemetry.moved:#.3g}".rstrip(".")


def moved_words(telemetry: LayerTelemetry) -> str:
    """The distance moved, saying what it is."""
    return translate("layers", "moved {distance}").format(distance=moved_text(telemetry))


def parameters_words(row: LayerRow) -> str:
    """The number of parameters, saying what it is."""
    return translate("layers", "{count} parameters").format(count=f"{row.parameters:,}")


def status_text(row: LayerRow) -> str:
    """The second line of a row: what happens to the layer, or when its change will."""
    if row.pending:
        return translate("layers", "at the next run")
    if row.stands_still:
        return translate("layers", "computes its gradient, does not move")
    return reach_word(row.reach)


def status_tip(row: LayerRow) -> str:
    """What the second line means."""
    tip = reach_explanation(row.reach)
    if row.stands_still:
        tip = translate(
            "layers",
            "Learning rate 0: the layer computes its gradient and does not move. That is not "
            "frozen: it saves no cost, and the optimizer's moments build up.",
        )
    if row.pending:
        later = translate(
            "layers", "The run that is going has this layer otherwise: applies at the next run."
        )
        tip = f"{later}\n{tip}"
    return tip


def cell_tip(column: Column, row: LayerRow) -> str:
    """The tooltip of a cell: what the number is, in the engine's words where it has them."""
    tips = {
        Column.LAYER: f"{translate('layers', 'Dense layer')} {row.id}\n{status_tip(row)}",
        Column.UNITS: _units_tip(row),
        Column.ACTIVATION: _documented(Dense, "activation"),
        Column.TRAINS: _documented(LayerPlan, "trainable"),
        Column.RATE: _rate_tip(row),
        Column.PARAMETERS: translate(
            "layers", "Weights and biases of this layer: inputs × units + units."
        ),
        Column.MOVED: translate(
            "layers",
            "How far the layer moved since the start: ‖w − w₀‖ / ‖w₀‖ over its weights and biases.",
        ),
        Column.HISTOGRAM: translate(
            "layers", "Weights now (bars) over the weights at the start (outline)."
        ),
    }
    return tips[column]


def _units_tip(row: LayerRow) -> str:
    if not row.is_output:
        return _documented(Dense, "units")
    return translate(
        "layers",
        "Units of the output layer: given by the data set. One for a number or two classes, else "
        "one per class. To change it, choose another data set.",
    )


def _rate_tip(row: LayerRow) -> str:
    tip = _documented(LayerPlan, "learning_rate")
    if row.trainable:
        return tip
    kept = translate("layers", "Frozen: the rate is kept, and used again when the layer trains.")
    return f"{kept}\n{tip}"


def _documented(value: type[Dense] | type[LayerPlan], field: str) -> str:
    return value.model_fields[field].description or ""
