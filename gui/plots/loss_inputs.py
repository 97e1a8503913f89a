"""What the loss plot is told: which curves there are, and which edits to mark."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CurveStyle:
    """One curve. Its variant gives the colour and the symbol; held-out is dashed, a ghost pale.

    key: names the curve in every later call. label: the variant's name, as the legend shows it.
    seeds: which seeds it is the centre of, in the order of their values. selected: drawn on top.
    """

    key: str
    label: str
    variant_index: int
    held_out: bool = False
    ghost: bool = False
    seeds: tuple[int, ...] = ()
    selected: bool = False

    @property
    def variant(self) -> tuple[str, int, bool]:
        """What training and held-out curve of one variant have in common."""
        return self.label, self.variant_index, self.ghost


@dataclass(frozen=True)
class EditMark:
    """An edit that training took at this epoch (fractions allowed), in words."""

    epoch: float
    text: str
    variant_index: int
