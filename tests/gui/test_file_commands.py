"""Files: new, open, save, drop, the draft; a refused one changes nothing and is explained."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QTimer, QUrl
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

import resources
from engine.edits import apply_edit
from engine.experiment import Experiment
from engine.journal import SetTrainable
from engine.project import open_project, save_project
from gui.document import Document
from gui.engine_gate import EngineGate
from gui.file_commands import FileCommands, example_files, first_experiment
from gui.run_controller import RunController
from gui.run_store import RunStore
from gui.settings import MOST_RECENT_FILES, Settings
from gui.widgets.pace_slider import FLAT_OUT


class Desk:
    """A document with its file commands, and what they told."""

    def __init__(self, window: QWidget, settings: Settings) -> None:
        self.window = window
        self.settings = settings
        self.document = Document(first_experiment())
        self.controller = RunController(self.document, RunStore(), EngineGate(), FLAT_OUT)
        self.files = FileCommands(self.document, self.controller, settings, window)
        self.told: list[str] = []
        self.refused: list[str] = []
        self.files.told.connect(self.told.append)
        self.files.refused.connect(self.refused.append)

    def freeze(self, layer: str = "hidden-2") -> Experiment:
        edit = SetTrainable(variant="all", layer=layer, trainable=False)
        self.document.edit(apply_edit(self.document.experiment, edit), f"Freeze {layer}")
        return self.document.experiment

    def answer_dialog(self, name: str | None) -> None:
        """Give this name to the file dialog that opens next, or cancel it."""

        def answer() -> None:
            dialog = QApplication.activeModalWidget()
            assert isinstance(dialog, QFileDialog)
            field = dialog.findChild(QLineEdit, "fileNameEdit")
            assert isinstance(field, QLineEdit)
            if name is None:
                dialog.reject()
            else:
                field.setText(name)
                dialog.accept()

        QTimer.singleShot(0, answer)


DeskOf = Callable[[], Desk]


@pytest.fixture
def desk_of(qtbot: QtBot, tmp_path: Path) -> DeskOf:
    """Desks one after the other, as the program is closed and started again."""

    def make() -> Desk:
        window = QWidget()
        qtbot.addWidget(window)
        return Desk(window, Settings(tmp_path / "config" / "settings.json"))

    return make


@pytest.fixture
def desk(desk_of: DeskOf) -> Desk:
    return desk_of()


def mime(*urls: QUrl) -> QMimeData:
    data = QMimeData()
    data.setUrls(urls)
    return data


def spoiled(**changes: object) -> str:
    return json.dumps(json.loads(first_experiment().to_json()) | changes)


BAD = {
    "empty.json": b"",
    "text.json": b"Dear diary",
    "cut.json": first_experiment().to_json().encode()[:900],
    "list.json": b"[]",
    "binary.json": bytes(range(256)),
    "newer.json": spoiled(format=2).encode(),
    "extra.json": spoiled(colour="blue").encode(),
    "unknown.json": spoiled(data={"name": "penguins"}).encode(),
}


# New and open


def test_a_file_is_opened_and_remembered(desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    wanted = first_experiment().replace(name="Mine")
    save_project(tmp_path / "mine.json", wanted)
    with qtbot.waitSignal(desk.files.recent_changed):
        assert desk.files.open_file(tmp_path / "mine.json")
    assert desk.document.experiment == wanted
    assert desk.document.path == tmp_path / "mine.json"
    assert not desk.document.modified
    assert desk.settings.recent_files == (tmp_path / "mine.json",)
    assert desk.settings.last_folder == tmp_path
    assert "mine.json" in desk.told[-1]


def test_what_was_open_before_comes_back_with_undo(desk: Desk, tmp_path: Path) -> None:
    desk.files.open_file(resources.path("examples", "classic.json"))
    unsaved = desk.freeze()
    save_project(tmp_path / "other.json", first_experiment().replace(name="Other"))
    desk.files.open_file(tmp_path / "other.json")
    desk.document.undo_stack.undo()
    assert desk.document.experiment == unsaved
    assert desk.document.path == resources.path("examples", "classic.json")
    assert desk.document.modified
    desk.document.undo_stack.redo()
    assert desk.document.path == tmp_path / "other.json"
    assert not desk.document.modified


def test_new_begins_with_the_first_experiment_without_a_file(desk: Desk, tmp_path: Path) -> None:
    save_project(tmp_path / "other.json", first_experiment().replace(name="Other"))
    desk.files.open_file(tmp_path / "other.json")
    desk.files.new()
    assert desk.document.experiment == first_experiment()
    assert desk.document.path is None
    assert not desk.document.modified


@pytest.mark.parametrize("path", example_files(), ids=lambda path: path.stem)
def test_a_shipped_experiment_opens_without_its_file(desk: Desk, path: Path) -> None:
    assert desk.files.open_example(path)
    assert desk.document.experiment == open_project(path)
    assert desk.document.path is None
    assert desk.settings.recent_files == ()


@pytest.mark.parametrize("name", [*BAD, "missing.json", "folder", "no/folder.json"])
def test_a_bad_file_changes_nothing_and_is_explained(desk: Desk, tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    if name in BAD:
        (tmp_path / name).write_bytes(BAD[name])
    before = desk.freeze()
    assert not desk.files.open_file(tmp_path / name)
    assert desk.document.experiment == before
    assert desk.document.path is None
    assert desk.document.modified
    assert desk.document.undo_stack.count() == 1
    assert desk.settings.recent_files == ()
    assert desk.told == []
    (reason,) = desk.refused
    assert name.rpartition("/")[2] in reason or "penguins" in reason


def test_every_problem_of_a_bad_file_is_told_at_once(desk: Desk, tmp_path: Path) -> None:
    raw = json.loads(first_experiment().to_json())
    raw["training"]["epochs"] = "many"
    raw["variants"][0]["layers"]["hidden-1"]["learning_rate"] = -1
    raw["surprise"] = 1
    (tmp_path / "bad.json").write_text(json.dumps(raw))
    desk.files.open_file(tmp_path / "bad.json")
    for place in ("training.epochs", "variants[0].layers.hidden-1.learning_rate", "surprise"):
        assert place in desk.refused[0]


def test_the_open_dialog_opens_what_is_chosen_and_nothing_when_cancelled(
    desk: Desk, tmp_path: Path
) -> None:
    save_project(tmp_path / "chosen.json", first_experiment().replace(name="Chosen"))
    desk.answer_dialog(None)
    desk.files.open()
    assert desk.document.path is None
    desk.answer_dialog(str(tmp_path / "chosen.json"))
    desk.files.open()
    assert desk.document.experiment.name == "Chosen"


# Save


def test_saved_and_opened_again_it_is_equal(desk: Desk, desk_of: DeskOf, tmp_path: Path) -> None:
    experiment = desk.freeze()
    desk.answer_dialog(str(tmp_path / "mine.json"))
    assert desk.files.save()
    assert not desk.document.modified
    assert desk.document.path == tmp_path / "mine.json"
    assert "mine.json" in desk.told[-1]
    again = desk_of()
    again.files.open_file(tmp_path / "mine.json")
    assert again.document.experiment == experiment


def test_saving_again_asks_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.answer_dialog(str(tmp_path / "mine.json"))
    desk.files.save()
    experiment = desk.freeze()
    assert desk.files.save()
    assert open_project(tmp_path / "mine.json") == experiment
    assert desk.settings.recent_files == (tmp_path / "mine.json",)


def test_a_name_without_an_ending_gets_one(desk: Desk, tmp_path: Path) -> None:
    desk.answer_dialog(str(tmp_path / "mine"))
    assert desk.files.save_as()
    assert desk.document.path == tmp_path / "mine.json"
    assert (tmp_path / "mine.json").is_file()


def test_a_dialog_that_is_cancelled_saves_nothing(desk: Desk) -> None:
    desk.freeze()
    desk.answer_dialog(None)
    assert not desk.files.save()
    assert desk.document.path is None
    assert desk.document.modified
    assert desk.told == []


def test_a_place_that_takes_no_file_is_said_and_the_changes_stay_unsaved(
    desk: Desk, tmp_path: Path
) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    save_project(folder / "mine.json", first_experiment())
    desk.files.open_file(folder / "mine.json")
    (folder / "mine.json").unlink()
    folder.rmdir()
    experiment = desk.freeze()
    assert not desk.files.save()
    assert "mine.json" in desk.refused[-1]
    assert desk.document.modified
    assert desk.document.experiment == experiment


def test_the_last_files_come_first_and_none_twice(desk: Desk, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.json" for number in range(MOST_RECENT_FILES + 2)]
    for path in paths:
        save_project(path, first_experiment().replace(name=path.stem))
        desk.files.open_file(path)
    desk.files.open_file(paths[5])
    recent = desk.settings.recent_files
    assert len(recent) == MOST_RECENT_FILES
    assert recent[:2] == (paths[5], paths[-1])
    assert len(set(recent)) == len(recent)


# Drop


def test_one_local_file_can_be_dropped(desk: Desk, tmp_path: Path) -> None:
    save_project(tmp_path / "dropped file.json", first_experiment().replace(name="Dropped"))
    data = mime(QUrl.fromLocalFile(str(tmp_path / "dropped file.json")))
    assert desk.files.accepts(data)
    assert desk.files.drop(data)
    assert desk.document.experiment.name == "Dropped"


def test_anything_else_cannot(desk: Desk, tmp_path: Path) -> None:
    one, two = (QUrl.fromLocalFile(str(tmp_path / name)) for name in ("1.json", "2.json"))
    text = QMimeData()
    text.setText("1.json")
    for data in (mime(), mime(one, two), mime(QUrl("https://example.org/1.json")), text):
        assert not desk.files.accepts(data)


def test_a_dropped_file_that_is_no_experiment_is_refused(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert not desk.files.drop(mime(QUrl.fromLocalFile(str(tmp_path / "picture.png"))))
    assert "picture.png" in desk.refused[0]
    assert desk.document.experiment == first_experiment()


# The draft


def test_unsaved_changes_survive_closing_and_come_back_as_one_undo_step(
    desk: Desk, desk_of: DeskOf
) -> None:
    desk.freeze("hidden-1")
    unsaved = desk.freeze("hidden-2")
    desk.files.keep_draft()
    again = desk_of()
    assert again.files.restore_draft()
    assert again.document.experiment == unsaved
    assert again.document.modified
    assert "Undo" in again.told[-1]
    assert again.document.undo_stack.count() == 1
    again.document.undo_stack.undo()
    assert again.document.experiment == first_experiment()


def test_without_changes_there_is_no_draft(desk: Desk) -> None:
    desk.files.keep_draft()
    assert not desk.files.draft.exists()
    assert not desk.files.restore_draft()


def test_a_draft_that_came_back_stays_until_it_is_saved(
    desk: Desk, desk_of: DeskOf, tmp_path: Path
) -> None:
    """So that a session that ends badly loses nothing either."""
    unsaved = desk.freeze()
    desk.files.keep_draft()
    crashed = desk_of()
    crashed.files.restore_draft()
    again = desk_of()
    assert again.files.restore_draft()
    assert again.document.experiment == unsaved
    again.answer_dialog(str(tmp_path / "mine.json"))
    again.files.save()
    assert not again.files.draft.exists()


def test_changes_that_came_back_and_were_undone_are_gone(desk: Desk, desk_of: DeskOf) -> None:
    desk.freeze()
    desk.files.keep_draft()
    again = desk_of()
    again.files.restore_draft()
    again.document.undo_stack.undo()
    again.files.keep_draft()
    assert not desk_of().files.restore_draft()


def test_a_draft_outlives_a_session_that_only_looked_at_another_file(
    desk: Desk, desk_of: DeskOf, tmp_path: Path
) -> None:
    unsaved = desk.freeze()
    desk.files.keep_draft()
    save_project(tmp_path / "other.json", first_experiment().replace(name="Other"))
    looking = desk_of()
    looking.files.open_file(tmp_path / "other.json")
    looking.files.keep_draft()
    again = desk_of()
    assert again.files.restore_draft()
    assert again.document.experiment == unsaved


@pytest.mark.parametrize("name", BAD)
def test_a_damaged_draft_is_set_aside_and_the_start_goes_on(desk: Desk, name: str) -> None:
    desk.files.draft.parent.mkdir(parents=True)
    desk.files.draft.write_bytes(BAD[name])
    assert not desk.files.restore_draft()
    assert desk.document.experiment == first_experiment()
    assert len(desk.refused) == 1
    assert not desk.files.draft.exists()
    (kept,) = desk.files.draft.parent.iterdir()
    assert kept.read_bytes() == BAD[name]  # for a person to look at


def test_a_draft_that_cannot_be_kept_is_said(desk: Desk) -> None:
    desk.files.draft.parent.parent.mkdir(parents=True, exist_ok=True)
    desk.files.draft.parent.touch()  # a file where the folder should be
    desk.freeze()
    desk.files.keep_draft()
    assert len(desk.refused) == 1
