"""What a run tells: a log that loses nothing, histories of bounded size, a box with one slot."""

import threading

import numpy as np
import pytest
from oracle import patterned

from engine.probes import BINS, MEASURES
from engine.run import Run
from engine.telemetry import (
    METRICS,
    EpochRecord,
    Mailbox,
    MetricLog,
    ProbeHistory,
    SnapshotRequest,
)
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


def record(epoch):
    """A record that says which epoch it is of, wherever one looks."""
    measures = np.full((1, 1, len(MEASURES)), epoch, np.float32)
    counted = np.full((1, 1, 2), epoch, float), np.full((1, 1, BINS), epoch, np.int32)
    return EpochRecord(epoch, 10 * epoch, measures, np.array([[True]]), {"weights": counted})


def history(epochs, capacity=8):
    kept = ProbeHistory(capacity)
    for epoch in range(1, epochs + 1):
        if kept.wants(epoch):
            kept.append(record(epoch))
    return kept


def epochs_of(kept):
    return [each.epoch for each in kept.records]


@pytest.mark.parametrize("epochs", [1, 8, 9, 16, 17, 100, 1000])
def test_a_history_stays_within_its_capacity_and_spans_the_run(epochs):
    kept = history(epochs)
    assert len(kept) == len(kept.records) <= 8
    stride = kept.stride
    assert epochs_of(kept) == list(range(stride, epochs + 1, stride))
    assert len(kept) >= min(epochs, 4)


def test_a_history_gives_back_what_it_kept():
    for each in history(100).records:
        assert (each.measures == each.epoch).all()
        assert all((values == each.epoch).all() for values in each.histograms["weights"])


def test_a_history_finds_an_epoch_or_the_nearest_before_it():
    kept = history(100)
    assert kept.stride == 16
    assert kept.at(15) is None
    assert [kept.at(epoch).epoch for epoch in (16, 31, 32, 99, 10**9)] == [16, 16, 32, 96, 96]
    assert ProbeHistory().at(1) is None


def test_a_short_run_keeps_every_epoch():
    assert epochs_of(history(8)) == list(range(1, 9))
    assert history(8).stride == 1


def test_an_epoch_off_the_stride_is_not_kept():
    kept = history(9)  # the ninth overflowed the capacity: from now on every second
    assert (kept.stride, epochs_of(kept)) == (2, [2, 4, 6, 8])
    kept.append(record(11))
    assert epochs_of(kept) == [2, 4, 6, 8]
    kept.append(record(12))
    assert epochs_of(kept) == [2, 4, 6, 8, 12]


def test_a_long_runs_history_does_not_grow():
    run = Run(patterned({"all": (1, 1, 1)}, batch_size=569, epochs=600))
    run.record(["weights"])
    while not run.complete:
        run.step()
    assert len(run.log) == 600
    assert 128 <= len(run.history) <= 256
    assert epochs_of(run.history)[-1] > 600 - run.history.stride


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


@pytest.mark.parametrize(
    ("request_", "watches"),
    [
        (None, False),
        (SnapshotRequest("all", 1), False),
        (SnapshotRequest("all", 1, what_if=True, pictures=True), False),
        (SnapshotRequest("all", 1, gradients=True), True),
        (SnapshotRequest("all", 1, frozenset({"weights", "updates"})), True),
        (SnapshotRequest("all", 1, frozenset({"activations"})), True),
    ],
)
def test_only_what_a_step_alone_can_show_makes_the_writer_watch_it(request_, watches):
    mailbox = Mailbox()
    mailbox.ask(request_)
    assert mailbox.watches == watches
