import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QSlider
from pytestqt.qtbot import QtBot

from gui.theme import ThemeSource
from gui.widgets.pace_slider import DEFAULT_PACE, FLAT_OUT, STOPS, Pace, PaceSlider

rates = st.floats(min_value=1e-3, max_value=1e6)
paces = st.one_of(
    st.just(FLAT_OUT),
    st.builds(Pace, st.just("steps"), rates),
    st.builds(Pace, st.just("epochs"), rates),
)


@given(paces)
def test_a_pace_survives_being_kept_as_text(pace: Pace) -> None:
    assert Pace.from_text(pace.to_text()) == pace


@pytest.mark.parametrize(
    "text", ["", "epochs", "epochs 0", "epochs -1", "epochs nan", "epochs inf", "flat_out 3", "x 1"]
)
def test_other_texts_are_no_pace(text: str) -> None:
    assert Pace.from_text(text) is None


def test_steps_a_second() -> None:
    assert Pace("steps", 1.0).steps_per_second(15) == 1
    assert Pace("epochs", 2.0).steps_per_second(15) == 30
    assert FLAT_OUT.steps_per_second(15) is None


def test_the_default_is_15_epochs_a_second() -> None:
    assert Pace("epochs", 15.0) == DEFAULT_PACE
    assert STOPS[0] == Pace("steps", 1.0)
    assert STOPS[-1] == Pace("flat_out", math.inf)
    labels = [stop.label() for stop in STOPS]
    assert labels[:2] == ["1 step/s", "2 steps/s"]
    assert "1 epoch/s" in labels
    assert DEFAULT_PACE.label() == "15 epochs/s"
    assert labels[-1] == "flat out"


def slider(qtbot: QtBot, themes: ThemeSource) -> tuple[PaceSlider, QSlider, list[Pace]]:
    widget = PaceSlider(themes)
    qtbot.addWidget(widget)
    inner = widget.findChild(QSlider)
    assert isinstance(inner, QSlider)
    paces: list[Pace] = []
    widget.changed.connect(paces.append)
    return widget, inner, paces


def shown_text(widget: PaceSlider) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel)]


def test_the_arrows_go_from_stop_to_stop(qtbot: QtBot, themes: ThemeSource) -> None:
    widget, inner, paces = slider(qtbot, themes)
    place = STOPS.index(DEFAULT_PACE)
    QTest.keyClick(inner, Qt.Key.Key_Right)
    QTest.keyClick(inner, Qt.Key.Key_End)
    QTest.keyClick(inner, Qt.Key.Key_Home)
    assert paces == [STOPS[place + 1], FLAT_OUT, STOPS[0]]
    assert widget.value() == STOPS[0]
    assert "1 step/s" in shown_text(widget)
    assert inner.accessibleDescription() == "1 step/s"


def test_setting_the_pace_reports_nothing_and_keeps_it_exactly(
    qtbot: QtBot, themes: ThemeSource
) -> None:
    widget, inner, paces = slider(qtbot, themes)
    widget.set_value(Pace("epochs", 17.5))
    assert widget.value() == Pace("epochs", 17.5)
    assert "17.5 epochs/s" in shown_text(widget)
    assert STOPS[inner.value()] == DEFAULT_PACE
    widget.set_value(FLAT_OUT)
    assert inner.value() == inner.maximum()
    assert paces == []
    assert inner.accessibleName() == "Pace"
