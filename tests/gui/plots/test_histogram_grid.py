"""The weight histograms, judged by their pictures and by what they say."""

import csv
import gc
import io
import math
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plot_pictures import like, pixels
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QToolTip

from gui.plots.histogram_bars import bar_places, calm_peak, histogram_data
from gui.plots.histogram_canvas import HistogramCanvas
from gui.plots.histogram_captions import moved_text
from gui.plots.histogram_grid import HistogramGrid
from gui.plots.histogram_view import CellContent, LayerHeading
from gui.theme import DARK, LIGHT

EDGES = np.linspace(-1.0, 1.0, 51)
LAYERS = [LayerHeading(name, name, "16 relu") for name in ("hidden-1", "hidden-2", "output")]


def counts_at(*bins, count=10.0):
    counts = np.zeros(50)
    counts[list(bins)] = count
    return counts


@pytest.fixture
def grid(qtbot, themes):
    grid = HistogramGrid(themes)
    qtbot.addWidget(grid)
    grid.resize(720, 240)
    grid.show()
    qtbot.waitExposed(grid)
    grid.set_layers(LAYERS)
    return grid


def show(grid, layer_id, edges, counts, start_counts, moved, frozen):
    data = histogram_data(edges, counts, start_counts)
    grid.set_content(layer_id, CellContent((moved_text(moved),), frozen, data))


def cell(grid, layer_id):
    place = grid.place_of(layer_id)
    return pixels(grid)[place.top() : place.bottom(), place.left() : place.right()]


def bars_colour(theme, index):
    """The bars let a little of the panel through."""
    ink, panel = QColor(theme.variant(index)), QColor(theme.panel)
    share = 205 / 255
    mixed = [a * share + b * (1 - share) for a, b in zip(_rgb(ink), _rgb(panel), strict=True)]
    return QColor.fromRgbF(*mixed).name()


def _rgb(colour):
    return colour.redF(), colour.greenF(), colour.blueF()


def test_bars_have_the_variants_colour_in_either_theme(grid, themes):
    show(grid, "hidden-1", EDGES, counts_at(*range(10, 40)), np.zeros(50), 0.31, False)
    for theme in (LIGHT, DARK):
        themes.set_theme(theme)
        for index in (0, 1):
            grid.set_colour(index)
            assert like(cell(grid, "hidden-1"), bars_colour(theme, index), 6).mean() > 0.2
            other = bars_colour(theme, 1 - index)
            assert not like(cell(grid, "hidden-1"), other, 6).any()


def test_a_single_filled_bin_is_a_real_bar_where_it_belongs(grid):
    show(grid, "hidden-1", EDGES, counts_at(25, count=480), np.zeros(50), 0.0, False)
    drawn = like(cell(grid, "hidden-1"), bars_colour(LIGHT, 0), 6)
    columns, rows = drawn.any(axis=0).nonzero()[0], drawn.any(axis=1).nonzero()[0]
    assert 2 <= columns.size <= 8
    assert rows.size > 80
    middle = grid.place_of("hidden-1").width() / 2
    assert columns.mean() == pytest.approx(middle, abs=6)  # bin 25 begins at 0


def test_a_bin_with_one_weight_among_thousands_is_still_seen(grid):
    counts = counts_at(10, count=1.0) + counts_at(30, count=100_000.0)
    show(grid, "hidden-1", EDGES, counts, np.zeros(50), 0.1, False)
    drawn = like(cell(grid, "hidden-1"), bars_colour(LIGHT, 0), 6)
    left_half = drawn[:, : drawn.shape[1] // 2]
    assert left_half.sum() >= 4


def test_edges_that_are_all_one_number_still_show_a_bar(grid):
    show(grid, "hidden-1", np.full(51, 0.5), counts_at(25), np.zeros(50), 0.0, False)
    assert like(cell(grid, "hidden-1"), bars_colour(LIGHT, 0), 6).sum() > 100


def test_the_start_stays_visible_where_now_has_left_it(grid):
    show(grid, "hidden-1", EDGES, counts_at(40), counts_at(5), 0.3, False)
    with_start = cell(grid, "hidden-1")
    show(grid, "hidden-1", EDGES, counts_at(40), np.zeros(50), 0.3, False)
    without = cell(grid, "hidden-1")
    changed = (with_start != without).any(axis=2)
    assert changed[:, : changed.shape[1] // 3].sum() > 100
    assert not changed[:, changed.shape[1] // 2 :].any()


def test_a_frozen_layer_turns_to_ice_with_its_sign_and_back(grid):
    counts = counts_at(*range(10, 40))
    show(grid, "hidden-1", EDGES, counts, counts, 0.0, True)
    frozen = cell(grid, "hidden-1")
    assert like(frozen, LIGHT.frozen_ink, 30).sum() > 60
    assert not like(frozen, bars_colour(LIGHT, 0), 6).any()
    show(grid, "hidden-1", EDGES, counts, counts, 0.0, False)
    trainable = cell(grid, "hidden-1")
    assert not like(trainable, LIGHT.frozen_ink, 10).any()
    assert like(trainable, bars_colour(LIGHT, 0), 6).mean() > 0.2


def test_what_is_said_tells_frozen_moved_and_not_moved(grid):
    counts = counts_at(3)
    show(grid, "hidden-1", EDGES, counts, counts, 0.31, False)
    show(grid, "hidden-2", EDGES, counts, counts, 0.0, True)
    show(grid, "output", EDGES, counts, counts, None, False)
    assert grid.spoken == (
        "hidden-1: moved 0.310; hidden-2, frozen: moved exactly 0; output: moved —"
    )
    assert moved_text(1e-9) != moved_text(0.0)
    assert "not finite" in moved_text(math.nan)


def test_counts_of_nothing_and_counts_not_finite_are_drawn_as_nothing(grid):
    empty = np.zeros(50)
    show(grid, "hidden-1", EDGES, empty, empty, 0.0, False)
    assert not like(cell(grid, "hidden-1"), bars_colour(LIGHT, 0), 6).any()
    broken = counts_at(10)
    broken[20], broken[21] = np.nan, np.inf
    show(grid, "hidden-1", EDGES, broken, empty, 0.1, False)
    assert like(cell(grid, "hidden-1"), bars_colour(LIGHT, 0), 6).any()
    show(grid, "hidden-1", np.full(51, np.nan), counts_at(10), empty, math.nan, False)
    grid.grab()


def test_clear_returns_to_the_empty_state(grid):
    empty = pixels(grid)
    show(grid, "hidden-1", EDGES, counts_at(3), counts_at(4), 0.3, False)
    grid.set_edges_note("same edges for the whole run")
    assert (pixels(grid) != empty).any()
    grid.clear()
    np.testing.assert_array_equal(pixels(grid), empty)
    assert grid.spoken == "Weights appear with the first step"


def test_the_note_on_edges_is_shown(grid):
    before = pixels(grid)[-24:]
    grid.set_edges_note("edges widened at epoch 12")
    after = pixels(grid)[-24:]
    half = after.shape[1] // 2
    assert (before[:, half:] != after[:, half:]).any()
    np.testing.assert_array_equal(before[:, :half], after[:, :half])


def test_layers_wrap_to_rows_by_width(grid):
    grid.resize(720, 300)
    tops = [grid.place_of(heading.layer_id).top() for heading in LAYERS]
    assert tops[0] == tops[1] == tops[2]
    grid.resize(380, 300)
    QApplication.processEvents()
    places = [grid.place_of(heading.layer_id) for heading in LAYERS]
    assert places[0].top() == places[1].top() < places[2].top()
    assert places[0].left() == places[2].left() < places[1].left()


def test_sixty_four_layers_scroll_by_keyboard(grid):
    grid.set_layers([LayerHeading(f"{i}", f"hidden-{i}") for i in range(64)])
    QApplication.processEvents()
    bar = grid.findChild(QScrollArea).verticalScrollBar()
    assert bar.maximum() > 1000
    before = grid.place_of("63").top()
    QTest.keyClick(grid, Qt.Key.Key_PageDown)
    assert bar.value() > 0
    assert grid.place_of("63").top() < before
    assert grid.grab().height() == 240


def test_layers_that_stay_keep_their_histogram(grid):
    show(grid, "output", EDGES, counts_at(25), np.zeros(50), 0.1, False)
    grid.set_layers([LAYERS[2]])
    assert like(cell(grid, "output"), bars_colour(LIGHT, 0), 6).any()
    assert grid.spoken == "output: moved 0.100"


def test_hovering_a_bar_tells_its_bin(grid, qtbot):
    show(grid, "hidden-1", EDGES, counts_at(25, count=7), counts_at(25, count=9), 0.1, False)
    canvas = grid.findChild(HistogramCanvas)
    bar = grid.place_of("hidden-1").center() + QPoint(2, 10)
    for place, words in (
        (bar, "0 to 0.0400: 7 weights now, 9 at the start"),
        (QPoint(30, 24), "‖W"),
    ):
        event = QHelpEvent(QEvent.Type.ToolTip, place, canvas.mapToGlobal(place))
        QApplication.sendEvent(canvas, event)
        assert words in QToolTip.text()
    QToolTip.hideText()


def test_log_counts_raise_the_low_bars(grid):
    counts = counts_at(10, count=10.0) + counts_at(40, count=10_000.0)
    show(grid, "hidden-1", EDGES, counts, np.zeros(50), 0.1, False)

    def height():
        drawn = like(cell(grid, "hidden-1"), bars_colour(LIGHT, 0), 6)
        return drawn[:, : drawn.shape[1] // 2].any(axis=1).sum()

    low = height()
    grid.set_log(True)
    assert height() > 5 * low
    grid.set_log(False)
    assert height() == low


def test_the_table_has_every_bin_and_no_formula(grid):
    grid.set_layers([LayerHeading("a", "=1+1")])
    show(grid, "a", EDGES, counts_at(3), counts_at(4), 0.1, False)
    rows = list(csv.reader(io.StringIO(grid.csv_text())))
    assert len(rows) == 51
    assert rows[4] == ["'=1+1", repr(float(EDGES[3])), repr(float(EDGES[4])), "10.0", "0.0"]


def test_frames_keep_the_references_of_none(grid):
    now = [counts_at(i, count=5.0) for i in range(50)]
    grid.grab()
    gc.collect()
    gc.disable()  # what other tests left behind refers to None too
    try:
        before = sys.getrefcount(None)
        for frame in range(1000):
            show(grid, "hidden-1", EDGES, now[frame % 50], now[0], 0.1, frame % 2 == 0)
            QApplication.processEvents()
        assert abs(sys.getrefcount(None) - before) < 200
    finally:
        gc.enable()


def test_it_can_be_reached_and_read_by_keyboard(grid):
    show(grid, "output", EDGES, counts_at(3), counts_at(3), 0.0, True)
    assert grid.accessibleName() == "Weight histograms"
    grid.clearFocus()
    grid.setFocus(Qt.FocusReason.TabFocusReason)
    assert "output, frozen" in grid.accessibleDescription()


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_the_scale_holds_the_highest_bar_and_keeps_still(current, wanted):
    peak = calm_peak(current, wanted)
    assert peak >= wanted
    assert calm_peak(peak, wanted) == peak


def test_bars_fill_the_width_whatever_the_edges():
    places = bar_places(EDGES, 10.0, 100.0)
    assert (places[0], places[-1]) == (10.0, 110.0)
    for strange in (np.full(51, np.nan), np.full(51, 3.0)):
        assert np.ptp(bar_places(strange, 10.0, 100.0)) == 100.0
