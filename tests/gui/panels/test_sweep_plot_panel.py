"""What a person chooses to see of a sweep's results as a plot."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from engine.sweep import cells
from gui.panels.sweep_plot_panel import SweepPlotPanel
from gui.theme import ThemeSource
from tests.gui.sweep_results import SEEDS, base, maker_of, results_of, sweep_of, usual_loss

RATE = ("learning_rate", (0.001, 0.1))
OPTIMIZER = ("training.optimizer", ("sgd", "adam", "adamw"))
SIZE = ("layers.hidden.units", (2, 4))


@pytest.fixture
def panel(qtbot):
    panel = SweepPlotPanel(ThemeSource())
    qtbot.addWidget(panel)
    panel.resize(520, 520)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def show(panel, *axes, experiment=None):
    sweep = sweep_of(*axes, experiment=experiment)
    panel.set_results(maker_of(sweep), results_of(cells(sweep)))


def choose(field, step):
    """Another one with the keyboard."""
    field.setFocus()
    for _ in range(abs(step)):
        QTest.keyClick(field, Qt.Key.Key_Down if step > 0 else Qt.Key.Key_Up)


def test_at_first_it_is_held_out_loss_against_the_first_axis(panel):
    show(panel, RATE, OPTIMIZER)
    shown = panel.plot.shown
    assert (shown.axis.path, shown.measure.key) == ("learning_rate", "validation_loss")
    assert shown.fixed == (("optimizer", "SGD"),)
    experiment = base()
    nothing = experiment.data.replace(validation_fraction=0)
    show(panel, RATE, experiment=experiment.replace(data=nothing))
    assert panel.plot.shown.measure.key == "train_loss"


def test_another_measure_and_another_axis_are_chosen(panel):
    show(panel, RATE, OPTIMIZER)
    choose(panel.measure, -1)
    assert panel.plot.shown.measure.key == "train_loss"
    choose(panel.axis, 1)
    shown = panel.plot.shown
    assert shown.axis.texts == ("SGD", "Adam", "AdamW")
    assert shown.fixed == (("learning rate", "1e-3"),)
    assert shown.measure.key == "train_loss"


def test_every_further_axis_has_a_choice_that_shows_its_own_cells(panel):
    show(panel, RATE, OPTIMIZER, SIZE)
    assert [each.path for each in panel.fixed_values] == [OPTIMIZER[0], SIZE[0]]
    choose(panel.fixed_values[0].field, 2)
    choose(panel.fixed_values[1].field, 1)
    assert panel.plot.shown.fixed == (("optimizer", "AdamW"), ("units of hidden", "4"))
    means = [point.spread.mean for point in panel.plot.shown.curves[1].points]
    numbers = [rate * 6 + 2 * 2 + 1 for rate in (0, 1)]
    expected = [np.mean([usual_loss(n, "first", seed) for seed in SEEDS]) for n in numbers]
    assert means == pytest.approx(expected)


def test_a_value_stays_chosen_while_another_axis_is_looked_at(panel):
    show(panel, RATE, OPTIMIZER, SIZE)
    choose(panel.fixed_values[0].field, 1)
    choose(panel.axis, 2)  # the sizes
    assert panel.plot.shown.fixed == (("learning rate", "1e-3"), ("optimizer", "Adam"))


def test_a_choice_is_kept_for_the_next_sweep_if_it_has_that(panel):
    show(panel, RATE, OPTIMIZER)
    choose(panel.axis, 1)
    choose(panel.measure, -1)
    show(panel, SIZE, OPTIMIZER)
    assert panel.plot.shown.axis.path == OPTIMIZER[0]
    assert panel.plot.shown.measure.key == "train_loss"
    show(panel, SIZE)
    assert panel.plot.shown.axis.path == SIZE[0]
    assert panel.fixed_values == ()


def test_results_that_come_leave_the_choice_as_it_is(panel):
    sweep = sweep_of(RATE, OPTIMIZER)
    maker, found = maker_of(sweep), results_of(cells(sweep))
    panel.set_results(maker, found[:6])
    choose(panel.fixed_values[0].field, 1)
    assert panel.plot.shown.is_empty  # nothing of Adam yet
    panel.set_results(maker, found)
    assert panel.plot.shown.fixed == (("optimizer", "Adam"),)
    assert len(panel.plot.shown.means) == 4


def test_a_chosen_point_is_of_its_sweep_alone(panel):
    show(panel, RATE)
    QTest.keyClick(panel.plot, Qt.Key.Key_Right)
    chosen = panel.plot.chosen
    assert chosen
    show(panel, RATE)  # another sweep of the same, with points of the same keys
    assert chosen in {point.key for c in panel.plot.shown.curves for point in c.points}
    assert panel.plot.chosen == ""


def test_before_the_first_sweep_there_is_a_sentence_and_nothing_to_choose(panel):
    panel.set_empty_text("Nothing yet")
    panel.set_results(None, ())
    assert panel.plot.content.empty_text == "Nothing yet"
    assert not panel.measure.isVisible()
    show(panel, RATE)
    assert panel.measure.isVisible()


def test_every_control_is_named_and_reached_by_tab(panel):
    show(panel, RATE, OPTIMIZER)
    wanted = {panel.measure, panel.axis, panel.fixed_values[0].field, panel.plot}
    panel.measure.setFocus()
    reached = set()
    for _ in range(6):
        reached.add(QApplication.focusWidget())
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert wanted <= reached
    for child in panel.findChildren(QWidget):
        takes_focus = child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.focusProxy() is None
        if takes_focus and child.isVisible():
            assert child.accessibleName(), child
