"""What a sweep can vary: in words, and with values to begin with that can be trained."""

import pytest

import resources
from engine.experiment import DataSpec
from engine.layer_specs import PCA
from engine.project import open_project
from engine.structure import insert_layer, with_data
from engine.sweep import Axis, Sweep, cells
from gui.models.sweep_fields import axis_notes, field_of, sweep_fields
from gui.models.sweep_values import read_values, write_values

EXAMPLES = sorted(resources.path("examples").glob("*.json"))
PICKY = ("batchnorm-drift", "capacity-fair")
"""Some sizes of batches leave a single row; some data sets, fewer weights than are to train."""


def example(name="first-layer-only"):
    return open_project(resources.path("examples", f"{name}.json"))


def paths(experiment):
    return [field.path for field in sweep_fields(experiment)]


@pytest.mark.parametrize(
    "path", [path for path in EXAMPLES if path.stem not in PICKY], ids=lambda path: path.stem
)
def test_what_is_suggested_can_be_trained_and_reads_back(path):
    experiment = open_project(path)
    for field in sweep_fields(experiment):
        found = cells(Sweep(base=experiment, axes=(Axis(path=field.path, values=field.suggested),)))
        assert len(found) == len(field.suggested) >= 1
        assert read_values(field.values, write_values(field.values, field.suggested)) == (
            field.suggested
        )
        assert field.tip
        assert field.name != field.plural


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_path_and_every_name_stands_there_once(path):
    fields = sweep_fields(open_project(path))
    assert len({field.path for field in fields}) == len(fields)
    assert len({field.name for field in fields}) == len(fields)
    groups = [field.group for field in fields]
    changes = [group for at, group in enumerate(groups) if not at or groups[at - 1] != group]
    assert len(set(changes)) == len(changes)  # each group is one block


def test_only_generated_points_have_noise_and_a_number():
    moons = with_data(example(), "moons")
    points = {"data.noise", "data.samples", "data.seed"}
    assert points <= set(paths(moons))
    assert points.isdisjoint(paths(example()))


def test_layers_are_offered_by_what_they_have():
    experiment = insert_layer(example(), 1, "dropout")
    found = paths(experiment)
    assert {"learning_rate.hidden-1", "layers.hidden-1.units"} <= set(found)
    assert "layers.dropout-1.rate" in found
    assert "learning_rate.dropout-1" not in found
    assert "learning_rate.output" in found
    assert "layers.output.units" not in found  # the data set gives it its units


def test_sizes_are_half_same_and_double_as_far_as_they_go():
    experiment = insert_layer(example(), 0, "pca")
    fields = sweep_fields(experiment)
    units = field_of(fields, "layers.hidden-1.units")
    assert units is not None
    assert units.suggested == (8, 16, 32)
    inputs = 30
    wide = experiment.replace(
        layers=(PCA(id="pca-1", units=inputs), *experiment.layers[1:]),
    )
    components = field_of(sweep_fields(wide), "layers.pca-1.units")
    assert components is not None
    assert components.suggested == (15, 30)


def test_a_data_set_of_the_same_kind_is_suggested_beside_the_present_one():
    def suggested(name):
        field = field_of(sweep_fields(with_data(example(), name)), "data.name")
        assert field is not None
        return field.suggested

    assert suggested("moons") == ("moons", "circles")
    first, second = suggested("breast_cancer")
    assert first == "breast_cancer"
    assert second in ("iris", "wine")
    assert DataSpec(name="diabetes").name in suggested("diabetes")


def decaying(weight_decay):
    experiment = example()
    return experiment.replace(training=experiment.training.replace(weight_decay=weight_decay))


@pytest.mark.parametrize(
    ("weight_decay", "optimizers"), [(0.0, ("sgd", "adam")), (0.01, ("sgd", "adam", "adamw"))]
)
def test_adamw_is_suggested_where_it_is_another_than_adam(weight_decay, optimizers):
    field = field_of(sweep_fields(decaying(weight_decay)), "training.optimizer")
    assert field is not None
    assert field.suggested == optimizers


@pytest.mark.parametrize(
    ("weight_decay", "values", "said"),
    [
        (0.0, {"training.optimizer": ("adam", "sgd", "adamw")}, True),
        (0.0, {"training.optimizer": ("sgd", "adamw")}, False),
        (0.0, {"learning_rate": (0.1,)}, False),
        (0.01, {"training.optimizer": ("adam", "adamw")}, False),
        (
            0.0,
            {"training.optimizer": ("adam", "adamw"), "training.weight_decay": (0.0, 0.1)},
            False,
        ),
        (0.01, {"training.optimizer": ("adam", "adamw"), "training.weight_decay": (0.0,)}, True),
    ],
)
def test_that_adam_and_adamw_are_the_same_is_said_where_they_are(weight_decay, values, said):
    notes = axis_notes(decaying(weight_decay), values.items())
    assert set(notes) == ({"training.optimizer"} if said else set())
