"""The ticks at the swept values; below as many words as have room."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

from gui.plots.figures import Tick

APART = 8.0  # pixels between two words
WIDEST = 120.0  # pixels of one word


def fitting_ticks(ticks: Sequence[Tick], scale: float, metrics: QFontMetricsF) -> list[Tick]:
    """The ticks, from the left, without the words that would run into the ones before.

    ticks: places ascending, and words. scale: pixels between the places 0 and 1.
    """
    kept: list[Tick] = []
    end = float("-inf")  # of the word before, in pixels
    for place, words in ticks:
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, WIDEST)
        half = metrics.horizontalAdvance(shown) / 2
        middle = place * scale
        has_room = middle - half >= end + APART
        kept.append((place, shown if has_room else ""))
        if has_room:
            end = middle + half
    return kept
