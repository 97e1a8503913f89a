"""A sweep on a real dask scheduler and two workers, and what it takes when they are killed."""

from operator import sub

import pytest
from sweep_runs import ENDLESS, local_cluster, rates, small_sweep, stored_lines
from worker_runs import PATIENCE, wait_until

from engine.sweep_run import SweepRun

SOON = 30.0  # seconds; what is promised is one, but machines do other things too
LONG = 2 * PATIENCE
SWEEP = small_sweep(rates(20), epochs=10, stack=8)  # 40 parts

pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A scheduler with two workers on this machine; tests may kill and add some."""
    with local_cluster(tmp_path_factory.mktemp("cluster")) as made:
        yield made


@pytest.fixture(scope="module")
def here():
    """The results as they come out in this process."""
    run = SweepRun(SWEEP)
    run.run()
    return run.results


@pytest.fixture
def on():
    """Sweeps on a cluster: `(cluster, sweep, store) -> run`; none outlives the test."""
    made = []

    def make(cluster, sweep=SWEEP, **options):
        made.append(SweepRun(sweep, where="cluster", address=cluster.address, **options))
        return made[-1]

    yield make
    for run in made:
        run.cancel()
        assert run.join(SOON)


def test_on_a_cluster_the_numbers_are_the_same_bit_for_bit(on, cluster, here):
    run = on(cluster)
    run.run()
    assert (run.status, run.error) == ("finished", "")
    assert run.results == here


def test_cancel_takes_effect_at_once_and_the_workers_stop_too(on, cluster, here):
    run = on(cluster, small_sweep(rates(5), epochs=ENDLESS))
    before = cluster.seconds_computed()
    run.start()
    wait_until(lambda: min(map(sub, cluster.seconds_computed(), before)) > 0.5, LONG)
    run.cancel()
    assert run.join(SOON)
    assert (run.status, run.results) == ("cancelled", ())
    again = on(cluster)  # to which the workers come only if they stopped
    again.start()
    assert again.join(LONG)
    assert again.results == here


def test_a_worker_that_is_killed_half_way_changes_nothing(on, cluster, here, tmp_path):
    run = on(cluster, store=tmp_path / "x.parts")
    run.start()
    wait_until(lambda: run.progress.parts_done >= 10, LONG)
    assert run.status == "running"
    cluster.workers[0].kill()
    assert run.join(LONG)
    assert (run.status, run.error) == ("finished", "")
    assert run.results == here
    numbers = [line["part"] for line in stored_lines(tmp_path / "x.parts")]
    assert sorted(numbers) == list(range(run.progress.parts))


def test_without_workers_or_scheduler_it_says_so_and_can_go_on_elsewhere(
    on, cluster, here, tmp_path
):
    """The last one of this file: it leaves nothing of the cluster."""
    store = tmp_path / "x.parts"
    run = on(cluster, store=store)
    run.start()
    wait_until(lambda: run.progress.parts_done >= 3, LONG)
    cluster.scheduler.kill()
    assert run.join(LONG)
    assert run.status == "failed"
    assert run.error.startswith("the scheduler is lost; what was finished is kept")
    late = on(cluster)
    late.run()
    assert late.error.startswith(f"no scheduler answers at {cluster.address}")
    again = SweepRun(SWEEP, store=store)
    assert again.progress.runs_before >= 24
    again.run()
    assert again.results == here


def test_a_cluster_without_workers_is_refused_in_words(on, tmp_path):
    with local_cluster(tmp_path, workers=0) as empty:
        run = on(empty)
        run.run()
    assert run.status == "failed"
    assert run.error.endswith(f"has no workers; start one: dask worker {empty.address}")
