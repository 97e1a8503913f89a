"""Two small choices: which line and which band stand for several seeds."""

import html
from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.seed_bands import BANDS, CENTRES, Band, Centre, SeedSummary
from gui.theme import ThemeSource
from gui.widgets.choice_field import ChoiceField
from gui.widgets.fonts import scaled_font
from gui.widgets.seed_summary_text import (
    about_mean,
    band_definition,
    band_name,
    centre_definition,
    centre_name,
    lies_about_mean,
)
from gui.widgets.segmented_choice import SMALL, Segment, SegmentedChoice

BAND_ROOM = 40  # pixels beside the longest name: the arrow and the edges


class SeedSummaryChoice(QWidget):
    """Shows a centre and a band, and reports what a person chooses instead.

    With a single seed there is nothing to choose: the choices are hidden then.
    """

    chosen = Signal(object)
    """The SeedSummary that is wanted; whoever takes it shows it with set_summary."""

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._summary = SeedSummary()
        segments = [Segment(c, centre_name(c), _rich(centre_definition(c))) for c in CENTRES]
        self.centre = SegmentedChoice(themes, self.tr("Line over the seeds"), segments)
        self.centre.chosen.connect(self._on_centre_chosen)
        self.band = ChoiceField()
        self.band.setFont(scaled_font(self.band.font(), SMALL))
        self.band.setAccessibleName(self.tr("Band over the seeds"))
        self.band.set_choices([(band, band_name(band)) for band in BANDS])
        widest = max(self.band.fontMetrics().horizontalAdvance(band_name(band)) for band in BANDS)
        self.band.setFixedWidth(widest + BAND_ROOM)
        self.band.chosen.connect(self._on_band_chosen)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.centre)
        row.addWidget(self.band)
        self.set_summary(self._summary)
        self.set_seeds(1)

    @property
    def summary(self) -> SeedSummary:
        """What is shown as chosen."""
        return self._summary

    def set_summary(self, summary: SeedSummary) -> None:
        """Show this centre and band as chosen; reports nothing."""
        self._summary = summary
        self.centre.set_value(summary.centre)
        self.band.set_value(summary.band)
        for index, band in enumerate(BANDS):
            tip = _tip(replace(summary, band=band))
            self.band.setItemData(index, tip, Qt.ItemDataRole.ToolTipRole)
        self.band.setToolTip(_tip(summary))

    def set_seeds(self, seeds: int) -> None:
        """Offer the choices if there are several seeds."""
        self.centre.setVisible(seeds > 1)
        self.band.setVisible(seeds > 1)

    @Slot(str)
    def _on_centre_chosen(self, centre: Centre) -> None:
        self.centre.set_value(self._summary.centre)
        self.chosen.emit(replace(self._summary, centre=centre))

    @Slot(object)
    def _on_band_chosen(self, band: Band) -> None:
        self.chosen.emit(replace(self._summary, band=band))


def _tip(summary: SeedSummary) -> str:
    """What this band is, and where it lies."""
    extra = f" {about_mean()}" if lies_about_mean(summary) else ""
    return _rich(band_definition(summary.band) + extra)


def _rich(sentence: str) -> str:
    """As rich text, which a tooltip breaks into lines."""
    return f"<p>{html.escape(sentence)}</p>"
