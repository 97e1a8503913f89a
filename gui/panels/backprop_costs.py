"""What a variant's backward pass costs: the share, the measured step time, and the products."""

import math

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from gui.models.backprop_rows import Backprop
from gui.models.backprop_tips import cost_tip
from gui.models.stack_text import percent_text
from gui.plots.backprop_products import BackpropProducts
from gui.theme import ThemeSource
from gui.widgets.fonts import scaled_font
from gui.widgets.ink_label import InkLabel
from gui.widgets.number_text import measured
from gui.widgets.problem_label import ProblemLabel


class BackpropCosts(QWidget):
    """The computed share in large figures, beside it what was measured, below it the products."""

    step_time_asked = Signal()

    def __init__(
        self, themes: ThemeSource, backprop: Backprop, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._share = InkLabel(themes, "text")
        self._title = InkLabel(themes, "text", self.tr("backward cost"))
        self._sum = InkLabel(themes)
        self._lately = InkLabel(themes)
        self._measured = InkLabel(themes, "text")
        self._problem = ProblemLabel(themes)
        self._measure = QPushButton()
        self._products = BackpropProducts(themes, backprop)
        self._assemble()
        self.set_backprop(backprop)

    @property
    def share_text(self) -> str:
        """The backward cost as it stands in large figures."""
        return self._share.text()

    @property
    def measured_text(self) -> str:
        """What was measured, in words; empty before."""
        return self._measured.text()

    @property
    def problem_text(self) -> str:
        """Why nothing was measured; empty if nothing went wrong."""
        return self._problem.problem

    @property
    def products(self) -> BackpropProducts:
        """The table."""
        return self._products

    def set_backprop(self, backprop: Backprop) -> None:
        """Show what this variant's pattern costs; what was measured of another one goes."""
        self._share.setText(percent_text(backprop.cost))
        text = self.tr("{needed} of {full} multiply-adds")
        self._sum.setText(text.format(needed=f"{backprop.needed:,}", full=f"{backprop.full:,}"))
        self._products.set_backprop(backprop)
        self._show_measured("", "")

    def set_lately(self, step_seconds: float) -> None:
        """Show what a step of the whole run took lately; NaN: nothing is known."""
        known = math.isfinite(step_seconds) and step_seconds > 0
        if known:
            text = self.tr("{time} a step, all variants at once")
            self._lately.setText(text.format(time=_duration(step_seconds)))
        self._lately.setVisible(known)

    def set_step_time(self, own_seconds: float, all_trainable_seconds: float) -> None:
        """Show the measured time of a step of this variant, and of one with nothing frozen."""
        text = self.tr("{own} a step alone, {all} with all layers trainable: {share}")
        told = text.format(
            own=_duration(own_seconds),
            all=_duration(all_trainable_seconds),
            share=percent_text(own_seconds / all_trainable_seconds),
        )
        self._show_measured(told, "")

    def set_step_time_problem(self, text: str) -> None:
        """Say why nothing was measured."""
        self._show_measured("", text)

    @Slot()
    def _on_measure(self) -> None:
        self._show_measured(self.tr("measuring …"), "")
        self._measure.setEnabled(False)
        self.step_time_asked.emit()

    def _show_measured(self, text: str, problem: str) -> None:
        self._measure.setEnabled(True)
        self._measure.setText(
            self.tr("Measure again") if text else self.tr("Measure the step time")
        )
        self._measured.setText(text)
        self._measured.setVisible(bool(text))
        self._problem.set_problem(problem)

    def _assemble(self) -> None:
        self._share.setFont(scaled_font(self._share.font(), 2.1, QFont.Weight.DemiBold))
        self._title.setFont(scaled_font(self.font(), 1.0, QFont.Weight.DemiBold))
        for label in (self._share, self._title, self._sum):
            label.setToolTip(cost_tip())
        self._lately.setToolTip(self.tr("Mean time of the last optimizer steps, wall clock."))
        self._measured.setToolTip(
            self.tr(
                "Wall-clock time of one optimizer step, forward and update included: it shrinks "
                "less than the backward cost, and in small networks hardly at all."
            )
        )
        for label in (self._sum, self._lately):
            label.setWordWrap(True)
        self._measured.setWordWrap(True)
        self._measure.setToolTip(
            self.tr("Time a step of this variant alone, as it is and unfrozen")
        )
        self._measure.clicked.connect(self._on_measure)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self._title)
        words.addWidget(self._sum)
        words.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._share)
        head.addLayout(words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 14, 8)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self._lately)
        column.addWidget(self._measured)
        column.addWidget(self._problem)
        column.addSpacing(4)
        column.addWidget(self._measure, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(8)
        column.addWidget(self._products)


def _duration(seconds: float) -> str:
    """A time in milliseconds, or in seconds from one on."""
    return f"{measured(seconds)} s" if seconds >= 1 else f"{measured(1000 * seconds)} ms"
