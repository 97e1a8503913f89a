"""The backprop dock: the gradient's path through the selected variant, live and in slow motion."""

import math
import time

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from engine.experiment import Experiment
from gui.document import Document
from gui.icons import Icons
from gui.models.backprop_captions import SlowStep, slow_motion
from gui.models.backprop_rows import Measures, backprop_of
from gui.models.backprop_telemetry import BackpropTelemetry, Observed, shown_telemetry
from gui.models.backprop_text import state_text
from gui.models.backprop_tips import legend_text, scale_tip
from gui.panels.backprop_costs import BackpropCosts
from gui.panels.backprop_slow_motion import BackpropSlowMotion
from gui.plots.backprop_view import BackpropView
from gui.theme import ThemeSource
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.ink_label import InkLabel
from gui.widgets.problem_label import ProblemLabel
from gui.widgets.scrolled import scrolled

NARROWEST = 260  # pixels
MARGIN = 12  # around the controls
RENEWED = 0.1  # seconds between two renewals of the numbers: nobody reads faster


class BackpropPanel(QFrame):
    """Arrows, words and costs of the selected variant's backward pass."""

    what_if_toggled = Signal(bool)
    """Whether norms are wanted as if nothing were frozen."""
    chain_rule_asked = Signal()
    step_time_asked = Signal()

    def __init__(
        self,
        document: Document,
        themes: ThemeSource,
        icons: Icons,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._telemetry = BackpropTelemetry()
        self._diverged = ""
        self._shown_at = -math.inf
        backprop = backprop_of(document.experiment, document.view.selected_variant)
        self._state = InkLabel(themes)
        self._problem = ProblemLabel(themes)
        self._view = BackpropView(themes, backprop)
        self._legend = InkLabel(themes)
        self._costs = BackpropCosts(themes, backprop)
        self._slow = BackpropSlowMotion(themes, icons)
        self._what_if = QCheckBox(self.tr("What if nothing were frozen?"))
        self._play = QPushButton(self.tr("Slow motion"))
        self._chain_rule = QPushButton(self.tr("Chain-rule check…"))
        self._turn = QTimer(self)  # brings what came too soon after the last renewal
        self._turn.setSingleShot(True)
        self._turn.setInterval(round(1000 * RENEWED))
        self._turn.timeout.connect(self._show_numbers)
        self._assemble()
        self._connect()
        self._show()

    @property
    def view(self) -> BackpropView:
        """The picture."""
        return self._view

    @property
    def costs(self) -> BackpropCosts:
        """What stands below the picture."""
        return self._costs

    @property
    def slow_motion(self) -> BackpropSlowMotion:
        """The caption and the buttons of slow motion."""
        return self._slow

    @property
    def state_text(self) -> str:
        """Which variant and which step are shown."""
        return self._state.text()

    @property
    def legend_text(self) -> str:
        """The words below the picture."""
        return self._legend.text()

    @property
    def problem_text(self) -> str:
        """What went wrong in the run; empty if nothing did."""
        return self._problem.problem

    def shortcuts(self) -> list[tuple[str, str]]:
        """(command, keys) of what the keyboard does in this dock."""
        return [
            (self.tr("Slow motion: one sub-step back"), "Left"),
            (self.tr("Slow motion: one sub-step on"), "Right"),
            (self.tr("Slow motion: play or pause"), "Space"),
            (self.tr("Slow motion: end"), "Esc"),
        ]

    def set_telemetry(
        self,
        measures: Measures,
        what_if: Measures,
        observed: Observed | None,
        step: int,
        step_seconds: float,
        experiment: Experiment | None,
        epoch: int | None = None,
    ) -> None:
        """Show what a run measured on the selected variant; `experiment` is what it trains now.

        Without an experiment there is no run: words and costs are the document's, numbers dashes.
        `epoch` is the one that was chosen, `experiment` then what the run trained at its end.
        """
        former = self._telemetry
        self._telemetry = BackpropTelemetry(
            self._document.view.selected_variant,
            measures,
            what_if,
            observed,
            step,
            step_seconds,
            experiment,
            epoch,
        )
        if experiment is not former.experiment and experiment != former.experiment:
            self._show()
        elif not self._telemetry.follows(former):
            self._show_numbers()
        elif self.isVisible() and not self._turn.isActive():
            since = time.perf_counter() - self._shown_at
            if since >= RENEWED:
                self._show_numbers()
            else:
                self._turn.start()

    def set_diverged(self, text: str) -> None:
        """Say that the run of this variant diverged, and where; empty: it did not."""
        if text != self._diverged:
            self._diverged = text
            self._slow.end()
            told = self.tr("Diverged: {what}. No gradient flows any more.")
            self._problem.set_problem(told.format(what=text) if text else "")
            self._show_numbers()

    def set_step_time(self, own_seconds: float, all_trainable_seconds: float) -> None:
        """Show the measured time of one step of this variant, and of one with nothing frozen."""
        self._costs.set_step_time(own_seconds, all_trainable_seconds)

    def set_step_time_problem(self, text: str) -> None:
        """Say why the step time was not measured."""
        self._costs.set_step_time_problem(text)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show()

    def hideEvent(self, event: QHideEvent) -> None:
        self._turn.stop()
        self._slow.end()
        super().hideEvent(event)

    @Slot(object, object)
    def _on_document_changed(self, before: Experiment, after: Experiment) -> None:
        self._show()

    @Slot(str)
    def _on_variant_selected(self, variant: str) -> None:
        """Numbers of another variant go; those that came already for this one stay."""
        self._show()

    @Slot(bool)
    def _on_what_if_toggled(self, on: bool) -> None:
        self._slow.end()
        self._show_numbers()
        self.what_if_toggled.emit(on)

    @Slot()
    def _on_play(self) -> None:
        """One backward pass: its numbers stand still while it is shown."""
        self._show_numbers()
        experiment, telemetry = self._source()
        variant = self._document.view.selected_variant
        self._slow.play(slow_motion(experiment, variant, telemetry.measures, self._diverged))
        self._view.setFocus()

    @Slot()
    def _on_pause_asked(self) -> None:
        if self._slow.is_open:
            self._slow.toggle_pause()
        else:
            self._on_play()

    @Slot(object)
    def _on_slow_step(self, step: SlowStep | None) -> None:
        self._view.set_slow(step)
        self._play.setVisible(step is None)  # meanwhile there are other buttons
        if step is None:
            self._show_numbers()
            return
        place = self._view.place_of_step(step)
        self._scroll.ensureVisible(place.center().x(), place.bottom(), 0, 8)
        self._scroll.ensureVisible(place.center().x(), place.top(), 0, 8)

    def _show(self) -> None:
        """Show the variant's layers and costs if they are others than before; then its numbers."""
        experiment, _ = self._source()
        backprop = backprop_of(experiment, self._document.view.selected_variant)
        if backprop != self._view.backprop:
            self._slow.end()
            self._view.set_backprop(backprop)
            self._costs.set_backprop(backprop)
        self._show_numbers()

    @Slot()
    def _show_numbers(self) -> None:
        self._turn.stop()
        if self._slow.is_open:
            return
        self._shown_at = time.perf_counter()
        experiment, telemetry = self._source()
        wanted = self._what_if.isChecked()
        halted = bool(self._diverged)
        what_if = telemetry.what_if if wanted and not halted else {}
        self._view.set_measures(telemetry.measures, what_if, halted=halted)
        self._costs.set_lately(telemetry.step_seconds)
        _set_text(self._state, self._state_words(experiment, telemetry))
        past = telemetry.epoch is not None
        told = legend_text(self._view.backprop, self._view.texts, what_if=wanted, past=past)
        _set_text(self._legend, told)

    def _state_words(self, experiment: Experiment, telemetry: BackpropTelemetry) -> str:
        """Whose numbers they are, and of when."""
        words = [experiment.variant(self._document.view.selected_variant).name]
        if len(experiment.training.seeds) > 1:
            words.append(self.tr("seed {seed}").format(seed=experiment.training.seeds[0]))
        if telemetry.epoch is not None:
            words.append(self.tr("epoch {epoch}").format(epoch=telemetry.epoch))
        flows = self._view.backprop.lowest is not None and not self._diverged
        words.append(state_text(telemetry.observed if flows else None, telemetry.step))
        return " · ".join(words)

    def _source(self) -> tuple[Experiment, BackpropTelemetry]:
        document = self._document
        return shown_telemetry(document.experiment, document.view.selected_variant, self._telemetry)

    def _connect(self) -> None:
        self._document.changed.connect(self._on_document_changed)
        self._document.view.selected_variant_changed.connect(self._on_variant_selected)
        self._what_if.toggled.connect(self._on_what_if_toggled)
        self._play.clicked.connect(self._on_play)
        self._chain_rule.clicked.connect(self.chain_rule_asked)
        self._costs.step_time_asked.connect(self.step_time_asked)
        self._slow.step_changed.connect(self._on_slow_step)
        self._view.back_asked.connect(self._slow.back)
        self._view.next_asked.connect(self._slow.forward)
        self._view.pause_asked.connect(self._on_pause_asked)
        self._view.end_asked.connect(self._slow.end)

    def _assemble(self) -> None:
        self.setProperty("panel", True)
        self.setMinimumWidth(max(NARROWEST, self._what_if.sizeHint().width() + 2 * MARGIN))
        self._legend.setToolTip(scale_tip())
        self._what_if.setToolTip(
            self.tr("One more backward pass shows what would flow if every layer were trainable.")
        )
        self._play.setToolTip(self.tr("Show one backward pass step by step, with captions"))
        self._chain_rule.setToolTip(
            self.tr("Check the gradient of layer 1 by other means than backprop")
        )
        for label in (self._state, self._legend, self._problem):
            label.setContentsMargins(14, 0, 14, 0)
        self._state.setWordWrap(True)
        self._legend.setWordWrap(True)
        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(4)
        inner.addWidget(self._view)
        inner.addWidget(self._legend)
        inner.addWidget(self._costs)
        inner.addStretch(1)
        self._scroll = scrolled(content)
        content.setAutoFillBackground(False)
        self._scroll.viewport().setAutoFillBackground(False)
        buttons = FlowLayout(spacing=4)
        buttons.addWidget(self._play)
        buttons.addWidget(self._chain_rule)
        footer = QVBoxLayout()
        footer.setContentsMargins(MARGIN, 4, MARGIN, MARGIN)
        footer.setSpacing(8)
        footer.addWidget(self._what_if)
        footer.addLayout(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._state)
        column.addWidget(self._problem)
        column.addWidget(self._scroll, 1)
        column.addWidget(self._slow)
        column.addLayout(footer)


def _set_text(label: InkLabel, text: str) -> None:
    if label.text() != text:
        label.setText(text)
