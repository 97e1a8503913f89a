"""Parts handed out: few at a time, and again where a worker died; the one that kills is found."""

from collections import Counter
from concurrent.futures import BrokenExecutor, Future

import pytest
from sweep_runs import rates, runs_of, small_sweep

from engine.errors import EngineError
from engine.executors import InThisThread
from engine.sweep import parts
from engine.sweep_queue import train_parts
from engine.workplace import Workplace

PARTS = parts(small_sweep(rates(3), epochs=1))


class Unreliable(Workplace):
    """Works in this thread, as late as the room allows, and breaks at the orders it is told to.

    As in a pool of processes: when one worker dies, everything that is under way is lost.
    """

    def __init__(self, deaths, log, room=4):
        super().__init__(InThisThread(), room)
        self._deaths = deaths
        self._log = log
        self._waiting = []
        self._broken = False

    def submit(self, work, text):
        if self._broken:
            raise BrokenExecutor("dead")
        future = Future()
        self._waiting.append((future, work, text))
        self._log["most"] = max(self._log["most"], len(self._waiting))
        if len(self._waiting) == self.room or "alone" in self._log:
            self._work()
        return future

    def close(self):
        self._log["closed"] += 1

    def _work(self):
        waiting, self._waiting = self._waiting, []
        for future, work, text in waiting:
            number = int(text.partition('"number":')[2].partition(",")[0])
            self._log[number] += 1
            if self._deaths[number] > 0:
                self._deaths[number] -= 1
                self._broken = True
            if self._broken:
                future.set_exception(BrokenExecutor("a process died"))
            else:
                future.set_result(work(text, lambda done: False))


def trained(deaths, log):
    stop = Future()
    found = []
    log["alone"] = 1  # what is handed over is begun at once
    for part, results in train_parts(PARTS, lambda: Unreliable(Counter(deaths), log), stop):
        assert runs_of(results) == list(part.members)
        found.append(part.number)
    return found


def numbers(parts):
    return [part.number for part in parts]


def test_without_deaths_every_part_is_trained_once_at_one_workplace():
    log = Counter()
    assert trained({}, log) == numbers(PARTS)
    assert [log[number] for number in numbers(PARTS)] == [1] * len(PARTS)
    assert log["closed"] == 1


def test_parts_are_handed_over_a_few_at_a_time():
    log, stop = Counter(), Future()
    room = len(PARTS) // 2
    found = [
        p.number for p, _ in train_parts(PARTS, lambda: Unreliable(Counter(), log, room), stop)
    ]
    assert sorted(found) == numbers(PARTS)
    assert log["most"] == room


def test_after_a_death_only_what_was_not_finished_is_trained_again():
    deaths, log = Counter({2: 1, 5: 2}), Counter()
    log["alone"] = 1
    found = [p.number for p, _ in train_parts(PARTS, lambda: Unreliable(deaths, log), Future())]
    assert sorted(found) == numbers(PARTS)
    assert log["closed"] == 4
    assert (log[2], log[5], log[0], log[1]) == (2, 3, 1, 1)


def test_a_part_that_kills_three_workers_is_named_and_no_neighbour_of_it_is():
    """Three are under way whenever 4 kills: the neighbours are lost as often, and are innocent."""

    class Pool(Unreliable):
        def submit(self, work, text):
            future = super().submit(work, text)
            if len(self._waiting) == 3 or '"number":4,' in text:
                self._work()
            return future

    deaths, log, found = Counter({4: 99}), Counter(), []
    trained_ones = train_parts(PARTS, lambda: Pool(deaths, log), Future())
    with pytest.raises(EngineError) as failed:
        found.extend(part.number for part, _ in trained_ones)
    assert str(failed.value).startswith(
        "part 4 (4 runs of cell 1) ended its worker process 3 times"
    )
    assert log[4] == 3
    assert 4 not in found
    assert len(set(found)) == len(found)


def test_a_stop_ends_it_and_closes_the_workplace():
    log, stop, found = Counter(alone=1), Future(), []
    for part, _ in train_parts(PARTS, lambda: Unreliable(Counter(), log, 1), stop):
        found.append(part.number)
        if len(found) == 2:
            stop.set_result(None)
    assert found == [0, 1]
    assert log["closed"] == 1


def test_without_a_workplace_nothing_is_trained():
    assert list(train_parts(PARTS, lambda: None, Future())) == []


def test_a_lost_scheduler_is_said_in_words():
    class Lost(Workplace):
        def submit(self, work, text):
            future = Future()
            future.cancel()
            future.set_running_or_notify_cancel()
            return future

        def close(self):
            pass

    with pytest.raises(EngineError, match="the scheduler is lost; what was finished is kept"):
        list(train_parts(PARTS, lambda: Lost(InThisThread(), 2), Future()))


def test_a_part_without_results_fails_the_sweep_unless_it_was_stopped(monkeypatch):
    monkeypatch.setattr("engine.sweep_queue.results_of", lambda text: ())
    stop, log = Future(), Counter(alone=1)
    with pytest.raises(EngineError, match=r"part 0 .* came back without results"):
        list(train_parts(PARTS, lambda: Unreliable(Counter(), log), stop))
