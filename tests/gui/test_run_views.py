"""The four views of the run in the window, and the window of the sweeps beside it."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.experiment import Experiment
from engine.patterns import with_every_pattern
from engine.seed_bands import SeedSummary
from engine.structure import with_data
from engine.sweep import Axis, Sweep
from gui.app import make_parts
from gui.dialogs.freeze_patterns import FreezePatternsDialog
from gui.file_commands import first_experiment
from gui.main_window import MainWindow, Parts
from gui.plots.lattice_view import LatticeView
from gui.settings import Settings


@pytest.fixture
def parts(qapp: QApplication, tmp_path: Path) -> Iterator[Parts]:
    parts = make_parts(qapp, Settings(tmp_path / "settings.json"), first_experiment())
    yield parts
    parts.appearance.withdraw()
    gc.unfreeze()  # what the gate set aside for the life of the program


@pytest.fixture
def window(parts: Parts, qtbot: QtBot) -> MainWindow:
    window = MainWindow(parts)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    return window


def test_the_curves_are_seen_first_and_no_other_view_is_made(window: MainWindow) -> None:
    stack = window.views.stack
    assert stack.shown == "curves"
    assert stack.count() == 1
    assert window.loss_plot.isVisible()
    assert [s.text for s in stack.choice.segments] == [
        "Curves", "Patterns", "Results", "Predictions",
    ]  # fmt: skip


def test_the_menu_leads_to_every_view_and_what_belongs_to_the_curves_goes_with_them(
    window: MainWindow,
) -> None:
    actions = window.all_actions
    for key, action in (
        ("patterns", actions.view_patterns),
        ("results", actions.view_results),
        ("predictions", actions.view_predictions),
        ("curves", actions.view_curves),
    ):
        action.trigger()
        assert window.views.stack.shown == key
        assert window.seed_choice.isVisible() == (key == "curves")
        assert window.histograms.isVisible() == (key == "curves")
    assert window.views.stack.count() == 4


def test_a_chosen_line_and_band_is_shown_and_remembered(window: MainWindow, parts: Parts) -> None:
    wanted = SeedSummary("median", "interval")
    window.seed_choice.chosen.emit(wanted)
    assert parts.store.summary == window.seed_choice.summary == wanted
    parts.settings.save()
    assert Settings(parts.settings.path).seed_summary == wanted


def test_made_patterns_are_shown_and_a_cancelled_dialog_changes_nothing(
    window: MainWindow, parts: Parts
) -> None:
    window.all_actions.patterns.trigger()
    (dialog,) = window.findChildren(FreezePatternsDialog)
    dialog.reject()
    assert window.views.stack.shown == "curves"
    assert len(parts.document.experiment.variants) == 2
    window.views.ask_for_patterns()
    window.findChildren(FreezePatternsDialog)[-1].accept()
    assert isinstance(window.views.stack.currentWidget(), LatticeView)
    assert len(parts.document.experiment.variants) == 8


def test_a_variant_is_chosen_or_opened_from_a_view(window: MainWindow, parts: Parts) -> None:
    parts.document.edit(with_every_pattern(parts.document.experiment), "All freeze patterns")
    window.all_actions.view_patterns.trigger()
    view = window.views.stack.currentWidget()
    assert isinstance(view, LatticeView)
    view.variant_chosen.emit("first")
    assert parts.document.view.selected_variant == "first"
    view.variant_chosen.emit("gone")  # of a run whose variant was deleted meanwhile
    assert parts.document.view.selected_variant == "first"
    view.opened.emit("pattern-001")
    assert parts.document.view.selected_variant == "pattern-001"
    assert window.views.stack.shown == "curves"


def test_every_seed_gets_a_split_of_its_own_in_one_step(window: MainWindow, parts: Parts) -> None:
    window.all_actions.view_results.trigger()
    panel = window.views.stack.currentWidget()
    assert panel is not None
    panel.splits_wanted.emit()
    assert parts.document.experiment.data.split_per_seed
    assert parts.document.undo_stack.undoText() == "Split for every seed"
    parts.document.undo_stack.undo()
    assert not parts.document.experiment.data.split_per_seed


def test_the_sweeps_have_one_window_that_closes_with_the_program(
    window: MainWindow, parts: Parts, qtbot: QtBot
) -> None:
    assert window.sweeps.close()  # none was opened: there is nothing to end
    window.all_actions.sweep.trigger()
    opened = window.sweeps.sweep_window
    assert opened is not None
    qtbot.waitUntil(opened.isVisible)
    window.all_actions.sweep.trigger()
    assert window.sweeps.sweep_window is opened
    qtbot.waitUntil(window.sweeps.close)
    assert not opened.isVisible()


def test_a_cell_becomes_the_experiment_and_the_run_of_another_is_forgotten(
    window: MainWindow, parts: Parts, qtbot: QtBot
) -> None:
    window.all_actions.sweep.trigger()
    opened = window.sweeps.sweep_window
    assert opened is not None
    before = parts.document.experiment
    training = before.training.replace(optimizer="sgd")
    opened.experiment_wanted.emit(before.replace(training=training), "first")
    assert parts.document.experiment.training.optimizer == "sgd"
    assert parts.document.view.selected_variant == "first"
    assert parts.store.current is None
    parts.document.undo_stack.undo()
    assert parts.document.experiment == before
    qtbot.waitUntil(window.sweeps.close)


def test_a_sweep_that_goes_on_unseen_is_told_of(
    window: MainWindow, parts: Parts, qtbot: QtBot
) -> None:
    told: list[str] = []
    window.sweeps.notice.connect(told.append)
    window.all_actions.sweep.trigger()
    opened = window.sweeps.sweep_window
    assert opened is not None
    opened.close()
    assert told == []  # nothing goes on
    opened.show()
    sweep = Sweep(base=tiny(), axes=(Axis(path="training.batch_size", values=(8, 16)),))
    opened.controller.start(sweep, "here")
    opened.close()
    assert told == ["The sweep goes on: Run, Sweep… shows it"]
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told[1] == "The sweep has ended: Run, Sweep… shows its results"
    qtbot.waitUntil(window.sweeps.close)
    qtbot.waitUntil(parts.gate.close)


def tiny() -> Experiment:
    experiment = with_data(first_experiment(), "moons")
    data = experiment.data.replace(samples=40)
    return experiment.replace(data=data, training=experiment.training.replace(epochs=1))
