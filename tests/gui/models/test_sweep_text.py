"""A sweep in words."""

import pytest

import resources
from engine.project import open_project
from engine.sweep_run import SweepProgress
from gui.models.sweep_fields import sweep_fields
from gui.models.sweep_plan import SweepPlan
from gui.models.sweep_text import base_text, progress_text, sweep_sentence


@pytest.fixture
def experiment():
    return open_project(resources.path("examples", "first-layer-only.json"))


def sentence(experiment, *values, every_pattern=False, seeds=1, parts=None):
    sweep = SweepPlan(experiment, values, every_pattern=every_pattern, seeds=seeds).sweep()
    return sweep_sentence(sweep, sweep_fields(experiment), parts)


def test_the_sentence_multiplies_what_varies(experiment):
    optimizers = ("training.optimizer", ("sgd", "adam"))
    rates = ("learning_rate", (1e-4, 3e-4, 1e-3, 3e-3, 1e-2))
    said = sentence(experiment, optimizers, rates, every_pattern=True, seeds=10, parts=13)
    assert said == (
        "2 optimizers × 5 learning rates × 8 patterns × 10 seeds = 800 runs in 13 parts"
    )


def test_one_of_each_is_said_in_the_singular(experiment):
    lone = experiment.replace(variants=experiment.variants[:1])
    assert sentence(lone, ("training.optimizer", ("sgd",)), parts=1) == (
        "Nothing varies, so there is one cell: 1 optimizer × 1 variant × 1 seed = 1 run in 1 part"
    )


def test_variants_that_are_not_all_patterns_are_called_variants(experiment):
    assert "2 variants" in sentence(experiment)
    first = experiment.variants[0]
    quick = {layer: plan.replace(learning_rate=0.5) for layer, plan in first.layers.items()}
    other = first.replace(id="quick", name="Quick", layers=quick)
    more = experiment.replace(variants=(*experiment.variants, other))
    assert "9 variants" in sentence(more, every_pattern=True)


def test_the_base_is_described(experiment):
    named = experiment.replace(name="Mine")
    assert base_text(named) == "Mine · Breast cancer · 30-16-8-1 · 2 variants"


def progress(done, before=0, seconds=10.0, left=31.4, trained=None):
    return SweepProgress(
        runs=1800, runs_done=done, runs_before=before, parts=36, parts_done=4,
        runs_trained=done if trained is None else trained,
        seconds=seconds, runs_per_second=13.0, seconds_left=left,
    )  # fmt: skip


def test_progress_says_how_far_how_fast_and_how_long():
    going = progress_text(progress(412, before=282), going=True)
    assert going == "412 of 1,800 runs · 22 % · 13.0 runs/s · 0:00:31 left · 282 from before"
    assert progress_text(progress(0, seconds=0.0, left=None), going=True) == "0 of 1,800 runs"


def test_what_is_trained_of_parts_under_way_is_a_share_and_not_finished_runs():
    words = progress_text(progress(0, trained=1799.9), going=True)
    assert words == "0 of 1,800 runs · 99 % · 13.0 runs/s · 0:00:31 left"


def test_at_the_end_it_says_how_long_it_took():
    assert progress_text(progress(1800, seconds=2.314), going=False) == (
        "1,800 of 1,800 runs in 2.31 s"
    )
    assert progress_text(progress(1800, seconds=3725.0), going=False).endswith("in 1:02:05")
