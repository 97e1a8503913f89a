"""The training thread: commands take effect between two steps, in their order."""

import pytest
from worker_runs import (
    EPOCH,
    LONG,
    GatedRun,
    added,
    freeze,
    inside_one_of_two,
    paused_at,
    rate,
    same_logs,
    tiny,
    told,
    wait_for,
    wait_until,
)

from engine.run import Run, replay, train


def test_a_run_waits_until_it_is_told_to_train(worker):
    run = added(worker, Run(tiny()))
    assert run.status == "paused"
    assert run.steps_per_epoch == EPOCH
    assert paused_at(worker, run) == run.step_count == 0
    worker.resume(run)
    assert wait_for(run, "finished") == ["running", "finished"]
    assert (run.status, run.step_count, len(run.log)) == ("finished", 4 * EPOCH, 4)
    assert same_logs(run, train(tiny()))


def test_pause_stops_between_two_steps_and_nothing_is_lost(worker):
    run = added(worker, Run(tiny(epochs=400)))
    pauses = 0
    while not run.complete:
        worker.resume(run)
        worker.pause(run)
        kinds = told(run)
        before = paused_at(worker, run)
        if not run.complete:
            assert run.status == "paused"
            assert before == paused_at(worker, run) == run.step_count
            pauses += kinds.count("paused")
            target = run.step_count + 50
            worker.resume(run)
            wait_until(lambda target=target: run.step_count >= target or run.complete)
    assert same_logs(run, train(tiny(epochs=400)))


def test_every_step_that_is_asked_for_is_taken(worker):
    run = added(worker, Run(tiny(epochs=40)))
    worker.step(run)
    assert wait_for(run, "paused") == ["running", "paused"]
    assert (run.step_count, run.status) == (1, "paused")
    for _ in range(57):
        worker.step(run)
    wait_until(lambda: run.step_count == 58)
    assert paused_at(worker, run) == 58
    assert run.status == "paused"


def test_an_epoch_step_ends_with_the_epoch_under_way(worker):
    run = added(worker, Run(tiny(epochs=40)))
    worker.step(run)
    worker.step(run)
    worker.step_epoch(run)
    wait_until(lambda: run.step_count == EPOCH)
    assert (paused_at(worker, run), len(run.log)) == (EPOCH, 1)
    worker.step_epoch(run)
    worker.step_epoch(run)
    wait_until(lambda: run.step_count == 3 * EPOCH)
    assert (paused_at(worker, run), len(run.log)) == (3 * EPOCH, 3)


@pytest.mark.parametrize(("command", "last"), [("step", 2), ("step_epoch", EPOCH)])
def test_a_step_asked_of_a_training_run_is_its_last(worker, command, last):
    run = GatedRun(tiny(epochs=LONG))
    added(worker, run)
    worker.resume(run)
    assert run.inside.wait(30)
    getattr(worker, command)(run)
    run.leave.set()
    assert wait_for(run, "paused") == ["running", "paused"]
    assert run.step_count == last  # after the first, which was under way


def test_a_pause_takes_back_steps_that_were_not_taken_yet(worker):
    run = added(worker, GatedRun(tiny()))
    for _ in range(10):
        worker.step(run)
    assert run.inside.wait(30)
    worker.pause(run)
    run.leave.set()
    wait_for(run, "paused")
    assert paused_at(worker, run) < 10
    worker.resume(run)
    wait_for(run, "finished")


def test_edits_are_taken_before_the_next_step_and_dated(worker):
    run = added(worker, Run(tiny()))
    worker.step(run)
    worker.step(run)
    wait_until(lambda: run.step_count == 2)
    worker.edit(run, [freeze(), rate(0.5)])
    worker.step(run)
    wait_until(lambda: run.step_count == 3)
    assert [(entry.step, entry.edit) for entry in run.journal] == [(2, freeze()), (2, rate(0.5))]
    assert not run.experiment.variant("all").layers["hidden-1"].trainable
    assert run.started_as.variant("all").layers["hidden-1"].trainable
    worker.resume(run)
    assert "edited" in wait_for(run, "finished")
    assert same_logs(run, replay(run))
    assert not same_logs(run, train(tiny()))


def test_an_edit_of_a_finished_run_is_dated_at_its_end_and_used_when_it_goes_on(worker):
    run = added(worker, Run(tiny()))
    worker.resume(run)
    wait_for(run, "finished")
    worker.edit(run, [freeze()])
    wait_for(run, "edited")
    assert run.journal[-1].step == 4 * EPOCH
    worker.extend(run, 3)
    wait_for(run, "finished")
    assert len(run.log) == 7
    assert same_logs(run, replay(run))
    assert not same_logs(run, train(tiny(epochs=7)))


def test_an_edit_does_not_wait_for_steps_that_are_allowed_already(worker):
    run = added(worker, GatedRun(tiny()))
    for _ in range(10):
        worker.step(run)
    assert run.inside.wait(30)
    worker.edit(run, [freeze()])
    run.leave.set()
    wait_until(lambda: run.step_count == 10)
    assert [entry.step for entry in run.journal] == [1]


def test_edits_of_which_one_does_not_fit_change_nothing(worker, caplog):
    run = added(worker, Run(tiny()))
    worker.edit(run, [freeze(), rate(0.5, "nowhere")])
    worker.resume(run)
    wait_for(run, "finished")
    assert run.journal == []
    assert run.experiment == run.started_as
    assert "'nowhere' does not exist" in caplog.text
    assert same_logs(run, train(tiny()))


def test_a_script_is_followed_on_the_thread(worker):
    worker_run = added(worker, Run(tiny()))
    worker.step(worker_run)
    wait_until(lambda: worker_run.step_count == 1)
    worker.edit(worker_run, [freeze()])
    worker.resume(worker_run)
    wait_for(worker_run, "finished")
    scripted = added(worker, Run(tiny(), worker_run.journal))
    worker.resume(scripted)
    wait_for(scripted, "finished")
    assert scripted.journal == worker_run.journal
    assert same_logs(scripted, worker_run)
    assert not same_logs(scripted, train(tiny()))


def test_a_finished_run_can_be_extended_and_is_then_as_if_asked_for_more_at_first(worker):
    run = added(worker, Run(tiny()))
    worker.resume(run)
    wait_for(run, "finished")
    worker.extend(run, 5)
    assert wait_for(run, "finished") == ["running", "finished"]
    assert same_logs(run, train(tiny(epochs=9)))


def test_extending_a_training_run_keeps_it_training(worker):
    run = GatedRun(tiny())
    added(worker, run)
    worker.resume(run)
    assert run.inside.wait(30)
    worker.extend(run, 2)
    run.leave.set()
    assert wait_for(run, "finished") == ["running", "finished"]
    assert len(run.log) == 6


def test_extending_leaves_no_doubt_that_a_run_trains(worker):
    run = added(worker, Run(tiny(epochs=LONG)))
    worker.resume(run)
    worker.extend(run, 2)
    worker.edit(run, [freeze()])  # when it is taken, the extension was
    wait_until(lambda: run.journal)
    assert (run.status, run.epochs) == ("running", LONG + 2)


def test_a_command_to_one_run_does_not_wait_for_the_step_of_another(worker):
    first, second = inside_one_of_two(worker)
    steps = second.step_count
    worker.pause(second)  # its turn comes right after the step of the first
    first.leave.set()
    wait_until(lambda: second.status == "paused")
    assert second.step_count == steps


def test_a_sleeping_thread_wakes_for_a_command_and_for_a_request(worker, monkeypatch):
    monkeypatch.setattr("engine.worker.LONGEST_WAIT", 1e6)  # it does not wake by itself
    run = added(worker, Run(tiny()))
    assert paused_at(worker, run) == 0
    for steps in range(1, 4):
        worker.step(run)
        wait_until(lambda steps=steps: run.step_count == steps)
        assert paused_at(worker, run) == steps


def test_a_complete_run_takes_no_more_steps(worker):
    run = added(worker, Run(tiny()))
    worker.resume(run)
    wait_for(run, "finished")
    for command in (worker.resume, worker.step, worker.step_epoch, worker.pause):
        command(run)
    assert paused_at(worker, run) == 4 * EPOCH
    assert (run.status, told(run)) == ("finished", [])


def test_commands_to_a_stopped_or_unknown_run_are_ignored(worker):
    stopped, unknown = added(worker, Run(tiny(epochs=LONG))), Run(tiny())
    worker.resume(stopped)
    wait_until(lambda: len(stopped.log) > 2)
    worker.stop(stopped)
    assert wait_for(stopped, "stopped") == ["running", "stopped"]
    steps, logged = stopped.step_count, len(stopped.log)
    for run in (stopped, unknown):
        for command in (worker.resume, worker.step, worker.step_epoch, worker.pause, worker.stop):
            command(run)
        worker.edit(run, [freeze()])
        worker.set_pace(run, 3)
        worker.extend(run, 1)
    other = added(worker, Run(tiny()))
    worker.resume(other)
    wait_for(other, "finished")
    assert (stopped.status, stopped.step_count, len(stopped.log)) == ("stopped", steps, logged)
    assert stopped.trainer is None
    assert told(stopped) == stopped.journal == []
    assert (unknown.status, unknown.step_count, told(unknown)) == ("waiting", 0, [])


def test_a_run_is_added_once(worker):
    run = Run(tiny())
    worker.add(run)
    worker.add(run)
    wait_for(run, "paused")
    worker.step(run)
    assert wait_for(run, "paused") == ["running", "paused"]
    assert (run.step_count, told(run)) == (1, [])
    with pytest.raises(ValueError, match="paused; only a new one"):
        worker.add(run)
    with pytest.raises(ValueError, match="finished; only a new one"):
        worker.add(train(tiny()))
