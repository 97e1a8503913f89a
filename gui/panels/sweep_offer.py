"""Offers what lies in the folder of sweeps: to go on with it, to look at it, or to discard it."""

from datetime import datetime

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from engine.experiment import Experiment
from gui.models.sweep_offer_text import discarded_text, offer_text, varied_lines, varied_text
from gui.stored_sweeps import StoredSweep
from gui.theme import ThemeSource
from gui.widgets.ink_label import InkLabel
from gui.widgets.tip_text import plain_tip


class SweepOffer(QFrame):
    """Two lines about one stored sweep, or the one that was just discarded; else not there."""

    resume = Signal(object)
    """Go on with the sweep in this file (Path), or show it if it is finished."""
    discard = Signal(object)
    """Offer the sweep in this file (Path) no longer."""
    undo = Signal()
    """Offer again what was discarded."""
    next = Signal()
    """Do without what was discarded, and offer the next one."""

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stored: StoredSweep | None = None
        self.setProperty("panel", True)
        self.setAccessibleName(self.tr("A sweep from before"))
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)  # it names an experiment
        self._varied = InkLabel(themes)
        for label in (self._text, self._varied):
            label.setWordWrap(True)
        self.resume_button = QPushButton()
        self.discard_button = self._button(self.tr("Discard"), self.tr("Undo brings it back"))
        self.next_button = self._button(
            self.tr("Next sweep"), self.tr("Remove this one's file, and offer the one before it")
        )
        self.undo_button = self._button(
            self.tr("Undo"), self.tr("Its file goes when this window closes or a sweep starts")
        )
        self._assemble()
        self.resume_button.clicked.connect(self._on_resume)
        self.discard_button.clicked.connect(self._on_discard)
        self.next_button.clicked.connect(self.next)
        self.undo_button.clicked.connect(self.undo)
        self.hide()

    @property
    def text(self) -> str:
        """What is offered; empty if nothing is."""
        return self._text.text() if not self.isHidden() else ""

    @property
    def varied(self) -> str:
        """What varied in it."""
        return self._varied.text()

    def set_stored(self, stored: StoredSweep | None, experiment: Experiment) -> None:
        """Offer this one, or nothing. The experiment is the one in the main window."""
        self._stored = stored
        self.setVisible(stored is not None)
        if stored is None:
            return
        self._say(offer_text(stored, experiment, datetime.now()), stored)
        self.resume_button.setText(
            self.tr("Show results") if stored.is_finished else self.tr("Resume")
        )
        self._show_buttons(self.discard_button, *(() if stored.problem else (self.resume_button,)))

    def set_discarded(self, stored: StoredSweep, *, more: bool) -> None:
        """Say that this one was discarded; `more`: there are others to offer."""
        self._stored = None
        self._say(discarded_text(stored), stored)
        self._show_buttons(self.undo_button, *((self.next_button,) if more else ()))
        self.show()

    @Slot()
    def _on_resume(self) -> None:
        if self._stored is not None:
            self.resume.emit(self._stored.path)

    @Slot()
    def _on_discard(self) -> None:
        if self._stored is not None:
            self.discard.emit(self._stored.path)

    def _say(self, text: str, stored: StoredSweep) -> None:
        self._text.setText(text)
        self._varied.setText(varied_text(stored))
        self._varied.setVisible(bool(self._varied.text()))
        lines = (*varied_lines(stored), str(stored.path))
        tip = plain_tip("\n".join(lines))
        for label in (self._text, self._varied):
            label.setToolTip(tip)

    def _show_buttons(self, *shown: QPushButton) -> None:
        """These; the keyboard stays on its button, or here where the one that was pressed goes."""
        had_focus = any(button.hasFocus() for button in self._buttons)
        for button in shown:
            button.show()
        stays = any(button.hasFocus() for button in shown)
        if had_focus and not stays:  # before the one that has it goes
            shown[0].setFocus()
        for button in self._buttons:
            button.setVisible(button in shown)

    @property
    def _buttons(self) -> tuple[QPushButton, ...]:
        return self.resume_button, self.next_button, self.discard_button, self.undo_button

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        return button

    def _assemble(self) -> None:
        lines = QVBoxLayout()
        lines.setSpacing(2)
        lines.addWidget(self._text)
        lines.addWidget(self._varied)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        row.addLayout(lines, 1)
        for button in self._buttons:
            button.setAutoDefault(False)
            row.addWidget(button)
