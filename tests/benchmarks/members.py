"""What more members cost: they train in lockstep, so 80 take far less than 80 times as long."""

from functools import partial

from tests.benchmarks.experiments import classic, every_pattern, train_with_engine
from tests.benchmarks.measuring import Effort, Result, compare


def members_8(effort: Effort) -> Result:
    """8 freeze patterns."""
    return _members(effort, seeds=1, target=None)


def members_80(effort: Effort) -> Result:
    """8 freeze patterns with 10 seeds each."""
    return _members(effort, seeds=10, target=6.0)


def members_160(effort: Effort) -> Result:
    """8 freeze patterns with 20 seeds each."""
    return _members(effort, seeds=20, target=None)


def _members(effort: Effort, *, seeds: int, target: float | None) -> Result:
    epochs = max(1, effort.epochs // 2)
    many, one = every_pattern(epochs, seeds), classic(epochs)
    count = len(many.members)
    return compare(
        f"members_{count}",
        f"classic experiment: time of {count} members (8 patterns x {seeds}) / time of one",
        numerator=partial(train_with_engine, many),
        denominator=partial(train_with_engine, one),
        effort=effort,
        direction="at most",
        target=target,
    )
