"""What the panel at the crosshair says: values, nearest seed, survivors, best held-out epoch."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from engine.seed_bands import seeds_left
from gui.plots.live_plot import PlotView
from gui.plots.loss_curve import LossCurve
from gui.plots.loss_pointing import SeedValue, seeds_at
from gui.plots.loss_readout import Readout, ReadoutRow
from gui.plots.plot_style import Sign
from gui.theme import Theme
from gui.widgets.number_text import three_digits

BEST_REACH = 3.0  # pixels from the crosshair at which a best epoch is told
MOST_NOTES = 4

translate = QCoreApplication.translate


def read_at(
    curves: Sequence[LossCurve],
    epoch: float,
    theme: Theme,
    pointed: LossCurve | None = None,
    notes: tuple[str, ...] = (),
) -> Readout:
    """Every variant's values at this epoch: a row each, training and held-out beside it.

    Ghosts come last. The variant pointed at, or else the selected one, is shown in any case.
    """
    values: dict[tuple[str, int, bool], dict[bool, str]] = {}
    signs: dict[tuple[str, int, bool], Sign] = {}
    for curve in curves:
        value = curve.value_at(epoch)
        if value is not None:
            variant = curve.style.variant
            values.setdefault(variant, {})[curve.style.held_out] = three_digits(value)
            signs[variant] = Sign(curve.style.variant_index, curve.colour(theme))
    order = sorted(values, key=lambda variant: variant[2])
    first = {curve.style.variant for curve in curves if curve.style.selected}
    if pointed is not None:
        first = {pointed.style.variant}
    return Readout(
        epoch=translate("LossPlot", "epoch {0}").format(f"{epoch:g}"),
        train_title=translate("LossPlot", "train"),
        held_out_title=translate("LossPlot", "held-out"),
        rows=tuple(
            ReadoutRow(
                v[0], signs[v], values[v].get(False, ""), values[v].get(True, ""), v in first
            )
            for v in order
        ),
        notes=notes,
    )


def reading_notes(
    curves: Sequence[LossCurve],
    pointed: LossCurve | None,
    seed: SeedValue | None,
    epoch: float,
    view: PlotView,
) -> tuple[str, ...]:
    """What is told under the values: of the curve pointed at, and of best epochs that are met."""
    present = [curve for curve in curves if curve.best is not None and not curve.style.ghost]
    if pointed is not None:
        present = [each for each in present if each.style.variant == pointed.style.variant]
    notes = [] if pointed is None else _seed_notes(pointed, seed, epoch)
    alone = bool(notes) or len({curve.style.variant for curve in curves}) == 1
    for curve in present:
        if curve.best is not None and (pointed is not None or _meets(epoch, curve.best[0], view)):
            name = "" if alone else f"{curve.style.label}: "
            notes.append(name + best_text(curve.best))
    return tuple(notes[:MOST_NOTES])


def _meets(epoch: float, best: float, view: PlotView) -> bool:
    return abs(view.place(epoch, 0.0)[0] - view.place(best, 0.0)[0]) <= BEST_REACH


def best_text(best: tuple[float, float]) -> str:
    """Which epoch early stopping would have kept, in words."""
    text = translate("LossPlot", "best held-out {0} at epoch {1}")
    return text.format(three_digits(best[1]), f"{best[0]:g}")


def _seed_notes(curve: LossCurve, seed: SeedValue | None, epoch: float) -> list[str]:
    values = seeds_at(curve, epoch)
    if seed is None or values is None:
        return []
    part = (
        translate("LossPlot", "held-out")
        if curve.style.held_out
        else translate("LossPlot", "train")
    )
    text = translate("LossPlot", "seed {0}: {1}").format(seed.seed, three_digits(seed.value))
    notes = [f"{curve.style.label} · {part} · {text}"]
    left = seeds_left(values)
    if left < values.size:
        text = translate("LossPlot", "{0} of {1} seeds, the others diverged")
        notes.append(text.format(left, values.size))
    return notes
