"""What a run tells: a log that loses nothing, histories of bounded size, a box with one slot."""

import threading

import numpy as np
import pytest
from oracle import patterned

from engine.run import Run
from engine.telemetry import METRICS, HistogramHistory, Mailbox, MetricLog, SnapshotRequest
from engine.trainer import EpochMetrics

MEMBERS = 3


def metrics(epoch):
    """Every number of an epoch says which epoch, metric and member it belongs to."""
    columns = [
        np.array([epoch + 0.1 * index + 0.01 * member for member in range(MEMBERS)], np.float32)
        for index in range(4)
    ]
    return EpochMetrics(epoch, *columns)


def filled(epochs, capacity=4):
    log = MetricLog(MEMBERS, capacity)
    for epoch in range(1, epochs + 1):
        log.append(metrics(epoch))
    return log


@pytest.mark.parametrize("epochs", [0, 1, 4, 5, 100])
def test_a_log_grows_and_loses_nothing(epochs):
    log = filled(epochs)
    assert len(log) == epochs
    assert log.table.shape == (epochs, 4, MEMBERS)
    assert log.table.dtype == np.float32
    for metric in METRICS:
        assert log.column(metric).shape == (epochs, MEMBERS)
        for row, found in enumerate(log.column(metric), start=1):
            np.testing.assert_array_equal(found, getattr(metrics(row), metric), metric)


def test_a_view_taken_before_growth_stays_what_it_was():
    log = filled(4, capacity=4)
    early, kept = log.table, log.table.copy()
    for epoch in range(5, 40):
        log.append(metrics(epoch))
    np.testing.assert_array_equal(early, kept)
    np.testing.assert_array_equal(log.table[:4], kept)


def test_a_log_copies_what_it_is_given():
    log, given = MetricLog(MEMBERS), metrics(1)
    log.append(given)
    given.train_loss[:] = -1
    assert (log.column("train_loss") > 0).all()


def test_a_reader_on_another_thread_never_sees_an_unpublished_row():
    log, done, wrong = MetricLog(MEMBERS, capacity=2), threading.Event(), []

    def read():
        while not done.is_set():
            before = len(log)
            table = log.table
            epochs = np.floor(table[:, 0, 0] + 1e-3)
            if len(table) < before or not np.array_equal(epochs, np.arange(1, len(table) + 1)):
                wrong.append(table.copy())

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for epoch in range(1, 20_001):
        log.append(metrics(epoch))
    done.set()
    for reader in readers:
        reader.join()
    assert not wrong
    assert len(log) == 20_000


def history(epochs, capacity=8):
    kept = HistogramHistory(capacity)
    for epoch in range(1, epochs + 1):
        if kept.wants(epoch):
            counts = np.full((MEMBERS, 5), epoch, np.int64)
            kept.append(epoch, np.full(MEMBERS, float(epoch)), counts)
    return kept


@pytest.mark.parametrize("epochs", [1, 8, 9, 16, 17, 100, 1000])
def test_a_history_stays_within_its_capacity_and_spans_the_run(epochs):
    kept = history(epochs)
    assert len(kept) == len(kept.epochs) <= 8
    stride = kept.stride
    assert kept.epochs == tuple(range(stride, epochs + 1, stride))
    assert len(kept) >= min(epochs, 4)


def test_a_history_gives_back_what_it_kept_and_nothing_else():
    kept = history(100)
    for epoch in kept.epochs:
        limits, counts = kept.counts(epoch)
        assert limits.tolist() == [epoch] * MEMBERS
        assert counts.tolist() == [[epoch] * 5] * MEMBERS
    with pytest.raises(KeyError):
        kept.counts(1)


def test_a_short_run_keeps_every_epoch():
    assert history(8).epochs == tuple(range(1, 9))
    assert history(8).stride == 1


def test_a_long_runs_histories_do_not_grow():
    run = Run(patterned({"all": (1, 1, 1)}, batch_size=569, epochs=600))
    while not run.complete:
        run.step()
    assert len(run.log) == 600
    for kept in run.histograms.values():
        assert 128 <= len(kept) <= 256
        assert kept.epochs[-1] > 600 - kept.stride


def snapshot():
    run = Run(patterned({"all": (1, 1, 1)}))
    return run.snapshot(None)


def test_a_mailbox_gives_its_content_once():
    mailbox, content = Mailbox(), snapshot()
    assert mailbox.take() is None
    mailbox.put(content)
    assert mailbox.take() is content
    assert mailbox.take() is None


def test_a_mailbox_holds_the_latest_only():
    mailbox, (old, new) = Mailbox(), (snapshot(), snapshot())
    mailbox.put(old)
    mailbox.put(new)
    assert mailbox.take() is new
    assert mailbox.take() is None


def test_asking_says_what_is_wanted_and_wakes_the_writer():
    mailbox, woken = Mailbox(), []
    mailbox.on_request = lambda: woken.append(mailbox.wanted)
    assert not mailbox.wanted
    mailbox.ask(SnapshotRequest("all", 100))
    assert (mailbox.wanted, mailbox.request) == (True, SnapshotRequest("all", 100))
    assert woken == [True]  # the writer that wakes finds the request
    mailbox.put(snapshot())
    assert not mailbox.wanted  # one answer for one request
    mailbox.ask(None)
    assert (mailbox.wanted, mailbox.request) == (True, None)
