"""Mouse and keyboard in the plot of a sweep: reading, choosing, opening, lifting a curve."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.sweep import cells
from gui.plots.sweep_legend import LegendName
from tests.gui.plots.sweep_plot_hands import (
    SWEEP,
    by_pattern,
    canvas,
    curves,
    double_click,
    hover,
    on_canvas,
    patterns,
    shown_plot,
)
from tests.gui.sweep_results import results_of, sweep_of, usual_loss

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def plot(qtbot, themes):
    return shown_plot(qtbot, themes)


def test_the_mouse_reads_a_point_and_leaves_it(plot, qtbot):
    plot.set_curves(curves())
    assert plot.readout is None
    point = plot.shown.curves[1].points[2]
    hover(qtbot, plot, point.key)
    losses = [usual_loss(2, "first", seed) for seed in (1, 2, 3)]
    text = plot.readout.text
    assert (text.head, text.name) == ("learning rate 0.1", "First")
    assert text.number.startswith(f"held-out loss {np.mean(losses):.3f} ± ")
    assert plot.content.curves[-1].raised
    assert plot.content.curves[-1].placed.curve.variant == "first"
    assert plot.chosen == ""  # looking is not choosing
    QApplication.sendEvent(plot, QEvent(QEvent.Type.Leave))
    assert plot.readout is None


def test_keys_go_from_point_to_point_and_say_where_they_are(plot, qtbot):
    plot.set_curves(curves())
    described = plot.accessibleDescription()
    visited = []
    plot.point_chosen.connect(visited.append)
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Home, Qt.Key.Key_Right, Qt.Key.Key_End):
        QTest.keyClick(plot, key)
    own = next(c for c in plot.shown.curves if any(p.key == visited[0] for p in c.points))
    assert visited[-3:] == [p.key for p in own.points][-3:] or visited[1:] == [
        p.key for p in own.points
    ]
    assert plot.readout.text.head == "learning rate 0.1"
    assert "learning rate 0.1" in plot.accessibleDescription()
    for _ in range(2):
        QTest.keyClick(plot, Qt.Key.Key_Up)
    upper = plot.place_of_point(plot.chosen).y()
    QTest.keyClick(plot, Qt.Key.Key_Down)
    assert plot.place_of_point(plot.chosen).y() > upper
    with qtbot.waitSignal(plot.point_opened) as opened:
        QTest.keyClick(plot, Qt.Key.Key_Return)
    assert opened.args == [plot.chosen]
    QTest.keyClick(plot, Qt.Key.Key_Escape)
    assert plot.readout is None
    assert plot.accessibleDescription() == described


def test_a_click_chooses_and_a_double_click_opens(plot, qtbot):
    plot.set_curves(curves())
    point = plot.shown.curves[0].points[1]
    with qtbot.waitSignal(plot.point_chosen) as chosen:
        QTest.mouseClick(canvas(plot), LEFT, pos=on_canvas(plot, point.key))
    assert chosen.args == [point.key]
    assert plot.chosen == point.key
    with qtbot.waitSignal(plot.point_opened) as opened:
        double_click(plot, on_canvas(plot, point.key))
    assert opened.args == [point.key]


def test_a_double_click_beside_every_point_fits(plot):
    plot.set_curves(curves())
    before = plot.view
    QTest.keyClick(plot, Qt.Key.Key_Plus)
    assert not plot.following
    assert plot.captions[0].endswith("zoomed, a double click fits")
    double_click(plot, QPoint(300, 20))
    assert plot.following
    assert plot.view.x == pytest.approx(before.x)
    assert "zoomed" not in plot.captions[0]


def test_what_is_pointed_at_stays_while_results_come(plot):
    found = results_of(cells(SWEEP))
    plot.set_curves(curves(results=found[:12]))
    QTest.keyClick(plot, Qt.Key.Key_Right)
    key = plot.chosen
    plot.set_curves(curves(results=found))
    assert plot.chosen == key
    assert plot.readout is not None
    plot.set_curves(curves(measure="train_loss"))
    assert plot.readout is None
    told = []
    plot.point_chosen.connect(told.append)
    plot.set_curves(None)
    assert plot.chosen == ""
    assert told == [""]  # so that nobody opens it any more


def test_of_thirty_two_variants_the_pointed_one_is_drawn_in_full(plot):
    sweep = patterns(32)
    plot.set_curves(curves(sweep, results_of(cells(sweep), by_pattern)))
    assert all(drawn.pale for drawn in plot.content.curves)
    assert len(plot.content.curves) == 32
    plot.legend.pointed.emit("v9")
    full = [drawn for drawn in plot.content.curves if not drawn.pale]
    assert [drawn.placed.curve.variant for drawn in full] == ["v9"]
    assert plot.content.curves[-1].raised  # in front of all others
    plot.legend.pointed.emit("")
    assert all(drawn.pale for drawn in plot.content.curves)
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert sum(not drawn.pale for drawn in plot.content.curves) == 1


def test_the_legend_names_every_variant_and_lifts_the_one_under_the_mouse(plot):
    plot.set_curves(curves())
    names = [each for each in plot.legend.findChildren(LegendName) if each.isVisible()]
    assert [each.accessibleName() for each in names] == ["All", "First"]
    place = QPointF(5, 5)
    QApplication.sendEvent(names[0], QEnterEvent(place, place, place))
    assert [d.placed.curve.variant for d in plot.content.curves if d.raised] == ["all"]
    QApplication.sendEvent(names[0], QEvent(QEvent.Type.Leave))
    assert not any(drawn.raised for drawn in plot.content.curves)
    plot.set_curves(None)
    assert not plot.legend.isVisible()


def test_variants_as_places_are_reached_from_one_to_the_next(plot):
    sweep = sweep_of()
    plot.set_curves(curves(sweep, axis="variant"))
    names = []
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Home, Qt.Key.Key_Right):
        QTest.keyClick(plot, key)
        names.append(plot.readout.text.name)
    assert names[1:] == ["All", "First"]
    left, right = (plot.place_of_point(c.points[0].key).x() for c in plot.shown.curves)
    assert right - left > 300
