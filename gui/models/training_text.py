"""The training's choices in words, and which fields matter for which optimizer."""

from PySide6.QtCore import QCoreApplication

from engine.checks import resolved_loss
from engine.experiment import Experiment, Training

translate = QCoreApplication.translate

RARE = ("momentum", "weight_decay", "beta1", "beta2", "epsilon", "clip_norm", "on_unfreeze")
"""What stands under "more"."""


def optimizer_text(optimizer: str) -> str:
    """The optimizer as its authors write it."""
    return {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW"}.get(optimizer, optimizer)


def initialization_text(initialization: str) -> str:
    """How weights are drawn, in words."""
    return {
        "glorot_uniform": translate("training", "Glorot uniform"),
        "glorot_normal": translate("training", "Glorot normal"),
        "he_uniform": translate("training", "He uniform"),
        "he_normal": translate("training", "He normal"),
        "zeros": translate("training", "zeros"),
        "constant": translate("training", "constant"),
    }.get(initialization, initialization)


def loss_text(loss: str, experiment: Experiment) -> str:
    """The loss in words; "auto" says what it comes to."""
    words = {
        "binary_cross_entropy": translate("training", "binary cross-entropy"),
        "cross_entropy": translate("training", "cross-entropy"),
        "mean_squared_error": translate("training", "mean squared error"),
    }
    if loss != "auto":
        return words.get(loss, loss)
    training = experiment.training.replace(loss="auto")
    chosen = words[resolved_loss(experiment.replace(training=training))]
    return translate("training", "auto: {loss}").format(loss=chosen)


def fields_that_matter(training: Training) -> frozenset[str]:
    """The rarely changed fields that have an effect with this training."""
    matter = {"weight_decay", "clip_norm"}
    if training.optimizer == "sgd":
        matter.add("momentum")
    else:
        matter |= {"beta1", "beta2", "epsilon"}
    if training.optimizer != "sgd" or training.momentum:
        matter.add("on_unfreeze")  # without moments there is no state to clear or keep
    if training.initialization == "constant":
        matter.add("initialization_constant")
    return frozenset(matter)
