"""Kinds of layers, plans and the script in an experiment's JSON: each refusal with its path."""

import json

import pytest
from raw_experiments import CLASSIC, changed, problems_of, raw_classic

from engine.errors import ExperimentError
from engine.experiment import parse_experiment
from engine.journal import SetDetached
from engine.layer_specs import Dropout


@pytest.mark.parametrize(
    ("layer", "where", "says"),
    [
        ({"kind": "pca", "units": 0}, "layers[1].units", "greater than or equal to 1"),
        ({"kind": "pca"}, "layers[1].units", "is missing"),
        ({"kind": "pca", "units": 3, "activation": "relu"}, "layers[1].activation", "not a field"),
        ({"kind": "residual", "units": 70_000}, "layers[1].units", "65536"),
        ({"kind": "residual", "units": 3, "activation": "swish"}, "layers[1].activation", "'relu'"),
        ({"kind": "batch_norm", "momentum": 0}, "layers[1].momentum", "greater than 0"),
        ({"kind": "batch_norm", "momentum": 1.5}, "layers[1].momentum", "less than or equal to 1"),
        ({"kind": "batch_norm", "units": 3}, "layers[1].units", "not a field"),
        ({"kind": "layer_norm", "epsilon": -1}, "layers[1].epsilon", "greater than 0"),
        ({"kind": "dropout", "rate": 1.0}, "layers[1].rate", "less than 1"),
        ({"kind": "dropout", "rate": "half"}, "layers[1].rate", 'not "half"'),
        ({"kind": "flatten", "rate": 0.5}, "layers[1].rate", "not a field"),
        ({"kind": "conv"}, "layers[1].kind", 'flatten, not "conv"'),
        ({"kind": 3}, "layers[1].kind", "must be one of dense, pca"),
        ({"kind": []}, "layers[1].kind", "must be one of dense, pca"),
        ({"kind": None}, "layers[1].kind", "must be one of dense, pca"),
    ],
)
def test_every_kind_of_layer_names_its_own_fields(layer, where, says):
    problems = problems_of(changed("layers", 1, value={"id": "hidden-2", **layer}))
    assert set(problems) == {where}
    assert says in problems[where]


@pytest.mark.parametrize("kind", ["residual", "batch_norm", "layer_norm", "dropout", "flatten"])
def test_what_has_no_units_of_its_own_cannot_be_the_output_layer(kind):
    layer = {"id": "output", "kind": kind} | ({"units": 1} if kind == "residual" else {})
    text = f"is the output layer and must be dense or pca, not {kind}"
    assert problems_of(changed("layers", 2, value=layer)) == {"layers[2]": text}
    with pytest.raises(ExperimentError, match=r"layers\[2\]: is the output layer"):
        CLASSIC.replace(layers=(*CLASSIC.layers[:2], Dropout(id="output")))


def test_a_layer_without_a_kind_is_dense_as_in_the_first_files():
    raw = raw_classic()
    for layer in raw["layers"]:
        assert layer.pop("kind") == "dense"
    for plan in (p for variant in raw["variants"] for p in variant["layers"].values()):
        del plan["when_frozen"], plan["detached"]
    del raw["script"]
    assert parse_experiment(json.dumps(raw)) == CLASSIC


def test_a_plan_says_what_a_frozen_layer_does_and_whether_it_is_detached():
    for field, value, says in [
        ("when_frozen", "eval", "'inference' or 'training'"),
        ("when_frozen", None, "'inference'"),
        ("detached", "yes", "boolean"),
    ]:
        problems = problems_of(changed("variants", 0, "layers", "hidden-1", field, value=value))
        assert says in problems[f"variants[0].layers.hidden-1.{field}"]


def test_a_script_is_refused_with_the_path_of_every_edit_that_does_not_fit():
    good = {"kind": "set_detached", "variant": "all", "layer": "output", "detached": True}
    script = [
        {"step": 3, "edit": good},
        {"step": -1, "edit": good},
        {"step": 3, "edit": good | {"variant": "nobody"}},
        {"step": 3, "edit": good | {"layer": "nowhere"}},
        {"step": 3, "edit": good | {"detached": 1}},
        {"step": 3, "edit": good | {"kind": "set_when_frozen"}},
        {"step": 3, "edit": good | {"kind": "explode"}},
        {"edit": good},
    ]
    assert set(problems_of(changed("script", value=script))) == {
        "script[1].step",
        "script[2].edit.variant",
        "script[3].edit.layer",
        "script[4].edit.detached",
        "script[5].edit.when_frozen",
        "script[5].edit.detached",
        "script[6].edit",
        "script[7].step",
    }
    one = parse_experiment(json.dumps(changed("script", value=script[:1])))
    (entry,) = one.script
    assert (entry.step, entry.edit) == (
        3,
        SetDetached(variant="all", layer="output", detached=True),
    )
