"""Worker processes: they do what they are told, and none outlives whoever wanted its work."""

import os
import subprocess
import sys
import textwrap
from concurrent.futures import BrokenExecutor

import psutil
import pytest
from pool_work import deadly, deaf, held, in_capitals, interrupted, marking, without_end
from sweep_runs import worker_processes
from worker_runs import PATIENCE, wait_until

import resources
from engine.executors import Cores, Here, InThisThread, usable_cores

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")


@pytest.fixture
def cores():
    workplace = Cores()
    yield workplace
    workplace.close()
    assert worker_processes() == []


def test_here_the_work_is_done_by_the_time_it_is_handed_over():
    workplace = Here(lambda done: True)
    future = workplace.submit(in_capitals, "abc")
    assert future.done()
    assert future.result() == f"ABC {os.getpid()} True"
    workplace.close()


def test_here_what_the_work_tells_is_under_way_until_it_is_done():
    seen = []

    def telling(text, must_stop):
        assert not must_stop(1.5)
        seen.append(workplace.under_way())
        raise ValueError(text)

    workplace = Here(lambda done: done > 2)
    for _ in range(2):
        assert workplace.under_way() == 0.0
        assert workplace.submit(telling, "").exception()
    assert seen == [1.5, 1.5]


def test_an_error_in_this_thread_is_in_the_future():
    future = InThisThread().submit(int, "x")
    with pytest.raises(ValueError, match="invalid literal"):
        future.result()


def test_on_cores_other_processes_work_as_many_as_there_are_cores(cores):
    texts = [f"text {n}" for n in range(cores.room)]
    answers = [future.result(PATIENCE) for future in [cores.submit(in_capitals, t) for t in texts]]
    assert [answer.rsplit(" ", 2)[0] for answer in answers] == [text.upper() for text in texts]
    processes = {int(answer.split()[2]) for answer in answers}
    assert os.getpid() not in processes
    assert 1 <= len(processes) <= usable_cores()
    assert all(answer.endswith("False") for answer in answers)


def test_what_a_process_tells_is_under_way_until_its_piece_is_done(cores, tmp_path):
    """Also after more pieces than there are slots."""
    for number in range(cores.room + 1):
        gate = tmp_path / str(number)
        assert cores.under_way() == 0.0
        piece = cores.submit(held, str(gate))
        wait_until(lambda: cores.under_way() == 2.5)
        gate.touch()
        assert piece.result(PATIENCE) == "let out"
    assert cores.under_way() == 0.0


@pytest.mark.parametrize("work", [without_end, deaf])
def test_closing_ends_work_that_would_never_end(work):
    cores = Cores()
    futures = [cores.submit(work, str(n)) for n in range(cores.room)]
    wait_until(lambda: any(future.running() for future in futures))
    wait_until(lambda: [p for p in worker_processes() if p.cpu_times().user > 0.5])
    cores.close()
    assert worker_processes() == []
    assert all(future.done() for future in futures)


def test_a_process_ends_without_being_torn_down(tmp_path):
    """With torch that takes a second, and far longer where all cores are busy."""
    cores = Cores()
    assert cores.submit(marking, str(tmp_path / "mark")).result(PATIENCE) == "marked"
    cores.close()
    assert worker_processes() == []
    assert not (tmp_path / "mark").exists()


@posix
def test_a_worker_that_is_killed_breaks_the_workplace_and_a_new_one_works(cores):
    with pytest.raises(BrokenExecutor):
        cores.submit(deadly, "").result(PATIENCE)
    with pytest.raises(BrokenExecutor):
        cores.submit(in_capitals, "")
    again = Cores()
    try:
        assert again.submit(in_capitals, "abc").result(PATIENCE).startswith("ABC")
    finally:
        again.close()


@posix
def test_what_a_killed_process_told_counts_no_more(cores, tmp_path):
    piece = cores.submit(held, str(tmp_path / "never"))
    wait_until(lambda: cores.under_way() == 2.5)
    worker_processes()[0].kill()
    with pytest.raises(BrokenExecutor):
        piece.result(PATIENCE)
    assert cores.under_way() == 0.0


@posix
def test_ctrl_c_that_reaches_the_workers_too_is_left_to_the_first_process(cores):
    assert cores.submit(interrupted, "").result(PATIENCE) == "still there"


@posix
def test_no_worker_outlives_a_program_that_was_killed(tmp_path):
    """Neither one that works nor one that waits for work."""
    script = tmp_path / "program.py"
    script.write_text(
        textwrap.dedent(f"""
        import sys
        sys.path.insert(0, {os.path.dirname(__file__)!r})
        from engine.executors import Cores
        from pool_work import deaf, in_capitals
        if __name__ == "__main__":
            cores = Cores()
            idle = [cores.submit(in_capitals, "") for _ in range(4)]
            print([future.result() for future in idle], flush=True)
            cores.submit(deaf, "").result()
        """)
    )
    root = str(resources.path().parent)
    command = [sys.executable, str(script)]
    environment = {**os.environ, "PYTHONPATH": root}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as program:
        program.stdout.readline()
        process = psutil.Process(program.pid)
        wait_until(lambda: worker_processes(process))
        family = process.children(recursive=True)
        program.kill()
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []
