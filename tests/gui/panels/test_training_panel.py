import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from gui.panels.training import TrainingPanel
from gui.widgets.choice_field import ChoiceField
from gui.widgets.number_field import NumberField
from gui.widgets.problem_label import ProblemLabel
from gui.widgets.text_field import TextField


@pytest.fixture
def panel(document, themes, icons, show):
    return show(TrainingPanel(document, themes, icons), 330, 420)


@pytest.fixture
def more(panel):
    button = panel.findChild(QToolButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    return button


def number(panel, name):
    return panel.findChild(NumberField, name)


def choice(panel, name):
    return panel.findChild(ChoiceField, name)


def seeds(panel):
    return panel.findChild(TextField, "seeds")


def problems(panel):
    return [label.problem for label in panel.findChildren(ProblemLabel) if label.isVisible()]


def test_the_panel_shows_the_training(panel):
    assert choice(panel, "optimizer").currentText() == "Adam"
    assert number(panel, "batch_size").text() == "32"
    assert number(panel, "epochs").text() == "100"
    assert seeds(panel).text() == "100"
    assert number(panel, "seed_count").text() == "1"
    assert choice(panel, "loss").currentText() == "auto: binary cross-entropy"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [("batch_size", "64", 64), ("epochs", "1,000", 1000)],
)
def test_numbers_are_set(document, panel, enter, name, text, value):
    enter(number(panel, name), text)
    assert getattr(document.experiment.training, name) == value
    document.undo_stack.undo()
    assert getattr(document.experiment.training, name) != value


def test_arrows_on_the_batch_size_double_it_in_one_undo_step(document, panel):
    field = number(panel, "batch_size")
    field.setFocus()
    for _ in range(3):
        QTest.keyClick(field, Qt.Key.Key_Up)
    assert document.experiment.training.batch_size == 256
    assert document.undo_stack.count() == 1


@pytest.mark.parametrize(
    ("name", "text", "advice"),
    [
        ("batch_size", "0", "a whole number from 1 to 1,000,000"),
        ("epochs", "ten", "a whole number from 1 to 1,000,000, not “ten”"),
        ("seed_count", "1001", "from 1 to 1,000"),
    ],
)
def test_bad_numbers_are_answered_and_change_nothing(document, panel, enter, name, text, advice):
    enter(number(panel, name), text)
    assert document.undo_stack.count() == 0
    assert any(advice in problem for problem in problems(panel))


@pytest.mark.parametrize(
    ("text", "result", "shown"),
    [("100-109", tuple(range(100, 110)), "100-109"), ("1,5 , 9", (1, 5, 9), "1, 5, 9")],
)
def test_seeds_are_written_as_text(document, panel, enter, text, result, shown):
    enter(seeds(panel), text)
    assert document.experiment.training.seeds == result
    assert seeds(panel).text() == shown
    assert number(panel, "seed_count").value() == len(result)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("abc", "“abc” is no seed; write 100, 100-109 or 1, 5, 9"),
        ("5, 5", "Seed 5 stands there twice"),
        ("0-5000", "more than 1,000 seeds"),
        (" ", "such as 100"),
    ],
)
def test_bad_seeds_are_answered_and_change_nothing(document, panel, enter, text, advice):
    enter(seeds(panel), text)
    assert document.undo_stack.count() == 0
    assert any(advice in problem for problem in problems(panel))
    assert seeds(panel).text() == text
    QTest.keyClick(seeds(panel), Qt.Key.Key_Escape)
    assert seeds(panel).text() == "100"
    assert problems(panel) == []


def test_the_number_of_seeds_counts_on_from_the_first(document, panel, enter):
    enter(number(panel, "seed_count"), "10")
    assert document.experiment.training.seeds == tuple(range(100, 110))
    assert seeds(panel).text() == "100-109"


def test_more_is_folded_at_first(panel):
    assert not number(panel, "weight_decay").isVisible()
    QTest.mouseClick(panel.findChild(QToolButton), Qt.MouseButton.LeftButton)
    assert number(panel, "weight_decay").isVisible()


def test_only_what_matters_to_the_optimizer_is_shown(document, panel, more, choose, enter):
    def shown():
        names = ("momentum", "beta1", "beta2", "epsilon", "weight_decay", "clip_norm")
        return {name for name in names if number(panel, name).isVisible()}

    assert shown() == {"beta1", "beta2", "epsilon", "weight_decay", "clip_norm"}
    assert choice(panel, "on_unfreeze").isVisible()
    choose(choice(panel, "optimizer"), "SGD")
    assert shown() == {"momentum", "weight_decay", "clip_norm"}
    assert not choice(panel, "on_unfreeze").isVisible()
    enter(number(panel, "momentum"), "0.9")
    assert choice(panel, "on_unfreeze").isVisible()


def test_clipping_is_off_while_the_field_is_empty(document, panel, more, enter):
    field = number(panel, "clip_norm")
    assert field.text() == ""
    enter(field, "0.5")
    assert document.experiment.training.clip_norm == 0.5
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert document.experiment.training.clip_norm is None


def test_the_constant_is_asked_for_when_it_is_chosen(document, panel, choose, enter):
    constant = number(panel, "initialization_constant")
    assert not constant.isVisible()
    choose(choice(panel, "initialization"), "constant")
    assert constant.isVisible()
    enter(constant, "-0.5")
    assert document.experiment.training.initialization_constant == -0.5


def test_a_loss_brings_the_output_layer_along(document, panel, choose):
    choose(choice(panel, "loss"), "mean squared error")
    assert document.experiment.training.loss == "mean_squared_error"
    assert document.undo_stack.undoText() == "Set loss"
    choose(choice(panel, "loss"), "auto")
    assert document.experiment.training.loss == "auto"


def test_too_large_a_run_is_refused_beside_the_field(document, panel, enter):
    layer = document.experiment.layers[0].replace(units=20_000)
    layers = (layer, *document.experiment.layers[1:])
    document.edit(document.experiment.replace(layers=layers), "a large layer")
    enter(number(panel, "seed_count"), "1000")
    assert len(document.experiment.training.seeds) == 1
    assert any("above the limit" in problem for problem in problems(panel))


def test_tips_are_the_engines_words(panel):
    assert number(panel, "epochs").toolTip() == "Passes over the training rows."
    assert "initial weights and batches" in seeds(panel).toolTip()
