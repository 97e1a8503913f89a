"""Losses and scores against torch's and scikit-learn's own, one number per member."""

import numpy as np
import pytest
import torch
import torch.nn.functional as functional
from experiment_strategies import experiment_of
from oracle import patterned
from sklearn.metrics import accuracy_score, r2_score

from engine.losses import Objective, member_means
from engine.run import train

MEMBERS, ROWS = 3, 20
RANDOM = torch.Generator().manual_seed(3)


def numbers(*shape, scale=2.0):
    return scale * torch.randn(*shape, generator=RANDOM)


def classes(count, *shape):
    return torch.randint(count, shape, generator=RANDOM)


def objective(units, output, data, loss="auto", classes=2):
    experiment = experiment_of(4, units, output=output, data=data)
    training = experiment.training.replace(loss=loss)
    return Objective(experiment.replace(training=training), classes)


BINARY = objective(1, "sigmoid", "breast_cancer")
MULTICLASS = objective(10, "linear", "digits", classes=10)
REGRESSION = objective(1, "linear", "diabetes", classes=0)
SQUARED_CLASSES = objective(10, "sigmoid", "digits", loss="mean_squared_error", classes=10)
SQUARED_BINARY = objective(1, "tanh", "breast_cancer", loss="mean_squared_error")


def of_every_member(found, expected, outputs, targets):
    losses = member_means(found.losses(outputs, targets))
    plain = [expected(outputs[m], targets[m]).item() for m in range(MEMBERS)]
    np.testing.assert_allclose(losses, plain, rtol=1e-6)
    assert losses.shape == (MEMBERS,)


def test_binary_cross_entropy_is_that_of_torch():
    targets = BINARY.targets(classes(2, ROWS)).expand(MEMBERS, -1, -1)
    outputs = numbers(MEMBERS, ROWS, 1)
    of_every_member(BINARY, functional.binary_cross_entropy_with_logits, outputs, targets)


def test_cross_entropy_is_that_of_torch():
    targets = classes(10, MEMBERS, ROWS)
    of_every_member(MULTICLASS, functional.cross_entropy, numbers(MEMBERS, ROWS, 10), targets)


def test_squared_error_is_that_of_torch_and_sees_the_activation():
    outputs = numbers(MEMBERS, ROWS, 1)
    of_every_member(REGRESSION, functional.mse_loss, outputs, numbers(MEMBERS, ROWS, 1))
    targets = SQUARED_BINARY.targets(classes(2, ROWS)).expand(MEMBERS, -1, -1)
    of_every_member(SQUARED_BINARY, lambda z, y: functional.mse_loss(z.tanh(), y), outputs, targets)


def test_squared_error_of_classes_takes_the_mean_over_all_units():
    targets = SQUARED_CLASSES.targets(classes(10, ROWS))
    assert torch.equal(targets.sum(dim=1), torch.ones(ROWS))
    of_every_member(
        SQUARED_CLASSES,
        lambda z, y: functional.mse_loss(z.sigmoid(), y),
        numbers(MEMBERS, ROWS, 10),
        targets.expand(MEMBERS, -1, -1),
    )


@pytest.mark.parametrize("logit", [-1e4, 1e4])
def test_cross_entropies_of_hopeless_answers_are_large_but_finite(logit):
    binary = BINARY.losses(torch.full((1, 1, 1), logit), torch.full((1, 1, 1), float(logit < 0)))
    assert binary.item() == 1e4
    wrong = torch.zeros(1, 1, 10)
    wrong[..., 0] = abs(logit)
    assert MULTICLASS.losses(wrong, torch.ones(1, 1, dtype=torch.int64)).item() == 1e4


def test_targets_have_the_shape_of_the_outputs_so_nothing_is_broadcast():
    found = classes(2, ROWS)
    assert BINARY.targets(found).shape == (ROWS, 1)
    assert REGRESSION.targets(numbers(ROWS)).shape == (ROWS, 1)
    assert SQUARED_CLASSES.targets(classes(10, ROWS)).shape == (ROWS, 10)
    assert MULTICLASS.targets(found).shape == (ROWS,)
    two_units = objective(2, "linear", "breast_cancer", loss="mean_squared_error")
    assert two_units.targets(found).shape == (ROWS, 2)


def test_accuracy_is_that_of_scikit_learn():
    found, targets = numbers(MEMBERS, ROWS, 10), classes(10, MEMBERS, ROWS)
    scores = MULTICLASS.scores(found, targets)
    plain = [accuracy_score(targets[m], found[m].argmax(dim=1)) for m in range(MEMBERS)]
    np.testing.assert_allclose(scores, plain, rtol=1e-6)
    found, targets = numbers(MEMBERS, ROWS, 1), classes(2, MEMBERS, ROWS, 1).float()
    plain = [accuracy_score(targets[m], found[m] > 0) for m in range(MEMBERS)]
    np.testing.assert_allclose(BINARY.scores(found, targets), plain, rtol=1e-6)


def test_accuracy_under_squared_error_takes_the_largest_unit_or_the_middle():
    found, truth = numbers(MEMBERS, ROWS, 10), classes(10, ROWS)
    targets = SQUARED_CLASSES.targets(truth).expand(MEMBERS, -1, -1)
    plain = [accuracy_score(truth, found[m].argmax(dim=1)) for m in range(MEMBERS)]
    np.testing.assert_allclose(SQUARED_CLASSES.scores(found, targets), plain, rtol=1e-6)
    above_half = torch.tensor([[[0.4]], [[0.6]]]).atanh()
    targets = torch.ones(2, 1, 1)
    assert SQUARED_BINARY.scores(above_half, targets).tolist() == [0.0, 1.0]


def test_the_score_of_numbers_is_r2():
    found, targets = numbers(MEMBERS, ROWS, 1), numbers(MEMBERS, ROWS, 1)
    plain = [r2_score(targets[m], found[m]) for m in range(MEMBERS)]
    np.testing.assert_allclose(REGRESSION.scores(found, targets), plain, rtol=1e-5)
    assert REGRESSION.scores(targets, targets).tolist() == [1.0] * MEMBERS


def test_outputs_are_probabilities_for_classes_and_numbers_for_regression():
    found = numbers(MEMBERS, ROWS, 10)
    torch.testing.assert_close(MULTICLASS.outputs(found).sum(dim=-1), torch.ones(MEMBERS, ROWS))
    assert torch.equal(BINARY.outputs(found[..., :1]), found[..., :1].sigmoid())
    assert torch.equal(REGRESSION.outputs(found[..., :1]), found[..., :1])
    assert torch.equal(SQUARED_BINARY.outputs(found[..., :1]), found[..., :1].tanh())


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw"])
def test_weight_decay_is_not_in_the_logged_losses(optimizer):
    # FREEZING F14. At rate 0 nothing moves, so a penalty in the loss would be all the difference.
    def table(rate, weight_decay):
        fields = {"optimizer": optimizer, "weight_decay": weight_decay, "epochs": 2}
        experiment = patterned({"all": (1, 1, 1)}, rate, validation_fraction=0.2, **fields)
        return train(experiment).log.table

    assert table(0.0, weight_decay=5.0).tobytes() == table(0.0, weight_decay=0.0).tobytes()
    assert table(1e-2, weight_decay=5.0).tobytes() != table(1e-2, weight_decay=0.0).tobytes()
