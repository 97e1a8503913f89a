import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPainter

from gui.theme import Theme, ThemeSource
from gui.widgets.check_drawing import paint_check
from tests.gui.contrast import contrast
from tests.gui.widgets.pictures import count, drawn

UNCHECKED, CHECKED = Qt.CheckState.Unchecked, Qt.CheckState.Checked
PARTLY = Qt.CheckState.PartiallyChecked


def picture(theme: Theme, state: Qt.CheckState, **look: bool) -> QImage:
    def paint(painter: QPainter) -> None:
        paint_check(painter, QRect(8, 8, 32, 32), state, theme, **look)

    return drawn(48, 48, theme.panel, paint)


def test_ticked_is_filled_with_the_trainable_ink_and_unticked_is_not(themes: ThemeSource) -> None:
    ink = themes.theme.trainable_ink
    assert count(picture(themes.theme, CHECKED), ink) > 300
    assert count(picture(themes.theme, UNCHECKED), ink) == 0


def test_the_empty_box_stands_out_from_the_panel(themes: ThemeSource) -> None:
    theme = themes.theme
    edge = picture(theme, UNCHECKED).pixelColor(11, 24).name()
    assert contrast(edge, theme.panel) >= 3


def test_the_tick_stands_out_from_its_ground(themes: ThemeSource) -> None:
    theme = themes.theme
    assert contrast(theme.trainable_ink, theme.panel) >= 3
    inside = picture(theme, CHECKED).copy(12, 12, 24, 24)
    assert count(inside, theme.panel) > 10


@pytest.mark.parametrize("state", [UNCHECKED, CHECKED, PARTLY])
def test_focus_draws_a_ring_outside_the_box(themes: ThemeSource, state: Qt.CheckState) -> None:
    theme = themes.theme
    assert count(picture(theme, state, focused=True), theme.accent) > 50
    assert count(picture(theme, state), theme.accent) == 0


@pytest.mark.parametrize("state", [UNCHECKED, CHECKED, PARTLY])
def test_every_look_differs(themes: ThemeSource, state: Qt.CheckState) -> None:
    looks = [{}, {"enabled": False}, {"hovered": True}, {"focused": True}]
    pictures = [picture(themes.theme, state, **look) for look in looks]
    assert all(a != b for place, a in enumerate(pictures) for b in pictures[:place])


def test_the_three_states_differ_when_disabled(themes: ThemeSource) -> None:
    off = [picture(themes.theme, state, enabled=False) for state in (UNCHECKED, CHECKED, PARTLY)]
    assert off[0] != off[1] != off[2] != off[0]
