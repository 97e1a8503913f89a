"""The story of question 1 with real clicks: every pattern, many seeds, an honest comparison."""

import csv

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialogButtonBox,
    QLabel,
    QPushButton,
    QTableView,
    QToolButton,
    QWidget,
)

from engine.experiment import DataSpec
from engine.structure import with_data
from gui.dialogs.freeze_patterns import FreezePatternsDialog
from gui.file_commands import first_experiment
from gui.live_lattice import LiveLattice
from gui.plots.lattice_view import LatticeView
from gui.plots.prediction_view import PredictionView
from tests.e2e.conftest import LaboratoryOf
from tests.e2e.laboratory import CONTROL, LEFT, Laboratory

KEYS = {
    "curves": Qt.Key.Key_1,
    "patterns": Qt.Key.Key_2,
    "results": Qt.Key.Key_3,
    "predictions": Qt.Key.Key_4,
}


@pytest.fixture
def few_seeds(laboratory_of: LaboratoryOf) -> Laboratory:
    """The first experiment with 6 seeds and 12 epochs."""
    experiment = first_experiment()
    training = experiment.training.replace(seeds=tuple(range(6)))
    data = experiment.data.replace(split_per_seed=True)
    laboratory = laboratory_of(experiment.replace(training=training, data=data), epochs=12)
    laboratory.open()
    laboratory.until_ready()
    return laboratory


def show(laboratory: Laboratory, view: str) -> QWidget:
    laboratory.key(KEYS[view], CONTROL)
    stack = laboratory.window.views.stack
    assert stack.shown == view
    widget = stack.currentWidget()
    assert widget is not None
    return widget


def make_patterns(laboratory: Laboratory) -> None:
    """Press "All freeze patterns…", then Make."""
    buttons = [b for b in laboratory.window.findChildren(QToolButton) if b.isVisible()]
    QTest.mouseClick(next(b for b in buttons if b.text() == "All freeze patterns…"), LEFT)
    (dialog,) = laboratory.window.findChildren(FreezePatternsDialog)
    laboratory.qtbot.waitUntil(dialog.isVisible)
    boxes = dialog.findChild(QDialogButtonBox)
    assert isinstance(boxes, QDialogButtonBox)
    make = next(
        button
        for button in boxes.buttons()
        if boxes.buttonRole(button) == QDialogButtonBox.ButtonRole.AcceptRole
    )
    QTest.mouseClick(make, LEFT)


def run_to_the_end(laboratory: Laboratory) -> None:
    laboratory.key(Qt.Key.Key_F5)
    laboratory.until_state("finished")


def texts(widget: QWidget) -> str:
    return "\n".join(
        label.text() or label.accessibleName()
        for label in widget.findChildren(QLabel)
        if label.isVisible()
    )


def test_every_pattern_is_made_trained_and_opened(few_seeds: Laboratory) -> None:
    make_patterns(few_seeds)
    assert len(few_seeds.experiment.variants) == 8
    assert few_seeds.parts.document.undo_stack.undoText() == "All freeze patterns"
    view = few_seeds.window.views.stack.currentWidget()
    assert isinstance(view, LatticeView)  # the cards are shown at once
    assert {card.result.variant for card in view.cards} == {
        variant.id for variant in few_seeds.experiment.variants
    }
    run_to_the_end(few_seeds)
    few_seeds.qtbot.waitUntil(lambda: all(card.result.epochs == 12 for card in view.cards))
    train_losses = {card.result.variant: card.result.train_loss for card in view.cards}
    assert train_losses["all"].mean < train_losses["first"].mean
    assert train_losses["all"].seeds == 6

    place = view.canvas.place_of("first")
    QTest.mouseClick(view.canvas, LEFT, pos=place.center())
    assert few_seeds.parts.document.view.selected_variant == "first"
    QTest.mouseDClick(view.canvas, LEFT, pos=place.center())
    assert few_seeds.window.views.stack.shown == "curves"

    few_seeds.parts.document.undo_stack.undo()
    assert len(few_seeds.experiment.variants) == 2


def test_the_comparison_finds_the_training_difference_and_claims_no_other(
    few_seeds: Laboratory,
) -> None:
    run_to_the_end(few_seeds)
    panel = show(few_seeds, "results")
    few_seeds.qtbot.waitUntil(
        lambda: "lower training loss than First layer only in 6 of 6 seeds" in texts(panel)
    )
    assert "Held-out accuracy: no difference found" in texts(panel)
    assert "Wilcoxon" in texts(panel)


def test_the_table_is_copied_with_every_digit(few_seeds: Laboratory) -> None:
    run_to_the_end(few_seeds)
    panel = show(few_seeds, "results")
    few_seeds.qtbot.waitUntil(lambda: "6 of 6 seeds" in texts(panel))
    (table,) = panel.findChildren(QTableView)
    QTest.keyClick(table, Qt.Key.Key_A, CONTROL)
    copy = next(b for b in panel.findChildren(QToolButton) if b.accessibleName().startswith("Copy"))
    QTest.mouseClick(copy, LEFT)
    rows = list(csv.DictReader(QApplication.clipboard().text().splitlines(), delimiter="\t"))
    assert len(rows) == 2
    column = next(name for name in rows[0] if name.startswith("Train loss"))
    ended = few_seeds.run.log.column("train_loss")[-1, :6].astype(float)
    assert float(rows[0][column]) == pytest.approx(ended.mean(), rel=1e-12)


def test_capacity_fair_controls_are_added_from_the_comparison(few_seeds: Laboratory) -> None:
    run_to_the_end(few_seeds)
    panel = show(few_seeds, "results")
    few_seeds.qtbot.waitUntil(lambda: "6 of 6 seeds" in texts(panel))
    add = next(
        b for b in panel.findChildren(QPushButton) if b.isVisible() and b.text() == "Add controls"
    )
    QTest.mouseClick(add, LEFT)
    assert [v.name for v in few_seeds.experiment.variants][2:] == ["496 anywhere"]


def test_boundaries_are_drawn_while_it_trains(laboratory_of: LaboratoryOf) -> None:
    experiment = with_data(first_experiment(), "moons")
    experiment = experiment.replace(data=DataSpec(name="moons", samples=100))
    laboratory = laboratory_of(experiment)
    laboratory.open()
    view = show(laboratory, "predictions")
    assert isinstance(view, PredictionView)
    laboratory.train()
    first = view.grab().toImage()
    laboratory.qtbot.waitUntil(lambda: view.grab().toImage() != first)
    laboratory.key(Qt.Key.Key_F5)
    laboratory.until_state("paused")


def test_hidden_views_cost_nothing_and_are_complete_when_they_are_shown(
    few_seeds: Laboratory,
) -> None:
    show(few_seeds, "patterns")
    show(few_seeds, "curves")
    assert few_seeds.window.views.findChildren(LiveLattice)
    run_to_the_end(few_seeds)
    view = show(few_seeds, "patterns")
    assert isinstance(view, LatticeView)
    assert all(card.result.epochs == 12 for card in view.cards)


def test_the_layers_leave_their_room_to_the_cards_and_come_back(laboratory: Laboratory) -> None:
    assert laboratory.window.histograms.isVisible()
    show(laboratory, "patterns")
    assert not laboratory.window.histograms.isVisible()
    show(laboratory, "curves")
    assert laboratory.window.histograms.isVisible()
