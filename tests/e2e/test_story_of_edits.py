"""The story goes on: layers, variants and data, all undone; files; dark and light."""

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QTimer, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget

from engine.project import open_project, save_project
from gui.file_commands import first_experiment
from gui.models.layer_rows import Column
from gui.widgets.pace_slider import Pace
from tests.e2e.conftest import LaboratoryOf
from tests.e2e.laboratory import CONTROL, LEFT, Laboratory


def answer_file_dialog(path: Path) -> None:
    """Give this path to the file dialog that opens next."""

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QFileDialog)
        field = dialog.findChild(QLineEdit, "fileNameEdit")
        assert isinstance(field, QLineEdit)
        field.setText(str(path))
        dialog.accept()

    QTimer.singleShot(0, answer)


def undo_all(laboratory: Laboratory) -> None:
    while laboratory.parts.document.undo_stack.canUndo():
        laboratory.key(Qt.Key.Key_Z, CONTROL)


# What is trained


def test_layers_and_variants_are_added_renamed_removed_and_all_is_undone(
    laboratory: Laboratory,
) -> None:
    start = laboratory.experiment
    laboratory.train()
    laboratory.click("Add layer")
    assert len(laboratory.experiment.layers) == 4
    laboratory.click("Duplicate layer")
    laboratory.click("Remove layer")
    assert laboratory.parts.controller.applies_at_next_run
    laboratory.click("Add variant")
    laboratory.rename("Variant 3", "Head only")
    assert laboratory.experiment.variants[-1].name == "Head only"
    QTest.mouseClick(laboratory.chip("Head only"), LEFT)
    for layer in [layer.id for layer in laboratory.experiment.layers[:-1]]:
        laboratory.click_cell(layer, Column.TRAINS)
    laboratory.type_rate("output", "1e-2")
    laboratory.enter("epochs", "250")
    laboratory.enter("batch_size", "16")
    laboratory.enter("seeds", "1-3")
    assert laboratory.experiment.training.epochs == 250
    assert laboratory.experiment.training.batch_size == 16
    assert laboratory.experiment.training.seeds == (1, 2, 3)
    laboratory.key(Qt.Key.Key_Escape)

    laboratory.key(Qt.Key.Key_R, CONTROL)
    laboratory.until_state("paused")
    assert laboratory.run.started_as == laboratory.experiment
    assert len(laboratory.run.started_as.members) == 9
    laboratory.key(Qt.Key.Key_F5)
    laboratory.qtbot.waitUntil(lambda: laboratory.record.epochs >= 2)

    undo_all(laboratory)
    assert laboratory.experiment == start
    assert not laboratory.parts.document.modified


def test_another_data_set_brings_an_output_that_suits_it(laboratory: Laboratory) -> None:
    box = laboratory.choice("name")
    box.setFocus()
    QTest.keyClicks(box, "Iris")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert laboratory.experiment.data.name == "iris"
    assert laboratory.experiment.layers[-1].units == 3
    laboratory.train()
    laboratory.key(Qt.Key.Key_Z, CONTROL)
    assert laboratory.experiment.data.name == "breast_cancer"
    assert laboratory.experiment.layers == first_experiment().layers


def test_a_number_that_is_none_stands_with_its_reason_and_changes_nothing(
    laboratory: Laboratory,
) -> None:
    before = laboratory.experiment
    for name, text in (("epochs", "0"), ("batch_size", "many"), ("seeds", "-1")):
        laboratory.enter(name, text)
        assert laboratory.experiment == before
        assert laboratory.problems(), f"{name} {text} is refused without a word"
        laboratory.key(Qt.Key.Key_Escape)
    assert laboratory.parts.document.undo_stack.count() == 0


# Files


def test_saved_and_opened_in_another_start_it_is_equal(
    laboratory: Laboratory, laboratory_of: LaboratoryOf, tmp_path: Path
) -> None:
    laboratory.click_cell("hidden-1", Column.TRAINS)
    laboratory.type_rate("output", "0.0123456789")
    assert laboratory.window.isWindowModified()
    answer_file_dialog(tmp_path / "mine.json")
    laboratory.key(Qt.Key.Key_S, CONTROL)
    assert not laboratory.window.isWindowModified()
    assert "mine.json" in laboratory.window.windowTitle()
    assert laboratory.said("mine.json")
    again = laboratory_of()
    again.window.files.open_file(tmp_path / "mine.json")
    assert again.experiment == laboratory.experiment == open_project(tmp_path / "mine.json")


def test_a_file_can_be_dropped_anywhere(laboratory: Laboratory, tmp_path: Path) -> None:
    save_project(tmp_path / "dropped.json", first_experiment().replace(name="Dropped"))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "dropped.json"))])
    data.setText(str(tmp_path / "dropped.json"))  # as file managers do; a field could take it
    window = laboratory.window
    for place in (
        window.loss_plot,
        window.histograms,
        laboratory.grid.viewport(),
        laboratory.field("experiment_name"),
        laboratory.field("epochs"),
        window.journal,
    ):
        laboratory.drop(data, deepest(place))
        assert laboratory.experiment.name == "Dropped", type(place).__name__
        assert laboratory.parts.document.path == tmp_path / "dropped.json"
        laboratory.parts.document.undo_stack.undo()
        assert laboratory.experiment.name == first_experiment().name


def deepest(widget: QWidget) -> QWidget:
    """What is under the mouse in the middle of a widget."""
    return widget.childAt(widget.rect().center()) or widget


def test_another_file_ends_the_run_and_clears_what_it_showed(
    laboratory: Laboratory, tmp_path: Path
) -> None:
    laboratory.train()
    laboratory.click_cell("hidden-2", Column.TRAINS)
    laboratory.qtbot.waitUntil(lambda: bool(laboratory.window.journal.lines))
    run = laboratory.run
    laboratory.key(Qt.Key.Key_N, CONTROL)
    laboratory.qtbot.waitUntil(lambda: run.status == "stopped")
    assert laboratory.state == "ready"
    assert laboratory.window.journal.lines == ()
    assert laboratory.window.journal.is_empty
    assert laboratory.window.loss_plot.csv_text().count("\n") <= 1


def test_a_bad_file_is_explained_and_the_run_goes_on(
    laboratory: Laboratory, tmp_path: Path
) -> None:
    (tmp_path / "bad.json").write_text('{"format": 1}')
    laboratory.train()
    before = laboratory.experiment
    assert not laboratory.window.files.open_file(tmp_path / "bad.json")
    assert laboratory.said("bad.json")
    assert laboratory.experiment == before
    laboratory.until_step(laboratory.run.step_count + 50)


# Looks


def test_dark_and_light_are_a_click_apart_while_it_trains(laboratory: Laboratory) -> None:
    def lightness() -> float:
        picture = laboratory.window.grab().toImage().scaled(16, 16)
        return sum(picture.pixelColor(x, y).lightness() for x in range(16) for y in range(16)) / 256

    actions = laboratory.window.all_actions
    laboratory.train()
    actions.theme_light.trigger()
    assert lightness() > 200
    actions.theme_dark.trigger()
    assert lightness() < 80
    assert laboratory.parts.settings.theme == "dark"
    laboratory.until_step(laboratory.run.step_count + 50)
    actions.theme_light.trigger()
    assert lightness() > 200


def test_the_pace_is_kept_from_the_first_step_on(laboratory_of: LaboratoryOf) -> None:
    laboratory = laboratory_of(pace=Pace("steps", 1.0))
    laboratory.open()
    laboratory.key(Qt.Key.Key_F5)
    laboratory.qtbot.waitUntil(
        lambda: laboratory.state == "running" and laboratory.run.step_count >= 1, timeout=60_000
    )
    assert laboratory.run.step_count <= 2
