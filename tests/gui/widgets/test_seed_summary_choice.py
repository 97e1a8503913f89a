"""The choice of line and band over the seeds."""

import html
import inspect
import re

import pytest
from pytestqt.qtbot import QtBot

from engine.seed_bands import BANDS, CENTRES, Band, SeedSummary
from gui.widgets.seed_summary_choice import SeedSummaryChoice
from gui.widgets.seed_summary_text import (
    band_definition,
    band_name,
    centre_definition,
    centre_name,
    summary_name,
    summary_tip,
)

Choice = tuple[SeedSummaryChoice, list[SeedSummary]]


@pytest.fixture
def choice(qtbot: QtBot) -> Choice:
    widget = SeedSummaryChoice()
    qtbot.addWidget(widget)
    widget.set_seeds(10)
    widget.show()
    chosen: list[SeedSummary] = []
    widget.chosen.connect(chosen.append)
    return widget, chosen


def ticked(widget: SeedSummaryChoice) -> tuple[str, str]:
    centre, band = widget.centres.checkedAction(), widget.bands.checkedAction()
    assert centre is not None
    assert band is not None
    return centre.text(), band.text()


def test_there_is_a_choice_only_where_there_are_several_seeds(choice: Choice) -> None:
    widget, _ = choice
    assert widget.isEnabled()
    widget.set_seeds(1)
    assert not widget.isEnabled()


def test_a_choice_is_reported_and_shown_when_it_was_taken(choice: Choice) -> None:
    widget, chosen = choice
    assert widget.summary == SeedSummary("mean", "min-max")
    widget.centres.actions()[1].trigger()
    assert chosen == [SeedSummary("median", "min-max")]
    assert ticked(widget) == ("mean", "min–max")
    widget.set_summary(chosen[0])
    assert ticked(widget) == ("median", "min–max")
    widget.bands.actions()[2].trigger()
    assert chosen[1:] == [SeedSummary("median", "deviation")]
    widget.bands.actions()[1].trigger()  # what is chosen already
    assert len(chosen) == 2


def test_showing_a_choice_reports_nothing(choice: Choice) -> None:
    widget, chosen = choice
    for centre in CENTRES:
        for band in BANDS:
            widget.set_summary(SeedSummary(centre, band))
            assert ticked(widget) == (centre_name(centre), band_name(band))
    assert chosen == []


def test_every_choice_says_what_it_is(choice: Choice) -> None:
    widget, _ = choice
    for band, action in zip(BANDS, widget.bands.actions(), strict=True):
        assert html.escape(band_definition(band)) in action.toolTip()
        assert "about the mean" not in action.toolTip()
    for centre, action in zip(CENTRES, widget.centres.actions(), strict=True):
        assert html.escape(centre_definition(centre)) in action.toolTip()
    widget.set_summary(SeedSummary("median", "interval"))
    about = ["about the mean" in action.toolTip() for action in widget.bands.actions()]
    assert about == [False, False, True, True, True]
    assert "95 % interval" in widget.toolTip()


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
