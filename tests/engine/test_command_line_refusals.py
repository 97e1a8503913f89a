"""`python -m engine` and bad input: every problem named, exit status 1, nothing written."""

import json
import os
import re

import pytest
from command_runs import in_a_process, refused
from experiment_strategies import classic
from worker_runs import tiny

from engine.__main__ import main
from engine.experiment import Training

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX files")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty working folder with `tiny.json` in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.json").write_text(tiny().to_json())
    return tmp_path


BROKEN = {
    "data": {"name": "breast_cancer", "validation_fraction": 2, "colour": "red"},
    "layers": [{"id": "a", "units": 0}, {"id": "a", "units": 1.5, "activation": "relux"}],
    "training": {"seeds": [1, 1, -1], "epochs": "ten"},
    "variants": [{"id": "v", "name": "V", "layers": {"b": {"learning_rate": -1}}}],
}


@pytest.mark.parametrize("command", ["run", "check"])
def test_every_problem_of_a_file_is_listed(here, capsys, command):
    (here / "broken.json").write_text(json.dumps(BROKEN))
    message = refused(capsys, command, "broken.json")
    assert message.startswith("broken.json was refused:\n")
    for path in (
        "data.validation_fraction: ", "data.colour: ", "layers[0].units: ", "layers[1].units: ",
        "layers[1].activation: ", "layers: id 'a' stands 2 times", "training.epochs: ",
        "training.seeds: seed 1 stands 2 times", "training.seeds[2]: ",
        "variants[0].layers.b.learning_rate: ", "variants[0].layers.b: is not a layer",
        "variants[0].layers.a: is missing",
    ):  # fmt: skip
        assert f"\n  {path}" in message


def test_of_very_many_problems_the_first_are_listed_and_the_others_counted(here, capsys):
    for count in (20, 21, 3021):
        unknown = {f"key-{n}": n for n in range(count)}
        (here / "x.json").write_text(json.dumps(json.loads(tiny().to_json()) | unknown))
        lines = refused(capsys, "check", "x.json").splitlines()
        assert lines[0] == "x.json was refused:"
        assert [line.split(":")[0] for line in lines[1:21]] == [f"  key-{n}" for n in range(20)]
        assert lines[21:] == ([f"  and {count - 20:,} more"] if count > 20 else [])


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_valid_experiment_that_cannot_be_trained_is_refused_with_all_reasons(
    here, capsys, command
):
    experiment = classic().replace(
        layers=(*classic().layers[:2], classic().layers[2].replace(units=3, activation="relu")),
        training=Training(loss="cross_entropy"),
    )
    (here / "odd.json").write_text(experiment.to_json())
    message = refused(capsys, command, "odd.json")
    assert message.startswith("odd.json was refused:\n")
    assert "layers[2].units: must be 2" in message
    assert "layers[2].activation: must be linear" in message
    unknown = classic().replace(data=classic().data.replace(name="titanic"))
    (here / "odd.json").write_text(unknown.to_json())
    assert "data.name: there is no data set 'titanic'" in refused(capsys, command, "odd.json")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is not JSON"),
        (b"\n\n", "is not JSON"),
        (b"{", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"null", "should be an object"),
        (b"[]", "should be an object"),
        (b"\xff\xfe{\x00}\x00", "is not UTF-8 text (byte 0)"),
        (b"\x89PNG\r\n\x1a\n", "is not UTF-8 text (byte 0)"),
        (b'{"format": 2}', "from a newer Frostline"),
        (b'{"name": "\\ud800"}', "is not JSON"),
        (b"\x00" * 50, "is not JSON"),
    ],
)
@pytest.mark.parametrize("command", ["run", "check"])
def test_what_is_no_experiment_at_all_is_refused(here, capsys, command, content, reason):
    (here / "x.json").write_bytes(content)
    message = refused(capsys, command, "x.json")
    assert "x.json" in message
    assert reason in message


@pytest.mark.parametrize("field", ["learning_rate", "epsilon"])
@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_not_finite_are_refused(here, capsys, field, number):
    text = re.sub(rf'"{field}": [^,\s]+', f'"{field}": {number}', tiny().to_json())
    (here / "x.json").write_text(text)
    assert field in refused(capsys, "run", "x.json")


@posix
@pytest.mark.parametrize("argument", ["experiment", "journal"])
def test_what_is_no_regular_file_is_refused_at_once(here, capsys, argument):
    (here / "folder").mkdir()
    os.mkfifo(here / "fifo")
    with (here / "huge.json").open("wb") as file:
        file.truncate(10**11)
    for path, reason in [
        ("missing.json", "No such file"),
        ("folder", "not a regular file"),
        ("fifo", "not a regular file"),
        ("huge.json", "at most 50 MB"),
    ]:
        given = [path] if argument == "experiment" else ["tiny.json", "--journal", path]
        message = refused(capsys, "run", *given)
        assert message.startswith(path)
        assert reason in message


def journal_entry(step=1, **changes):
    edit = {"kind": "set_trainable", "variant": "all", "layer": "output", "trainable": True}
    return {"step": step, "edit": edit | changes}


def test_every_problem_of_a_journal_is_listed(here, capsys):
    entries = [
        journal_entry(-1),
        journal_entry("3"),
        journal_entry(trainable=1),
        journal_entry(kind="explode"),
        {"step": 4},
        7,
    ]
    (here / "j.json").write_text(json.dumps(entries))
    message = refused(capsys, "run", "tiny.json", "--journal", "j.json")
    assert message.startswith("j.json was refused:\n")
    assert [line.split(".")[0].split(":")[0].strip() for line in message.splitlines()[1:]] == [
        "[0]", "[1]", "[2]", "[3]", "[4]", "[5]",
    ]  # fmt: skip


def test_every_edit_that_does_not_fit_the_experiment_is_listed(here, capsys):
    entries = [
        journal_entry(9, layer="nowhere"),
        journal_entry(2, variant="nobody"),
        journal_entry(5),
        journal_entry(10**9, layer="hidden-2"),
    ]
    (here / "j.json").write_text(json.dumps(entries))
    message = refused(capsys, "run", "tiny.json", "--journal", "j.json", "--out", "r.json")
    assert message.splitlines() == [
        "j.json was refused:",
        "  set_trainable at step 2, variant: 'nobody' does not exist; there is all, first",
        "  set_trainable at step 9, layer: 'nowhere' does not exist; there is hidden-1, output",
        "  set_trainable at step 1000000000, layer: 'hidden-2' does not exist; "
        "there is hidden-1, output",
    ]


@pytest.mark.parametrize("text", ["", "{}", "null", '{"step": 1}', "[[]]"])
def test_what_is_no_journal_is_refused(here, capsys, text):
    (here / "j.json").write_text(text)
    message = refused(capsys, "run", "tiny.json", "--journal", "j.json")
    assert message.startswith("j.json was refused:\n")


@posix
def test_where_no_results_can_be_written_nothing_is_trained(here, capsys, monkeypatch):
    def trained(*arguments, **options):
        raise AssertionError("training began")

    monkeypatch.setattr("engine.run.train", trained)
    (here / "folder").mkdir()
    os.mkfifo(here / "fifo")
    for out, reason in [
        ("folder", "is a folder"),
        ("", "is a folder"),
        ("missing/results.json", "does not exist"),
        ("tiny.json/results.json", "does not exist"),
        ("fifo", "is a device or a pipe"),
        ("n" * 300, "name too long"),
    ]:
        assert reason in refused(capsys, "run", "tiny.json", "--out", out)
    with pytest.raises(AssertionError, match="training began"):
        main(["run", "tiny.json", "--out", "results.json"])


def test_results_do_not_replace_what_they_were_made_from(here, capsys):
    (here / "j.json").write_text("[]")
    for out, name in [("tiny.json", "experiment"), ("./j.json", "journal")]:
        message = refused(capsys, "run", "tiny.json", "--journal", "j.json", "--out", out)
        assert f"is the {name} itself; name another file" in message
    assert (here / "tiny.json").read_text() == tiny().to_json()
    assert (here / "j.json").read_text() == "[]"


def test_a_message_holds_nothing_that_a_terminal_obeys(here, capsys):
    document = json.loads(tiny().to_json())
    document["variants"][0]["layers"]["\x1b[2J\u202eoutput"] = {"trainable": True}
    (here / "x.json").write_text(json.dumps(document))
    message = refused(capsys, "check", "x.json")
    assert "\x1b" not in message
    assert "\u202e" not in message
    assert "\\x1b[2J\\u202eoutput" in message


def test_a_refusal_in_a_process_of_its_own(here):
    (here / "broken.json").write_text(json.dumps(BROKEN))
    done = in_a_process("run", here / "broken.json", "--out", here / "results.json")
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.count(b"\n  ") >= 12
    assert not (here / "results.json").exists()
