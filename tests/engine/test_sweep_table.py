"""The table: a row per run, its columns, and the same text from the same sweep."""

import csv
import io
import json

import pytest
from sweep_runs import rates, small_sweep

from engine.backprop import variant_backward_cost, variant_counts
from engine.sweep import Axis, Sweep, cells
from engine.sweep_run import SweepRun
from engine.sweep_table import table_rows, table_text

FIXED = (
    "variant", "variant_name", "trainable_parameters", "backward_cost", "seed",
    "train_loss", "validation_loss", "train_accuracy", "validation_accuracy",
    "best_validation_loss", "best_epoch", "diverged",
)  # fmt: skip


def trained(*axes, **changes):
    run = SweepRun(small_sweep(*axes, **changes))
    run.run()
    return run


def read_csv(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_every_run_has_a_row_with_what_varied_and_what_came_out():
    run = trained(rates(2), Axis(path="training.optimizer", values=("sgd", "adam")))
    rows = table_rows(run.cells, run.results)
    assert len(rows) == len(run.results) == 4 * 4 * 4
    for row, result in zip(rows, run.results, strict=True):
        assert tuple(row) == ("learning_rate", "training.optimizer", *FIXED)
        cell = run.cells[result.cell]
        assert (row["learning_rate"], row["training.optimizer"]) == tuple(
            value for _, value in cell.settings
        )
        variant = cell.experiment.variant(result.variant)
        assert (row["variant"], row["variant_name"]) == (variant.id, variant.name)
        counts = variant_counts(cell.experiment, variant)
        assert row["trainable_parameters"] == counts.trainable
        assert row["backward_cost"] == variant_backward_cost(cell.experiment, variant)
        for name in ("seed", "train_loss", "validation_loss", "best_validation_loss", "best_epoch"):
            assert row[name] == getattr(result, name)
        assert row["validation_accuracy"] == result.validation_score


def test_csv_and_json_say_the_same():
    run = trained(rates(2), Axis(path="name", values=('a "quoted", name', "a-b")))
    read = json.loads(table_text(run.sweep, run.cells, run.results, "json"))
    assert read["format"] == 1
    assert Sweep.model_validate_json(json.dumps(read["sweep"])) == run.sweep
    lines = read_csv(table_text(run.sweep, run.cells, run.results, "csv"))
    assert len(lines) == len(read["rows"]) == 64
    for line, row in zip(lines, read["rows"], strict=True):
        assert list(line) == list(row)
        for name, value in row.items():
            expected = "" if value is None else value if isinstance(value, str) else repr(value)
            assert line[name] == expected


def test_no_text_of_the_csv_is_a_formula_to_a_spreadsheet():
    """Numbers below zero stay numbers, and JSON is for no spreadsheet."""
    names = ("=1+1", "+1", "-1", "@now", "\tx", " =1", "\nx", "a=1")
    axes = Axis(path="name", values=names), Axis(path="learning_rate", values=(0.5,))
    run = trained(*axes, seeds=1, patterns=False)
    lines = read_csv(table_text(run.sweep, run.cells, run.results, "csv"))
    assert list(dict.fromkeys(line["name"] for line in lines)) == [
        *(f"'{name}" for name in names[:-1]),
        "a=1",
    ]
    assert {line["learning_rate"] for line in lines} == {"0.5"}
    rows = json.loads(table_text(run.sweep, run.cells, run.results, "json"))["rows"]
    assert [row["name"] for row in rows[::2]] == list(names)


def test_numbers_and_classes_have_scores_of_their_own():
    axis = Axis(path="data.name", values=("moons", "diabetes"))
    run = trained(axis, seeds=1, patterns=False)
    rows = table_rows(run.cells, run.results)
    assert {tuple(row) for row in rows} == {tuple(rows[0])}
    for row in rows:
        is_moons = row["data.name"] == "moons"
        assert (row["train_accuracy"] is None) is not is_moons
        assert (row["train_r2"] is None) is is_moons
        assert (row["validation_r2"] is None) is is_moons


def test_only_numbers_have_only_their_score():
    run = trained(Axis(path="data.name", values=("diabetes",)), seeds=1, patterns=False)
    (first, *_) = table_rows(run.cells, run.results)
    assert "train_r2" in first
    assert "train_accuracy" not in first


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_what_diverged_has_no_numbers(kind):
    axis = Axis(path="learning_rate", values=(1e9,))
    sweep = small_sweep(axis, seeds=1, patterns=False, loss="mean_squared_error", epochs=4)
    layers = (sweep.base.layers[0], sweep.base.layers[1].replace(activation="linear"))
    training = sweep.base.training.replace(optimizer="sgd")
    run = SweepRun(sweep.replace(base=sweep.base.replace(layers=layers, training=training)))
    run.run()
    text = table_text(run.sweep, run.cells, run.results, kind)
    rows = read_csv(text) if kind == "csv" else json.loads(text)["rows"]
    for row in rows:
        assert row["train_loss"] in ("", None)
        assert int(row["diverged"]) >= 1


def test_the_same_sweep_gives_the_same_text():
    one, other = trained(rates(2)), trained(rates(2))
    for kind in ("csv", "json"):
        texts = [table_text(run.sweep, run.cells, run.results, kind) for run in (one, other)]
        assert texts[0] == texts[1]
    assert one.cells == cells(one.sweep)
