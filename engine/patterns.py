"""Freeze patterns, and controls that train as many parameters elsewhere. Pure: no torch here.

A pattern says which layers train. n layers have 2^n patterns; beside each other they show what
training each layer is worth. They also train unequal numbers of parameters: what a pattern owes to
*which* parameters it trains, and what to *how many*, the controls tell apart.
"""

import itertools
from collections.abc import Mapping, Sequence

from engine.backprop import layer_parameters, updated_layers
from engine.errors import ExperimentError, Problem
from engine.experiment import Experiment, LayerPlan, Subset, Variant

MOST_VARIANTS = 1024  # as in Experiment.variants
MOST_VARIED = 10  # layers: 2^10 = 1,024 patterns
NAME_LENGTH = 80  # as in values.Name


def trained_layers(experiment: Experiment, variant: Variant) -> tuple[str, ...]:
    """Ids of the layers that a variant trains, from input to output: its pattern.

    Only layers that have parameters; of a layer that trains in part, the whole counts.
    """
    return tuple(
        layer.id
        for layer in experiment.layers
        if layer.has_parameters and variant.layers[layer.id].trainable
    )


def varied_layers(experiment: Experiment) -> tuple[str, ...]:
    """Ids of the layers that can be trained or frozen, from input to output."""
    return tuple(layer.id for layer in experiment.layers if layer.has_parameters)


def with_every_pattern(
    experiment: Experiment, varied: Sequence[str] | None = None, like: str | None = None
) -> Experiment:
    """With a variant for every way to train or freeze the varied layers, 2^n in all.

    `varied`: ids of layers; None: all that have parameters. Learning rates, and the layers that do
    not vary, are as in the variant `like`, or the first. Variants stay; one that is such a pattern
    already is not made again. New ones follow, those that train most first.

    Raises ExperimentError for a layer that has no parameters, and where there would be too many.
    """
    ids = varied_layers(experiment)
    chosen = ids if varied is None else tuple(each for each in ids if each in varied)
    unknown = [each for each in varied or () if each not in ids]
    if unknown:
        text = f"cannot be varied: {', '.join(unknown)}; layers with parameters: {', '.join(ids)}"
        raise ExperimentError([Problem("layers", text)])
    if len(chosen) > MOST_VARIED:
        count = f"{len(chosen)} layers have {2 ** len(chosen):,} patterns"
        text = f"{count}; vary at most {MOST_VARIED} layers"
        raise ExperimentError([Problem("variants", text)])
    base = experiment.variants[0] if like is None else experiment.variant(like)
    flags = itertools.product((True, False), repeat=len(chosen))
    patterns = sorted(flags, key=lambda flags: -sum(flags))  # stable: earlier layers first
    variants = [_pattern(base, dict(zip(chosen, flags, strict=True))) for flags in patterns]
    return _with_variants(experiment, variants)


def with_controls(experiment: Experiment, variant_id: str) -> Experiment:
    """With the capacity-fair controls of a variant; see `capacity_controls`."""
    return _with_variants(experiment, capacity_controls(experiment, variant_id))


def capacity_controls(experiment: Experiment, variant_id: str) -> tuple[Variant, ...]:
    """Variants that train exactly as many parameters as this one, chosen at random elsewhere.

    As many in each single layer that it freezes, in all of those together, and anywhere in the
    network, some of its own layers' among them, as far as there are so many. A layer's share of
    several is as large as its share of their parameters. Rates and all else are as in the variant.

    Raises ExperimentError for a variant that trains nothing, or everything. Layers that are ticked
    but cut off by a detached one are not trained.
    """
    variant = experiment.variant(variant_id)
    parameters = {layer: n for layer, n in layer_parameters(experiment).items() if n}
    number = _updated_parameters(experiment, variant, parameters)
    if number in (0, sum(parameters.values())):
        what = "trains nothing" if number == 0 else "trains every parameter"
        text = f"{variant.name!r} {what}: there is no control that trains as many elsewhere"
        raise ExperimentError([Problem("variants", text)])
    elsewhere = {layer: n for layer, n in parameters.items() if not variant.layers[layer].trainable}
    places = [(f"{number:,} of {layer}", {layer: n}) for layer, n in elsewhere.items()]
    if len(elsewhere) > 1:
        places.append((f"{number:,} of the other layers", elsewhere))
    places.append((f"{number:,} anywhere", parameters))
    return tuple(
        _control(variant, name, parameters, spread(number, layers))
        for name, layers in places
        if sum(layers.values()) >= number
    )


def controls_of(experiment: Experiment, variant_id: str) -> tuple[str, ...]:
    """Ids of the experiment's variants that are capacity-fair controls of this one.

    In the order of `capacity_controls`: the one anywhere in the network, if it is there, last. None
    of a variant that has no controls.
    """
    try:
        controls = capacity_controls(experiment, variant_id)
    except ExperimentError:
        return ()
    there = {_plans(each): each.id for each in experiment.variants if each.id != variant_id}
    found = (there[_plans(each)] for each in controls if _plans(each) in there)
    return tuple(dict.fromkeys(found))


def spread(number: int, parameters: Mapping[str, int]) -> dict[str, int]:
    """So many parameters divided among layers in proportion to their size; the sum is exact.

    Largest remainders get what rounding leaves (Hamilton's method).
    """
    total = sum(parameters.values())
    shares = {layer: divmod(number * n, total) for layer, n in parameters.items()}
    whole = {layer: share for layer, (share, _) in shares.items()}
    by_remainder = sorted(shares, key=lambda layer: -shares[layer][1])
    for layer in by_remainder[: number - sum(whole.values())]:
        whole[layer] += 1
    return whole


def _updated_parameters(
    experiment: Experiment, variant: Variant, parameters: Mapping[str, int]
) -> int:
    """How many parameters training moves."""
    updated = updated_layers(experiment.layers, variant)
    return sum(
        variant.layers[layer.id].trained(parameters[layer.id])
        for layer, updates in zip(experiment.layers, updated, strict=True)
        if updates
    )


def _pattern(base: Variant, trains: Mapping[str, bool]) -> Variant:
    plans = {
        layer: plan.replace(trainable=trains[layer], detached=False, subset=None)
        if layer in trains
        else plan
        for layer, plan in base.layers.items()
    }
    flags = "".join("1" if on else "0" for on in trains.values())
    return Variant(id=f"pattern-{flags}", name=_pattern_name(trains), layers=plans)


def _pattern_name(trains: Mapping[str, bool]) -> str:
    """What trains, or where most does, what does not."""
    ticked = [layer for layer, on in trains.items() if on]
    frozen = [layer for layer, on in trains.items() if not on]
    if not ticked or not frozen:
        return "All layers" if ticked else "No layer"
    if len(frozen) < len(ticked):
        name = f"All but {', '.join(frozen)}"
    else:
        name = f"Only {ticked[0]}" if len(ticked) == 1 else " + ".join(ticked)
    return name if len(name) <= NAME_LENGTH else f"{name[: NAME_LENGTH - 1]}…"


def _control(
    variant: Variant, name: str, parameters: Mapping[str, int], shares: Mapping[str, int]
) -> Variant:
    """As the variant, but each layer's share of its parameters trains, and no others."""
    plans: dict[str, LayerPlan] = {}
    for layer, plan in variant.layers.items():
        plans[layer] = plan.replace(detached=False)
        if layer in parameters:  # the box of others, such as dropout, means something else
            share = shares.get(layer, 0)
            whole = share in (0, parameters[layer])
            subset = None if whole else Subset(count=share)
            plans[layer] = plans[layer].replace(trainable=share > 0, subset=subset)
    return Variant(id=f"{variant.id[:40]}-control", name=name, layers=plans)


def _with_variants(experiment: Experiment, added: Sequence[Variant]) -> Experiment:
    """With those that treat the layers otherwise than every variant that is there already."""
    variants = list(experiment.variants)
    taken = {variant.id for variant in variants}
    known = {_plans(variant) for variant in variants}
    for new in added:
        plans = _plans(new)
        if plans in known:
            continue
        known.add(plans)
        variants.append(new.replace(id=_free(new.id, taken)))
        taken.add(variants[-1].id)
    if len(variants) > MOST_VARIANTS:
        text = f"would be {len(variants):,}; an experiment has at most {MOST_VARIANTS:,}"
        raise ExperimentError([Problem("variants", text)])
    return experiment.replace(variants=tuple(variants))


def _plans(variant: Variant) -> frozenset[tuple[str, LayerPlan]]:
    """How it treats the layers, whatever it is called."""
    return frozenset(variant.layers.items())


def _free(wanted: str, taken: set[str]) -> str:
    numbered = (f"{wanted}-{number}" for number in itertools.count(2))
    return next(each for each in itertools.chain([wanted], numbered) if each not in taken)
