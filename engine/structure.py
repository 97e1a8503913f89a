"""Changes of an experiment's structure: layers, variants, data set. Pure: each makes a new value.

Ids stay what they are, new ones never collide, and every variant keeps a plan for every layer.
All raise ExperimentError, and change nothing, where the result would not be an experiment.
"""

from collections.abc import Container, Mapping, Sequence

from engine.backprop import layer_shapes
from engine.checks import suitable_losses, suitable_units
from engine.datasets.registry import describe
from engine.errors import ExperimentError, Problem
from engine.experiment import Experiment, LayerPlan, Variant
from engine.layer_specs import (
    PCA,
    Activation,
    BatchNorm,
    Dense,
    Dropout,
    Flatten,
    Layer,
    LayerKind,
    LayerNorm,
    Residual,
)

NAME_LENGTH = 80  # as in experiment.Name


def insert_layer(experiment: Experiment, index: int, kind: LayerKind = "dense") -> Experiment:
    """A new layer of a kind at `index`, counted from the input; never after the output.

    A dense layer gets 8 relu units, a residual block 8 inside, a projection as many components as
    there are up to 8. It trains in every variant, at the rate of the layer that stood there; a
    projection is frozen.
    """
    index = _clamped(index, len(experiment.layers) - 1)
    layer = _new_layer(experiment, index, kind)
    above = experiment.layers[index].id
    trains = not isinstance(layer, PCA)
    plans = {
        v.id: LayerPlan(trainable=trains, learning_rate=v.layers[above].learning_rate)
        for v in experiment.variants
    }
    return _with_new_layer(experiment, index, layer, plans)


def duplicate_layer(experiment: Experiment, layer_id: str) -> Experiment:
    """A copy of a layer and its plans, right after it; a copy of the output goes before it.

    There the copy is a hidden layer, so a dense one takes relu.
    """
    original, index = experiment.layer(layer_id), _layer_index(experiment, layer_id)
    copy = original.replace(id=_new_layer_id(experiment, original.kind))
    if original is experiment.layers[-1]:
        if isinstance(copy, Dense):
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


def replace_layer(experiment: Experiment, layer: Layer) -> Experiment:
    """With the layer of the same id changed to this one; its plans stay."""
    layers = list(experiment.layers)
    layers[_layer_index(experiment, layer.id)] = layer
    return _with_layers(experiment, layers)


def add_variant(experiment: Experiment) -> Experiment:
    """One more variant, last: everything but projections trains, at the first variant's rates."""
    number = _new_variant_number(experiment)
    first = experiment.variants[0]
    plans = {
        layer.id: first.layers[layer.id].replace(
            trainable=not isinstance(layer, PCA), detached=False, subset=None
        )
        for layer in experiment.layers
    }
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
    script = list(experiment.script)
    for entry in experiment.script:
        if entry.edit.variant == variant_id:
            script.append(entry.replace(edit=entry.edit.replace(variant=copy.id)))
    return experiment.replace(variants=variants, script=tuple(script))


def remove_variant(experiment: Experiment, variant_id: str) -> Experiment:
    """Without this variant. One always stays."""
    removed = experiment.variant(variant_id)
    if len(experiment.variants) == 1:
        text = f"{removed.name!r} is the only variant; an experiment needs at least one"
        raise ExperimentError([Problem("variants", text)])
    return experiment.replace(
        variants=tuple(v for v in experiment.variants if v is not removed),
        script=tuple(e for e in experiment.script if e.edit.variant != variant_id),
    )


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
    output = experiment.output
    if isinstance(output, Dense):
        output = output.replace(units=units, activation=activation)
    else:
        output = output.replace(units=units)
    loss = experiment.training.loss
    if loss not in suitable_losses(description) or units not in suitable_units(description, loss):
        loss = "auto"
    training = experiment.training.replace(loss=loss)
    return replace_layer(experiment.replace(training=training), output)


def _with_new_layer(
    experiment: Experiment, index: int, layer: Layer, plans: Mapping[str, LayerPlan]
) -> Experiment:
    """`plans` holds the new layer's plan of every variant, by variant id."""
    layers = (*experiment.layers[:index], layer, *experiment.layers[index:])
    return _with_layers(experiment, layers, {key: {layer.id: p} for key, p in plans.items()})


def _with_layers(
    experiment: Experiment,
    layers: Sequence[Layer],
    added: Mapping[str, Mapping[str, LayerPlan]] | None = None,
) -> Experiment:
    """With these layers, the plans in their order; `added` holds the plans of new ones."""
    variants = []
    for variant in experiment.variants:
        plans = {**variant.layers, **(added or {}).get(variant.id, {})}
        variants.append(variant.replace(layers={layer.id: plans[layer.id] for layer in layers}))
    gone = {layer.id for layer in experiment.layers} - {layer.id for layer in layers}
    script = tuple(e for e in experiment.script if getattr(e.edit, "layer", None) not in gone)
    return experiment.replace(layers=tuple(layers), variants=tuple(variants), script=script)


def _layer_index(experiment: Experiment, layer_id: str) -> int:
    return experiment.layers.index(experiment.layer(layer_id))


def _hidden_index(experiment: Experiment, layer_id: str, refusal: str) -> int:
    index = _layer_index(experiment, layer_id)
    if index == len(experiment.layers) - 1:
        text = f"{layer_id!r} is the output layer and {refusal}; choose a hidden layer"
        raise ExperimentError([Problem(f"layers[{index}]", text)])
    return index


def _new_layer(experiment: Experiment, index: int, kind: LayerKind) -> Layer:
    layer_id = _new_layer_id(experiment, kind)
    if kind == "pca":  # the only kind for which the data must be known
        inputs, _ = layer_shapes(experiment)[index]
        return PCA(id=layer_id, units=min(8, inputs))
    made: Mapping[LayerKind, Layer] = {
        "dense": Dense(id=layer_id, units=8),
        "residual": Residual(id=layer_id, units=8),
        "batch_norm": BatchNorm(id=layer_id),
        "layer_norm": LayerNorm(id=layer_id),
        "dropout": Dropout(id=layer_id),
        "flatten": Flatten(id=layer_id),
    }
    return made[kind]


def _new_layer_id(experiment: Experiment, kind: LayerKind) -> str:
    word = "hidden" if kind == "dense" else kind.replace("_", "-")
    taken = {layer.id for layer in experiment.layers}
    number = 1
    while f"{word}-{number}" in taken:
        number += 1
    return f"{word}-{number}"


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
