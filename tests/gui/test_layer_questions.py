"""Step time and chain-rule check of a real run: answered, refused in words, and nothing changed."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.structure import add_variant
from gui.dialogs.chain_rule_dialog import ChainRuleDialog
from gui.engine_gate import EngineGate
from gui.icons import Icons
from gui.layer_questions import LayerQuestions
from gui.panels.chain_rule import ChainRulePanel
from gui.theme import ThemeSource
from tests.gui.live_bench import LEFT, Bench


class Asking:
    """A bench in a window, with its questions answered; buttons are pressed as by a person."""

    def __init__(self, bench: Bench, gate: EngineGate) -> None:
        themes = ThemeSource()
        self.bench = bench
        self.window = QWidget()
        self.questions = LayerQuestions(
            bench.document, bench.store, gate, themes, Icons(themes), self.window
        )
        self.notices: list[str] = []
        self.questions.notice.connect(self.notices.append)
        self.questions.serve(bench.backprop)
        bench.qtbot.addWidget(self.window)
        self.window.show()
        bench.show_backprop()

    @property
    def time(self) -> str:
        return self.bench.backprop.costs.measured_text

    @property
    def time_problem(self) -> str:
        return self.bench.backprop.costs.problem_text

    @property
    def dialogs(self) -> list[QDialog]:
        return self.window.findChildren(QDialog)

    @property
    def panel(self) -> ChainRulePanel:
        (dialog,) = self.dialogs
        panel = dialog.findChild(ChainRulePanel)
        assert isinstance(panel, ChainRulePanel)
        return panel

    def button(self, words: str) -> QPushButton:
        places = [self.bench.backprop, *self.dialogs]
        buttons = [each for place in places for each in place.findChildren(QPushButton)]
        return next(each for each in buttons if words in each.text())

    def press(self, words: str) -> None:
        QTest.mouseClick(self.button(words), LEFT)

    def state(self) -> tuple[int, list[bytes]]:
        """Steps and weights of the run."""
        layers = self.bench.trainer.network.layers
        return self.bench.run.step_count, [
            each.flat_parameters().numpy().tobytes() for each in layers
        ]

    def until(self, seen: Callable[[], bool]) -> None:
        self.bench.until(seen)


@pytest.fixture
def asking(bench: Bench, live_gate: EngineGate) -> Asking:
    return Asking(bench, live_gate)


# How long a step takes


def test_the_step_time_is_measured_and_the_run_is_the_same_after(asking: Asking) -> None:
    asking.bench.take_steps(2)
    before = asking.state()
    asking.press("Measure the step time")
    assert asking.time == "measuring …"
    assert not asking.button("Measure").isEnabled()
    asking.until(lambda: "with all layers trainable" in asking.time)
    assert asking.button("Measure again").isEnabled()
    assert asking.time_problem == ""
    assert asking.state() == before


def test_without_a_run_it_is_said_what_to_do_and_then_it_works(asking: Asking) -> None:
    asking.press("Measure")
    asking.until(lambda: "press Run or Step first" in asking.time_problem)
    assert asking.time == ""
    asking.bench.take_steps(1)
    asking.press("Measure")
    asking.until(lambda: "a step alone" in asking.time)
    assert asking.time_problem == ""


def test_before_the_first_step_there_is_nothing_to_time(asking: Asking) -> None:
    asking.bench.controller.reset()
    asking.until(lambda: asking.bench.controller.state == "paused")
    asking.press("Measure")
    asking.until(lambda: asking.time_problem != "")
    assert "step" in asking.time_problem
    assert asking.bench.controller.state == "paused"  # the run has not failed


def test_a_variant_that_the_run_has_not_is_refused_in_words(asking: Asking) -> None:
    asking.bench.take_steps(1)
    asking.bench.document.edit(add_variant(asking.bench.document.experiment), "Add variant")
    asking.bench.document.view.select("variant-3")
    asking.press("Measure")
    asking.until(lambda: "does not have this variant yet" in asking.time_problem)
    asking.bench.document.view.select("all")
    asking.press("Measure")
    asking.until(lambda: "a step alone" in asking.time)


def test_the_time_of_one_variant_never_stands_at_another(asking: Asking) -> None:
    asking.bench.take_steps(1)
    asking.press("Measure")
    asking.bench.document.view.select("last")
    asking.press("Chain-rule check")  # answered after it, one after the other
    asking.until(lambda: asking.panel.sentence != "")
    assert asking.time == ""
    asking.press("Measure")
    asking.until(lambda: "a step alone" in asking.time)


def test_a_new_run_ends_the_wait_and_clears_what_was_measured(asking: Asking) -> None:
    asking.bench.take_steps(1)
    asking.press("Measure")
    asking.bench.controller.reset()  # nobody answers what was asked of the run before
    assert asking.button("Measure").isEnabled()
    assert asking.time == asking.time_problem == ""


# The chain-rule check


def test_the_check_opens_once_and_is_brought_back_as_often_as_wanted(asking: Asking) -> None:
    asking.bench.take_steps(1)
    for _ in range(3):
        asking.press("Chain-rule check")
        (dialog,) = asking.dialogs
        assert isinstance(dialog, ChainRuleDialog)
        assert dialog.isVisible()
        assert not dialog.isModal()
    asking.until(lambda: asking.panel.sentence != "")
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    asking.press("Chain-rule check")
    assert asking.dialogs == [dialog]
    assert dialog.isVisible()


def test_it_shows_how_layer_1_follows_the_altered_weights(asking: Asking) -> None:
    asking.bench.take_steps(3)
    before = asking.state()
    asking.press("Chain-rule check")
    asking.until(lambda: "hidden's gradient" in asking.panel.sentence)
    assert "middle is trainable" in asking.panel.sentence
    assert "All · seed 1 · batch of step 3" in asking.panel.state
    asking.press("zero")
    asking.until(lambda: "nothing arrives" in asking.panel.sentence)
    assert asking.state() == before
    assert asking.bench.controller.state == "paused"


def test_the_check_follows_the_selected_variant(asking: Asking) -> None:
    asking.bench.take_steps(1)
    asking.press("Chain-rule check")
    asking.until(lambda: asking.panel.state.startswith("All"))
    asking.bench.document.view.select("last")
    asking.until(lambda: asking.panel.state.startswith("Last"))
    assert "middle is frozen and still passes the gradient" in asking.panel.sentence


def test_without_a_run_the_check_says_what_to_do(asking: Asking) -> None:
    asking.press("Chain-rule check")
    assert asking.panel.is_empty
    assert asking.panel.sentence == ""
    asking.bench.take_steps(1)
    asking.questions.renew()
    asking.until(lambda: not asking.panel.is_empty)
    assert "hidden's gradient" in asking.panel.sentence


def test_after_a_step_the_open_check_is_of_that_step(asking: Asking) -> None:
    asking.bench.take_steps(1)
    asking.press("Chain-rule check")
    asking.until(lambda: "batch of step 1" in asking.panel.state)
    asking.bench.take_steps(1)
    asking.questions.renew()
    asking.until(lambda: "batch of step 2" in asking.panel.state)


def test_a_closed_check_asks_nothing(asking: Asking) -> None:
    asking.bench.take_steps(1)
    asking.press("Chain-rule check")
    asking.until(lambda: "batch of step 1" in asking.panel.state)
    asking.questions.close()
    asking.bench.take_steps(1)
    asking.questions.renew()
    asking.bench.take_steps(1)
    assert "batch of step 1" in asking.panel.state
    assert not asking.panel.isVisible()


def test_the_check_of_a_variant_that_the_run_has_not_is_refused(asking: Asking) -> None:
    asking.bench.take_steps(1)
    asking.press("Chain-rule check")
    asking.until(lambda: asking.panel.sentence != "")
    asking.bench.document.edit(add_variant(asking.bench.document.experiment), "Add variant")
    asking.bench.document.view.select("variant-3")
    asking.until(lambda: "does not have this variant yet" in asking.panel.problem)
    asking.bench.document.view.select("all")
    asking.until(lambda: asking.panel.problem == "")


def test_a_new_run_clears_the_check_of_the_one_before(asking: Asking) -> None:
    asking.bench.take_steps(1)
    asking.press("Chain-rule check")
    asking.until(lambda: asking.panel.sentence != "")
    asking.press("Check now")
    asking.bench.controller.reset()  # while it computes
    assert asking.panel.is_empty
    assert asking.panel.state == ""
    asking.bench.take_steps(2)
    asking.press("Check now")
    asking.until(lambda: "batch of step 2" in asking.panel.state)


def test_what_was_copied_is_told(asking: Asking, qtbot: QtBot) -> None:
    asking.bench.take_steps(1)
    asking.press("Chain-rule check")
    asking.until(lambda: asking.panel.sentence != "")
    asking.panel.copy.trigger()
    assert asking.notices == ["Chain-rule check copied"]
