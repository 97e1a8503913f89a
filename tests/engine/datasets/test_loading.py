"""Loading: shapes, stratified and seeded split, scaling against scikit-learn, hostile files."""

import dataclasses
import os
import pickle
import sys
import zipfile

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

import resources
from engine.datasets.loading import MNIST_FILE, load_dataset
from engine.datasets.registry import DATASETS, describe
from engine.datasets.rows import row_counts
from engine.errors import DatasetError
from engine.experiment import DataSpec

NAMES = list(DATASETS)
CLASSES = [d.name for d in DATASETS.values() if d.classes]
ARRAYS = ("train_inputs", "train_targets", "validation_inputs", "validation_targets")
SHIPPED = resources.path("data", MNIST_FILE)


def loaded(name, **fields):
    return load_dataset(DataSpec(name=name, **fields))


def all_inputs(dataset):
    return np.concatenate([dataset.train_inputs, dataset.validation_inputs])


def all_targets(dataset):
    return np.concatenate([dataset.train_targets, dataset.validation_targets])


def same(first, second):
    return all(np.array_equal(getattr(first, name), getattr(second, name)) for name in ARRAYS)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("fraction", [0.0, 0.2])
def test_arrays_have_the_shapes_that_the_registry_promises(name, fraction):
    spec = DataSpec(name=name, validation_fraction=fraction, samples=123)
    dataset, description, counts = load_dataset(spec), describe(name), row_counts(spec)
    assert dataset.description is description
    assert counts.total == (description.rows or 123)
    assert dataset.train_inputs.shape == (counts.training, description.inputs)
    assert dataset.validation_inputs.shape == (counts.held_out, description.inputs)
    assert dataset.train_targets.shape == (counts.training,)
    assert dataset.validation_targets.shape == (counts.held_out,)
    assert dataset.input_mean.shape == dataset.input_scale.shape == (description.inputs,)
    assert len(dataset.feature_names) == len(set(dataset.feature_names)) == description.inputs
    assert len(dataset.class_names) == len(set(dataset.class_names)) == description.classes


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("fraction", [0.0, 0.2])
def test_values_are_finite_and_of_the_promised_types(name, fraction):
    dataset = loaded(name, validation_fraction=fraction)
    kind = np.int64 if describe(name).classes else np.float32
    assert dataset.train_inputs.dtype == dataset.validation_inputs.dtype == np.float32
    assert dataset.train_targets.dtype == dataset.validation_targets.dtype == kind
    assert np.isfinite(all_inputs(dataset)).all()
    if describe(name).classes:
        assert set(all_targets(dataset)) == set(range(describe(name).classes))
    assert all(type(text) is str for text in dataset.feature_names + dataset.class_names)


@pytest.mark.parametrize("name", NAMES)
def test_a_dataset_cannot_be_changed(name):
    dataset = loaded(name, validation_fraction=0.0)
    for array in (getattr(dataset, field) for field in (*ARRAYS, "input_mean", "input_scale")):
        assert not array.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        dataset.train_inputs[0, 0] = 1.0
    with pytest.raises(dataclasses.FrozenInstanceError):
        dataset.train_inputs = dataset.validation_inputs


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize("fraction", [0.1, 0.5])
def test_the_split_is_stratified(name, fraction):
    dataset = loaded(name, validation_fraction=fraction)
    for number in range(describe(name).classes):
        held_out = np.sum(dataset.validation_targets == number)
        in_all = np.sum(all_targets(dataset) == number)
        assert held_out == pytest.approx(fraction * in_all, abs=1)


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "blobs"])
def test_the_smallest_parts_that_are_accepted_have_every_class(name):
    classes = describe(name).classes
    rows = describe(name).rows or 20
    for fraction in ((classes - 0.5) / rows, min(0.9, (rows - classes - 0.5) / rows)):
        for seed in range(10):
            dataset = loaded(name, validation_fraction=fraction, split_seed=seed, samples=20)
            assert len(set(dataset.train_targets)) == classes
            assert len(set(dataset.validation_targets)) == classes


@pytest.mark.parametrize("name", ["breast_cancer", "diabetes", "moons"])
def test_every_row_is_in_exactly_one_part(name):
    split = loaded(name, validation_fraction=0.3, standardize=False)
    whole = loaded(name, validation_fraction=0.0, standardize=False)
    rows = np.column_stack([all_inputs(split), all_targets(split)])
    expected = np.column_stack([whole.train_inputs, whole.train_targets])
    np.testing.assert_array_equal(np.unique(rows, axis=0), np.unique(expected, axis=0))
    assert len(rows) == len(expected)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_spec_gives_the_same_arrays(name):
    assert same(loaded(name), loaded(name))


@pytest.mark.parametrize("name", NAMES)
def test_the_split_seed_decides_which_rows_are_held_out(name):
    assert not same(loaded(name), loaded(name, split_seed=1))
    whole = {"validation_fraction": 0.0}
    assert same(loaded(name, **whole), loaded(name, split_seed=1, **whole))


@pytest.mark.parametrize("knob", [{"seed": 5}, {"noise": 0.4}, {"samples": 399}])
def test_knobs_of_the_points_act_on_points_and_on_nothing_else(knob):
    for name in NAMES:
        changes = not same(loaded(name), loaded(name, **knob))
        assert changes == describe(name).generated, name


@pytest.mark.parametrize("on", ["train", "all"])
def test_standardized_inputs_are_those_of_scikit_learn(on):
    source = load_breast_cancer()
    train, held_out, train_classes, held_out_classes = train_test_split(
        source.data, source.target, test_size=0.2, random_state=3, stratify=source.target
    )
    scaler = StandardScaler().fit(train if on == "train" else source.data)
    dataset = loaded("breast_cancer", split_seed=3, standardize_on=on)
    np.testing.assert_allclose(dataset.train_inputs, scaler.transform(train), rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(
        dataset.validation_inputs, scaler.transform(held_out), rtol=1e-6, atol=1e-7
    )
    np.testing.assert_array_equal(dataset.train_targets, train_classes)
    np.testing.assert_array_equal(dataset.validation_targets, held_out_classes)
    np.testing.assert_allclose(dataset.input_mean, scaler.mean_)
    np.testing.assert_allclose(dataset.input_scale, scaler.scale_)


def test_the_classic_set_up_is_the_z_score_over_all_rows():
    source = load_breast_cancer()
    dataset = loaded("breast_cancer", validation_fraction=0.0, standardize_on="all")
    expected = (source.data - source.data.mean(axis=0)) / source.data.std(axis=0)
    np.testing.assert_allclose(dataset.train_inputs, expected, rtol=1e-6, atol=1e-7)
    np.testing.assert_array_equal(dataset.train_targets, source.target)


@pytest.mark.parametrize("name", ["breast_cancer", "wine", "diabetes", "moons", "sine", "digits"])
def test_held_out_rows_leak_into_the_scale_only_when_asked(name):
    clean = loaded(name, standardize_on="train")
    leaking = loaded(name, standardize_on="all")
    moving = clean.train_inputs.std(axis=0) > 0
    np.testing.assert_allclose(clean.train_inputs.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(clean.train_inputs.std(axis=0)[moving], 1, atol=1e-4)
    assert np.abs(all_inputs(clean).mean(axis=0)).max() > 1e-3
    np.testing.assert_allclose(all_inputs(leaking).mean(axis=0), 0, atol=1e-5)
    assert np.abs(leaking.train_inputs.mean(axis=0)).max() > 1e-3


@pytest.mark.parametrize("name", ["digits", "mnist_5k"])
def test_constant_columns_are_divided_by_1(name):
    dataset = loaded(name)
    constant = np.ptp(dataset.train_inputs, axis=0) == 0
    largest = {"digits": 16.0, "mnist_5k": 255.0}[name]
    assert constant.any()
    np.testing.assert_array_equal(dataset.train_inputs[:, constant], 0)
    np.testing.assert_allclose(dataset.input_scale[constant], largest)
    assert np.abs(dataset.validation_inputs[:, constant]).max() <= 1  # a pixel, not a jump


@pytest.mark.parametrize("name", ["digits", "mnist_5k"])
def test_unstandardized_pixels_go_from_0_to_1(name):
    dataset = loaded(name, standardize=False)
    assert (all_inputs(dataset).min(), all_inputs(dataset).max()) == (0.0, 1.0)


def test_unstandardized_digits_are_sixteenths():
    dataset = loaded("digits", standardize=False, validation_fraction=0.0)
    np.testing.assert_array_equal(dataset.train_inputs, load_digits().data / 16)


def test_unstandardized_mnist_is_pixels_over_255():
    dataset = loaded("mnist_5k", standardize=False, validation_fraction=0.0)
    with np.load(SHIPPED, allow_pickle=False) as arrays:
        images, labels = arrays["images"], arrays["labels"]
    np.testing.assert_allclose(dataset.train_inputs, images.reshape(5000, 784) / 255, rtol=1e-6)
    np.testing.assert_array_equal(dataset.train_targets, labels)
    assert np.bincount(dataset.train_targets).tolist() == [500] * 10


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("standardize", [True, False])
def test_mean_and_scale_lead_back_to_the_source(name, standardize):
    dataset = loaded(name, standardize=standardize, validation_fraction=0.0)
    source = loaded(name, standardize=False, validation_fraction=0.0)
    expected = source.train_inputs * source.input_scale + source.input_mean
    back = dataset.train_inputs * dataset.input_scale + dataset.input_mean
    np.testing.assert_allclose(back, expected, rtol=1e-4, atol=1e-3)


def test_diabetes_targets_are_standardized_with_the_inputs():
    source = load_diabetes(scaled=False)
    raw = loaded("diabetes", standardize=False, validation_fraction=0.0)
    np.testing.assert_array_equal(raw.train_targets, source.target.astype(np.float32))
    np.testing.assert_array_equal(raw.train_inputs, source.data.astype(np.float32))
    dataset = loaded("diabetes")
    assert dataset.train_targets.mean() == pytest.approx(0, abs=1e-5)
    assert dataset.train_targets.std() == pytest.approx(1, abs=1e-4)
    assert abs(dataset.validation_targets.mean()) > 1e-3
    back = all_targets(dataset) * dataset.target_scale + dataset.target_mean
    np.testing.assert_allclose(np.sort(back), np.sort(source.target), rtol=1e-5)
    everything = loaded("diabetes", standardize_on="all")
    assert everything.target_mean == pytest.approx(source.target.mean())


def test_the_sine_is_scaled_as_numbers_are_and_leads_back():
    spec = {"noise": 0.0, "samples": 200, "seed": 4}
    dataset, raw = loaded("sine", **spec), loaded("sine", standardize=False, **spec)
    np.testing.assert_allclose(raw.train_targets, np.sin(raw.train_inputs[:, 0]), atol=1e-6)
    assert dataset.train_targets.std() == pytest.approx(1, abs=1e-4)
    back = dataset.train_targets * dataset.target_scale + dataset.target_mean
    np.testing.assert_allclose(back, raw.train_targets, atol=1e-6)
    assert (dataset.feature_names, dataset.class_names) == (("x",), ())


def test_class_targets_have_nothing_taken_out():
    dataset = loaded("wine")
    assert (dataset.target_mean, dataset.target_scale) == (0.0, 1.0)


def test_an_unknown_data_set_is_answered_with_those_there_are():
    with pytest.raises(DatasetError, match=r"data\.name: .*'nowhere'; there are breast_cancer,"):
        loaded("nowhere")


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("wine", {"validation_fraction": 0.001}),
        ("diabetes", {"validation_fraction": 1e-300}),
        ("blobs", {"validation_fraction": 0.9, "samples": 20}),
    ],
)
def test_a_split_that_leaves_too_few_rows_is_refused(name, fields):
    with pytest.raises(DatasetError, match=r"data\.validation_fraction: .*choose 0 or 0\.\d+ to"):
        loaded(name, **fields)


def cut_short(path):
    path.write_bytes(SHIPPED.read_bytes()[:-100])


def one_bit_flipped(path):
    content = bytearray(SHIPPED.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def longer(path):
    path.write_bytes(SHIPPED.read_bytes() + b"\0")


def other_images(path):
    np.savez(path, images=np.zeros((9, 28, 28), np.uint8), labels=np.zeros(9, np.uint8))


def empty(path):
    path.write_bytes(b"")


def folder(path):
    path.mkdir()


def missing(path):
    assert not path.exists()


@pytest.mark.parametrize(
    "harm", [missing, empty, cut_short, one_bit_flipped, longer, other_images, folder]
)
def test_a_missing_or_damaged_file_is_named_with_what_to_do(tmp_path, harm):
    harm(tmp_path / MNIST_FILE)
    with pytest.raises(DatasetError) as refused:
        load_dataset(DataSpec(name="mnist_5k"), tmp_path)
    assert str(tmp_path / MNIST_FILE) in str(refused.value)
    assert "data.name" in str(refused.value)
    assert "install Frostline again" in str(refused.value)


class Canary:
    def __reduce__(self):
        return os.mkdir, (self.folder,)


def test_a_pickle_in_the_file_is_never_run(tmp_path):
    canary = Canary()
    canary.folder = str(tmp_path / "ran")
    with zipfile.ZipFile(tmp_path / MNIST_FILE, "w") as archive:
        for member in ("images.npy", "labels.npy"):
            archive.writestr(member, pickle.dumps(canary))
    with pytest.raises(DatasetError, match="damaged"):
        load_dataset(DataSpec(name="mnist_5k"), tmp_path)
    assert not (tmp_path / "ran").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes in folders")
def test_a_pipe_in_place_of_the_file_does_not_block(tmp_path):
    os.mkfifo(tmp_path / MNIST_FILE)
    with pytest.raises(DatasetError, match="not there"):
        load_dataset(DataSpec(name="mnist_5k"), tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file that is there and unreadable")
def test_a_file_that_cannot_be_read_is_named_with_the_reason(tmp_path):
    (tmp_path / MNIST_FILE).symlink_to("/proc/self/mem")  # reading its first byte is an I/O error
    with pytest.raises(DatasetError, match=r"mnist_5k\.npz cannot be read \(.+\); install"):
        load_dataset(DataSpec(name="mnist_5k"), tmp_path)


def test_other_data_sets_do_not_need_the_file(tmp_path):
    assert len(load_dataset(DataSpec(name="iris"), tmp_path).train_inputs) == 120
