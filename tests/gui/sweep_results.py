"""Results of sweeps that nobody trained, for tests of what is shown of them."""

from collections.abc import Callable, Sequence

from engine.experiment import Experiment
from engine.sweep import Axis, Cell, RunResult, Sweep, cells
from gui.models.sweep_curves import CurveMaker
from gui.models.sweep_fields import sweep_fields
from tests.gui.sweeps import small

Loss = Callable[[int, str, int], float]
"""Of a cell's number, a variant and a seed."""

SEEDS = (1, 2, 3)


def usual_loss(cell: int, variant: str, seed: int) -> float:
    """Another one for every run; neither in the order of the cells, nor the same for variants."""
    rank = (cell * 7 + len(variant) * 3) % 5
    return 0.2 + 0.1 * rank + 0.01 * seed**2


def base(seeds: Sequence[int] = SEEDS) -> Experiment:
    return small(seeds=tuple(seeds))


def sweep_of(*axes: tuple[str, tuple[object, ...]], experiment: Experiment | None = None) -> Sweep:
    values = tuple(Axis(path=path, values=values) for path, values in axes)
    return Sweep(base=experiment or base(), axes=values)


def run_result(
    cell: int, variant: str, seed: int, loss: float, diverged: int | None = None
) -> RunResult:
    """A diverged run has no losses at the end, but a best one of before, and scores."""
    final = None if diverged is not None else loss
    return RunResult(
        cell=cell, variant=variant, seed=seed, train_loss=final, validation_loss=final,
        train_score=1 - loss / 2, validation_score=1 - loss / 2, best_validation_loss=loss / 2,
        best_epoch=seed, diverged=diverged,
    )  # fmt: skip


def results_of(
    found: Sequence[Cell],
    loss: Loss = usual_loss,
    diverged: Callable[[int, str, int], bool] = lambda *_: False,
) -> list[RunResult]:
    """A result for every run of these cells, in their order."""
    return [
        run_result(
            cell.number, variant, seed, loss(cell.number, variant, seed),
            7 if diverged(cell.number, variant, seed) else None,
        )
        for cell in found
        for variant, seed in cell.experiment.members
    ]  # fmt: skip


def maker_of(sweep: Sweep) -> CurveMaker:
    return CurveMaker(sweep, cells(sweep), sweep_fields(sweep.base))
