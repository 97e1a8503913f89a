"""The single seeds of the curve that is pointed at, by mouse, key and legend."""

import itertools

import numpy as np
import pytest
from loss_plots import EPOCHS, FLAT, canvas, on_canvas
from plot_pictures import like, pixels
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.seed_bands import seed_band
from gui.plots.loss_inputs import CurveStyle
from gui.theme import LIGHT

SEEDS = (101, 102, 103)
OFFSETS = np.array([-0.1, 0.0, 0.13])
ALL = CurveStyle("all", "All", 0, seeds=SEEDS)
HELD_OUT = CurveStyle("all held-out", "All", 0, held_out=True, seeds=SEEDS)
FIRST = CurveStyle("first", "First only", 1, seeds=SEEDS)


def give(plot, style, height, values=None):
    """Three seeds around a level line, with the mean and the band that they have."""
    seeds = (FLAT[:, None] * 0 + height + OFFSETS) if values is None else values
    centre, low, high = seed_band(seeds, "mean", "min-max")
    plot.set_data(style.key, EPOCHS, centre, low, high, seeds)
    return seeds


@pytest.fixture
def seeded(plot):
    plot.set_curves([ALL, HELD_OUT, FIRST])
    for style, height in ((ALL, 0.5), (HELD_OUT, 1.0), (FIRST, 1.5)):
        give(plot, style, height)
    plot.finish_frame(0.0)
    return plot


def hover_at(qtbot, plot, epoch, height):
    """Move the mouse there, from the side.

    Moves within 10 ms of another are dropped, and so are those to the same place.
    """
    asides = itertools.cycle((0, 1))
    for target in (epoch + 5, epoch):

        def moved(target=target):
            aside = QPoint(0, next(asides))
            QTest.mouseMove(canvas(plot), on_canvas(plot, target, height) + aside)
            return plot.crosshair == target

        qtbot.waitUntil(moved)


def drawn_seeds(plot):
    """The lines that are drawn, each as its values."""
    epochs, values = plot.seed_lines
    breaks = np.flatnonzero(np.isnan(epochs))
    return [line[~np.isnan(line)] for line in np.split(values, breaks)[:-1]] if len(breaks) else []


def test_no_seeds_are_drawn_where_nothing_is_pointed_at(seeded, qtbot):
    assert drawn_seeds(seeded) == []
    hover_at(qtbot, seeded, 40.0, 0.75)  # between two bands
    assert drawn_seeds(seeded) == []
    assert not any("seed" in note for note in seeded.readout.notes)


@pytest.mark.parametrize(
    ("height", "told"),
    [
        (0.41, "All · train · seed 101: 0.400"),
        (0.62, "All · train · seed 103: 0.630"),
        (1.01, "All · held-out · seed 102: 1.00"),
        (1.64, "First only · train · seed 103: 1.63"),
    ],
)
def test_the_seeds_of_the_nearest_curve_are_drawn_and_the_nearest_is_named(
    seeded, qtbot, height, told
):
    hover_at(qtbot, seeded, 40.0, height)
    level = {"All · t": 0.5, "All · h": 1.0, "First o": 1.5}[told[:7]]
    lines = drawn_seeds(seeded)
    assert len(lines) == 3
    for line, offset in zip(lines, OFFSETS, strict=True):
        np.testing.assert_allclose(line, level + offset)
    assert told in seeded.readout.notes
    QApplication.sendEvent(seeded, QEvent(QEvent.Type.Leave))
    assert drawn_seeds(seeded) == []


def test_the_lines_are_thin_and_in_the_variants_colour(seeded, qtbot):
    def blue(height):
        place, end = seeded.place_of(60, height), seeded.place_of(90, height)
        rows = slice(round(place.y()) - 1, round(place.y()) + 2)
        part = pixels(seeded)[rows, round(place.x()) : round(end.x())]
        return like(part, LIGHT.variant(0), 140).any(axis=0).mean()

    before = blue(0.4), blue(0.9)
    hover_at(qtbot, seeded, 20.0, 0.5)
    assert blue(0.4) > 0.85 > before[0] + 0.5
    hover_at(qtbot, seeded, 20.0, 1.0)
    assert 0.3 < blue(0.9) < 0.85  # dashed, as held-out is
    assert blue(0.4) == before[0]


def test_pointing_makes_no_items(seeded, qtbot):
    before = seeded.item_count
    for height in (0.5, 1.0, 1.5):
        hover_at(qtbot, seeded, 40.0, height)
        assert drawn_seeds(seeded)
    assert seeded.item_count == before


def test_the_keys_go_from_curve_to_curve_and_say_the_seed(seeded):
    QTest.keyClick(seeded, Qt.Key.Key_Down)
    assert seeded.crosshair == 100.0
    told = []
    for _ in range(4):
        told.append(np.mean(drawn_seeds(seeded)[1]))
        QTest.keyClick(seeded, Qt.Key.Key_Down)
    assert told == [1.5, 1.0, 0.5, 0.5]
    QTest.keyClick(seeded, Qt.Key.Key_Up)
    QTest.keyClick(seeded, Qt.Key.Key_Left)
    assert seeded.crosshair == 99.0
    assert np.mean(drawn_seeds(seeded)[1]) == 1.0
    assert "All · held-out · seed 102: 1.00" in seeded.accessibleDescription()
    QTest.keyClick(seeded, Qt.Key.Key_Escape)
    assert drawn_seeds(seeded) == []


def test_a_variant_in_the_legend_shows_the_seeds_of_its_training_curve(seeded):
    legend = seeded.legend
    for name, level in (("All · 3 seeds", 0.5), ("First only · 3 seeds", 1.5)):
        QTest.mouseMove(legend, legend.place_of(name).center().toPoint())
        np.testing.assert_allclose([line[0] for line in drawn_seeds(seeded)], level + OFFSETS)
    QApplication.sendEvent(legend, QEvent(QEvent.Type.Leave))
    assert drawn_seeds(seeded) == []


def test_seeds_that_diverged_end_and_are_counted(seeded, qtbot):
    values = 0.5 + np.tile(OFFSETS, (100, 1))
    values[60:, 0] = np.nan
    give(seeded, ALL, 0.5, values)
    seeded.finish_frame(1.0)
    assert "All · 2 of 3 seeds" in seeded.legend.texts
    assert "First only · 3 seeds" in seeded.legend.texts
    hover_at(qtbot, seeded, 80.0, 0.52)
    assert [line.size for line in drawn_seeds(seeded)] == [60, 100, 100]
    assert "2 of 3 seeds, the others diverged" in seeded.readout.notes
    hover_at(qtbot, seeded, 20.0, 0.41)
    assert "All · train · seed 101: 0.400" in seeded.readout.notes
    assert not any("diverged" in note for note in seeded.readout.notes)


def test_a_seed_on_its_way_out_does_not_set_the_range(seeded):
    values = 0.5 + np.tile(OFFSETS, (100, 1))
    values[40:60, 0] = np.geomspace(1, 1e9, 20)
    give(seeded, ALL, 0.5, values)
    seeded.finish_frame(1.0)
    assert seeded.view.y[1] > 1e8  # as long as it has a number
    values[60:, 0] = np.nan
    give(seeded, ALL, 0.5, values)
    seeded.finish_frame(2.0)
    assert seeded.view.y[1] < 3


def test_on_a_log_axis_the_seeds_stand_at_their_logarithms(seeded, qtbot):
    seeded.set_log(True)
    hover_at(qtbot, seeded, 40.0, 0.5)
    for line, offset in zip(drawn_seeds(seeded), OFFSETS, strict=True):
        np.testing.assert_allclose(line, np.log10(0.5 + offset))


def test_an_unfinished_epoch_has_no_seeds_yet(seeded):
    seeds = 0.5 + np.tile(OFFSETS, (10, 1))
    epochs, mean = np.append(EPOCHS[:10], 10.4), np.full(11, 0.5)
    seeded.set_curves([ALL])
    seeded.set_data("all", epochs, mean, mean - 0.1, mean + 0.1, seeds)
    seeded.finish_frame(1.0)
    QTest.keyClick(seeded, Qt.Key.Key_Down)
    assert seeded.crosshair == 10.4
    assert [line.size for line in drawn_seeds(seeded)] == [10, 10, 10]
    assert seeded.readout.notes == ()
    QTest.keyClick(seeded, Qt.Key.Key_Left)
    assert seeded.readout.notes == ("All · train · seed 102: 0.500",)


def test_a_single_seed_is_its_curve(plot):
    lone = CurveStyle("lone", "All", 0, seeds=(7,))
    plot.set_curves([lone])
    plot.set_data("lone", EPOCHS, FLAT, seeds=FLAT[:, None])
    plot.finish_frame(0.0)
    QTest.keyClick(plot, Qt.Key.Key_Down)
    assert drawn_seeds(plot) == []
    assert plot.legend.texts == ("All", "train", "held-out")


def test_the_tip_of_survivors_says_that_they_are(seeded):
    values = 0.5 + np.tile(OFFSETS, (100, 1))
    values[60:, 0] = np.nan
    give(seeded, ALL, 0.5, values)
    seeded.finish_frame(1.0)
    legend = seeded.legend
    tip = legend.tip_at(QPointF(legend.place_of("All · 2 of 3 seeds").center()))
    assert "diverged is left out" in tip
    assert "diverged" not in legend.tip_at(legend.place_of("First only · 3 seeds").center())


def test_from_the_curves_to_the_legend_the_crosshair_goes(seeded, qtbot):
    hover_at(qtbot, seeded, 40.0, 0.41)
    assert seeded.crosshair == 40.0
    legend = seeded.legend
    QTest.mouseMove(legend, legend.place_of("First only · 3 seeds").center().toPoint())
    qtbot.waitUntil(lambda: seeded.crosshair is None)
    assert seeded.readout is None
    assert drawn_seeds(seeded) != []  # of the variant that is pointed at now
