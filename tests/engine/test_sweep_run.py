"""A sweep under way: the same numbers wherever it is trained, cancel, progress, resume."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sweep_runs import ENDLESS, rates, runs_of, small_sweep, stored_lines, worker_processes
from worker_runs import wait_until

import resources
from engine.errors import EngineError, ExperimentError
from engine.run import train
from engine.sweep import Axis, cells, parts
from engine.sweep_run import SweepRun

SOON = 30.0  # seconds; what is promised is one, but machines do other things too
optimizers = Axis(path="training.optimizer", values=("sgd", "adam"))
PLACES = ("here", "cores")


def finished(sweep, **options):
    run = SweepRun(sweep, **options)
    run.run()
    assert (run.status, run.error) == ("finished", "")
    return run


def cancelled_after(run, ready):
    """Start, wait until `ready`, cancel; it ends soon."""
    run.start()
    wait_until(ready)
    run.cancel()
    assert run.join(SOON)


# results


def test_here_and_on_all_cores_the_numbers_are_the_same_bit_for_bit():
    sweep = small_sweep(rates(3), optimizers)
    here, cores = finished(sweep), finished(sweep, where="cores")
    assert here.results == cores.results
    assert runs_of(here.results) == [
        (cell.number, *member) for cell in cells(sweep) for member in cell.experiment.members
    ]
    assert len(set(here.results)) == len(here.results) == 2 * 3 * 4 * 4


def test_the_results_are_those_of_plain_runs_of_the_parts():
    sweep = small_sweep(rates(2))
    expected = {}
    for part in parts(sweep):
        losses = train(part.experiment).log.column("train_loss")[-1]
        expected |= {run: float(str(loss)) for run, loss in zip(part.members, losses, strict=True)}
    results = finished(sweep).results
    assert {run: each.train_loss for run, each in zip(runs_of(results), results, strict=True)} == (
        expected
    )


def test_how_many_are_stacked_changes_nothing_but_last_digits():
    one_by_one, together = (
        finished(small_sweep(rates(2), stack=stack)).results for stack in (1, 1000)
    )
    assert runs_of(one_by_one) == runs_of(together)
    for alone, stacked in zip(one_by_one, together, strict=True):
        assert alone.train_loss == pytest.approx(stacked.train_loss, rel=1e-5)


# progress and results on the way


def test_progress_counts_parts_and_runs_as_they_finish():
    run = SweepRun(small_sweep(rates(10), epochs=30))
    before = run.progress
    assert (before.runs, before.runs_done, before.parts_done) == (160, 0, 0)
    assert (before.seconds, before.seconds_left) == (0.0, None)
    assert run.status == "waiting"
    run.start()
    seen = []
    while not run.join(0.005):
        progress, results = run.progress, run.results
        assert progress.runs_done <= len(run.results)
        assert results == tuple(sorted(results, key=lambda each: (each.cell,)))
        seen.append(progress)
    after = run.progress
    assert (after.runs_done, after.parts_done, after.seconds_left) == (160, after.parts, 0.0)
    assert any(0 < progress.runs_done < 160 for progress in seen)
    assert [p.runs_done for p in seen] == sorted(p.runs_done for p in seen)
    assert any(p.seconds_left for p in seen if p.runs_done)
    assert run.progress.seconds == after.seconds  # the clock stands still
    assert run.results is run.results


def test_a_sweep_is_trained_once():
    run = finished(small_sweep())
    with pytest.raises(RuntimeError, match="the sweep is finished"):
        run.start()
    with pytest.raises(RuntimeError):
        run.run()


# cancel


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("busy", [True, False])
def test_cancel_takes_effect_at_once_though_a_part_would_take_days(where, busy):
    """Also while worker processes are still starting."""
    run = SweepRun(small_sweep(epochs=ENDLESS), where=where)
    before = worker_processes()
    assert before == []

    def at_work():
        if where == "here":
            return run.status == "running"
        at_full_speed = [p for p in worker_processes() if sum(p.cpu_times()[:2]) > 3]
        return at_full_speed if busy else worker_processes()

    cancelled_after(run, at_work)
    assert run.status == "cancelled"
    assert run.results == ()
    assert worker_processes() == []


def test_a_sweep_that_is_cancelled_before_its_start_trains_nothing():
    run = SweepRun(small_sweep())
    run.cancel()
    run.cancel()
    run.run()
    assert (run.status, run.results) == ("cancelled", ())


def test_a_cancel_after_the_end_changes_nothing():
    run = finished(small_sweep())
    run.cancel()
    assert run.status == "finished"


@pytest.mark.parametrize("where", PLACES)
def test_what_was_finished_before_a_cancel_is_kept_and_not_trained_again(where, tmp_path):
    sweep = small_sweep(rates(20), epochs=20)
    store = tmp_path / "x.parts"
    run = SweepRun(sweep, where=where, store=store)
    cancelled_after(run, lambda: run.progress.parts_done >= 3)
    assert run.status == "cancelled"
    done = run.progress.runs_done
    assert 12 <= done == len(run.results) < 320
    again = SweepRun(sweep, store=store)
    assert again.results == run.results
    assert (again.progress.runs_before, again.progress.runs_done) == (done, done)
    again.run()
    assert again.results == finished(sweep).results
    assert again.progress.runs_before == done
    assert sorted(line["part"] for line in stored_lines(store)) == list(range(80))


@pytest.mark.parametrize(("seeds", "stack"), [(4, 4), (100, 1)])
def test_a_program_whose_main_thread_ends_ends(seeds, stack):
    """It need not cancel what is trained in its own process, however many parts wait."""
    script = (
        "from sweep_runs import ENDLESS, small_sweep; from engine.sweep_run import SweepRun\n"
        f"SweepRun(small_sweep(seeds={seeds}, stack={stack}, epochs=ENDLESS)).start()"
    )
    root, tests = resources.path().parent, Path(__file__).parent
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), str(tests)])}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


# the store


def test_a_sweep_is_opened_again_from_its_store_alone(tmp_path):
    store = tmp_path / "x.parts"
    run = finished(small_sweep(rates(2)), store=store)
    again = SweepRun.open(store)
    assert (again.sweep, again.cells, again.results) == (run.sweep, run.cells, run.results)
    size = store.stat().st_size
    again.run()
    assert (again.status, store.stat().st_size) == ("finished", size)


def test_a_store_of_another_sweep_is_refused_at_once(tmp_path):
    store = tmp_path / "x.parts"
    finished(small_sweep(), store=store)
    with pytest.raises(EngineError, match="holds another sweep"):
        SweepRun(small_sweep(rates(2)), store=store)


def test_a_store_that_is_in_use_fails_the_second_and_not_the_first(tmp_path):
    store = tmp_path / "x.parts"
    first = SweepRun(small_sweep(epochs=ENDLESS), store=store)
    first.start()
    wait_until(lambda: store.exists() and store.read_bytes().endswith(b"\n"))
    second = SweepRun(small_sweep(epochs=ENDLESS), store=store)
    second.run()
    assert second.status == "failed"
    assert "another program is training this sweep" in second.error
    assert first.status == "running"
    first.cancel()
    assert first.join(SOON)


# failures


def test_a_sweep_that_cannot_be_trained_is_refused_before_anything_starts():
    with pytest.raises(ExperimentError, match="learning_rates: is not there"):
        SweepRun(small_sweep(rates(2, "learning_rates")))
    assert "frostline-sweep" not in [thread.name for thread in threading.enumerate()]


def test_a_part_that_fails_fails_the_sweep_in_words_and_keeps_the_rest(tmp_path, monkeypatch):
    from engine.run import Run

    prepare, prepared = Run.prepare, set()

    def third_is_too_much(self):
        prepared.add(self)
        if len(prepared) == 3:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
        return prepare(self)

    store = tmp_path / "x.parts"
    monkeypatch.setattr(Run, "prepare", third_is_too_much)
    run = SweepRun(small_sweep(rates(2)), store=store)
    run.run()
    assert run.status == "failed"
    assert run.error.startswith("part 2 (4 runs of cell 0) failed: RuntimeError: DefaultCPU")
    assert len(run.results) == 8
    monkeypatch.undo()
    again = SweepRun.open(store)
    again.run()
    assert again.results == finished(small_sweep(rates(2))).results


def test_an_unforeseen_error_is_told_too(monkeypatch, caplog):
    def broken(*arguments):
        raise ZeroDivisionError("of all things")

    monkeypatch.setattr("engine.sweep_run.train_parts", broken)
    run = SweepRun(small_sweep())
    run.start()
    assert run.join(SOON)
    assert (run.status, run.error) == ("failed", "ZeroDivisionError: of all things")
    assert "a sweep failed" in caplog.text


def test_a_cluster_without_an_address_is_refused_in_words():
    run = SweepRun(small_sweep(), where="cluster")
    run.run()
    assert run.status == "failed"
    assert "a cluster needs its scheduler's address" in run.error
