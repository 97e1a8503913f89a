"""From a sweep back to what was asked for it."""

import pytest

import resources
from engine.patterns import with_every_pattern
from engine.project import open_project
from engine.structure import insert_layer
from engine.sweep import Axis, Sweep
from gui.models import sweep_plan, sweep_recall
from gui.models.sweep_plan import SweepPlan
from gui.models.sweep_recall import is_of, plan_of

RATES = ("learning_rate", (1e-3, 1e-2))
OPTIMIZERS = ("training.optimizer", ("sgd", "adam", "adamw"))


@pytest.fixture
def experiment():
    return open_project(resources.path("examples", "first-layer-only.json"))


@pytest.mark.parametrize("every_pattern", [False, True])
@pytest.mark.parametrize("seeds", [1, 60])
@pytest.mark.parametrize("values", [(), (RATES,), (RATES, OPTIMIZERS)])
def test_what_was_asked_is_found_in_its_sweep(experiment, values, seeds, every_pattern):
    plan = SweepPlan(experiment, values, every_pattern=every_pattern, seeds=seeds)
    sweep = Sweep.model_validate_json(plan.sweep().model_dump_json())  # as from a file
    assert plan_of(sweep, experiment) == plan


def test_another_name_is_the_same_experiment_and_another_content_is_not(experiment):
    sweep = SweepPlan(experiment, (RATES,), every_pattern=True, seeds=2).sweep()
    assert plan_of(sweep, experiment.replace(name="Renamed")) is not None
    longer = experiment.replace(training=experiment.training.replace(epochs=77))
    for other in (longer, experiment.replace(variants=experiment.variants[:1])):
        assert plan_of(sweep, other) is None
        assert not is_of(sweep, other)


@pytest.mark.parametrize(
    "axis",
    [
        Axis(path="variants.all.layers.output.trainable", values=(True, False)),
        Axis(path="training.optimizer", values=("sgd", None)),
    ],
)
def test_of_this_experiment_but_over_what_no_field_can_say(experiment, axis):
    sweep = Sweep(base=experiment, axes=(axis,))
    assert is_of(sweep, experiment)
    assert plan_of(sweep, experiment) is None


def test_runs_stacked_otherwise_come_to_other_digits(experiment):
    sweep = SweepPlan(experiment, (RATES,), every_pattern=False, seeds=1).sweep()
    assert plan_of(sweep.replace(stack=1), experiment) is None


@pytest.fixture
def made(monkeypatch):
    """The experiments of which every pattern was made."""
    found = []

    def make(experiment):
        found.append(experiment)
        return with_every_pattern(experiment)

    for module in (sweep_plan, sweep_recall):
        monkeypatch.setattr(module, "with_every_pattern", make, raising=False)
    return found


def test_patterns_are_not_made_in_vain(experiment, made):
    patterned = SweepPlan(experiment, (RATES,), every_pattern=True, seeds=2).sweep()
    made.clear()
    longer = experiment.replace(training=experiment.training.replace(epochs=77))
    renamed = experiment.variants[1].replace(name="Renamed")
    others = (
        (patterned, longer),
        (patterned, experiment.replace(variants=(experiment.variants[0], renamed))),
        (patterned, insert_layer(experiment, 0)),
        (Sweep(base=experiment), experiment.replace(variants=experiment.variants[:1])),
    )
    for sweep, other in others:
        assert plan_of(sweep, other) is None
        assert not is_of(sweep, other)
    assert plan_of(Sweep(base=experiment), experiment) is not None
    assert made == []


def test_patterns_are_made_once_for_the_same_experiment(experiment, made):
    plan = SweepPlan(experiment, (RATES,), every_pattern=True, seeds=2)
    sweep = plan.sweep()
    made.clear()
    for _ in range(3):
        assert plan_of(sweep, experiment) == plan
        assert is_of(sweep, experiment)
    assert made == [experiment]


def test_as_many_variants_that_are_no_patterns_are_not_it(experiment):
    base = with_every_pattern(experiment)
    odd = base.replace(variants=(*base.variants[:-1], base.variants[-1].replace(name="Odd")))
    assert is_of(Sweep(base=base), experiment)
    assert not is_of(Sweep(base=odd), experiment)


def test_an_experiment_with_too_many_patterns_is_only_not_it(experiment):
    deep = experiment
    for _ in range(8):
        deep = insert_layer(deep, 0)
    assert plan_of(Sweep(base=with_every_pattern(experiment)), deep) is None
    assert plan_of(Sweep(base=deep), deep) is not None
