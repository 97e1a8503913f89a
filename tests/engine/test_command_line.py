"""`python -m engine`: results on standard output, all else on standard error, and refusals."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from command_runs import in_a_process, refused, run_engine
from worker_runs import EPOCH, freeze, rate, tiny

import resources
from engine.__main__ import main
from engine.datasets.registry import DATASETS
from engine.experiment import parse_experiment
from engine.journal import JournalEntry, journal_to_json
from engine.run import train
from engine.values import MAX_SEED

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX files")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty working folder with `tiny.json` in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.json").write_text(tiny().to_json())
    return tmp_path


# run


def test_results_are_clean_json_on_standard_output(here, capsys):
    status, out, err = run_engine(capsys, "run", "tiny.json")
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert found["variants"][0]["seeds"] == [1, 2]
    logged = train(tiny()).log.column("train_loss")
    written = [seed for variant in found["variants"] for seed in variant["train_loss"]]
    assert np.array_equal(np.array(written, np.float32), logged.T)


def test_results_go_to_a_file_and_then_nowhere_else(here, capsys):
    status, out, err = run_engine(capsys, "run", "tiny.json", "--out", "results.json")
    assert (status, out, err) == (0, "", "")
    found = json.loads((here / "results.json").read_text())
    assert found["experiment"] == json.loads(tiny().to_json())
    assert sorted(os.listdir()) == ["results.json", "tiny.json"]
    (here / "results.json").write_text("old")
    assert main(["run", "tiny.json", "--out", "results.json"]) == 0
    again = json.loads((here / "results.json").read_text())
    assert again["variants"] == found["variants"]


def test_seeds_and_epochs_replace_those_of_the_experiment(here, capsys):
    _, out, _ = run_engine(capsys, "run", "tiny.json", "--seeds", 3, "--epochs", 2)
    found = json.loads(out)
    training = tiny().training.replace(seeds=(1, 2, 3), epochs=2)
    assert parse_experiment(json.dumps(found["experiment"])) == tiny().replace(training=training)
    for variant in found["variants"]:
        assert variant["seeds"] == [1, 2, 3]
        assert [len(seed) for seed in variant["train_loss"]] == [2, 2, 2]


def test_seeds_count_on_from_the_first(here, capsys):
    experiment = tiny(seeds=(40, 7, 3))
    (here / "x.json").write_text(experiment.to_json())
    _, out, _ = run_engine(capsys, "run", "x.json", "--seeds", 2, "--epochs", 1)
    assert json.loads(out)["variants"][0]["seeds"] == [40, 41]
    _, out, _ = run_engine(capsys, "run", "x.json", "--epochs", 1)
    assert json.loads(out)["variants"][0]["seeds"] == [40, 7, 3]


def test_seeds_past_the_largest_are_refused(here, capsys):
    (here / "x.json").write_text(tiny(seeds=(MAX_SEED,)).to_json())
    message = refused(capsys, "run", "x.json", "--seeds", 2)
    assert f"--seeds: 2 seeds from {MAX_SEED} on pass the largest seed" in message


def test_a_journal_is_followed_and_shown(here, capsys):
    entries = (JournalEntry(step=3, edit=freeze()), JournalEntry(step=7, edit=rate(0.5)))
    (here / "j.json").write_text(journal_to_json(entries[::-1]))
    _, out, err = run_engine(capsys, "run", "tiny.json", "--journal", "j.json")
    found = json.loads(out)
    assert err == ""
    assert found["journal"] == [entry.model_dump(mode="json") for entry in entries]
    edited = found["variants"][0]["train_loss"][0]
    assert np.float32(edited[-1]) == train(tiny(), script=entries).log.column("train_loss")[-1, 0]
    _, out, _ = run_engine(capsys, "run", "tiny.json")
    assert json.loads(out)["variants"][0]["train_loss"][0] != edited


def test_edits_after_the_last_step_are_said_not_to_be_taken(here, capsys):
    last = 4 * EPOCH
    entries = tuple(JournalEntry(step=n, edit=freeze()) for n in (0, last, last + 1, 10**12))
    (here / "j.json").write_text(journal_to_json(entries))
    status, out, err = run_engine(capsys, "run", "tiny.json", "--journal", "j.json")
    assert status == 0
    assert [entry["step"] for entry in json.loads(out)["journal"]] == [0, last]
    assert err == "j.json: 2 of 4 edits lie after the last step, 20, and were not taken\n"


def test_the_shipped_classic_experiment_runs_as_documented():
    done = in_a_process("run", "resources/examples/classic.json", "--epochs", 2, "--seeds", 12)
    assert (done.returncode, done.stderr) == (0, b"")
    found = json.loads(done.stdout)
    assert found["parameters"] == {"total": 641}
    assert [variant["id"] for variant in found["variants"]] == ["all", "first"]
    assert [variant["seeds"] for variant in found["variants"]] == [list(range(100, 112))] * 2
    assert found["variants"][0]["validation_loss"] == [[None, None]] * 12


# usage


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fly"],
        ["run"],
        ["check"],
        ["run", "tiny.json", "--seeds", "0"],
        ["run", "tiny.json", "--seeds", "1001"],
        ["run", "tiny.json", "--seeds", "-1"],
        ["run", "tiny.json", "--seeds", "1.5"],
        ["run", "tiny.json", "--seeds", "²"],
        ["run", "tiny.json", "--epochs", "0"],
        ["run", "tiny.json", "--epochs", "9" * 5000],
        ["run", "tiny.json", "--epochs", "many"],
        ["run", "tiny.json", "--out"],
        ["run", "tiny.json", "other.json"],
        ["run", "tiny.json", "--speed", "9"],
        ["datasets", "tiny.json"],
    ],
)
def test_wrong_usage_is_answered_with_the_usage(here, capsys, arguments):
    before = sorted(os.listdir())
    status, out, err = run_engine(capsys, *arguments)
    assert (status, out) == (2, "")
    assert err.startswith("usage: python -m engine")
    assert "error: " in err
    assert sorted(os.listdir()) == before


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["check", "-h"]])
def test_help_is_no_error(capsys, arguments):
    status, out, err = run_engine(capsys, *arguments)
    assert (status, err) == (0, "")
    assert out.startswith("usage: python -m engine")


# datasets, check, and the streams


def test_datasets_lists_every_data_set(capsys):
    status, out, err = run_engine(capsys, "datasets")
    assert (status, err) == (0, "")
    names = [line.split()[0] for line in out.splitlines()]
    assert names == ["name", *DATASETS]


def test_check_says_that_a_good_experiment_is_valid(here, capsys):
    status, out, err = run_engine(capsys, "check", "tiny.json")
    assert (status, err) == (0, "")
    assert out == "tiny.json: valid, 2 layers, 4 members\n"


def test_check_and_datasets_load_nothing_heavy(here):
    script = (
        "import sys; from engine.__main__ import main; main(['datasets']);"
        f"main(['check', {str(here / 'tiny.json')!r}]);"
        "sys.exit(any(n in sys.modules for n in ('torch', 'sklearn', 'numpy', 'PySide6')))"
    )
    root = resources.path().parent
    assert subprocess.run([sys.executable, "-c", script], cwd=root, check=False).returncode == 0


def pieces_of(terminal):
    """What is written to a pseudo-terminal until its other end is closed."""
    with os.fdopen(terminal, "rb", buffering=0) as stream:
        while True:
            try:
                piece = stream.read(65536)
            except OSError:  # how Linux says that nobody is left to write
                return
            if not piece:
                return
            yield piece


@posix
def test_progress_is_shown_on_a_terminal_and_only_on_standard_error(here):
    import pty

    terminal, end = pty.openpty()
    command = [sys.executable, "-m", "engine", "run", here / "tiny.json", "--epochs", "500"]
    root, results = resources.path().parent, here / "results.json"
    with subprocess.Popen([*command, "--out", results], cwd=root, stderr=end) as process:
        os.close(end)
        shown = b"".join(pieces_of(terminal))
    assert process.returncode == 0
    assert len(json.loads(results.read_text())["variants"]) == 2
    assert b"500/500 epochs" in shown
    assert b"0:00:00 left" in shown
    assert shown.count(b"\n") == 1
    assert 2 <= shown.count(b"\r[") < 100


@posix
def test_a_reader_that_goes_away_is_no_crash():
    end, start = os.pipe()
    os.close(end)
    done = in_a_process("datasets", stdout=start)
    os.close(start)
    assert (done.returncode, done.stderr) == (1, b"")


@posix
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_behind_standard_output_is_said():
    with open("/dev/full", "wb") as full:
        done = in_a_process("datasets", stdout=full)
    assert done.returncode == 1
    assert done.stderr == b"standard output: cannot be written (No space left on device)\n"


@posix
def test_a_file_name_of_any_bytes_can_be_checked(here):
    name = os.fsencode(here) + b"/caf\xe9 \xf0\x9f\x98\x80\x1b.json"
    with open(name, "w") as file:
        file.write(tiny().to_json())
    for encoding in ("utf-8", "ascii"):
        environment = {**os.environ, "PYTHONIOENCODING": encoding}
        command = [os.fsencode(sys.executable), b"-m", b"engine", b"check", name]
        root = resources.path().parent
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
        assert b"\x1b" not in done.stdout
        assert done.stdout.endswith(b"valid, 2 layers, 4 members\n")


@posix
def test_an_interrupt_writes_nothing_and_says_so(here, capsys, monkeypatch):
    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr("engine.run.train", interrupted)
    status, out, err = run_engine(capsys, "run", "tiny.json", "--out", "results.json")
    assert (status, out, err) == (130, "", "\nstopped; nothing was written\n")
    assert os.listdir() == ["tiny.json"]
