"""What is trained, in words, where the form cannot say it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from engine.sweep import Axis, Sweep
from gui.panels.sweep_summary import SweepSummary
from tests.gui.sweeps import quick, small


@pytest.fixture
def summary(themes, show):
    return show(SweepSummary(themes), 336, 300)


def test_it_says_of_which_experiment_what_varies_and_what_it_comes_to(summary):
    summary.set_sweep(quick(), small(epochs=9).replace(name="Mine"))
    assert summary.text.splitlines() == [
        "Small · Moons · 2-3-1 · 2 variants",
        "In the main window is another experiment, “Mine”.",
        "learning rate: 0.01, 0.1",
        "2 learning rates × 2 variants × 2 seeds = 8 runs",
    ]


def test_the_same_experiment_is_not_said_to_be_another(summary):
    hand_made = Axis(path="variants.all.layers.output.trainable", values=(True, False))
    summary.set_sweep(Sweep(base=small(), axes=(hand_made,)), small())
    assert "In the main window" not in summary.text
    assert "variants.all.layers.output.trainable: True, False" in summary.text
    summary.set_sweep(quick(), small(epochs=9))
    assert "The experiment in the main window has changed since." in summary.text


def test_names_are_plain_text_and_the_button_asks_for_the_form(summary, qtbot):
    odd = quick().replace(base=small().replace(name="<b>Odd</b>"))
    summary.set_sweep(odd, small())
    assert "<b>Odd</b>" in summary.text
    for label in summary.findChildren(QLabel):
        assert label.textFormat() == Qt.TextFormat.PlainText
    with qtbot.waitSignal(summary.another):
        QTest.mouseClick(summary.another_button, Qt.MouseButton.LeftButton)
