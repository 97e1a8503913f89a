"""`python -m engine sweep`: its options, its table, what it refuses, how it is stopped."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import threading

import pytest
from command_runs import refused, run_engine
from sweep_runs import ENDLESS
from worker_runs import PATIENCE, freeze, tiny, wait_until

import resources
from engine.executors import InThisThread
from engine.journal import JournalEntry
from engine.run import Run
from engine.values import MAX_SEED
from engine.workplace import Workplace

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty working folder with `tiny.json` in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.json").write_text(tiny(epochs=1).to_json())
    return tmp_path


def table(capsys, *arguments):
    """The rows that a sweep prints."""
    status, out, err = run_engine(capsys, "sweep", "tiny.json", *arguments)
    assert status == 0
    assert [line for line in err.splitlines() if line[0] != "["] == []  # but progress
    return list(csv.DictReader(io.StringIO(out)))


def values_of(rows, column):
    return list(dict.fromkeys(row[column] for row in rows))


# options


def test_without_options_the_experiment_itself_is_the_sweep(here, capsys):
    rows = table(capsys)
    assert [(row["variant"], row["seed"]) for row in rows] == [
        ("all", "1"),
        ("all", "2"),
        ("first", "1"),
        ("first", "2"),
    ]
    assert os.listdir() == ["tiny.json"]


def test_all_patterns_seeds_and_epochs(here, capsys):
    rows = table(capsys, "--patterns", "all", "--seeds", 3, "--epochs", 2)
    assert values_of(rows, "variant") == ["all", "first", "pattern-01", "pattern-00"]
    assert values_of(rows, "seed") == ["1", "2", "3"]
    trained = [row for row in rows if row["variant"] != "pattern-00"]
    assert {row["best_epoch"] for row in trained} <= {"1", "2"}
    assert len(rows) == 12


def test_some_patterns_and_variants_in_the_order_asked_for(here, capsys):
    script = tuple(JournalEntry(step=1, edit=freeze(variant=v)) for v in ("all", "first"))
    (here / "tiny.json").write_text(tiny(epochs=1).replace(script=script).to_json())
    rows = table(capsys, "--patterns", "pattern-01,first")
    assert values_of(rows, "variant") == ["pattern-01", "first"]
    assert values_of(table(capsys, "--patterns", "first"), "variant") == ["first"]


def test_values_to_vary_are_json_or_else_text(here, capsys):
    rows = table(
        capsys,
        *("--vary", "training.optimizer=sgd,adam"),
        *("--vary", "learning_rate=1e-3,0.01"),
        *("--vary", "layers.hidden-1.units=2,3"),
        *("--vary", "training.clip_norm=null,1.5"),
        *("--vary", "training.seeds=[7],[8,9]"),
        *("--stack", 50),
    )
    assert values_of(rows, "training.optimizer") == ["sgd", "adam"]
    assert values_of(rows, "learning_rate") == ["0.001", "0.01"]
    assert values_of(rows, "layers.hidden-1.units") == ["2", "3"]
    assert values_of(rows, "training.clip_norm") == ["", "1.5"]
    assert values_of(rows, "training.seeds") == ["[7]", "[8, 9]"]
    assert len(rows) == 2**4 * 2 * 3


def test_quoted_text_may_contain_commas(here, capsys):
    rows = table(capsys, "--vary", 'name="one, two","three"')
    assert values_of(rows, "name") == ["one, two", "three"]


@pytest.mark.parametrize(("name", "means"), [("local", "here"), ("cores", "cores")])
def test_the_place_changes_nothing_in_the_table(here, capsys, name, means):
    assert table(capsys, "--executor", name) == table(capsys, "--executor", "here")


def test_a_table_goes_to_a_file_in_either_format(here, capsys):
    for name in ("t.csv", "t.JSON"):
        done = run_engine(capsys, "sweep", "tiny.json", "--out", name)
        assert done == (0, "", "")
    rows = json.loads((here / "t.JSON").read_text())["rows"]
    lines = list(csv.DictReader(io.StringIO((here / "t.csv").read_text())))
    assert [row["train_loss"] for row in rows] == [float(line["train_loss"]) for line in lines]
    assert sorted(os.listdir()) == ["t.JSON", "t.csv", "tiny.json"]


def test_the_line_moves_while_the_first_part_trains(here, capsys, monkeypatch):
    """4 runs in one part, held before the fourth of five steps until 2 of them are shown."""
    seen, step = threading.Event(), Run.step

    class Line:
        def __init__(self, stream, total, unit, before):
            self.close = lambda: None

        def show(self, done, waiting=""):
            if done == 2:
                seen.set()

    def held(self, observe=False):
        assert self.step_count < 3 or seen.wait(PATIENCE)
        return step(self, observe)

    monkeypatch.setattr(Run, "step", held)
    monkeypatch.setattr("engine.sweep_command.ProgressLine", Line)
    assert len(table(capsys)) == 4


class HeldBack(Workplace):
    """Begins when it is let to."""

    missing = ""

    def __init__(self, begin):
        super().__init__(InThisThread(), room=1)
        self._begin = begin

    def submit(self, work, text):
        assert self._begin.wait(PATIENCE)
        return self._executor.submit(work, text, lambda done: False)

    def close(self):
        pass


@pytest.mark.parametrize(
    ("options", "missing", "words"),
    [
        (["--executor", "cores"], "", "starting 1 worker"),
        (["--executor", "cores", "--stack", "1"], "", "starting 2 workers"),
        (["--executor", "cluster", "--address", "tcp://a:1"], "", "connecting to tcp://a:1"),
        ([], "workers", "no workers; waiting"),
        ([], "scheduler", "the scheduler does not answer; waiting"),
        ([], "", ""),
    ],
)
def test_the_line_says_what_is_waited_for(here, capsys, monkeypatch, options, missing, words):
    seen = threading.Event()

    class Line:
        def __init__(self, stream, total, unit, before):
            self.close = lambda: None

        def show(self, done, waiting=""):
            if waiting == words:
                seen.set()

    def opened(*given):
        assert words[:10] != "connecting" or seen.wait(PATIENCE)
        return workplace

    workplace = HeldBack(seen)
    workplace.missing = missing
    monkeypatch.setattr("engine.sweep_run.open_workplace", opened)
    monkeypatch.setattr("engine.sweep_run.usable_cores", lambda: 2)
    monkeypatch.setattr("engine.sweep_command.ProgressLine", Line)
    assert len(table(capsys, *options)) == 4


# refusals


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["tiny.json", "--vary"],
        ["tiny.json", "--vary", "training.optimizer"],
        ["tiny.json", "--vary", "=sgd"],
        ["tiny.json", "--vary", "training.optimizer="],
        ["tiny.json", "--stack", "0"],
        ["tiny.json", "--stack", "10001"],
        ["tiny.json", "--seeds", "0"],
        ["tiny.json", "--executor", "moon"],
        ["tiny.json", "--out", "table.txt"],
        ["tiny.json", "--out", "table"],
    ],
)
def test_wrong_usage_is_answered_with_the_usage(here, capsys, arguments):
    status, out, err = run_engine(capsys, "sweep", *arguments)
    assert (status, out) == (2, "")
    assert err.startswith("usage: python -m engine sweep")
    assert os.listdir() == ["tiny.json"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--vary", "training.speed=1"], "training.speed: is not there to be varied"),
        (["--vary", "learning_rate=fast"], 'learning_rate = "fast"'),
        (["--vary", "learning_rate=NaN"], 'learning_rate = "NaN"'),
        (["--vary", "learning_rate=1e999"], 'learning_rate = "1e999"'),
        (["--vary", "training.batch_size=" + "9" * 5000], "training.batch_size"),
        (["--vary", "name=" + "[" * 100_000], "name"),
        (["--vary", "a" * 300 + "=1"], "aaa was refused:\n  path: "),
        (["--vary", "name=a,b"] * 2, "name varies twice"),
        (["--patterns", "first,other"], "--patterns: there is no other; there is all, first, pat"),
        (["--patterns", ""], "--patterns: there is no"),
        (["--patterns", "all,first,all"], "--patterns: all is given twice"),
        (["--patterns", "pattern-01,pattern-01"], "--patterns: pattern-01 is given twice"),
        (["--address", "tcp://a:1"], "--address: is for --executor cluster only"),
        (["--address", "tcp://a:1", "--executor", "cores"], "is for --executor cluster only"),
        (
            ["--seeds", "1000", "--vary", "data.seed=" + ",".join(map(str, range(60)))],
            "more than 100,000 runs",
        ),
        (["--executor", "dask"], "needs its scheduler's address"),
        (["--out", "nowhere/t.csv"], "does not exist"),
    ],
)
def test_what_cannot_be_trained_is_refused_in_words(here, capsys, arguments, words):
    assert words in refused(capsys, "sweep", "tiny.json", *arguments)


def test_seeds_past_the_largest_and_files_that_are_no_experiment(here, capsys):
    (here / "x.json").write_text(tiny(seeds=(MAX_SEED,)).to_json())
    assert "pass the largest seed" in refused(capsys, "sweep", "x.json", "--seeds", 2)
    (here / "x.json").write_text("{")
    assert "is not JSON" in refused(capsys, "sweep", "x.json")
    assert "cannot be read" in refused(capsys, "sweep", "missing.json")


def test_the_experiment_is_not_overwritten_with_its_table(here, capsys):
    assert "is the experiment itself" in refused(
        capsys, "sweep", "tiny.json", "--out", here / "tiny.json"
    )


def test_what_another_sweep_left_is_not_touched(here, capsys, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr("engine.sweep_command.write_text", interrupt)
        assert run_engine(capsys, "sweep", "tiny.json", "--out", "t.csv")[0] == 130
    left = (here / "t.csv.parts").read_bytes()
    words = refused(capsys, "sweep", "tiny.json", "--seeds", 3, "--out", "t.csv")
    assert "t.csv.parts: holds another sweep" in words
    assert (here / "t.csv.parts").read_bytes() == left
    status, _, err = run_engine(capsys, "sweep", "tiny.json", "--out", "t.csv")
    assert (status, err) == (0, "resumed: 4 of 4 runs were finished before\n")
    assert sorted(os.listdir()) == ["t.csv", "tiny.json"]


def interrupt(*arguments):
    raise KeyboardInterrupt


# stopping


@posix
@pytest.mark.parametrize("where", ["here", "cores"])
def test_ctrl_c_stops_at_once_and_says_that_the_same_command_goes_on(here, where):
    """It reaches every process of the group, as from a terminal."""
    (here / "tiny.json").write_text(tiny(epochs=ENDLESS).to_json())
    command = [sys.executable, "-m", "engine", "sweep", here / "tiny.json", "--executor", where]
    store = here / "t.csv.parts"
    with subprocess.Popen(
        [*command, "--out", here / "t.csv"],
        cwd=resources.path().parent,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        wait_until(lambda: store.exists() and store.read_bytes().endswith(b"\n"))
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert err.endswith("\nstopped; the same command goes on where it stood\n")
    assert "Traceback" not in err
    wait_until(lambda: is_gone(process.pid))  # and nobody of the group is left


@posix
@pytest.mark.parametrize("where", ["here", "cores"])
def test_however_often_ctrl_c_is_pressed_it_ends_in_order(here, where):
    (here / "tiny.json").write_text(tiny(epochs=ENDLESS).to_json())
    command = [sys.executable, "-m", "engine", "sweep", here / "tiny.json", "--executor", where]
    store, root = here / "t.csv.parts", resources.path().parent
    with subprocess.Popen(
        [*command, "--out", here / "t.csv"], cwd=root, stderr=subprocess.PIPE, text=True
    ) as process:
        wait_until(lambda: store.exists() and store.read_bytes().endswith(b"\n"))
        wait_until(lambda: process.send_signal(signal.SIGINT) or process.poll() is not None)
        err = process.stderr.read()
    assert process.returncode == 130
    assert err.endswith("\nstopped; the same command goes on where it stood\n")
    assert "Traceback" not in err


def is_gone(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False
