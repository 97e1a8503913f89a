"""From a sweep back to what was asked, so that the form can show a stored one."""

from engine.errors import ExperimentError
from engine.experiment import Experiment
from engine.sweep import Sweep
from gui.models.sweep_fields import field_of, sweep_fields
from gui.models.sweep_plan import SweepPlan
from gui.models.sweep_values import read_values, write_values


def plan_of(sweep: Sweep, experiment: Experiment) -> SweepPlan | None:
    """What comes to this sweep if it is asked of the experiment; None where nothing does.

    Names do not matter: that of the experiment has nothing to do with what is trained.
    """
    values = tuple((axis.path, axis.values) for axis in sweep.axes)
    seeds = len(sweep.base.training.seeds)
    plans = [
        SweepPlan(experiment, values, every_pattern=ticked, seeds=seeds) for ticked in (False, True)
    ]
    return next((plan for plan in plans if _makes(plan, sweep) and _can_be_written(plan)), None)


def is_of(sweep: Sweep, experiment: Experiment) -> bool:
    """Whether the sweep's base is this experiment, with or without every freeze pattern."""
    return plan_of(sweep.replace(axes=()), experiment) is not None


def _makes(plan: SweepPlan, sweep: Sweep) -> bool:
    try:
        made = plan.sweep()
    except ExperimentError:  # too many freeze patterns
        return False
    return made.replace(base=made.base.replace(name=sweep.base.name)) == sweep


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
