"""The line at the bottom of a window: news that goes after a while, or a problem that stays."""

import html

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from gui.theme import ThemeSource
from gui.widgets.problem_label import ProblemLabel
from gui.widgets.tip_text import plain_tip

NEWS_STAYS = 8000  # milliseconds
MOST_LINES = 5  # of a problem


class StatusLine(QWidget):
    """Shows what was said last; a longer text is cut off at the right, whole in the tooltip."""

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._news, self._problem = QLabel(), ProblemLabel(themes)
        self._news.setTextFormat(Qt.TextFormat.PlainText)  # it names files
        self._problem.setWordWrap(False)  # it would be as high as a narrow text needs
        self._old = QTimer(self)
        self._old.setSingleShot(True)
        self._old.setInterval(NEWS_STAYS)
        self._old.timeout.connect(self.take_back_news)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 6, 0)
        for label in (self._news, self._problem):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            row.addWidget(label, 1)
        self._news.setVisible(False)

    def show_news(self, text: str) -> None:
        """Say this in place of what was said last, for a few seconds."""
        self._problem.set_problem("")
        self._news.setText(text)
        self._news.setToolTip(plain_tip(text))
        self._news.setVisible(bool(text))
        self._old.start()

    def show_problem(self, text: str, details: str = "") -> None:
        """Say what went wrong until something else is said.

        The tooltip has the details, else the whole text: all problems of a bad file would push
        away what stands above.
        """
        self.take_back_news()
        lines = text.splitlines()
        if len(lines) > MOST_LINES:
            more = self.tr("… and {0} lines more: point here").format(len(lines) - MOST_LINES)
            lines = [*lines[:MOST_LINES], more]
        self._problem.set_problem("\n".join(lines))
        self._problem.setToolTip(f"<pre>{html.escape(details or text)}</pre>")

    @Slot()
    def take_back_news(self) -> None:
        """Say no longer what was done, as when it was undone; a problem stays."""
        self._old.stop()
        self._news.setText("")
        self._news.setVisible(False)
