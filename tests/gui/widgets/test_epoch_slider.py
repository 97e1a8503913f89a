import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QSlider
from pytestqt.qtbot import QtBot

from gui.widgets.epoch_slider import EpochSlider

Slider = tuple[EpochSlider, QSlider, list[int | None]]


@pytest.fixture
def slider(qtbot: QtBot) -> Slider:
    widget = EpochSlider()
    qtbot.addWidget(widget)
    inner = widget.findChild(QSlider)
    assert isinstance(inner, QSlider)
    chosen: list[int | None] = []
    widget.epoch_chosen.connect(chosen.append)
    return widget, inner, chosen


def shown(widget: EpochSlider) -> str:
    label = widget.findChild(QLabel)
    assert isinstance(label, QLabel)
    return label.text()


def test_without_epochs_there_is_only_the_present(slider: Slider) -> None:
    widget, _, _ = slider
    assert not widget.isEnabled()
    assert (widget.value(), shown(widget)) == (None, "now")


def test_keys_go_through_the_kept_epochs(slider: Slider) -> None:
    widget, inner, chosen = slider
    widget.set_epochs(range(1, 41), 100)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_Right):
        QTest.keyClick(inner, key)
    assert chosen == [40, 36, 1, 2]
    assert shown(widget) == "epoch 2 of 100"
    QTest.keyClick(inner, Qt.Key.Key_End)
    assert chosen[-1] is None
    assert shown(widget) == "now"


def test_at_the_end_it_follows_the_run_and_elsewhere_it_stays(slider: Slider) -> None:
    widget, inner, chosen = slider
    widget.set_epochs(range(1, 41), 100)
    widget.set_epochs(range(1, 61), 100)
    assert widget.value() is None
    assert inner.value() == inner.maximum()
    widget.set_value(37)
    widget.set_epochs(range(1, 91), 100)
    assert widget.value() == 37
    assert shown(widget) == "epoch 37 of 100"
    assert chosen == []


def test_an_epoch_that_is_no_longer_kept_becomes_the_nearest_and_it_says_so(
    slider: Slider,
) -> None:
    widget, inner, _ = slider
    widget.set_epochs(range(1, 257), 1000)
    widget.set_value(37)
    assert "kept" not in inner.accessibleDescription()
    widget.set_epochs(range(4, 258, 4), 1000)
    assert widget.value() == 36
    assert shown(widget) == "epoch 36 of 1000, 1 in 4 kept"
    assert "of every 4 epochs one is kept" in widget.toolTip()


def test_a_new_run_has_only_the_present(slider: Slider) -> None:
    widget, _, chosen = slider
    widget.set_epochs(range(1, 41), 100)
    widget.set_value(20)
    widget.set_epochs((), 100)
    assert widget.value() is None
    assert not widget.isEnabled()
    assert chosen == []


def test_it_can_be_reached_and_says_what_it_shows(slider: Slider) -> None:
    widget, inner, _ = slider
    widget.set_epochs(range(1, 41), 100)
    widget.set_value(7)
    assert widget.focusProxy() is inner
    assert inner.accessibleName() == "Epoch shown"
    assert inner.accessibleDescription() == "epoch 7 of 100"
