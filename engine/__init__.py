"""Frostline's laboratory without a window: experiments, training, and what is measured.

What brings torch or scikit-learn, or is seldom wanted, is looked up when first used:
`from engine import Experiment` loads neither, `from engine import train` loads both.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from engine.datasets.registry import DATASETS, describe
from engine.edits import apply_edit, apply_edits, live_edits
from engine.errors import DatasetError, EngineError, ExperimentError, Problem
from engine.experiment import (
    DataSpec,
    Experiment,
    LayerPlan,
    Subset,
    Training,
    Variant,
    parse_experiment,
)
from engine.journal import (
    Journal,
    JournalEntry,
    RenameVariant,
    SetDetached,
    SetLearningRate,
    SetTrainable,
    SetWhenFrozen,
    parse_journal,
)
from engine.layer_specs import PCA, BatchNorm, Dense, Dropout, Flatten, LayerNorm, Residual
from engine.project import open_project, save_project

if TYPE_CHECKING:
    from engine.comparison import PairedComparison, compare
    from engine.datasets.loading import Dataset, load_dataset, load_datasets
    from engine.patterns import with_controls, with_every_pattern
    from engine.run import Run, replay, train
    from engine.summary import Summary, summaries_text, summarize, summary_text
    from engine.sweep import Axis, Sweep
    from engine.worker import TrainingWorker

__version__ = "0.1.0"

__all__ = [
    "DATASETS",
    "PCA",
    "Axis",
    "BatchNorm",
    "DataSpec",
    "Dataset",
    "DatasetError",
    "Dense",
    "Dropout",
    "EngineError",
    "Experiment",
    "ExperimentError",
    "Flatten",
    "Journal",
    "JournalEntry",
    "LayerNorm",
    "LayerPlan",
    "PairedComparison",
    "Problem",
    "RenameVariant",
    "Residual",
    "Run",
    "SetDetached",
    "SetLearningRate",
    "SetTrainable",
    "SetWhenFrozen",
    "Subset",
    "Summary",
    "Sweep",
    "Training",
    "TrainingWorker",
    "Variant",
    "__version__",
    "apply_edit",
    "apply_edits",
    "compare",
    "describe",
    "live_edits",
    "load_dataset",
    "load_datasets",
    "open_project",
    "parse_experiment",
    "parse_journal",
    "replay",
    "save_project",
    "summaries_text",
    "summarize",
    "summary_text",
    "train",
    "with_controls",
    "with_every_pattern",
]

_LATE = {
    "PairedComparison": "engine.comparison",
    "compare": "engine.comparison",
    "Dataset": "engine.datasets.loading",
    "load_dataset": "engine.datasets.loading",
    "load_datasets": "engine.datasets.loading",
    "with_controls": "engine.patterns",
    "with_every_pattern": "engine.patterns",
    "Run": "engine.run",
    "replay": "engine.run",
    "train": "engine.run",
    "Summary": "engine.summary",
    "summaries_text": "engine.summary",
    "summarize": "engine.summary",
    "summary_text": "engine.summary",
    "Axis": "engine.sweep",
    "Sweep": "engine.sweep",
    "TrainingWorker": "engine.worker",
}


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module 'engine' has no attribute {name!r}")
    return getattr(import_module(_LATE[name]), name)
