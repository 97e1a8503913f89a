"""What panels ask of the present run: how long a step takes, and the chain-rule check."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from engine.experiment import Variant
from gui.document import Document
from gui.engine_gate import EngineGate
from gui.icons import Icons
from gui.questions import Questions
from gui.run_store import RunStore
from gui.theme import ThemeSource

if TYPE_CHECKING:
    from engine.chain_rule_values import ChainRuleCheck, ChainRuleQuestion, FactorChain
    from engine.run import Run
    from engine.step_time import StepTime
    from engine.trainer import Trainer
    from gui.dialogs.chain_rule_dialog import ChainRuleDialog
    from gui.panels.backprop import BackpropPanel
    from gui.panels.chain_rule import ChainRulePanel

Answer = TypeVar("Answer")


class LayerQuestions(QObject):
    """Asks about the first seed of the selected variant and brings the answers to the panels."""

    notice = Signal(str)
    """What was done, for the line at the bottom of the window."""

    def __init__(
        self,
        document: Document,
        store: RunStore,
        gate: EngineGate,
        themes: ThemeSource,
        icons: Icons,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._document = document
        self._store = store
        self._themes = themes
        self._icons = icons
        self._window = window
        self._questions = Questions(store, gate, self)
        self._backprop: BackpropPanel | None = None
        self._chain_rule: ChainRulePanel | None = None
        self._dialog: ChainRuleDialog | None = None
        self._asked = 0  # questions of the check so far: only the latest is answered
        store.changed.connect(self._on_run_changed)

    def serve(self, panel: "BackpropPanel") -> None:
        """Answer this panel."""
        self._backprop = panel
        panel.step_time_asked.connect(self._on_step_time_asked)
        panel.chain_rule_asked.connect(self.show_chain_rule)

    @Slot()
    def show_chain_rule(self) -> None:
        """Open the chain-rule check, or bring it to the front."""
        if self._dialog is None:
            self._dialog = self._make_dialog()
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()
        self.renew()

    @Slot()
    def renew(self) -> None:
        """Check again if the dialog is open: the run stands at another step."""
        if self._dialog is not None and self._chain_rule is not None and self._dialog.isVisible():
            self._chain_rule.ask()

    def close(self) -> None:
        """Close the dialog."""
        if self._dialog is not None:
            self._dialog.close()

    @Slot()
    def _on_run_changed(self) -> None:
        """What was found out about the run before goes; what was asked of it has no answer."""
        if self._backprop is not None:
            self._backprop.set_step_time_problem("")
        if self._chain_rule is not None:
            self._chain_rule.set_busy(False)
            self._chain_rule.set_check(None)

    @Slot()
    def _on_step_time_asked(self) -> None:
        asked = self._selected_variant()

        def measure(trainer: "Trainer", member: int) -> "StepTime":
            from engine.step_time import measure_step_time

            return measure_step_time(trainer, member)

        def show(time: "StepTime") -> None:
            if self._backprop is None:
                return
            if asked == self._selected_variant():
                self._backprop.set_step_time(time.own, time.all_trainable)
            else:  # it is not what is looked at any more
                self._backprop.set_step_time_problem("")

        def refuse(problem: str) -> None:
            if self._backprop is not None:
                self._backprop.set_step_time_problem(problem)

        self._ask(measure, show, refuse)

    @Slot(object)
    def _on_check_asked(self, question: "ChainRuleQuestion") -> None:
        panel = self._chain_rule
        if panel is None:
            return
        if self._store.current is None:
            panel.set_check(None)
            return

        def check(trainer: "Trainer", member: int) -> "tuple[ChainRuleCheck, FactorChain | None]":
            from engine.chain_rule import answer_question

            return answer_question(trainer, member, question)

        self._asked = number = self._asked + 1

        def show(answer: "tuple[ChainRuleCheck, FactorChain | None]") -> None:
            if number != self._asked:
                return  # another question is on its way
            found, chain = answer
            panel.set_busy(False)
            panel.set_check(found)
            panel.set_chain(chain)

        panel.set_busy(True)
        self._ask(check, show, self._refuse_check)

    @Slot(int, int, int)
    def _on_chain_asked(self, row: int, column: int, sample: int) -> None:
        panel = self._chain_rule
        if panel is None:
            return

        def follow(trainer: "Trainer", member: int) -> "FactorChain":
            from engine.factor_chain import factor_chain

            return factor_chain(trainer, member, row, column, sample)

        self._asked = number = self._asked + 1

        def show(chain: "FactorChain") -> None:
            if number == self._asked:
                panel.set_busy(False)
                panel.set_chain(chain)

        self._ask(follow, show, self._refuse_check)

    def _selected_variant(self) -> Variant:
        return self._document.experiment.variant(self._document.view.selected_variant)

    def _refuse_check(self, problem: str) -> None:
        if self._chain_rule is not None:
            self._chain_rule.set_busy(False)
            self._chain_rule.set_problem(problem)

    def _ask(
        self,
        question: "Callable[[Trainer, int], Answer]",
        on_answer: Callable[[Answer], None],
        on_problem: Callable[[str], None],
    ) -> None:
        """Ask of the selected variant's first seed; a variant that the run has not is a problem."""
        variant = self._document.view.selected_variant
        unknown = self.tr("The run does not have this variant yet: it begins with the next one")

        def of_variant(run: "Run") -> Answer:
            members = [each for each, _ in run.experiment.members]
            if variant not in members:
                raise LookupError(unknown)
            return question(run.prepare(), members.index(variant))

        self._questions.ask(of_variant, on_answer, on_problem)

    def _make_dialog(self) -> "ChainRuleDialog":
        from gui.dialogs.chain_rule_dialog import ChainRuleDialog
        from gui.panels.chain_rule import ChainRulePanel

        self._chain_rule = ChainRulePanel(self._document, self._themes, self._icons)
        self._chain_rule.asked.connect(self._on_check_asked)
        self._chain_rule.chain_asked.connect(self._on_chain_asked)
        self._chain_rule.notice.connect(self.notice)
        return ChainRuleDialog(self._chain_rule, self._window)
