"""What may stand at a cluster's address, and workers that cannot do the work or go away."""

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import Future
from contextlib import contextmanager

import pytest
from sweep_runs import ENDLESS, local_cluster, rates, small_sweep
from worker_runs import PATIENCE, tiny, wait_until

import engine
import resources
from engine.cluster import Cluster, open_cluster
from engine.errors import EngineError
from engine.sweep_run import SweepRun

pytest.importorskip("distributed")

posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
LONG = 2 * PATIENCE
ENDLESS_SWEEP = small_sweep(rates(5), epochs=ENDLESS)


@contextmanager
def service(says=b"", *, hangs_up=False):
    """Something that is not dask: its address, and the connections it took."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                kept.append(connection)
                connection.sendall(says)
                if hangs_up:
                    connection.close()

        kept = []
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"tcp://127.0.0.1:{server.getsockname()[1]}", kept
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()
            for connection in kept:
                connection.close()


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr("engine.cluster.CONNECTING", 0.3)


@pytest.fixture
def started():
    """Sweeps on a cluster: `(address, sweep) -> run`; none outlives the test."""
    made = []

    def start(address, sweep=ENDLESS_SWEEP):
        made.append(SweepRun(sweep, where="cluster", address=address))
        made[-1].start()
        return made[-1]

    yield start
    for run in made:
        run.cancel()
        assert run.join(PATIENCE)


# what listens there


def refusal(says, **options):
    with service(says, **options) as (address, _), pytest.raises(EngineError) as refused:
        Cluster(address)
    begins, _, reason = str(refused.value).partition(" (")
    assert begins == f"no scheduler answers at {address}"
    return reason


@pytest.mark.parametrize("hangs_up", [True, False])
@pytest.mark.parametrize("says", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-OpenSSH_9.2\r\n"])
def test_a_service_that_is_not_dask_is_said_in_words(capfd, says, hangs_up):
    assert refusal(says, hangs_up=hangs_up).startswith("what listens there is not dask")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("says", [b"", b"\x00\x00\x00\x40\x00\x00\x00\x00"])
def test_a_service_that_says_nothing_is_not_waited_for(impatient, capfd, says):
    assert refusal(says).startswith("what listens there says nothing")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("protocol", ["tls", "ucx", "ws", "inproc", "TCP"])
def test_another_protocol_than_tcp_is_refused(protocol):
    with pytest.raises(EngineError, match=f"by tcp:// only, not by {protocol}://"):
        Cluster(f"{protocol}://127.0.0.1:8786")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "needs its scheduler's address, such as tcp://"),
        ("nowhere", "no scheduler answers at nowhere (missing port number"),
        ("post://a:1", "post://a:1: a cluster is reached by tcp:// only"),
        ("tcp://127.0.0.1:9", "no scheduler answers at tcp://127.0.0.1:9 ([Errno"),
    ],
)
def test_a_cluster_that_cannot_be_reached_is_said_in_words(address, words):
    with pytest.raises(EngineError) as refused:
        Cluster(address)
    assert words in str(refused.value)


def test_without_dask_a_cluster_is_refused_with_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(EngineError, match="install Frostline's extra: cluster"):
        Cluster("tcp://127.0.0.1:9")


@posix
def test_the_program_ends_while_it_connects(tmp_path):
    (tmp_path / "tiny.json").write_text(tiny().to_json())
    with service() as (address, connections):
        command = [sys.executable, "-m", "engine", "sweep", tmp_path / "tiny.json"]
        command += ["--executor", "cluster", "--address", address, "--out", tmp_path / "t.csv"]
        root = resources.path().parent
        with subprocess.Popen(command, cwd=root, stderr=subprocess.PIPE, text=True) as process:
            wait_until(lambda: len(connections) == 2)  # the first only looks whether it is taken
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert err.endswith("\nstopped; the same command goes on where it stood\n")
    assert "Traceback" not in err


class Slow:
    """A cluster that does not answer before it is let to."""

    release: threading.Event
    closed: threading.Event

    def __init__(self, address):
        self.release.wait(PATIENCE)

    def close(self):
        self.closed.set()


@pytest.fixture
def slow(monkeypatch):
    kind = type("SlowHere", (Slow,), {"release": threading.Event(), "closed": threading.Event()})
    monkeypatch.setattr("engine.cluster.Cluster", kind)
    yield kind
    kind.release.set()


def test_a_scheduler_that_does_not_answer_delays_no_cancel(slow):
    """The thread that tries to reach it is left to itself, and closes what it gets."""
    stop = Future()
    threading.Timer(0.1, lambda: stop.set_result(None)).start()
    assert open_cluster("tcp://10.0.0.1:1", stop) is None
    assert not slow.closed.is_set()  # it did not wait for it
    slow.release.set()
    assert slow.closed.wait(PATIENCE)


def test_one_that_answers_too_late_is_given_up_and_closed_when_it_does(slow, impatient):
    with pytest.raises(EngineError, match=r"at tcp://10.0.0.1:1 \(not within 0.6 seconds\)"):
        open_cluster("tcp://10.0.0.1:1", Future())
    assert not slow.closed.is_set()
    slow.release.set()
    assert slow.closed.wait(PATIENCE)


# workers


@pytest.mark.parametrize(
    ("version", "words"),
    [
        (None, "has no Frostline"),
        ("0.0.9", f"has Frostline 0.0.9, and this one is {engine.__version__}"),
    ],
)
def test_workers_without_this_frostline_are_refused_and_live_on(tmp_path, version, words):
    with local_cluster(tmp_path, workers=0) as cluster:
        cluster.start_stranger(version)
        with pytest.raises(EngineError) as refused:
            Cluster(cluster.address)
        assert str(refused.value).startswith("the worker at tcp://127.0.0.1:")
        assert words in str(refused.value)
        assert cluster.workers[0].poll() is None


def test_a_worker_that_joins_without_frostline_ends_the_sweep_and_lives_on(tmp_path, started):
    with local_cluster(tmp_path, workers=1) as cluster:
        run = started(cluster.address)
        wait_until(lambda: not run.progress.connecting_to, LONG)
        cluster.start_stranger()
        assert run.join(LONG)
        assert run.error.startswith(f"a worker has no Frostline {engine.__version__}")
        assert [worker.poll() for worker in cluster.workers] == [None, None]
        with pytest.raises(EngineError, match="is the address of a worker"):
            Cluster(worker_address(cluster))


def worker_address(cluster):
    from distributed import Client

    with Client(cluster.address, set_as_default=False) as client:
        return next(iter(client.nthreads()))


@posix
def test_it_is_seen_that_all_workers_are_lost_or_the_scheduler_does_not_answer(
    tmp_path, started, monkeypatch
):
    monkeypatch.setattr("engine.cluster.LOOKED_AT", 0.05)
    with local_cluster(tmp_path, workers=1) as cluster:
        run = started(cluster.address)
        wait_until(lambda: not run.progress.connecting_to, LONG)
        assert run.progress.waiting_for == ""
        cluster.workers[0].kill()
        wait_until(lambda: run.progress.waiting_for == "workers", LONG)
        cluster.start_worker()
        wait_until(lambda: run.progress.waiting_for == "", LONG)
        monkeypatch.setattr("engine.cluster.CONNECTING", 0.3)
        cluster.scheduler.send_signal(signal.SIGSTOP)
        wait_until(lambda: run.progress.waiting_for == "scheduler", LONG)
        run.cancel()
        assert run.join(PATIENCE)
        assert (run.status, run.progress.waiting_for) == ("cancelled", "")


def test_what_dask_logs_of_a_lost_scheduler_is_not_heard_and_of_others_is(tmp_path, started):
    heard = []
    listening = logging.Handler()
    listening.emit = heard.append
    logger = logging.getLogger("distributed.client")
    logger.addHandler(listening)
    try:
        with local_cluster(tmp_path, workers=1) as cluster:
            run = started(cluster.address)
            wait_until(lambda: not run.progress.connecting_to, LONG)
            logger.error("of another client")
            cluster.scheduler.kill()
            assert run.join(LONG)
    finally:
        logger.removeHandler(listening)
    assert run.error.startswith("the scheduler is lost")
    assert [record.getMessage() for record in heard] == ["of another client"]
