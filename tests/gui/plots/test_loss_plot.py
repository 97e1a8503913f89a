"""The loss plot, judged by its pictures and by what it says."""

import csv
import gc
import io
import sys
from dataclasses import replace

import numpy as np
import pytest
from loss_plots import (
    EPOCHS,
    FALLING,
    FIRST,
    FLAT,
    HELD_OUT,
    TRAIN,
    canvas,
    row_along,
    show,
)
from plot_pictures import distance, like, pixels
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.seed_bands import SeedSummary
from gui.plots.loss_inputs import CurveStyle, EditMark
from gui.theme import DARK, LIGHT


def test_a_curve_has_its_variants_colour_in_either_theme(plot, themes):
    for theme in (LIGHT, DARK):
        themes.set_theme(theme)
        show(plot, TRAIN, FIRST)
        plot.set_data("b", EPOCHS, FLAT / 2)
        for value, index in ((0.5, 0), (0.25, 1)):
            drawn = like(row_along(plot, value), theme.variant(index), 60).any(axis=0)
            assert drawn.mean() > 0.95
            other = like(row_along(plot, value), theme.variant(1 - index), 60)
            assert not other.any()


def test_held_out_is_dashed_and_training_is_not(plot):
    show(plot, TRAIN, HELD_OUT)
    plot.set_data(HELD_OUT.key, EPOCHS, FLAT / 2)
    solid = like(row_along(plot, 0.5), LIGHT.variant(0), 60).any(axis=0)
    dashed = like(row_along(plot, 0.25), LIGHT.variant(0), 60).any(axis=0)
    assert solid.all()
    assert 0.35 < dashed.mean() < 0.8
    assert np.count_nonzero(np.diff(dashed.astype(int)) == 1) > 10


def test_a_ghost_is_paler_and_no_gap(plot):
    ghost = CurveStyle("old", "All", 0, ghost=True)
    show(plot, TRAIN, ghost)
    plot.set_data("old", EPOCHS, FLAT / 2)
    now = distance(row_along(plot, 0.5, 41, 55), LIGHT.panel).max()
    before = distance(row_along(plot, 0.25, 41, 55), LIGHT.panel).max()
    assert 30 < before < 0.75 * now


def test_a_band_fills_between_low_and_high_only(plot):
    show(plot, TRAIN)
    plot.set_data("a", EPOCHS, FLAT, FLAT - 0.2, FLAT + 0.2)
    plot.finish_frame(1.0)
    for value, filled in ((0.38, True), (0.62, True), (0.23, False), (0.72, False)):
        part = row_along(plot, value, 43, 57, reach=0)
        assert (distance(part, LIGHT.panel).min() > 4) == filled, value
    plot.set_data("a", EPOCHS, FLAT)
    assert distance(row_along(plot, 0.38, 43, 57, reach=0), LIGHT.panel).min() < 4


def test_clear_returns_to_the_empty_state(plot):
    empty = pixels(plot)
    show(plot, TRAIN, mean=FALLING)
    plot.set_marks([EditMark(30.0, "froze hidden-2", 1)])
    plot.set_diverged("a", 50, "gone")
    assert (pixels(plot) != empty).any()
    plot.clear()
    QApplication.processEvents()
    np.testing.assert_array_equal(pixels(plot), empty)
    assert like(empty, LIGHT.muted, 40).sum() > 100  # the words in the middle


def test_a_frame_creates_no_items(plot):
    show(plot, TRAIN, HELD_OUT, FIRST)
    plot.set_data("b", EPOCHS[:5], FLAT[:5], FLAT[:5], FLAT[:5])
    plot.set_marks([EditMark(3.0, "froze", 0)])
    before = plot.item_count
    for frame in range(100):
        n = 5 + frame % 95
        plot.set_data("a", EPOCHS[:n], FALLING[:n])
        plot.set_data("b", EPOCHS[:n], FALLING[:n], FALLING[:n] - 0.1, FALLING[:n] + 0.1)
        plot.finish_frame(frame / 30)
    plot.grab()
    assert plot.item_count == before


def test_frames_keep_the_references_of_none(plot):
    show(plot, TRAIN)
    plot.grab()
    gc.collect()
    gc.disable()  # what other tests left behind refers to None too
    try:
        before = sys.getrefcount(None)
        for frame in range(1000):
            n = 5 + frame % 90
            plot.set_data("a", EPOCHS[:n], FALLING[:n])
            plot.finish_frame(frame / 30)
            QApplication.processEvents()
        assert abs(sys.getrefcount(None) - before) < 200
    finally:
        gc.enable()


def test_ranges_follow_four_times_a_second_at_most(plot):
    show(plot, TRAIN)
    before = plot.view.y
    plot.set_data("a", EPOCHS, FLAT * 10)
    plot.finish_frame(0.1)
    assert plot.view.y == before
    plot.finish_frame(0.3)
    assert plot.view.y[1] > 5.0


def test_the_last_frame_is_not_left_half_settled(plot, qtbot):
    show(plot, TRAIN)
    plot.set_data("a", EPOCHS, FLAT * 10)
    plot.finish_frame(0.1)
    qtbot.waitUntil(lambda: plot.view.y[1] > 5.0)


def test_the_frame_is_fixed_by_the_planned_epochs(plot):
    show(plot, TRAIN, epochs=EPOCHS[:2], mean=FLAT[:2])
    plot.set_epochs(100)
    before = plot.view.x
    show(plot, TRAIN, now=1.0)
    assert plot.view.x == before
    plot.set_epochs(200)
    assert plot.view.x[1] == pytest.approx(2 * before[1])


def test_data_beyond_the_plan_are_still_in_the_frame(plot):
    plot.set_epochs(50)
    show(plot, TRAIN)
    assert plot.view.x[1] > 100


def test_zooming_stops_following_and_fitting_returns(plot, qtbot):
    show(plot, TRAIN)
    fitted = plot.view
    with qtbot.waitSignal(plot.following_changed):
        QTest.keyClick(plot, Qt.Key.Key_Plus)
    assert not plot.following
    assert plot.view.x[1] < fitted.x[1]
    assert any("zoomed" in note for note in plot.notes)
    zoomed = plot.view
    plot.set_data("a", EPOCHS, FLAT * 10)
    plot.finish_frame(5.0)
    assert plot.view == zoomed
    QTest.keyClick(plot, Qt.Key.Key_0)
    assert plot.following
    assert plot.view.y[1] > 5.0


def test_a_double_click_fits(plot):
    show(plot, TRAIN)
    QTest.keyClick(plot, Qt.Key.Key_Minus)
    assert not plot.following
    QTest.mouseDClick(canvas(plot), Qt.MouseButton.LeftButton, pos=QPoint(300, 200))
    QTest.mouseRelease(canvas(plot), Qt.MouseButton.LeftButton, pos=QPoint(300, 200))
    assert plot.following


def test_log_makes_decades_equal_and_linear_returns(plot):
    epochs, mean = np.array([1.0, 50.0, 100.0]), np.array([1.0, 0.1, 0.01])
    show(plot, TRAIN, epochs=epochs, mean=mean)
    linear = plot.view.y
    plot.set_log(True)
    heights = [plot.place_of(x, y).y() for x, y in zip(epochs, mean, strict=True)]
    assert np.diff(heights)[0] == pytest.approx(np.diff(heights)[1], abs=1.5)
    middle = plot.place_of(50, 0.1).toPoint()
    around = pixels(plot)[middle.y() - 3 : middle.y() + 4, middle.x() - 3 : middle.x() + 4]
    assert like(around, LIGHT.variant(0), 60).any()
    plot.set_log(False)
    assert plot.view.y == linear


def test_a_log_axis_survives_zero_and_less(plot):
    show(plot, TRAIN, mean=np.linspace(0.5, -0.5, 100))
    plot.set_log(True)
    assert -3 < plot.view.y[0] < plot.view.y[1] < 0
    assert any("log axis" in note for note in plot.notes)


def test_values_not_finite_are_gaps_and_told(plot):
    mean = FLAT.copy()
    mean[40:60] = np.nan
    show(plot, TRAIN, mean=mean)
    assert like(row_along(plot, 0.5, 20, 38), LIGHT.variant(0), 60).any(axis=0).all()
    assert not like(row_along(plot, 0.5, 43, 58), LIGHT.variant(0), 60).any()
    assert plot.notes == ("values not finite, shown as gaps: 20",)


def test_an_enormous_value_leaves_the_view_usable_and_is_told(plot):
    mean = FLAT.copy()
    mean[50] = 1e300
    show(plot, TRAIN, mean=mean)
    assert plot.view.y[1] < 1.0
    assert any("1e30" in note for note in plot.notes)
    show(plot, TRAIN, now=1.0)
    assert plot.notes == ()
    assert plot.view.y[1] < 1.0


def test_thinning_is_told_and_keeps_a_lonely_peak(plot):
    epochs = np.arange(1.0, 10001.0)
    mean = np.full(10000, 0.2)
    mean[5000] = 1.0
    plot.set_epochs(10000)
    show(plot, TRAIN, epochs=epochs, mean=mean)
    (note,) = plot.notes
    assert note.startswith("showing ")
    assert int(note.split()[1]) < 1600
    assert note.endswith(" of 10000 points")
    peak = plot.place_of(5001, 0.9)
    around = pixels(plot)[round(peak.y()), round(peak.x()) - 3 : round(peak.x()) + 4]
    assert like(around, LIGHT.variant(0), 120).any()


def test_points_of_a_growing_run_are_drawn_before_the_next_renewal(plot):
    show(plot, TRAIN, epochs=EPOCHS[:50], mean=FLAT[:50])
    plot.set_data("a", EPOCHS[:90], FLAT[:90])
    plot.finish_frame(0.01)
    assert like(row_along(plot, 0.5, 55, 85), LIGHT.variant(0), 60).any(axis=0).all()


def test_other_data_of_the_same_length_are_drawn_at_once(plot):
    show(plot, TRAIN)
    plot.set_data("a", EPOCHS, FLAT / 2)
    plot.finish_frame(0.01)
    assert like(row_along(plot, 0.25), LIGHT.variant(0), 60).any(axis=0).all()
    assert not like(row_along(plot, 0.5), LIGHT.variant(0), 60).any()


def test_a_diverged_curve_has_a_badge_and_does_not_set_the_range(plot):
    show(plot, TRAIN, FIRST)
    plot.set_data("b", EPOCHS[:20], np.geomspace(0.5, 1e6, 20))
    plot.finish_frame(1.0)
    assert plot.view.y[1] > 1e5
    plot.set_diverged("b", 20, "hidden-1 went non-finite at step 12")
    assert plot.view.y[1] < 1.0
    assert like(pixels(plot), LIGHT.problem, 60).sum() > 200
    plot.set_diverged("b", 20, "")
    assert plot.view.y[1] > 1e5


def test_a_member_diverged_from_the_start_is_shown_too(plot):
    show(plot, TRAIN, mean=np.full(100, np.nan))
    plot.set_diverged("a", 1, "output went non-finite at step 1")
    assert like(pixels(plot), LIGHT.problem, 60).sum() > 200


def test_curves_that_stay_keep_their_data(plot):
    show(plot, TRAIN)
    renamed = CurveStyle("a", "Everything", 1)
    plot.set_curves([renamed, FIRST])
    assert like(row_along(plot, 0.5), LIGHT.variant(1), 60).any(axis=0).all()
    plot.set_curves([FIRST])
    assert not like(row_along(plot, 0.5), LIGHT.variant(1), 60).any()


def test_the_table_has_every_point_and_no_formula(plot):
    hostile = CurveStyle("x", "=HYPERLINK(1)", 0, held_out=True)
    show(plot, hostile, mean=FALLING)
    plot.set_data("x", EPOCHS, -FALLING, -FALLING - 1, FALLING)
    rows = list(csv.reader(io.StringIO(plot.csv_text())))
    assert rows[0] == ["variant", "part", "run", "epoch", "loss", "low", "high"]
    assert len(rows) == 101
    assert rows[1][:3] == ["'=HYPERLINK(1)", "held-out", "current"]
    assert [float(cell) for cell in rows[1][3:]] == [1.0, -FALLING[0], -FALLING[0] - 1, FALLING[0]]


def test_the_table_names_line_and_band_and_has_a_column_for_each_seed(plot):
    seeds = FALLING[:, None] * [0.5, 1.0, 1.5]
    present = CurveStyle("now", "All", 0, seeds=(4, 5, 6))
    ghost = CurveStyle("then", "All", 0, ghost=True, seeds=(5,))
    plot.set_summary(SeedSummary("median", "deviation"))
    plot.set_curves([ghost, present])
    plot.set_data("then", EPOCHS, FALLING, seeds=FALLING[:, None])
    epochs, mean = np.append(EPOCHS, 100.5), np.append(FALLING, 0.1)
    plot.set_data("now", epochs, mean, mean - 0.1, mean + 0.1, seeds)
    rows = list(csv.DictReader(io.StringIO(plot.csv_text())))
    assert list(rows[0])[7:] == ["loss is", "low and high are", "seed 4", "seed 5", "seed 6"]
    assert (rows[0]["run"], rows[0]["loss is"], rows[0]["low"]) == ("earlier", "", "")
    assert rows[0]["seed 5"] == rows[0]["loss"]
    row = rows[100 + 41]
    assert (row["loss is"], row["low and high are"]) == ("median", "deviation")
    own = [float(row[f"seed {seed}"]) for seed in (4, 5, 6)]
    assert own == list(seeds[41])
    assert [rows[-1][f"seed {seed}"] for seed in (4, 5, 6)] == [""] * 3  # not measured yet


def crowd(plot, selected=5, count=16):
    styles = [
        CurveStyle(f"{place}{part}", f"Variant {place}", place, held_out=part == "h",
                   selected=place == selected, seeds=(1, 2))
        for place in range(count)
        for part in "th"
    ]  # fmt: skip
    plot.set_curves(styles)
    for place, style in enumerate(styles):
        mean = FLAT * 0 + 0.1 * (place + 1)
        seeds = np.stack((mean - 0.03, mean + 0.03), axis=1)
        plot.set_data(style.key, EPOCHS, mean, mean - 0.03, mean + 0.03, seeds)
    plot.finish_frame(0.0)
    return styles


def test_in_a_crowd_only_the_selected_variant_has_its_band_and_its_full_colour(plot):
    crowd(plot)

    def ground(value):  # beside the line, inside its band
        return distance(row_along(plot, value + 0.02, 30, 70, reach=0), LIGHT.panel).min()

    def ink(value):
        return distance(row_along(plot, value, 30, 70), LIGHT.panel).max()

    assert ground(1.1) > 4  # Variant 5, train
    assert ground(0.9) == 0
    assert ink(1.1) > 1.3 * ink(0.9)
    assert "band of the selected variant only" in plot.notes
    crowd(plot, selected=4)
    assert ground(0.9) > 4
    assert ground(1.1) == 0
    crowd(plot, count=4)
    assert ground(0.1) > 4
    assert "band of the selected variant only" not in plot.notes


def test_among_several_variants_the_others_keep_their_colour_but_not_their_band(plot):
    crowd(plot, count=8)

    def ground(value):
        return distance(row_along(plot, value + 0.02, 30, 70, reach=0), LIGHT.panel).min()

    def ink(count):
        crowd(plot, count=count)
        return distance(row_along(plot, 0.5, 30, 70), LIGHT.panel).max()

    assert ground(1.1) > 4  # Variant 5, selected
    assert ground(0.5) == 0  # Variant 2
    assert "band of the selected variant only" in plot.notes
    assert ink(8) == pytest.approx(ink(4), rel=0.1)


def test_the_selected_variant_lies_on_top_of_the_others(plot):
    styles = [CurveStyle(str(place), f"Variant {place}", place) for place in range(3)]
    for chosen in range(3):
        show(plot, *(replace(s, selected=s.variant_index == chosen) for s in styles))
        assert like(row_along(plot, 0.5, reach=0), LIGHT.variant(chosen), 60).all()


def test_where_rows_are_many_the_panel_keeps_the_selected_variant(plot, qtbot):
    crowd(plot, selected=15)
    QTest.keyClick(plot, Qt.Key.Key_Home)
    assert [row.name for row in plot.readout.rows if row.kept] == ["Variant 15"]
    QTest.keyClick(plot, Qt.Key.Key_Down)
    QTest.keyClick(plot, Qt.Key.Key_Up)
    assert [row.name for row in plot.readout.rows if row.kept] == ["Variant 15"]
    for _ in range(2):
        QTest.keyClick(plot, Qt.Key.Key_Down)
    assert [row.name for row in plot.readout.rows if row.kept] == ["Variant 14"]


def test_another_centre_or_band_is_drawn_at_once(plot):
    show(plot, TRAIN)
    plot.set_data("a", EPOCHS, FLAT, FLAT - 0.2, FLAT + 0.2)
    plot.finish_frame(1.0)
    inside = row_along(plot, 0.62, 43, 57, reach=0)
    assert distance(inside, LIGHT.panel).min() > 4
    plot.set_summary(SeedSummary("mean", "standard error"))
    plot.set_data("a", EPOCHS, FLAT, FLAT - 0.05, FLAT + 0.05)
    plot.finish_frame(1.01)
    outside = row_along(plot, 0.62, 43, 57, reach=0)
    assert distance(outside, LIGHT.panel).max() < 4
