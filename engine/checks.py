"""What an experiment's fields cannot see alone: do data, output layer, loss and size fit together?

No torch here, and nothing is loaded: a window asks after every edit.
"""

from collections.abc import Iterator
from typing import Literal

from engine.backprop import computed_values, layer_parameters, layer_shapes
from engine.datasets.registry import Description, describe
from engine.datasets.rows import row_counts, split_problem
from engine.errors import DatasetError, ExperimentError, Problem
from engine.experiment import Experiment, Loss
from engine.layer_specs import ACTIVATIONS, PCA, Activation, BatchNorm

ResolvedLoss = Literal["binary_cross_entropy", "cross_entropy", "mean_squared_error"]

MAX_PARAMETERS = 200_000_000  # of all members: 0.8 GB, and Adam's two moments as much again each
MAX_BATCH_VALUES = 200_000_000  # inputs and activations of one step, all members: 0.8 GB


def resolved_loss(experiment: Experiment) -> ResolvedLoss:
    """The loss that "auto" stands for: squared error for numbers, cross-entropy for classes.

    One output unit takes the binary form. Raises DatasetError if the data set is unknown.
    """
    loss = experiment.training.loss
    if loss != "auto":
        return loss
    if describe(experiment.data.name).task == "regression":
        return "mean_squared_error"
    return "binary_cross_entropy" if experiment.output.units == 1 else "cross_entropy"


def experiment_problems(experiment: Experiment) -> tuple[Problem, ...]:
    """Everything that keeps a valid experiment from being trained, with paths as in the file."""
    try:
        description = describe(experiment.data.name)
    except DatasetError as error:
        return (Problem("data.name", str(error).removeprefix("data.name: ")),)
    return (
        *_split_problems(experiment),
        *_output_problems(experiment, description),
        *_layer_problems(experiment),
        *_subset_problems(experiment),
        *_size_problems(experiment),
    )


def checked(experiment: Experiment) -> Experiment:
    """The experiment itself. Raises ExperimentError that lists everything wrong with it."""
    problems = experiment_problems(experiment)
    if problems:
        raise ExperimentError(problems, experiment.name)
    return experiment


def suitable_losses(description: Description) -> tuple[Loss, ...]:
    """The losses that the targets of a data set allow."""
    if description.task == "regression":
        return ("auto", "mean_squared_error")
    if description.classes == 2:
        return ("auto", "binary_cross_entropy", "cross_entropy", "mean_squared_error")
    return ("auto", "cross_entropy", "mean_squared_error")


def suitable_units(description: Description, loss: Loss) -> tuple[int, ...]:
    """The numbers of output units that a data set allows under one of its suitable losses."""
    if description.task == "regression" or loss == "binary_cross_entropy":
        return (1,)
    if description.classes == 2 and loss != "cross_entropy":
        return (1, 2)
    return (description.classes,)


def suitable_activations(
    description: Description, loss: Loss, units: int
) -> tuple[Activation, ...]:
    """The activations of the output layer that its loss allows.

    Cross-entropies contain their sigmoid or softmax, so others would be applied for nothing.
    """
    if loss == "mean_squared_error" or description.task == "regression":
        return ACTIVATIONS
    if description.classes == 2 and loss != "cross_entropy" and units != 2:
        return ("sigmoid", "linear")
    return ("linear",)


def _split_problems(experiment: Experiment) -> Iterator[Problem]:
    problem = split_problem(experiment.data)
    if problem is not None:
        yield Problem("data.validation_fraction", problem)


def _output_problems(experiment: Experiment, description: Description) -> Iterator[Problem]:
    output, path = experiment.output, f"layers[{len(experiment.layers) - 1}]"
    loss = experiment.training.loss
    targets = f"{description.title} ({_targets(description)})"
    losses = suitable_losses(description)
    if loss not in losses:
        yield Problem("training.loss", f"{loss} does not suit {targets}; choose {_or(losses)}")
        loss = "auto"
    units = suitable_units(description, loss)
    if output.units not in units:
        under = "" if loss == "auto" else f" under {loss}"
        yield Problem(
            f"{path}.units", f"must be {_or(units)} for {targets}{under}, not {output.units}"
        )
    activations = suitable_activations(description, loss, output.units)
    if output.activation not in activations:
        yield Problem(
            f"{path}.activation",
            f"must be {_or(activations)}, not {output.activation}: "
            f"the loss takes its sigmoid or softmax from the values before the activation",
        )


def _layer_problems(experiment: Experiment) -> Iterator[Problem]:
    """Layers that the number of rows or of inputs does not allow."""
    rows = row_counts(experiment.data).training
    batch = min(experiment.training.batch_size, rows)
    shapes = layer_shapes(experiment)
    for index, (layer, (inputs, _)) in enumerate(zip(experiment.layers, shapes, strict=True)):
        if isinstance(layer, PCA) and layer.units > min(inputs, rows):
            yield Problem(
                f"layers[{index}].units",
                f"must be at most {min(inputs, rows):,}, not {layer.units:,}: there are no more "
                f"principal components in {rows:,} rows of {inputs:,} values",
            )
    norms = [layer.id for layer in experiment.layers if isinstance(layer, BatchNorm)]
    if norms and 1 in (batch, rows % batch):
        yield Problem(
            "training.batch_size",
            f"{experiment.training.batch_size:,} leaves a batch of a single row of {rows:,}, "
            f"which {norms[0]} (batch norm) cannot normalize; take another batch size",
        )


def _subset_problems(experiment: Experiment) -> Iterator[Problem]:
    """Subsets of layers that have not so many parameters."""
    parameters = layer_parameters(experiment)
    for index, variant in enumerate(experiment.variants):
        for layer, plan in variant.layers.items():
            if plan.subset is not None and plan.subset.count > parameters[layer]:
                has = f"{parameters[layer]:,} weights and biases" if parameters[layer] else "none"
                yield Problem(
                    f"variants[{index}].layers.{layer}.subset.count",
                    f"{plan.subset.count:,} cannot train of {layer}, which has {has}; "
                    f"lower the number, or remove {variant.name!r}",
                )


def _size_problems(experiment: Experiment) -> Iterator[Problem]:
    members = len(experiment.variants) * len(experiment.training.seeds)
    of = (
        f"{members:,} members ({len(experiment.variants):,} variants × "
        f"{len(experiment.training.seeds):,} seeds)"
    )
    parameters = sum(layer_parameters(experiment).values())
    if parameters * members > MAX_PARAMETERS:
        yield Problem(
            "layers",
            f"{parameters:,} parameters × {of} = {parameters * members:,}, above the limit of "
            f"{MAX_PARAMETERS:,}; take fewer units, variants or seeds",
        )
    rows = min(experiment.training.batch_size, row_counts(experiment.data).training)
    width = sum(computed_values(experiment))
    if rows * width * members > MAX_BATCH_VALUES:
        yield Problem(
            "training.batch_size",
            f"{rows:,} rows × {width:,} inputs and units × {of} = {rows * width * members:,} "
            f"values in one step, above the limit of {MAX_BATCH_VALUES:,}; take a smaller batch, "
            f"fewer units, variants or seeds",
        )
    yield from _split_size_problems(experiment)
    training_rows = row_counts(experiment.data).training
    outputs = experiment.output.units
    if training_rows * (outputs + 2) * members > MAX_BATCH_VALUES:  # outputs, losses, row order
        yield Problem(
            "training.seeds",
            f"an epoch keeps {training_rows:,} rows × {outputs} outputs × {of}, above the limit of "
            f"{MAX_BATCH_VALUES:,} values; take fewer variants or seeds",
        )


def _split_size_problems(experiment: Experiment) -> Iterator[Problem]:
    """A copy of the rows for every seed, where each has a split of its own."""
    data, seeds = experiment.data, len(experiment.training.seeds)
    if not (data.split_per_seed and data.validation_fraction):
        return
    rows, inputs = row_counts(data).total, describe(data.name).inputs
    if rows * inputs * seeds > MAX_BATCH_VALUES:
        yield Problem(
            "data.split_per_seed",
            f"{rows:,} rows × {inputs:,} inputs × {seeds:,} seeds = {rows * inputs * seeds:,} "
            f"values, above the limit of {MAX_BATCH_VALUES:,}; take fewer seeds, or one split",
        )


def _targets(description: Description) -> str:
    return f"{description.classes} classes" if description.classes else "a number as target"


def _or(choices: tuple[object, ...]) -> str:
    words = [str(choice) for choice in choices]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
