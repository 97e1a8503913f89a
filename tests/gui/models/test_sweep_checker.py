"""Plans are checked on a thread; only what was asked last is told."""

import threading

import pytest

import resources
from engine.project import open_project
from gui.models.sweep_checker import QUIET, SweepChecker
from gui.models.sweep_plan import SweepPlan, checked_plan

PATIENCE = 30  # seconds


@pytest.fixture
def experiment():
    return open_project(resources.path("examples", "first-layer-only.json"))


def plan(experiment, rate):
    return SweepPlan(experiment, (("learning_rate", (rate,)),), every_pattern=False, seeds=1)


def rate_of(check):
    return check.sweep.axes[0].values


def test_only_the_last_of_several_plans_is_told(experiment, qtbot):
    checker, told = SweepChecker(), []
    checker.checked.connect(lambda check: told.append(rate_of(check)))
    for rate in (0.1, 0.2, 0.3):
        checker.check(plan(experiment, rate))
    assert checker.is_pending
    qtbot.waitUntil(lambda: not checker.is_pending)
    assert told == [(0.3,)]


@pytest.mark.parametrize("longer", [0, 2 * QUIET])  # than until the change has settled
def test_a_plan_that_changes_during_its_check_is_checked_again(
    experiment, qtbot, monkeypatch, longer
):
    under_way, changed = threading.Event(), threading.Event()

    def check(plan):
        under_way.set()
        assert changed.wait(PATIENCE)
        return checked_plan(plan)

    monkeypatch.setattr("gui.models.sweep_checker.checked_plan", check)
    checker, told = SweepChecker(), []
    checker.checked.connect(lambda check: told.append(rate_of(check)))
    checker.check(plan(experiment, 0.1))
    qtbot.waitUntil(under_way.is_set)
    checker.check(plan(experiment, 0.2))
    qtbot.wait(longer)
    changed.set()
    qtbot.waitUntil(lambda: bool(told) and not checker.is_pending)
    assert told == [(0.2,)]


def test_nothing_is_told_of_a_plan_that_was_withdrawn(experiment, qtbot):
    checker = SweepChecker()
    checker.check(plan(experiment, 0.1))
    checker.check(None)
    assert not checker.is_pending
    with qtbot.assertNotEmitted(checker.checked, wait=400):
        pass
