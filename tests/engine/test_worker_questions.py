"""The training thread answers questions between two steps, and watches the steps worth watching."""

import threading
from concurrent.futures import CancelledError

import pytest
import torch
from recorded_runs import asking
from worker_runs import (
    LONG,
    PATIENCE,
    GatedRun,
    added,
    freeze,
    same_logs,
    tiny,
    wait_for,
    wait_until,
)

from engine.run import Run, train
from engine.telemetry import SnapshotRequest
from engine.worker import TrainingWorker


def shown(run, request):
    """The answer to a request."""
    run.mailbox.take()
    run.mailbox.ask(request)
    wait_until(lambda: not run.mailbox.wanted)
    return run.mailbox.take()


def test_a_question_is_answered_by_the_training_thread(worker):
    run = added(worker, Run(tiny()))
    answer = worker.ask(run, lambda run: (run.step_count, threading.current_thread().name))
    steps, thread = answer.result(PATIENCE)
    assert (steps, thread) == (0, "frostline-training")
    assert thread != threading.current_thread().name


def test_a_question_is_answered_between_two_steps(worker):
    run = added(worker, GatedRun(tiny(epochs=LONG)))
    worker.step(run)
    assert run.inside.wait(PATIENCE)
    answer = worker.ask(run, lambda run: run.step_count)
    assert not answer.done()  # the step is under way
    run.leave.set()
    assert answer.result(PATIENCE) == 1


def test_questions_are_answered_in_their_order_among_the_commands(worker):
    run = added(worker, Run(tiny()))
    frozen = worker.ask(
        run, lambda run: not run.experiment.variant("all").layers["output"].trainable
    )
    worker.edit(run, [freeze("output")])
    later = worker.ask(
        run, lambda run: not run.experiment.variant("all").layers["output"].trainable
    )
    assert (frozen.result(PATIENCE), later.result(PATIENCE)) == (False, True)


def test_a_question_that_nobody_can_answer_any_more_is_cancelled():
    worker = TrainingWorker()
    run = added(worker, GatedRun(tiny(epochs=LONG)))
    worker.step(run)
    assert run.inside.wait(PATIENCE)
    waiting = worker.ask(run, lambda run: run.step_count)
    closing = threading.Thread(target=worker.close)
    closing.start()
    run.leave.set()
    closing.join(PATIENCE)
    late = worker.ask(run, lambda run: run.step_count)
    for answer in (waiting, late):
        assert answer.done()
    assert late.cancelled()


def test_what_a_question_raises_arrives_and_the_run_goes_on(worker):
    run = added(worker, Run(tiny()))

    def fails(run):
        raise ValueError("no such weight")

    answer = worker.ask(run, fails)
    with pytest.raises(ValueError, match="no such weight"):
        answer.result(PATIENCE)
    worker.resume(run)
    assert "failed" not in wait_for(run, "finished")
    assert same_logs(run, train(tiny()))


def test_a_question_about_a_run_that_is_not_here_is_cancelled(worker):
    never = worker.ask(Run(tiny()), lambda run: 1)
    stopped = added(worker, Run(tiny()))
    worker.stop(stopped)
    late = worker.ask(stopped, lambda run: 1)
    for answer in (never, late):
        wait_until(answer.done)
        assert answer.cancelled()
        with pytest.raises(CancelledError):
            answer.result(0)


def test_a_question_that_was_withdrawn_is_not_asked(worker):
    run, asked = added(worker, GatedRun(tiny(epochs=LONG))), []
    worker.step(run)
    assert run.inside.wait(PATIENCE)
    withdrawn = worker.ask(run, asked.append)
    assert withdrawn.cancel()
    run.leave.set()
    worker.ask(run, lambda run: None).result(PATIENCE)
    assert asked == []


def test_a_run_that_was_asked_all_the_time_is_bit_identical(worker):
    run = added(worker, Run(tiny(epochs=100)))
    worker.resume(run)
    answers = 0
    while not run.complete:
        everything = asking("first", 2, what_if=True)
        snapshot = worker.ask(run, lambda run, of=everything: run.snapshot(of)).result(PATIENCE)
        answers += len(snapshot.histograms["weights"]) == 2
    assert answers > 5
    wait_for(run, "finished")
    assert same_logs(run, train(tiny(epochs=100)))


def test_the_last_step_before_a_pause_is_watched_if_somebody_looks_at_more_than_weights(worker):
    run = added(worker, Run(tiny(epochs=LONG)))
    assert shown(run, asking("all")).observed is None  # there was no step yet
    for _ in range(3):
        worker.step(run)
        wait_for(run, "paused")
        found = shown(run, asking("all"))
        assert found.observed == "step"
        assert found.measures["output"].update_ratio > 0
    worker.step_epoch(run)
    wait_for(run, "paused")
    assert shown(run, asking("all")).observed == "step"


def test_nobody_watches_a_step_of_which_only_the_weights_are_shown(worker):
    run = added(worker, Run(tiny(epochs=LONG)))
    shown(run, SnapshotRequest("all", 1))
    for _ in range(3):
        worker.step(run)
        wait_for(run, "paused")
        shown(run, SnapshotRequest("all", 1))
    assert worker.ask(run, lambda run: run.trainer.observation).result(PATIENCE) is None


@pytest.mark.parametrize("pace", [None, 300.0, 60.0, 10.0])
def test_while_it_trains_what_is_shown_is_of_the_very_step(worker, pace):
    run = added(worker, Run(tiny(epochs=LONG)), pace=pace)
    shown(run, asking("all"))
    worker.resume(run)
    wait_until(lambda: run.step_count > 2)
    for _ in range(40):
        found = shown(run, asking("all", what_if=True))
        assert found.observed == "step"
        assert found.measures["output"].update_ratio > 0
        assert found.what_if["hidden-1"].gradient_norm > 0


def test_what_is_shown_is_kept_from_then_on(worker):
    run = added(worker, Run(tiny(epochs=20)))
    shown(run, asking("all"))
    worker.resume(run)
    wait_for(run, "finished")
    assert [record.epoch for record in run.history.records] == list(range(1, 21))
    assert set(run.history.at(20).histograms) == asking("all").histograms
    unwatched = added(worker, Run(tiny(epochs=20)))
    worker.resume(unwatched)
    wait_for(unwatched, "finished")
    assert len(unwatched.history) == 0
    assert same_logs(run, unwatched)


def test_a_question_may_read_tensors_but_what_it_returns_is_its_own(worker):
    run = added(worker, Run(tiny(epochs=LONG)))
    weights = worker.ask(
        run, lambda run: run.trainer.network.layer("output").flat_parameters()
    ).result(PATIENCE)
    worker.step(run)
    wait_for(run, "paused")
    later = worker.ask(
        run, lambda run: run.trainer.network.layer("output").flat_parameters()
    ).result(PATIENCE)
    assert not torch.equal(weights, later)
