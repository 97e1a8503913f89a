"""Cells and parts: every run once, equal shapes together, and whatever is wrong said in words."""

import itertools

import pytest
from experiment_strategies import classic, experiment_of
from hypothesis import given, settings
from hypothesis import strategies as st
from sweep_runs import rates, small_sweep
from worker_runs import freeze, tiny

from engine.backprop import layer_shapes
from engine.checks import experiment_problems
from engine.datasets.registry import DATASETS
from engine.errors import ExperimentError
from engine.experiment import OPTIMIZERS, DataSpec
from engine.journal import JournalEntry, SetTrainable
from engine.patterns import trained_layers, with_controls, with_every_pattern
from engine.sweep import Axis, Sweep, cells, parts

widths = Axis(path="layers.hidden-1.units", values=(2, 3, 5))
optimizers = Axis(path="training.optimizer", values=OPTIMIZERS)
batch_sizes = Axis(path="training.batch_size", values=(4, 8))
names = Axis(path="name", values=("A", "B"))
data = Axis(path="data.name", values=("moons", "circles", "spirals"))
noise = Axis(path="data.noise", values=(0.0, 0.1, 0.2))


def runs_in(division):
    return [member for part in division for member in part.members]


def problems_of(sweep):
    with pytest.raises(ExperimentError) as refused:
        cells(sweep)
    return [str(problem) for problem in refused.value.problems]


# cells


def test_cells_are_every_combination_the_last_axis_fastest():
    found = cells(small_sweep(optimizers, widths))
    values = list(itertools.product(OPTIMIZERS, (2, 3, 5)))
    assert [tuple(value for _, value in cell.settings) for cell in found] == values
    assert [cell.number for cell in found] == list(range(9))
    for cell, (optimizer, units) in zip(found, values, strict=True):
        assert cell.experiment.training.optimizer == optimizer
        assert cell.experiment.layers[0].units == units


def test_without_axes_there_is_the_experiment_itself():
    (cell,) = cells(small_sweep())
    assert (cell.settings, cell.experiment) == ((), small_sweep().base)


def test_a_rate_is_that_of_all_layers_or_of_one():
    axes = (rates(2), Axis(path="learning_rate.output", values=(0.5,)))
    for cell, rate in zip(cells(small_sweep(*axes)), (0.001, 0.002), strict=True):
        for variant in cell.experiment.variants:
            assert variant.layers["hidden-1"].learning_rate == rate
            assert variant.layers["output"].learning_rate == 0.5


def test_a_data_set_brings_the_output_layer_that_fits_it():
    axis = Axis(path="data.name", values=tuple(DATASETS))
    for cell in cells(Sweep(base=classic(), axes=(axis,))):
        assert cell.experiment.data.name == cell.settings[0][1]
        assert experiment_problems(cell.experiment) == ()


def test_ids_may_contain_dots():
    experiment = tiny()
    layer = experiment.layers[0].replace(id="a.units")
    variants = tuple(
        v.replace(layers={"a.units": v.layers["hidden-1"], "output": v.layers["output"]})
        for v in experiment.variants
    )
    experiment = experiment.replace(layers=(layer, experiment.layers[1]), variants=variants)
    axis = Axis(path="layers.a.units.units", values=(7, 9))
    found = cells(Sweep(base=experiment, axes=(axis,)))
    assert [cell.experiment.layers[0].units for cell in found] == [7, 9]


# parts


@settings(max_examples=60, deadline=None)
@given(
    chosen=st.sets(
        st.sampled_from([optimizers, widths, batch_sizes, names, data, noise, rates(3)]),
        max_size=3,
    ),
    seeds=st.integers(1, 7),
    stack=st.integers(1, 70),
)
def test_every_run_is_in_one_part_with_its_like_and_no_part_is_too_large(chosen, seeds, stack):
    sweep = small_sweep(*sorted(chosen, key=lambda axis: axis.path), seeds=seeds, stack=stack)
    found = cells(sweep)
    wanted = {(cell.number, *member) for cell in found for member in cell.experiment.members}
    division = parts(sweep)
    runs = runs_in(division)
    assert len(runs) == len(set(runs))
    assert set(runs) == wanted
    assert [part.number for part in division] == list(range(len(division)))
    assert parts(sweep, found) == division
    for part in division:
        assert part.runs == len(part.members) <= stack
        for cell_number, variant, _ in part.members:
            cell = found[cell_number].experiment
            assert layer_shapes(part.experiment) == layer_shapes(cell)
            assert part.experiment.data == cell.data
            seedless = {"seeds": part.experiment.training.seeds}
            assert part.experiment.training == cell.training.replace(**seedless)
            place = part.origins.index((cell_number, variant))
            assert part.experiment.variants[place].layers == cell.variant(variant).layers


def test_rates_patterns_and_names_are_stacked_and_shapes_are_not():
    stacked = small_sweep(rates(5), names, seeds=2, stack=1000)
    assert len(parts(stacked)) == 1
    assert len(parts(small_sweep(rates(5), widths, seeds=2, stack=1000))) == 3
    assert len(parts(small_sweep(rates(5), optimizers, seeds=2, stack=1000))) == 3


def test_edits_of_a_script_follow_their_variant():
    base = tiny(seeds=(1, 2))
    entries = tuple(
        JournalEntry(step=step, edit=freeze(variant=variant))
        for step, variant in ((1, "first"), (2, "all"), (3, "first"))
    )
    sweep = Sweep(base=base.replace(script=entries), axes=(rates(2),), stack=1)
    for part in parts(sweep):
        ((_, variant),) = part.origins
        steps = [entry.step for entry in part.experiment.script]
        assert steps == ([1, 3] if variant == "first" else [2])


def test_a_part_is_never_more_than_an_experiment_can_hold():
    """1,100 variants are too many for one; of networks of 64 million parameters, 3 fit together."""
    many = Sweep(base=tiny(seeds=(1,)), axes=(rates(550),), stack=10_000)
    wide = experiment_of(8000, 8000, 1, data="moons", samples=50)
    training = wide.training.replace(seeds=tuple(range(10)))
    large = Sweep(base=with_every_pattern(wide.replace(training=training)))
    assert experiment_problems(large.base)
    for sweep, runs, most in ((many, 1100, 1024), (large, 80, 3)):
        division = parts(sweep)
        assert len(set(runs_in(division))) == len(runs_in(division)) == runs
        assert 1 < max(part.runs for part in division) <= most
        assert all(not experiment_problems(part.experiment) for part in division)


def test_scripts_that_are_too_long_together_are_not_stacked():
    entries = tuple(
        JournalEntry(step=n, edit=SetTrainable(variant="all", layer="output", trainable=False))
        for n in range(5_100)
    )
    sweep = Sweep(base=tiny(seeds=(1,)).replace(script=entries), axes=(rates(2),))
    assert sorted(runs_in(parts(sweep))) == [(c, v, 1) for c in (0, 1) for v in ("all", "first")]


@pytest.mark.parametrize("stack", [1, 2, 3, 4, 64])
def test_later_parts_may_have_the_longer_script(stack):
    entries = tuple(
        JournalEntry(step=n, edit=SetTrainable(variant="first", layer="output", trainable=False))
        for n in range(5_100)
    )
    sweep = Sweep(base=tiny(seeds=(1,)).replace(script=entries), axes=(rates(3),), stack=stack)
    expected = [(c, v, 1) for c in (0, 1, 2) for v in ("all", "first")]
    assert sorted(runs_in(parts(sweep))) == expected


# refusals


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("optimizer", "adam"),
        ("training.speed", 1),
        ("training.optimizer.name", "adam"),
        ("layers.hidden-9.units", 4),
        ("layers.0.units", 4),
        ("learning_rate.hidden-9", 0.1),
        ("learning_rate.", 0.1),
        ("variants.all.layers.output.subset.count", 3),
        ("variants.all.id", "x"),
        ("format", 1),
        ("layers.hidden-1.kind", "dropout"),
        (".", 1),
        ("training..optimizer", "adam"),
    ],
)
def test_a_path_that_is_not_there_is_refused_by_its_name(path, value):
    (problem,) = problems_of(small_sweep(Axis(path=path, values=(value,))))
    assert f"{path}: is not there to be varied; there is " in problem


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("training.optimizer", "adagrad", "training.optimizer"),
        ("training.batch_size", 0, "training.batch_size"),
        ("training.batch_size", "8", "training.batch_size"),
        ("training.seeds", 3, "training.seeds"),
        ("training", None, "training"),
        ("layers", [], "layers"),
        ("layers.output.units", 3, "layers[1].units"),
        ("learning_rate", -1, "learning_rate"),
        ("learning_rate", None, "learning_rate"),
        ("data.name", "titanic", "data.name"),
        ("data.name", {"a": [1]}, "data.name"),
        ("data.validation_fraction", 0.999, "data.validation_fraction"),
        ("name", "", "name"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_its_name(path, value, named):
    problems = problems_of(small_sweep(Axis(path=path, values=(value,))))
    assert problems
    assert all(problem.startswith(f"{path} = ") for problem in problems)
    assert any(named in problem.partition(": ")[2] for problem in problems)


def test_axes_that_contradict_themselves_are_refused():
    assert problems_of(small_sweep(rates(2), rates(3))) == [
        "axes[1].path: learning_rate varies twice"
    ]
    doubled = Axis(path="training.batch_size", values=(4, 8, 4))
    assert "has a value twice" in problems_of(small_sweep(doubled))[0]
    the_same_number = Axis(path="data.noise", values=(1, 0.5, 1.0))
    assert "has a value twice" in problems_of(small_sweep(the_same_number))[0]


def test_a_wider_axis_after_one_within_it_is_refused_since_it_would_undo_it():
    all_layers, output = rates(2), Axis(path="learning_rate.output", values=(0.5, 0.6))
    assert problems_of(small_sweep(output, all_layers)) == [
        "axes[1].path: learning_rate would undo learning_rate.output; put it first"
    ]
    assert len(cells(small_sweep(all_layers, output))) == 4
    training = Axis(path="training", values=({"epochs": 1}, {"epochs": 2}))
    epochs = Axis(path="training.epochs", values=(1, 2))
    assert "training would undo training.epochs" in problems_of(small_sweep(epochs, training))[0]


@pytest.mark.parametrize("wider", ["learning_rate", "learning_rate.hidden-1", "variants"])
def test_a_rate_has_two_names_and_neither_may_undo_the_other(wider):
    one = Axis(path="variants.all.layers.hidden-1.learning_rate", values=(0.1, 0.2))
    assert (
        f"{wider} would undo {one.path}"
        in problems_of(small_sweep(one, Axis(path=wider, values=(0.01, 0.02))))[0]
    )
    other = Axis(path="learning_rate.output", values=(0.01, 0.02))
    assert len(cells(small_sweep(one, other))) == 4


def test_a_data_set_is_chosen_within_data_that_vary():
    data = [DataSpec(name="moons", samples=n).model_dump() for n in (40, 60)]
    sweep = small_sweep(
        Axis(path="data", values=tuple(data)), Axis(path="data.name", values=("moons", "circles"))
    )
    found = [(c.experiment.data.samples, c.experiment.data.name) for c in cells(sweep)]
    assert found == [(40, "moons"), (40, "circles"), (60, "moons"), (60, "circles")]


def test_the_base_is_a_cell_of_its_own_sweep_over_data_sets():
    """Its output layer is kept, though another would be made for a data set that is new."""
    base = tiny()
    output = base.output.replace(units=2, activation="linear")
    base = base.replace(layers=(*base.layers[:-1], output))
    axis = Axis(path="data.name", values=(base.data.name, "circles"))
    first, second = cells(Sweep(base=base, axes=(axis,)))
    assert first.experiment == base
    assert second.experiment.output.units == 1


def test_a_number_too_large_for_anything_is_refused_in_words():
    axis = Axis(path="training.epochs", values=(10**400,))
    assert "training.epochs" in problems_of(small_sweep(axis))[0]


def test_too_many_combinations_or_runs_are_refused_before_they_are_made():
    many = [Axis(path=f"learning_rate.{n}", values=tuple(range(1000))) for n in range(4)]
    assert "combinations are above the limit" in problems_of(small_sweep(*many))[0]
    assert "more than 100,000 runs" in problems_of(small_sweep(rates(60), seeds=999))[0]


def test_what_a_control_trains_would_be_another_share_of_a_layer_of_another_size():
    base = with_controls(small_sweep().base, "first")
    (control, *_) = [v for v in base.variants if any(p.subset for p in v.layers.values())]
    assert cells(Sweep(base=base, axes=(rates(2), optimizers)))
    found = problems_of(Sweep(base=base, axes=(widths,)))
    assert any(control.name in problem and "hidden-1" in problem for problem in found)
    plain = base.replace(variants=small_sweep().base.variants)
    assert len(cells(Sweep(base=plain, axes=(widths,)))) == 3


def test_nor_would_it_be_as_many_as_in_a_layer_whose_size_varies():
    """136 of hidden-1 stand against the whole of hidden-2, as long as that has 136."""
    patterns = with_every_pattern(classic())
    (second,) = [v.id for v in patterns.variants if trained_layers(patterns, v) == ("hidden-2",)]
    base = with_controls(patterns, second)
    below = [v.name for v in base.variants if v.layers["hidden-1"].subset]
    found = problems_of(Sweep(base=base, axes=(Axis(path="layers.hidden-2.units", values=(5,)),)))
    assert below
    assert all(any(name in problem for problem in found) for name in below)


WORDS = (
    "layers", "training", "variants", "data", "script", "all", "first", "hidden-1", "output",
    "units", "seeds", "id", "name", "0", "learning_rate", "subset", "kind", "",
)  # fmt: skip
paths = st.one_of(
    st.text(min_size=1, max_size=30),
    st.lists(
        st.sampled_from(WORDS),
        min_size=1,
        max_size=5,
    )
    .map(".".join)
    .filter(bool),
)
finite = st.floats(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | finite | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None)
@given(path=paths, values=st.lists(json_values, min_size=1, max_size=3))
def test_any_path_and_value_is_taken_or_refused_in_words(path, values):
    try:
        division = parts(small_sweep(Axis(path=path, values=tuple(values))))
    except ExperimentError:  # and nothing else
        return
    assert sum(part.runs for part in division) > 0
