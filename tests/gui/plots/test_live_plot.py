"""What every live plot can do: menu, pictures, files, theme, keyboard."""

import numpy as np
import pytest
from plot_pictures import like, pixels
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QGuiApplication, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QGraphicsView, QMenu

from gui.plots.live_plot import PlotView, nearest_place
from gui.plots.loss_inputs import CurveStyle
from gui.plots.loss_plot import LossPlot
from gui.theme import DARK, LIGHT

EPOCHS = np.arange(1.0, 101.0)


@pytest.fixture
def plot(qtbot, themes):
    plot = LossPlot(themes)
    qtbot.addWidget(plot)
    plot.resize(600, 300)
    plot.show()
    qtbot.waitExposed(plot)
    plot.set_curves([CurveStyle("a", "All", 0)])
    plot.set_data("a", EPOCHS, np.full(100, 0.5))
    plot.finish_frame(0.0)
    return plot


def named(plot, word):
    (action,) = [action for action in plot.actions() if word in action.text().replace("&", "")]
    return action


@pytest.mark.qt_log_ignore("does not support grabbing", extend=True)  # the offscreen platform
def test_the_context_menu_is_our_own_and_whole(plot, qtbot):
    viewport = plot.findChild(QGraphicsView).viewport()
    place = QPoint(200, 100)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, viewport.mapToGlobal(place))
    QApplication.sendEvent(viewport, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    texts = " ".join(action.text().replace("&", "") for action in menu.actions())
    for words in ("Fit", "Logarithmic", "Copy picture", "PNG", "SVG", "CSV"):
        assert words in texts
    menu.close()
    qtbot.waitUntil(lambda: plot.findChild(QMenu) is None)


def test_a_right_click_neither_zooms_nor_opens_another_menu(plot):
    before = plot.view
    viewport = plot.findChild(QGraphicsView).viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.RightButton, pos=QPoint(200, 100))
    assert QApplication.activePopupWidget() is None
    assert plot.view == before


def test_the_menu_switches_the_axis_and_says_so(plot, qtbot):
    with qtbot.waitSignal(plot.log_toggled) as toggled:
        named(plot, "Logarithmic").trigger()
    assert toggled.args == [True]
    assert plot.log
    plot.set_log(False)
    assert not named(plot, "Logarithmic").isChecked()


def test_showing_a_value_does_not_report_an_intention(plot, qtbot):
    with qtbot.assertNotEmitted(plot.log_toggled):
        plot.set_log(True)
    assert plot.log


def test_the_menu_fits(plot):
    QTest.keyClick(plot, Qt.Key.Key_Plus)
    named(plot, "Fit").trigger()
    assert plot.following


def test_a_picture_is_copied(plot, qtbot):
    with qtbot.waitSignal(plot.notice):
        QTest.keyClick(plot, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    picture = QGuiApplication.clipboard().image()
    assert picture.size() == plot.size()


def test_pictures_drawings_and_data_are_saved(plot, qtbot, tmp_path):
    png, svg, table = (tmp_path / name for name in ("a.png", "a.svg", "a.csv"))
    notices = []
    plot.notice.connect(notices.append)
    plot.actions_menu.save_png(str(png))
    plot.actions_menu.save_svg(str(svg))
    plot.actions_menu.save_csv(str(table))
    assert QImage(str(png)).size() == plot.size()
    drawing = svg.read_text()
    assert QColor(LIGHT.variant(0)).name() in drawing
    assert ">epoch" in drawing
    assert drawing.count("<path") < 40  # a line is one path, not several beside each other
    assert "<image" not in drawing
    assert len(table.read_text().splitlines()) == 101
    assert [notice.split()[0] for notice in notices] == ["Saved"] * 3


def test_a_file_that_cannot_be_written_is_told_with_its_path(plot, tmp_path):
    notices = []
    plot.notice.connect(notices.append)
    path = str(tmp_path / "missing" / "a.png")
    plot.actions_menu.save_png(path)
    assert notices[0].startswith("Could not write")
    assert path in notices[0]


def test_the_theme_is_followed_at_once(plot, themes):
    before = pixels(plot)
    themes.set_theme(DARK)
    dark = pixels(plot)
    assert like(dark, DARK.panel, 3).mean() > 0.8
    assert not like(dark, LIGHT.panel, 3).any()
    themes.set_theme(LIGHT)
    np.testing.assert_array_equal(pixels(plot), before)


def test_the_wheel_zooms_about_the_mouse(plot):
    viewport = plot.findChild(QGraphicsView).viewport()
    place = QPointF(200, 100)
    before = plot.view.x
    event = QWheelEvent(
        place, viewport.mapToGlobal(place), QPoint(), QPoint(0, 240),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(viewport, event)
    after = plot.view.x
    assert after[1] - after[0] < before[1] - before[0]
    assert not plot.following


def test_dragging_pans(plot):
    viewport = plot.findChild(QGraphicsView).viewport()
    before = plot.view
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(300, 100))
    for x in (280, 250, 200):
        QTest.mouseMove(viewport, QPoint(x, 100), 15)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(200, 100))
    assert plot.view.x[0] > before.x[0]
    assert plot.view.x[1] - plot.view.x[0] == pytest.approx(before.x[1] - before.x[0])
    assert not plot.following


def test_the_keyboards_focus_is_seen(plot):
    plot.clearFocus()
    plain = like(pixels(plot), LIGHT.accent, 10).sum()
    plot.setFocus(Qt.FocusReason.TabFocusReason)
    assert like(pixels(plot), LIGHT.accent, 10).sum() > plain + 200
    plot.clearFocus()
    assert like(pixels(plot), LIGHT.accent, 10).sum() == plain


def test_it_has_a_name_and_a_description(plot):
    assert plot.accessibleName() == "Loss plot"
    assert "Left and Right" in plot.accessibleDescription()
    assert plot.focusPolicy() == Qt.FocusPolicy.StrongFocus


def test_a_view_maps_there_and_back():
    view = PlotView(x=(0.0, 10.0), y=(-1.0, 1.0), width=200.0, height=100.0, log=False)
    assert view.place(5.0, 1.0) == (100.0, 0.0)
    assert view.place(0.0, -1.0) == (0.0, 100.0)
    assert view.data_x(view.place(7.0, 0.0)[0]) == pytest.approx(7.0)


@pytest.mark.parametrize(("wanted", "index"), [(-5, 0), (1.4, 0), (1.6, 1), (4, 2), (99, 2)])
def test_the_nearest_place(wanted, index):
    assert nearest_place(np.array([1.0, 2.0, 5.0]), wanted) == index


def test_a_huge_linear_range_can_be_shown_on_a_logarithmic_axis(plot):
    plot.set_curves([CurveStyle("a", "All", 0)])
    plot.set_data("a", np.arange(10.0), np.geomspace(1.0, 1e25, 10))
    plot.finish_frame(0.0)
    plot.set_log(True)
    assert plot.log
    low, high = plot.view.y
    assert 0.0 <= low < 20.0
    assert 25.0 <= high < 40.0
    plot.set_log(False)
    assert plot.view.y[1] >= 1e25
