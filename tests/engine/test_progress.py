"""The progress line: renewed in place on a terminal, rare elsewhere, and never in the way."""

import io

import pytest

from engine.progress import ProgressLine


class Terminal(io.StringIO):
    def isatty(self):
        return True


class ClosedPipe(io.StringIO):
    def write(self, text):
        raise BrokenPipeError


@pytest.mark.parametrize(
    ("done", "seconds", "line"),
    [
        (37, 0.1729, "[########................]  37/100 epochs  214 epochs/s  0:00:00 left"),
        (1, 60.0, "[........................]  1/100 epochs  0.0167 epochs/s  1:39:00 left"),
        (50, 25.0, "[############............]  50/100 epochs  2 epochs/s  0:00:25 left"),
        (100, 0.0123, "[########################]  100/100 epochs  8130 epochs/s  0:00:00 left"),
        (0, 0.0, "[........................]  0/100 epochs"),
        (0, 60.0, "[........................]  0/100 epochs"),
    ],
)
def test_the_line_says_how_far_how_fast_and_how_long(done, seconds, line):
    assert ProgressLine(io.StringIO(), 100, "epochs").text(done, seconds) == line


def test_a_terminal_sees_one_line_that_is_renewed():
    terminal = Terminal()
    progress = ProgressLine(terminal, 1000, "epochs")
    for done in range(1, 1001):
        progress.show(done)
    progress.close()
    text = terminal.getvalue()
    assert text.count("\n") == 1
    assert text.endswith("left\n")
    lines = text.strip("\n").split("\r")[1:]
    assert "1/1000 epochs" in lines[0]
    assert "1000/1000 epochs" in lines[-1]
    assert len(lines) < 50  # not one per epoch


def test_a_shorter_line_covers_the_longer_one_before_it():
    terminal = Terminal()
    progress = ProgressLine(terminal, 10, "epochs")
    progress.show(10)
    progress.show(10)
    first, second = terminal.getvalue().split("\r")[1:]
    assert len(second) >= len(first.rstrip())


def test_a_file_gets_no_line_within_the_first_seconds():
    file = io.StringIO()
    progress = ProgressLine(file, 1000, "epochs")
    for done in range(1, 1001):
        progress.show(done)
    progress.close()
    assert file.getvalue() == ""


def test_a_file_gets_a_plain_line_now_and_then(monkeypatch):
    clock = iter(float(second) for second in range(1000))
    monkeypatch.setattr("engine.progress.time.perf_counter", lambda: next(clock))
    file = io.StringIO()
    progress = ProgressLine(file, 100, "epochs")
    for done in range(1, 36):
        progress.show(done)
    progress.close()
    assert [line.split("  ")[1] for line in file.getvalue().splitlines()] == [
        "10/100 epochs",
        "20/100 epochs",
        "30/100 epochs",
    ]
    assert "\r" not in file.getvalue()


def test_nothing_is_ended_that_was_not_begun():
    terminal = Terminal()
    ProgressLine(terminal, 10, "epochs").close()
    assert terminal.getvalue() == ""


def test_a_stream_that_went_away_does_not_stop_the_work():
    progress = ProgressLine(ClosedPipe(), 2, "epochs")
    progress.show(1)
    progress.show(2)
    progress.close()
    terminal = type("ClosedTerminal", (ClosedPipe, Terminal), {})()
    progress = ProgressLine(terminal, 2, "epochs")
    progress.show(2)
    progress.close()


def test_what_an_earlier_start_did_counts_as_done_and_not_as_speed():
    line = ProgressLine(io.StringIO(), 100, "runs", before=60)
    assert line.text(80, 10.0) == "[###################.....]  80/100 runs  2 runs/s  0:00:10 left"
    assert line.text(60, 10.0).endswith("60/100 runs")


def test_what_is_waited_for_stands_where_the_speed_would():
    line = ProgressLine(io.StringIO(), 100, "runs")
    assert line.text(25, 10.0, "no workers").endswith("]  25/100 runs  no workers")
    assert line.text(25, 10.0).endswith("]  25/100 runs  2.5 runs/s  0:00:30 left")


def test_the_time_before_the_work_begins_says_nothing_about_its_speed(monkeypatch):
    """Waiting in the middle of it does: it is part of how long it takes."""
    clock = iter([100.0, 104.0, 106.0, 107.0, 108.0])
    monkeypatch.setattr("engine.progress.time.perf_counter", lambda: next(clock))
    terminal = Terminal()
    line = ProgressLine(terminal, 10, "runs")
    for done, waiting in ((0, "starting 2 workers"), (2, ""), (2, "no workers"), (4, "")):
        line.show(done, waiting)
    shown = [each.strip().split("  ", 2)[2] for each in terminal.getvalue().split("\r")[1:]]
    assert shown == [
        "starting 2 workers",
        "1 runs/s  0:00:08 left",
        "no workers",
        "1 runs/s  0:00:06 left",
    ]
