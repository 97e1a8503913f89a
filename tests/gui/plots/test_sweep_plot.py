"""The plot of a sweep, judged by its pictures and by what it says."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from plot_pictures import like, pixels
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from engine.sweep import cells
from gui.plots.sweep_legend import LegendName
from gui.theme import DARK, LIGHT
from gui.widgets.tip_text import plain_tip
from tests.gui.plots.sweep_plot_hands import (
    RATES,
    SWEEP,
    around,
    by_pattern,
    curves,
    height,
    patterns,
    shown_plot,
)
from tests.gui.sweep_results import base, results_of, sweep_of, usual_loss


@pytest.fixture
def plot(qtbot, themes):
    return shown_plot(qtbot, themes)


def test_points_stand_at_their_means_in_the_variants_colour(plot, themes):
    plot.set_curves(curves())
    for theme in (LIGHT, DARK):
        themes.set_theme(theme)
        for curve in plot.shown.curves:
            for point in curve.points:
                place = plot.place_of_point(point.key)
                assert place.y() == pytest.approx(height(plot, point.spread.mean), abs=1.5)
                own = like(around(plot, point.key), theme.variant(curve.place), 60)
                assert own.sum() > 20


def test_values_stand_at_their_places_a_little_beside_each_other(plot):
    plot.set_curves(curves())
    all_, first = plot.shown.curves
    for at, place in enumerate(plot.shown.axis.places):
        x = plot.place_of(place, 1.0).x()
        left, right = (plot.place_of_point(c.points[at].key).x() for c in (all_, first))
        assert left < x < right
        assert (left + right) / 2 == pytest.approx(x, abs=1)
        assert right - left < 12


def test_a_bar_reaches_a_standard_deviation_up_and_down(plot):
    sweep = sweep_of(("learning_rate", (0.001, 0.1)), experiment=base((1, 2)))
    found = results_of(cells(sweep), loss=lambda _, __, seed: 1.0 if seed == 1 else 2.0)
    plot.set_curves(curves(sweep, found))
    point = plot.shown.curves[1].points[0]
    x = round(plot.place_of_point(point.key).x())
    column = like(pixels(plot)[:, x - 1 : x + 2], LIGHT.variant(1), 110).any(axis=1)
    half = point.spread.deviation
    for value, drawn in ((1.5 + 0.8 * half, True), (1.5 - 0.8 * half, True), (0.3, False)):
        y = round(height(plot, value))
        assert column[y - 1 : y + 2].all() == drawn, value


def test_of_one_seed_there_is_no_bar(plot):
    sweep = sweep_of(("learning_rate", RATES), experiment=base((4,)))
    plot.set_curves(curves(sweep))
    bars = [p.bar for curve in plot.content.curves for p in curve.placed.points]
    assert bars == [None] * 6


def test_wide_losses_are_on_a_logarithmic_axis_that_says_so(plot):
    narrow = curves()
    plot.set_curves(narrow)
    assert not plot.log
    wide = results_of(cells(SWEEP), loss=lambda cell, *_: 0.01 * 10**cell)
    plot.set_curves(curves(results=wide))
    assert plot.log
    heights = [plot.place_of_point(p.key).y() for p in plot.shown.curves[0].points]
    assert np.diff(heights)[0] == pytest.approx(np.diff(heights)[1], abs=1)
    plot.set_curves(curves(results=wide, measure="train_score"))
    assert not plot.log


def test_from_huge_losses_to_other_measures_and_back(plot):
    huge = results_of(cells(SWEEP), loss=lambda cell, *_: 1e36 if cell == 2 else 1.0)
    for measure, log in (("validation_loss", True), ("train_score", False), ("train_loss", True)):
        plot.set_curves(curves(results=huge, measure=measure))
        assert plot.log is log
        heights = [plot.place_of_point(p.key).y() for p in plot.shown.curves[0].points]
        assert max(heights) - min(heights) > 200


def test_a_hand_chosen_axis_stays_while_results_come(plot):
    found = results_of(cells(SWEEP))
    plot.set_curves(curves(results=found[:6]))
    (action,) = [each for each in plot.actions() if "Logarithmic" in each.text().replace("&", "")]
    action.trigger()
    assert plot.log
    plot.set_curves(curves(results=found))
    assert plot.log


def test_diverged_seeds_have_a_mark_with_their_count_at_the_upper_edge(plot):
    gone = results_of(cells(SWEEP), diverged=lambda cell, v, seed: cell == 2 and seed != 1)
    plot.set_curves(curves())
    assert plot.content.marks == ()
    plot.set_curves(curves(results=gone))
    marks = plot.content.marks
    assert [(mark.text, mark.place) for mark in marks] == [("✕ 2/3", 0), ("✕ 2/3", 1)]
    assert max(mark.y for mark in marks) < 40
    assert min(p.y for c in plot.content.curves for p in c.placed.points) > 40
    top = round(height(plot, plot.view.y[1]))
    assert like(pixels(plot)[top : top + 34], LIGHT.problem, 60).sum() > 30


def test_a_point_without_any_number_is_a_mark_and_breaks_the_line(plot):
    gone = results_of(cells(SWEEP), diverged=lambda cell, *_: cell == 1)
    plot.set_curves(curves(results=gone))
    lost = plot.shown.curves[0].points[1]
    (placed,) = [p for p in plot.content.curves[0].placed.points if p.at_edge]
    assert placed.point is lost
    first, last = (plot.place_of_point(plot.shown.curves[0].points[at].key) for at in (0, 2))
    middle = (first + last) / 2
    x, y = round(middle.x()), round(middle.y())
    between = pixels(plot)[y - 40 : y + 41, x - 2 : x + 3]
    assert not like(between, LIGHT.variant(0), 60).any()
    plot.set_curves(curves())
    a, b = (plot.place_of_point(plot.shown.curves[0].points[at].key) for at in (0, 1))
    x, y = round((a.x() + b.x()) / 2), round((a.y() + b.y()) / 2)
    assert like(pixels(plot)[y - 2 : y + 3, x - 2 : x + 3], LIGHT.variant(0), 60).any()


def test_many_marks_at_one_value_are_counted(plot):
    sweep = patterns(6)
    gone = results_of(cells(sweep), by_pattern, lambda cell, *_: cell == 2)
    plot.set_curves(curves(sweep, gone))
    assert [mark.text for mark in plot.content.marks] == ["✕ 2/2", "✕ 2/2", "+ 4"]


def test_marks_of_values_close_to_each_other_do_not_cover_each_other(plot):
    near = ("learning_rate", (0.01, 0.1, 0.11, 1.0))
    sweep = sweep_of(near)
    gone = results_of(cells(sweep), diverged=lambda cell, *_: cell in (1, 2))
    plot.set_curves(curves(sweep, gone))
    assert {mark.text for mark in plot.content.marks} == {"✕"}


def test_points_of_zero_stand_at_the_lower_edge_of_a_logarithmic_axis(plot):
    results = results_of(cells(SWEEP), loss=lambda cell, *_: float(cell))
    plot.set_curves(curves(results=results))
    assert not plot.log
    plot.set_log(True)
    zero = plot.shown.curves[0].points[0]
    bottom = height(plot, 10 ** plot.view.y[0])
    assert bottom - 8 < plot.place_of_point(zero.key).y() < bottom


def test_the_best_point_of_each_curve_has_a_ring(plot):
    plot.set_curves(curves())
    for drawn in plot.content.curves:
        means = [p.point.spread.mean for p in drawn.placed.points]
        assert [p.is_best for p in drawn.placed.points] == [m == min(means) for m in means]
    assert plot.captions[1].startswith("○ Lowest mean at learning rate")


def test_a_name_from_a_file_is_text(plot):
    experiment = base()
    odd = experiment.variants[0].replace(name="<b>bold</b>")
    sweep = sweep_of(
        ("learning_rate", RATES),
        experiment=experiment.replace(variants=(odd, experiment.variants[1])),
    )
    plot.set_curves(curves(sweep))
    (name, _) = plot.legend.findChildren(LegendName)
    assert name.toolTip() == plain_tip("<b>bold</b>")
    assert "<b>bold</b>" in plot.captions[1]
    for label in plot.findChildren(QLabel):
        assert label.textFormat() == Qt.TextFormat.PlainText


def test_a_loss_is_read_from_zero_and_a_score_is_not(plot):
    results = results_of(cells(SWEEP), loss=lambda cell, _, seed: 0.3 + 0.1 * cell + 0.15 * seed)
    plot.set_curves(curves(results=results))
    assert plot.view.y[0] == 0
    plot.set_curves(curves(results=results, measure="validation_score"))
    assert plot.view.y[0] > 0.2


def test_up_to_eight_variants_are_all_drawn_in_full(plot):
    for count, pale in ((8, False), (9, True)):
        sweep = patterns(count)
        plot.set_curves(curves(sweep, results_of(cells(sweep), by_pattern)))
        assert {drawn.pale for drawn in plot.content.curves} == {pale}


def test_results_that_come_make_no_items(plot):
    found = results_of(cells(SWEEP))
    plot.set_curves(curves(results=found[:2]))
    before = plot.item_count
    for count in range(2, len(found) + 1):
        plot.set_curves(curves(results=found[:count]))
        plot.grab()
    assert plot.item_count == before


def test_without_points_a_sentence_says_what_to_do(plot):
    plot.set_curves(None)
    assert plot.content.empty_text == "Nothing yet"
    assert plot.captions == ("", "")
    empty = pixels(plot)
    assert like(empty, LIGHT.muted, 40).sum() > 50
    plot.set_curves(curves())
    assert plot.content.empty_text == ""
    plot.set_curves(None)
    QApplication.processEvents()
    np.testing.assert_array_equal(pixels(plot), empty)


def test_the_table_of_a_plot_has_every_point_unrounded(plot, tmp_path: Path):
    sweep = sweep_of(("learning_rate", RATES), ("training.optimizer", ("sgd", "adam")))
    gone = results_of(cells(sweep), diverged=lambda cell, *_: cell == 0)
    plot.set_curves(curves(sweep, gone))
    path = tmp_path / "sweep.csv"
    plot.actions_menu.save_csv(str(path))
    rows = list(csv.DictReader(io.StringIO(path.read_text())))
    assert len(rows) == 3 * 2
    assert {row["optimizer"] for row in rows} == {"SGD"}
    assert (rows[0]["learning rate"], rows[0]["variant"], rows[0]["diverged"]) == (
        "1e-3",
        "All",
        "3",
    )
    assert rows[0]["held-out loss (mean)"] == ""
    mean = np.mean([usual_loss(2, "all", seed) for seed in (1, 2, 3)])
    assert float(rows[1]["held-out loss (mean)"]) == pytest.approx(mean, rel=1e-12)


def test_a_picture_and_a_drawing_can_be_saved(plot, tmp_path: Path):
    plot.set_curves(curves())
    plot.actions_menu.save_png(str(tmp_path / "sweep.png"))
    plot.actions_menu.save_svg(str(tmp_path / "sweep.svg"))
    assert (tmp_path / "sweep.png").stat().st_size > 1000
    drawing = (tmp_path / "sweep.svg").read_text()
    assert "mean ± sd over 3 seeds" in drawing
    assert "learning rate (logarithmic)" in drawing
