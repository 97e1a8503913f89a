"""Two variants compared below the table of results: which, in which words, with which limits."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton, QWidget

from engine.edits import apply_edit
from engine.journal import RenameVariant, SetTrainable
from engine.patterns import with_controls
from engine.structure import add_variant, remove_variant, with_data
from gui.models.results_changes import Change
from gui.models.variant_results import MemberNumbers
from gui.panels.results_comparison import ComparisonPanel
from gui.panels.results_comparison_line import ComparisonLine
from gui.widgets.choice_field import ChoiceField
from tests.gui.panels.comparison_parts import ended_run, press, run_of, strips, swap


@pytest.fixture
def ended():
    return ended_run()


@pytest.fixture
def panel(document, themes, icons, show):
    return show(ComparisonPanel(document, themes, icons), 700, 240)


def fields(panel):
    return panel.findChildren(ChoiceField)


def button(panel, text):
    return next(each for each in panel.findChildren(QPushButton) if each.text() == text)


def test_before_a_run_nothing_is_said(panel):
    assert panel.sentences == ()
    assert "as soon as there is an epoch" in panel.state


def test_a_found_difference_and_none_differ_in_sign_and_words(panel, ended):
    panel.set_run(ended)
    trained, held_out, score = panel.sentences
    assert trained.startswith("● All trainable: lower training loss than First layer only in 10")
    assert "in 10 of 10 seeds, by 0.095 ± 0.0303, Wilcoxon p = 0.00195" in trained
    assert held_out.startswith("○ Held-out loss: no difference found")
    assert score == "○ Held-out accuracy: equal in all 10 seeds."
    assert panel.state == (
        "After epoch 5, 10 seeds in pairs · Wilcoxon signed-rank test, two-sided, found at p < 0.05"
    )


def test_the_tooltip_has_all_numbers_and_the_definition(panel, ended):
    panel.set_run(ended)
    tip = panel.findChildren(ComparisonLine)[0].toolTip()
    assert "What counts as a difference." in tip
    assert "±, the standard deviation of the differences over the seeds: 0.0302" in tip
    assert "standard error of the mean: 0.0095" in tip
    assert "p: 0.001953125" in tip
    assert "seeds left out: 0" in tip


def test_a_higher_accuracy_is_the_better_one(panel):
    steps = np.arange(10) / 100
    panel.set_run(run_of((0.1, 0.1), (0.2, 0.2), (0.5 + steps, 0.4)))
    assert panel.sentences[2].startswith("● All trainable: higher held-out accuracy than First")


def test_regression_is_compared_by_its_own_score(document, panel, ended):
    document.edit(with_data(document.experiment, "diabetes"), "Choose data set")
    panel.set_run(ended)
    assert panel.sentences[2] == "○ Held-out R²: equal in all 10 seeds."


def test_few_seeds_tell_nothing_and_it_says_how_to_get_more(panel):
    panel.set_run(run_of((0.1, 0.2), (0.1, 0.2), (0.9, 0.8), seeds=(1, 2, 3, 4, 5)))
    assert all(sentence.startswith("? ") for sentence in panel.sentences)
    assert "5 seeds: too few to tell. Set the number of seeds to 10 and run again" in panel.state
    panel.set_run(run_of((0.1, 0.2), (0.1, 0.2), (0.9, 0.8), seeds=(1,)))
    assert ", 1 seed: too few to tell" in panel.state


def diverged(count, seeds=10):
    """Losses of which the last so many are not finite."""
    losses = np.linspace(0.1, 0.2, seeds)
    losses[seeds - count :] = np.nan
    return losses


def test_where_all_diverged_it_says_so_and_asks_for_no_seeds(panel):
    panel.set_room(QSize(700, 900))
    gone, going = diverged(5, seeds=5), diverged(0, seeds=5)
    panel.set_run(run_of((gone, going), (gone, going), seeds=(1, 2, 3, 4, 5)))
    assert panel.state == "All trainable diverged in all 5 seeds: lower its learning rate."
    assert panel.sentences == ()
    assert strips(panel) == []
    panel.set_run(run_of((going[:1], gone[:1]), None, seeds=(1,)))
    assert panel.state == "First layer only diverged: lower its learning rate."
    panel.set_run(run_of((gone, gone), None, seeds=(1, 2, 3, 4, 5)))
    both = "All trainable and First layer only diverged in every seed: lower their learning rates."
    assert panel.state == both
    panel.set_run(run_of((diverged(4), diverged(6)[::-1]), None))
    assert panel.state == both.replace(" and ", " or ")


def test_where_some_diverged_that_is_why_there_are_too_few(panel):
    panel.set_run(run_of((diverged(6), 2 * diverged(0)), None))
    assert panel.state == (
        "After epoch 5, 4 of 10 seeds can be compared: too few to tell. In the others All "
        "trainable diverged: lower its learning rate."
    )
    assert panel.sentences[0].startswith("? ")
    panel.set_run(run_of((diverged(3), diverged(3)[::-1]), None))
    assert "In the others All trainable or First layer only diverged" in panel.state
    seeds = (1, 2, 3, 4, 5)
    panel.set_run(run_of((diverged(1, seeds=5), diverged(0, seeds=5)), None, seeds=seeds))
    assert panel.state.endswith("lower its learning rate. Set the number of seeds to 10.")
    panel.set_run(run_of((diverged(4), diverged(0)), None))
    assert panel.state.startswith("After epoch 5, 6 of 10 seeds in pairs · Wilcoxon")


def test_a_measure_without_a_pair_has_no_strip(panel, qtbot):
    panel.set_room(QSize(700, 900))
    panel.set_run(run_of((0.1, 0.2), (0.1, diverged(9))))
    qtbot.waitUntil(lambda: strips(panel) == [True, True])
    panel.set_run(run_of((0.1, 0.2), (diverged(10), 0.2)))
    qtbot.waitUntil(lambda: strips(panel) == [True, False])
    assert panel.sentences[1].startswith("? Held-out loss: nothing to compare")


def test_scores_near_0_that_only_rounding_tells_apart_are_equal(document, panel):
    document.edit(with_data(document.experiment, "diabetes"), "Choose data set")
    scores = np.linspace(-0.01, 0.01, 10)
    panel.set_run(run_of((0.1, 0.2), (0.1, 0.2), (scores, scores + 6e-8)))
    assert panel.sentences[2] == "○ Held-out R²: equal in all 10 seeds."
    panel.set_run(run_of((scores, scores + 6e-8), (0.1, 0.2), (0, 0)))
    assert panel.sentences[0].startswith("● All trainable: lower training loss")


def test_a_change_while_they_trained_is_told_and_copied(panel, ended):
    panel.set_run(ended)
    assert panel.caveat == ""
    unfrozen, planned = Change(331, "unfroze <1>", False), Change(7, "froze <1>", True)
    panel.set_run(replace(ended, changes={"first": (unfrozen,), "other": (planned,)}))
    assert panel.caveat == "* First layer only was changed at step 331: unfroze <1>"
    panel.copy.trigger()
    assert panel.caveat in QApplication.clipboard().text().splitlines()
    label = next(each for each in panel.findChildren(QLabel) if each.text() == panel.caveat)
    assert label.isVisible()
    assert label.toolTip() == "<p>First layer only, step 331: unfroze &lt;1&gt;</p>"
    panel.set_run(replace(ended, changes={"all": (planned,), "first": (planned, unfrozen)}))
    assert panel.caveat == (
        "* All trainable was changed as planned at step 7 · First layer only was changed at step "
        "331: unfroze <1>; changed as planned at step 7"
    )
    panel.set_run(ended)
    assert not label.isVisible()


def test_an_unfinished_run_is_compared_so_far(panel):
    panel.set_run(run_of((0.1, 0.2), (0.1, 0.2), (0.9, 0.8), epochs=50))
    assert panel.state.startswith("So far, after epoch 5")


def test_without_held_out_rows_only_the_training_loss_is_compared(panel):
    panel.set_run(run_of((0.1, 0.2), None))
    assert len(panel.sentences) == 1


def test_a_diverged_seed_is_left_out_and_counted(panel):
    losses = np.full(10, 0.5)
    losses[:2] = np.nan
    panel.set_run(run_of((losses, np.arange(10)), None))
    assert "Left out: 2 seeds" in panel.sentences[0]


def test_the_selected_variant_is_compared_with_the_first_other(document, panel, ended):
    panel.set_run(ended)
    assert panel.pair == ("all", "first")
    document.view.select("first")
    assert panel.pair == ("first", "all")
    document.edit(add_variant(document.experiment), "Add")
    third = document.experiment.variants[-1].id
    document.view.select(third)
    assert panel.pair == (third, "all")
    assert panel.sentences == ()
    assert "trained at the next run" in panel.state


def test_any_two_can_be_chosen_and_swapped(document, panel, choose):
    document.edit(add_variant(document.experiment), "Add")
    third = document.experiment.variants[-1]
    first, second = fields(panel)
    choose(second, third.name)
    assert panel.pair == ("all", third.id)
    press(swap(panel))
    assert panel.pair == (third.id, "all")
    assert (first.value(), second.value()) == panel.pair
    choose(first, "First layer only")
    assert panel.pair == ("first", "all")
    choose(first, "All trainable")
    assert panel.pair == ("all", "first")


def test_a_deleted_variant_gives_way(document, panel, ended):
    panel.set_run(ended)
    document.edit(remove_variant(document.experiment, "all"), "Delete")
    assert panel.pair == ("first", "first")
    assert "Add a second variant" in panel.state
    assert not swap(panel).isEnabled()
    document.undo_stack.undo()
    assert set(panel.pair) == {"all", "first"}
    assert len(panel.sentences) == 3


def test_unequal_numbers_of_parameters_are_noted_and_controls_offered(document, panel):
    assert "trains 641 parameters, First layer only trains 496" in panel.note
    wanted = QSignalSpy(panel.controls_wanted)
    press(button(panel, "Add controls"))
    assert [wanted.at(0)[0], wanted.count()] == ["first", 1]


def offered(panel):
    """What the buttons that are there say."""
    return [each.text() for each in panel.findChildren(QPushButton) if each.isVisible()]


def with_the_control(document, run):
    """The control of the second variant, in the document and, with other numbers, in the run."""
    document.edit(with_controls(document.experiment, "first"), "Add controls")
    control = document.experiment.variants[-1].id
    last = np.concatenate([run.numbers.last, 0.5 * run.numbers.last[:, :10]], axis=1)
    numbers = MemberNumbers.before_a_run(last.shape[1]).read_on(last[None])
    return control, replace(run, variants=(*run.variants, control), numbers=numbers)


def test_once_there_is_a_control_the_note_leads_to_it(document, panel, ended):
    panel.set_run(ended)
    control, trained = with_the_control(document, ended)
    mixed_up = (
        "All trainable trains 641 parameters, First layer only trains 496: where and how many are "
        "mixed up here. 496 anywhere trains as many as First layer only, but not the same ones"
    )
    assert panel.note == f"{mixed_up}: run anew, then compare."
    assert offered(panel) == []
    panel.set_run(trained)
    assert panel.note == f"{mixed_up}."
    press(button(panel, "Compare with 496 anywhere"))
    assert panel.pair == ("first", control)
    assert panel.note == "Both train 496 parameters: what differs is where they are."
    assert "496 anywhere: lower training loss than First layer only in 10" in panel.sentences[0]
    assert offered(panel) == []
    press(swap(panel))
    assert panel.note.startswith("Both train 496")


def test_a_wide_button_stands_below_its_note_where_that_had_no_room(panel, document, ended, qtbot):
    _, trained = with_the_control(document, ended)
    panel.set_run(trained)
    compare = button(panel, "Compare with 496 anywhere")
    note = next(each for each in panel.findChildren(QLabel) if each.text() == panel.note)
    for width, below in ((700, False), (340, True), (700, False)):
        panel.resize(width, 400)
        panel.set_room(QSize(width, 300))
        qtbot.waitUntil(lambda below=below: (compare.y() >= note.geometry().bottom()) == below)
        assert note.width() > 200
        assert compare.geometry().right() <= width


def test_a_long_name_of_a_control_is_short_on_the_button(document, panel, ended):
    control, trained = with_the_control(document, ended)
    name = "as many & anywhere, " * 4
    edit = RenameVariant(variant=control, name=name.strip())
    document.edit(apply_edit(document.experiment, edit), "Rename")
    panel.set_run(trained)
    (text,) = offered(panel)
    assert text.startswith("Compare with as many && any")
    assert text.endswith("…")
    assert button(panel, text).accessibleName() == f"Compare with {name.strip()}"
    assert "as many &amp; anywhere" in button(panel, text).toolTip()


def test_where_the_one_that_trains_less_trains_nothing_no_control_helps(document, panel):
    freeze = SetTrainable(variant="first", layer="hidden-1", trainable=False)
    document.edit(apply_edit(document.experiment, freeze), "Freeze")
    other = SetTrainable(variant="all", layer="output", trainable=False)
    document.edit(apply_edit(document.experiment, other), "Freeze")
    assert panel.note.endswith("First layer only trains 0: where and how many are mixed up here.")
    assert offered(panel) == []


def test_equal_numbers_of_parameters_need_no_note(document, panel):
    for layer in ("hidden-2", "output"):
        edit = SetTrainable(variant="all", layer=layer, trainable=False)
        document.edit(apply_edit(document.experiment, edit), "Freeze")
    assert panel.note == ""


def test_copying_takes_the_sentences_and_what_limits_them(panel, ended, qtbot):
    panel.set_run(ended)
    notices = QSignalSpy(panel.notice)
    fields(panel)[0].setFocus()
    QTest.keyClick(fields(panel)[0], Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QApplication.clipboard().text().splitlines()
    assert lines[0].startswith("All trainable: lower training loss")
    assert lines[3:] == [panel.state, panel.note]
    assert notices.count() == 1


def test_what_is_hidden_computes_nothing_and_is_complete_when_seen(document, panel, ended):
    panel.hide()
    panel.set_run(ended)
    document.view.select("first")
    assert panel.sentences == ()
    panel.show()
    assert panel.sentences[0].startswith("● All trainable: lower training loss")


def test_every_control_has_a_name(panel):
    controls = [*fields(panel), swap(panel), *panel.findChildren(QToolButton)]
    assert all(isinstance(each, QWidget) and each.accessibleName() for each in controls)


def test_seeds_of_one_split_tell_nothing_about_other_rows(panel, ended, qtbot):
    everywhere = run_of((0.01, np.arange(10) + 0.06), (0.1, np.arange(10) + 0.2))
    panel.set_run(replace(everywhere, one_split=True))
    trained, held_out = panel.sentences[:2]
    assert trained.startswith("● All trainable: lower training loss")
    assert held_out.startswith("? Held-out loss: cannot tell")
    assert "114 held-out rows" in panel.split_note
    assert "114 held-out rows" in panel.copied_text()
    with qtbot.waitSignal(panel.splits_wanted):
        press(button(panel, "Split for every seed"))
    panel.set_run(everywhere)
    assert panel.sentences[1].startswith("● All trainable: lower held-out loss")
    assert panel.split_note == ""


def test_the_note_on_splits_goes_once_every_seed_is_to_have_its_own(panel, document):
    panel.set_run(replace(run_of((0.1, 0.2), (0.1, 0.2)), one_split=True))
    assert panel.split_note
    data = document.experiment.data.replace(split_per_seed=True)
    document.edit(document.experiment.replace(data=data), "Split for every seed")
    assert panel.split_note == ""
