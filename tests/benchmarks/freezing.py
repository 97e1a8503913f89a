"""What freezing saves: the work of a frozen layer must really be left out."""

from functools import partial

from tests.benchmarks.experiments import digits, train_with_engine
from tests.benchmarks.measuring import Effort, Result, compare


def freeze_first(effort: Effort) -> Result:
    """784-512-512-10 with the first layer frozen."""
    return _freezing(effort, "freeze_first", "the first layer", (False, True, True), 0.65)


def freeze_all_but_last(effort: Effort) -> Result:
    """784-512-512-10 with only the last layer training."""
    return _freezing(effort, "freeze_all_but_last", "all but the last", (False, False, True), 0.5)


def _freezing(
    effort: Effort, name: str, frozen: str, trained: tuple[bool, ...], target: float
) -> Result:
    return compare(
        name,
        f"784-512-512-10 on mnist_5k: time with {frozen} frozen / time with all trainable",
        numerator=partial(train_with_engine, digits(512, 512, 10, trained=trained, epochs=1)),
        denominator=partial(
            train_with_engine, digits(512, 512, 10, trained=(True, True, True), epochs=1)
        ),
        effort=effort,
        direction="at most",
        target=target,
    )
