from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QImage, QPainter

from gui.theme import Theme, ThemeSource
from gui.widgets.variant_sign import SYMBOLS, paint_variant_sign, symbol_path
from tests.gui.widgets.pictures import count, drawn


def picture(index: int, theme: Theme, enabled: bool = True) -> QImage:
    def paint(painter: QPainter) -> None:
        paint_variant_sign(painter, QRect(0, 0, 32, 16), index, theme, enabled=enabled)

    return drawn(32, 16, theme.panel, paint)


def test_every_place_has_its_own_shape_of_about_equal_size() -> None:
    paths = [symbol_path(index, QPointF(0, 0), 10) for index in range(SYMBOLS)]
    assert all(a != b for place, a in enumerate(paths) for b in paths[:place])
    for path in paths:
        box = path.boundingRect()
        assert 17 <= max(box.width(), box.height()) <= 29
        assert abs(box.center().x()) < 1


def test_a_symbol_sits_where_it_is_put() -> None:
    assert symbol_path(1, QPointF(30, 40), 5).boundingRect().center() == QPointF(30, 40)


def test_variants_with_the_same_colour_have_another_shape(themes: ThemeSource) -> None:
    theme = themes.theme
    again = len(theme.variants)
    assert theme.variant(0) == theme.variant(again)
    assert picture(0, theme) != picture(again, theme)


def test_a_hidden_variant_is_grey(themes: ThemeSource) -> None:
    theme = themes.theme
    assert count(picture(0, theme), theme.variant(0)) > 20
    assert count(picture(0, theme, enabled=False), theme.variant(0)) == 0
