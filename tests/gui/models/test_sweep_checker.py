"""Plans are checked on a thread; only what was asked last is told."""

import threading

import pytest

import resources
from engine.project import open_project
from engine.structure import insert_layer
from gui.models.sweep_checker import SweepChecker
from gui.models.sweep_plan import SweepPlan


@pytest.fixture
def experiment():
    return open_project(resources.path("examples", "first-layer-only.json"))


def plan(experiment, rate, every_pattern=False):
    values = (("learning_rate", (rate,)),)
    return SweepPlan(experiment, values, every_pattern=every_pattern, seeds=1)


def is_checking():
    return any(each.name == "frostline-check" for each in threading.enumerate())


def rate_of(check):
    return check.sweep.axes[0].values


def test_only_the_last_of_several_plans_is_told(experiment, qtbot):
    checker, told = SweepChecker(), []
    checker.checked.connect(lambda check: told.append(rate_of(check)))
    for rate in (0.1, 0.2, 0.3):
        checker.check(plan(experiment, rate))
    assert checker.is_pending
    qtbot.waitUntil(lambda: not checker.is_pending, timeout=10_000)
    assert told == [(0.3,)]


def test_a_plan_that_changes_during_its_check_is_checked_again(experiment, qtbot):
    checker, told = SweepChecker(), []
    checker.checked.connect(lambda check: told.append(rate_of(check)))
    deep = experiment
    for _ in range(4):  # 128 patterns take a moment
        deep = insert_layer(deep, 0)
    checker.check(plan(deep, 0.1, every_pattern=True))
    qtbot.waitUntil(is_checking, timeout=10_000)
    checker.check(plan(experiment, 0.2))
    qtbot.waitUntil(lambda: bool(told) and not checker.is_pending, timeout=10_000)
    assert told == [(0.2,)]


def test_nothing_is_told_of_a_plan_that_was_withdrawn(experiment, qtbot):
    checker = SweepChecker()
    checker.check(plan(experiment, 0.1))
    checker.check(None)
    assert not checker.is_pending
    with qtbot.assertNotEmitted(checker.checked, wait=400):
        pass
