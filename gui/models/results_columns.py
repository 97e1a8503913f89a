"""The columns of a run's table of results: what stands above each, and what its numbers are."""

from PySide6.QtCore import QCoreApplication

from engine.datasets.registry import describe
from engine.experiment import Experiment
from gui.models.results_model import ResultColumn

translate = QCoreApplication.translate

R_SQUARED = "R²"


def score_name(experiment: Experiment) -> str:
    """What the score of the experiment's task is called. Raises DatasetError."""
    is_regression = describe(experiment.data.name).task == "regression"
    return R_SQUARED if is_regression else translate("results", "accuracy")


def variant_columns(score: str) -> tuple[ResultColumn, ...]:
    """Of the table with a row per variant; `score` is what the score is called."""
    seeds = translate("results", "Mean ± standard deviation over the seeds. ")
    return (
        *_plan_columns(),
        *_number_columns(score, seeds),
        ResultColumn(
            "diverged",
            translate("results", "Diverged"),
            translate("results", "Seeds that went non-finite; the means are those of the others."),
            numeric=True,
        ),
    )


def seed_columns(score: str) -> tuple[ResultColumn, ...]:
    """Of the table with a row per seed of every variant."""
    name, *plan = _plan_columns()
    return (
        name,
        ResultColumn(
            "seed",
            translate("results", "Seed"),
            translate(
                "results",
                "Initial weights and batches come from it: equal seeds of two variants are a pair.",
            ),
            numeric=True,
        ),
        *plan,
        *_number_columns(score, ""),
        ResultColumn(
            "diverged",
            translate("results", "Diverged at epoch"),
            translate("results", "The first epoch whose training loss was not finite."),
            numeric=True,
        ),
    )


def _plan_columns() -> tuple[ResultColumn, ...]:
    return (
        ResultColumn("name", translate("results", "Variant")),
        ResultColumn(
            "pattern",
            translate("results", "Pattern"),
            translate(
                "results",
                "One sign per layer, from input to output: ■ trains, ◧ trains in part, ❄ frozen, "
                "□ cut off, · no parameters; * changed while it trained.",
            ),
        ),
    )


def _number_columns(score: str, seeds: str) -> tuple[ResultColumn, ...]:
    def number(key: str, title: str, tip: str) -> ResultColumn:
        return ResultColumn(key, title, seeds + tip, numeric=True)

    return (
        number(
            "train_loss",
            translate("results", "Train loss"),
            translate("results", "Mean loss over the last epoch's batches, as trained."),
        ),
        number(
            "validation_loss",
            translate("results", "Held-out loss"),
            translate("results", "Loss on the held-out rows after the last epoch."),
        ),
        number(
            "validation_score",
            translate("results", "Held-out {0}").format(score),
            _score_tip(score, translate("results", "held-out rows")),
        ),
        number(
            "best_loss",
            translate("results", "Best held-out loss"),
            translate(
                "results",
                "A seed's lowest held-out loss so far: what early stopping would have kept.",
            ),
        ),
        ResultColumn(
            "best_epoch",
            translate("results", "Best epoch"),
            translate("results", "The epoch of the lowest held-out loss; over seeds, the median."),
            numeric=True,
        ),
        number(
            "train_score",
            translate("results", "Train {0}").format(score),
            _score_tip(score, translate("results", "training rows")),
        ),
        *_size_columns(),
    )


def _size_columns() -> tuple[ResultColumn, ...]:
    """What does not come from a loss."""
    return (
        ResultColumn(
            "trainable",
            translate("results", "Trainable"),
            translate("results", "Weights and biases that train, as the check boxes stand now."),
            numeric=True,
        ),
        ResultColumn(
            "cost",
            translate("results", "Cost, %"),
            translate(
                "results",
                "Multiply-adds of the backward pass, relative to all layers trainable.",
            ),
            numeric=True,
        ),
        ResultColumn(
            "epochs",
            translate("results", "Epochs"),
            translate("results", "Passes over the training rows so far."),
            numeric=True,
        ),
    )


def _score_tip(score: str, rows: str) -> str:
    text = translate("results", "Share of the {0} that are classified right, 0 to 1.")
    if score == R_SQUARED:
        text = translate(
            "results", "1 − residual / total sum of squares over the {0}; 1 is perfect."
        )
    return text.format(rows)
