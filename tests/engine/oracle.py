"""An independent reference: one member as a plain `nn.Sequential` under `torch.optim`.

It shares no arithmetic with the engine. From a Trainer it takes two facts only, the member's
initial weights and the row numbers of every batch; data, network, loss, freezing and optimizer
are plain PyTorch, one parameter group per layer, frozen by `requires_grad = False`, `grad = None`
and `eval()`, detached by a real `detach()`. Dropout masks come from a generator of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from plain_layers import Cut, fill, flattened, outer_activation, plain_layer
from sklearn.metrics import accuracy_score, r2_score
from torch import nn

from engine.checks import resolved_loss
from engine.datasets.loading import load_dataset
from engine.datasets.registry import describe
from engine.edits import apply_edit
from engine.experiment import DataSpec, Experiment, LayerPlan, Training, Variant
from engine.journal import SetLearningRate, SetTrainable
from engine.layer_specs import Dense
from engine.trainer import Trainer, random_stream

LAYERS = ("hidden-1", "hidden-2", "output")
PATTERNS = {  # which layers of the classic network train, from input to output
    "all": (1, 1, 1),
    "first-second": (1, 1, 0),
    "first-last": (1, 0, 1),
    "first": (1, 0, 0),
    "second-last": (0, 1, 1),
    "second": (0, 1, 0),
    "last": (0, 0, 1),
    "none": (0, 0, 0),
}
OPTIMIZERS = {  # name: (fields of Training, learning rate)
    "sgd": ({"optimizer": "sgd"}, 1e-1),
    "momentum": ({"optimizer": "sgd", "momentum": 0.9}, 1e-2),
    "momentum and decay": ({"optimizer": "sgd", "momentum": 0.9, "weight_decay": 1e-2}, 1e-2),
    "adam": ({"optimizer": "adam"}, 1e-3),
    "adam and decay": ({"optimizer": "adam", "weight_decay": 1e-2}, 1e-3),
    "adamw": ({"optimizer": "adamw", "weight_decay": 1e-2}, 1e-3),
}

LOSSES = {
    "binary_cross_entropy": nn.BCEWithLogitsLoss,
    "cross_entropy": nn.CrossEntropyLoss,
    "mean_squared_error": nn.MSELoss,
}


class PlainMember:
    """The reference of one member of a trainer that has not taken a step yet."""

    def __init__(self, trainer, member, dataset=None):
        self.experiment = trainer.experiment
        self.variant = self.experiment.members[member][0]
        self._member = member
        dataset = dataset or load_dataset(self.experiment.data)
        self._loss = LOSSES[resolved_loss(self.experiment)]()
        self._inputs, self._targets = self._tensors(dataset.train_inputs, dataset.train_targets)
        self._held_out = self._tensors(dataset.validation_inputs, dataset.validation_targets)
        self.layers = self._copied_layers(trainer)
        self.cuts = [Cut() for _ in self.layers]
        self.network = self._stacked()
        self.optimizer = self._torch_optimizer()
        self._set_flags()
        self._epoch_losses = []

    def step(self, rows):
        """One optimizer step on these rows of the training data."""
        loss = self._loss(self.network(self._inputs[rows]), self._targets[rows])
        if loss.requires_grad:
            loss.backward()
            if self.experiment.training.clip_norm is not None:
                nn.utils.clip_grad_norm_(self._trained, self.experiment.training.clip_norm)
            self.optimizer.step()
            self._forget_gradients()
        self._epoch_losses.append((loss.item(), len(rows)))

    def epoch_loss(self):
        """Mean loss over the rows trained on since the last call."""
        losses, rows = np.array(self._epoch_losses).T
        self._epoch_losses.clear()
        return float((losses * rows).sum() / rows.sum())

    @torch.no_grad()
    def held_out(self):
        """Loss and score (accuracy or R2, by scikit-learn) on the held-out rows."""
        inputs, targets = self._held_out
        self.network.eval()
        outputs = self.network(inputs)
        self._set_flags()
        return self._loss(outputs, targets).item(), self._score(outputs, targets)

    def apply(self, edit):
        """What a careful PyTorch user does between two steps."""
        self.experiment = apply_edit(self.experiment, edit)
        if edit.variant != self.variant:
            return
        index = [layer.id for layer in self.experiment.layers].index(edit.layer)
        if isinstance(edit, SetLearningRate):
            self.optimizer.param_groups[index]["lr"] = edit.learning_rate
        if isinstance(edit, SetTrainable):
            state = edit.optimizer_state or self.experiment.training.on_unfreeze
            for parameter in self.layers[index].parameters():
                if edit.trainable and not parameter.requires_grad and state == "clear":
                    self.optimizer.state.pop(parameter, None)
        self._set_flags()

    def flat_parameters(self, index):
        """Weights (inputs x units, row by row), then biases, as the engine orders them."""
        return flattened(self.layers[index])

    def _score(self, outputs, targets):
        if not describe(self.experiment.data.name).classes:
            return r2_score(targets, outputs)
        if outputs.shape[1] > 1:
            classes = targets.argmax(dim=1) if targets.ndim > 1 else targets
            return accuracy_score(classes, outputs.argmax(dim=1))
        middle = 0 if isinstance(self._loss, nn.BCEWithLogitsLoss) else 0.5
        return accuracy_score(targets, outputs > middle)

    def _set_flags(self):
        plans = self.experiment.variant(self.variant).layers
        for spec, layer, cut in zip(self.experiment.layers, self.layers, self.cuts, strict=True):
            plan = plans[spec.id]
            layer.requires_grad_(plan.trainable)
            layer.train(plan.trainable or plan.when_frozen == "training")
            cut.on = plan.detached
        self._forget_gradients()
        self._trained = [p for p in self.network.parameters() if p.requires_grad]

    def _forget_gradients(self):
        for parameter in self.network.parameters():
            parameter.grad = None

    def _tensors(self, inputs, targets):
        inputs = torch.tensor(inputs)
        targets = torch.tensor(targets)
        output = self.experiment.layers[-1]
        if isinstance(self._loss, nn.CrossEntropyLoss):
            return inputs, targets
        if targets.dtype == torch.int64 and output.units > 1:
            return inputs, nn.functional.one_hot(targets, output.units).float()
        return inputs, targets.float()[:, None]

    def _copied_layers(self, trainer):
        masks = random_stream(self.experiment.members[self._member][1], "dropout")
        layers, inputs = [], self._inputs.shape[1]
        for spec in self.experiment.layers:
            layers.append(plain_layer(spec, inputs, masks))
            fill(layers[-1], trainer.start[spec.id][self._member : self._member + 1].flatten())
            inputs = spec.outputs(inputs)
        return layers

    def _stacked(self):
        modules = []
        for spec, layer, cut in zip(self.experiment.layers, self.layers, self.cuts, strict=True):
            modules += [layer, outer_activation(spec), cut]
        if not isinstance(self._loss, nn.MSELoss):  # the loss takes its own sigmoid or softmax
            del modules[-2]
        return nn.Sequential(*modules)

    def _torch_optimizer(self):
        training, plans = self.experiment.training, self.experiment.variant(self.variant).layers
        groups = [
            {"params": list(layer.parameters()), "lr": plans[spec.id].learning_rate}
            for spec, layer in zip(self.experiment.layers, self.layers, strict=True)
        ]
        if training.optimizer == "sgd":
            return torch.optim.SGD(
                groups, lr=1.0, momentum=training.momentum, weight_decay=training.weight_decay
            )
        kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[training.optimizer]
        return kind(
            groups,
            lr=1.0,
            betas=(training.beta1, training.beta2),
            eps=training.epsilon,
            weight_decay=training.weight_decay,
        )


@dataclass(frozen=True)
class Comparison:
    """What an engine and the plain references logged, arrays of (epochs, members)."""

    train: NDArray[np.float64]
    plain_train: NDArray[np.float64]
    held_out: NDArray[np.float64]  # (epochs, 2, members): loss, score
    plain_held_out: NDArray[np.float64]
    plain: list[PlainMember]

    @property
    def difference(self):
        """The largest relative difference of a training loss at any epoch."""
        return relative_difference(self.train, self.plain_train)


def train_beside(trainer, epochs, edits: Mapping[int, tuple] = {}, reference_of=PlainMember):
    """Train a fresh trainer and a plain reference of each of its members, batch by batch.

    `edits` maps numbers of steps to the edits that both take after so many steps.
    """
    dataset = load_dataset(trainer.experiment.data)
    plain = [reference_of(trainer, member, dataset) for member in range(trainer.network.members)]
    logged = ([], [], [], [])
    for _ in range(epochs):
        metrics, taken = None, 0
        while metrics is None:
            for edit in edits.get(trainer.step_count, ()):
                for each in (trainer, *plain):
                    each.apply(edit)
            metrics = trainer.step()
            rows = trainer.batches.order[:, taken : taken + trainer.batches.batch_size]
            taken += rows.shape[1]
            for reference, own in zip(plain, rows, strict=True):
                reference.step(own)
        logged[0].append(metrics.train_loss)
        logged[1].append([reference.epoch_loss() for reference in plain])
        if len(dataset.validation_inputs):
            logged[2].append((metrics.validation_loss, metrics.validation_score))
            logged[3].append(np.transpose([reference.held_out() for reference in plain]))
    return Comparison(*(np.array(column, np.float64) for column in logged), plain)


def relative_difference(found, expected):
    """The largest |found - expected| / |expected|."""
    found, expected = np.asarray(found, np.float64), np.asarray(expected, np.float64)
    return float(np.max(np.abs(found - expected) / np.abs(expected)))


def patterned(
    patterns=PATTERNS,
    rate=1e-3,
    *,
    seeds=(100,),
    activation="relu",
    validation_fraction=0.0,
    **training,
):
    """The classic 30-16-8-1 network, one variant per freeze pattern, all layers at one rate."""
    sizes = zip(LAYERS, (16, 8, 1), (activation, activation, "sigmoid"), strict=True)
    scaled_on = "train" if validation_fraction else "all"
    return Experiment(
        data=DataSpec(
            name="breast_cancer",
            validation_fraction=validation_fraction,
            standardize_on=scaled_on,
        ),
        layers=tuple(Dense(id=i, units=units, activation=a) for i, units, a in sizes),
        training=Training(seeds=tuple(seeds), **training),
        variants=tuple(
            variant(name, dict(zip(LAYERS, flags, strict=True)), rate)
            for name, flags in patterns.items()
        ),
    )


def variant(name, trainable, rate=1e-3):
    """A variant from a flag per layer id, all layers at one rate."""
    plans = {
        layer: LayerPlan(trainable=bool(flag), learning_rate=rate)
        for layer, flag in trainable.items()
    }
    return Variant(id=name, name=name, layers=plans)


def trainer_of(experiment):
    """A trainer that has not taken a step."""
    return Trainer(experiment, load_dataset(experiment.data))
