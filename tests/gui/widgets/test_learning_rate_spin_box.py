import gc
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QStandardItem,
    QStandardItemModel,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gui.appearance import Appearance
from gui.theme import ThemeSource
from gui.widgets.learning_rate_spin_box import LearningRateSpinBox
from tests.gui.widgets.pictures import count


class Form(QWidget):
    """A spin box and something else that can take the focus."""

    def __init__(self) -> None:
        super().__init__()
        self.box = LearningRateSpinBox()
        self.other = QLineEdit()
        self.edits: list[float] = []
        self.box.edited.connect(self.edits.append)
        layout = QVBoxLayout(self)
        layout.addWidget(self.box)
        layout.addWidget(self.other)


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    form = Form()
    qtbot.addWidget(form)
    form.show()
    form.activateWindow()
    form.box.setFocus()
    qtbot.waitUntil(form.box.hasFocus)
    form.box.selectAll()
    return form


def wheel(box: QWidget, notches: int) -> None:
    middle = QPointF(box.rect().center())
    event = QWheelEvent(
        middle,
        box.mapToGlobal(middle),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(box, event)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(value=st.floats(min_value=0, max_value=1e3))
def test_a_rate_comes_out_as_it_went_in(qtbot: QtBot, value: float) -> None:
    box = LearningRateSpinBox()
    edits: list[float] = []
    box.edited.connect(edits.append)
    box.set_value(value)
    assert box.value() == value
    assert box.commit()
    assert box.value() == value
    assert edits == []
    box.deleteLater()


@pytest.mark.parametrize("value", [-1e-3, 1000.1, float("nan"), float("inf")])
def test_setting_what_is_no_rate_is_refused(form: Form, value: float) -> None:
    with pytest.raises(ValueError, match="learning rate"):
        form.box.set_value(value)
    assert form.box.value() == 1e-3


def test_nothing_is_reported_until_enter(form: Form) -> None:
    QTest.keyClicks(form.box, "0.05")
    assert form.edits == []
    assert form.box.value() == 1e-3
    QTest.keyClick(form.box, Qt.Key.Key_Return)
    assert form.edits == [0.05]
    assert form.box.value() == 0.05


def test_leaving_the_field_commits(form: Form, qtbot: QtBot) -> None:
    QTest.keyClicks(form.box, "3e-4")
    form.other.setFocus()
    qtbot.waitUntil(form.other.hasFocus)
    assert form.edits == [3e-4]
    assert form.box.text() == "3e-4"


def test_committing_the_same_rate_reports_nothing(form: Form) -> None:
    QTest.keyClicks(form.box, "0.001")
    QTest.keyClick(form.box, Qt.Key.Key_Return)
    assert form.edits == []
    assert form.box.text() == "1e-3"


def test_escape_restores(form: Form) -> None:
    QTest.keyClicks(form.box, "77")
    QTest.keyClick(form.box, Qt.Key.Key_Escape)
    assert form.box.text() == "1e-3"
    QTest.keyClick(form.box, Qt.Key.Key_Return)
    assert form.edits == []


@pytest.mark.parametrize("text", ["abc", "-1", "nan", "inf", "1e4", "1e-400"])
def test_garbage_is_a_problem_at_once_and_stays_until_escape(
    form: Form, qtbot: QtBot, text: str
) -> None:
    problems: list[str] = []
    form.box.problem_changed.connect(problems.append)
    form.box.setToolTip("Step size of this layer's updates.")
    QTest.keyClicks(form.box, text)
    assert "0 to 1000" in form.box.problem
    assert form.box.toolTip() == form.box.problem
    QTest.keyClick(form.box, Qt.Key.Key_Return)
    assert form.box.text() == text
    form.other.setFocus()
    qtbot.waitUntil(form.other.hasFocus)
    assert form.box.text() == text
    assert "0 to 1000" in form.box.problem
    assert form.box.value() == 1e-3
    form.box.setFocus()
    QTest.keyClick(form.box, Qt.Key.Key_Escape)
    assert form.box.text() == "1e-3"
    assert form.box.problem == ""
    assert form.box.toolTip() == "Step size of this layer's updates."
    assert problems[0] != ""
    assert problems[-1] == ""
    assert form.edits == []


@pytest.mark.parametrize("text", ["1e-", ""])
def test_what_is_left_half_typed_stays_as_a_problem_until_it_is_mended(
    form: Form, qtbot: QtBot, text: str
) -> None:
    form.box.clear()
    QTest.keyClicks(form.box, text)
    assert form.box.problem == ""
    form.other.setFocus()
    qtbot.waitUntil(form.other.hasFocus)
    assert (form.box.text(), form.edits) == (text, [])
    assert "0 to 1000" in form.box.problem
    form.box.setFocus()
    qtbot.waitUntil(form.box.hasFocus)
    form.box.selectAll()
    QTest.keyClicks(form.box, "0.5")
    form.other.setFocus()
    qtbot.waitUntil(form.other.hasFocus)
    assert (form.box.problem, form.edits) == ("", [0.5])


def test_a_half_typed_rate_is_a_problem_only_when_committed(form: Form) -> None:
    QTest.keyClicks(form.box, "1e-")
    assert form.box.problem == ""
    QTest.keyClick(form.box, Qt.Key.Key_Return)
    assert form.box.problem != ""
    QTest.keyClicks(form.box, "\b")  # Enter selected everything
    QTest.keyClicks(form.box, "1e-2")
    assert form.box.problem == ""
    QTest.keyClick(form.box, Qt.Key.Key_Return)
    assert form.edits == [1e-2]


def test_the_same_value_from_outside_does_not_disturb_typing(form: Form) -> None:
    QTest.keyClicks(form.box, "0.0")
    form.box.set_value(1e-3)
    assert form.box.text() == "0.0"
    form.box.set_value(1e-2)
    assert form.box.text() == "0.01"
    assert form.edits == []


def test_arrows_take_the_ladder_and_page_keys_a_decade(form: Form) -> None:
    QTest.keyClick(form.box, Qt.Key.Key_Up)
    QTest.keyClick(form.box, Qt.Key.Key_Up)
    QTest.keyClick(form.box, Qt.Key.Key_Down)
    QTest.keyClick(form.box, Qt.Key.Key_PageUp)
    QTest.keyClick(form.box, Qt.Key.Key_PageDown)
    assert form.edits == [1.5e-3, 2.2e-3, 1.5e-3, 1.5e-2, 1.5e-3]


def test_a_step_starts_from_what_is_typed(form: Form) -> None:
    QTest.keyClicks(form.box, "0.5")
    QTest.keyClick(form.box, Qt.Key.Key_Up)
    assert form.edits == [0.68]


def test_zero_steps_up_to_1e_5_and_not_down(form: Form) -> None:
    form.box.set_value(0)
    QTest.keyClick(form.box, Qt.Key.Key_Down)
    assert form.edits == []
    QTest.keyClick(form.box, Qt.Key.Key_Up)
    assert form.edits == [1e-5]


def test_the_wheel_turns_only_the_focused_box(form: Form, qtbot: QtBot) -> None:
    wheel(form.box, 1)
    assert form.edits == [1.5e-3]
    form.other.setFocus()
    qtbot.waitUntil(form.other.hasFocus)
    wheel(form.box, 1)
    assert form.edits == [1.5e-3]
    assert not form.box.hasFocus()


def test_the_menu_sets_a_rate_and_ticks_the_present_one(form: Form) -> None:
    menu = form.box.rate_menu()
    rates = {action.data(): action for action in menu.actions() if action.data() is not None}
    assert set(rates) == {0, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10}
    assert [rate for rate, action in rates.items() if action.isChecked()] == [1e-3]
    rates[0.0].trigger()
    assert form.edits == [0.0]
    assert form.box.text() == "0"
    menu.deleteLater()


def test_a_read_only_or_disabled_box_cannot_be_changed(form: Form) -> None:
    form.box.setEnabled(False)
    QTest.keyClick(form.box, Qt.Key.Key_Up)
    QTest.keyClicks(form.box, "5")
    assert form.edits == []
    assert form.box.text() == "1e-3"


def test_it_has_a_name_that_can_be_replaced(form: Form) -> None:
    assert form.box.accessibleName() == "Learning rate"
    form.box.setAccessibleName("Learning rate of hidden-1")
    assert form.box.accessibleName() == "Learning rate of hidden-1"


@pytest.mark.usefixtures("appearance")
def test_a_problem_shows_in_the_problem_colour(form: Form, themes: ThemeSource) -> None:
    assert not count(form.box.grab().toImage(), themes.theme.problem)
    QTest.keyClicks(form.box, "abc")
    assert count(form.box.grab().toImage(), themes.theme.problem)
    QTest.keyClick(form.box, Qt.Key.Key_Escape)
    assert not count(form.box.grab().toImage(), themes.theme.problem)


def test_seven_digits_fit(appearance: Appearance, form: Form) -> None:
    form.box.set_value(1.234e-4)
    form.box.resize(form.box.sizeHint())
    edit = form.box.findChild(QLineEdit)
    assert isinstance(edit, QLineEdit)
    assert edit.fontMetrics().horizontalAdvance("1.234e-4") < edit.width()


class RateDelegate(QStyledItemDelegate):
    def createEditor(  # noqa: N802
        self, parent: QWidget, option: QStyleOptionViewItem, index: Any
    ) -> QWidget:
        return LearningRateSpinBox(parent)


@pytest.fixture
def table(qtbot: QtBot) -> QTableView:
    table = QTableView()
    qtbot.addWidget(table)
    rates = QStandardItemModel(1, 2, table)
    item = QStandardItem()
    item.setData(1e-4, Qt.ItemDataRole.EditRole)
    rates.setItem(0, 0, item)
    table.setModel(rates)
    table.setItemDelegate(RateDelegate(table))
    table.show()
    table.activateWindow()
    qtbot.waitUntil(table.isActiveWindow)
    table.edit(rates.index(0, 0))
    return table


def in_the_cell(table: QTableView) -> Any:
    return table.model().index(0, 0).data(Qt.ItemDataRole.EditRole)


def open_field(table: QTableView) -> LearningRateSpinBox:
    field = table.findChild(LearningRateSpinBox)
    assert isinstance(field, LearningRateSpinBox)
    return field


def test_it_edits_a_table_cell(qtbot: QtBot, table: QTableView) -> None:
    field = open_field(table)
    assert field.value() == 1e-4
    QTest.keyClicks(field, "3e-7")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: in_the_cell(table) == 3e-7)


def test_leaving_a_table_cell_commits_what_was_typed(qtbot: QtBot, table: QTableView) -> None:
    field = open_field(table)
    qtbot.waitUntil(field.hasFocus)
    QTest.keyClicks(field, "0.07")
    table.setFocus()
    qtbot.waitUntil(lambda: in_the_cell(table) == 0.07)


def test_garbage_leaves_a_table_cell_as_it_was(qtbot: QtBot, table: QTableView) -> None:
    field = open_field(table)
    qtbot.waitUntil(field.hasFocus)
    QTest.keyClicks(field, "nan")
    table.setFocus()
    qtbot.waitUntil(lambda: table.findChild(LearningRateSpinBox) is None)
    assert in_the_cell(table) == 1e-4


@pytest.mark.qt_log_ignore("grabbing the keyboard")  # the offscreen platform cannot
def test_a_right_click_opens_the_menu(form: Form, qtbot: QtBot) -> None:
    middle = form.box.rect().center()
    reason = QContextMenuEvent.Reason.Mouse
    event = QContextMenuEvent(reason, middle, form.box.mapToGlobal(middle))
    QApplication.sendEvent(form.box, event)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    gc.collect()
    next(action for action in menu.actions() if action.data() == 0.1).trigger()
    menu.close()
    assert form.edits == [0.1]


def test_the_menu_does_not_commit_what_is_half_typed(form: Form) -> None:
    QTest.keyClicks(form.box, "5")
    leaving = QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.PopupFocusReason)
    QApplication.sendEvent(form.box, leaving)
    assert form.edits == []
    assert form.box.text() == "5"
