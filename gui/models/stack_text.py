"""The lines around the layer stack: the input above it, the totals and the problems below."""

from PySide6.QtCore import QCoreApplication

from engine.checks import experiment_problems
from engine.datasets.registry import describe
from engine.experiment import Experiment
from gui.models.layer_rows import Totals

translate = QCoreApplication.translate

NO_BREAK = "\N{NO-BREAK SPACE}"


def input_text(experiment: Experiment) -> str:
    """The line above the first layer: `input 30 · Breast cancer`."""
    description = describe(experiment.data.name)
    return translate("stack", "input {inputs} · {title}").format(
        inputs=f"{description.inputs:,}", title=description.title
    )


def totals_text(totals: Totals) -> str:
    """The line below: parameters in all, trainable and frozen, and the backward cost."""
    if totals.trainable == 0:
        return translate("stack", "Nothing is trainable: no weight will change")
    if totals.cut_off == totals.trainable:
        return translate("stack", "Nothing is updated: every ticked layer is cut off")
    trains = translate("stack", "trains {count}")
    if totals.cut_off:
        trains = translate("stack", "trains {count}, {cut} of them cut off")
    parts = (
        translate("stack", "total {count}").format(count=f"{totals.total:,}"),
        trains.format(count=f"{totals.trainable:,}", cut=f"{totals.cut_off:,}"),
        translate("stack", "frozen {count}").format(count=f"{totals.frozen:,}"),
        translate("stack", "backward cost {share}").format(
            share=percent_text(totals.backward_cost)
        ),
    )
    return " · ".join(part.replace(" ", NO_BREAK) for part in parts)


def percent_text(share: float) -> str:
    """A share as a percentage; what is little but not nothing is not 0 %."""
    percent = 100 * share
    if 0 < percent < 1:
        return translate("stack", "{percent:.1g} %").format(percent=percent)
    return translate("stack", "{percent:.0f} %").format(percent=percent)


def totals_tip() -> str:
    """What the totals are."""
    return translate(
        "stack",
        "Weights and biases of the selected variant: all, those that train and those that stand "
        "still, in frozen layers or outside a layer's random part. Cut off: ticked, but a detached "
        "layer keeps the gradient away.\n"
        "Backward cost: multiply-adds of the backward pass, relative to all layers trainable "
        "(100 %).",
    )


def layer_problems(experiment: Experiment) -> str:
    """What keeps the layers from being trained, one line each, with the layers' names."""
    lines = []
    for problem in experiment_problems(experiment):
        for index, layer in enumerate(experiment.layers):
            prefix = f"layers[{index}]."
            if problem.path.startswith(prefix):
                lines.append(f"{layer.id}, {problem.path.removeprefix(prefix)}: {problem.message}")
        if problem.path == "layers":
            lines.append(problem.message)
    return "\n".join(lines)
