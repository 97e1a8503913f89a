"""Marks, crosshair and the chosen epoch of the loss plot: what is pointed at."""

import pytest
from loss_plots import (
    FALLING,
    FIRST,
    HELD_OUT,
    TRAIN,
    canvas,
    hover,
    on_canvas,
    show,
)
from plot_pictures import like, pixels
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui.plots.loss_inputs import EditMark
from gui.theme import LIGHT


def test_marks_stand_at_their_epoch(plot):
    show(plot, TRAIN)
    plot.set_marks([EditMark(30.0, "froze hidden-2", 1)])
    top = round(plot.place_of(30, plot.view.y[1]).y())
    signs = like(pixels(plot)[top : top + 9], LIGHT.variant(1)).any(axis=0).nonzero()[0]
    assert signs.mean() == pytest.approx(plot.place_of(30, 0.5).x(), abs=2)
    plot.set_marks([])
    assert not like(pixels(plot)[top : top + 9], LIGHT.variant(1)).any()


def test_a_mark_says_what_it_is_under_the_mouse_only(plot, qtbot):
    show(plot, TRAIN)
    plot.set_marks([EditMark(30.0, "froze hidden-2", 1)])
    area = slice(30, 75), slice(200, 400)
    hover(qtbot, plot, 60)
    away = pixels(plot)[area]
    hover(qtbot, plot, 30)
    on_it = pixels(plot)[area]
    assert like(on_it, LIGHT.text, 40).sum() > like(away, LIGHT.text, 40).sum() + 30


def test_the_crosshair_reads_values_with_the_mouse(plot, qtbot):
    show(plot, TRAIN, HELD_OUT, mean=FALLING)
    assert plot.readout is None
    hover(qtbot, plot, 42.2)
    assert plot.crosshair == 42.0
    (row,) = plot.readout.rows
    assert (plot.readout.epoch, row.name) == ("epoch 42", "All")
    assert row.train == row.held_out == f"{FALLING[41]:.3f}"
    QApplication.sendEvent(plot, QEvent(QEvent.Type.Leave))
    assert plot.crosshair is None


def test_the_crosshair_reads_values_with_the_keyboard(plot):
    show(plot, TRAIN, FIRST, mean=FALLING)
    described = plot.accessibleDescription()
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert plot.crosshair == 100.0
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert plot.crosshair == 99.0
    assert "epoch 99" in plot.accessibleDescription()
    assert "First only: train 0.00708" in plot.accessibleDescription()
    QTest.keyClick(plot, Qt.Key.Key_Home)
    assert plot.crosshair == 1.0
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert plot.crosshair == 1.0
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot.crosshair == 2.0
    QTest.keyClick(plot, Qt.Key.Key_Escape)
    assert plot.crosshair is None
    assert plot.accessibleDescription() == described


def test_a_click_and_the_enter_key_choose_an_epoch(plot, qtbot):
    show(plot, TRAIN)
    with qtbot.waitSignal(plot.epoch_chosen) as chosen:
        QTest.mouseClick(canvas(plot), Qt.MouseButton.LeftButton, pos=on_canvas(plot, 24.8, 0.3))
    assert chosen.args == [25.0]
    QTest.keyClick(plot, Qt.Key.Key_End)
    with qtbot.waitSignal(plot.epoch_chosen) as chosen:
        QTest.keyClick(plot, Qt.Key.Key_Return)
    assert chosen.args == [100.0]


def test_the_epoch_that_other_plots_show_is_marked(plot):
    show(plot, TRAIN)
    x = round(plot.place_of(40, 0.5).x())
    area = slice(40, 300), slice(x - 3, x + 4)
    assert not like(pixels(plot)[area], LIGHT.accent).any()
    plot.set_chosen_epoch(40.0)
    assert like(pixels(plot)[area], LIGHT.accent).any(axis=1).mean() > 0.8
    plot.set_chosen_epoch(None)
    assert not like(pixels(plot)[area], LIGHT.accent).any()


def test_what_went_wrong_is_told_once_for_both_curves_of_a_member(plot):
    show(plot, TRAIN, HELD_OUT)
    plot.set_diverged("a", 100, "output went non-finite at step 4")
    once = like(pixels(plot), LIGHT.problem, 60).sum()
    plot.set_diverged("a held-out", 100, "output went non-finite at step 4")
    assert like(pixels(plot), LIGHT.problem, 60).sum() == once
