"""What the loss plot is told: which curves there are, and which edits to mark."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CurveStyle:
    """One curve. Its variant gives the colour and the symbol; held-out is dashed, a ghost pale.

    key: names the curve in every later call. label: the variant's name, as the legend shows it.
    """

    key: str
    label: str
    variant_index: int
    held_out: bool = False
    ghost: bool = False


@dataclass(frozen=True)
class EditMark:
    """An edit that training took at this epoch (fractions allowed), in words."""

    epoch: float
    text: str
    variant_index: int
