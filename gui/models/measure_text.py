"""What a layer's measured numbers are called, and their definitions: one sentence with its formula.

The sentences are those of engine.probes.LayerMeasures, which the window cannot import before its
first paint.
"""

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate

MEASURES = (
    "moved",
    "moved_while_frozen",
    "gradient_norm",
    "output_gradient_norm",
    "update_ratio",
    "dead_units",
)
"""The measures in the order of an epoch record's columns, as in engine.probes.MEASURES."""

USUAL_RATIO = 1e-3
"""The update ratio that a layer with a well-chosen learning rate has, roughly."""


def definition(measure: str) -> str:
    """What the number is, in one sentence with its formula; for tooltips."""
    return {
        "moved": translate(
            "measure",
            "How far the layer moved since the start: ‖W − W₀‖ / ‖W₀‖ over its weights and "
            "biases. Exactly 0: not a single bit has changed.",
        ),
        "moved_while_frozen": translate(
            "measure",
            "How far the layer moved since it was frozen, running statistics included; exactly 0 "
            "unless batch norm was told to go on.",
        ),
        "gradient_norm": translate(
            "measure",
            "Length of the gradient into the layer's own weights and biases, ‖∂L/∂W‖. A frozen "
            "layer has none.",
        ),
        "output_gradient_norm": translate(
            "measure",
            "Length of the gradient that arrives at the layer's outputs, ‖∂L/∂out‖, over the "
            "batch. A frozen layer with a trainable one before it still passes it on.",
        ),
        "update_ratio": translate(
            "measure",
            "Length of the step's update relative to the weights, ‖ΔW‖ / ‖W‖; about 1e-3 is usual.",
        ),
        "dead_units": translate(
            "measure",
            "Units after relu that were 0 for every row of the batch: no gradient reaches their "
            "weights through them.",
        ),
    }[measure]


def formula(measure: str) -> str:
    """The number's short name as it stands before it: ‖∂L/∂W‖."""
    return {
        "moved": translate("measure", "moved"),
        "moved_while_frozen": translate("measure", "moved while frozen"),
        "gradient_norm": "‖∂L/∂W‖",
        "output_gradient_norm": "‖∂L/∂out‖",
        "update_ratio": "‖ΔW‖ / ‖W‖",
        "dead_units": translate("measure", "dead units"),
    }[measure]
