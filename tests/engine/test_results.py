"""RESULTS.json, format 1: the documented keys, plain JSON, and the right numbers."""

import json

import numpy as np
import pytest
from experiment_strategies import classic, experiment_of
from worker_runs import freeze, rate, tiny

from engine import __version__
from engine.backprop import variant_backward_cost
from engine.experiment import Training, parse_experiment
from engine.journal import JournalEntry, RenameVariant
from engine.results import results, results_json
from engine.run import train

TOP = ["format", "engine", "experiment", "journal", "seconds", "parameters", "variants"]
VARIANT = [
    "id", "name", "trainable_parameters", "non_trainable_parameters", "reach", "backward_cost",
    "seeds", "train_loss", "validation_loss", "train_accuracy", "validation_accuracy", "moved",
    "diverged",
]  # fmt: skip


def strictly(text):
    """JSON without the constants that JSON does not have."""

    def refuse(constant):
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(text, parse_constant=refuse)


@pytest.fixture(scope="module")
def small():
    experiment = classic().replace(training=Training(epochs=3, seeds=(100, 7)))
    run = train(experiment)
    return run, strictly(results_json(run, 0.4237))


def test_the_keys_are_those_that_are_documented(small):
    _, found = small
    assert list(found) == TOP
    assert [list(variant) for variant in found["variants"]] == [VARIANT, VARIANT]
    assert found["format"] == 1
    assert found["engine"] == f"frostline {__version__}"
    assert found["journal"] == []
    assert found["seconds"] == 0.424
    assert found["parameters"] == {"total": 641}


def test_the_experiment_in_the_results_is_the_one_that_was_trained(small):
    run, found = small
    assert parse_experiment(json.dumps(found["experiment"])) == run.started_as


def test_series_are_one_list_of_epochs_per_seed_and_exactly_what_was_logged(small):
    run, found = small
    columns = {
        "train_loss": "train_loss",
        "validation_loss": "validation_loss",
        "train_accuracy": "train_score",
        "validation_accuracy": "validation_score",
    }
    for key, column in columns.items():
        written = np.array([variant[key] for variant in found["variants"]], np.float32)
        logged = run.log.column(column).T.reshape(2, 2, 3)
        assert np.array_equal(written, logged)
        assert np.isfinite(written).all()
    assert [variant["seeds"] for variant in found["variants"]] == [[100, 7], [100, 7]]


def test_counts_reach_cost_and_distance_follow_the_plans(small):
    run, found = small
    everything, first = found["variants"]
    assert [everything["id"], first["id"]] == ["all", "first"]
    assert (everything["trainable_parameters"], everything["non_trainable_parameters"]) == (641, 0)
    assert (first["trainable_parameters"], first["non_trainable_parameters"]) == (496, 145)
    assert set(everything["reach"].values()) == {"updated"}
    assert first["reach"] == {
        "hidden-1": "updated",
        "hidden-2": "passed through",
        "output": "passed through",
    }
    assert everything["backward_cost"] == 1
    assert first["backward_cost"] == variant_backward_cost(
        run.started_as, run.started_as.variants[1]
    )
    assert all(d > 0 for distances in everything["moved"].values() for d in distances)
    assert all(distance > 0 for distance in first["moved"]["hidden-1"])
    assert first["moved"]["hidden-2"] == first["moved"]["output"] == [0, 0]
    assert everything["diverged"] == first["diverged"] == [None, None]


def test_what_is_not_held_out_is_null_for_every_epoch():
    data = classic().data.replace(validation_fraction=0.0)
    run = train(classic().replace(data=data, training=Training(epochs=3, seeds=(1, 2))))
    for variant in strictly(results_json(run, 0.1))["variants"]:
        assert variant["validation_loss"] == [[None] * 3] * 2
        assert variant["validation_accuracy"] == [[None] * 3] * 2
        assert all(value is not None for seed in variant["train_loss"] for value in seed)


def test_regression_has_r2_in_place_of_accuracy():
    experiment = experiment_of(4, 1, data="diabetes", output="linear")
    run = train(experiment.replace(training=Training(epochs=2)))
    (variant,) = strictly(results_json(run, 0.1))["variants"]
    assert list(variant) == [key.replace("accuracy", "r2") for key in VARIANT]
    assert variant["validation_r2"] == [
        [pytest.approx(v) for v in run.log.column("validation_score")[:, 0]]
    ]


def test_a_diverged_member_has_its_step_and_nulls_and_the_others_have_numbers():
    run = train(
        tiny(epochs=3, optimizer="sgd"),
        script=[
            JournalEntry(step=6, edit=rate(1e9)),
            JournalEntry(step=6, edit=rate(1e9, "hidden-1")),
        ],
    )
    diverged, sound = strictly(results_json(run, 0.1))["variants"]
    assert all(isinstance(step, int) and step > 6 for step in diverged["diverged"])
    assert all(seed[0] is not None and seed[-1] is None for seed in diverged["train_loss"])
    assert sound["diverged"] == [None, None]
    assert all(value is not None for seed in sound["train_loss"] for value in seed)


def test_edits_are_in_the_journal_and_the_variant_is_as_it_was_left():
    journal = [
        JournalEntry(step=3, edit=freeze()),
        JournalEntry(step=5, edit=RenameVariant(variant="all", name="Head only")),
    ]
    run = train(tiny(), script=journal)
    found = results(run, 0.1)
    assert found["journal"] == [entry.model_dump(mode="json") for entry in journal]
    assert parse_experiment(json.dumps(found["experiment"])) == tiny()
    left = found["variants"][0]
    assert left["name"] == "Head only"
    assert left["trainable_parameters"] == 5
    assert left["reach"] == {"hidden-1": "not reached", "output": "updated"}
    assert all(distance > 0 for distance in left["moved"]["hidden-1"])


def test_a_run_whose_network_was_freed_has_no_results():
    run = train(tiny())
    assert results(run, 0.1)["variants"]
    run.release()
    with pytest.raises(ValueError, match="no network any more"):
        results(run, 0.1)
