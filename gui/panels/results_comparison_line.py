"""One sentence about a difference, its seeds, and a sign for the kind of answer at a glance."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gui.models.comparison_text import ComparedMeasure, Finding
from gui.plots.paired_strip import PairedStrip
from gui.theme import ThemeSource
from gui.widgets.ink_label import Ink, InkLabel
from gui.widgets.tip_text import plain_tip

SIGNS: dict[Finding, tuple[str, Ink]] = {
    "found": ("●", "accent"),
    "not found": ("○", "muted"),
    "cannot tell": ("?", "muted"),
}
SIGN_ROOM = 16
ABOVE, BELOW = 2, 4  # pixels between sentence and strip, and under a strip


class ComparisonLine(QWidget):
    """A filled dot: a difference was found; an empty one: none was; a question mark: no telling.

    Where there is room, a strip under the sentence has a dot for every seed.
    """

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sign = InkLabel(themes)
        self._sentence = InkLabel(themes, "text")
        self._sentence.setWordWrap(True)
        self._sign.setFixedWidth(SIGN_ROOM)
        self.strip = PairedStrip(themes)
        self.strip.hide()
        self._has_room = False
        self._words = QVBoxLayout()
        self._words.setSpacing(ABOVE)
        self._words.addWidget(self._sentence)
        self._words.addWidget(self.strip)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._words, 1)

    @property
    def sign(self) -> str:
        """The sign before the sentence."""
        return self._sign.text()

    @property
    def text(self) -> str:
        """The sentence."""
        return self._sentence.text()

    @property
    def strip_height(self) -> int:
        """What the strip takes, or would take if it were shown."""
        return ABOVE + self.strip.sizeHint().height() + BELOW

    def set_strip_shown(self, shown: bool) -> None:
        """Whether there is room for the strip under the sentence."""
        self._has_room = shown
        self._show_strip()

    def set_measure(self, measure: ComparedMeasure, definition: str) -> None:
        """Show this sentence; its tooltip has all numbers and what counts as a difference."""
        sign, ink = SIGNS[measure.finding]
        words = {
            "found": self.tr("Difference found"),
            "not found": self.tr("No difference found"),
            "cannot tell": self.tr("Cannot tell"),
        }[measure.finding]
        self._sign.setText(sign)
        self._sign.set_ink(ink)
        self._sign.setAccessibleName(words)
        self._sentence.setText(measure.text)
        self.strip.set_differences(measure.differences)
        self._show_strip()
        self.setAccessibleName(f"{words}. {measure.text}")
        self.setAccessibleDescription(measure.details)
        parts = (words, measure.details, definition)
        self.setToolTip("".join(map(plain_tip, parts)))

    def _show_strip(self) -> None:
        """Without a seed that can be compared it would be empty."""
        differences = self.strip.differences
        shown = self._has_room and differences is not None and bool(differences.compared)
        self.strip.setVisible(shown)
        self._words.setContentsMargins(0, 0, 0, BELOW if shown else 0)
