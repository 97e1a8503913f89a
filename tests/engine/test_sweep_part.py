"""One part trained: what stands in its results, and that stacking changes nothing but digits."""

import math

import numpy as np
import pytest
from sweep_runs import rates, small_sweep
from worker_runs import freeze, tiny

from engine.experiment import Subset
from engine.journal import JournalEntry
from engine.patterns import trained_layers, with_every_pattern
from engine.run import train
from engine.sweep import Axis, Sweep, cells, parts
from engine.sweep_part import PartError, carry_out, order_text, results_of, train_part

METRICS = ("train_loss", "validation_loss", "train_score", "validation_score")


def never(done):
    return False


def sweep_of_kinds(what_else):
    """What could be mixed up by stacking: optimizers, rates, patterns, scripts, and more.

    That is `widths` or `subsets`: a subset is one of a layer of a certain size.
    """
    base = tiny(epochs=3, seeds=(1, 2, 3))
    axes = (rates(2), Axis(path="training.optimizer", values=("sgd", "adam")))
    if what_else == "widths":
        axes += (Axis(path="layers.hidden-1.units", values=(3, 4)),)
    else:
        first = base.variants[0]
        plans = dict(first.layers)
        plans["hidden-1"] = plans["hidden-1"].replace(subset=Subset(count=5))
        part_of = first.replace(id="subset", name="Subset", layers=plans)
        base = base.replace(variants=(*base.variants, part_of))
    script = (JournalEntry(step=4, edit=freeze(variant="first")),)
    return Sweep(base=base.replace(script=script), axes=axes, stack=64)


kinds = pytest.mark.parametrize("what_else", ["widths", "subsets"])


@kinds
def test_a_part_trains_exactly_as_a_run_of_its_experiment(what_else):
    for part in parts(sweep_of_kinds(what_else)):
        table = train(part.experiment).log.table
        results = train_part(part)
        assert [(each.cell, each.variant, each.seed) for each in results] == list(part.members)
        for member, result in enumerate(results):
            for column, metric in enumerate(METRICS):
                assert np.float32(getattr(result, metric)) == table[-1, column, member]
            held_out = table[:, 1, member]
            assert np.float32(result.best_validation_loss) == held_out.min()
            flat = np.allclose(held_out, held_out[0], rtol=5e-7, atol=0)
            assert result.best_epoch == (None if flat else 1 + held_out.argmin())
            assert result.diverged is None


@kinds
def test_every_cell_comes_out_as_if_it_were_trained_by_itself(what_else):
    sweep = sweep_of_kinds(what_else)
    found = {
        (each.cell, each.variant, each.seed): each
        for part in parts(sweep)
        for each in train_part(part)
    }
    for cell in cells(sweep):
        log = train(cell.experiment).log
        for place, (variant, seed) in enumerate(cell.experiment.members):
            result = found[cell.number, variant, seed]
            for metric in METRICS:
                alone = log.column(metric)[-1, place]
                assert math.isclose(getattr(result, metric), alone, rel_tol=1e-5, abs_tol=1e-7)


def test_a_run_that_diverges_is_a_result_and_disturbs_no_other():
    axis = Axis(path="learning_rate", values=(0.01, 1e9))
    sweep = small_sweep(
        axis, seeds=2, epochs=4, stack=64, patterns=False, loss="mean_squared_error"
    )
    layers = (sweep.base.layers[0], sweep.base.layers[1].replace(activation="linear"))
    training = sweep.base.training.replace(optimizer="sgd")
    sweep = sweep.replace(base=sweep.base.replace(layers=layers, training=training))
    (part,) = parts(sweep)
    good, bad = ([result for result in train_part(part) if result.cell == cell] for cell in (0, 1))
    for result in bad:
        assert result.diverged >= 1
        assert result.train_loss is None
        assert result.validation_score is None
    assert all(result.diverged is None and result.train_loss < 10 for result in good)


def test_without_held_out_rows_there_is_no_best_epoch():
    axis = Axis(path="data.validation_fraction", values=(0,))
    (part,) = parts(small_sweep(axis, seeds=1, patterns=False, stack=64))
    for result in train_part(part):
        assert result.train_loss is not None
        assert result.validation_loss is None
        assert (result.best_validation_loss, result.best_epoch) == (None, None)


@kinds
def test_orders_and_answers_as_text_lose_nothing(what_else):
    for part in parts(sweep_of_kinds(what_else)):
        assert results_of(carry_out(order_text(part), never)) == train_part(part)


def test_a_part_that_must_stop_has_no_results():
    asked = []

    def after_three(done):
        asked.append(None)
        return len(asked) > 3

    part = parts(small_sweep(epochs=1_000_000))[0]
    assert results_of(carry_out(order_text(part), after_three)) == ()
    assert len(asked) == 4


def test_before_every_step_it_is_told_how_many_runs_worth_of_steps_are_done():
    told = []
    (part,) = parts(small_sweep(epochs=4, stack=64))  # 16 runs, 4 * 5 steps
    train_part(part, told.append)
    assert told == pytest.approx([16 * step / 20 for step in range(20)])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('"name":"moons"', '"name":"titanic"'), "there is no data set 'titanic'"),
        (('"engine":"', '"engine":"0.0-'), "install the same version everywhere"),
        (('"engine":"', '"hurry":true,"engine":"9.9-'), "and this one is 9.9-"),
        (('"engine":"', '"hurry":true,"engine":"'), "Extra inputs are not permitted"),
        (('"origins":', '"origin":'), "origins"),
    ],
)
def test_what_goes_wrong_is_told_in_words(change, words):
    order = order_text(parts(small_sweep())[0])
    answer = carry_out(order.replace(*change), never)
    with pytest.raises(PartError) as failed:
        results_of(answer)
    assert words in str(failed.value)
    assert "Traceback" not in str(failed.value)


def test_an_error_that_nobody_foresaw_is_told_too(monkeypatch):
    def exhausted(*arguments):
        raise MemoryError("cannot allocate 40 GB")

    monkeypatch.setattr("engine.run.Run.prepare", exhausted)
    answer = carry_out(order_text(parts(small_sweep())[0]), never)
    with pytest.raises(PartError, match="MemoryError: cannot allocate 40 GB"):
        results_of(answer)


def test_where_nothing_changes_no_epoch_is_the_best():
    experiment = with_every_pattern(tiny(epochs=3, seeds=(1,)))
    (part,) = parts(Sweep(base=experiment))
    best = {result.variant: result.best_epoch for result in train_part(part)}
    nothing = next(v.id for v in experiment.variants if not trained_layers(experiment, v))
    assert best.pop(nothing) is None
    assert all(epoch is not None for epoch in best.values())
