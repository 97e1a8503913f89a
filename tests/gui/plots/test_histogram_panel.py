"""The middle panel: kinds, their past as strips, and one slider over the epochs."""

import csv
import io

import numpy as np
import pytest
from plot_pictures import like, pixels
from probe_records import KINDS, LAYERS, epoch_record, epoch_records, histogram, measures
from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QSlider, QToolTip

from gui.plots.histogram_canvas import HistogramCanvas
from gui.plots.histogram_cell import cell_parts
from gui.plots.histogram_panel import HistogramPanel
from gui.plots.histogram_view import LayerHeading
from gui.theme import DARK, LIGHT

TRAINED = {"moved": 0.31, "gradient_norm": 0.0123, "output_gradient_norm": 0.044}
NOT_FROZEN = dict.fromkeys(LAYERS, False)
OUTPUTS = dict.fromkeys(LAYERS, 16)


@pytest.fixture
def panel(qtbot, themes):
    panel = HistogramPanel(themes)
    qtbot.addWidget(panel)
    panel.resize(900, 400)
    panel.show()
    qtbot.waitExposed(panel)
    panel.set_layers([LayerHeading(layer, layer, "16 relu") for layer in LAYERS])
    return panel


def show_step(panel, kind="weights", bins=(20, 21, 22), frozen=(), **numbers):
    """A snapshot in which every layer but the frozen ones has a histogram of the kind."""
    shapes = {layer: histogram(*bins, start=kind == "weights") for layer in LAYERS}
    if kind in ("gradients", "updates"):
        shapes = {layer: shape for layer, shape in shapes.items() if layer not in frozen}
    states = {layer: layer in frozen for layer in LAYERS}
    panel.show_snapshot(kind, shapes, measures(**(numbers or TRAINED)), states, OUTPUTS)


def past(panel, layer):
    """The pixels of a layer's strip and line."""
    panel.grab()  # strips are renewed a few in a frame
    place = panel.grid.past_of(layer).translated(panel.grid.mapTo(panel, QPoint()))
    return pixels(panel)[place.top() : place.bottom(), place.left() : place.right()]


def click_past(panel, layer, share):
    place = panel.grid.past_of(layer)
    canvas = panel.findChild(HistogramCanvas)
    point = QPoint(round(place.left() + share * place.width()), place.center().y())
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.mapFrom(panel.grid, point))


def chosen_epochs(panel):
    chosen = []
    panel.epoch_chosen.connect(chosen.append)
    return chosen


def test_the_kind_is_asked_for_and_shown_when_told(panel):
    asked = []
    panel.kind_chosen.connect(asked.append)
    show_step(panel)
    assert panel.grid.spoken.startswith("hidden-1: moved 0.310")
    QTest.keyClick(panel.kind_choice, Qt.Key.Key_Right)
    assert asked == ["gradients"]
    panel.set_kind("gradients")
    show_step(panel, "weights")  # late: of a kind that is not shown any more
    assert panel.grid.spoken == "They appear with the next step"
    assert panel.grid.accessibleName() == "Histograms of gradients"
    show_step(panel, "gradients")
    assert panel.grid.spoken.startswith("hidden-1: ‖∂L/∂W‖ 0.0123 · at output 0.0440")
    assert asked == ["gradients"]


def test_a_frozen_layer_keeps_its_place_with_a_dash_and_the_reason(panel):
    panel.set_kind("gradients")
    show_step(panel, "gradients", frozen=("hidden-2",), moved=0.31, output_gradient_norm=0.044)
    cells = panel.grid.spoken.split("; ")
    assert cells[1] == "hidden-2, frozen: ‖∂L/∂W‖ — · at output 0.0440, frozen: no gradient"


def test_the_strip_shows_the_past_in_the_variants_colour_and_either_theme(panel, themes):
    show_step(panel)
    panel.set_history(epoch_records(50), 0, LAYERS, 100)
    for theme in (LIGHT, DARK):
        themes.set_theme(theme)
        strip = past(panel, "hidden-1")
        half = strip.shape[1] // 2
        assert like(strip[:, : half - 2], theme.variant(0), 90).mean() > 0.1
        # not trained yet
        assert not like(strip[:, half + 3 :], theme.variant(0), 90).any()


@pytest.mark.parametrize("kind", KINDS)
def test_a_frozen_span_never_vanishes(panel, kind):
    panel.set_kind(kind)
    panel.set_history(epoch_records(100, {"hidden-2": range(41, 61)}), 0, LAYERS, 100)
    frozen, trained = past(panel, "hidden-2"), past(panel, "hidden-1")
    width = frozen.shape[1]
    ice = like(frozen, LIGHT.frozen_fill, 3)
    assert ice[:, round(0.42 * width) : round(0.58 * width)].mean() > 0.3
    assert not ice[:, : round(0.38 * width)].any()
    assert not ice[:, round(0.62 * width) :].any()
    assert not like(trained, LIGHT.frozen_fill, 3).any()


def test_where_a_kind_was_not_looked_at_nothing_is_made_up(panel):
    panel.set_kind("activations")
    records = [
        epoch_record(epoch, kinds=KINDS if epoch > 50 else ("weights",)) for epoch in range(1, 101)
    ]
    panel.set_history(records, 0, LAYERS, 100)
    strip = past(panel, "hidden-1")
    strip = strip[: strip.shape[0] // 2 - 2]
    half = strip.shape[1] // 2
    assert not like(strip[:, : half - 2], LIGHT.variant(0), 60).any()
    assert like(strip[:, half + 2 :], LIGHT.variant(0), 90).any()
    panel.show_epoch(20)
    assert panel.grid.spoken.startswith("hidden-1: dead 3, not recorded")


def test_an_epoch_shows_that_records_histograms_and_numbers(panel):
    show_step(panel, bins=(5,))
    live = pixels(panel.grid)
    records = epoch_records(50, {"hidden-2": range(30, 51)})
    panel.set_history(records, 0, LAYERS, 100)
    panel.show_epoch(37)
    assert panel.grid.spoken.startswith(
        "hidden-1: moved 0.370; hidden-2, frozen: moved 0.370 · while frozen exactly 0"
    )
    rows = list(csv.reader(io.StringIO(panel.grid.csv_text())))
    assert [row[3] for row in rows[1:51] if row[3] != "0.0"] == ["37.0"] * 10
    assert (pixels(panel.grid) != live).any()
    panel.show_epoch(None)
    rows = list(csv.reader(io.StringIO(panel.grid.csv_text())))
    assert [row[3] for row in rows[1:51] if row[3] != "0.0"] == ["10.0"]
    assert panel.grid.spoken.startswith("hidden-1: moved 0.310")


def test_a_chosen_epoch_stays_while_the_run_goes_on(panel):
    panel.set_history(epoch_records(50), 0, LAYERS, 100)
    panel.show_epoch(20)
    panel.set_history(epoch_records(60), 0, LAYERS, 100)
    show_step(panel)
    assert panel.epoch == 20
    assert panel.grid.spoken.startswith("hidden-1: moved 0.200")
    panel.set_history(epoch_records(300, stride=8), 0, LAYERS, 300)
    assert panel.epoch in (16, 24)
    assert panel.grid.spoken.startswith(f"hidden-1: moved {panel.epoch / 100:.3f}")


def test_the_start_is_shown_with_an_earlier_epoch_only_on_the_same_edges(panel):
    show_step(panel)
    for limit, starts in ((1.0, "30.0"), (2.0, "")):
        records = [epoch_record(epoch, limit=limit) for epoch in range(1, 11)]
        panel.set_history(records, 0, LAYERS, 100)
        panel.show_epoch(5)
        rows = list(csv.reader(io.StringIO(panel.grid.csv_text())))
        assert rows[26][4] == starts


def test_the_other_variant_has_other_numbers(panel):
    records = epoch_records(50)
    panel.set_history(records, 0, LAYERS, 100)
    panel.show_epoch(10)
    assert panel.grid.spoken.startswith("hidden-1: moved 0.100")
    panel.set_history(records, 1, LAYERS, 100)
    assert panel.grid.spoken.startswith("hidden-1: moved 10.1")


def test_a_click_in_a_strip_chooses_the_epoch_and_past_the_last_the_present(panel):
    chosen = chosen_epochs(panel)
    panel.set_history(epoch_records(50), 0, LAYERS, 100)
    click_past(panel, "hidden-2", 0.255)
    click_past(panel, "output", 0.8)
    assert chosen[0] in (25, 26)
    assert chosen[1:] == [None]
    assert panel.epoch is None  # nothing happens until the answer


def test_dragging_goes_through_the_epochs_and_to_the_right_back_to_the_present(panel):
    chosen = chosen_epochs(panel)
    panel.set_history(epoch_records(100), 0, LAYERS, 100)
    canvas, area = panel.findChild(HistogramCanvas), panel.grid.past_of("hidden-1")
    top = canvas.mapFrom(panel.grid, area.topLeft()) + QPoint(0, 5)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=top + QPoint(area.width() // 2, 0))
    for x in (area.width() // 4, -50, area.width() + 20):  # also over the neighbour
        QTest.mouseMove(canvas, top + QPoint(x, 60))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=top)
    QTest.mouseMove(canvas, top + QPoint(5, 0))
    assert [chosen[0] in (50, 51), chosen[1] in (25, 26), *chosen[2:]] == [True, True, 1, None]


def test_the_slider_chooses_too_and_puts_a_hairline_in_every_strip(panel):
    chosen = chosen_epochs(panel)
    panel.set_history(epoch_records(50), 0, LAYERS, 100)
    before = past(panel, "output")
    QTest.keyClick(panel.slider.findChild(QSlider), Qt.Key.Key_Home)
    assert chosen == [1]
    panel.show_epoch(25)
    line = (past(panel, "output") != before).any(axis=(0, 2)).nonzero()[0]
    assert 1 <= line.size <= 4
    assert line.mean() == pytest.approx(0.245 * before.shape[1], abs=3)
    panel.show_epoch(None)
    np.testing.assert_array_equal(past(panel, "output"), before)


def test_epochs_between_the_kept_ones_snap_and_it_says_so(panel):
    panel.set_history(epoch_records(100, stride=4), 0, LAYERS, 100)
    panel.show_epoch(37)
    assert panel.epoch == 36
    assert "of every 4 epochs one is kept" in panel.slider.toolTip()


def test_tips_tell_the_span_the_number_and_the_bin(panel):
    panel.set_kind("gradients")
    panel.set_history(epoch_records(100, {"hidden-2": range(41, 61)}), 0, LAYERS, 100)
    show_step(panel, "gradients")
    canvas = panel.findChild(HistogramCanvas)
    strip = panel.grid.past_of("hidden-2")
    cell = panel.grid.place_of("hidden-1")
    for place, words in (
        (QPoint(strip.center().x(), strip.top() + 4), "epoch 50: frozen, so there is none"),
        (QPoint(strip.left() + 4, strip.top() + 4), "one scale for all epochs"),
        (QPoint(strip.left() + 4, strip.bottom() - 4), "‖∂L/∂out‖: Length of the gradient"),
        (QPoint(cell.left() + 20, cell.top() + 26), "‖∂L/∂W‖: Length of the gradient"),
        (cell.center() + QPoint(-20, -80), "10 gradients"),
    ):
        event = QHelpEvent(QEvent.Type.ToolTip, place, canvas.mapToGlobal(place))
        QApplication.sendEvent(canvas, event)
        assert words in QToolTip.text()
    QToolTip.hideText()


def test_pictures_are_offered_for_images_only(panel):
    keys = [segment.key for segment in panel.kind_choice.segments]
    assert "pictures" not in keys
    panel.offer_pictures(True)
    panel.set_kind("pictures")
    panel.set_pictures(np.ones((4, 8, 8), np.float32))
    assert like(pixels(panel), LIGHT.variant(0), 40).mean() > 0.1
    assert not panel.grid.isVisible()
    panel.offer_pictures(False)
    assert panel.kind == "weights"
    assert panel.grid.isVisible()


def test_the_numbers_of_all_epochs_are_a_table_and_what_is_missing_is_empty(
    panel, tmp_path, monkeypatch
):
    def save(path):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
        next(each for each in panel.grid.actions() if "all epochs" in each.text()).trigger()

    told = []
    panel.notice.connect(told.append)
    panel.set_history(epoch_records(3, {"output": range(2, 3)}), 0, LAYERS, 100)
    path = tmp_path / "numbers.csv"
    save(path)
    rows = list(csv.DictReader(io.StringIO(path.read_text())))
    assert len(rows) == 9
    assert (rows[0]["layer"], rows[0]["epoch"], rows[0]["step"]) == ("hidden-1", "1", "10")
    assert rows[0]["moved"] == repr(float(np.float32(0.01)))
    assert (rows[7]["state"], rows[7]["gradient_norm"]) == ("frozen", "")
    assert rows[6]["state"] == "trainable"
    assert rows[6]["gradient_norm"] == "0.5"
    assert told == [f"Saved {path}"]
    save(tmp_path / "nowhere" / "numbers.csv")
    assert told[-1].startswith("Could not write")


def test_clear_returns_to_the_empty_state(panel):
    empty = pixels(panel)
    show_step(panel)
    panel.set_history(epoch_records(50), 0, LAYERS, 100)
    panel.show_epoch(20)
    assert (pixels(panel) != empty).any()
    panel.clear()
    assert panel.epoch is None
    np.testing.assert_array_equal(pixels(panel), empty)


def test_a_drawing_and_a_diverged_layer_can_be_saved(panel, tmp_path):
    records = epoch_records(50)
    for record in records[20:]:
        record.measures[:, 0, 0] = np.inf
        record.histograms["weights"][1][:, 0] = 0
    panel.set_history(records, 0, LAYERS, 100)
    show_step(panel, moved=float("inf"))
    assert like(past(panel, "hidden-1"), LIGHT.problem_fill, 3).any()
    assert not like(past(panel, "hidden-2"), LIGHT.problem_fill, 3).any()
    panel.grid.actions_menu.save_svg(str(tmp_path / "weights.svg"))
    assert "moved not finite" in (tmp_path / "weights.svg").read_text()


def test_every_control_has_a_name_and_can_be_reached(panel):
    for control in (panel.kind_choice, panel.grid, panel.slider.findChild(QSlider)):
        assert control.accessibleName()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus


@pytest.mark.parametrize(
    ("height", "with_strip", "with_line"),
    [(90, False, False), (110, True, False), (142, True, True), (300, True, True)],
)
def test_a_low_cell_gives_up_the_line_and_then_the_strip(height, with_strip, with_line):
    place = QRectF(0, 0, 150, height)
    parts = cell_parts(place, with_past=True)
    assert (parts.lanes.strip is not None, parts.lanes.line is not None) == (with_strip, with_line)
    assert parts.bars.height() >= 28
    assert place.contains(parts.bars)
    if with_strip:
        assert place.contains(parts.lanes.whole)
        assert parts.bars.bottom() < parts.lanes.whole.top()
    assert cell_parts(place, with_past=False).lanes.whole.isEmpty()
