"""What networks predict, as plain numbers: one kind of picture for every kind of data set.

Only numpy is imported here, so that a window can know these values before torch loads.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]
Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Points:
    """Rows of a data set in the source's units: inputs (n, inputs) and targets (n,).

    Targets are class numbers, or numbers. Of large data sets the first rows only.
    """

    inputs: Numbers
    targets: Numbers | Counts


@dataclass(frozen=True, eq=False)
class Boundary:
    """Class probabilities over the plane of two inputs.

    `x` (columns,) and `y` (rows,) are the places of the grid in the source's units;
    `probabilities` (variants, rows, columns, classes) adds up to 1 over the classes.
    """

    x: Numbers
    y: Numbers
    probabilities: Numbers
    training: Points
    held_out: Points
    input_names: tuple[str, ...]
    class_names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class FittedCurve:
    """Predicted numbers over the range of the only input, all in the source's units.

    `y` (variants, seeds, places): the seed that was asked for first; NaN for one that diverged.
    """

    x: Numbers
    y: Numbers
    training: Points
    held_out: Points
    input_name: str


@dataclass(frozen=True, eq=False)
class PredictedActual:
    """Predicted against actual numbers in the source's units.

    `actual` (rows,), `predicted` (variants, rows).
    """

    actual: Numbers
    predicted: Numbers


@dataclass(frozen=True, eq=False)
class WrongPictures:
    """The pictures that one variant gets wrong, highest loss first, at most MOST_PICTURES.

    `pictures` (n, height, width) from 0 to 1; `actual` and `predicted` are class numbers (n,),
    `probability` (n,) is that of the predicted class, `losses` (n,) are those of the rows. `wrong`
    of `rows` pictures were classified wrongly.
    """

    pictures: Numbers
    actual: Counts
    predicted: Counts
    probability: Numbers
    losses: Numbers
    wrong: int
    rows: int


@dataclass(frozen=True, eq=False)
class MostWrong:
    """The most wrong pictures of every variant."""

    variants: tuple[WrongPictures, ...]
    class_names: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Confusion:
    """How many rows of each class were taken for each class.

    `counts` (variants, classes, classes): rows are the true classes, columns the predicted ones.
    """

    counts: Counts
    class_names: tuple[str, ...]


Picture = Boundary | FittedCurve | PredictedActual | MostWrong | Confusion


@dataclass(frozen=True)
class Standing:
    """One variant's member as it is now.

    `loss` and `score` (accuracy, or R2) over the rows that were evaluated; `diverged` says what
    became of it, and then the numbers mean nothing.
    """

    variant: str
    seed: int
    loss: float
    score: float
    diverged: str = ""


@dataclass(frozen=True, eq=False)
class Predictions:
    """What some variants predict at one step. Nothing in it is ever changed again.

    The axis of variants in `picture` is that of `standings`. `rows` rows were evaluated, held-out
    ones or, if none are held out, training rows; `all_rows` is how many of them there are.
    `seconds` is how long the training thread took to answer.
    """

    step: int
    epoch: float
    standings: tuple[Standing, ...]
    picture: Picture
    held_out: bool
    rows: int
    all_rows: int
    seconds: float
