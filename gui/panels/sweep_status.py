"""How far a sweep is, in a line and a bar, with the buttons that start, cancel and resume it."""

import html
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from gui.models.sweep_text import progress_text, waiting_text
from gui.sweep_controller import BUSY, State
from gui.theme import ThemeSource
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.fonts import number_font
from gui.widgets.problem_label import ProblemLabel

if TYPE_CHECKING:
    from engine.sweep_run import SweepProgress

MOST_LINES = 3  # of why it failed; the tooltip has all
FULL = 1000  # of the bar, which also moves within a run


class SweepStatus(QWidget):
    """Shows the state that it is given, and reports what is pressed."""

    start = Signal()
    cancel = Signal()
    resume = Signal()

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = ElidedLabel()
        self._line.setFont(number_font(self._line.font()))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, FULL)
        self._bar.setAccessibleName(self.tr("Progress of the sweep"))
        self._problem = ProblemLabel(themes)
        self.start_button = self._button(self.tr("Start"), self.tr("Train every combination"))
        self.cancel_button = self._button(
            self.tr("Cancel"), self.tr("Stop within a second; finished parts are kept")
        )
        self.resume_button = self._button(
            self.tr("Resume"), self.tr("Go on where it stopped; nothing is trained twice")
        )
        self.resume_button.setProperty("primary", True)
        self._startable = True
        self._busy = False
        self.start_button.clicked.connect(self.start)
        self.cancel_button.clicked.connect(self.cancel)
        self.resume_button.clicked.connect(self.resume)
        self._assemble()
        self.set_state("idle", None, "")

    @property
    def text(self) -> str:
        """The line about how far it is."""
        return self._line.text

    @property
    def problem(self) -> str:
        """Why it failed."""
        return self._problem.problem

    def set_state(self, state: State, progress: "SweepProgress | None", error: str) -> None:
        """Show what the sweep does."""
        self.set_progress(state, progress)
        lines = error.splitlines()
        self._problem.set_problem("\n".join(lines[:MOST_LINES]))
        self._problem.setToolTip(f"<pre>{html.escape(error)}</pre>" if error else "")
        resumable = state == "cancelled" or (state == "failed" and progress is not None)
        self._busy = state in BUSY
        self._show_buttons(resumable, stopping=state == "stopping")

    def set_progress(self, state: State, progress: "SweepProgress | None") -> None:
        """Show how far it is; nothing else has changed."""
        self._line.set_text(self._words(state, progress))
        self._bar.setVisible(progress is not None)
        if progress is not None:
            self._bar.setValue(int(FULL * progress.runs_trained / progress.runs))

    def set_startable(self, startable: bool) -> None:
        """Whether there is something that can be started."""
        self._startable = startable
        self.start_button.setEnabled(startable and not self._busy)

    def _show_buttons(self, resumable: bool, *, stopping: bool) -> None:
        """Those that can be pressed; the filled one is what most probably comes next.

        The keyboard goes along from one that cannot be pressed any more to the next; while a sweep
        is being stopped it waits here.
        """
        start, cancel, resume = self.start_button, self.cancel_button, self.resume_button
        places = (self, start, cancel, resume)
        had_focus = any(place.hasFocus() for place in places)
        wanted = cancel if self._busy else resume if resumable else start
        startable = self._startable and not self._busy
        stays = (startable and start.hasFocus()) or (wanted.hasFocus() and not stopping)
        start.setText(self.tr("Start anew") if resumable else self.tr("Start"))
        _fill(start, not resumable)
        wanted.show()
        wanted.setEnabled(wanted is not start or startable)
        if had_focus and not stays:  # before any of the others goes
            (self if stopping else wanted).setFocus()
        cancel.setVisible(self._busy)
        cancel.setEnabled(not stopping)
        resume.setVisible(resumable)
        start.setEnabled(startable)

    def _words(self, state: State, progress: "SweepProgress | None") -> str:
        how_far = progress_text(progress, going=state == "running") if progress else ""
        waiting = waiting_text(progress) if progress else ""
        if waiting and state == "running":
            return waiting
        words = {
            "idle": self.tr("Results come here part by part."),
            "loading": self.tr("The engine is loading…"),
            "preparing": self.tr("Checking every combination…"),
            "running": "{0}",
            "stopping": self.tr("Stopping… · {0}"),
            "finished": self.tr("Finished · {0}"),
            "cancelled": self.tr("Cancelled · {0} · Resume goes on there"),
            "failed": self.tr("Failed · {0} · Resume goes on there"),
        }[state]
        if progress is None and state == "cancelled":
            return self.tr("Cancelled before it began")
        if progress is None and state == "failed":
            return self.tr("Nothing was trained")
        return words.format(how_far)

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)  # Enter belongs to the field that has the focus
        button.setToolTip(tip)
        return button

    def _assemble(self) -> None:
        lines = QVBoxLayout()
        lines.setSpacing(4)
        lines.addStretch(1)
        lines.addWidget(self._line)
        lines.addWidget(self._bar)
        lines.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addLayout(lines, 1)
        row.addSpacing(8)
        for button in (self.cancel_button, self.resume_button, self.start_button):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        column.addWidget(self._problem)
        column.addLayout(row)


def _fill(button: QPushButton, primary: bool) -> None:
    """Show it as the filled button, or as one of the others."""
    if bool(button.property("primary")) != primary:
        button.setProperty("primary", primary)
        button.style().unpolish(button)  # the style sheet looks at the property only then
        button.style().polish(button)
