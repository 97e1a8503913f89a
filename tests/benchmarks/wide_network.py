"""A network whose time is spent in matrix products: there is little to win, and nothing to lose."""

from functools import partial

from tests.benchmarks.experiments import digits, train_with_engine
from tests.benchmarks.measuring import Effort, Result, compare
from tests.benchmarks.plain_loop import train_with_plain_loop


def wide_network(effort: Effort) -> Result:
    """One member of 784-256-10."""
    experiment = digits(256, 10, trained=(True, True), epochs=2)
    return compare(
        "wide_network",
        "784-256-10 on mnist_5k, one member: time of the engine / time of a plain PyTorch loop",
        numerator=partial(train_with_engine, experiment),
        denominator=partial(train_with_plain_loop, experiment),
        effort=effort,
        direction="at most",
        target=1.1,
    )
