import pytest
from PySide6.QtWidgets import QLabel

from engine.checks import experiment_problems
from engine.datasets.registry import DATASETS
from gui.panels.data import DataPanel
from gui.widgets.choice_field import ChoiceField
from gui.widgets.number_field import NumberField
from gui.widgets.problem_label import ProblemLabel


@pytest.fixture
def panel(document, themes, show):
    return show(DataPanel(document, themes), 330, 260)


def number(panel, name):
    return panel.findChild(NumberField, name)


def choice(panel, name):
    return panel.findChild(ChoiceField, name)


def problems(panel):
    return [label.problem for label in panel.findChildren(ProblemLabel) if label.isVisible()]


def texts(panel):
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]


def test_the_panel_shows_the_data(panel):
    assert choice(panel, "name").currentText() == "Breast cancer   569 × 30"
    assert number(panel, "validation_fraction").text() == "20"
    assert choice(panel, "standardize").currentText() == "training rows"
    assert "455 rows to train on, 114 held out" in texts(panel)


@pytest.mark.parametrize("name", ["digits", "diabetes", "moons"])
def test_another_data_set_comes_with_the_output_that_fits(document, panel, choose, name):
    choose(choice(panel, "name"), DATASETS[name].title)
    assert document.experiment.data.name == name
    assert experiment_problems(document.experiment) == ()
    assert document.undo_stack.undoText() == "Choose data set"
    while document.undo_stack.canUndo():
        document.undo_stack.undo()
    assert document.experiment.data.name == "breast_cancer"
    assert document.experiment.layers[-1].activation == "sigmoid"
    assert choice(panel, "name").value() == "breast_cancer"


def test_points_can_be_set_only_where_they_are_generated(document, panel, choose, enter):
    assert not number(panel, "noise").isVisible()
    choose(choice(panel, "name"), "Moons")
    assert all(number(panel, name).isVisible() for name in ("samples", "noise", "seed"))
    enter(number(panel, "samples"), "1000")
    enter(number(panel, "noise"), "0.25")
    assert (document.experiment.data.samples, document.experiment.data.noise) == (1000, 0.25)
    assert "800 rows to train on, 200 held out" in texts(panel)


def test_held_out_is_written_in_percent(document, panel, enter):
    enter(number(panel, "validation_fraction"), "7")
    assert document.experiment.data.validation_fraction == 0.07
    assert number(panel, "validation_fraction").text() == "7"
    assert document.undo_stack.undoText() == "Set held-out share"
    document.undo_stack.undo()
    assert number(panel, "validation_fraction").text() == "20"


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("95", "from 0 to 90"),
        ("many", "from 0 to 90, not “many”"),
        ("0.1", "choose 0 or"),
    ],
)
def test_a_bad_share_is_answered_and_changes_nothing(document, panel, enter, text, advice):
    enter(number(panel, "validation_fraction"), text)
    assert document.undo_stack.count() == 0
    assert any(advice in problem for problem in problems(panel))
    enter(number(panel, "validation_fraction"), "30")
    assert problems(panel) == []
    assert document.experiment.data.validation_fraction == 0.3


@pytest.mark.parametrize(
    ("text", "standardize", "rows"),
    [("all rows", True, "all"), ("not standardized", False, "train")],
)
def test_standardizing_is_one_choice_of_three(document, panel, choose, text, standardize, rows):
    choose(choice(panel, "standardize"), text)
    data = document.experiment.data
    assert (data.standardize, data.standardize_on if standardize else "train") == (
        standardize,
        rows,
    )


def test_a_problem_from_a_file_stands_beside_its_field(document, panel):
    data = document.experiment.data.replace(validation_fraction=0.001)
    document.edit(document.experiment.replace(data=data), "as if from a file")
    assert any("each needs at least 2" in problem for problem in problems(panel))
    document.undo_stack.undo()
    assert problems(panel) == []


def test_what_waits_for_the_next_run_says_so(document, panel, enter):
    panel.set_running(document.experiment)
    assert "applies at the next run" not in texts(panel)
    enter(number(panel, "split_seed"), "3")
    assert "applies at the next run" in texts(panel)
    panel.set_running(None)
    assert "applies at the next run" not in texts(panel)


def test_tips_are_the_engines_words(panel):
    assert "never trained on" in number(panel, "validation_fraction").toolTip()
    assert "held-out rows leak in" in choice(panel, "standardize").toolTip()
    assert "UCI" in choice(panel, "name").toolTip()


def with_seeds(document, seeds):
    training = document.experiment.training.replace(seeds=seeds)
    document.edit(document.experiment.replace(training=training), "Set seeds")


def with_data(document, **changes):
    data = document.experiment.data.replace(**changes)
    document.edit(document.experiment.replace(data=data), "Set data")


def test_another_number_of_seeds_moves_nothing(document, panel, qtbot):
    splits = choice(panel, "split_per_seed")
    with_seeds(document, (100,))
    assert splits.isVisible()
    assert not splits.isEnabled()
    assert splits.toolTip().startswith("A choice for several seeds")
    height = panel.sizeHint().height()
    with_seeds(document, tuple(range(10)))
    assert splits.isEnabled()
    assert "several seeds: this" not in splits.toolTip()
    assert panel.sizeHint().height() == height


def test_how_seeds_split_is_there_only_where_rows_are_held_out(document, panel):
    with_seeds(document, (1, 2))
    with_data(document, validation_fraction=0.0)
    assert not choice(panel, "split_per_seed").isVisible()
    with_data(document, validation_fraction=0.2)
    assert choice(panel, "split_per_seed").isVisible()


def test_rows_that_differ_by_seed_can_be_taken_back_with_a_single_one(document, panel, choose):
    with_data(document, split_per_seed=True)
    with_seeds(document, (100,))
    choose(choice(panel, "split_per_seed"), "the same for every seed")
    assert not document.experiment.data.split_per_seed
