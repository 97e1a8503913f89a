"""Loading a data set: its rows, split into training and held-out ones, scaled, as numpy arrays.

scikit-learn is imported here, so whoever must start fast imports this module late.
"""

import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_wine
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from sklearn.utils import Bunch

import resources
from engine.datasets.curves import CURVES
from engine.datasets.points import CLASS_NAMES, GENERATORS
from engine.datasets.registry import Description, describe
from engine.datasets.rows import row_counts, split_problem
from engine.errors import DatasetError
from engine.experiment import DataSpec
from engine.values import MAX_SEED

SHIPPED_DATA = resources.path("data")
MNIST_FILE = "mnist_5k.npz"
MNIST_BYTES = 821722
MNIST_SHA256 = "246e0c30eeea57c8d0037d3f38c8e00651ec204cc61b8022563e9aeeb9d756f4"

Inputs = NDArray[np.float32]
Targets = NDArray[np.int64] | NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Dataset:
    """A data set, split and scaled. Its arrays are read-only.

    Inputs are float32 (rows, inputs) and equal (source value - `input_mean`) / `input_scale`.
    Targets are class numbers, int64 (rows,), or numbers, float32 (rows,), which equal
    (source value - `target_mean`) / `target_scale`.
    """

    description: Description
    train_inputs: Inputs
    train_targets: Targets
    validation_inputs: Inputs
    validation_targets: Targets
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    input_mean: NDArray[np.float64]
    input_scale: NDArray[np.float64]
    target_mean: float = 0.0
    target_scale: float = 1.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                value.setflags(write=False)


@dataclass(frozen=True)
class _Source:
    """All rows as their source gives them: float64, classes by their number."""

    inputs: NDArray[np.float64]
    targets: NDArray[np.float64]
    feature_names: tuple[str, ...]
    class_names: tuple[str, ...]
    largest: float = 1.0  # what a full pixel counts; inputs are divided by it


def load_dataset(spec: DataSpec, shipped: Path = SHIPPED_DATA) -> Dataset:
    """Load, split and scale the data set that `spec` names; the same spec gives the same arrays.

    The split is stratified by class (regression: a plain shuffle). With `standardize`, every input
    column gets mean 0 and standard deviation 1 over the training rows or over all rows, as
    scikit-learn's StandardScaler does it (n in the denominator, constant columns divided by 1);
    regression targets are standardized over the same rows. Without it, values stay as they are,
    and pixels are divided by their largest value (digits 16, mnist_5k 255).
    `shipped` is the folder of the files that come with Frostline.

    Raises DatasetError, with the field's name, for an unknown data set, a split that leaves too few
    rows, and a missing or damaged file.
    """
    return _prepared(_checked_source(spec, shipped), spec)


def load_datasets(
    spec: DataSpec, seeds: Sequence[int], shipped: Path = SHIPPED_DATA
) -> tuple[Dataset, ...]:
    """The data of a training with these seeds: one for all, or one for each with its own split.

    The split of a training seed s has the seed `split_seed` + s. Raises DatasetError as
    `load_dataset` does.
    """
    source = _checked_source(spec, shipped)
    if not (spec.split_per_seed and spec.validation_fraction):
        return (_prepared(source, spec),)
    splits = [(spec.split_seed + seed) % (MAX_SEED + 1) for seed in seeds]
    return tuple(_prepared(source, spec.replace(split_seed=split)) for split in splits)


def _checked_source(spec: DataSpec, shipped: Path) -> _Source:
    """All rows, of a split that can be made."""
    description = describe(spec.name)
    problem = split_problem(spec)
    if problem is not None:
        raise DatasetError(f"data.validation_fraction: {problem}")
    return _read(description, spec, shipped)


def _prepared(source: _Source, spec: DataSpec) -> Dataset:
    """The rows split and scaled."""
    description = describe(spec.name)
    train, held_out = _split(source, description, spec)
    fitted_on = train if spec.standardize_on == "train" else np.arange(len(source.inputs))
    values = source.inputs / source.largest
    columns = _scaling(values[fitted_on], spec.standardize)
    inputs = columns(values)
    targets, target_mean, target_scale = _scaled_targets(source, description, spec, fitted_on)
    return Dataset(
        description=description,
        train_inputs=inputs[train],
        train_targets=targets[train],
        validation_inputs=inputs[held_out],
        validation_targets=targets[held_out],
        feature_names=source.feature_names,
        class_names=source.class_names,
        input_mean=columns.mean * source.largest,
        input_scale=columns.scale * source.largest,
        target_mean=target_mean,
        target_scale=target_scale,
    )


@dataclass(frozen=True)
class _Scaling:
    """Column-wise (value - mean) / scale."""

    mean: NDArray[np.float64]
    scale: NDArray[np.float64]

    def __call__(self, values: NDArray[np.float64]) -> NDArray[np.float32]:
        return ((values - self.mean) / self.scale).astype(np.float32)


def _scaling(values: NDArray[np.float64], standardize: bool) -> _Scaling:
    if not standardize:
        return _Scaling(np.zeros(values.shape[1]), np.ones(values.shape[1]))
    fitted = StandardScaler().fit(values)
    return _Scaling(fitted.mean_, fitted.scale_)


def _scaled_targets(
    source: _Source, description: Description, spec: DataSpec, fitted_on: NDArray[np.int64]
) -> tuple[Targets, float, float]:
    """The targets as a loss takes them, and the mean and scale that were taken out of them."""
    if description.task == "classification":
        return source.targets.astype(np.int64), 0.0, 1.0
    numbers = source.targets[:, None]
    scaling = _scaling(numbers[fitted_on], spec.standardize)
    return scaling(numbers)[:, 0], float(scaling.mean[0]), float(scaling.scale[0])


def _split(
    source: _Source, description: Description, spec: DataSpec
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Numbers of the training rows and of the held-out rows."""
    rows = np.arange(len(source.inputs))
    held_out = row_counts(spec).held_out
    if not held_out:
        return rows, rows[:0]
    train, validation = train_test_split(
        rows,
        test_size=held_out,
        random_state=spec.split_seed,
        stratify=source.targets if description.task == "classification" else None,
    )
    return train, validation


def _read(description: Description, spec: DataSpec, shipped: Path) -> _Source:
    if description.name in GENERATORS:
        return _read_points(spec)
    if description.name in CURVES:
        return _read_curve(spec)
    if description.name == "mnist_5k":
        return _read_mnist(shipped / MNIST_FILE)
    return _SCIKIT_LEARN[description.name]()


def _read_points(spec: DataSpec) -> _Source:
    inputs, classes = GENERATORS[spec.name](spec.samples, spec.noise, spec.seed)
    return _Source(inputs, classes.astype(np.float64), ("x", "y"), CLASS_NAMES[spec.name])


def _read_curve(spec: DataSpec) -> _Source:
    inputs, numbers = CURVES[spec.name](spec.samples, spec.noise, spec.seed)
    return _Source(inputs, numbers, ("x",), ())


def _read_table(load: Callable[[], Bunch]) -> _Source:
    table = load()
    return _Source(
        inputs=np.asarray(table.data, np.float64),
        targets=np.asarray(table.target, np.float64),
        feature_names=tuple(str(name) for name in table.feature_names),
        class_names=tuple(str(name) for name in table.target_names),
    )


def _read_diabetes() -> _Source:
    table = load_diabetes(scaled=False)  # scaled=True would let held-out rows leak in
    return _Source(
        inputs=np.asarray(table.data, np.float64),
        targets=np.asarray(table.target, np.float64),
        feature_names=tuple(str(name) for name in table.feature_names),
        class_names=(),
    )


def _read_digits() -> _Source:
    return replace(_read_table(load_digits), largest=16.0)


def _read_mnist(path: Path) -> _Source:
    with np.load(io.BytesIO(_verified(path)), allow_pickle=False) as arrays:
        images, labels = arrays["images"], arrays["labels"]
    count, height, width = images.shape
    return _Source(
        inputs=images.reshape(count, height * width).astype(np.float64),
        targets=labels.astype(np.float64),
        feature_names=tuple(f"pixel_{row}_{column}" for row, column in np.ndindex(height, width)),
        class_names=tuple(str(digit) for digit in range(10)),
        largest=255.0,
    )


def _verified(path: Path) -> bytes:
    """The bytes of the shipped MNIST file. Raises DatasetError if they are not the shipped ones."""
    advice = "install Frostline again, or choose another data set"
    try:
        if not path.is_file():  # a pipe or a device would block the read
            raise DatasetError(
                f"data.name: mnist_5k needs the file {path}, which is not there; {advice}"
            )
        with path.open("rb") as file:
            content = file.read(MNIST_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DatasetError(f"data.name: {path} cannot be read ({reason}); {advice}") from error
    if hashlib.sha256(content).hexdigest() != MNIST_SHA256:
        raise DatasetError(
            f"data.name: {path} is damaged: it is not the file that was shipped; {advice}"
        )
    return content


_SCIKIT_LEARN: Mapping[str, Callable[[], _Source]] = MappingProxyType(
    {
        "breast_cancer": partial(_read_table, load_breast_cancer),
        "digits": _read_digits,
        "wine": partial(_read_table, load_wine),
        "iris": partial(_read_table, load_iris),
        "diabetes": _read_diabetes,
    }
)
