"""The list of data sets: pure facts, and a clear answer to a wrong name."""

import dataclasses

import pytest

from engine.datasets.registry import DATASETS, describe
from engine.errors import DatasetError


def test_the_data_sets_of_the_laboratory_are_there():
    assert list(DATASETS) == [
        "breast_cancer", "digits", "wine", "iris", "diabetes", "mnist_5k",
        "moons", "circles", "blobs", "spirals", "xor", "sine",
    ]  # fmt: skip


@pytest.mark.parametrize("description", DATASETS.values(), ids=list(DATASETS))
def test_a_description_holds_together(description):
    assert describe(description.name) is description
    assert description.title
    assert description.source
    assert (description.classes == 0) == (description.task == "regression")
    assert description.generated == (description.rows is None)
    if description.image_shape:
        height, width = description.image_shape
        assert height * width == description.inputs


def test_descriptions_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        describe("iris").rows = 3
    with pytest.raises(TypeError):
        DATASETS["mine"] = describe("iris")


@pytest.mark.parametrize("name", ["", "Iris", "iris ", "../iris", "mnist"])
def test_an_unknown_name_is_answered_with_those_there_are(name):
    with pytest.raises(DatasetError, match=r"data\.name: .*breast_cancer, digits, wine, iris"):
        describe(name)
