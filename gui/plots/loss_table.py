"""The loss plot's curves as a table."""

from collections.abc import Sequence

from engine.seed_bands import SeedSummary
from gui.plots.loss_curve import LossCurve
from gui.plots.plot_export import Cell, csv_text

COLUMNS = ("variant", "part", "run", "epoch", "loss", "low", "high")


def loss_table(curves: Sequence[LossCurve], summary: SeedSummary) -> str:
    """Every point of the curves as CSV: a row per curve and epoch, the band where there is one.

    Where there are several seeds, two columns say what the loss and what low and high are, and
    every seed has a column of its own values.
    """
    several = [curve for curve in curves if len(curve.style.seeds) > 1]
    seeds = list(dict.fromkeys(seed for curve in several for seed in curve.style.seeds))
    header = [*COLUMNS]
    if seeds:
        header += ["loss is", "low and high are", *(f"seed {seed}" for seed in seeds)]
    rows: list[list[Cell]] = []
    for curve in curves:
        for index in range(curve.data.mean.size):
            row = _point(curve, index)
            if seeds:
                row += _words(curve, summary)
                own = _own_values(curve, index)
                row += [own.get(seed, "") for seed in seeds]
            rows.append(row)
    return csv_text(header, rows)


def _point(curve: LossCurve, index: int) -> list[Cell]:
    style, data = curve.style, curve.data
    return [
        style.label,
        "held-out" if style.held_out else "train",
        "earlier" if style.ghost else "current",
        float(data.epochs[index]),
        float(data.mean[index]),
        "" if data.low is None else float(data.low[index]),
        "" if data.high is None else float(data.high[index]),
    ]


def _words(curve: LossCurve, summary: SeedSummary) -> list[Cell]:
    if len(curve.style.seeds) < 2:
        return ["", ""]
    return [summary.centre, "" if curve.data.low is None else summary.band]


def _own_values(curve: LossCurve, index: int) -> dict[int, float]:
    """Seed -> its value; nothing at an unfinished epoch."""
    seeds = curve.data.seeds
    if seeds is None or index >= len(seeds):
        return {}
    return dict(zip(curve.style.seeds, map(float, seeds[index]), strict=True))
