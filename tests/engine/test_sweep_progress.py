"""Progress inside the parts of a sweep: with every step, never backwards, and who is waited for."""

import threading
from concurrent.futures import BrokenExecutor, Future
from types import SimpleNamespace

import pytest
from sweep_runs import ENDLESS, small_sweep, worker_processes
from worker_runs import PATIENCE, wait_until

from engine.executors import InThisThread, usable_cores
from engine.run import Run
from engine.sweep_run import SweepRun
from engine.workplace import Workplace

SOON = 30.0  # seconds; what is promised is one, but machines do other things too


def test_progress_counts_the_steps_of_a_part_under_way(monkeypatch):
    """One part of 16 runs and 10 steps, held before its eighth."""
    inside, leave, step = threading.Event(), threading.Event(), Run.step

    def held(self, observe=False):
        if self.step_count == 7:
            inside.set()
            assert leave.wait(PATIENCE)
        return step(self, observe)

    monkeypatch.setattr(Run, "step", held)
    run = SweepRun(small_sweep(stack=64))
    run.start()
    assert inside.wait(PATIENCE)
    progress = run.progress
    leave.set()
    assert run.join(PATIENCE)
    assert (progress.parts, progress.parts_done, progress.runs_done) == (1, 0, 0)
    assert progress.runs_trained == pytest.approx(16 * 7 / 10)
    assert progress.seconds_left * progress.runs_per_second == pytest.approx(16 * 3 / 10)
    assert (run.progress.runs_done, run.progress.runs_trained) == (16, 16)


def test_on_cores_a_part_whose_worker_was_killed_is_counted_anew():
    run = SweepRun(small_sweep(epochs=ENDLESS, stack=64), where="cores")
    run.start()
    wait_until(lambda: run.progress.runs_trained)
    (worker,) = worker_processes()
    worker.kill()
    at_least = run.progress.runs_trained
    wait_until(lambda: worker not in worker_processes())
    wait_until(lambda: run.progress.runs_trained > at_least)  # another one came so far
    assert (run.progress.runs_done, run.progress.parts_done) == (0, 0)
    assert run.progress.runs_trained < 16
    run.cancel()
    assert run.join(SOON)
    assert run.progress.runs_trained == 0  # nothing of it is kept


class Held(Workplace):
    """Finishes nothing, and tells what it is told to."""

    def __init__(self):
        super().__init__(InThisThread(), room=1)
        self.told = 0.0
        self.pieces = []

    def under_way(self):
        return self.told

    def submit(self, work, text):
        self.pieces.append((Future(), work, text))
        return self.pieces[-1][0]

    def close(self):
        self.told = 0.0

    def end(self, error=None):
        """As a worker that dies of the error, or comes to the end."""
        future, work, text = self.pieces.pop()
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(work(text, lambda done: False))


@pytest.fixture
def at_held(monkeypatch):
    """Sweeps trained at these workplaces, one after the other: `(workplaces, sweep) -> run`."""
    made = []

    def start(workplaces, sweep, **options):
        left = iter(workplaces)
        monkeypatch.setattr("engine.sweep_run.open_workplace", lambda *given: next(left))
        made.append(SweepRun(sweep, **options))
        made[-1].start()
        wait_until(lambda: workplaces[0].pieces)
        return made[-1]

    yield start
    for run in made:
        run.cancel()
        assert run.join(SOON)


def test_progress_never_goes_back_nor_above_all(at_held):
    """Not when a worker dies, and not between the last step of a part and its results."""
    first, second = Held(), Held()
    run = at_held([first, second], small_sweep(stack=8))  # 2 parts of 8 runs

    def trained(workplace, told):
        workplace.told = told
        return run.progress.runs_trained

    assert [trained(first, told) for told in (0, 3, 6)] == [0, 3, 6]
    first.end(BrokenExecutor("killed"))
    wait_until(lambda: second.pieces)
    assert [trained(second, told) for told in (0, 5, 7, 7.9)] == [6, 6, 7, 7.9]
    second.told = 0.0
    assert run.progress.runs_trained == 7.9
    second.end()
    wait_until(lambda: second.pieces)
    assert [trained(second, told) for told in (0, 4, 7.9)] == [8, 12, 15.9]
    second.told = 0.0
    second.end()
    assert run.join(PATIENCE)
    assert (run.status, run.progress.runs_trained) == ("finished", 16)


def test_the_time_that_workers_need_to_start_says_nothing_about_the_time_left(at_held, monkeypatch):
    clock = SimpleNamespace(now=100.0, perf_counter=lambda: clock.now)
    monkeypatch.setattr("engine.sweep_run.time", clock)
    workplace = Held()
    run = at_held([workplace], small_sweep(stack=64), where="cores")
    clock.now = 104.0
    assert run.progress.seconds_left is None
    clock.now, workplace.told = 105.0, 2.0
    progress = run.progress
    assert (progress.runs_per_second, progress.seconds_left, progress.seconds) == (2.0, 7.0, 5.0)


@pytest.mark.parametrize("stack", [64, 1])
def test_worker_processes_are_starting_until_the_first_of_them_trains(at_held, stack):
    """No more than there are parts."""
    workplace = Held()
    run = at_held([workplace], small_sweep(stack=stack), where="cores")
    assert run.progress.workers_starting == (1 if stack == 64 else min(16, usable_cores()))
    workplace.told = 0.01
    assert run.progress.workers_starting == 0
    run.cancel()
    assert run.join(SOON)
    assert run.progress.workers_starting == 0
    assert SweepRun(small_sweep(), where="cores").progress.workers_starting == 0


def test_a_cluster_is_being_connected_to_until_it_answers(monkeypatch):
    asked, answer, workplace = threading.Event(), threading.Event(), Held()

    def opened(*given):
        asked.set()
        assert answer.wait(PATIENCE)
        return workplace

    monkeypatch.setattr("engine.sweep_run.open_workplace", opened)
    run = SweepRun(small_sweep(), where="cluster", address="tcp://10.0.0.1:8786")
    assert run.progress.connecting_to == ""
    run.start()
    assert asked.wait(PATIENCE)
    assert run.progress.connecting_to == "tcp://10.0.0.1:8786"
    answer.set()
    wait_until(lambda: workplace.pieces)
    assert (run.progress.connecting_to, run.progress.workers_starting) == ("", 0)
    run.cancel()
    assert run.join(SOON)
