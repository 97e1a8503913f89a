"""Changes of an experiment's structure: layers, variants, data set. Pure: each makes a new value.

Ids stay what they are, new ones never collide, and every variant keeps a plan for every layer.
All raise ExperimentError, and change nothing, where the result would not be an experiment.
"""

from collections.abc import Container, Mapping, Sequence

from engine.checks import suitable_losses, suitable_units
from engine.datasets.registry import describe
from engine.errors import ExperimentError, Problem
from engine.experiment import Activation, Dense, Experiment, LayerPlan, Variant

NAME_LENGTH = 80  # as in experiment.Name


def insert_layer(experiment: Experiment, index: int) -> Experiment:
    """A new Dense layer of 8 relu units at `index`, counted from the input; never after the output.

    It trains in every variant, at the rate of the layer that stood there.
    """
    index = _clamped(index, len(experiment.layers) - 1)
    layer = Dense(id=_new_layer_id(experiment), units=8, activation="relu")
    above = experiment.layers[index].id
    plans = {v.id: v.layers[above].replace(trainable=True) for v in experiment.variants}
    return _with_new_layer(experiment, index, layer, plans)


def duplicate_layer(experiment: Experiment, layer_id: str) -> Experiment:
    """A copy of a layer and its plans, right after it; a copy of the output goes before it.

    There the copy is a hidden layer, so it takes relu.
    """
    original, index = experiment.layer(layer_id), _layer_index(experiment, layer_id)
    copy = original.replace(id=_new_layer_id(experiment))
    if original is experiment.layers[-1]:
        copy = copy.replace(activation="relu")
    else:
        index += 1
    plans = {v.id: v.layers[layer_id] for v in experiment.variants}
    return _with_new_layer(experiment, index, copy, plans)


def remove_layer(experiment: Experiment, layer_id: str) -> Experiment:
    """Without this layer and its plans. The output layer stays."""
    index = _hidden_index(experiment, layer_id, "cannot be removed")
    return _with_layers(experiment, experiment.layers[:index] + experiment.layers[index + 1 :])


def move_layer(experiment: Experiment, layer_id: str, index: int) -> Experiment:
    """A hidden layer moved so that it stands at `index`; the output layer stays last."""
    was = _hidden_index(experiment, layer_id, "cannot be moved")
    layers = list(experiment.layers)
    layer = layers.pop(was)
    layers.insert(_clamped(index, len(layers) - 1), layer)
    return _with_layers(experiment, layers)


def replace_layer(experiment: Experiment, layer: Dense) -> Experiment:
    """With the layer of the same id changed to this one; its plans stay."""
    layers = list(experiment.layers)
    layers[_layer_index(experiment, layer.id)] = layer
    return _with_layers(experiment, layers)


def add_variant(experiment: Experiment) -> Experiment:
    """One more variant, last: everything trains, at the first variant's rates."""
    number = _new_variant_number(experiment)
    first = experiment.variants[0]
    plans = {name: plan.replace(trainable=True) for name, plan in first.layers.items()}
    added = Variant(id=f"variant-{number}", name=f"Variant {number}", layers=plans)
    return experiment.replace(variants=(*experiment.variants, added))


def duplicate_variant(experiment: Experiment, variant_id: str) -> Experiment:
    """A copy of a variant, right after it, named "… copy"."""
    original = experiment.variant(variant_id)
    names = [v.name for v in experiment.variants]
    copy = original.replace(
        id=f"variant-{_new_variant_number(experiment)}", name=_copy_name(original.name, names)
    )
    index = experiment.variants.index(original) + 1
    variants = (*experiment.variants[:index], copy, *experiment.variants[index:])
    return experiment.replace(variants=variants)


def remove_variant(experiment: Experiment, variant_id: str) -> Experiment:
    """Without this variant. One always stays."""
    removed = experiment.variant(variant_id)
    if len(experiment.variants) == 1:
        text = f"{removed.name!r} is the only variant; an experiment needs at least one"
        raise ExperimentError([Problem("variants", text)])
    return experiment.replace(variants=tuple(v for v in experiment.variants if v is not removed))


def with_data(experiment: Experiment, name: str) -> Experiment:
    """On another data set, with the output layer fitted to it.

    Raises DatasetError if there is no such data set.
    """
    data = experiment.data.replace(name=describe(name).name)
    return fitted_output(experiment.replace(data=data))


def fitted_output(experiment: Experiment) -> Experiment:
    """With the output layer that suits the data, and the loss "auto" unless the old one still fits.

    2 classes: 1 sigmoid unit. k classes: k linear units (the softmax is part of the loss).
    Regression: 1 linear unit. Raises DatasetError if the data set is unknown.
    """
    description = describe(experiment.data.name)
    units = description.classes if description.classes > 2 else 1
    activation: Activation = "sigmoid" if description.classes == 2 else "linear"
    output = experiment.layers[-1].replace(units=units, activation=activation)
    loss = experiment.training.loss
    if loss not in suitable_losses(description) or units not in suitable_units(description, loss):
        loss = "auto"
    training = experiment.training.replace(loss=loss)
    return replace_layer(experiment.replace(training=training), output)


def _with_new_layer(
    experiment: Experiment, index: int, layer: Dense, plans: Mapping[str, LayerPlan]
) -> Experiment:
    """`plans` holds the new layer's plan of every variant, by variant id."""
    layers = (*experiment.layers[:index], layer, *experiment.layers[index:])
    return _with_layers(experiment, layers, {key: {layer.id: p} for key, p in plans.items()})


def _with_layers(
    experiment: Experiment,
    layers: Sequence[Dense],
    added: Mapping[str, Mapping[str, LayerPlan]] | None = None,
) -> Experiment:
    """With these layers, the plans in their order; `added` holds the plans of new ones."""
    variants = []
    for variant in experiment.variants:
        plans = {**variant.layers, **(added or {}).get(variant.id, {})}
        variants.append(variant.replace(layers={layer.id: plans[layer.id] for layer in layers}))
    return experiment.replace(layers=tuple(layers), variants=tuple(variants))


def _layer_index(experiment: Experiment, layer_id: str) -> int:
    return experiment.layers.index(experiment.layer(layer_id))


def _hidden_index(experiment: Experiment, layer_id: str, refusal: str) -> int:
    index = _layer_index(experiment, layer_id)
    if index == len(experiment.layers) - 1:
        text = f"{layer_id!r} is the output layer and {refusal}; choose a hidden layer"
        raise ExperimentError([Problem(f"layers[{index}]", text)])
    return index


def _new_layer_id(experiment: Experiment) -> str:
    taken = {layer.id for layer in experiment.layers}
    number = 1
    while f"hidden-{number}" in taken:
        number += 1
    return f"hidden-{number}"


def _new_variant_number(experiment: Experiment) -> int:
    taken = {v.id for v in experiment.variants} | {v.name for v in experiment.variants}
    number = len(experiment.variants) + 1
    while f"variant-{number}" in taken or f"Variant {number}" in taken:
        number += 1
    return number


def _copy_name(name: str, taken: Container[str]) -> str:
    number, ending = 1, " copy"
    while (candidate := name[: NAME_LENGTH - len(ending)] + ending) in taken:
        number += 1
        ending = f" copy {number}"
    return candidate


def _clamped(index: int, highest: int) -> int:
    return max(0, min(index, highest))
