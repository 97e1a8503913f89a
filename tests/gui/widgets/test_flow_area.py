"""Rows of widgets that scroll once they are too many."""

import pytest
from PySide6.QtWidgets import QLabel

from gui.widgets.flow_area import FlowArea

MOST = 90


@pytest.fixture
def area(qtbot):
    area = FlowArea(spacing=4, most=MOST)
    qtbot.addWidget(area)
    area.resize(220, 20)
    area.show()
    return area


def add(area, count):
    for number in range(count):
        label = QLabel(f"chip {number}")
        label.setFixedSize(100, 20)
        area.flow.addWidget(label)


def test_it_is_as_high_as_its_rows(qtbot, area):
    add(area, 2)
    qtbot.waitUntil(lambda: area.height() == 20)
    add(area, 2)
    qtbot.waitUntil(lambda: area.height() == 44)
    assert not area.verticalScrollBar().isVisible()


def test_beyond_the_limit_it_scrolls_and_everything_can_be_reached(qtbot, area):
    add(area, 20)
    qtbot.waitUntil(lambda: area.height() == MOST)
    qtbot.waitUntil(area.verticalScrollBar().isVisible)
    last = area.flow.itemAt(19).widget()
    area.ensureWidgetVisible(last)
    assert last.visibleRegion().boundingRect().height() == 20


def test_it_shrinks_when_widgets_go(qtbot, area):
    add(area, 20)
    qtbot.waitUntil(lambda: area.height() == MOST)
    while area.flow.count() > 2:
        area.flow.takeAt(0).widget().deleteLater()
    area.flow.invalidate()
    qtbot.waitUntil(lambda: area.height() == 20)


def test_a_narrower_area_has_more_rows(qtbot, area):
    add(area, 2)
    qtbot.waitUntil(lambda: area.height() == 20)
    area.resize(150, area.height())
    qtbot.waitUntil(lambda: area.height() == 44)
