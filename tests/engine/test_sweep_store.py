"""The store: nothing finished is lost, nothing damaged is believed, one program at a time."""

import os
import random
import subprocess
import sys

import pytest
from sweep_runs import rates, small_sweep, stored_lines

import resources
from engine.errors import EngineError
from engine.sweep import parts
from engine.sweep_part import train_part
from engine.sweep_store import Store, fingerprint, read_sweep, stored_parts

SWEEP = small_sweep(rates(3), seeds=2, epochs=1)
PARTS = parts(SWEEP)
DONE = tuple((part, train_part(part)) for part in PARTS)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "table.csv.parts"


def fill(path, done=DONE):
    with Store(path, SWEEP, PARTS) as store:
        for part, results in done:
            store.append(part, results)
    return path.read_bytes()


def refusal(path, sweep=SWEEP):
    """The words in which a store is refused, for reading and for writing; it is left as it is."""
    before = path.read_bytes()
    with pytest.raises(EngineError) as reading:
        stored_parts(path, sweep, parts(sweep))
    with pytest.raises(EngineError) as writing, Store(path, sweep, parts(sweep)):
        pass
    assert str(reading.value) == str(writing.value)
    assert path.read_bytes() == before
    return str(reading.value)


def test_what_is_stored_comes_back_and_more_can_be_added(path):
    fill(path, DONE[:2])
    assert stored_parts(path, SWEEP, PARTS) == DONE[:2]
    with Store(path, SWEEP, PARTS) as store:
        assert store.done == DONE[:2]
        store.append(*DONE[4])
    assert stored_parts(path, SWEEP, PARTS) == (*DONE[:2], DONE[4])
    assert [line["part"] for line in stored_lines(path)] == [0, 1, 4]


def test_a_finished_part_is_in_the_file_at_once(path):
    with Store(path, SWEEP, PARTS) as store:
        for number, (part, results) in enumerate(DONE, start=1):
            store.append(part, results)
            assert len(path.read_bytes().splitlines()) == 1 + number


def test_the_sweep_itself_is_read_from_the_store_alone(path):
    fill(path, DONE[:1])
    assert read_sweep(path) == SWEEP
    assert fingerprint(read_sweep(path)) == fingerprint(SWEEP)


def test_cut_anywhere_every_whole_line_is_kept_and_the_torn_one_is_dropped(path):
    content = fill(path)
    cuts = random.Random(0).sample(range(len(content)), 150)
    for cut in [*cuts, 0, 1, len(content) - 1, content.index(b"\n"), content.index(b"\n") + 1]:
        path.write_bytes(content[:cut])
        whole = max(0, content[:cut].count(b"\n") - 1)
        assert stored_parts(path, SWEEP, PARTS) == DONE[:whole]
        with Store(path, SWEEP, PARTS) as store:
            assert store.done == DONE[:whole]
            for part, results in DONE[whole:]:
                store.append(part, results)
        assert path.read_bytes() == content


def test_a_last_line_of_which_only_the_end_arrived_is_dropped_too(path):
    content = fill(path, DONE[:3])
    last = content.splitlines(keepends=True)[-1]
    path.write_bytes(content[: -len(last)] + b"\0" * (len(last) - 1) + b"\n")
    assert stored_parts(path, SWEEP, PARTS) == DONE[:2]
    assert fill(path, DONE[2:3]) == content


@pytest.mark.parametrize("line", [1, 2, 5])
@pytest.mark.parametrize("place", [0, 5, 40, -2])
def test_of_any_other_damaged_line_the_part_is_trained_again(path, line, place, caplog):
    content = fill(path)
    lines = content.splitlines(keepends=True)
    damaged = bytearray(lines[line])
    damaged[place] ^= 1
    path.write_bytes(b"".join([*lines[:line], bytes(damaged), *lines[line + 1 :]]))
    lost, others = DONE[line - 1], DONE[: line - 1] + DONE[line:]
    assert stored_parts(path, SWEEP, PARTS) == others
    assert not caplog.text  # who only reads trains nothing
    fill(path, [lost])
    assert f"damaged, so trained again: line {line + 1}" in caplog.text
    assert stored_parts(path, SWEEP, PARTS) == (*others, lost)


def test_a_line_that_stands_twice_or_is_of_other_runs_is_refused(path):
    lines = fill(path).splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:3], lines[1], *lines[3:]]))
    assert "line 4 is of another sweep (part 0 stands there twice)" in refusal(path)
    path.unlink()
    part, other = PARTS[0], DONE[1][1]
    with Store(path, SWEEP, PARTS) as store:
        store.append(part, other)
        store.append(*DONE[1])
    assert "line 2 is of another sweep (part 0 has other runs)" in refusal(path)


def test_the_store_of_another_sweep_is_refused_with_what_to_do(path):
    fill(path, DONE[:1])
    for other in (
        SWEEP.replace(stack=5),
        SWEEP.replace(axes=()),
        SWEEP.replace(base=SWEEP.base.replace(name="Another")),
    ):
        words = refusal(path, other)
        assert f"{path}: holds another sweep, of 'Untitled'" in words
        assert "remove the file to begin anew, or name another one" in words


def test_the_store_of_another_version_is_refused(path, monkeypatch):
    fill(path, DONE[:1])
    monkeypatch.setattr("engine.__version__", "9.9")
    assert "was begun with Frostline 0.1.0; this one is 9.9" in refusal(path)


@pytest.mark.parametrize("content", [b"{}\n", b"hello", b"\n", b"0" * 5000 + b"\n", b"\xff\n"])
def test_a_file_that_is_no_store_is_left_alone(path, content):
    path.write_bytes(content)
    assert "is not the store of a sweep" in refusal(path)
    with pytest.raises(EngineError):
        read_sweep(path)


def test_what_is_no_file_or_cannot_be_made_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "nowhere" / "x.parts"):
        with pytest.raises(EngineError), Store(path, SWEEP, PARTS):
            pass
    with pytest.raises(EngineError):
        read_sweep(tmp_path / "missing.parts")


def test_two_programs_cannot_write_to_one_store(path):
    script = (
        "import sys; from pathlib import Path; from engine.errors import EngineError\n"
        "from engine.sweep import parts; from engine.sweep_store import Store, read_sweep\n"
        "path = Path(sys.argv[1]); sweep = read_sweep(path)\n"
        "try:\n    Store(path, sweep, parts(sweep)).__enter__()\n"
        "except EngineError as error:\n    sys.exit(str(error))\n"
    )
    command = [sys.executable, "-c", script, str(path)]

    def other_program():
        root = resources.path().parent
        return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)

    with Store(path, SWEEP, PARTS) as store:
        store.append(*DONE[0])
        answer = other_program()
        assert answer.returncode == 1
        assert answer.stderr == f"{path}: another program is training this sweep\n"
        store.append(*DONE[1])
    assert other_program().returncode == 0
    assert stored_parts(path, SWEEP, PARTS) == DONE[:2]


def test_a_full_disk_is_said_in_words_and_what_was_stored_can_be_gone_on_with(path):
    """The limit is the process's own, so it is another process that meets it."""
    script = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from test_sweep_store import DONE, PARTS, SWEEP\n"
        "from engine.errors import EngineError\n"
        "from engine.sweep_store import Store\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "path = Path(sys.argv[1])\n"
        "try:\n"
        "    with Store(path, SWEEP, PARTS) as store:\n"
        "        store.append(*DONE[0])\n"
        "        room = path.stat().st_size + 10\n"
        "        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))\n"
        "        store.append(*DONE[1])\n"
        "except EngineError as error:\n"
        "    print(error)\n"
    )
    root, tests = resources.path().parent, resources.path().parent / "tests" / "engine"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), str(tests)])}
    command = [sys.executable, "-c", script, str(path)]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout == f"{path}: cannot be written (File too large)\n", done.stderr
    assert [part.number for part, _ in stored_parts(path, SWEEP, PARTS)] == [PARTS[0].number]
    fill(path, DONE[1:])
    assert len(stored_parts(path, SWEEP, PARTS)) == len(PARTS)
