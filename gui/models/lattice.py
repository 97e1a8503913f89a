"""The variants of an experiment in rows by how many layers train, as in a Hasse diagram. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from engine.experiment import Experiment, Variant
from engine.patterns import trained_layers, varied_layers


@dataclass(frozen=True)
class LatticeRow:
    """Variants that train equally many layers, those that train earlier layers first."""

    trained: int | None
    """How many layers; None: the others, which are no plain patterns."""
    variants: tuple[str, ...]


@dataclass(frozen=True)
class Lattice:
    """Every variant in a row, most trained layers first, and which patterns are neighbours."""

    layers: int
    """How many layers can be trained or frozen."""
    rows: tuple[LatticeRow, ...]
    edges: tuple[tuple[str, str], ...]
    """Pairs of variants: the second trains what the first trains, without one layer."""


def arrange(experiment: Experiment) -> Lattice:
    """The variants' lattice.

    A plain pattern trains whole layers at the rates that are usual in this experiment, detaches
    none, and is the first that trains just these. All other variants are the last row.
    """
    ids = varied_layers(experiment)
    rates = _usual_rates(experiment)
    plain: dict[tuple[bool, ...], str] = {}
    others = []
    for variant in experiment.variants:
        trained = trained_layers(experiment, variant)
        flags = tuple(layer in trained for layer in ids)
        if flags in plain or not _is_plain(variant, trained, rates):
            others.append(variant.id)
        else:
            plain[flags] = variant.id
    return Lattice(len(ids), _rows(plain, others), _edges(plain))


def _rows(plain: Mapping[tuple[bool, ...], str], others: list[str]) -> tuple[LatticeRow, ...]:
    ordered = sorted(plain, reverse=True)  # True first: earlier layers first
    counts = sorted({sum(flags) for flags in plain}, reverse=True)
    rows = [
        LatticeRow(count, tuple(plain[flags] for flags in ordered if sum(flags) == count))
        for count in counts
    ]
    return (*rows, LatticeRow(None, tuple(others))) if others else tuple(rows)


def _edges(plain: Mapping[tuple[bool, ...], str]) -> tuple[tuple[str, str], ...]:
    edges = []
    for flags, variant in plain.items():
        for place, trains in enumerate(flags):
            below = (*flags[:place], False, *flags[place + 1 :])
            if trains and below in plain:
                edges.append((variant, plain[below]))
    return tuple(edges)


def _usual_rates(experiment: Experiment) -> dict[str, float]:
    """The rate that most variants train a layer at, by layer id; of a tie the earliest."""
    rates: dict[str, Counter[float]] = {layer.id: Counter() for layer in experiment.layers}
    for variant in experiment.variants:
        for layer in trained_layers(experiment, variant):
            rates[layer][variant.layers[layer].learning_rate] += 1
    return {layer: counts.most_common(1)[0][0] for layer, counts in rates.items() if counts}


def _is_plain(variant: Variant, trained: tuple[str, ...], rates: Mapping[str, float]) -> bool:
    plans = variant.layers
    return not any(plan.detached for plan in plans.values()) and all(
        plans[layer].subset is None and plans[layer].learning_rate == rates[layer]
        for layer in trained
    )
