"""One part of a sweep, trained: from text to text, so that any process can do it."""

import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

import engine
from engine.errors import EngineError
from engine.experiment import Experiment
from engine.rounding import are_apart
from engine.sweep import Part, RunResult
from engine.values import Value

if TYPE_CHECKING:
    from engine.run import Run


class PartError(EngineError):
    """A part that could not be trained, in words."""


class _Sender(Value, extra="ignore"):
    """What every version's order says."""

    engine: str


class _Order(_Sender, extra="forbid"):
    """What goes to a worker."""

    number: int
    experiment: Experiment
    origins: tuple[tuple[int, str], ...]


class _Answer(Value):
    """What comes back: results, or why there are none. Neither: it was stopped."""

    results: tuple[RunResult, ...] = ()
    problem: str = ""


def order_text(part: Part) -> str:
    """What a worker must know, for `carry_out`."""
    order = _Order(
        engine=engine.__version__,
        number=part.number,
        experiment=part.experiment,
        origins=part.origins,
    )
    return order.model_dump_json()


def carry_out(text: str, must_stop: Callable[[float], bool]) -> str:
    """Train the part that was ordered; the answer for `results_of`. What is told is in runs.

    What goes wrong is told in the answer: an error of a class that only one of two processes
    knows would be lost on the way.
    """
    try:
        _refuse_another_version(_Sender.model_validate_json(text))  # its order may look otherwise
        answer = _answer(_Order.model_validate_json(text), must_stop)
    except Exception as error:  # noqa: BLE001 - anything: the part is what failed, and it says so
        reason = "".join(traceback.format_exception_only(error)).strip()
        answer = _Answer(problem=str(error) if isinstance(error, EngineError) else reason)
    return answer.model_dump_json()


def results_of(answer: str) -> tuple[RunResult, ...]:
    """The results in an answer; none if it was stopped. Raises PartError where it failed."""
    read = _Answer.model_validate_json(answer)
    if read.problem:
        raise PartError(read.problem)
    return read.results


def train_part(
    part: Part, must_stop: Callable[[float], bool] = lambda done: False
) -> tuple[RunResult, ...]:
    """Train a part on this thread; a result per member, in their order. None if it was stopped.

    Before every step `must_stop` is told how many runs' worth of steps is done.
    Raises ExperimentError or DatasetError.
    """
    import torch  # only now, and not in the process that only hands out parts

    from engine.run import Run

    torch.set_num_threads(1)  # as everywhere; with several, sums may come out otherwise
    run = Run(part.experiment)
    run.prepare()
    runs_per_step = part.runs / (run.epochs * run.steps_per_epoch)
    while not run.complete:
        if must_stop(run.step_count * runs_per_step):
            return ()
        run.step()
    return _results(part, run)


def _refuse_another_version(sender: _Sender) -> None:
    if sender.engine != engine.__version__:
        text = f"a worker has Frostline {engine.__version__}, and this one is {sender.engine}"
        raise PartError(f"{text}; install the same version everywhere")


def _answer(order: _Order, must_stop: Callable[[float], bool]) -> _Answer:
    part = Part(order.number, order.experiment, order.origins)
    return _Answer(results=train_part(part, must_stop))


def _results(part: Part, run: "Run") -> tuple[RunResult, ...]:
    assert run.trainer is not None
    table, diverged = run.log.table, run.trainer.diverged
    return tuple(
        _result(member, table[:, :, place], diverged[place].step if place in diverged else None)
        for place, member in enumerate(part.members)
    )


def _result(
    member: tuple[int, str, int], table: NDArray[np.float32], diverged: int | None
) -> RunResult:
    """One run's result from its metrics, (epochs, 4), in the order of telemetry.METRICS."""
    cell, variant, seed = member
    train_loss, validation_loss, train_score, validation_score = map(_number, table[-1])
    held_out = table[:, 1]
    best = int(np.argmin(np.where(np.isfinite(held_out), held_out, np.inf)))  # the first of equals
    best_loss = _number(held_out[best])
    highest = float(np.where(np.isfinite(held_out), held_out, -np.inf).max())
    changed = are_apart(float(held_out[best]), highest)
    return RunResult(
        cell=cell,
        variant=variant,
        seed=seed,
        train_loss=train_loss,
        validation_loss=validation_loss,
        train_score=train_score,
        validation_score=validation_score,
        best_validation_loss=best_loss,
        best_epoch=best + 1 if changed else None,
        diverged=diverged,
    )


def _number(value: np.float32) -> float | None:
    """Float32 in its shortest decimal form, None where not finite."""
    return float(str(value)) if np.isfinite(value) else None
