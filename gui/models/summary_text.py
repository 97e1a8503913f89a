"""The words of the network's summary: what stands in a cell, and what its tooltip says."""

from collections.abc import Iterator
from enum import IntEnum

from PySide6.QtCore import QCoreApplication

from engine.backprop import ParameterCounts
from engine.experiment import Experiment, LayerPlan
from engine.summary import (
    NOTHING,
    Shape,
    Summary,
    SummaryRow,
    part_words,
    shape_text,
    summaries_text,
    summary_text,
)
from gui.models.layer_kinds import kind_tip, kind_title, kind_word
from gui.widgets.variant_pattern import LayerSign, describe_pattern

translate = QCoreApplication.translate


class SummaryColumn(IntEnum):
    """What stands where in a row of the summary."""

    LAYER = 0
    SHAPE = 1
    PARAMETERS = 2
    TRAINS = 3


def column_title(column: SummaryColumn) -> str:
    """The words above a column."""
    titles = {
        SummaryColumn.LAYER: translate("summary", "layer"),
        SummaryColumn.SHAPE: translate("summary", "output"),
        SummaryColumn.PARAMETERS: translate("summary", "parameters"),
        SummaryColumn.TRAINS: translate("summary", "trains"),
    }
    return titles[column]


def column_tip(column: SummaryColumn) -> str:
    """What the values of a column are."""
    tips = {
        SummaryColumn.LAYER: translate("summary", "The layers, from input to output."),
        SummaryColumn.SHAPE: translate(
            "summary",
            "Output shape: the sizes of what comes out of the layer. None stands for the rows of a "
            "batch, however many they are.",
        ),
        SummaryColumn.PARAMETERS: translate(
            "summary",
            "Weights, biases, scales and shifts: every number of the layer that training could "
            "update.",
        ),
        SummaryColumn.TRAINS: LayerPlan.model_fields["trainable"].description or "",
    }
    return tips[column]


def summary_cell_text(column: SummaryColumn, row: SummaryRow) -> str:
    """What a cell shows, or what is said of the sign in it."""
    texts = {
        SummaryColumn.LAYER: row.layer,
        SummaryColumn.SHAPE: shape_text(row.shape),
        SummaryColumn.PARAMETERS: NOTHING if row.trainable is None else f"{row.parameters:,}",
        SummaryColumn.TRAINS: _trains_text(row),
    }
    return texts[column]


def kind_line(row: SummaryRow) -> str:
    """The line under a layer's id: what it is, and how many train where not all do."""
    return f"{kind_word(row.kind)} · {part_words(row)}" if row.partly else kind_word(row.kind)


def short_shape(shape: Shape) -> str:
    """An output shape where there is little room: the batch, which is always there, left out."""
    return " × ".join(map(str, shape))


def layer_sign(row: SummaryRow) -> LayerSign:
    """What the variant does with the layer, as its chip shows it."""
    if row.trainable is None:
        return "no parameters"
    if row.updated:
        return "trains"
    return "cut off" if row.trainable else "frozen"


def summary_cell_tip(column: SummaryColumn, row: SummaryRow) -> str:
    """The tooltip of a cell, in the engine's words where it has them."""
    tip = column_tip(column)
    match column:
        case SummaryColumn.LAYER:
            return f"{kind_title(row.kind)} {row.layer}\n{kind_tip(row.kind)}"
        case SummaryColumn.SHAPE:
            return f"{shape_text(row.shape)}\n{tip}"
        case SummaryColumn.PARAMETERS if row.formula:
            return f"{row.formula} = {row.parameters:,}\n{tip}"
        case SummaryColumn.PARAMETERS | SummaryColumn.TRAINS if row.trainable is None:
            return translate("summary", "This layer has nothing that training could update.")
        case SummaryColumn.TRAINS:
            return "\n".join([*_trains_tips(row), tip])
    return tip


def _trains_tips(row: SummaryRow) -> Iterator[str]:
    """What is to be known of a tick in this row."""
    if row.trainable and not row.updated:
        yield translate(
            "summary",
            "Cut off: ticked, but the output of this layer or of a later one is detached, so no "
            "gradient comes here.",
        )
    if row.partly:
        yield translate(
            "summary", "Trains in part: {part} of its parameters, chosen at random."
        ).format(part=part_words(row))


def _trains_text(row: SummaryRow) -> str:
    if row.trainable is None:
        return NOTHING
    words = describe_pattern([layer_sign(row)])
    return f"{words}, {part_words(row)}" if row.partly else words


def counts_lines(counts: ParameterCounts) -> tuple[tuple[str, str, str], ...]:
    """(what, number, definition) of a variant's totals."""
    return (
        (
            translate("summary", "total parameters"),
            f"{counts.total:,}",
            translate("summary", "The parameters of all layers."),
        ),
        (
            translate("summary", "trainable"),
            f"{counts.trainable:,}",
            translate(
                "summary",
                "Parameters of layers whose box is ticked, as it stands now; of a layer that "
                "trains in part, that part.",
            ),
        ),
        (
            translate("summary", "non-trainable"),
            f"{counts.non_trainable:,}",
            translate(
                "summary",
                "Parameters that stand still, as in frozen layers: total minus trainable.",
            ),
        ),
    )


def source_text(summary: Summary) -> str:
    """The line above the first layer: `input (None, 784) · images of 28 × 28`."""
    text = translate("summary", "input {shape}").format(shape=shape_text(summary.input_shape))
    if summary.image_shape in (None, summary.input_shape):
        return text
    images = translate("summary", "images of {size}").format(size=short_shape(summary.image_shape))
    return f"{text} · {images}"


def notes_text(summary: Summary) -> str:
    """What the numbers alone would not say, a sentence a line."""
    return "\n".join(summary.notes)


def copied_text(experiment: Experiment, variant_id: str) -> str:
    """What the copy command copies: one variant's summary, and every variant's totals if several.

    Raises ExperimentError for an unknown variant and DatasetError for an unknown data set.
    """
    text = summary_text(experiment, experiment.variant(variant_id))
    if len(experiment.variants) > 1:
        text += "\n" + summaries_text(experiment)
    return text
