"""Choosing a loss: the output layer goes with it, since only some suit each other."""

from engine.checks import suitable_activations, suitable_losses, suitable_units
from engine.datasets.registry import describe
from engine.experiment import Experiment, Loss
from engine.layer_specs import Dense
from engine.structure import replace_layer


def with_loss(experiment: Experiment, loss: Loss) -> Experiment:
    """With this loss, and the output layer's units and activation changed where they must be."""
    description = describe(experiment.data.name)
    units = suitable_units(description, loss)
    output = experiment.output
    if output.units not in units:
        output = output.replace(units=units[0])
    activations = suitable_activations(description, loss, output.units)
    if isinstance(output, Dense) and output.activation not in activations:
        output = output.replace(activation=activations[0])
    training = experiment.training.replace(loss=loss)
    return replace_layer(experiment.replace(training=training), output)


def loss_choices(experiment: Experiment) -> tuple[Loss, ...]:
    """The losses that suit the data, and the present one where it does not."""
    losses = suitable_losses(describe(experiment.data.name))
    loss = experiment.training.loss
    return losses if loss in losses else (loss, *losses)
