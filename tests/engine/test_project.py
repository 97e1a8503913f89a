"""Files of experiments: all or nothing, whatever stands in the way, and refused with a reason."""

import os
import stat

import pytest
from experiment_strategies import classic, experiments
from hypothesis import HealthCheck, given, settings

from engine.errors import EngineError, ExperimentError
from engine.project import (
    MAX_BYTES,
    FileError,
    open_project,
    read_text,
    save_project,
    writable,
    write_text,
)

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX files")


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(experiments())
def test_what_was_saved_is_opened_as_it_was(tmp_path, experiment):
    save_project(tmp_path / "experiment.json", experiment)
    assert open_project(tmp_path / "experiment.json") == experiment
    assert os.listdir(tmp_path) == ["experiment.json"]


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "x.json"
    write_text(path, "long " * 1000)
    write_text(path, "kurz – ❄\n")
    assert path.read_bytes() == "kurz – ❄\n".encode()


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path):
    path = tmp_path / "x.json"
    path.write_bytes(b"\xef\xbb\xbf" + classic().to_json().encode())
    assert open_project(path) == classic()


def test_an_experiment_that_is_none_is_refused_with_the_name_of_its_file(tmp_path):
    path = tmp_path / "mine.json"
    path.write_text('{"format": 1}')
    with pytest.raises(ExperimentError, match=r"mine\.json was refused") as refused:
        open_project(path)
    assert {"data", "layers", "variants"} == {p.path for p in refused.value.problems}


def unreadable(tmp_path):
    """(path, what the message must say) of everything that is no readable text file."""
    missing, folder, latin = tmp_path / "missing.json", tmp_path / "folder", tmp_path / "latin.json"
    folder.mkdir()
    latin.write_bytes(b'{"name": "caf\xe9"}')
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(MAX_BYTES + 1_000_000)
    yield missing, "No such file"
    yield folder, "not a regular file"
    yield latin, r"not UTF-8 text \(byte 13\)"
    yield huge, "has 51 MB; at most 50 MB"
    yield latin / "below.json", "Not a directory"
    yield tmp_path / ("n" * 300), "name too long"
    fifo, loop = tmp_path / "fifo.json", tmp_path / "loop.json"
    os.mkfifo(fifo)
    loop.symlink_to(loop)
    yield fifo, "not a regular file"
    yield loop, "symbolic links"


@posix
def test_what_cannot_be_read_is_refused_with_its_path_and_the_reason(tmp_path):
    for path, reason in unreadable(tmp_path):
        with pytest.raises(FileError, match=f"(?s){path.name}.*{reason}") as refused:
            read_text(path)
        assert isinstance(refused.value, EngineError)


def unwritable(tmp_path):
    folder, fifo, file = tmp_path / "folder", tmp_path / "fifo", tmp_path / "file"
    folder.mkdir()
    os.mkfifo(fifo)
    file.write_text("old")
    yield folder, "is a folder"
    yield fifo, "is a device or a pipe"
    yield tmp_path / "missing" / "x.json", "does not exist"
    yield file / "x.json", "does not exist"
    yield tmp_path / ("n" * 300), "name too long"
    if os.geteuid():  # root may write anywhere
        locked = tmp_path / "locked"
        locked.mkdir(mode=0o500)
        yield locked / "x.json", "cannot be written to"


@posix
def test_what_cannot_be_written_is_refused_before_and_when_writing(tmp_path):
    for path, reason in unwritable(tmp_path):
        before = sorted(each.name for each in tmp_path.iterdir())
        for refuse in (lambda path=path: writable(path), lambda path=path: write_text(path, "new")):
            with pytest.raises(FileError, match=reason):
                refuse()
        assert sorted(each.name for each in tmp_path.iterdir()) == before
    assert stat.S_ISFIFO((tmp_path / "fifo").stat().st_mode)
    assert (tmp_path / "file").read_text() == "old"


def test_what_can_be_written_is_not_refused_and_not_touched(tmp_path):
    path = tmp_path / "x.json"
    writable(path)
    assert not path.exists()
    path.write_text("old")
    writable(path)
    assert path.read_text() == "old"


@posix
@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, failing):
    path = tmp_path / "x.json"
    write_text(path, "old")

    def no_space(*arguments):
        raise OSError(28, "No space left on device")

    if failing == "fsync":
        monkeypatch.setattr("engine.project.os.fsync", no_space)
    else:
        monkeypatch.setattr("engine.project.Path.replace", no_space)
    with pytest.raises(FileError, match=r"x\.json: cannot be written \(No space left on device\)"):
        write_text(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["x.json"]


@posix
def test_a_folder_that_cannot_be_synced_is_no_reason_to_report_a_failure(tmp_path, monkeypatch):
    real = os.fsync

    def picky(handle):
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(22, "Invalid argument")
        real(handle)

    monkeypatch.setattr("engine.project.os.fsync", picky)
    write_text(tmp_path / "x.json", "new")
    assert (tmp_path / "x.json").read_text() == "new"


@posix
def test_permissions_are_kept_and_those_of_a_new_file_are_the_usual(tmp_path):
    kept, new, usual = tmp_path / "kept.json", tmp_path / "new.json", tmp_path / "usual"
    kept.write_text("old")
    kept.chmod(0o640)
    write_text(kept, "new")
    write_text(new, "new")
    usual.touch()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o640
    assert new.stat().st_mode == usual.stat().st_mode


@posix
def test_a_link_is_followed(tmp_path):
    (tmp_path / "real").mkdir()
    file, link = tmp_path / "real" / "x.json", tmp_path / "link.json"
    file.write_text("old")
    link.symlink_to(file)
    write_text(link, "new")
    assert link.is_symlink()
    assert file.read_text() == "new"
    assert os.listdir(tmp_path / "real") == ["x.json"]


def test_a_long_name_is_no_obstacle(tmp_path):
    path = tmp_path / ("x" * 250 + ".json")
    write_text(path, "new")
    assert path.read_text() == "new"
    assert len(os.listdir(tmp_path)) == 1
