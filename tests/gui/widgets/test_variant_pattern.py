from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from gui.theme import Theme, ThemeSource
from gui.widgets.variant_pattern import LayerSign, describe_pattern, paint_variant_pattern
from tests.gui.widgets.pictures import colored_columns, count, drawn

SIDE = 14


def picture(pattern: Sequence[LayerSign], theme: Theme, *, enabled: bool = True) -> QImage:
    def paint(painter: QPainter) -> None:
        area = QRect(0, 2, 80, SIDE)
        paint_variant_pattern(painter, area, pattern, theme, enabled=enabled)

    return drawn(80, SIDE + 4, theme.panel, paint)


def test_every_sign_looks_different(qtbot: QtBot, themes: ThemeSource) -> None:
    signs: tuple[LayerSign, ...] = (
        "trains", "trains in part", "frozen", "cut off", "no parameters",
    )  # fmt: skip
    for enabled in (True, False):
        pictures = [picture([sign], themes.theme, enabled=enabled) for sign in signs]
        assert all(a != b for place, a in enumerate(pictures) for b in pictures[:place])


def test_what_is_cut_off_is_an_empty_square(qtbot: QtBot, themes: ThemeSource) -> None:
    theme = themes.theme
    full = count(picture(["trains"], theme), theme.trainable_ink)
    empty = count(picture(["cut off"], theme), theme.trainable_ink)
    part = count(picture(["trains in part"], theme), theme.trainable_ink)
    assert 0 < empty < full / 2
    assert empty < part < full


def test_a_dot_keeps_the_place_of_its_layer(qtbot: QtBot, themes: ThemeSource) -> None:
    theme = themes.theme
    alone = colored_columns(picture(["trains"], theme), theme.trainable_ink)
    after = colored_columns(picture(["no parameters", "trains"], theme), theme.trainable_ink)
    assert after == {column + SIDE + 2 for column in alone}
    dot = picture(["no parameters"], theme)
    assert count(dot, theme.trainable_ink) == count(dot, theme.frozen_fill) == 0
    assert count(dot, theme.control) > 0


def test_the_signs_are_said_in_words() -> None:
    words = describe_pattern(["trains", "trains in part", "frozen", "cut off", "no parameters"])
    assert words == "trains, trains in part, frozen, cut off, no parameters"
