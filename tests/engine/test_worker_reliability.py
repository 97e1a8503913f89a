"""The training thread over and over: nothing leaks, nothing hangs, nothing reaches over to others.

R2, R9, R10 and R13 of the figures of merit, without a window.
"""

import gc
import json
import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
import torch
from worker_runs import EPOCH, LONG, freeze, rate, same_logs, tiny, told, wait_for, wait_until

from engine.journal import SetLearningRate, SetTrainable, journal_to_json
from engine.run import Run, replay, train
from engine.telemetry import SnapshotRequest
from engine.worker import TrainingWorker

CYCLES = 100


def alive():
    """What must not grow: threads, open files, objects, tensors."""
    gc.collect()
    objects = gc.get_objects()
    return {
        "threads": threading.active_count(),
        "files": psutil.Process().num_fds() if os.name == "posix" else 0,
        "tensors": sum(issubclass(type(each), torch.Tensor) for each in objects),
        "runs": sum(type(each) is Run for each in objects),
        "objects": len(objects),
    }


def settled():
    """`alive`, the least of several looks: the thread may still be tidying up at the first."""
    looks = []
    for _ in range(4):
        threading.Event().wait(0.002)
        looks.append(alive())
    return {what: min(look[what] for look in looks) for what in looks[0]}


def live_through(worker, number):
    """Start a run, train at least 20 steps, edit and look at it, stop it, forget it."""
    run = Run(tiny(epochs=LONG, seeds=(number,)))
    worker.add(run)
    worker.resume(run)
    wait_until(lambda: run.step_count >= 10)
    worker.edit(run, [freeze(), rate(0.01)])
    run.mailbox.ask(SnapshotRequest("all", number))
    wait_until(lambda: run.step_count >= 20 and run.mailbox.take())
    worker.pause(run)
    worker.step(run)
    worker.stop(run)
    wait_for(run, "stopped")


def assert_as_before(late, early):
    """Nothing more is alive; a file that an earlier test left open may have been closed."""
    assert late.pop("files") <= early.pop("files")
    assert late == early


def test_a_hundred_runs_started_and_stopped_leave_nothing_behind(worker):
    for number in range(20):
        live_through(worker, number)
    early, memory = settled(), psutil.Process().memory_info().rss
    for number in range(20, CYCLES):
        live_through(worker, number)
    assert_as_before(settled(), early)
    assert psutil.Process().memory_info().rss - memory < 4e6


def test_workers_opened_and_closed_leave_nothing_behind():
    def live_and_die():
        worker, run = TrainingWorker(), Run(tiny(epochs=LONG))
        worker.add(run)
        worker.resume(run)
        wait_until(lambda: run.step_count > 20)
        assert worker.close(timeout=30)

    for _ in range(5):
        live_and_die()
    early = settled()
    for _ in range(20):
        live_and_die()
    assert_as_before(settled(), early)


def test_a_thousand_runs_are_stopped(worker):
    for number in range(1000):
        run = Run(tiny(seeds=(number,)))
        worker.add(run)
        worker.step(run)
        worker.stop(run)
        assert wait_for(run, "stopped")[:2] == ["started", "paused"]
        assert run.step_count <= 1


def test_a_thousand_commands_leave_a_run_that_its_journal_explains(worker):
    chance = random.Random(5)
    run = Run(tiny(epochs=LONG))
    worker.add(run)
    commands = {
        "resume": lambda: worker.resume(run),
        "pause": lambda: worker.pause(run),
        "step": lambda: worker.step(run),
        "epoch": lambda: worker.step_epoch(run),
        "freeze": lambda: worker.edit(run, [freeze(trainable=chance.random() < 0.5)]),
        "rate": lambda: worker.edit(run, [rate(chance.choice([0.0, 1e-3, 0.1]))]),
        "pace": lambda: worker.set_pace(run, chance.choice([None, 1000.0, 1e5])),
        "look": lambda: run.mailbox.ask(SnapshotRequest("all", 1)),
        "take": run.mailbox.take,
    }
    edits, names = 0, sorted(commands)
    for _ in range(1000):
        name = chance.choice(names)
        commands[name]()
        edits += name in ("freeze", "rate")
    worker.pause(run)
    worker.set_pace(run, None)
    worker.edit(run, [freeze()])  # the last command: when it is done, so are all the others
    wait_until(lambda: len(run.journal) == edits + 1)
    assert run.status == "paused"
    end = run.step_count + 3 * EPOCH - run.step_count % EPOCH
    for _ in range(3):
        worker.step_epoch(run)
    wait_until(lambda: run.step_count == end and run.status == "paused")
    assert told(run).count("edited") == edits + 1
    assert same_logs(run, replay(run))


def test_a_run_is_the_same_alone_and_beside_others_that_come_and_go(worker):
    wanted = tiny(epochs=300)
    alone = train(wanted)
    run = Run(wanted)
    worker.add(run)
    worker.resume(run)
    others, met = [], 0
    while not run.complete:
        other = Run(tiny(epochs=LONG, seeds=(len(others),), optimizer="sgd", momentum=0.9))
        others.append(other)
        worker.add(other)
        worker.resume(other)
        wait_until(lambda other=other: other.step_count > 10 or run.complete)
        met += not run.complete
        worker.edit(other, [freeze(), rate(1e9)])  # to the point of divergence
        wait_until(lambda other=other: other.step_count > 20 or run.complete)
        if len(others) % 2:
            worker.stop(other)
        else:
            worker.pause(other)
    assert met >= 2
    assert same_logs(run, alone)


def edited_live(worker, experiment):
    """A run that was edited from this thread while it trained, to its end."""
    run = Run(experiment)
    worker.add(run)
    worker.resume(run)
    chance = random.Random(11)
    for number in range(1, 40):
        wait_until(lambda number=number: run.step_count > 20 * number or run.complete)
        layer = chance.choice(["hidden-1", "output"])
        variant = chance.choice(["all", "first"])
        edits = [
            SetTrainable(variant=variant, layer=layer, trainable=chance.random() < 0.6),
            SetLearningRate(variant=variant, layer=layer, learning_rate=chance.uniform(0, 0.02)),
        ]
        worker.edit(run, edits)
    wait_until(lambda: run.status == "finished")
    wait_until(lambda: len(run.journal) == 78)
    return run


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "sgd"])
def test_replaying_what_was_edited_live_gives_the_same_run(worker, optimizer):
    run = edited_live(worker, tiny(epochs=400, optimizer=optimizer))
    assert same_logs(run, replay(run))
    assert not same_logs(run, train(run.started_as))


def test_a_journal_replayed_in_another_process_gives_the_same_losses(worker, tmp_path: Path):
    run = edited_live(worker, tiny(epochs=400))
    experiment, journal = tmp_path / "experiment.json", tmp_path / "journal.json"
    experiment.write_text(run.started_as.to_json())
    journal.write_text(journal_to_json(tuple(run.journal)))
    command = [sys.executable, "-m", "engine", "run", experiment, "--journal", journal]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    variants = json.loads(done.stdout)["variants"]
    for column, metric in [("train_loss", "train_loss"), ("validation_loss", "validation_loss")]:
        again = [seed for variant in variants for seed in variant[column]]
        live = [[float(str(v)) for v in member] for member in run.log.column(metric).T]
        assert again == live


class WatchedRun(Run):
    """Notes when each step began, and how many edits had been sent when it ended."""

    def __init__(self, experiment):
        super().__init__(experiment)
        self.sent = 0
        self.began: list[float] = []
        self.sent_by_the_end_of: list[int] = []

    def step(self, observe=False):
        self.began.append(time.perf_counter())
        ended_epoch = super().step(observe)
        self.sent_by_the_end_of.append(self.sent)
        return ended_epoch


def test_an_edit_is_used_by_the_step_that_follows_the_one_under_way(worker):
    run, companion = WatchedRun(tiny(epochs=LONG)), Run(tiny(epochs=LONG))
    for each in (run, companion):
        worker.add(each)
        worker.resume(each)
    asked_at = []
    for number in range(200):
        wait_until(lambda number=number: run.step_count > 3 * number + 20)
        asked_at.append(time.perf_counter())
        worker.edit(run, [rate(1e-3 * (1 + number % 7))])
        run.sent = number + 1
    wait_until(lambda: len(run.journal) == 200)
    worker.pause(run)
    wait_until(lambda: run.status == "paused")
    known_at = {}  # per edit: the first step after whose end it had certainly been sent
    for step, sent in enumerate(run.sent_by_the_end_of, start=1):
        for number in range(len(known_at), sent):
            known_at[number] = step
    taken_at = [entry.step for entry in run.journal]
    assert all(taken <= known_at.get(n, taken) for n, taken in enumerate(taken_at))
    assert len(known_at) > 100
    used_at = [run.began[taken] for taken in taken_at if taken < len(run.began)]
    latencies = sorted(used - asked for used, asked in zip(used_at, asked_at, strict=False))
    step_time = (run.began[-1] - run.began[0]) / len(run.began)
    sys.stdout.write(
        f"edit latency over {len(latencies)} edits: median {1e3 * latencies[100]:.2f} ms, "
        f"99th percentile {1e3 * latencies[197]:.2f} ms, longest {1e3 * latencies[-1]:.2f} ms; "
        f"a step of both runs takes {1e3 * step_time:.2f} ms\n"
    )
