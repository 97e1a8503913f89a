"""The legend: who is in it, how many seeds each has, and what is done when there is no room."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest

from engine.seed_bands import SeedSummary
from gui.plots.loss_legend import LossLegend
from gui.plots.loss_legend_chips import LegendEntry, LegendKey
from gui.theme import LIGHT, ThemeSource

KEY = LegendKey(best=True, summary=SeedSummary())


def entries(count, selected=0):
    return tuple(
        LegendEntry(f"Pattern {place:05b}", place, selected=place == selected, left=10, seeds=10)
        for place in range(count)
    )


@pytest.fixture
def legend(qtbot):
    legend = LossLegend(ThemeSource(LIGHT))
    qtbot.addWidget(legend)
    legend.resize(760, 70)
    legend.show()
    return legend


def test_few_variants_say_how_many_seeds_they_have(legend):
    few = (
        LegendEntry("All", 0, left=10, seeds=10),
        LegendEntry("First only", 1, left=9, seeds=10),
        LegendEntry("Last only", 2),
    )
    legend.set_content(few, KEY)
    assert legend.texts[:3] == ("All · 10 seeds", "First only · 9 of 10 seeds", "Last only")
    assert legend.texts[3:] == ("mean, band min–max", "train", "held-out", "best held-out")


@pytest.mark.parametrize(
    ("summary", "text"),
    [
        (SeedSummary("median", "none"), "median"),
        (SeedSummary("mean", "deviation"), "mean, band ± sd"),
        (SeedSummary("median", "standard error"), "median, band mean ± std. error"),
        (SeedSummary("median", "interval"), "median, band 95 % interval of the mean"),
        (SeedSummary("median", "min-max"), "median, band min–max"),
    ],
)
def test_it_says_what_line_and_band_are(legend, summary, text):
    legend.set_content(entries(2), LegendKey(summary=summary))
    assert text in legend.texts
    tip = legend.tip_at(legend.place_of(text).center())
    about = "about the mean" in tip
    assert about == (summary.centre == "median" and summary.band not in ("none", "min-max"))
    legend.set_content(entries(2), LegendKey())
    assert text not in legend.texts


@pytest.mark.parametrize("width", [320, 470, 760, 1200])
@pytest.mark.parametrize("count", [3, 12, 32, 64])
def test_it_takes_three_rows_at_most_and_counts_the_others(legend, width, count):
    legend.resize(width, 70)
    legend.set_content(entries(count, selected=count - 1), KEY)
    rows = {legend.place_of(text).top() for text in legend.texts}
    assert len(rows) <= 3
    assert legend.heightForWidth(width) <= 66
    assert max(legend.place_of(text).right() for text in legend.texts) <= width
    named = [text for text in legend.texts if text.startswith("Pattern")]
    hidden = [text for text in legend.texts if text.startswith("+ ")]
    assert any(text.startswith(f"Pattern {count - 1:05b}") for text in named)  # the selected one
    assert hidden == ([f"+ {count - len(named)} more"] if len(named) < count else [])


def test_the_others_are_listed_in_the_tip_as_text(legend):
    many = (*entries(31), LegendEntry("<b>bold</b>", 31, left=8, seeds=10))
    legend.set_content(many, KEY)
    more = next(text for text in legend.texts if text.startswith("+ "))
    tip = legend.tip_at(legend.place_of(more).center())
    shown = sum(text.startswith(("Pattern", "<b>")) for text in legend.texts)
    assert tip.count("<br>") == 31 - shown
    assert tip.startswith("<p>")  # else the escapes of a single name would be shown
    assert "<b>" not in tip
    assert "&lt;b&gt;bold&lt;/b&gt; · 8 of 10 seeds" in tip or shown == 32


def test_many_variants_say_their_seeds_once_and_losses_each(legend):
    many = (LegendEntry("Odd", 0, left=9, seeds=10), *entries(31))
    legend.set_content(many, KEY)
    assert "10 seeds: mean, band min–max" in legend.texts
    assert legend.texts[0] == "Odd · 9 of 10 seeds"
    assert legend.texts[1] == "Pattern 00000"


def test_ghosts_share_one_entry(legend):
    ghosts = (LegendEntry("All", 0, ghost=True), LegendEntry("Last", 1, ghost=True))
    legend.set_content((*ghosts, LegendEntry("All", 0)), LegendKey())
    assert legend.texts == ("All", "earlier runs", "train", "held-out")


def test_the_variant_under_the_mouse_is_reported_until_it_leaves(legend, qtbot):
    legend.set_content(entries(2), KEY)
    place = legend.place_of("Pattern 00001 · 10 seeds").center().toPoint()
    with qtbot.waitSignal(legend.pointed) as pointed:
        QTest.mouseMove(legend, place)
    assert pointed.args[0].label == "Pattern 00001"
    with qtbot.waitSignal(legend.pointed) as pointed:
        QTest.mouseMove(legend, QPoint(legend.width() - 2, legend.height() - 2))
    assert pointed.args == [None]


def test_what_is_not_drawn_is_not_explained(legend):
    legend.set_content(entries(1), LegendKey())
    assert "best held-out" not in legend.texts
    legend.set_content((), KEY)
    assert legend.texts == ()
