"""The mark at the epoch with the lowest held-out loss: what early stopping keeps."""

from dataclasses import replace

import numpy as np
import pytest
from loss_plots import EPOCHS, FIRST, FLAT, HELD_OUT, TRAIN, hover
from plot_pictures import like, pixels
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.plots.loss_inputs import CurveStyle
from gui.theme import DARK, LIGHT

VALLEY = 0.5 + ((EPOCHS - 42) / 100) ** 2


def show_valley(plot, epochs=100, now=0.0, values=VALLEY):
    plot.set_curves([TRAIN, HELD_OUT])
    plot.set_data(TRAIN.key, EPOCHS[:epochs], FLAT[:epochs] * 0.2)
    plot.set_data(HELD_OUT.key, EPOCHS[:epochs], values[:epochs])
    plot.finish_frame(now)


def stem(plot, epoch, value):
    """The pixels just under the curve, where the mark's stem stands, as far as they are inked."""
    place = plot.place_of(epoch, value)
    x, y = round(place.x()), round(place.y())
    part = pixels(plot)[y + 8 : y + 13, x - 1 : x + 2]
    return like(part, plot.theme.variant(0), 90).any(axis=1).mean()


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_the_mark_stands_under_the_lowest_point_and_nowhere_else(plot, themes, theme):
    themes.set_theme(theme)
    show_valley(plot)
    assert stem(plot, 42, 0.5) == 1.0
    for epoch in (20, 60, 90):
        assert stem(plot, epoch, VALLEY[epoch - 1]) == 0.0


def test_it_moves_on_as_the_loss_falls_and_stays_when_it_rises(plot, qtbot):
    for count, best in ((10, 10), (30, 30), (42, 42), (60, 42), (100, 42)):
        show_valley(plot, count, now=float(count))
        QTest.keyClick(plot, Qt.Key.Key_Home)
        for _ in range(best - 1):
            QTest.keyClick(plot, Qt.Key.Key_Right)
        told = f"best held-out {VALLEY[best - 1]:.3f} at epoch {best}"
        assert plot.readout.notes == (told,), count


def test_other_data_have_another_best_epoch(plot, qtbot):
    show_valley(plot)
    show_valley(plot, values=VALLEY[::-1], now=1.0)
    hover(qtbot, plot, 59)
    assert plot.readout.notes == ("best held-out 0.500 at epoch 59",)
    hover(qtbot, plot, 42)
    assert plot.readout.notes == ()


def test_gaps_are_passed_over(plot, qtbot):
    values = VALLEY.copy()
    values[30:50] = np.nan
    show_valley(plot, values=values)
    hover(qtbot, plot, 51)
    assert plot.readout.notes == (f"best held-out {VALLEY[50]:.3f} at epoch 51",)


def test_nothing_held_out_has_no_mark_and_no_word_for_it(plot, qtbot):
    plot.set_curves([TRAIN])
    plot.set_data(TRAIN.key, EPOCHS, VALLEY)
    plot.finish_frame(0.0)
    assert stem(plot, 42, 0.5) == 0.0
    assert "best held-out" not in plot.legend.texts
    hover(qtbot, plot, 42)
    assert plot.readout.notes == ()
    show_valley(plot, now=1.0)
    assert "best held-out" in plot.legend.texts
    plot.set_curves([TRAIN])
    assert "best held-out" not in plot.legend.texts


def test_where_nothing_changes_no_epoch_is_the_best(plot, qtbot):
    """As of a variant in which nothing trains: to the rounding of float32."""
    flat = np.full(100, np.float32(0.5))
    flat[60] = np.nextafter(np.float32(0.5), np.float32(0))
    flat[80] = 0.4
    for count, now, epochs in ((50, 0.0, (1, 40)), (80, 1.0, (1, 61))):
        show_valley(plot, count, now, values=flat)
        assert "best held-out" not in plot.legend.texts
        for epoch in epochs:
            assert stem(plot, epoch, 0.5) == 0.0
            hover(qtbot, plot, epoch)
            assert plot.readout.notes == ()
    show_valley(plot, now=2.0, values=flat)
    hover(qtbot, plot, 81)
    assert plot.readout.notes == ("best held-out 0.400 at epoch 81",)


def test_ghosts_have_none(plot):
    ghost = CurveStyle("old", "All", 0, held_out=True, ghost=True)
    plot.set_curves([replace(ghost, ghost=False)])
    plot.set_data("old", EPOCHS, VALLEY)
    plot.finish_frame(0.0)
    assert stem(plot, 42, 0.5) == 1.0
    plot.set_curves([ghost])
    plot.set_data("old", EPOCHS, VALLEY)
    plot.finish_frame(1.0)
    assert "best held-out" not in plot.legend.texts
    assert stem(plot, 42, 0.5) == 0.0


def test_of_several_variants_the_one_that_is_met_is_named(plot, qtbot):
    second = CurveStyle("b held-out", "First only", 1, held_out=True)
    plot.set_curves([TRAIN, HELD_OUT, FIRST, second])
    for style, values in ((TRAIN, FLAT), (FIRST, FLAT), (HELD_OUT, VALLEY), (second, VALLEY[::-1])):
        plot.set_data(style.key, EPOCHS, values)
    plot.finish_frame(0.0)
    hover(qtbot, plot, 42)
    assert plot.readout.notes == ("All: best held-out 0.500 at epoch 42",)
    hover(qtbot, plot, 59)
    assert plot.readout.notes == ("First only: best held-out 0.500 at epoch 59",)
