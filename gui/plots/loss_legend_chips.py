"""What stands in the legend and where: as many variants as fit into a few rows, and the key."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication, QRectF

from engine.seed_bands import SeedSummary
from gui.widgets.seed_summary_text import summary_name

ROW = 20.0
GAP = 18.0
EDGE = 12.0
SAMPLE = 22.0  # the short line in front of a name
INDENT = SAMPLE + 6
LEGEND_ROWS = 3
FEW = 6  # variants up to which each says how many seeds it has

Kind = Literal["variant", "ghosts", "more", "summary", "train", "held out", "best"]

translate = QCoreApplication.translate


@dataclass(frozen=True)
class LegendEntry:
    """A variant as the legend shows it: of `seeds` that it was started with, `left` have numbers.

    A ghost has a pale line and shares one entry with all others.
    """

    label: str
    variant_index: int
    ghost: bool = False
    selected: bool = False
    left: int = 1
    seeds: int = 1

    @property
    def count(self) -> str:
        """The seeds in words; nothing of a single one."""
        if self.seeds < 2:
            return ""
        if self.left < self.seeds:
            return translate("LossLegend", "{0} of {1} seeds").format(self.left, self.seeds)
        return translate("LossLegend", "{0} seeds").format(self.seeds)


@dataclass(frozen=True)
class LegendKey:
    """What lines, bands and marks mean; what is not drawn is not explained. At most `rows`."""

    rows: int = LEGEND_ROWS
    best: bool = False
    summary: SeedSummary | None = None
    """Where there are several seeds."""


@dataclass(frozen=True)
class Chip:
    """One thing in the legend."""

    kind: Kind
    text: str
    entry: LegendEntry | None = None

    @property
    def indent(self) -> float:
        """Where its text begins: after the short line, if it has one."""
        return 0.0 if self.kind in ("more", "summary") else INDENT


@dataclass(frozen=True)
class PlacedChips:
    """Chips with their places, how many rows they take, and the variants there was no room for."""

    chips: tuple[tuple[Chip, QRectF], ...] = ()
    rows: int = 1
    folded: tuple[LegendEntry, ...] = ()


def place_chips(
    entries: Sequence[LegendEntry],
    key: LegendKey,
    width: float,
    measure: Callable[[str], float],
    shorten: Callable[[str], str],
) -> PlacedChips:
    """Place the variants that fit into the rows, the selected one among them, and the key.

    measure: a text's width in pixels. shorten: a name as it has room in the legend.
    """
    variants = [entry for entry in entries if not entry.ghost]
    if len(variants) <= FEW:
        placed = _place(entries, True, key, width, measure, shorten)
        if not placed.folded:
            return placed
    return _place(entries, False, key, width, measure, shorten)


def _place(
    entries: Sequence[LegendEntry],
    counted: bool,
    key: LegendKey,
    width: float,
    measure: Callable[[str], float],
    shorten: Callable[[str], str],
) -> PlacedChips:
    """The same; `counted`: every variant says its seeds, otherwise the key does for all."""
    variants = [entry for entry in entries if not entry.ghost]
    named = [_variant_chip(entry, counted, shorten) for entry in variants]
    tail = _ghost_chips(entries)
    keys = _key_chips(variants, counted, key) if entries else []
    sizes = {chip: measure(chip.text) + chip.indent for chip in (*named, *tail, *keys)}
    if sum(sizes[chip] + GAP for chip in keys) - GAP > width - 2 * EDGE:
        keys = [chip for chip in keys if chip.kind != "best"]  # the crosshair tells it as well
    for shown in range(len(named), -1, -1):
        kept = _with_selected(named, shown)
        more = [] if shown == len(named) else [_more_chip(len(named) - shown)]
        sizes.update({chip: measure(chip.text) for chip in more})
        chips = [*kept, *more, *tail, *keys]
        places, rows = _flow([sizes[chip] for chip in chips], len(keys), width)
        if rows <= key.rows or shown <= 1:
            break
    folded = tuple(chip.entry for chip in named if chip not in kept and chip.entry is not None)
    return PlacedChips(tuple(zip(chips, places, strict=True)), rows, folded)


def _variant_chip(entry: LegendEntry, counted: bool, shorten: Callable[[str], str]) -> Chip:
    text = shorten(entry.label)
    told = entry.count and (counted or entry.left < entry.seeds)
    return Chip("variant", f"{text} · {entry.count}" if told else text, entry)


def _ghost_chips(entries: Sequence[LegendEntry]) -> list[Chip]:
    ghosts = [entry for entry in entries if entry.ghost]
    return [Chip("ghosts", translate("LossLegend", "earlier runs"), ghosts[0])] if ghosts else []


def _more_chip(count: int) -> Chip:
    return Chip("more", translate("LossLegend", "+ {0} more").format(count))


def _key_chips(variants: Sequence[LegendEntry], counted: bool, key: LegendKey) -> list[Chip]:
    chips = []
    if key.summary is not None:
        text = summary_name(key.summary)
        seeds = max((entry.seeds for entry in variants), default=1)
        if not counted and seeds > 1:
            text = translate("LossLegend", "{0} seeds: {1}").format(seeds, text)
        chips.append(Chip("summary", text))
    chips.append(Chip("train", translate("LossLegend", "train")))
    chips.append(Chip("held out", translate("LossLegend", "held-out")))
    if key.best:
        chips.append(Chip("best", translate("LossLegend", "best held-out")))
    return chips


def _with_selected(named: Sequence[Chip], shown: int) -> list[Chip]:
    """The first so many, the selected variant in place of the last if it is further behind."""
    kept = list(named[:shown])
    behind = [c for c in named[shown:] if c.entry is not None and c.entry.selected]
    if behind and kept:
        kept[-1] = behind[0]
    return kept


def _flow(sizes: Sequence[float], keys: int, width: float) -> tuple[list[QRectF], int]:
    """Where each chip goes, and how many rows they take; the key ends the last row."""
    left, row, places = EDGE, 0, []
    block = sum(size + GAP for size in sizes[len(sizes) - keys :]) - GAP
    for index, size in enumerate(sizes):
        first_key = keys > 0 and index == len(sizes) - keys
        needed = min(block, width - 2 * EDGE) if first_key else size
        if left > EDGE and left + needed > width - EDGE:
            left, row = EDGE, row + 1
        if first_key:
            left = max(left, width - EDGE - block)
        places.append(QRectF(left, 4 + row * ROW, size, ROW))
        left += size + GAP
    return places, row + 1
