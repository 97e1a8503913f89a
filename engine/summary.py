"""The summary of a network: layer, output shape, parameters, trainable, as people know it.

No torch here: counts follow from the experiment as it is now, never from a network made earlier.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.backprop import (
    ParameterCounts,
    layer_shapes,
    updated_layers,
    variant_counts,
)
from engine.datasets.registry import describe
from engine.experiment import Experiment, Variant
from engine.journal import SetDetached, SetTrainable
from engine.layer_specs import (
    PCA,
    BatchNorm,
    Dense,
    Dropout,
    Flatten,
    Layer,
    LayerKind,
    LayerNorm,
    Residual,
)

Shape = tuple[int, ...]
NOTHING = "–"
"""Where there is no number or no answer; never a zero."""

_TITLES = ("Layer", "Kind", "Output shape", "Parameters", "Trainable")
_TRAINABLE = {True: "yes", False: "no", None: NOTHING}
_GAP = "  "
_KIND_NAMES: Mapping[LayerKind, str] = {
    "dense": "Dense",
    "pca": "PCA",
    "residual": "Residual",
    "batch_norm": "BatchNorm",
    "layer_norm": "LayerNorm",
    "dropout": "Dropout",
    "flatten": "Flatten",
}


@dataclass(frozen=True)
class SummaryRow:
    """One layer as one variant treats it."""

    layer: str
    """The layer's id."""
    kind: LayerKind
    """What it is."""
    shape: Shape
    """Sizes of what a row of data has become after the layer, without the batch."""
    parameters: int
    """Weights, biases, scales and shifts: every number that training could update."""
    formula: str
    """How `parameters` comes about; empty where there are none."""
    trainable: bool | None
    """Whether the box is ticked; None where there is nothing to train."""
    updated: bool
    """Whether training updates it: ticked, and no layer from it upwards is detached."""
    trained: int
    """How many of its parameters train, by its box and its random part."""

    @property
    def kind_name(self) -> str:
        """What it is, as people know it: Dense, BatchNorm, …"""
        return _KIND_NAMES[self.kind]

    @property
    def partly(self) -> bool:
        """Whether it trains, but only some of its parameters: what torchinfo calls Partial."""
        return 0 < self.trained < self.parameters


@dataclass(frozen=True)
class Summary:
    """The network of one variant: its layers from input to output, its totals and what to know."""

    experiment: str
    """The experiment's title."""
    variant: str
    """The variant's name."""
    image_shape: Shape | None
    """Height and width where a row of data is an image."""
    input_shape: Shape
    """What reaches the first layer: height and width where Flatten takes images apart."""
    rows: tuple[SummaryRow, ...]
    counts: ParameterCounts
    """Parameters in all, trainable and non-trainable, by boxes and random parts as they are now."""
    buffers: int
    """Running means and variances of batch norm: kept, never trained, not parameters here."""
    notes: tuple[str, ...]
    """Sentences about what the numbers alone would not say."""


def summarize(experiment: Experiment, variant: Variant) -> Summary:
    """The summary of one variant of an experiment.

    Raises DatasetError if the data set is unknown.
    """
    counts = variant_counts(experiment, variant)
    buffers = _buffers(experiment)
    rows = tuple(_rows(experiment, variant))
    return Summary(
        experiment=experiment.name,
        variant=variant.name,
        image_shape=describe(experiment.data.name).image_shape,
        input_shape=_input_shape(experiment),
        rows=rows,
        counts=counts,
        buffers=buffers,
        notes=tuple(_notes(experiment, variant, rows, counts, buffers)),
    )


def shape_text(shape: Shape) -> str:
    """An output shape as Keras writes it, the batch first: `(None, 16)`."""
    return f"({', '.join(['None', *map(str, shape)])})"


def part_words(row: SummaryRow) -> str:
    """How many of a layer's parameters train: `9 of 496`."""
    return f"{row.trained:,} of {row.parameters:,}"


def summary_text(experiment: Experiment, variant: Variant) -> str:
    """The summary of one variant as plain text in columns, for a font of equal widths.

    Raises DatasetError if the data set is unknown.
    """
    summary = summarize(experiment, variant)
    image = summary.image_shape if summary.image_shape != summary.input_shape else None
    pixels = f" {image[0]} × {image[1]}" if image else ""
    source = ("input", f"Input{pixels}", shape_text(summary.input_shape), NOTHING, NOTHING)
    counts = (
        ("Total parameters", summary.counts.total),
        ("Trainable parameters", summary.counts.trainable),
        ("Non-trainable parameters", summary.counts.non_trainable),
    )
    return _joined(
        f"{_one_line(summary.experiment)} · {_one_line(summary.variant)}",
        *_table(_TITLES, [source, *map(_cells, summary.rows)], numbers={3}),
        "",
        *_aligned([(f"{what}:", f"{count:,}") for what, count in counts], numbers={1}),
        *(["", *summary.notes] if summary.notes else []),
    )


def summaries_text(experiment: Experiment) -> str:
    """The totals of every variant as plain text in columns, the variants' names last.

    Raises DatasetError if the data set is unknown.
    """
    counts = [variant_counts(experiment, variant) for variant in experiment.variants]
    lines = [
        (f"{of.trainable:,}", f"{of.non_trainable:,}", _one_line(variant.name))
        for variant, of in zip(experiment.variants, counts, strict=True)
    ]
    return _joined(
        f"{_one_line(experiment.name)} · {counts[0].total:,} parameters",
        *_table(("Trainable", "Non-trainable", "Variant"), lines, numbers={0, 1}),
    )


def _rows(experiment: Experiment, variant: Variant) -> Iterator[SummaryRow]:
    shape = _input_shape(experiment)
    updated = updated_layers(experiment.layers, variant)
    for layer, (inputs, outputs), updates in zip(
        experiment.layers, layer_shapes(experiment), updated, strict=True
    ):
        shape = shape if isinstance(layer, Dropout) else (outputs,)
        plan, parameters = variant.layers[layer.id], layer.parameter_count(inputs)
        yield SummaryRow(
            layer=layer.id,
            kind=layer.kind,
            shape=shape,
            parameters=parameters,
            formula=_formula(layer, inputs),
            trainable=plan.trainable if layer.has_parameters else None,
            updated=updates,
            trained=plan.trained(parameters),
        )


def _input_shape(experiment: Experiment) -> Shape:
    """Images are images as far as a Flatten; without one, rows of pixels come in."""
    description = describe(experiment.data.name)
    shaping = [layer for layer in experiment.layers if not isinstance(layer, Dropout)]
    if description.image_shape is not None and isinstance(shaping[0], Flatten):
        return description.image_shape
    return (description.inputs,)


def _formula(layer: Layer, inputs: int) -> str:
    match layer:
        case Dense() | PCA():
            biases = "offsets" if isinstance(layer, PCA) else "biases"
            return f"{inputs:,} × {layer.units:,} weights + {layer.units:,} {biases}"
        case Residual():
            weights = f"{inputs:,} × {layer.units:,} + {layer.units:,} × {inputs:,} weights"
            return f"{weights} + {layer.units:,} + {inputs:,} biases"
        case BatchNorm() | LayerNorm():
            return f"{inputs:,} scales + {inputs:,} shifts"
        case Dropout() | Flatten():
            return ""


def _buffers(experiment: Experiment) -> int:
    """Numbers in the running means and variances: two for every input of a batch norm."""
    shapes = layer_shapes(experiment)
    layers = zip(experiment.layers, shapes, strict=True)
    return sum(2 * inputs for layer, (inputs, _) in layers if isinstance(layer, BatchNorm))


def _notes(
    experiment: Experiment,
    variant: Variant,
    rows: Sequence[SummaryRow],
    counts: ParameterCounts,
    buffers: int,
) -> Iterator[str]:
    if not any(row.updated for row in rows):
        yield "Nothing is updated: the loss will stay as it is."
    cut_off = [row.layer for row in rows if row.trainable and not row.updated]
    if cut_off:
        yield f"Trainable, but cut off by a detached output: {', '.join(cut_off)}."
    parts = [f"{row.layer} ({part_words(row)})" for row in rows if row.partly]
    if parts:
        yield (
            f"Trained in part: {', '.join(parts)}. Chance chooses the parameters, anew for every "
            "seed; the others stand still."
        )
    if buffers:
        yield (
            f"Batch norm also keeps {buffers:,} running means and variances. They are not "
            f"parameters here; Keras counts them: {counts.total + buffers:,} in all, "
            f"{counts.non_trainable + buffers:,} non-trainable."
        )
    changes = (entry.edit for entry in experiment.script)
    if any(
        isinstance(edit, SetTrainable | SetDetached) and edit.variant == variant.id
        for edit in changes
    ):
        yield "The script changes during a run what trains; these are the counts at its start."


def _cells(row: SummaryRow) -> tuple[str, ...]:
    number = NOTHING if row.trainable is None else f"{row.parameters:,}"
    trains = f"partly, {part_words(row)}" if row.partly else _TRAINABLE[row.trainable]
    return row.layer, row.kind_name, shape_text(row.shape), number, trains


def _table(
    titles: Sequence[str], lines: Sequence[Sequence[str]], numbers: set[int]
) -> Iterator[str]:
    """The columns under their titles, with a rule between."""
    head, *body = _aligned([titles, *lines], numbers)
    yield from (head, "─" * len(head), *body)


def _aligned(lines: Sequence[Sequence[str]], numbers: set[int]) -> list[str]:
    """Cells of equal width in every column; those of `numbers` end, the others begin together."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [
        _GAP.join(
            cell.rjust(width) if place in numbers else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]


def _joined(*lines: str) -> str:
    return "\n".join(lines) + "\n"


def _one_line(name: str) -> str:
    """Names may hold anything; a line break would tear the table."""
    return "".join(letter if letter.isprintable() else " " for letter in name)
