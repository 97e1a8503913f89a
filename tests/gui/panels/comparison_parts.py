"""Two variants that were compared, for the tests of what is said and drawn of them."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from gui.models.results_run import RunNumbers
from gui.models.variant_results import MemberNumbers
from gui.panels.results_comparison_line import ComparisonLine

SEEDS = tuple(range(100, 110))


def run_of(train, held_out, scores=None, seeds=SEEDS, epochs=5):
    """A run of two variants that ended so: (first variant, second) each for all seeds."""
    log = np.full((5, 4, 2 * len(seeds)), np.nan, np.float32)
    for column, pair in ((0, train), (1, held_out), (3, scores)):
        if pair is not None:
            log[:, column] = np.concatenate([np.broadcast_to(each, len(seeds)) for each in pair])
    numbers = MemberNumbers.before_a_run(log.shape[2]).read_on(log)
    return RunNumbers(("all", "first"), seeds, numbers, epochs)


def ended_run():
    """All trains lower in every seed; held out, the two are even."""
    steps = np.arange(10) / 100
    signs = np.array([1, -1] * 5)
    return run_of(
        (0.01 + steps, 0.06 + 2 * steps), (0.1 + signs * steps / 3, 0.1 - steps / 7), (0.9, 0.9)
    )


def swap(panel):
    return next(each for each in panel.findChildren(QToolButton) if each.text() == "⇄")


def press(widget):
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def strips(panel):
    """Whether a strip stands under each sentence."""
    lines = panel.findChildren(ComparisonLine)
    return [line.strip.isVisible() for line in lines if line.isVisible()]
