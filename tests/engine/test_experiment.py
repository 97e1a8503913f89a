"""The experiment as a value: JSON both ways, every problem at once, and nothing can change it."""

import json
from types import MappingProxyType
from typing import get_args

import pytest
from experiment_strategies import experiments
from hypothesis import HealthCheck, given, settings
from pydantic import ValidationError
from raw_experiments import CLASSIC, changed, problems_of, raw_classic

from engine.errors import ExperimentError
from engine.experiment import DataSpec, Experiment, LayerPlan, Training, Variant, parse_experiment
from engine.layer_specs import Layer

any_experiments = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@any_experiments
@given(experiments())
def test_json_round_trip(experiment):
    text = experiment.to_json()
    again = parse_experiment(text)
    assert again == experiment
    assert again.to_json() == text


@any_experiments
@given(experiments())
def test_json_is_plain_json_that_names_its_format(experiment):
    raw = json.loads(experiment.to_json())
    assert raw["format"] == 1
    assert [layer["id"] for layer in raw["layers"]] == [layer.id for layer in experiment.layers]


def test_left_out_fields_take_their_documented_defaults():
    raw = {
        "data": {"name": "iris"},
        "layers": [{"id": "output", "units": 3}],
        "variants": [{"id": "all", "name": "All", "layers": {"output": {}}}],
    }
    experiment = parse_experiment(json.dumps(raw))
    assert experiment.data == DataSpec(name="iris")
    assert experiment.training == Training()
    assert experiment.variants[0].layers["output"] == LayerPlan(trainable=True, learning_rate=1e-3)


@pytest.mark.parametrize(
    ("path", "value", "where", "says"),
    [
        (("name",), "", "name", "at least 1"),
        (("data", "name"), 5, "data.name", "string"),
        (("data", "validation_fraction"), 1.0, "data.validation_fraction", "less than or equal"),
        (("data", "validation_fraction"), "0.2", "data.validation_fraction", "not \"0.2\""),
        (("data", "standardize"), 1, "data.standardize", "boolean"),
        (("data", "standardize_on"), "half", "data.standardize_on", "'train' or 'all'"),
        (("data", "samples"), 19, "data.samples", "20"),
        (("data", "split_seed"), -1, "data.split_seed", "0"),
        (("data", "seed"), 2**31, "data.seed", "2147483647"),
        (("layers",), [], "layers", "at least 1"),
        (("layers", 0, "units"), 0, "layers[0].units", "greater than or equal to 1, not 0"),
        (("layers", 0, "units"), 16.0, "layers[0].units", "integer"),
        (("layers", 0, "units"), True, "layers[0].units", "integer"),
        (("layers", 1, "activation"), "swish", "layers[1].activation", "'relu'"),
        (("layers", 2, "kind"), "conv", "layers[2].kind", "dense, pca, residual"),
        (("training", "optimizer"), "rmsprop", "training.optimizer", "'adamw'"),
        (("training", "batch_size"), None, "training.batch_size", "integer"),
        (("training", "seeds"), [], "training.seeds", "at least 1"),
        (("training", "seeds"), [1, 2, 1], "training.seeds", "1 stands 2 times"),
        (("training", "momentum"), 1, "training.momentum", "less than 1"),
        (("training", "epsilon"), 0, "training.epsilon", "greater than 0"),
        (("training", "clip_norm"), 0, "training.clip_norm", "greater than 0"),
        (("variants",), [], "variants", "at least 1"),
        (("variants", 0, "name"), "n" * 81, "variants[0].name", "at most 80"),
        (("variants", 1, "id"), "all", "variants", "'all' stands 2 times"),
        (("variants", 0, "layers", "extra"), {}, "variants[0].layers.extra", "not a layer"),
    ],
)  # fmt: skip
def test_one_bad_field_is_named_with_what_would_be_valid(path, value, where, says):
    problems = problems_of(changed(*path, value=value))
    assert where in problems
    assert says in problems[where]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1"])
def test_learning_rates_are_finite_and_not_negative(number):
    text = CLASSIC.to_json().replace('"learning_rate": 0.001', f'"learning_rate": {number}', 1)
    with pytest.raises(ExperimentError, match=r"variants\[0\]\.layers\.hidden-1\.learning_rate"):
        parse_experiment(text)


@pytest.mark.parametrize("bad", ["", " leading", "-dash", "a/b", "é", "x" * 65, "a b", "a\n"])
def test_ids_are_short_plain_words(bad):
    raw = raw_classic()
    raw["layers"][0]["id"] = bad
    assert "layers[0].id" in problems_of(raw)


@pytest.mark.parametrize("field", ["data", "layers", "variants"])
def test_a_missing_part_is_named(field):
    raw = raw_classic()
    del raw[field]
    assert problems_of(raw)[field] == "is missing"


@pytest.mark.parametrize("path", [(), ("data",), ("layers", 1), ("training",), ("variants", 0)])
def test_an_unknown_field_is_refused_where_it_stands(path):
    raw = raw_classic()
    place = raw
    for part in path:
        place = place[part]
    place["momentumm"] = 1
    ((where, message),) = problems_of(raw).items()
    assert where.endswith("momentumm")
    assert "is not a field here" in message


def test_a_missing_plan_is_named_with_its_variant_and_layer():
    raw = raw_classic()
    del raw["variants"][1]["layers"]["hidden-2"]
    assert set(problems_of(raw)) == {"variants[1].layers.hidden-2"}


def test_a_repeated_layer_id_is_refused():
    raw = changed("layers", 1, "id", value="hidden-1")
    problems = problems_of(raw)
    assert "'hidden-1' stands 2 times" in problems["layers"]
    assert "variants[0].layers.hidden-2" in problems  # its plan has no layer now


def test_every_problem_is_listed_at_once():
    raw = raw_classic()
    raw["colour"] = "red"
    raw["data"]["validation_fraction"] = 2
    raw["layers"][0]["units"] = "sixteen"
    raw["layers"][1]["activation"] = None
    raw["training"]["optimizer"] = "lbfgs"
    raw["training"]["epochs"] = 0
    raw["training"]["seeds"] = [3, 3]
    raw["variants"][0]["id"] = "first"
    raw["variants"][0]["layers"]["output"]["learning_rate"] = -1
    del raw["variants"][1]["layers"]["hidden-1"]
    raw["variants"][1]["layers"]["nowhere"] = {}
    assert set(problems_of(raw)) == {
        "colour",
        "data.validation_fraction",
        "layers[0].units",
        "layers[1].activation",
        "training.optimizer",
        "training.epochs",
        "training.seeds",
        "variants",
        "variants[0].layers.output.learning_rate",
        "variants[1].layers.hidden-1",
        "variants[1].layers.nowhere",
    }


def test_the_message_names_the_file_and_has_a_line_for_each_problem():
    raw = changed("training", "epochs", value=0)
    raw["layers"][2]["units"] = -1
    with pytest.raises(ExperimentError) as refused:
        parse_experiment(json.dumps(raw), "mine.json")
    first, *rest = str(refused.value).splitlines()
    assert first == "mine.json was refused:"
    assert [line.split(":")[0].strip() for line in rest] == ["layers[2].units", "training.epochs"]


def test_a_newer_format_is_the_only_thing_said():
    raw = changed("format", value=7)
    raw["from_the_future"] = True
    ((where, message),) = problems_of(raw).items()
    assert where == "format"
    assert "is 7" in message
    assert "up to 1" in message


@pytest.mark.parametrize("value", [0, -3, "1", None, 1.5, []])
def test_a_format_that_never_was_is_refused(value):
    assert "format" in problems_of(changed("format", value=value))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        "3",
        '"experiment"',
        "\x00",
        b"\xff\xfe",
        "[" * 100_000,
        '{"format": 1}' * 2,
        "PK\x03\x04",
    ],
)
def test_what_is_no_experiment_is_refused(text):
    with pytest.raises(ExperimentError):
        parse_experiment(text, "strange")


@pytest.mark.parametrize(
    ("owner", "field", "value"),
    [
        (CLASSIC, "name", "other"),
        (CLASSIC, "layers", ()),
        (CLASSIC.data, "noise", 1.0),
        (CLASSIC.training, "epochs", 3),
        (CLASSIC.layers[0], "units", 3),
        (CLASSIC.variants[0], "name", "other"),
        (CLASSIC.variants[0], "layers", {}),
        (CLASSIC.variants[0].layers["output"], "trainable", False),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_fields_cannot_be_assigned(owner, field, value):
    with pytest.raises(ValidationError, match="frozen"):
        setattr(owner, field, value)
    with pytest.raises(ValidationError, match="frozen"):
        delattr(owner, field)


@pytest.mark.parametrize(
    "experiment", [CLASSIC, parse_experiment(CLASSIC.to_json())], ids=["built", "parsed"]
)
def test_plans_cannot_be_changed_in_place(experiment):
    plans = experiment.variants[0].layers
    with pytest.raises(TypeError):
        plans["output"] = LayerPlan(trainable=False)
    with pytest.raises(TypeError):
        del plans["output"]
    assert isinstance(plans, MappingProxyType)
    assert plans["output"].trainable


def test_a_variant_keeps_its_own_copy_of_the_plans_it_was_given():
    plans = {"output": LayerPlan()}
    variant = Variant(id="all", name="All", layers=plans)
    plans["output"] = LayerPlan(trainable=False)
    assert variant.layers["output"].trainable


def test_replace_makes_a_new_value_and_leaves_the_old_one():
    longer = CLASSIC.replace(training=CLASSIC.training.replace(epochs=7))
    assert longer.training.epochs == 7
    assert CLASSIC.training.epochs == 100
    assert longer.replace(training=CLASSIC.training) == CLASSIC


@pytest.mark.parametrize(
    ("value", "changes", "path"),
    [
        (CLASSIC.layers[0], {"units": 0}, "units"),
        (CLASSIC.layers[0], {"unitz": 3}, "unitz"),
        (CLASSIC.data, {"noise": float("nan")}, "noise"),
        (CLASSIC.training, {"clip_norm": float("inf")}, "clip_norm"),
        (CLASSIC, {"layers": CLASSIC.layers[:2]}, "variants[0].layers.output"),
    ],
)
def test_replace_validates_again(value, changes, path):
    with pytest.raises(ExperimentError) as refused:
        value.replace(**changes)
    assert path in [problem.path for problem in refused.value.problems]


def test_layers_and_variants_are_found_by_id():
    assert CLASSIC.layer("hidden-2") is CLASSIC.layers[1]
    assert CLASSIC.variant("first") is CLASSIC.variants[1]
    with pytest.raises(ExperimentError, match="'hidden-9' does not exist; there is hidden-1"):
        CLASSIC.layer("hidden-9")
    with pytest.raises(ExperimentError, match="'none' does not exist; there is all, first"):
        CLASSIC.variant("none")


def test_members_are_variants_times_seeds_with_variants_outermost():
    experiment = CLASSIC.replace(training=CLASSIC.training.replace(seeds=(5, 3)))
    assert experiment.members == (("all", 5), ("all", 3), ("first", 5), ("first", 3))


@pytest.mark.parametrize("kind", [DataSpec, LayerPlan, Variant, Training, *get_args(Layer)])
def test_every_field_that_a_person_can_edit_has_a_description(kind):
    for name, field in kind.model_fields.items():
        if name != "kind":
            assert field.description, f"{kind.__name__}.{name}"


def test_equal_experiments_are_equal_whatever_the_order_of_their_plans():
    variant = CLASSIC.variants[0]
    turned = variant.replace(layers=dict(reversed(variant.layers.items())))
    assert CLASSIC.replace(variants=(turned, CLASSIC.variants[1])) == CLASSIC
    assert isinstance(CLASSIC, Experiment)
