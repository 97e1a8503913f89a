"""The training thread: answers on request, pace and speed, failures that stay at home."""

import pytest
from worker_runs import LONG, added, freeze, paused_at, same_logs, tiny, wait_for, wait_until

from engine.errors import DatasetError
from engine.run import Run, train
from engine.telemetry import Mailbox, SnapshotRequest


class BrokenRun(Run):
    """Breaks at one moment: "prepare", "step", "apply" or "snapshot"."""

    def __init__(self, experiment, moment):
        super().__init__(experiment)
        self._moment = moment

    def prepare(self):
        if self._moment == "prepare":
            raise DatasetError("the file is damaged")
        return super().prepare()

    def step(self, observe=False):
        if self._moment == "step" and self.step_count == 3:
            raise MemoryError("not enough memory")
        return super().step(observe)

    def apply(self, edit):
        if self._moment == "apply":
            raise RuntimeError("half applied")
        super().apply(edit)

    def snapshot(self, request):
        if self._moment == "snapshot":
            raise RuntimeError("no picture")
        return super().snapshot(request)


@pytest.mark.parametrize("moment", ["prepare", "step", "apply", "snapshot"])
def test_a_run_that_breaks_says_so_and_the_others_go_on(worker, moment):
    sound = added(worker, Run(tiny(epochs=50)))
    broken = BrokenRun(tiny(), moment)
    worker.add(broken)
    broken.mailbox.ask(None)
    worker.edit(broken, [freeze()])
    worker.resume(broken)
    worker.resume(sound)
    wait_until(lambda: any(event.kind == "failed" for event in tuple(broken.events)))
    failed = broken.events[-1]
    assert failed.kind == "failed"
    assert failed.text.startswith("Traceback")
    assert {
        "prepare": "DatasetError: the file is damaged",
        "step": "MemoryError: not enough memory",
        "apply": "RuntimeError: half applied",
        "snapshot": "RuntimeError: no picture",
    }[moment] in failed.text
    assert (broken.status, broken.trainer) == ("failed", None)
    worker.resume(broken)
    wait_for(sound, "finished")
    assert broken.events[-1] is failed
    assert same_logs(sound, train(tiny(epochs=50)))


def test_nothing_is_left_in_the_mailbox_that_nobody_asked_for(worker):
    run = added(worker, Run(tiny(epochs=30)))
    worker.resume(run)
    wait_for(run, "finished")
    assert run.mailbox.take() is None
    run.mailbox.ask(SnapshotRequest("first", 2))
    wait_until(lambda: not run.mailbox.wanted)
    snapshot = run.mailbox.take()
    assert snapshot.request == SnapshotRequest("first", 2)
    assert snapshot.epoch == 30
    assert {layer: h.counts.sum() for layer, h in snapshot.histograms["weights"].items()} == {
        "hidden-1": 12,
        "output": 5,
    }
    assert snapshot.moved["hidden-1"] > 0
    assert snapshot.moved["output"] == 0
    assert run.mailbox.take() is None


def test_a_request_is_answered_once_while_training_goes_on(worker):
    run = added(worker, Run(tiny(epochs=LONG)))
    worker.resume(run)
    seen = []
    for _ in range(20):
        run.mailbox.ask(SnapshotRequest("all", 1))
        wait_until(lambda: not run.mailbox.wanted)
        seen.append(run.mailbox.take().step)
        later = run.step_count + 2
        wait_until(lambda later=later: run.step_count > later)
        assert run.mailbox.take() is None
    assert seen == sorted(set(seen))


def test_a_request_for_a_member_that_does_not_exist_is_answered_without_layers(worker):
    run = added(worker, Run(tiny()))
    for unknown in (SnapshotRequest("deleted", 1), SnapshotRequest("all", 77)):
        run.mailbox.ask(unknown)
        wait_until(lambda: not run.mailbox.wanted)
        snapshot = run.mailbox.take()
        assert snapshot.request is None
        assert (dict(snapshot.histograms), dict(snapshot.moved)) == ({}, {})
    worker.resume(run)
    wait_for(run, "finished")


def test_the_latest_of_two_requests_is_answered(worker):
    class SlowPicture(Run):
        asked_again = None

        def snapshot(self, request):
            if self.asked_again is not None:
                self.mailbox.ask(self.asked_again)  # as the window's thread may, just now
                self.asked_again = None
            return super().snapshot(request)

    run = added(worker, SlowPicture(tiny()))
    run.asked_again = SnapshotRequest("first", 2)
    run.mailbox.ask(SnapshotRequest("all", 1))
    wait_until(lambda: run.mailbox.request == SnapshotRequest("first", 2))
    wait_until(lambda: not run.mailbox.wanted)
    wait_until(lambda: run.mailbox.take().request == SnapshotRequest("first", 2))


class Clock:
    """The worker's time, which stands still unless a test moves it."""

    def __init__(self):
        self.now = 1000.0

    def perf_counter(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr("engine.worker.time", clock)
    return clock


def settled_at(worker, run, steps):
    """Whether the run gets to this many steps and no further, though the thread is woken."""
    wait_until(lambda: run.step_count >= steps)
    return all(paused_at(worker, run) == steps for _ in range(3))


def test_a_paced_run_takes_a_step_when_one_is_due_and_never_before(clock, worker):
    run = added(worker, Run(tiny(epochs=LONG)), pace=8)
    worker.resume(run)
    for steps in range(1, 20):
        assert settled_at(worker, run, steps)
        clock.now += 0.0625
        assert settled_at(worker, run, steps)
        clock.now += 0.0625
        run.mailbox.ask(None)  # wakes the thread, which waits by a clock of its own
    worker.set_pace(run, None)
    wait_until(lambda: run.step_count > 3000)


def test_a_paced_run_that_was_held_up_does_not_rush_after_its_clock(clock, worker):
    run = added(worker, Run(tiny(epochs=LONG)), pace=8)
    worker.resume(run)
    assert settled_at(worker, run, 1)
    clock.now += 60
    run.mailbox.ask(None)
    assert settled_at(worker, run, 2)
    clock.now += 0.125
    run.mailbox.ask(None)
    assert settled_at(worker, run, 3)


def steps_taken(clock, worker, run, count):
    """Let a run paced at 8 steps per second take so many, and pause it."""
    worker.resume(run)
    for _ in range(count):
        steps = run.step_count + 1
        clock.now += 0.125
        run.mailbox.ask(None)
        wait_until(lambda steps=steps: run.step_count >= steps)
    worker.pause(run)
    wait_until(lambda: run.status == "paused")


def test_speed_is_steps_over_the_seconds_in_which_the_run_trained(clock, worker):
    run = added(worker, Run(tiny(epochs=LONG)), pace=8)
    assert run.steps_per_second == 0
    steps_taken(clock, worker, run, 10)
    assert run.steps_per_second == pytest.approx(8, rel=0.5)
    clock.now += 3600  # a long pause is no slow training
    steps_taken(clock, worker, run, 3)
    assert run.steps_per_second == pytest.approx(8, rel=0.5)


def test_moving_the_pace_slider_takes_no_steps(worker):
    run = added(worker, Run(tiny(epochs=LONG)), pace=0.001)
    worker.resume(run)
    wait_until(lambda: run.step_count == 1)
    for n in range(500):
        worker.set_pace(run, 0.001 + n / 1e6)
    assert paused_at(worker, run) == 1
    assert run.status == "running"
    worker.set_pace(run, 10_000)
    wait_until(lambda: run.step_count > 20)


def test_a_slow_run_pauses_steps_and_ends_at_once(worker):
    run = added(worker, Run(tiny(epochs=LONG)), pace=0.001)
    worker.resume(run)
    wait_until(lambda: run.step_count == 1)
    worker.pause(run)
    wait_until(lambda: run.status == "paused")
    worker.step(run)
    wait_until(lambda: run.step_count == 2)
    worker.resume(run)
    worker.stop(run)
    wait_until(lambda: run.status == "stopped")


@pytest.mark.parametrize("pace", [0, -1, float("nan"), float("inf")])
def test_an_impossible_pace_is_refused(worker, pace):
    run = Run(tiny())
    with pytest.raises(ValueError, match="above 0 steps per second"):
        worker.add(run, pace=pace)
    worker.add(run)
    with pytest.raises(ValueError, match="above 0 steps per second"):
        worker.set_pace(run, pace)
    with pytest.raises(ValueError, match="at least 1"):
        worker.extend(run, 0)


def test_an_idle_thread_sleeps(worker):
    class CountingMailbox(Mailbox):
        looks = 0

        @property
        def wanted(self):
            self.looks += 1
            return False

        @wanted.setter
        def wanted(self, wanted):
            pass

    run = Run(tiny())
    run.mailbox = CountingMailbox()
    added(worker, run)
    worker.resume(run)
    wait_for(run, "finished")
    assert run.mailbox.looks >= run.step_count
    before = run.mailbox.looks
    train(tiny(epochs=100))  # something that takes a while
    assert run.mailbox.looks - before < 10
