"""The choice of line and band over the seeds."""

import html
import inspect
import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.seed_bands import BANDS, CENTRES, Band, SeedSummary
from gui.theme import ThemeSource
from gui.widgets.seed_summary_choice import SeedSummaryChoice
from gui.widgets.seed_summary_text import (
    band_definition,
    centre_definition,
    summary_name,
    summary_tip,
)

Choice = tuple[SeedSummaryChoice, list[SeedSummary]]


@pytest.fixture
def choice(qtbot: QtBot, themes: ThemeSource) -> Choice:
    widget = SeedSummaryChoice(themes)
    qtbot.addWidget(widget)
    widget.set_seeds(10)
    widget.show()
    chosen: list[SeedSummary] = []
    widget.chosen.connect(chosen.append)
    return widget, chosen


def test_it_is_there_only_where_there_are_several_seeds(choice: Choice) -> None:
    widget, _ = choice
    assert widget.centre.isVisible()
    assert widget.band.isVisible()
    widget.set_seeds(1)
    assert not widget.centre.isVisible()
    assert not widget.band.isVisible()
    assert widget.sizeHint().width() <= 8


def test_a_choice_is_reported_and_shown_when_it_was_taken(choice: Choice) -> None:
    widget, chosen = choice
    assert widget.summary == SeedSummary("mean", "min-max")
    place = widget.centre.place_of("median").center().toPoint()
    QTest.mouseClick(widget.centre, Qt.MouseButton.LeftButton, pos=place)
    assert chosen == [SeedSummary("median", "min-max")]
    assert widget.summary == SeedSummary("mean", "min-max")
    assert widget.centre.value() == "mean"
    widget.set_summary(chosen[0])
    widget.band.setFocus()
    QTest.keyClick(widget.band, Qt.Key.Key_Down)
    assert chosen[1:] == [SeedSummary("median", "deviation")]


def test_showing_a_choice_reports_nothing(choice: Choice) -> None:
    widget, chosen = choice
    for centre in CENTRES:
        for band in BANDS:
            widget.set_summary(SeedSummary(centre, band))
            assert (widget.centre.value(), widget.band.value()) == (centre, band)
    assert chosen == []


def test_every_choice_says_what_it_is(choice: Choice) -> None:
    widget, _ = choice
    tips = [widget.band.itemData(at, Qt.ItemDataRole.ToolTipRole) for at in range(len(BANDS))]
    for band, tip in zip(BANDS, tips, strict=True):
        assert html.escape(band_definition(band)) in tip
        assert "about the mean" not in tip
    for segment in widget.centre.segments:
        assert len(segment.tip) > 40
    widget.set_summary(SeedSummary("median", "interval"))
    about = [
        "about the mean" in widget.band.itemData(at, Qt.ItemDataRole.ToolTipRole)
        for at in range(len(BANDS))
    ]
    assert about == [False, False, True, True, True]
    assert "95 % interval" in widget.band.toolTip()


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]{4,}", text.lower()))


@pytest.mark.parametrize("band", [band for band in BANDS if band != "none"])
def test_the_definitions_are_the_engines(band: Band) -> None:
    engine = words(inspect.getdoc(SeedSummary) or "")
    assert len(words(band_definition(band)) - engine) == 0
    for centre in CENTRES:
        assert len(words(centre_definition(centre)) - engine) == 0


def test_the_tip_of_line_and_band_says_of_which_seeds() -> None:
    for centre in CENTRES:
        for band in BANDS:
            summary = SeedSummary(centre, band)
            assert "diverged is left out" in summary_tip(summary)
            assert html.escape(centre_definition(centre)) in summary_tip(summary)
            assert summary_name(summary).startswith(centre)
