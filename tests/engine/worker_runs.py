"""Small runs for worker tests, and a way to wait for another thread without sleeping."""

import threading
import time
from collections.abc import Callable

from experiment_strategies import experiment_of

from engine.experiment import LayerPlan, Training, Variant
from engine.journal import SetLearningRate, SetTrainable
from engine.run import Run

PATIENCE = 30.0  # seconds; only ever used up by a test that fails
EPOCH = 5  # steps per epoch of `tiny`
LONG = 1_000_000  # epochs: never trained to the end


def wait_until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Return as soon as the condition holds; fail when it never does."""
    deadline, never = time.monotonic() + seconds, threading.Event()
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        never.wait(0.0005)


def tiny(epochs=4, seeds=(1, 2), **changes):
    """40 moons, 4 units, variants `all` and `first`: 5 steps per epoch, under 0.2 ms each."""
    experiment = experiment_of(4, 1, data="moons", samples=50, validation_fraction=0.2)
    first = {"hidden-1": LayerPlan(), "output": LayerPlan(trainable=False)}
    variants = (*experiment.variants, Variant(id="first", name="First", layers=first))
    training = Training(batch_size=8, epochs=epochs, seeds=seeds, **changes)
    return experiment.replace(variants=variants, training=training)


def freeze(layer="hidden-1", *, variant="all", trainable=False):
    return SetTrainable(variant=variant, layer=layer, trainable=trainable)


def rate(value, layer="output", *, variant="all"):
    return SetLearningRate(variant=variant, layer=layer, learning_rate=value)


def told(run):
    """The kinds of events that wait to be read, the oldest first; they are read by that."""
    kinds = []
    while run.events:
        kinds.append(run.events.popleft().kind)
    return kinds


def wait_for(run: Run, kind: str) -> list[str]:
    """Read events up to and with the first of this kind; the kinds that were read."""
    kinds: list[str] = []

    def arrived() -> bool:
        while run.events and kind not in kinds:
            kinds.append(run.events.popleft().kind)
        return kind in kinds

    wait_until(arrived)
    return kinds


def same_logs(one: Run, other: Run) -> bool:
    """Whether two runs logged the same, bit for bit (held-out values may be NaN in both)."""
    assert len(one.log) > 0
    return one.log.table.tobytes() == other.log.table.tobytes()


class GatedRun(Run):
    """Says when it is inside a step, and stays there until it is let out."""

    def __init__(self, experiment):
        super().__init__(experiment)
        self.inside, self.leave = threading.Event(), threading.Event()

    def step(self, observe=False):
        self.inside.set()
        assert self.leave.wait(30)
        return super().step(observe)


def added(worker, run, **options):
    worker.add(run, **options)
    assert wait_for(run, "paused")[0] == "started"
    return run


def inside_one_of_two(worker):
    """Two runs that train: the worker is inside a step of the first, a gated one."""
    first, second = GatedRun(tiny(epochs=LONG)), Run(tiny(epochs=LONG))
    added(worker, first)
    added(worker, second)
    worker.resume(second)
    wait_until(lambda: second.step_count > 10)
    worker.resume(first)
    assert first.inside.wait(30)
    return first, second


def paused_at(worker, run):
    """The step count of a paused run, by way of the worker: all earlier commands are done."""
    run.mailbox.take()
    run.mailbox.ask(None)
    wait_until(lambda: not run.mailbox.wanted)
    return run.mailbox.take().step
