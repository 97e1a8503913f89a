"""Frostline's laboratory without a window: experiments, training, and what is measured.

Names are looked up when first used: `from engine import Experiment` loads neither torch nor
scikit-learn, `from engine import train` loads both.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.datasets.loading import Dataset, load_dataset
    from engine.datasets.registry import DATASETS, describe
    from engine.edits import (
        Journal,
        JournalEntry,
        RenameVariant,
        SetLearningRate,
        SetTrainable,
        apply_edit,
        apply_edits,
        live_edits,
        parse_journal,
    )
    from engine.errors import DatasetError, EngineError, ExperimentError, Problem
    from engine.experiment import (
        DataSpec,
        Dense,
        Experiment,
        LayerPlan,
        Training,
        Variant,
        parse_experiment,
    )
    from engine.project import open_project, save_project
    from engine.run import Run, replay, train
    from engine.worker import TrainingWorker

__version__ = "0.1.0"

_HOMES = {
    "engine.datasets.loading": ("Dataset", "load_dataset"),
    "engine.datasets.registry": ("DATASETS", "describe"),
    "engine.edits": (
        "Journal", "JournalEntry", "RenameVariant", "SetLearningRate", "SetTrainable",
        "apply_edit", "apply_edits", "live_edits", "parse_journal",
    ),
    "engine.errors": ("DatasetError", "EngineError", "ExperimentError", "Problem"),
    "engine.experiment": (
        "DataSpec", "Dense", "Experiment", "LayerPlan", "Training", "Variant", "parse_experiment",
    ),
    "engine.project": ("open_project", "save_project"),
    "engine.run": ("Run", "replay", "train"),
    "engine.worker": ("TrainingWorker",),
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [  # noqa: PLE0604
    "__version__",
    *_HOME_OF,
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'engine' has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)
