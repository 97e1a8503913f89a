"""The words and choices of the data and training forms."""

import pytest

from engine.checks import experiment_problems
from engine.datasets.registry import DATASETS, describe
from engine.experiment import DataSpec, Training
from engine.layer_specs import PCA
from engine.structure import with_data
from gui.models.data_text import dataset_text, dataset_tip, split_text
from gui.models.loss_choice import loss_choices, with_loss
from gui.models.training_text import fields_that_matter, loss_text


def test_a_data_set_shows_its_size_and_its_source():
    assert dataset_text(describe("breast_cancer")) == "Breast cancer   569 × 30"
    assert dataset_text(describe("mnist_5k")).endswith("5,000 × 784")
    assert "2 dimensions" in dataset_text(describe("moons"))
    assert "30 inputs, 2 classes" in dataset_tip(describe("breast_cancer"))
    assert "a number to predict" in dataset_tip(describe("diabetes"))
    assert "CC BY 4.0" in dataset_tip(describe("iris"))


def test_the_split_is_said_in_rows():
    spec = DataSpec(name="breast_cancer")
    assert split_text(spec) == "455 rows to train on, 114 held out"
    nothing = spec.replace(validation_fraction=0.0)
    assert split_text(nothing) == "569 rows to train on, none held out"


@pytest.mark.parametrize("data", sorted(DATASETS))
def test_every_loss_that_is_offered_can_be_trained(experiment, data):
    for loss in loss_choices(with_data(experiment, data)):
        assert experiment_problems(with_loss(with_data(experiment, data), loss)) == ()


def test_a_loss_takes_the_output_layer_with_it_and_nothing_else(experiment):
    changed = with_loss(experiment, "cross_entropy")
    output = changed.layers[-1]
    assert (output.units, output.activation) == (2, "linear")
    assert changed.layers[:-1] == experiment.layers[:-1]
    back = with_loss(changed, "binary_cross_entropy")
    assert back.layers[-1].units == 1


def test_a_projection_as_output_takes_the_units_that_suit(experiment):
    layers = (*experiment.layers[:-1], PCA(id="output", units=1))
    changed = with_loss(experiment.replace(layers=layers), "cross_entropy")
    assert changed.output == PCA(id="output", units=2)


def test_a_loss_that_does_not_suit_stays_to_be_seen(experiment):
    odd = experiment.training.replace(loss="binary_cross_entropy")
    assert "binary_cross_entropy" in loss_choices(
        with_data(experiment, "wine").replace(training=odd)
    )


def test_auto_says_what_it_comes_to(experiment):
    assert loss_text("auto", experiment) == "auto: binary cross-entropy"
    assert loss_text("auto", with_data(experiment, "wine")) == "auto: cross-entropy"
    assert loss_text("auto", with_data(experiment, "diabetes")) == "auto: mean squared error"
    assert loss_text("cross_entropy", experiment) == "cross-entropy"


@pytest.mark.parametrize(
    ("training", "matter", "idle"),
    [
        (Training(optimizer="adam"), {"beta1", "epsilon", "on_unfreeze"}, {"momentum"}),
        (Training(optimizer="adamw"), {"beta2", "weight_decay"}, {"momentum"}),
        (Training(optimizer="sgd"), {"momentum", "clip_norm"}, {"beta1", "on_unfreeze"}),
        (Training(optimizer="sgd", momentum=0.9), {"on_unfreeze"}, {"epsilon"}),
        (Training(initialization="constant"), {"initialization_constant"}, set()),
        (Training(), set(), {"initialization_constant"}),
    ],
)
def test_only_what_has_an_effect_matters(training, matter, idle):
    fields = fields_that_matter(training)
    assert matter <= fields
    assert not idle & fields
