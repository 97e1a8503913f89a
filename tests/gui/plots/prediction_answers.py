"""Predictions made by hand, one of each kind: what they show is known."""

import numpy as np

from engine.prediction_values import (
    Boundary,
    Confusion,
    FittedCurve,
    MostWrong,
    Picture,
    Points,
    PredictedActual,
    Predictions,
    Standing,
    WrongPictures,
)


def answer(picture: Picture, variants: int, diverged: dict[int, str] | None = None) -> Predictions:
    """An answer about v0, v1, … with scores 0.9, 0.8, …"""
    gone = diverged or {}
    standings = tuple(
        Standing(f"v{number}", 3, 0.25, 0.9 - number / 10, gone.get(number, ""))
        for number in range(variants)
    )
    return Predictions(60, 2.0, standings, picture, True, 40, 40, 0.001)


def boundary(variants: int = 2, grid: int = 31, rows: bool = False) -> Boundary:
    """Width -1 … 1, height -10 … 10: "right" where width is above 0; odd variants mirrored.

    With rows: training ones at a quarter of the width and three quarters of the height, and the
    other way round; held-out ones at the two remaining corners.
    """
    x = np.linspace(-1, 1, grid, dtype=np.float32)
    right = np.broadcast_to(1 / (1 + np.exp(-20 * x)), (grid, grid))
    second = np.stack([right if number % 2 == 0 else 1 - right for number in range(variants)])
    places = np.array([(-0.5, 5.0), (0.5, -5.0)], np.float32)[: 2 * rows]
    mirrored = places * np.array((1, -1), np.float32)
    return Boundary(
        x=x,
        y=10 * x,
        probabilities=np.stack([1 - second, second], axis=-1).astype(np.float32),
        training=Points(places, np.arange(len(places), dtype=np.int64)),
        held_out=Points(mirrored, np.arange(len(places), dtype=np.int64)),
        input_names=("width", "height"),
        class_names=("left", "right"),
    )


def curve(seeds: int = 1) -> FittedCurve:
    """Predicted: twice x, of other seeds 1 more each; rows at ±1."""
    x = np.linspace(-2, 2, 41, dtype=np.float32)
    rows = Points(np.array([[-1], [1]], np.float32), np.array([-2, 2], np.float32))
    y = np.stack([2 * x + seed for seed in range(seeds)])[None]
    return FittedCurve(x=x, y=y.astype(np.float32), training=rows, held_out=rows, input_name="x")


def numbers() -> PredictedActual:
    actual = np.array([100, 200, 300], np.float32)
    return PredictedActual(actual=actual, predicted=np.array([[150, 200, 9000]], np.float32))


def wrong(count: int = 3) -> MostWrong:
    """Checkered pictures of 2 x 2, ones that were taken for twos."""
    pictures = np.tile(np.array([[[0, 1], [1, 0]]], np.float32), (count, 1, 1))
    ones = np.ones(count, np.int64)
    probability = np.linspace(0.9, 0.5, count, dtype=np.float32)
    losses = np.linspace(4, 1, count, dtype=np.float32)
    found = WrongPictures(pictures, ones, 2 * ones, probability, losses, count, 40)
    return MostWrong((found,), ("0", "1", "2"))


def confusion() -> Confusion:
    return Confusion(np.array([[[17, 3], [0, 20]]], np.int64), ("no", "yes"))
