"""A sweep in words."""

from dataclasses import replace

import pytest

import resources
from engine.project import open_project
from engine.sweep import Axis
from engine.sweep_run import SweepProgress
from gui.models.sweep_fields import sweep_fields
from gui.models.sweep_plan import SweepPlan
from gui.models.sweep_text import (
    base_text,
    progress_text,
    sweep_sentence,
    values_text,
    waiting_text,
)


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


def test_what_an_earlier_start_has_trained_took_this_one_no_time():
    assert progress_text(progress(1800, before=1800, seconds=0.0894), going=False) == (
        "1,800 of 1,800 runs, all from before"
    )
    assert progress_text(progress(0, seconds=31.0), going=False) == "0 of 1,800 runs"
    assert progress_text(progress(1800, before=600, seconds=20.0), going=False) == (
        "1,800 of 1,800 runs in 20.0 s · 600 from before"
    )


def test_values_are_named_as_they_are_typed_and_many_are_counted(experiment):
    fields = sweep_fields(experiment)
    axis = Axis(path="training.optimizer", values=("sgd", "adamw"))
    assert values_text(axis, fields) == "optimizer: SGD, AdamW"
    assert values_text(Axis(path="learning_rate", values=(1e-4, 0.1)), fields) == (
        "learning rate: 1e-4, 0.1"
    )
    many = Axis(path="training.epochs", values=tuple(range(1, 1001)))
    assert values_text(many, fields).endswith("19, 20 and 980 more")
    unknown = Axis(path="variants.all.name", values=("a", "b"))
    assert values_text(unknown, fields) == "variants.all.name: a, b"


@pytest.mark.parametrize(
    ("lost", "words"),
    [("workers", "has no workers; waiting"), ("scheduler", "does not answer; waiting"), ("", "")],
)
def test_what_a_cluster_lost_is_said(lost, words):
    text = waiting_text(replace(progress(4), waiting_for=lost))
    assert words in text
    assert bool(text) == bool(lost)
