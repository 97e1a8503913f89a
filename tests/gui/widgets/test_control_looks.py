"""How the style sheet draws controls that are Qt's own: lists, menus and buttons."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.theme import ThemeSource
from gui.widgets.choice_field import ChoiceField
from gui.widgets.seed_summary_choice import SeedSummaryChoice
from tests.gui.widgets.pictures import count

POPUP = pytest.mark.qt_log_ignore("grabbing the keyboard", "does not support raise")
"""What the offscreen platform says of a list or a menu that opens."""

pytestmark = pytest.mark.usefixtures("appearance")


def picture(widget: QWidget) -> QImage:
    return widget.grab().toImage()


@POPUP
@pytest.mark.parametrize("choices", [1, 6, 12, 20])
def test_a_list_of_choices_opens_below_its_field_and_cuts_none_off(
    qtbot: QtBot, choices: int
) -> None:
    field = ChoiceField()
    qtbot.addWidget(field)
    field.set_choices([(number, f"choice {number}") for number in range(choices)])
    field.set_value(choices - 1)
    field.resize(200, 28)
    field.show()
    for _ in range(2):  # the second time the list had the focus before
        field.showPopup()
        view = field.view()
        qtbot.waitUntil(view.isVisible)
        below = field.mapToGlobal(QPoint(0, field.height())).y()
        assert view.window().y() >= below - 2  # the edges touch
        assert view.verticalScrollBar().maximum() == 0
        last = view.visualRect(view.model().index(choices - 1, 0))
        assert view.viewport().rect().contains(last)
        field.hidePopup()


@POPUP
def test_an_either_or_choice_of_a_menu_is_round_and_another_one_a_box(
    qtbot: QtBot, themes: ThemeSource
) -> None:
    field, boxes = SeedSummaryChoice(), QMenu()
    field.set_seeds(3)
    for widget in (field, boxes):
        qtbot.addWidget(widget)
    boxes.addAction("Journal").setCheckable(True)
    boxes.actions()[0].setChecked(True)
    box_color, round_color = themes.theme.trainable_ink, themes.theme.accent
    assert count(picture(boxes), box_color)
    assert not count(picture(boxes), round_color)
    marks = picture(field.menu())
    assert not count(marks, box_color)
    chosen = field.menu().actionGeometry(field.centres.actions()[0])
    other = field.menu().actionGeometry(field.centres.actions()[1])
    assert count(marks.copy(chosen), round_color)
    assert not count(marks.copy(other), round_color)


@pytest.mark.parametrize("primary", [False, True])
def test_a_button_with_the_keyboard_has_one_frame(qtbot: QtBot, primary: bool) -> None:
    form = QWidget()
    qtbot.addWidget(form)
    first, second = QPushButton("Make"), QPushButton("Cancel")
    column = QVBoxLayout(form)
    for button in (first, second):
        button.setProperty("primary", primary)
        column.addWidget(button)
    form.show()
    form.activateWindow()
    second.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(second.hasFocus)
    inside = QRect(6, 4, first.width() - 12, first.height() - 8)
    without, edges_without = picture(first).copy(inside), picture(first)
    QTest.keyClick(form, Qt.Key.Key_Backtab)  # with the keyboard: else Qt leaves out its frame
    qtbot.waitUntil(first.hasFocus)
    assert picture(first) != edges_without
    assert picture(first).copy(inside) == without
