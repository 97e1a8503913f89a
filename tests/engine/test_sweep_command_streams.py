"""`python -m engine sweep` with streams that are closed, and folders that go away."""

import csv
import io
import os
import shutil
import signal
import subprocess
import sys

import pytest
from command_runs import in_a_process, run_engine
from worker_runs import tiny

import resources
from engine.run import Run

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX streams")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty working folder with `tiny.json` in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.json").write_text(tiny(epochs=1).to_json())
    return tmp_path


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def in_a_shell(command, *arguments):
    """`python -m engine sweep` with redirections."""
    words = ["sh", "-c", f'"$0" -m engine sweep "$@" {command}', sys.executable]
    return subprocess.run(
        [*words, *map(str, arguments)],
        cwd=resources.path().parent,
        capture_output=True,
        text=True,
        check=False,
    )


@posix
def test_with_standard_error_closed_the_table_is_printed(here):
    done = in_a_shell("2>&-", here / "tiny.json")
    assert done.returncode == 0
    assert len(rows_of(done.stdout)) == 4


@posix
def test_with_standard_output_closed_a_file_is_asked_for_before_anything_is_trained(here):
    done = in_a_shell(">&-", here / "missing.json")
    assert done.returncode == 1
    assert done.stderr == "standard output: is closed; name a file with --out\n"


@posix
def test_with_all_streams_closed_the_table_goes_to_its_file(here):
    """And neither it nor the finished runs get what is written to a stream."""
    done = in_a_shell("<&- >&- 2>&-", here / "tiny.json", "--out", here / "t.csv")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert len(rows_of((here / "t.csv").read_text())) == 4
    assert sorted(os.listdir()) == ["t.csv", "tiny.json"]


@pytest.mark.parametrize("command", [[], ["run"], ["sweep"], ["datasets"], ["check"]])
def test_help_can_be_read_on_a_terminal_that_knows_only_ascii(command):
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = in_a_process(*command, "--help", env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"usage: python -m engine")


def test_where_the_folder_went_away_the_table_is_printed(here, capsys, monkeypatch):
    (here / "out").mkdir()
    step = Run.step

    def remove(self, observe=False):
        shutil.rmtree(here / "out", ignore_errors=True)
        return step(self, observe)

    monkeypatch.setattr(Run, "step", remove)
    status, out, err = run_engine(capsys, "sweep", "tiny.json", "--out", "out/t.csv")
    assert status == 1
    assert len(rows_of(out)) == 4
    assert "does not exist; the table is on standard output" in err
    monkeypatch.undo()
    os.chdir(here)
    status, again, _ = run_engine(capsys, "sweep", "tiny.json")
    assert (status, again) == (0, out)


def test_where_the_runs_are_kept_the_table_is_not_printed(here, capsys, monkeypatch):
    step = Run.step

    def block(self, observe=False):
        (here / "t.csv").mkdir(exist_ok=True)
        return step(self, observe)

    monkeypatch.setattr(Run, "step", block)
    status, out, err = run_engine(capsys, "sweep", "tiny.json", "--out", "t.csv")
    assert (status, out, err) == (1, "", "t.csv: is a folder; name a file in it\n")
    assert (here / "t.csv.parts").exists()


def test_ctrl_c_works_as_before_once_the_table_is_there(here, capsys):
    before = signal.getsignal(signal.SIGINT)
    assert run_engine(capsys, "sweep", "tiny.json")[0] == 0
    assert signal.getsignal(signal.SIGINT) is before
