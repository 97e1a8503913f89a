"""The engine against the loop that everybody writes first."""

from functools import partial

import torch
from torch import Tensor, nn

from engine import Experiment, Variant, load_dataset
from tests.benchmarks.experiments import classic, train_with_engine
from tests.benchmarks.measuring import Effort, Result, Stopwatch, compare


def plain_loop(effort: Effort) -> Result:
    """One member of the classic experiment."""
    experiment = classic(effort.epochs)
    return compare(
        "plain_loop",
        "classic experiment, one member: time of a plain PyTorch loop / time of the engine",
        numerator=partial(train_with_plain_loop, experiment),
        denominator=partial(train_with_engine, experiment),
        effort=effort,
        direction="at least",
        target=1.5,
    )


def train_with_plain_loop(experiment: Experiment, variant: Variant | None = None) -> float:
    """Seconds of training one variant's network by hand, its epoch losses kept; None: the first.

    nn.Sequential, frozen by requires_grad_(False), fused Adam over what is left, one permutation
    per epoch and one index per batch. It records the losses only; the engine logs scores besides.
    """
    dataset, training = load_dataset(experiment.data), experiment.training
    inputs, targets = torch.tensor(dataset.train_inputs), torch.tensor(dataset.train_targets)
    network = _network(experiment, variant or experiment.variants[0], inputs.shape[1])
    loss_function: nn.Module = nn.CrossEntropyLoss()
    if experiment.layers[-1].units == 1:
        targets, loss_function = targets.float().unsqueeze(1), nn.BCEWithLogitsLoss()
    trained = [p for p in network.parameters() if p.requires_grad]
    optimizer = (
        torch.optim.Adam(trained, lr=1e-3, eps=training.epsilon, fused=True) if trained else None
    )
    with Stopwatch() as watch:
        losses = [
            _epoch(network, optimizer, loss_function, inputs, targets, training.batch_size)
            for _ in range(training.epochs)
        ]
    assert losses[-1] < losses[0] or len(losses) == 1 or optimizer is None
    return watch.seconds


def _epoch(
    network: nn.Module,
    optimizer: torch.optim.Optimizer | None,
    loss_function: nn.Module,
    inputs: Tensor,
    targets: Tensor,
    batch_size: int,
) -> float:
    total = 0.0
    order = torch.randperm(len(inputs))
    for start in range(0, len(inputs), batch_size):
        batch = order[start : start + batch_size]
        loss = loss_function(network(inputs[batch]), targets[batch])
        if optimizer is not None:  # without anything that trains there is nothing to differentiate
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        total += loss.item() * len(batch)
    return total / len(inputs)


def _network(experiment: Experiment, variant: Variant, inputs: int) -> nn.Sequential:
    """The hidden layers with relu, the output layer without: its loss takes logits."""
    parts: list[nn.Module] = []
    for layer in experiment.layers:
        linear = nn.Linear(inputs, layer.units).requires_grad_(variant.layers[layer.id].trainable)
        parts += [linear, nn.ReLU()]
        inputs = layer.units
    return nn.Sequential(*parts[:-1])
