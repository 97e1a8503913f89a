"""The columns of a sweep's results: what stands above each, and what its numbers are."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from engine.datasets.registry import describe
from engine.sweep import Cell
from gui.models.results_model import ResultColumn
from gui.models.sweep_fields import SweepField
from gui.models.sweep_values import Words

translate = QCoreApplication.translate


def axis_column(path: str, field: SweepField | None) -> ResultColumn:
    """The column of what varies."""
    if field is None:
        return ResultColumn(path, path, given=True)
    numeric = not isinstance(field.values, Words)
    return ResultColumn(path, field.name, field.tip, numeric, given=True)


def variant_column() -> ResultColumn:
    """The column of the variants' names."""
    tip = translate("sweep", "Which variant of the experiment; its pattern says what trains.")
    return ResultColumn("variant", translate("sweep", "variant"), tip)


def number_column(key: str, score: str) -> ResultColumn:
    """A column of numbers; `score` is what `score_words` says."""
    title = {
        "seed": translate("sweep", "seed"),
        "seeds": translate("sweep", "seeds"),
        "trainable": translate("sweep", "trainable"),
        "train_loss": translate("sweep", "train loss"),
        "validation_loss": translate("sweep", "held-out loss"),
        "best_validation_loss": translate("sweep", "best held-out loss"),
        "best_epoch": translate("sweep", "best epoch"),
        "train_score": translate("sweep", "train {score}"),
        "validation_score": translate("sweep", "held-out {score}"),
        "diverged": translate("sweep", "diverged at"),
        "diverged_seeds": translate("sweep", "diverged"),
    }[key]
    return ResultColumn(key, title.format(score=score), _tip(key), numeric=True)


def score_words(cells: Sequence[Cell]) -> str:
    """Accuracy for classes, R² for numbers; a sweep over data sets may have both."""
    tasks = {describe(cell.experiment.data.name).task for cell in cells}
    if len(tasks) > 1:
        return translate("sweep", "accuracy or R²")
    return "R²" if "regression" in tasks else translate("sweep", "accuracy")


def _tip(key: str) -> str:
    """What a number is; a mean over seeds is the mean of this."""
    at_the_end = translate("sweep", "On held-out rows, after the last epoch.")
    return {
        "seed": translate("sweep", "Initial weights and batches come from it."),
        "seeds": translate("sweep", "How many seeds have finished; the means are over these."),
        "trainable": translate("sweep", "How many weights and biases the variant trains."),
        "train_loss": translate(
            "sweep", "Of the last epoch: the mean over its batches as they were trained."
        ),
        "validation_loss": at_the_end,
        "best_validation_loss": translate(
            "sweep", "The lowest of all epochs: what early stopping would have kept."
        ),
        "best_epoch": translate("sweep", "The epoch of the lowest held-out loss."),
        "train_score": translate(
            "sweep", "Of the last epoch: over its batches as they were trained."
        ),
        "validation_score": at_the_end,
        "diverged": translate("sweep", "The step at which the loss was no longer finite."),
        "diverged_seeds": translate(
            "sweep", "In how many seeds the loss was no longer finite; the means are without them."
        ),
    }[key]
