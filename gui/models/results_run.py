"""What a table of a run's results and the comparison of its variants are told. Pure numpy."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from gui.models.results_changes import Change
from gui.models.variant_results import MemberNumbers


@dataclass(frozen=True, eq=False)
class RunNumbers:
    """A run at one epoch: its members, variants outermost, and what each has come to."""

    variants: tuple[str, ...]
    """Ids of the variants it trains, which need not be those of the document any more."""
    seeds: tuple[int, ...]
    numbers: MemberNumbers
    epochs: int
    """As many as it was asked for; `numbers.epochs` are done."""
    one_split: bool = False
    """Whether the same rows are held out for all seeds."""
    changes: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)
    """What was changed of a variant while it trained, by its id; those without are not there."""

    def members(self, variant: str) -> slice | None:
        """Where the seeds of a variant stand among the members; None: it was not trained."""
        if variant not in self.variants:
            return None
        start = self.variants.index(variant) * len(self.seeds)
        return slice(start, start + len(self.seeds))

    def metric(self, variant: str, column: int) -> NDArray[np.float32]:
        """A metric at the last epoch, one number per seed; NaN for a variant not trained."""
        members = self.members(variant)
        if members is None:
            return np.full(len(self.seeds), np.nan, np.float32)
        return self.numbers.last[column, members]
