"""A sweep of 2,000 runs, or one of its workers, killed half-way: the same table, no run twice."""

import json
import random
import subprocess
import sys

import psutil
import pytest
from sweep_runs import stored_lines, worker_processes
from worker_runs import PATIENCE, tiny, wait_until

import resources

LONG = 2 * PATIENCE
RUNS = 2000
PARTS = 100  # of one cell, one variant, 20 seeds
OPTIONS = (
    *("--patterns", "all", "--seeds", "20", "--epochs", "2", "--stack", "20"),
    *("--vary", "learning_rate=" + ",".join(f"{n / 1000}" for n in range(1, 26))),
)


class Command:
    """The sweep as a command, in a folder of its own."""

    def __init__(self, folder, *options):
        folder.mkdir()
        self.table = folder / "table.csv"
        self.store = folder / "table.csv.parts"
        experiment = folder / "tiny.json"
        experiment.write_text(tiny().to_json())
        self._command = [sys.executable, "-m", "engine", "sweep", experiment, *OPTIONS]
        self._command += ["--out", self.table, *options]

    def started(self):
        return subprocess.Popen(
            self._command, cwd=resources.path().parent, stderr=subprocess.PIPE, text=True
        )

    def until_finished(self):
        """What it says on standard error, without its progress."""
        process = self.started()
        _, err = process.communicate(timeout=LONG)
        assert process.returncode == 0, err
        assert self.store.exists() is False
        return [line for line in err.splitlines() if not line.startswith("[")]

    def parts_done(self):
        return self.store.read_bytes().count(b"\n") - 1 if self.store.exists() else 0

    def kill_when_done(self, parts):
        """SIGKILL when so many parts are stored."""
        process = self.started()
        wait_until(lambda: self.parts_done() >= parts, LONG)
        process.kill()
        process.communicate()
        assert not self.table.exists()


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The table of a sweep that ran through."""
    command = Command(tmp_path_factory.mktemp("whole") / "sweep")
    assert command.until_finished() == []
    text = command.table.read_bytes()
    assert text.count(b"\n") == 1 + RUNS
    return text


def test_killed_half_way_and_resumed_the_table_is_the_same_and_no_run_is_twice(whole, tmp_path):
    command = Command(tmp_path / "sweep")
    command.kill_when_done(PARTS // 2)
    before = stored_lines(command.store)
    assert PARTS // 2 <= len(before) < PARTS
    again = command.started()
    wait_until(lambda: command.parts_done() >= len(before) + PARTS // 10, LONG)
    after = stored_lines(command.store)
    assert after[: len(before)] == before  # nothing finished was lost or trained again
    numbers = [line["part"] for line in after]
    assert len(numbers) == len(set(numbers))
    _, err = again.communicate(timeout=LONG)
    assert err.startswith(f"resumed: {20 * len(before):,} of 2,000 runs were finished before\n")
    assert again.returncode == 0
    assert command.table.read_bytes() == whole


def test_resumed_from_a_file_that_ends_anywhere_the_table_is_the_same(whole, tmp_path):
    """Also in the middle of a line: as a kill, or a power cut, may leave it."""
    command = Command(tmp_path / "sweep")
    command.kill_when_done(PARTS * 2 // 3)
    content = command.store.read_bytes()
    cut = random.Random(4).randrange(len(content) // 2, len(content))
    command.store.write_bytes(content[:cut])
    kept = content[:cut].count(b"\n") - 1
    said = f"resumed: {20 * kept:,} of 2,000 runs were finished before"
    assert command.until_finished() == [said]
    assert command.table.read_bytes() == whole


def test_a_worker_process_that_is_killed_costs_nothing_but_time(whole, tmp_path):
    command = Command(tmp_path / "sweep", "--executor", "cores")
    process = command.started()
    wait_until(lambda: command.parts_done() >= PARTS // 4, LONG)
    worker_processes(psutil.Process(process.pid))[0].kill()
    wait_until(lambda: command.parts_done() >= PARTS // 2, LONG)
    numbers = [line["part"] for line in stored_lines(command.store)]
    assert len(numbers) == len(set(numbers))
    _, err = process.communicate(timeout=LONG)
    assert process.returncode == 0, err
    assert command.table.read_bytes() == whole


def test_the_whole_table_is_one_of_2000_different_runs(whole):
    lines = whole.decode().splitlines()[1:]
    assert len({tuple(line.split(",")[:6]) for line in lines}) == RUNS
    assert json.dumps(lines).count("pattern-00") == RUNS // 4
