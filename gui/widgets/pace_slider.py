"""How fast a run plays: the pace as a value, and the slider that sets it."""

import math
from dataclasses import dataclass
from typing import Literal, Self

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QSlider, QWidget

from gui.theme import ThemeSource
from gui.widgets.fonts import number_font
from gui.widgets.section_title import SectionTitle

Kind = Literal["steps", "epochs", "flat_out"]


@dataclass(frozen=True)
class Pace:
    """Steps a second, epochs a second, or as fast as it goes (the rate is infinite then)."""

    kind: Kind
    rate: float

    @classmethod
    def from_text(cls, text: str) -> Self | None:
        """Read `to_text` back; None if the text is not a pace."""
        kind, _, number = text.partition(" ")
        try:
            rate = float(number)
        except ValueError:
            return None
        if kind == "flat_out" and rate == math.inf:
            return cls("flat_out", rate)
        if kind in ("steps", "epochs") and 0 < rate < math.inf:
            return cls("steps" if kind == "steps" else "epochs", rate)
        return None

    def to_text(self) -> str:
        """The pace as the settings keep it."""
        return f"{self.kind} {self.rate!r}"

    def steps_per_second(self, steps_per_epoch: int) -> float | None:
        """Optimizer steps a second at this many steps an epoch; None for no limit."""
        if self.kind == "flat_out":
            return None
        return self.rate * (steps_per_epoch if self.kind == "epochs" else 1)

    def label(self) -> str:
        """The pace as a person reads it: 1 step/s, 15 epochs/s, flat out."""
        if self.kind == "flat_out":
            return QCoreApplication.translate("Pace", "flat out")
        if self.kind == "steps":
            one = QCoreApplication.translate("Pace", "1 step/s")
            many = QCoreApplication.translate("Pace", "{rate} steps/s")
        else:
            one = QCoreApplication.translate("Pace", "1 epoch/s")
            many = QCoreApplication.translate("Pace", "{rate} epochs/s")
        return one if self.rate == 1 else many.format(rate=f"{self.rate:g}")


FLAT_OUT = Pace("flat_out", math.inf)
DEFAULT_PACE = Pace("epochs", 15.0)
STOPS = (
    *(Pace("steps", rate) for rate in (1.0, 2.0, 5.0)),
    *(Pace("epochs", r) for r in (1.0, 2.0, 3.0, 5.0, 8.0, 15.0, 25.0, 50.0, 100.0, 200.0, 500.0)),
    FLAT_OUT,
)


class PaceSlider(QWidget):
    """Shows the pace and reports another one as soon as the slider moves."""

    changed = Signal(object)
    """The Pace a person chose."""

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pace = DEFAULT_PACE
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, len(STOPS) - 1)
        self._slider.setPageStep(3)
        self._slider.setMinimumWidth(128)
        self._slider.setAccessibleName(self.tr("Pace"))
        self._slider.setToolTip(
            self.tr("How fast the run plays, from one step a second to flat out")
        )
        self._slider.valueChanged.connect(self._on_moved)
        self._text = QLabel()
        self._text.setFont(number_font(self.font()))
        self._lay_out(themes)
        self.setFocusProxy(self._slider)
        self._show_pace()

    def value(self) -> Pace:
        """The pace shown."""
        return self._pace

    def set_value(self, pace: Pace) -> None:
        """Show this pace without reporting it; the slider goes to the nearest stop."""
        self._pace = pace
        self._show_pace()

    @Slot(int)
    def _on_moved(self, stop: int) -> None:
        self._pace = STOPS[stop]
        self._show_pace()
        self.changed.emit(self._pace)

    def _lay_out(self, themes: ThemeSource) -> None:
        title = SectionTitle(themes, self.tr("pace"))
        title.setBuddy(self._slider)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(title)
        row.addWidget(self._slider, 1)
        row.addWidget(self._text)
        widest = max(self._text.fontMetrics().horizontalAdvance(stop.label()) for stop in STOPS)
        self._text.setMinimumWidth(widest)  # the slider must not shift while it moves

    def _show_pace(self) -> None:
        blocked = self._slider.blockSignals(True)
        self._slider.setValue(_nearest_stop(self._pace))
        self._slider.blockSignals(blocked)
        self._text.setText(self._pace.label())
        self._slider.setAccessibleDescription(self._pace.label())


def _nearest_stop(pace: Pace) -> int:
    stops = [index for index, stop in enumerate(STOPS) if stop.kind == pace.kind]
    if pace.kind == "flat_out":
        return stops[0]
    return min(stops, key=lambda index: abs(math.log(STOPS[index].rate / pace.rate)))
