from typing import get_args

import pytest

from engine.layer_specs import LAYER_KINDS, Layer
from gui.models.layer_kinds import (
    MENU_KINDS,
    activation,
    add_text,
    has_box,
    kind_tip,
    kind_title,
    kind_word,
    options,
    parameters_tip,
    size,
    size_tip,
    size_title,
)
from tests.gui.every_kind import LAYERS

BY_KIND = {layer.kind: layer for layer in LAYERS}


def test_every_kind_is_offered_once_the_plain_one_first():
    assert sorted(MENU_KINDS) == sorted(LAYER_KINDS)
    assert MENU_KINDS[0] == "dense"
    assert {layer.kind for layer in LAYERS} == set(LAYER_KINDS)


def test_every_kind_has_its_own_words():
    for words in (kind_title, kind_word, kind_tip, add_text):
        assert len({words(kind) for kind in LAYER_KINDS}) == len(LAYER_KINDS)
    assert add_text("batch_norm") == "Add batch normalization"
    assert add_text("dense") == "Add layer"


def test_a_kind_is_explained_in_the_engines_words_without_marks_and_in_short_lines():
    assert kind_tip("residual").startswith("Two dense layers with a way around them")
    assert "zeroed with probability rate," in kind_tip("dropout")
    lines = [line for kind in LAYER_KINDS for line in kind_tip(kind).splitlines()]
    assert max(len(line) for line in lines) <= 96


@pytest.mark.parametrize(
    ("kind", "number", "title", "words"),
    [
        ("dense", 16, "units", "outputs of the layer"),
        ("pca", 6, "components", "principal components"),
        ("residual", 12, "inner width", "Width inside the block"),
        ("dropout", 0.25, "drop rate", "Probability"),
    ],
)
def test_the_number_of_a_kind_has_its_name(kind, number, title, words):
    layer = next(each for each in LAYERS if each.kind == kind)
    assert (size(layer), size_title(layer)) == (number, title)
    assert words in size_tip(layer)


def test_norms_and_flatten_have_no_such_number():
    assert {kind for kind, layer in BY_KIND.items() if size(layer) is None} == {
        "batch_norm", "layer_norm", "flatten",
    }  # fmt: skip


def test_an_activation_is_there_where_the_kind_has_the_field():
    for layer in LAYERS:
        assert (activation(layer) is not None) == ("activation" in type(layer).model_fields)
    assert activation(BY_KIND["layer_norm"]) == "relu"
    assert activation(BY_KIND["pca"]) is None


def test_only_flatten_has_nothing_to_freeze():
    assert [layer.kind for layer in LAYERS if not has_box(layer)] == ["flatten"]


def test_the_norms_have_options():
    assert options(BY_KIND["batch_norm"]) == {"momentum": 0.1, "epsilon": 1e-5}
    assert options(BY_KIND["layer_norm"]) == {"epsilon": 1e-5}
    assert not any(options(BY_KIND[kind]) for kind in ("dense", "dropout", "pca", "flatten"))


def test_how_parameters_are_counted_is_told_for_every_kind():
    assert "inputs × units + units." in parameters_tip(BY_KIND["dense"])
    assert "both dense layers" in parameters_tip(BY_KIND["residual"])
    assert "scale and a shift" in parameters_tip(BY_KIND["layer_norm"])
    assert "Nothing" in parameters_tip(BY_KIND["dropout"])
    assert len(get_args(Layer)) == len(BY_KIND)
