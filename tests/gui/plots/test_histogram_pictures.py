"""The first layer's weights as pictures."""

import csv
import io

import numpy as np
import pytest
from plot_pictures import like, pixels
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QToolTip

from gui.plots.histogram_picture_canvas import EMPTY, HALF, largest_weight, picture_indices
from gui.plots.histogram_pictures import WeightPictures
from gui.theme import DARK, LIGHT


@pytest.fixture
def pictures(qtbot, themes):
    widget = WeightPictures(themes)
    qtbot.addWidget(widget)
    widget.resize(600, 300)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def test_zero_is_the_middle_and_the_largest_weights_are_the_ends():
    weights = np.array([[[0.0, 0.5], [-0.5, 0.25]], [[9.0, -9.0], [np.nan, 0.0]]])
    table = picture_indices(weights, 0.5, columns=2, gap=1)
    assert table.shape == (3, 6)
    assert table[:2, :2].tolist() == [[HALF, 2 * HALF], [0, HALF + HALF // 2]]
    assert table[:2, 3:5].tolist() == [[2 * HALF, 0], [EMPTY, HALF]]
    assert (table[2] == EMPTY).all()
    assert (table[:, [2, 5]] == EMPTY).all()


def test_units_fill_row_after_row():
    weights = np.arange(5.0).reshape(5, 1, 1)
    table = picture_indices(weights, 4.0, columns=2, gap=0)
    assert table.shape == (3, 2)
    assert (np.diff(table.ravel()[:5].astype(int)) > 0).all()
    assert table[2, 1] == EMPTY


def test_the_largest_weight_is_finite():
    assert largest_weight(np.array([[[0.1, -0.7, np.inf, np.nan]]])) == pytest.approx(0.7)
    assert largest_weight(np.empty((0, 2, 2))) == 0.0


def test_positive_and_negative_weights_have_colours_of_their_own(pictures, themes):
    for theme in (LIGHT, DARK):
        themes.set_theme(theme)
        for sign, own, other in ((1, 0, 1), (-1, 1, 0)):
            pictures.set_pictures(np.full((4, 8, 8), sign, np.float32))
            shown = pixels(pictures)[:-24]  # above the scale
            assert like(shown, theme.variant(own), 40).mean() > 0.2
            assert not like(shown, theme.variant(other), 40).any()


def test_without_pictures_it_says_so(pictures):
    empty = pixels(pictures)
    pictures.set_pictures(np.ones((4, 8, 8), np.float32))
    assert (pixels(pictures) != empty).any()
    pictures.set_pictures(None)
    np.testing.assert_array_equal(pixels(pictures), empty)


def test_256_units_scroll_by_keyboard(pictures):
    pictures.set_pictures(np.ones((256, 28, 28), np.float32))
    QApplication.processEvents()
    bar = pictures.findChild(QScrollArea).verticalScrollBar()
    assert bar.maximum() > 100
    QTest.keyClick(pictures, Qt.Key.Key_PageDown)
    assert bar.value() > 0


def test_plus_enlarges_and_zero_fits(pictures):
    pictures.set_pictures(np.ones((64, 8, 8), np.float32))
    QApplication.processEvents()
    bar = pictures.findChild(QScrollArea).verticalScrollBar()
    assert bar.maximum() == 0
    for _ in range(3):
        QTest.keyClick(pictures, Qt.Key.Key_Plus)
    QApplication.processEvents()
    assert bar.maximum() > 0
    QTest.keyClick(pictures, Qt.Key.Key_0)
    QApplication.processEvents()
    assert bar.maximum() == 0


def test_the_tip_names_unit_and_weight(pictures):
    weights = np.zeros((4, 8, 8), np.float32)
    weights[0, 0, 0] = 0.25
    pictures.set_pictures(weights)
    QApplication.processEvents()
    canvas = pictures.findChild(QScrollArea).widget()
    pixel = 16  # pixels on the screen: four pictures fit
    for place, words in (
        (QPoint(14, 8), "unit 1 of 4\nrow 1, column 1: its weight for this pixel is 0.250"),
        (QPoint(14 + pixel, 8), "unit 1 of 4\nrow 1, column 2: its weight for this pixel is 0"),
    ):
        event = QHelpEvent(QEvent.Type.ToolTip, place, canvas.mapToGlobal(place))
        QApplication.sendEvent(canvas, event)
        assert QToolTip.text() == words
    QToolTip.hideText()


def test_the_table_has_every_weight(pictures):
    weights = np.arange(8, dtype=np.float32).reshape(2, 2, 2)
    pictures.set_pictures(weights)
    rows = list(csv.reader(io.StringIO(pictures.csv_text())))
    assert len(rows) == 9
    assert rows[-1] == ["2", "2", "2", "7.0"]
