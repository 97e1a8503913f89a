"""A split of its own for every seed: each member trains and is measured on its own rows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import patterned

from engine.datasets.loading import load_dataset, load_datasets
from engine.experiment import DataSpec
from engine.layer_specs import PCA, BatchNorm, Dense
from engine.run import replay, train
from engine.trainer import Trainer
from engine.values import MAX_SEED

SEEDS = (7, 3, 11)
PATTERNS = {"all": (1, 1, 1), "last": (0, 0, 1)}


def with_splits(experiment, **changes):
    return experiment.replace(
        data=experiment.data.replace(split_per_seed=True, split_seed=2, **changes)
    )


def per_seed(**training):
    experiment = patterned(PATTERNS, seeds=SEEDS, epochs=4, validation_fraction=0.2, **training)
    return with_splits(experiment)


def alone(experiment, seed):
    """The same experiment with one seed, whose split is written down."""
    return experiment.replace(
        data=experiment.data.replace(split_per_seed=False, split_seed=2 + seed),
        training=experiment.training.replace(seeds=(seed,)),
    )


def test_every_seed_has_the_rows_of_its_own_split():
    spec = DataSpec(name="wine", split_seed=2, split_per_seed=True)
    sets = load_datasets(spec, SEEDS)
    for seed, dataset in zip(SEEDS, sets, strict=True):
        expected = load_dataset(DataSpec(name="wine", split_seed=2 + seed))
        np.testing.assert_array_equal(dataset.train_inputs, expected.train_inputs)
        np.testing.assert_array_equal(dataset.validation_targets, expected.validation_targets)
    assert not np.array_equal(sets[0].validation_inputs, sets[1].validation_inputs)


def test_one_set_serves_all_seeds_where_there_is_one_split_or_none():
    assert len(load_datasets(DataSpec(name="wine"), SEEDS)) == 1
    none_held_out = DataSpec(name="wine", validation_fraction=0.0, split_per_seed=True)
    assert len(load_datasets(none_held_out, SEEDS)) == 1


def test_the_largest_seeds_still_have_a_split():
    spec = DataSpec(name="wine", split_seed=MAX_SEED, split_per_seed=True)
    (dataset,) = load_datasets(spec, (5,))
    expected = load_dataset(DataSpec(name="wine", split_seed=4))
    np.testing.assert_array_equal(dataset.train_inputs, expected.train_inputs)


@pytest.mark.parametrize("dataset", ["breast_cancer", "diabetes"])
def test_a_member_trains_as_alone_on_its_own_split(dataset):
    experiment = per_seed()
    experiment = experiment.replace(data=experiment.data.replace(name=dataset))
    if dataset == "diabetes":
        output = experiment.output.replace(activation="linear")
        experiment = experiment.replace(layers=(*experiment.layers[:-1], output))
    together = train(experiment).log.table
    for place, seed in enumerate(SEEDS):
        single = train(alone(experiment, seed)).log.table
        members = [place, len(SEEDS) + place]  # of both variants
        np.testing.assert_allclose(together[:, :, members], single, rtol=1e-4, atol=1e-6)


def test_projections_and_batch_norm_see_the_rows_of_their_seed():
    experiment = per_seed()
    plans = experiment.variants[0].layers
    layers = (
        PCA(id="pca", units=4),
        BatchNorm(id="norm"),
        Dense(id="output", units=1, activation="sigmoid"),
    )
    trained = {layer.id: plans["output"] for layer in layers}
    frozen = {"pca": plans["output"].replace(trainable=False)}
    variant = experiment.variants[0].replace(layers={**trained, **frozen})
    experiment = experiment.replace(layers=layers, variants=(variant,))
    together = train(experiment)
    for place, seed in enumerate(SEEDS):
        single = train(alone(experiment, seed))
        np.testing.assert_allclose(
            together.trainer.network.layers[0].flat_parameters()[place],
            single.trainer.network.layers[0].flat_parameters()[0],
            rtol=1e-4,
            atol=1e-5,
        )
        np.testing.assert_allclose(
            together.log.table[:, :, place], single.log.table[:, :, 0], rtol=1e-4, atol=1e-6
        )


def test_variants_stay_paired():
    run = train(per_seed(optimizer="sgd"))
    start = run.trainer.batches.order
    np.testing.assert_array_equal(start[: len(SEEDS)], start[len(SEEDS) :])
    targets = run.trainer.batches.epoch_targets()
    np.testing.assert_array_equal(targets[: len(SEEDS)], targets[len(SEEDS) :])


def test_a_replay_is_bit_for_bit_the_same():
    run = train(per_seed())
    np.testing.assert_array_equal(replay(run).log.table, run.log.table)


def test_as_many_sets_as_seeds_or_one():
    experiment = per_seed()
    sets = load_datasets(experiment.data, SEEDS)
    with pytest.raises(ValueError, match="2 data sets for 3 seeds"):
        Trainer(experiment, *sets[:2])


@settings(max_examples=15, deadline=None)
@given(seeds=st.lists(st.integers(0, 50), min_size=2, max_size=4, unique=True))
def test_splits_depend_on_the_seed_and_not_on_its_company(seeds):
    spec = DataSpec(name="iris", split_per_seed=True)
    for seed, dataset in zip(seeds, load_datasets(spec, seeds), strict=True):
        (single,) = load_datasets(spec, (seed,))
        np.testing.assert_array_equal(dataset.train_inputs, single.train_inputs)
