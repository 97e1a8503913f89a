import pytest
from pytestqt.qtbot import QtBot

from gui.theme import DARK, LIGHT, Theme, ThemeSource, mixed
from tests.gui.contrast import contrast

BOTH = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


@pytest.mark.parametrize(
    ("first", "second", "ratio"),
    [("#000000", "#FFFFFF", 21.0), ("#767676", "#FFFFFF", 4.54), ("#336699", "#336699", 1.0)],
)
def test_contrast_is_that_of_the_accessibility_guidelines(
    first: str, second: str, ratio: float
) -> None:
    assert contrast(first, second) == pytest.approx(ratio, abs=0.005)
    assert contrast(second, first) == contrast(first, second)


def text_pairs(theme: Theme) -> list[tuple[str, str]]:
    """Every colour that text has, on every colour it stands on."""
    grounds = (theme.window, theme.panel, theme.hover, theme.selection)
    on_grounds = [(ink, ground) for ink in (theme.text, theme.muted) for ground in grounds]
    return [
        *on_grounds,
        (theme.text, theme.pressed),
        (theme.text, theme.frozen_fill),
        (theme.muted, theme.frozen_fill),
        (theme.frozen_ink, theme.selection),
        (theme.on_accent, theme.accent),
        (theme.frozen_ink, theme.panel),
        (theme.frozen_ink, theme.window),
        (theme.frozen_ink, theme.frozen_fill),
        (theme.trainable_ink, theme.panel),
        (theme.trainable_ink, theme.window),
        (theme.trainable_ink, theme.trainable_fill),
        (theme.problem, theme.panel),
        (theme.problem, theme.window),
        (theme.problem, theme.problem_fill),
    ]


def control_pairs(theme: Theme) -> list[tuple[str, str]]:
    """Edges, marks and curves that must be seen, on what surrounds them."""
    inks = (theme.control, theme.accent, theme.trainable_ink, *theme.variants)
    pairs = [(ink, ground) for ink in inks for ground in (theme.panel, theme.window)]
    in_rows = (theme.control, theme.accent, theme.trainable_ink, theme.problem)
    on_rows = [(ink, row) for ink in in_rows for row in (theme.selection, theme.frozen_fill)]
    return [*pairs, *on_rows, (theme.accent, theme.pressed)]


@BOTH
def test_text_can_be_read(theme: Theme) -> None:
    assert [pair for pair in text_pairs(theme) if contrast(*pair) < 4.5] == []


@BOTH
def test_controls_and_curves_can_be_seen(theme: Theme) -> None:
    assert [pair for pair in control_pairs(theme) if contrast(*pair) < 3] == []


@BOTH
def test_what_is_off_looks_weaker_than_what_is_on_but_is_there(theme: Theme) -> None:
    for ground in (theme.panel, theme.window):
        assert 2 < contrast(theme.disabled, ground) < contrast(theme.muted, ground)


@BOTH
def test_variants_have_distinct_colours_that_begin_anew(theme: Theme) -> None:
    assert len(set(theme.variants)) == len(theme.variants) == 6
    assert theme.variant(7) == theme.variants[1]


def test_mixing_goes_from_one_colour_to_the_other() -> None:
    assert mixed("#102030", "#F0E0D0", 0) == "#102030"
    assert mixed("#102030", "#F0E0D0", 1) == "#F0E0D0"
    assert mixed("#000000", "#FFFFFF", 0.5) == "#808080"


def test_a_switch_is_told_once(qtbot: QtBot) -> None:
    themes = ThemeSource(LIGHT)
    with qtbot.waitSignal(themes.changed):
        themes.set_theme(DARK)
    assert themes.theme is DARK
    with qtbot.assertNotEmitted(themes.changed):
        themes.set_theme(DARK)
