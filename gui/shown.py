"""What the window shows of a run's layers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # at run time it brings torch
    from engine.probes import HistogramKind


@dataclass(frozen=True)
class Shown:
    """What the window shows of the layers, and so what a run is asked to measure."""

    histograms: frozenset["HistogramKind"] = frozenset({"weights"})
    gradients: bool = False
    what_if: bool = False
    pictures: bool = False
