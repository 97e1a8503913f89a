"""The bars are as long as their numbers say, and where there is no number there is no bar."""

import pytest
from PySide6.QtGui import QColor

from gui.theme import DARK, LIGHT, ThemeSource
from gui.widgets.gradient_bars import Bar, GradientBars


@pytest.fixture(params=[LIGHT, DARK], ids=["light", "dark"])
def themes(request, qapp):
    return ThemeSource(request.param)


@pytest.fixture
def painted(themes, qtbot):
    """How many pixels of an ink every bar has in the middle of its row."""

    def count(*bars):
        widget = GradientBars(themes)
        qtbot.addWidget(widget)
        widget.set_bars(bars)
        widget.resize(600, widget.sizeHint().height())
        picture = widget.grab().toImage()
        row = picture.height() / len(bars)
        return [
            sum(
                picture.pixelColor(x, int((place + 0.5) * row))
                == QColor(getattr(themes.theme, bar.ink))
                for x in range(picture.width())
            )
            for place, bar in enumerate(bars)
        ]

    return count


def bar(length, ink="accent", text="0.5"):
    return Bar("a bar", length, text, ink)


def test_lengths_are_to_one_scale(painted):
    whole, half, none = painted(
        bar(2.0, "trainable_ink"), bar(1.0, "accent"), bar(None, "trainable_ink", "none")
    )
    assert whole > 300
    assert half == pytest.approx(whole / 2, abs=3)
    assert none == 0


def test_a_tiny_length_is_seen_and_zero_is_not(painted):
    _, tiny, zero = painted(
        bar(2.0, "trainable_ink"), bar(1e-9, "trainable_ink"), bar(0.0, "trainable_ink")
    )
    assert tiny >= 1
    assert zero == 0
    assert painted(bar(0.0, "trainable_ink")) == [0]


def test_it_is_told_in_words(themes, qtbot):
    widget = GradientBars(themes)
    qtbot.addWidget(widget)
    widget.set_bars([bar(1.0), bar(None, text="none")])
    assert widget.accessibleDescription() == "a bar: 0.5, a bar: none"
    assert len(widget.bars) == 2


def test_the_colours_follow_the_theme(qapp, qtbot):
    themes = ThemeSource(LIGHT)
    widget = GradientBars(themes)
    qtbot.addWidget(widget)
    widget.set_bars([bar(1.0)])
    widget.resize(400, 24)
    before = widget.grab().toImage()
    themes.set_theme(DARK)
    assert widget.grab().toImage() != before
