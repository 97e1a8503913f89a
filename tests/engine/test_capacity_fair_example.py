"""What the shipped experiment "Where, or how many?" shows, measured: where counts, and how many."""

import pytest

import resources
from engine.comparison import compare
from engine.experiment import parse_experiment
from engine.run import train


@pytest.fixture(scope="module")
def ended():
    """(variants, seeds) of the training loss and of the held-out loss after the last epoch."""
    content = resources.path("examples", "capacity-fair.json").read_bytes()
    experiment = parse_experiment(content, "capacity-fair")
    log, seeds = train(experiment).log, len(experiment.training.seeds)
    names = [variant.name for variant in experiment.variants]

    def of(column):
        return dict(zip(names, log.column(column)[-1].reshape(-1, seeds), strict=True))

    return of("train_loss"), of("validation_loss")


def verdicts(ended, first, second):
    return tuple(compare(losses[first], losses[second]).verdict for losses in ended)


def test_all_against_first_differs_in_training_and_not_in_held_out_loss(ended):
    assert verdicts(ended, "All trainable", "First layer only") == ("first lower", "no difference")


def test_as_many_spread_over_all_layers_train_better_than_the_first_layer(ended):
    """So that the first layer ends higher is not owed to 496 being fewer than 641 alone."""
    assert verdicts(ended, "496 anywhere", "First layer only") == ("first lower", "no difference")


def test_fewer_of_the_same_layers_train_worse_than_all(ended):
    assert verdicts(ended, "All trainable", "496 anywhere") == ("first lower", "no difference")


@pytest.mark.parametrize("control", ["9 of hidden-1", "9 of hidden-2", "9 of the other layers"])
def test_nine_parameters_are_best_in_the_last_layer(ended, control):
    assert verdicts(ended, "Last layer only", control) == ("first lower", "first lower")
