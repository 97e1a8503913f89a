from typing import get_args

from PySide6.QtCore import QRect
from PySide6.QtGui import QFont, QImage, QPainter
from pytestqt.qtbot import QtBot

from engine.backprop import Reach
from gui.theme import Theme, ThemeSource
from gui.widgets.reach_badge import (
    paint_reach_badge,
    reach_badge_size,
    reach_explanation,
    reach_fill,
    reach_ink,
    reach_word,
)
from tests.gui.contrast import contrast
from tests.gui.widgets.pictures import count, drawn

REACHES: tuple[Reach, ...] = get_args(Reach)


def picture(reach: Reach, theme: Theme, width: int = 160) -> QImage:
    def paint(painter: QPainter) -> None:
        paint_reach_badge(painter, QRect(0, 0, width, 24), reach, theme)

    return drawn(width, 24, theme.panel, paint)


def test_each_word_has_its_own_text_colour_and_sentence() -> None:
    assert [reach_word(reach) for reach in REACHES] == list(REACHES)
    assert len({reach_explanation(reach) for reach in REACHES}) == 3


def test_a_layer_without_parameters_is_not_called_trainable_or_frozen() -> None:
    texts = {reach_explanation(reach, has_parameters=False) for reach in REACHES}
    assert len(texts) == 2
    assert not any("Frozen" in text or "Trainable" in text for text in texts)


def test_the_words_can_be_read(themes: ThemeSource) -> None:
    for reach in REACHES:
        ink, fill = reach_ink(reach, themes.theme), reach_fill(reach, themes.theme)
        assert contrast(ink, fill) >= 4.5
    assert len({reach_ink(reach, themes.theme) for reach in REACHES}) == 3


def test_badges_differ_even_without_their_word(qtbot: QtBot, themes: ThemeSource) -> None:
    wide = [picture(reach, themes.theme) for reach in REACHES]
    narrow = [picture(reach, themes.theme, width=24) for reach in REACHES]
    for pictures in (wide, narrow):
        assert all(a != b for place, a in enumerate(pictures) for b in pictures[:place])
    for reach, image in zip(REACHES, narrow, strict=True):
        assert count(image, reach_ink(reach, themes.theme)) > 0


def test_a_larger_font_makes_a_larger_badge(qtbot: QtBot) -> None:
    small, large = QFont(), QFont()
    small.setPointSizeF(9)
    large.setPointSizeF(18)
    assert (
        reach_badge_size("updated", large).width()
        > 1.5 * reach_badge_size("updated", small).width()
    )
