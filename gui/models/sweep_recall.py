"""From a sweep back to what was asked, so that the form can show a stored one."""

from dataclasses import dataclass, replace
from functools import lru_cache

from engine.errors import ExperimentError
from engine.experiment import Experiment, Variant
from engine.patterns import varied_layers, with_every_pattern
from engine.sweep import Sweep
from gui.models.sweep_fields import field_of, sweep_fields
from gui.models.sweep_plan import SweepPlan
from gui.models.sweep_values import read_values, write_values


def plan_of(sweep: Sweep, experiment: Experiment) -> SweepPlan | None:
    """What comes to this sweep if it is asked of the experiment; None where nothing does.

    Names do not matter: that of the experiment has nothing to do with what is trained.
    """
    plan = _plan(sweep, experiment)
    return plan if plan is not None and _can_be_written(plan) else None


def is_of(sweep: Sweep, experiment: Experiment) -> bool:
    """Whether the sweep's base is this experiment, with or without every freeze pattern."""
    return _plan(sweep, experiment) is not None


def _plan(sweep: Sweep, experiment: Experiment) -> SweepPlan | None:
    """What comes to this sweep, whether or not there is a field for what varies."""
    values = tuple((axis.path, axis.values) for axis in sweep.axes)
    seeds = len(sweep.base.training.seeds)
    plan = SweepPlan(experiment, values, every_pattern=False, seeds=seeds)
    if not _makes_all_but_variants(plan, sweep):
        return None
    if sweep.base.variants == experiment.variants:
        return plan
    if _are_every_pattern(sweep.base.variants, experiment):
        return replace(plan, every_pattern=True)
    return None


def _makes_all_but_variants(plan: SweepPlan, sweep: Sweep) -> bool:
    try:
        made = plan.sweep()
    except ExperimentError:  # so many seeds do not go with it
        return False
    unnamed = {"name": sweep.base.name, "variants": sweep.base.variants}
    return made.model_copy(update={"base": made.base.model_copy(update=unnamed)}) == sweep


def _are_every_pattern(variants: tuple[Variant, ...], experiment: Experiment) -> bool:
    """Whether they are the experiment's with every freeze pattern added.

    What can be counted is looked at first: to make the patterns takes a tenth of a second.
    """
    own, patterns = experiment.variants, 2 ** len(varied_layers(experiment))
    if variants[: len(own)] != own or not 0 <= len(variants) - patterns <= len(own):
        return False
    return variants == _every_pattern(_Same(experiment))


@dataclass(frozen=True, eq=False)
class _Same:
    """Equal for the very same experiment only: to compare all that is in it takes time."""

    experiment: Experiment

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.experiment is other.experiment

    def __hash__(self) -> int:
        return id(self.experiment)


@lru_cache(maxsize=2)  # asked at every change of a sweep's state
def _every_pattern(same: _Same) -> tuple[Variant, ...]:
    """The experiment's variants with every freeze pattern; none where there are too many."""
    try:
        return with_every_pattern(same.experiment).variants
    except ExperimentError:
        return ()


def _can_be_written(plan: SweepPlan) -> bool:
    """Whether there is a field for everything that varies, and its text reads back the same."""
    fields = sweep_fields(plan.base)
    for path, values in plan.values:
        field = field_of(fields, path)
        if field is None:
            return False
        try:
            read = read_values(field.values, write_values(field.values, values))
        except ValueError:
            return False
        if read != values:
            return False
    return True
