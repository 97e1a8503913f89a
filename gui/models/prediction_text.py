"""Predictions in words: how a variant does, and what stands at a place."""

from PySide6.QtCore import QCoreApplication

from engine.datasets.registry import describe
from engine.experiment import DataSpec
from engine.prediction_values import (
    FittedCurve,
    MostWrong,
    PredictedActual,
    Predictions,
    Standing,
)
from gui.widgets.number_text import three_digits

translate = QCoreApplication.translate


def score_word(predictions: Predictions) -> str:
    """What the score is."""
    numbers = isinstance(predictions.picture, FittedCurve | PredictedActual)
    return "R²" if numbers else translate("predictions", "accuracy")


def standing_texts(predictions: Predictions, index: int) -> tuple[str, ...]:
    """How the variant at this place does now: the fullest words first."""
    standing = predictions.standings[index]
    if standing.diverged:
        return (
            translate("predictions", "diverged: {0}").format(standing.diverged),
            translate("predictions", "diverged"),
        )
    score = f"{score_word(predictions)} {three_digits(standing.score)}"
    if isinstance(predictions.picture, MostWrong):
        wrong = predictions.picture.variants[index]
        score = translate("predictions", "{0} of {1} wrong").format(
            f"{wrong.wrong:,}", f"{wrong.rows:,}"
        )
    loss = translate("predictions", "loss {0}").format(three_digits(standing.loss))
    rows = translate("predictions", "held-out")
    if not predictions.held_out:
        rows = translate("predictions", "training")
    return f"{rows}: {score} · {loss}", f"{score} · {loss}", score


def standing_tip(predictions: Predictions, standing: Standing) -> str:
    """What the numbers under a panel's title are, in a sentence."""
    if standing.diverged:
        return translate(
            "predictions", "The loss of this network was not finite, so it stands still since then."
        )
    rows = translate("predictions", "{0} held-out rows")
    if not predictions.held_out:
        rows = translate("predictions", "{0} training rows (none are held out)")
    if predictions.rows < predictions.all_rows:
        rows = translate("predictions", "{0} of {1} rows, drawn at random,")
    evaluated = rows.format(f"{predictions.rows:,}", f"{predictions.all_rows:,}")
    score = (
        translate("predictions", "R², 1 − residual / total sum of squares,")
        if score_word(predictions) == "R²"
        else translate("predictions", "Accuracy, the share of rows classified rightly,")
    )
    return translate(
        "predictions",
        "{score} and mean loss over {rows} after step {step}, seed {seed}, in inference mode: "
        "{number} and {loss}.",
    ).format(
        score=score,
        rows=evaluated,
        step=f"{predictions.step:,}",
        seed=standing.seed,
        number=three_digits(standing.score),
        loss=three_digits(standing.loss),
    )


def place_text(names: tuple[str, str], x: float, y: float) -> str:
    """A place in a plane: `x 0.310, y -0.800`."""
    return f"{names[0]} {three_digits(x)}, {names[1]} {three_digits(y)}"


def class_text(place: str, name: str, probability: float) -> str:
    """The most probable class at a place."""
    return translate("predictions", "{0}: {1} {2}").format(place, name, three_digits(probability))


def curve_text(name: str, x: float, y: float) -> str:
    """What a fitted curve says at an x."""
    return translate("predictions", "{0} {1}: predicted {2}").format(
        name, three_digits(x), three_digits(y)
    )


def row_text(actual: float, predicted: float) -> str:
    """One row's number and what was predicted of it."""
    return translate("predictions", "actual {0}, predicted {1}").format(
        three_digits(actual), three_digits(predicted)
    )


def taken_text(count: int, of: int, actual: str, predicted: str) -> str:
    """A cell of a confusion matrix."""
    return translate("predictions", "{0} of {1} {2} were taken for {3}").format(
        f"{count:,}", f"{of:,}", actual, predicted
    )


def wrong_text(actual: str, predicted: str, probability: float) -> str:
    """The caption of a wrong picture: `8 → 3, 92 %`."""
    return f"{actual} → {predicted}, {percent(probability)}"


def wrong_told(actual: str, predicted: str, probability: float, loss: float) -> str:
    """A wrong picture in a sentence."""
    return translate("predictions", "{0} taken for {1} with probability {2}; loss {3}").format(
        actual, predicted, three_digits(probability), three_digits(loss)
    )


def run_data_text(run: DataSpec, document: DataSpec) -> tuple[str, ...]:
    """That the present run has other data than the document, the fullest first; else nothing."""
    if run == document:
        return ()
    shown, next_one = (describe(data.name).title for data in (run, document))
    short = translate("predictions", "of the run on {0}").format(shown)
    if run.name == document.name:
        return (translate("predictions", "{0}; changed at the next run").format(short), short)
    full = translate("predictions", "{0}; {1} at the next run").format(short, next_one)
    return full, short


def percent(share: float) -> str:
    """A probability as `92 %`; never 100 %: in float32 very nearly 1 is 1 as well."""
    whole = round(100 * share)
    return f"{whole} %" if whole < 100 else ">99 %"
