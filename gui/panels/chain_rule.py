"""The chain-rule check: that a frozen layer passes the gradient, shown and proved by numbers."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.chain_rule_values import Alteration, ChainRuleCheck, ChainRuleQuestion, FactorChain
from engine.errors import ExperimentError
from engine.experiment import Experiment
from gui.document import Document
from gui.icons import Icons
from gui.models.chain_rule_text import copied_text, details, headline, norm_rows, origin
from gui.panels.chain_controls import ChainControls
from gui.panels.chain_empty import ChainEmpty
from gui.panels.chain_readout import ChainReadout
from gui.panels.chain_weights import ChainWeights
from gui.theme import ThemeSource
from gui.widgets.fonts import scaled_font
from gui.widgets.gradient_bars import Bar, BarInk, GradientBars
from gui.widgets.ink_label import InkLabel
from gui.widgets.problem_label import ProblemLabel

LARGE = 1.12
EDGE = 16


class ChainRulePanel(QWidget):
    """Shows one check and one chain of factors, and reports what a person asks next.

    It computes nothing: whoever takes `asked` answers with `set_check` and `set_chain`.
    """

    asked = Signal(object)
    """A ChainRuleQuestion: the layer in question, the weights, what is done to the layer."""
    chain_asked = Signal(int, int, int)
    """The chain of factors of the weight from this input to this unit, at this sample."""
    notice = Signal(str)
    """What was done, for the line at the bottom of the window."""

    def __init__(
        self,
        document: Document,
        themes: ThemeSource,
        icons: Icons,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._check: ChainRuleCheck | None = None
        self._question = ChainRuleQuestion()
        self._busy = False
        self._headline = QLabel()
        self._details = InkLabel(themes)
        self._origin = InkLabel(themes)
        self._problem = ProblemLabel(themes)
        self._again = QPushButton(self.tr("Check now"))
        self._controls = ChainControls(themes)
        self._bars = GradientBars(themes)
        self._weights = ChainWeights(themes, icons)
        self._readout = ChainReadout(themes)
        self._content = QWidget()
        self._nothing = ChainEmpty(themes)
        self._pages = QStackedLayout()
        self._copy_button = QToolButton()
        self.copy = self._make_copy(icons)
        self._assemble()
        self._again.clicked.connect(self.ask)
        self._controls.middle_chosen.connect(self._on_middle_chosen)
        self._controls.alteration_chosen.connect(self._on_alteration_chosen)
        self._weights.weights_chosen.connect(self._on_weights_chosen)
        self._weights.current_chosen.connect(self._on_weight_entered)
        document.changed.connect(self._on_document_changed)
        document.view.selected_variant_changed.connect(self._on_variant_selected)
        self._show_origin()

    @property
    def question(self) -> ChainRuleQuestion:
        """What the panel would ask now, for whoever opens it or has taken a step."""
        return replace(
            self._question, picked=self._weights.current, sample=max(0, self._readout.sample)
        )

    @property
    def sentence(self) -> str:
        """What the numbers show, in one sentence; empty without a check."""
        return self._headline.text() if self._check else ""

    @property
    def state(self) -> str:
        """The muted line: what the numbers are of, or that they are being computed."""
        return self._origin.text()

    @property
    def problem(self) -> str:
        """Why there is no answer; empty if there is."""
        return self._problem.problem

    @property
    def is_empty(self) -> bool:
        """Whether there is no check to show."""
        return self._pages.currentWidget() is self._nothing

    @Slot()
    def ask(self) -> None:
        """Ask what the panel stands at: when it is opened, and after a step."""
        self._ask(self.question)

    def set_check(self, check: ChainRuleCheck | None) -> None:
        """Show this check; None: there is nothing to check yet."""
        self._check = check
        self.set_problem("")
        self._pages.setCurrentWidget(self._nothing if check is None else self._content)
        self.copy.setEnabled(check is not None)
        self._copy_button.setVisible(check is not None)
        if check is None:
            self._question = ChainRuleQuestion()
        else:
            self._headline.setText(headline(check))
            self._details.setText(details(check))
            self._controls.set_check(check)
            self._bars.set_bars(_bars(check))
            self._bars.setAccessibleName(
                self.tr("Length of the gradient of {layer}").format(layer=check.layer)
            )
            self._weights.set_check(check)
        self._show_origin()

    def set_chain(self, chain: FactorChain | None) -> None:
        """Read out this chain of factors."""
        if chain is not None:
            self._weights.set_current(chain.row, chain.column)
        self._readout.set_chain(chain, self._check.step if self._check else None)

    def set_problem(self, problem: str) -> None:
        """Say why there is no answer; what was shown before stays, and the next question is new."""
        if problem:
            self._question = ChainRuleQuestion()
        self._problem.set_problem(problem)
        self._nothing.set_first_shown(not problem)

    def set_busy(self, busy: bool) -> None:
        """Say that an answer is on its way. Controls stay usable: it takes milliseconds."""
        self._busy = busy
        self._show_origin()

    @Slot(str)
    def _on_middle_chosen(self, middle: str) -> None:
        self._ask(replace(self.question, middle=middle, weights=self._weights.weights))

    @Slot(object)
    def _on_alteration_chosen(self, alteration: Alteration | None) -> None:
        shuffled = alteration is not None and alteration.kind == "shuffle"
        question = replace(self.question, alteration=alteration, weights=self._weights.weights)
        self._ask(replace(question, seed=question.seed + 1) if shuffled else question)

    @Slot(object)
    def _on_weights_chosen(self, weights: tuple[tuple[int, int], ...] | None) -> None:
        self._ask(replace(self.question, weights=weights))

    @Slot(int, int)
    def _on_weight_entered(self, row: int, column: int) -> None:
        self.chain_asked.emit(row, column, max(0, self._readout.sample))

    @Slot(object, object)
    def _on_document_changed(self, before: Experiment, after: Experiment) -> None:
        if (before.layers, before.data) != (after.layers, after.data):
            self._question = ChainRuleQuestion()  # what was picked may not be there any more

    @Slot(str)
    def _on_variant_selected(self, variant_id: str) -> None:
        self._question = ChainRuleQuestion()  # other layers are frozen there
        if self.isVisible():
            self._ask(self._question)

    @Slot()
    def _on_copy(self) -> None:
        if self._check is not None:
            variant = self._variant_name(self._check.variant)
            QApplication.clipboard().setText(copied_text(self._check, variant, self._readout.lines))
            self.notice.emit(self.tr("Chain-rule check copied"))

    def _ask(self, question: ChainRuleQuestion) -> None:
        self._question = question
        self.asked.emit(question)

    def _show_origin(self) -> None:
        if self._busy:
            self._origin.setText(self.tr("Computing …"))
        elif self._check is None:
            self._origin.setText("")
        else:
            self._origin.setText(origin(self._check, self._variant_name(self._check.variant)))

    def _variant_name(self, variant: str) -> str:
        try:
            return self._document.experiment.variant(variant).name
        except ExperimentError:  # it was deleted since
            return variant

    def _make_copy(self, icons: Icons) -> QAction:
        copy = QAction(self.tr("Copy as text"), self)
        copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
        copy.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        copy.setToolTip(self.tr("Copy the sentences, the weights and the chain as text"))
        copy.setEnabled(False)
        copy.triggered.connect(self._on_copy)
        icons.bind(copy, "duplicate")
        self.addAction(copy)
        return copy

    def _assemble(self) -> None:
        self._headline.setFont(scaled_font(self._headline.font(), LARGE))
        self._headline.setAccessibleName(self.tr("What the numbers show"))
        for label in (self._headline, self._details, self._origin):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)  # a name such as <b> is no markup
        self._bars.setToolTip(
            self.tr(
                "‖∂L/∂W‖: the length of layer 1's gradient over all its weights and biases. Cosine:"
                " 1 is the same direction as before, 0 a right angle, −1 the opposite."
            )
        )
        self._again.setAutoDefault(False)
        self._again.setToolTip(self.tr("Check the weights and the batch as they are now"))
        self._assemble_content()
        self._pages.addWidget(self._nothing)
        self._pages.addWidget(self._content)
        column = QVBoxLayout(self)
        column.setContentsMargins(EDGE, EDGE, EDGE, EDGE)
        column.setSpacing(8)
        column.addWidget(self._problem)
        column.addLayout(self._pages, 1)
        column.addLayout(self._make_footer())

    def _assemble_content(self) -> None:
        upper = QVBoxLayout(self._content)
        upper.setContentsMargins(0, 0, 0, 0)
        upper.setSpacing(8)
        upper.addWidget(self._headline)
        upper.addWidget(self._details)
        upper.addSpacing(4)
        upper.addWidget(self._controls)
        upper.addWidget(self._bars)
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(12)
        split.addWidget(self._weights)
        split.addWidget(self._readout)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 1)
        upper.addWidget(split, 1)

    def _make_footer(self) -> QHBoxLayout:
        button = self._copy_button
        button.setVisible(False)
        button.setDefaultAction(self.copy)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setAccessibleName(self.copy.text())
        footer = QHBoxLayout()
        footer.setContentsMargins(0, 0, 0, 0)
        footer.setSpacing(8)
        footer.addWidget(self._origin, 1)
        footer.addWidget(button)
        footer.addWidget(self._again)
        return footer


def _bars(check: ChainRuleCheck) -> list[Bar]:
    inks: tuple[BarInk, ...] = ("trainable_ink", "accent", "muted", "muted")
    return [
        Bar(label, length, text, ink)
        for (label, length, text), ink in zip(norm_rows(check), inks, strict=True)
    ]
