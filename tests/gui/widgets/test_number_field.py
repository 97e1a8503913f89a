import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from gui.widgets.number_field import NumberField
from gui.widgets.number_range import NumberRange, add, field_text, multiply

SIZES = NumberRange(lowest=1, highest=1_000_000, whole=True)
SHARES = NumberRange(lowest=0, highest=1, highest_left_out=True)
NORMS = NumberRange(lowest=0, lowest_left_out=True, optional=True)


@pytest.mark.parametrize(
    ("numbers", "text", "number"),
    [
        (SIZES, "32", 32),
        (SIZES, " 1,000 ", 1000),
        (SIZES, "1 000", 1000),
        (SIZES, "1e3", 1000),
        (SHARES, "0.07", 0.07),
        (SHARES, ".5", 0.5),
        (NORMS, "", None),
        (NORMS, "1e-9", 1e-9),
    ],
)
def test_numbers_are_read_as_people_write_them(numbers, text, number):
    assert numbers.parse(text) == number


@pytest.mark.parametrize(
    ("numbers", "text", "advice"),
    [
        (SIZES, "abc", "Write a whole number from 1 to 1,000,000, not “abc”"),
        (SIZES, "", "Write a whole number from 1 to 1,000,000"),
        (SIZES, "0", "from 1 to"),
        (SIZES, "1.5", "a whole number"),
        (SIZES, "nan", "a whole number"),
        (SIZES, "1e999999", "a whole number"),
        (SIZES, "9" * 5000, "…”"),
        (SHARES, "1", "Write a number of at least 0 and less than 1, not “1”"),
        (SHARES, "-0.1", "of at least 0"),
        (NORMS, "0", "Write nothing or a number above 0, not “0”"),
    ],
)
def test_other_text_is_answered_with_what_would_be_valid(numbers, text, advice):
    with pytest.raises(ValueError, match=re.escape(advice)):
        numbers.parse(text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_a_field_shows_reads_back_as_the_same_number(number):
    assert NumberRange().parse(field_text(number)) == number


@pytest.mark.parametrize(
    ("number", "text"), [(20, "20"), (20.0, "20"), (0.1, "0.1"), (1e-7, "1e-7"), (None, "")]
)
def test_numbers_are_shown_shortly(number, text):
    assert field_text(number) == text


def test_arrows_go_in_decimals_and_stop_at_the_ends():
    assert SHARES.stepped(0.2, 1, add("0.1")) == 0.3
    assert SHARES.stepped(0.95, 1, add("0.1")) == 0.95
    assert SHARES.stepped(0.05, -1, add("0.1")) == 0.0
    assert SIZES.stepped(32, 1, multiply("2")) == 64
    assert SIZES.stepped(1, -1, multiply("2")) == 1
    assert NumberRange(lowest=0).stepped(0.0, 1, multiply("10", "0.0001")) == 0.0001
    assert NORMS.stepped(None, 1, multiply("2")) == 1.0
    assert add("5")(Decimal(20), -2) == 10


@pytest.fixture
def field(qtbot, qapp):
    """A field beside another widget that can take the focus."""
    window = QWidget()
    qtbot.addWidget(window)
    field = NumberField(SIZES, multiply("2"))
    field.set_value(32)
    layout = QVBoxLayout(window)
    layout.addWidget(field)
    layout.addWidget(QLineEdit())
    with qtbot.waitExposed(window):
        window.show()
    field.setFocus()
    yield field
    window.close()


@pytest.fixture
def reported(field):
    values = []
    field.edited.connect(values.append)
    return values


def write(field, text):
    field.selectAll()
    QTest.keyClicks(field, text)


def test_a_number_is_reported_at_return(field, reported):
    write(field, "64")
    assert reported == []
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert reported == [64]
    assert field.value() == 32  # until whoever was told shows it


def test_a_number_is_reported_on_leaving(field, reported):
    write(field, "64")
    field.parentWidget().findChild(QLineEdit, options=Qt.FindDirectChildrenOnly).setFocus()
    assert reported == [64]


def test_showing_a_number_reports_nothing(field, reported):
    field.set_value(128)
    assert field.text() == "128"
    assert reported == []


def test_bad_text_is_marked_and_not_reported(field, reported):
    write(field, "many")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert reported == []
    assert "a whole number" in field.problem
    assert field.text() == "many"
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "32"
    assert field.problem == ""


def test_typing_on_takes_the_mark_away(field):
    write(field, "many")
    QTest.keyClick(field, Qt.Key.Key_Return)
    write(field, "6")
    assert field.problem == ""


def test_another_way_to_write_the_same_number_is_no_edit(field, reported):
    write(field, "032.0")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert reported == []
    assert field.text() == "32"


def test_the_same_value_does_not_disturb_typing(field):
    write(field, "6")
    field.set_value(32)
    assert field.text() == "6"


def test_arrows_report_at_once(field, reported):
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert reported == [64]


def test_the_wheel_changes_only_a_field_that_has_the_focus(field, reported):
    def turn():
        place = QPointF(5, 5)
        none, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
        modifiers = Qt.KeyboardModifier.NoModifier
        turn = QPoint(0, 120)
        event = QWheelEvent(
            place, field.mapToGlobal(place), QPoint(), turn, none, modifiers, phase, False
        )
        QApplication.sendEvent(field, event)

    field.clearFocus()
    turn()
    assert reported == []
    field.setFocus()
    turn()
    assert reported == [64]
