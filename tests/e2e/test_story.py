"""The story with real clicks and keys: run, freeze, set rates, pause, step, stop, reset."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLabel, QWidget

from engine.experiment import Experiment
from engine.journal import SetLearningRate, SetTrainable
from gui.file_commands import first_experiment
from gui.models.layer_rows import Column
from tests.e2e.conftest import LaboratoryOf
from tests.e2e.laboratory import CONTROL, LEFT, SHIFT, Laboratory

# While it trains


def test_a_layer_frozen_by_a_click_stands_still_bit_for_bit_while_the_others_move(
    laboratory: Laboratory,
) -> None:
    laboratory.train()
    laboratory.click_cell("hidden-2", Column.TRAINS)
    assert not laboratory.plan("hidden-2").trainable
    journal = laboratory.parts.controller
    laboratory.qtbot.waitUntil(lambda: len(journal.journal) == 1)
    (entry,) = journal.journal
    assert entry.edit == SetTrainable(variant="all", layer="hidden-2", trainable=False)
    line = f"step {entry.step:,} · froze hidden-2 (All trainable)"
    laboratory.qtbot.waitUntil(lambda: laboratory.window.journal.lines == (line,))

    still, moving = laboratory.weights("hidden-2"), laboratory.weights("hidden-1")
    laboratory.until_step(laboratory.run.step_count + 300)
    assert laboratory.weights("hidden-2") == still
    assert laboratory.weights("hidden-1") != moving
    laboratory.qtbot.waitUntil(
        lambda: "hidden-2, frozen" in laboratory.window.histograms.grid.spoken
    )

    laboratory.key(Qt.Key.Key_Z, CONTROL)
    laboratory.qtbot.waitUntil(lambda: len(journal.journal) == 2)
    assert laboratory.plan("hidden-2").trainable
    laboratory.qtbot.waitUntil(lambda: laboratory.weights("hidden-2") != still)


def test_a_rate_typed_while_it_trains_is_taken_exactly(laboratory: Laboratory) -> None:
    laboratory.train()
    laboratory.type_rate("hidden-1", "3e-3")
    assert laboratory.plan("hidden-1").learning_rate == 0.003
    controller = laboratory.parts.controller
    laboratory.qtbot.waitUntil(lambda: len(controller.journal) == 1)
    assert controller.journal[0].edit == SetLearningRate(
        variant="all", layer="hidden-1", learning_rate=0.003
    )
    assert laboratory.run.experiment == laboratory.experiment
    assert laboratory.rate_field("hidden-1").text() == "0.003" or "3e-3"
    assert (
        laboratory.plan("hidden-1", "first").learning_rate == 1e-3
    )  # the other variant's is its own


def test_a_rate_that_is_none_changes_nothing(laboratory: Laboratory) -> None:
    laboratory.train()
    for text in ("-1", "abc", "1e-", "nan", "1e400"):
        laboratory.type_rate("hidden-1", text)
        laboratory.key(Qt.Key.Key_Escape)
    assert laboratory.experiment.variants == first_experiment().variants
    assert laboratory.parts.controller.journal == ()


def test_the_other_variant_is_edited_once_it_is_selected(laboratory: Laboratory) -> None:
    laboratory.train()
    QTest.mouseClick(laboratory.chip("First layer only"), LEFT)
    laboratory.click_cell("output", Column.TRAINS)
    assert laboratory.plan("output", "first").trainable
    assert laboratory.plan("output", "all").trainable
    laboratory.qtbot.waitUntil(lambda: len(laboratory.parts.controller.journal) == 1)
    assert laboratory.parts.controller.journal[0].edit.variant == "first"


def test_everything_frozen_is_said_and_training_goes_on(laboratory: Laboratory) -> None:
    laboratory.train()
    laboratory.click_cell("hidden-1", Column.LAYER)
    laboratory.click_cell("output", Column.LAYER, SHIFT)
    laboratory.key(Qt.Key.Key_T)
    assert not any(plan.trainable for plan in laboratory.experiment.variant("all").layers.values())
    assert laboratory.parts.document.undo_stack.undoText() == "Freeze 3 layers"
    laboratory.qtbot.waitUntil(lambda: laboratory.said("Nothing is trainable"))
    laboratory.until_step(laboratory.run.step_count + 100)
    laboratory.key(Qt.Key.Key_Z, CONTROL)
    assert laboratory.experiment.variants == first_experiment().variants


def test_an_edit_is_marked_on_the_plot_where_it_was_taken(laboratory: Laboratory) -> None:
    laboratory.train(steps=200)
    laboratory.click_cell("hidden-2", Column.TRAINS)
    controller, plot = laboratory.parts.controller, laboratory.window.loss_plot
    laboratory.qtbot.waitUntil(lambda: len(controller.journal) == 1)
    laboratory.until_step(controller.journal[0].step + 200)
    laboratory.key(Qt.Key.Key_F5)
    laboratory.until_state("paused")
    epoch = controller.journal[0].step / laboratory.run.steps_per_epoch
    colour = QColor(laboratory.parts.themes.theme.variant(0))

    def sign_at(of_epoch: float) -> bool:
        """Whether the little triangle hangs from the upper edge there."""
        place = plot.place_of(of_epoch, plot.view.y[1]).toPoint() + QPoint(0, 4)
        return plot.grab().toImage().pixelColor(place) == colour

    laboratory.qtbot.waitUntil(lambda: sign_at(epoch))
    width = plot.place_of(plot.view.x[1], 0.0).x() - plot.place_of(plot.view.x[0], 0.0).x()
    aside = 30 * (plot.view.x[1] - plot.view.x[0]) / width  # epochs in as many pixels
    assert not sign_at(epoch + aside)


def unstable(*seeds: int) -> Experiment:
    """A linear network under plain gradient descent, which large rates drive to infinity."""
    experiment = first_experiment()
    layers = [layer.replace(activation="linear") for layer in experiment.layers[:-1]]
    training = experiment.training.replace(optimizer="sgd", seeds=seeds)
    return experiment.replace(layers=(*layers, experiment.layers[-1]), training=training)


def test_a_variant_that_diverges_is_said_and_the_other_goes_on(
    laboratory_of: LaboratoryOf,
) -> None:
    laboratory = laboratory_of(unstable(100))
    laboratory.open()
    laboratory.train()
    for layer in ("hidden-1", "hidden-2", "output"):
        laboratory.type_rate(layer, "1000")
    laboratory.qtbot.waitUntil(lambda: laboratory.said("went non-finite at step"))
    laboratory.until_step(laboratory.run.step_count + 100)
    assert np.isnan(laboratory.run.log.column("train_loss")[-1, 0])
    assert np.isfinite(laboratory.run.log.column("train_loss")[:, 1]).all()


def test_seeds_that_diverge_are_said_together_on_one_line(laboratory_of: LaboratoryOf) -> None:
    laboratory = laboratory_of(unstable(1, 2, 3))
    laboratory.open()
    bar = laboratory.window.statusBar()
    height = bar.height()
    laboratory.train()
    for layer in ("hidden-1", "hidden-2", "output"):
        laboratory.type_rate(layer, "1000")
    laboratory.qtbot.waitUntil(lambda: laboratory.said("3 of 3 seeds diverged, the first at step"))
    tips = "".join(label.toolTip() for label in bar.findChildren(QLabel))
    assert all(f"(seed {seed})" in tips for seed in (1, 2, 3))
    assert bar.height() <= height + 2


def test_a_run_that_fails_says_so_and_the_next_one_runs(laboratory: Laboratory) -> None:
    laboratory.train()
    trainer = laboratory.run.trainer
    assert trainer is not None
    del trainer.optimizer  # as a fault in the engine would
    laboratory.until_state("failed")
    laboratory.qtbot.waitUntil(lambda: laboratory.said("The run failed"))
    laboratory.train()


# Keys


def test_the_keys_run_pause_step_and_stop(laboratory: Laboratory) -> None:
    laboratory.train()
    laboratory.key(Qt.Key.Key_F5)
    laboratory.until_state("paused")
    run = laboratory.run
    stood = run.step_count
    laboratory.key(Qt.Key.Key_F10)
    laboratory.until_step(stood + 1)
    laboratory.until_state("paused")
    assert run.step_count == stood + 1
    laboratory.key(Qt.Key.Key_F10, SHIFT)
    laboratory.qtbot.waitUntil(lambda: run.step_count % run.steps_per_epoch == 0)
    laboratory.until_state("paused")
    assert 1 <= run.step_count - stood - 1 <= run.steps_per_epoch
    laboratory.key(Qt.Key.Key_F5)
    laboratory.until_step(run.step_count + 50)
    laboratory.key(Qt.Key.Key_F5, SHIFT)
    laboratory.until_state("stopped")
    assert run.status == "stopped"


def test_reset_begins_from_equal_weights_and_a_new_seed_from_others(
    laboratory_of: LaboratoryOf,
) -> None:
    laboratory = laboratory_of(epochs=3)
    laboratory.open()
    laboratory.until_ready()
    tables = []
    for key, modifiers in (
        (None, None),
        (Qt.Key.Key_R, CONTROL),
        (Qt.Key.Key_R, CONTROL | SHIFT),
    ):
        if key is not None and modifiers is not None:
            laboratory.key(key, modifiers)
            laboratory.until_state("paused")
        laboratory.key(Qt.Key.Key_F5)
        laboratory.until_state("finished")
        tables.append(laboratory.run.log.table.copy())
    np.testing.assert_array_equal(tables[0], tables[1])
    assert not np.array_equal(tables[0], tables[2])
    assert laboratory.experiment.training.seeds != (100,)


def test_space_ticks_the_box_that_has_the_focus_and_nothing_else(laboratory: Laboratory) -> None:
    laboratory.train()
    laboratory.window.loss_plot.setFocus()
    laboratory.key(Qt.Key.Key_Space)
    laboratory.window.setFocus()
    laboratory.key(Qt.Key.Key_Space)
    assert laboratory.experiment.variants == first_experiment().variants
    assert laboratory.state == "running"
    laboratory.click_cell("hidden-2", Column.LAYER)
    laboratory.key(Qt.Key.Key_Space)
    assert not laboratory.plan("hidden-2").trainable
    assert laboratory.plan("hidden-1").trainable
    laboratory.key(Qt.Key.Key_Space)
    assert laboratory.plan("hidden-2").trainable


def test_undo_and_redo_keys_work_while_a_field_has_the_focus(laboratory: Laboratory) -> None:
    laboratory.click_cell("hidden-1", Column.TRAINS)
    frozen = laboratory.experiment
    for wanted in (laboratory.rate_field("output"), laboratory.field("epochs")):
        wanted.setFocus()
        laboratory.qtbot.waitUntil(wanted.hasFocus)
        laboratory.key(Qt.Key.Key_Z, CONTROL)
        assert laboratory.plan("hidden-1").trainable
        laboratory.key(Qt.Key.Key_Z, CONTROL | SHIFT)
        assert laboratory.experiment == frozen


@pytest.mark.parametrize("name", ["epochs", "rate", "units"])
def test_a_number_typed_without_enter_is_what_is_run(laboratory: Laboratory, name: str) -> None:
    if name == "epochs":
        field: QWidget = laboratory.field("epochs")
        field.setFocus()
    elif name == "rate":
        field = laboratory.rate_field("hidden-1")
        field.setFocus()
    else:
        laboratory.click_cell("hidden-1", Column.UNITS)
        focused = QApplication.focusWidget()
        assert focused is not None
        field = focused
    assert isinstance(field, QAbstractSpinBox)
    field.selectAll()
    QTest.keyClicks(field, "7")
    laboratory.click("Run")
    laboratory.qtbot.waitUntil(lambda: laboratory.parts.store.current is not None)
    run = laboratory.run.started_as
    assert run == laboratory.experiment
    shown = (run.training.epochs, run.variants[0].layers["hidden-1"].learning_rate)
    assert 7 in (*shown, run.layer("hidden-1").units)
