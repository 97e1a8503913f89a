"""What "All freeze patterns…" would make of an experiment: counted and checked before it is done.

Pure, but for the words.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from engine.errors import EngineError
from engine.experiment import Experiment
from engine.layer_specs import PCA
from engine.patterns import varied_layers, with_every_pattern
from gui.models.checked_edit import new_problems, problem_text
from gui.models.seed_text import counted_seeds

translate = QCoreApplication.translate

RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class PatternPlan:
    """The experiment with every pattern of some layers, or why it cannot be."""

    layers: int
    """How many layers vary."""
    seeds: tuple[int, ...]
    experiment: Experiment | None = None
    """None where the engine refuses; the problem says why."""
    new: int = 0
    """Variants that are not there yet."""
    problem: str = ""
    """Why it cannot be made, or could not be trained; empty if nothing is in the way."""

    @property
    def patterns(self) -> int:
        """How many ways there are to train or freeze the layers."""
        return int(2**self.layers)


def usually_varied(experiment: Experiment) -> tuple[str, ...]:
    """Layers with parameters; projections on principal components usually stay frozen."""
    kept = {layer.id for layer in experiment.layers if isinstance(layer, PCA)}
    return tuple(layer for layer in varied_layers(experiment) if layer not in kept)


def plan_patterns(
    experiment: Experiment, varied: Sequence[str], seeds: int, like: str
) -> PatternPlan:
    """What there would be with all patterns of these layers and so many seeds.

    `like`: the variant whose rates, and whose plans of the layers that do not vary, are taken.
    """
    chosen = with_seed_count(experiment, seeds)
    plan = PatternPlan(len(varied), chosen.training.seeds)
    if not varied:
        problem = translate("lattice", "Tick at least one layer")
        return PatternPlan(0, plan.seeds, problem=problem)
    try:
        made = with_every_pattern(chosen, varied, like)
    except EngineError as error:
        return PatternPlan(plan.layers, plan.seeds, problem=problem_text(error))
    found = new_problems(experiment, made)
    return PatternPlan(
        layers=plan.layers,
        seeds=plan.seeds,
        experiment=made,
        new=len(made.variants) - len(experiment.variants),
        problem="\n".join(problem.message for problem in found),
    )


def with_seed_count(experiment: Experiment, count: int) -> Experiment:
    """With so many seeds: the first and the next ones. As they are if they are so many already."""
    seeds = experiment.training.seeds
    if len(seeds) == count:
        return experiment
    counted = counted_seeds(seeds[0], count)
    return experiment.replace(training=experiment.training.replace(seeds=counted))


def plan_text(plan: PatternPlan) -> str:
    """`2³ = 8 patterns × 10 seeds = 80 runs trained together; 6 patterns are new`."""
    power = "2" + str(plan.layers).translate(RAISED)
    seeds = len(plan.seeds)
    patterns = translate("lattice", "{0} = {1} patterns").format(power, f"{plan.patterns:,}")
    each = translate("lattice", "{0} seeds").format(f"{seeds:,}")
    if seeds == 1:
        each = translate("lattice", "1 seed")
    runs = translate("lattice", "{0} × {1} = {2} runs trained together").format(
        patterns, each, f"{plan.patterns * seeds:,}"
    )
    if plan.experiment is None:
        return runs
    new = translate("lattice", "{0} patterns are new").format(f"{plan.new:,}")
    if plan.new <= 1:
        new = translate("lattice", "1 pattern is new") if plan.new else _none_new()
    others = len(plan.experiment.variants) - plan.patterns
    if others <= 0:
        return f"{runs}; {new}"
    rest = translate("lattice", "with the other variants {0} runs")
    return f"{runs}; {new}; {rest.format(f'{len(plan.experiment.variants) * seeds:,}')}"


def _none_new() -> str:
    return translate("lattice", "none is new")
