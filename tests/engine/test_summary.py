"""The network's summary against torchinfo's on a plain torch.nn network, and the known numbers."""

import re
from math import prod

import pytest
import torch
from experiment_strategies import classic, experiment_of
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torchinfo import summary as torchinfo_summary

from engine.datasets.registry import describe
from engine.edits import apply_edit
from engine.errors import DatasetError
from engine.experiment import DataSpec, Experiment, LayerPlan, Subset, Variant
from engine.journal import JournalEntry, SetLearningRate, SetTrainable
from engine.layer_specs import PCA, BatchNorm, Dense, Dropout, Flatten, LayerNorm, Residual
from engine.summary import (
    shape_text,
    summaries_text,
    summarize,
    summary_text,
)

ROWS = 3  # of the batch that torchinfo sends through
WORDS = {True: "True", False: "False", None: "--"}

sizes = st.integers(1, 40)
hidden_layers = st.lists(
    st.one_of(
        st.builds(Dense, id=st.just("x"), units=sizes),
        st.builds(PCA, id=st.just("x"), units=sizes),
        st.builds(Residual, id=st.just("x"), units=sizes),
        st.builds(BatchNorm, id=st.just("x")),
        st.builds(LayerNorm, id=st.just("x")),
        st.builds(Dropout, id=st.just("x")),
        st.builds(Flatten, id=st.just("x")),
    ),
    max_size=5,
)


class TorchResidual(nn.Module):
    def __init__(self, inputs, units):
        super().__init__()
        self.inner = nn.Linear(inputs, units)
        self.outer = nn.Linear(units, inputs)

    def forward(self, x):
        return x + self.outer(torch.relu(self.inner(x)))


def torch_layer(layer, inputs):
    """(the layer in torch.nn, number of its outputs)."""
    match layer:
        case Dense() | PCA():
            return nn.Linear(inputs, layer.units), layer.units
        case Residual():
            return TorchResidual(inputs, layer.units), inputs
        case BatchNorm():
            return nn.BatchNorm1d(inputs), inputs
        case LayerNorm():
            return nn.LayerNorm(inputs), inputs
        case Dropout():
            return nn.Dropout(layer.rate), inputs
        case Flatten():
            return nn.Flatten(), inputs


def torch_network(experiment, variant):
    """The plain network, the parameters of frozen layers without gradients."""
    network = nn.Sequential()
    inputs = describe(experiment.data.name).inputs
    for layer in experiment.layers:
        made, inputs = torch_layer(layer, inputs)
        made.requires_grad_(variant.layers[layer.id].trainable)
        network.append(made)
    return network


def network_of(layers, pattern, data="breast_cancer"):
    """One variant over these layers, `pattern` telling which boxes are ticked."""
    layers = [layer.replace(id=f"layer-{n}") for n, layer in enumerate(layers, start=1)]
    plans = {layer.id: LayerPlan(trainable=on) for layer, on in zip(layers, pattern, strict=True)}
    variant = Variant(id="only", name="Only", layers=plans)
    return Experiment(data=DataSpec(name=data), layers=tuple(layers), variants=(variant,))


def assert_agrees_with_torchinfo(experiment, variant, network=None):
    found = summarize(experiment, variant)
    told = torchinfo_summary(
        network or torch_network(experiment, variant),
        input_size=(ROWS, *found.input_shape),
        device="cpu",
        verbose=0,
    )
    layers = [info for info in told.summary_list if info.depth == 1]
    assert [row.parameters for row in found.rows] == [info.num_params for info in layers]
    words = ["Partial" if row.partly else WORDS[row.trainable] for row in found.rows]
    assert words == [info.trainable for info in layers]
    assert [[ROWS, *row.shape] for row in found.rows] == [info.output_size for info in layers]
    assert found.counts.total == told.total_params
    assert found.counts.trainable == told.trainable_params
    assert found.counts.non_trainable == told.total_params - told.trainable_params
    return found


@given(st.data())
@settings(max_examples=40)
def test_any_network_is_summarized_as_torchinfo_does(data):
    layers = [*data.draw(hidden_layers), Dense(id="x", units=3)]
    pattern = data.draw(st.lists(st.booleans(), min_size=len(layers), max_size=len(layers)))
    experiment = network_of(layers, pattern)
    assert_agrees_with_torchinfo(experiment, experiment.variants[0])


@pytest.mark.parametrize("layers", [[Flatten(id="x")], [Dropout(id="x"), Flatten(id="x")], []])
def test_images_are_summarized_as_torchinfo_does(layers):
    output = Dense(id="x", units=10, activation="linear")
    layers = [*layers, BatchNorm(id="x"), Residual(id="x", units=7), output]
    experiment = network_of(layers, [n % 2 == 0 for n in range(len(layers))], data="digits")
    assert_agrees_with_torchinfo(experiment, experiment.variants[0])


def test_each_variant_of_the_classic_network_has_its_own_counts():
    experiment = classic()
    for variant, trainable in zip(experiment.variants, (641, 496), strict=True):
        counts = summarize(experiment, variant).counts
        assert (counts.total, counts.trainable, counts.non_trainable) == (
            641,
            trainable,
            641 - trainable,
        )
        assert_agrees_with_torchinfo(experiment, variant)


class PartLinear(nn.Module):
    """A dense layer whose numbers are two parameters: those that train, and those that do not."""

    def __init__(self, inputs, units, trained):
        super().__init__()
        self.units = units
        self.part = nn.Parameter(torch.zeros(trained))
        self.rest = nn.Parameter(torch.zeros((inputs + 1) * units - trained), requires_grad=False)

    def forward(self, x):
        flat = torch.cat([self.part, self.rest])
        weights, biases = flat[: -self.units], flat[-self.units :]
        return x @ weights.view(-1, self.units) + biases


@pytest.mark.parametrize("trained", [1, 9, 495])
def test_a_layer_that_trains_in_part_is_summarized_as_torchinfo_does(trained):
    experiment = classic()
    plans = dict(experiment.variant("first").layers)
    plans["hidden-1"] = LayerPlan(subset=Subset(count=trained))
    variant = experiment.variant("first").replace(layers=plans)
    network = torch_network(experiment, variant)
    network[0] = PartLinear(30, 16, trained)
    found = assert_agrees_with_torchinfo(experiment, variant, network)
    assert [row.partly for row in found.rows] == [True, False, False]
    assert [row.trained for row in found.rows] == [trained, 0, 0]
    assert (found.counts.trainable, found.counts.non_trainable) == (trained, 641 - trained)


def test_the_text_says_how_many_of_a_layer_train_and_what_that_means():
    experiment = classic()
    plans = dict(experiment.variant("all").layers)
    plans["hidden-1"] = LayerPlan(subset=Subset(count=9))
    part = experiment.replace(
        variants=(experiment.variant("all").replace(layers=plans), experiment.variant("first"))
    )
    text = summary_text(part, part.variant("all"))
    assert re.search(r"^hidden-1 +Dense +\(None, 16\) +496 +partly, 9 of 496$", text, re.MULTILINE)
    assert re.search(r"^Trainable parameters: +154$", text, re.MULTILINE)
    assert "Trained in part: hidden-1 (9 of 496)." in text
    assert "in part" not in summary_text(part, part.variant("first"))
    assert re.search(r"^ +154 +487 +All", summaries_text(part), re.MULTILINE)
    plans["hidden-1"] = plans["hidden-1"].replace(trainable=False)
    frozen = part.replace(variants=(part.variants[0].replace(layers=plans),))
    assert "in part" not in summary_text(frozen, frozen.variants[0])
    assert summarize(frozen, frozen.variants[0]).rows[0].trainable is False


def test_the_frozen_projection_has_the_known_numbers():
    layers = [Dense(id="x", units=256), PCA(id="x", units=10)]
    experiment = network_of(layers, [True, False], data="mnist_5k")
    found = summarize(experiment, experiment.variants[0])
    assert (found.counts.total, found.counts.trainable, found.counts.non_trainable) == (
        203_530,
        200_960,
        2_570,
    )
    assert [(row.kind_name, row.shape, row.parameters) for row in found.rows] == [
        ("Dense", (256,), 200_960),
        ("PCA", (10,), 2_570),
    ]


def test_images_are_images_until_flatten_takes_them_apart():
    layers = [Dropout(id="x"), Flatten(id="x"), Dense(id="x", units=10)]
    experiment = network_of(layers, [True] * 3, data="mnist_5k")
    found = summarize(experiment, experiment.variants[0])
    assert found.input_shape == found.image_shape == (28, 28)
    assert [row.shape for row in found.rows] == [(28, 28), (784,), (10,)]
    text = summary_text(experiment, experiment.variants[0])
    assert re.search(r"^input +Input +\(None, 28, 28\)", text, re.MULTILINE)
    assert re.search(r"^layer-2 +Flatten +\(None, 784\) +– +–$", text, re.MULTILINE)


def test_without_flatten_the_rows_of_pixels_come_in_and_the_text_says_of_which_images():
    experiment = experiment_of(256, 10, output="linear", data="mnist_5k")
    found = summarize(experiment, experiment.variants[0])
    assert (found.input_shape, found.image_shape) == ((784,), (28, 28))
    text = summary_text(experiment, experiment.variants[0])
    assert re.search(r"^input +Input 28 × 28 +\(None, 784\)", text, re.MULTILINE)


@given(hidden_layers)
@settings(max_examples=30)
def test_the_formula_of_a_layer_comes_to_its_parameters(layers):
    experiment = network_of([*layers, Dense(id="x", units=2000)], [True] * (len(layers) + 1))
    for row in summarize(experiment, experiment.variants[0]).rows:
        products = [re.findall(r"\d+", part.replace(",", "")) for part in row.formula.split("+")]
        products = [numbers for numbers in products if numbers]
        assert sum(prod(map(int, numbers)) for numbers in products) == row.parameters


def test_the_counts_follow_the_boxes_as_they_are_now():
    experiment = classic()
    edit = SetTrainable(variant="first", layer="hidden-2", trainable=True)
    thawed = apply_edit(experiment, edit)
    assert summarize(thawed, thawed.variant("first")).counts.trainable == 632
    assert summarize(experiment, experiment.variant("first")).counts.trainable == 496
    assert [row.trainable for row in summarize(thawed, thawed.variant("first")).rows] == [
        True,
        True,
        False,
    ]


def test_running_statistics_are_no_parameters_but_the_note_says_what_keras_counts():
    layers = [Dense(id="x", units=16), BatchNorm(id="x"), Dense(id="x", units=1)]
    experiment = network_of(layers, [True, False, True])
    found = summarize(experiment, experiment.variants[0])
    network = torch_network(experiment, experiment.variants[0])
    statistics = (network[1].running_mean, network[1].running_var)
    assert found.buffers == sum(each.numel() for each in statistics) == 32
    assert (found.counts.total, found.counts.non_trainable) == (545, 32)
    [note] = found.notes
    assert "32 running means and variances" in note
    assert "577 in all, 64 non-trainable" in note
    assert note in summary_text(experiment, experiment.variants[0])
    assert summarize(classic(), classic().variants[0]).notes == ()


def test_what_a_detached_output_cuts_off_is_trainable_but_said_not_to_be_updated():
    experiment = classic()
    plans = dict(experiment.variants[0].layers)
    plans["hidden-2"] = plans["hidden-2"].replace(detached=True)
    variant = experiment.variants[0].replace(layers=plans)
    found = summarize(experiment.replace(variants=(variant,)), variant)
    assert found.counts.trainable == 641  # as PyTorch counts what requires a gradient
    assert [row.updated for row in found.rows] == [False, False, True]
    assert any("cut off" in note and "hidden-1, hidden-2" in note for note in found.notes)


def test_a_network_that_is_all_frozen_says_so():
    experiment = network_of([Dense(id="x", units=4), Dense(id="x", units=1)], [False, False])
    found = summarize(experiment, experiment.variants[0])
    assert (found.counts.trainable, found.counts.non_trainable) == (0, 129)
    assert any("Nothing is updated" in note for note in found.notes)


def test_a_script_that_changes_what_trains_is_noted_for_its_variant_alone():
    experiment = classic()
    freeze = SetTrainable(variant="all", layer="output", trainable=False)
    scripted = experiment.replace(script=(JournalEntry(step=10, edit=freeze),))
    assert any("script" in n for n in summarize(scripted, scripted.variant("all")).notes)
    assert not any("script" in n for n in summarize(scripted, scripted.variant("first")).notes)
    rate = SetLearningRate(variant="all", layer="output", learning_rate=0.1)
    other = experiment.replace(script=(JournalEntry(step=10, edit=rate),))
    assert summarize(other, other.variant("all")).notes == ()


def test_the_text_stands_in_columns():
    experiment = classic()
    head, titles, rule, *rows, _gap, total, trainable, frozen = summary_text(
        experiment, experiment.variant("first")
    ).splitlines()
    assert head == "Untitled · First layer only"
    assert titles.split("  ")[0] == "Layer"
    assert set(rule) == {"─"}
    assert [row.split()[0] for row in rows] == ["input", "hidden-1", "hidden-2", "output"]
    assert {row.index("(") for row in rows} == {titles.index("Output shape")}
    assert rows[1].split()[-2:] == ["496", "yes"]
    assert rows[2].split()[-2:] == ["136", "no"]
    assert [line.split(":")[1].strip() for line in (total, trainable, frozen)] == [
        "641",
        "496",
        "145",
    ]


def test_the_totals_of_all_variants_stand_in_one_table():
    lines = summaries_text(classic()).splitlines()
    assert lines[0] == "Untitled · 641 parameters"
    assert lines[3].split(maxsplit=2) == ["641", "0", "All trainable"]
    assert lines[4].split(maxsplit=2) == ["496", "145", "First layer only"]
    assert len(lines) == 5


def test_a_name_with_a_line_break_does_not_tear_the_table():
    experiment = classic()
    torn = experiment.variants[0].replace(name="one\ntwo\tthree")
    experiment = experiment.replace(name="a\nb", variants=(torn,))
    assert summary_text(experiment, torn).startswith("a b · one two three\n")
    assert len(summaries_text(experiment).splitlines()) == 4


def test_a_shape_is_written_with_its_batch():
    assert shape_text((16,)) == "(None, 16)"
    assert shape_text((28, 28)) == "(None, 28, 28)"


def test_an_unknown_data_set_has_no_summary():
    experiment = experiment_of(1, data="nowhere")
    with pytest.raises(DatasetError, match="nowhere"):
        summarize(experiment, experiment.variants[0])
