"""A button whose menu chooses which line and which band stand for several seeds."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from engine.seed_bands import BANDS, CENTRES, SeedSummary
from gui.widgets.seed_summary_text import (
    about_mean,
    band_definition,
    band_name,
    centre_definition,
    centre_name,
    lies_about_mean,
    summary_tip,
)
from gui.widgets.tip_text import plain_tip


class SeedSummaryChoice(QToolButton):
    """Shows a centre and a band as ticks in its menu, and reports what a person chooses instead.

    With a single seed there is nothing to choose: the button is disabled then.
    """

    chosen = Signal(object)
    """The SeedSummary that is wanted; whoever takes it shows it with set_summary."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._summary = SeedSummary()
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self._add_title(self.tr("Line over the seeds"))
        self.centres = self._make_group([centre_name(centre) for centre in CENTRES])
        for action, centre in zip(self.centres.actions(), CENTRES, strict=True):
            action.setToolTip(plain_tip(centre_definition(centre)))
        self._menu.addSeparator()
        self._add_title(self.tr("Band over the seeds"))
        self.bands = self._make_group([band_name(band) for band in BANDS])
        self.centres.triggered.connect(self._on_centre_chosen)
        self.bands.triggered.connect(self._on_band_chosen)
        self.setText(self.tr("Seeds ▾"))
        self.setAccessibleName(self.tr("Line and band over the seeds"))
        self.setMenu(self._menu)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.set_summary(self._summary)
        self.set_seeds(1)

    @property
    def summary(self) -> SeedSummary:
        """What is shown as chosen."""
        return self._summary

    def set_summary(self, summary: SeedSummary) -> None:
        """Show this centre and band as chosen; reports nothing."""
        self._summary = summary
        self.centres.actions()[CENTRES.index(summary.centre)].setChecked(True)
        self.bands.actions()[BANDS.index(summary.band)].setChecked(True)
        for action, band in zip(self.bands.actions(), BANDS, strict=True):
            extra = f" {about_mean()}" if lies_about_mean(replace(summary, band=band)) else ""
            action.setToolTip(plain_tip(band_definition(band) + extra))
        self.setToolTip(summary_tip(summary))

    def set_seeds(self, seeds: int) -> None:
        """Offer the choices if there are several seeds."""
        self.setEnabled(seeds > 1)

    @Slot(QAction)
    def _on_centre_chosen(self, action: QAction) -> None:
        self._ask(replace(self._summary, centre=CENTRES[self.centres.actions().index(action)]))

    @Slot(QAction)
    def _on_band_chosen(self, action: QAction) -> None:
        self._ask(replace(self._summary, band=BANDS[self.bands.actions().index(action)]))

    def _ask(self, wanted: SeedSummary) -> None:
        """Report it; whoever takes it shows it."""
        self.set_summary(self._summary)
        if wanted != self._summary:
            self.chosen.emit(wanted)

    def _add_title(self, text: str) -> None:
        """WORKAROUND: a section of a menu with a style sheet is a bare line."""
        self._menu.addAction(text).setEnabled(False)

    def _make_group(self, names: Sequence[str]) -> QActionGroup:
        group = QActionGroup(self)
        for name in names:
            action = self._menu.addAction(name)
            action.setCheckable(True)
            group.addAction(action)
        return group
