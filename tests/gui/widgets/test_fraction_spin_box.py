import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui.widgets.fraction_spin_box import FractionSpinBox


@pytest.fixture
def field(qtbot: QtBot) -> FractionSpinBox:
    field = FractionSpinBox()
    qtbot.addWidget(field)
    return field


@pytest.mark.parametrize(("value", "text"), [(0.5, "0.5"), (0.0, "0"), (0.125, "0.125")])
def test_the_text_is_as_short_as_it_can_be(field: FractionSpinBox, value: float, text: str) -> None:
    field.setValue(value)
    assert field.text() == text


def test_it_stays_from_nothing_to_less_than_all(field: FractionSpinBox) -> None:
    field.setValue(2.0)
    assert 0.99 < field.value() < 1
    field.setValue(-1.0)
    assert field.value() == 0


def test_arrows_go_by_a_twentieth_and_typing_is_reported_once(
    field: FractionSpinBox, qtbot: QtBot
) -> None:
    told: list[float] = []
    field.valueChanged.connect(told.append)
    field.setValue(0.5)
    field.stepUp()
    field.selectAll()
    QTest.keyClicks(field, "0.25")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert told == [0.5, 0.55, 0.25]
