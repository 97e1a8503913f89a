"""RESULTS.json: what a finished run found, as plain JSON data."""

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

import engine
from engine.backprop import variant_backward_cost, variant_counts, variant_reach
from engine.datasets.registry import describe
from engine.experiment import Variant
from engine.probes import moved_distance
from engine.run import Run
from engine.trainer import Trainer

FORMAT = 1


def results(run: Run, seconds: float) -> dict[str, Any]:
    """The results of a run whose trainer is still there, format 1.

    `train_loss` is the mean over each epoch's batches as they were trained, `moved` is
    ||w - w0|| / ||w0||; numbers that are not finite, or that do not exist, are null. Counts, reach
    and cost are those of the plans at the end of the run. Raises ValueError for a run whose
    network was freed.
    """
    trainer = run.trainer
    if trainer is None:
        raise ValueError("the run has no network any more: results are taken before it is released")
    moved = {
        layer.id: moved_distance(layer.flat_parameters(), trainer.start[layer.id])
        for layer in trainer.network.layers
    }
    return {
        "format": FORMAT,
        "engine": f"frostline {engine.__version__}",
        "experiment": run.started_as.model_dump(mode="json"),
        "journal": [entry.model_dump(mode="json") for entry in run.journal],
        "seconds": round(seconds, 3),
        "parameters": {"total": trainer.network.parameter_count},
        "variants": [_variant(run, trainer, v, moved) for v in run.experiment.variants],
    }


def results_json(run: Run, seconds: float) -> str:
    """`results` as JSON text."""
    return json.dumps(results(run, seconds), allow_nan=False) + "\n"


def _variant(
    run: Run, trainer: Trainer, variant: Variant, moved: Mapping[str, NDArray[np.float64]]
) -> dict[str, Any]:
    experiment = run.experiment
    members = trainer.members_of(variant.id)
    counts = variant_counts(experiment, variant)
    score = "accuracy" if describe(experiment.data.name).task == "classification" else "r2"
    columns = {
        "train_loss": "train_loss",
        "validation_loss": "validation_loss",
        f"train_{score}": "train_score",
        f"validation_{score}": "validation_score",
    }
    return {
        "id": variant.id,
        "name": variant.name,
        "trainable_parameters": counts.trainable,
        "non_trainable_parameters": counts.non_trainable,
        "reach": dict(variant_reach(experiment, variant)),
        "backward_cost": variant_backward_cost(experiment, variant),
        "seeds": list(experiment.training.seeds),
        **{name: _series(run.log.column(column)[:, members]) for name, column in columns.items()},
        "moved": {layer: _numbers(distances[members]) for layer, distances in moved.items()},
        "diverged": [
            trainer.diverged[m].step if m in trainer.diverged else None
            for m in range(members.start, members.stop)
        ],
    }


def _series(column: NDArray[np.float32]) -> list[list[float | None]]:
    """(epochs, seeds) as one list of epochs per seed."""
    return [_numbers(seed) for seed in column.T]


def _numbers(values: NDArray[np.floating[Any]]) -> list[float | None]:
    """JSON numbers; float32 in its shortest decimal form, null where not finite."""
    return [float(str(value)) if math.isfinite(value) else None for value in values]
