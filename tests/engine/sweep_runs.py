"""Small sweeps, and a cluster of processes on this machine, for tests."""

import json
import subprocess
import sys
from contextlib import contextmanager

import psutil
from worker_runs import PATIENCE, tiny, wait_until

import resources
from engine.patterns import with_every_pattern
from engine.sweep import Axis, Sweep

ENDLESS = 1_000_000  # epochs


def rates(count, path="learning_rate"):
    """An axis of learning rates."""
    return Axis(path=path, values=tuple(0.001 * n for n in range(1, count + 1)))


def small_sweep(*axes, seeds=4, epochs=2, stack=4, patterns=True, **changes):
    """40 training moons, 4 units: every pattern, or the variants `all` and `first`."""
    base = tiny(epochs=epochs, seeds=tuple(range(seeds)), **changes)
    return Sweep(base=with_every_pattern(base) if patterns else base, axes=axes, stack=stack)


def runs_of(results):
    """(cell, variant, seed) of every result."""
    return [(each.cell, each.variant, each.seed) for each in results]


def worker_processes(parent=None):
    """The processes that a pool started, without the tracker of what they share."""
    found = []
    for child in (parent or psutil.Process()).children():
        try:
            if "spawn_main" in " ".join(child.cmdline()) and child.is_running():
                found.append(child)
        except psutil.Error:  # it ended while it was looked at
            continue
    return found


def stored_lines(path):
    """The parts in a store, one JSON value per whole line."""
    lines = path.read_bytes().split(b"\n")[1:-1] if path.exists() else []
    return [json.loads(line.partition(b" ")[2]) for line in lines]


class LocalCluster:
    """A dask scheduler and its workers, each a process that can be killed."""

    def __init__(self, folder):
        self._folder = folder
        self.workers = []
        self._file = folder / "scheduler.json"
        options = ("--port", "0", "--scheduler-file", str(self._file))
        self.scheduler = self._started("scheduler", self._without_frostline(), *options)
        wait_until(
            lambda: self._file.exists() and self._file.read_text().endswith("}"), 2 * PATIENCE
        )
        self.address = json.loads(self._file.read_text())["address"]

    def start_worker(self, program=None):
        """A worker with the Frostline of this folder; with this one if there is none."""
        folder = self._folder / f"worker-{len(self.workers)}"
        folder.mkdir()
        options = ("--no-nanny", "--nthreads", "1", "--local-directory", str(folder))
        program = program or resources.path().parent
        self.workers.append(self._started("worker", program, self.address, *options))
        log = self._log("worker", len(self.workers))
        wait_until(lambda: "Registered to" in log.read_text(), 2 * PATIENCE)

    def start_stranger(self, version=None):
        """A worker with another version of Frostline, or without any."""
        self.start_worker(self._without_frostline(version))

    def seconds_computed(self):
        """What every worker has spent on the processor so far."""
        return [psutil.Process(each.pid).cpu_times().user for each in self.workers]

    def close(self):
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()

    def _without_frostline(self, version=None):
        """A folder in which there is no other `engine` to be found than this one."""
        folder = self._folder / f"program-{version}"
        folder.mkdir(exist_ok=True)
        missing = "raise ModuleNotFoundError(\"No module named 'engine'\")"
        content = f"__version__ = {version!r}" if version else missing
        (folder / "engine.py").write_text(content)
        return folder

    def _started(self, kind, program, *arguments):
        command = [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments]
        command += ["--host", "127.0.0.1", "--no-dashboard"]
        if kind == "scheduler":
            command += ["--dashboard-address", "127.0.0.1:0"]
        with self._log(kind, len(self.workers) + (kind == "worker")).open("w") as log:
            return subprocess.Popen(command, cwd=program, stdout=log, stderr=log)

    def _log(self, kind, number):
        return self._folder / f"{kind}-{number}.log"


@contextmanager
def local_cluster(folder, workers=2):
    cluster = LocalCluster(folder)
    try:
        for _ in range(workers):
            cluster.start_worker()
        yield cluster
    finally:
        cluster.close()
