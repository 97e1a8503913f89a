"""Offers what lies in the folder of sweeps: to go on with it, to look at it, or to remove it."""

import html

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from gui.stored_sweeps import StoredSweep


class SweepOffer(QFrame):
    """One line about one stored sweep; not there at all without one."""

    resume = Signal(object)
    """Go on with the sweep in this file (Path), or show it if it is finished."""
    discard = Signal(object)
    """Remove this file (Path)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stored: StoredSweep | None = None
        self.setProperty("panel", True)
        self.setAccessibleName(self.tr("A sweep from before"))
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)  # it names an experiment
        self._text.setWordWrap(True)
        self.resume_button = QPushButton()
        self.discard_button = QPushButton(self.tr("Discard"))
        self.discard_button.setToolTip(self.tr("Remove its file; this cannot be undone"))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        row.addWidget(self._text, 1)
        for button in (self.resume_button, self.discard_button):
            button.setAutoDefault(False)
            row.addWidget(button)
        self.resume_button.clicked.connect(self._on_resume)
        self.discard_button.clicked.connect(self._on_discard)
        self.hide()

    @property
    def text(self) -> str:
        """What is offered; empty if nothing is."""
        return self._text.text() if self._stored is not None else ""

    def set_stored(self, stored: StoredSweep | None) -> None:
        """Offer this one, or nothing."""
        self._stored = stored
        self.setVisible(stored is not None)
        if stored is None:
            return
        self._text.setText(self._words(stored))
        self._text.setToolTip(html.escape(str(stored.path)))
        self.resume_button.setText(
            self.tr("Show results") if stored.is_finished else self.tr("Resume")
        )
        self.resume_button.setVisible(not stored.problem)

    @Slot()
    def _on_resume(self) -> None:
        if self._stored is not None:
            self.resume.emit(self._stored.path)

    @Slot()
    def _on_discard(self) -> None:
        if self._stored is not None:
            self.discard.emit(self._stored.path)

    def _words(self, stored: StoredSweep) -> str:
        if stored.problem:
            return self.tr("A stored sweep cannot be read. {0}").format(stored.problem)
        if stored.is_finished:
            text = self.tr("The last sweep, of “{name}”: all {runs} runs.")
        else:
            text = self.tr("An unfinished sweep of “{name}”: {done} of {runs} runs.")
        return text.format(name=stored.name, done=f"{stored.runs_done:,}", runs=f"{stored.runs:,}")
