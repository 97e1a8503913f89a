"""The chain-rule panel: shows what the engine found, and reports what a person asks next."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QSpinBox, QTableView, QToolButton

from engine.chain_rule import answer_question, check_chain_rule
from engine.chain_rule_values import Alteration, ChainRuleQuestion
from engine.datasets.loading import load_dataset
from engine.factor_chain import factor_chain
from engine.trainer import Trainer
from gui.dialogs.chain_rule_dialog import ChainRuleDialog
from gui.models.chain_rule_text import headline
from gui.panels.chain_rule import ChainRulePanel
from gui.widgets.choice_field import ChoiceField
from gui.widgets.gradient_bars import GradientBars

FIRST = 1  # the member of the variant that trains the first layer only


@pytest.fixture
def trainer(experiment):
    trainer = Trainer(experiment, load_dataset(experiment.data))
    for _ in range(5):
        trainer.step()
    return trainer


@pytest.fixture
def panel(document, themes, icons, show):
    return show(ChainRulePanel(document, themes, icons), 760, 600)


@pytest.fixture
def asked(panel):
    questions = []
    panel.asked.connect(questions.append)
    return questions


@pytest.fixture
def filled(panel, trainer):
    """The panel with an answer about the variant that trains the first layer only."""

    def answer(question=None):
        check, chain = answer_question(trainer, FIRST, question or ChainRuleQuestion())
        panel.set_check(check)
        panel.set_chain(chain)
        return check, chain

    answer()
    return answer


def named(panel, kind, name):
    found = [w for w in panel.findChildren(kind) if w.accessibleName() == name]
    assert len(found) == 1, name
    return found[0]


def weights_table(panel):
    return named(panel, QTableView, "Picked weights and their gradients")


def samples_table(panel):
    return named(panel, QTableView, "Factors of every sample")


def column(table, number):
    model = table.model()
    return [model.index(row, number).data() for row in range(model.rowCount())]


def alteration(panel, word):
    return named(panel, QPushButton, f"Weights of the layer in question: {word}")


def click(button):
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_without_a_step_it_says_to_take_one(panel, filled):
    assert not panel.is_empty
    panel.set_check(None)
    assert panel.is_empty
    assert panel.sentence == ""
    assert not panel.copy.isEnabled()


def test_the_sentence_is_that_of_the_numbers(panel, filled):
    check, _ = filled()
    assert panel.sentence == headline(check)
    assert "hidden-2 is frozen and still passes the gradient" in panel.sentence
    assert "First layer only · seed 100 · batch of step 5, 32 samples" in panel.state
    filled(ChainRuleQuestion(alteration=Alteration("zero")))
    assert panel.sentence.endswith("with its weights at 0 nothing arrives.")


def test_a_problem_and_work_under_way_are_said(panel, filled):
    panel.set_problem("the run has ended")
    assert panel.problem == "the run has ended"
    assert panel.sentence  # what was found stays readable
    panel.set_busy(True)
    assert panel.state == "Computing …"
    panel.set_busy(False)
    assert "step 5" in panel.state
    filled()
    assert panel.problem == ""


def test_showing_an_answer_asks_nothing(panel, filled, asked):
    chains = []
    panel.chain_asked.connect(lambda *place: chains.append(place))
    filled(ChainRuleQuestion(middle="output", alteration=Alteration("shuffle"), sample=3))
    assert asked == []
    assert chains == []


def test_every_weight_has_a_row(panel, filled):
    check, _ = filled()
    table = weights_table(panel)
    assert column(table, 0)[0] == f"{check.weights[0].input} → unit {check.weights[0].column + 1}"
    assert len(column(table, 0)) == 8
    assert set(column(table, 5)) == {"none"}
    assert set(column(table, 6)) == {"–"}


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("×2", Alteration("scale", 2.0)),
        ("×½", Alteration("scale", 0.5)),
        ("zero", Alteration("zero")),
        ("shuffle", Alteration("shuffle")),
    ],
)
def test_a_button_alters_the_weights_and_keeps_the_rows(panel, filled, asked, word, expected):
    check, _ = filled()
    click(alteration(panel, word))
    (question,) = asked
    assert question.alteration == expected
    assert question.weights == tuple((w.row, w.column) for w in check.weights)
    before = column(weights_table(panel), 0)
    filled(question)
    assert column(weights_table(panel), 0) == before
    assert "–" not in column(weights_table(panel), 7)
    assert alteration(panel, word).isChecked()
    assert not alteration(panel, "as it is").isChecked()
    click(alteration(panel, "as it is"))
    assert asked[-1].alteration is None


def test_each_shuffle_is_another_one(panel, filled, asked):
    for _ in range(3):
        click(alteration(panel, "shuffle"))
    assert len({question.seed for question in asked}) == 3


def test_the_layer_in_question_can_be_chosen(panel, filled, asked, choose):
    choose(named(panel, ChoiceField, "Layer in question"), "output")
    assert asked[-1].middle == "output"
    filled(asked[-1])
    assert panel.sentence.startswith("output is frozen")


def test_the_bars_follow_the_answer(panel, filled):
    bars = panel.findChild(GradientBars)
    check, _ = filled()
    assert [bar.length for bar in bars.bars] == [check.norm, None, None, None]
    check, _ = filled(ChainRuleQuestion(alteration=Alteration("scale", 2.0)))
    assert [bar.length for bar in bars.bars] == [check.norm, check.altered.norm, None, None]
    assert "hidden-2 detached: none" in bars.accessibleDescription()


def test_a_weight_can_be_added_and_left_out(panel, filled, asked, choose):
    check, _ = filled()
    choose(named(panel, ChoiceField, "Input of the weight to add"), "mean area")
    named(panel, QSpinBox, "Unit of the weight to add").setValue(5)
    click(named(panel, QToolButton, "Show this weight"))
    assert asked[-1].weights == (*((w.row, w.column) for w in check.weights), (3, 4))
    filled(asked[-1])
    assert column(weights_table(panel), 0)[-1] == "mean area → unit 5"
    weights_table(panel).selectRow(8)
    weights_table(panel).setFocus()
    QTest.keyClick(weights_table(panel), Qt.Key.Key_Delete)
    assert asked[-1].weights == tuple((w.row, w.column) for w in check.weights)
    click(named(panel, QToolButton, "Show those with the largest gradient"))
    assert asked[-1].weights is None


def test_the_last_weight_stays(panel, filled, asked):
    filled(ChainRuleQuestion(weights=((2, 2),)))
    assert not named(panel, QToolButton, "Leave the selected weight out").isEnabled()


def test_going_to_a_weight_asks_for_its_chain(panel, filled, trainer):
    check, _ = filled()
    chains = []
    panel.chain_asked.connect(lambda *place: chains.append(place))
    weights_table(panel).setFocus()
    QTest.keyClick(weights_table(panel), Qt.Key.Key_Down)
    second = check.weights[1]
    assert chains == [(second.row, second.column, 0)]
    panel.set_chain(factor_chain(trainer, FIRST, *chains[0]))
    assert panel.question.picked == (second.row, second.column)


def test_a_chain_can_be_read_sample_by_sample(panel, filled):
    _, chain = filled(ChainRuleQuestion(sample=2))
    spin = named(panel, QSpinBox, "Sample of the batch")
    assert spin.value() == 3
    assert samples_table(panel).currentIndex().row() == 2
    spin.setFocus()
    QTest.keyClick(spin, Qt.Key.Key_Up)
    assert samples_table(panel).currentIndex().row() == 3
    samples_table(panel).selectRow(6)
    assert spin.value() == 7
    assert panel.question.sample == 6
    assert len(column(samples_table(panel), 0)) == len(chain.x) == 32
    ways = named(panel, QTableView, "What arrives from the layer after, unit by unit")
    assert len(column(ways, 0)) == 8


def test_a_chain_of_another_step_says_so(panel, filled, trainer):
    check, _ = filled()
    trainer.step()
    place = (check.weights[0].row, check.weights[0].column)
    panel.set_chain(factor_chain(trainer, FIRST, *place))
    panel.copy.trigger()
    assert " · step 6\n" in QApplication.clipboard().text()


def test_the_current_weight_stays_when_another_answer_comes(panel, filled):
    check, _ = filled()
    weights_table(panel).selectRow(3)
    fourth = (check.weights[3].row, check.weights[3].column)
    filled(replace(panel.question, alteration=Alteration("zero")))
    assert panel.question.picked == fourth


def test_another_variant_is_asked_about_when_it_is_selected(panel, filled, asked, document):
    other = next(v.id for v in document.experiment.variants if v.id != "all")
    document.view.select(other)
    document.view.select("all")
    assert asked[-1] == ChainRuleQuestion()
    panel.hide()
    count = len(asked)
    document.view.select(other)
    assert len(asked) == count


def test_check_now_asks_the_same_again(panel, filled, asked):
    filled(ChainRuleQuestion(sample=4))
    click(next(b for b in panel.findChildren(QPushButton) if b.text() == "Check now"))
    check, _ = filled(asked[-1])
    assert asked[-1].sample == 4
    assert panel.sentence == headline(check)


def test_after_a_problem_the_next_question_is_a_new_one(panel, filled, asked):
    check, _ = filled()
    click(alteration(panel, "zero"))
    assert asked[-1].weights is not None
    panel.set_problem("middle: must be above hidden-1")
    panel.ask()
    assert (asked[-1].middle, asked[-1].weights, asked[-1].alteration) == (None, None, None)
    assert asked[-1].picked == (check.weights[0].row, check.weights[0].column)


def test_another_stack_makes_the_next_question_a_new_one(panel, filled, asked, document, choose):
    choose(named(panel, ChoiceField, "Layer in question"), "output")
    assert panel.question.middle == "output"
    experiment = document.experiment
    document.edit(experiment.replace(name="Other"), "Rename")
    assert panel.question.middle == "output"
    first = experiment.layers[0].replace(units=4)
    document.edit(experiment.replace(layers=(first, *experiment.layers[1:])), "Set units")
    assert panel.question.middle is None


def test_it_is_copied_as_text(panel, filled):
    notices = []
    panel.notice.connect(notices.append)
    panel.copy.trigger()
    text = QApplication.clipboard().text()
    assert text.startswith(panel.sentence)
    assert "Chain of factors" in text
    assert notices == ["Chain-rule check copied"]


def test_the_identity_has_its_reason_in_the_tooltip(panel, filled):
    table = weights_table(panel)
    tip = table.model().index(0, 6).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("hidden-2 makes 8 values of 16")


def test_a_variant_that_was_deleted_goes_by_its_id(panel, trainer):
    check = check_chain_rule(trainer, FIRST)
    panel.set_check(replace(check, variant="gone"))
    assert panel.state.startswith("gone · seed 100")


def test_every_control_can_be_named_and_reached(panel, filled):
    controls = (QPushButton, QToolButton, QSpinBox, ChoiceField, QTableView)
    shown = [w for kind in controls for w in panel.findChildren(kind) if w.isVisible()]
    assert len(shown) > 12
    for control in shown:
        assert control.accessibleName() or control.text(), control
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, control.accessibleName()


def test_the_window_stays_beside_the_main_one(document, themes, icons, show):
    panel = ChainRulePanel(document, themes, icons)
    dialog = show(ChainRuleDialog(panel), 760, 600)
    assert dialog.windowTitle() == "Chain-rule check"
    assert not dialog.isModal()
    assert (dialog.width(), dialog.height()) == (760, 600)
    assert panel.isVisible()
