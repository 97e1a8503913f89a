"""The training thread ends cleanly, frees what it held, and keeps to itself."""

import gc
import os
import subprocess
import sys
import threading

from worker_runs import (
    LONG,
    GatedRun,
    added,
    inside_one_of_two,
    tiny,
    told,
    wait_for,
    wait_until,
)

from engine.datasets.loading import load_dataset
from engine.run import Run
from engine.worker import TrainingWorker


def test_close_waits_for_the_step_under_way_and_for_no_other():
    worker = TrainingWorker()
    run, waiting = GatedRun(tiny(epochs=LONG)), Run(tiny())
    added(worker, run)
    added(worker, waiting)
    worker.resume(run)
    assert run.inside.wait(30)
    assert not worker.close(timeout=0)
    assert worker.alive
    run.leave.set()
    assert worker.close(timeout=30)
    assert not worker.alive
    assert run.step_count == 1
    assert run.status == waiting.status == "stopped"
    assert run.trainer is waiting.trainer is None
    assert told(run)[-1] == told(waiting)[-1] == "stopped"


def test_close_takes_no_step_of_the_other_runs():
    worker = TrainingWorker()
    first, second = inside_one_of_two(worker)
    steps = second.step_count
    assert not worker.close(timeout=0)
    first.leave.set()
    assert worker.close(timeout=30)
    assert (first.step_count, second.step_count) == (1, steps)


def test_close_can_be_repeated_and_later_commands_are_ignored():
    worker = TrainingWorker()
    run, late = Run(tiny(epochs=LONG)), Run(tiny())
    added(worker, run)
    worker.resume(run)
    wait_until(lambda: run.step_count > 10)
    assert worker.close()
    assert worker.close(timeout=0)
    steps = run.step_count
    worker.resume(run)
    worker.add(late)
    late.mailbox.ask(None)
    assert (run.step_count, late.status, late.mailbox.take()) == (steps, "waiting", None)


def test_the_thread_never_collects_garbage_of_its_own_accord(worker):
    collectors = []

    def note(phase, info):
        collectors.append(threading.current_thread().name)

    gc.collect()
    gc.disable()
    gc.callbacks.append(note)
    try:
        run = added(worker, Run(tiny(epochs=100)))
        worker.resume(run)
        wait_for(run, "finished")
        worker.stop(run)
        wait_for(run, "stopped")
        assert collectors == []
        gc.collect()
    finally:
        gc.callbacks.remove(note)
        gc.enable()
    assert set(collectors) == {threading.current_thread().name}


def test_an_ended_run_is_freed_without_a_collection(worker):
    run = added(worker, Run(tiny()))
    dataset_rows = len(load_dataset(run.experiment.data).train_inputs)
    gc.collect()
    gc.disable()
    try:
        trainer = run.trainer
        assert trainer.batches.rows == dataset_rows
        worker.stop(run)
        wait_for(run, "stopped")
        assert sys.getrefcount(trainer) == 2  # this name and the argument
    finally:
        gc.enable()


def in_a_new_process(script):
    return subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "2"},
    )


START = """
import sys, threading
from engine import DataSpec, Dense, Experiment, LayerPlan, Run, Training, TrainingWorker, Variant
plan = {"output": LayerPlan()}
experiment = Experiment(
    data=DataSpec(name="moons"), layers=(Dense(id="output", units=1, activation="sigmoid"),),
    training=Training(epochs=1_000_000), variants=(Variant(id="all", name="All", layers=plan),))
class WatchedRun(Run):
    threads = None
    def step(self, observe=False):
        import torch
        self.threads = torch.get_num_threads()
        return super().step(observe)
worker, run = TrainingWorker(), WatchedRun(experiment)
worker.add(run)
worker.resume(run)
while run.step_count < 100:
    threading.Event().wait(0.001)
"""


def test_training_on_the_thread_takes_one_core_and_loads_nothing_of_qt():
    script = START + (
        "worker.close()\n"
        "print(run.threads, [name for name in sys.modules if name.startswith('PySide6')])"
    )
    done = in_a_new_process(script)
    assert (done.stdout, done.stderr, done.returncode) == ("1 []\n", "", 0)


def test_a_program_that_dies_without_closing_its_worker_still_ends():
    done = in_a_new_process(START + "raise SystemExit(3)")
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 3)
