"""The menu bar: every command in it, the shipped experiments, the files opened last."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu
from pytestqt.qtbot import QtBot

import resources
from engine.project import open_project, save_project
from gui.actions import Actions, make_actions
from gui.document import Document
from gui.engine_gate import EngineGate
from gui.file_commands import FIRST_EXAMPLE, FileCommands, example_files, first_experiment
from gui.icons import Icons
from gui.menus import build_menus
from gui.run_controller import RunController
from gui.run_store import RunStore
from gui.settings import Settings
from gui.theme import ThemeSource
from gui.widgets.pace_slider import FLAT_OUT


class Bar:
    """A window with the menu bar, and what its commands act on."""

    def __init__(self, window: QMainWindow, settings: Settings) -> None:
        self.window = window
        self.document = Document(first_experiment())
        self.settings = settings
        controller = RunController(self.document, RunStore(), EngineGate(), FLAT_OUT)
        self.files = FileCommands(self.document, controller, settings, window)
        self.actions: Actions = make_actions(window, Icons(ThemeSource()), self.document.undo_stack)
        self.dock = QDockWidget("Journal", window)
        build_menus(window, self.actions, self.files, [self.dock], settings)

    @property
    def menus(self) -> list[QMenu]:
        """Every menu and submenu. Not by QAction.menu(): what that gives dies with the action."""
        return self.window.menuBar().findChildren(QMenu)

    def menu(self, title: str) -> QMenu:
        return next(menu for menu in self.menus if menu.title().replace("&", "") == title)


@pytest.fixture
def bar(qtbot: QtBot, tmp_path: Path) -> Bar:
    window = QMainWindow()
    qtbot.addWidget(window)
    return Bar(window, Settings(tmp_path / "settings.json"))


def test_every_command_and_dock_is_in_the_menus(bar: Bar) -> None:
    found = {action for menu in bar.menus for action in menu.actions()}
    assert set(bar.actions.all()) <= found
    assert bar.dock.toggleViewAction() in found


def test_no_letter_is_underlined_twice_in_one_menu(bar: Bar) -> None:
    for menu in (bar.window.menuBar(), *bar.menus):
        words = [action.text() for action in menu.actions()]
        letters = [each.partition("&")[2][:1].lower() for each in words if "&" in each]
        assert len(letters) == len(set(letters)), words


def test_every_shipped_experiment_opens_as_a_new_one(bar: Bar) -> None:
    menu = bar.menu("Open example")
    menu.aboutToShow.emit()
    assert len(menu.actions()) == len(example_files())
    for action, path in zip(menu.actions(), example_files(), strict=True):
        action.trigger()
        assert bar.document.experiment == open_project(path)
        assert bar.document.path is None  # saving asks where, and never writes into the program
    assert bar.settings.recent_files == ()


def test_the_examples_are_called_as_they_call_themselves(
    bar: Bar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [tmp_path / "one.json", tmp_path / "two.json"]
    for path, name in zip(files, ("Cats & dogs", "All, or none?"), strict=True):
        save_project(path, first_experiment().replace(name=name))
    monkeypatch.setattr("gui.menus.example_files", lambda: files)
    menu = bar.menu("Open example")
    assert menu.isEmpty()  # a start need not read them
    for _ in range(2):
        menu.aboutToShow.emit()
        assert [action.text() for action in menu.actions()] == ["Cats && dogs", "All, or none?"]


def test_every_shipped_experiment_has_its_place_in_the_menu() -> None:
    assert sorted(example_files()) == sorted(resources.path("examples").glob("*.json"))
    assert example_files()[0].name == FIRST_EXAMPLE


def test_the_files_opened_last_are_a_menu_that_follows(bar: Bar, tmp_path: Path) -> None:
    menu = bar.menu("Open recent")
    assert not menu.isEnabled()
    for name in ("one.json", "two.json"):
        save_project(tmp_path / name, first_experiment().replace(name=name))
        bar.files.open_file(tmp_path / name)
    assert menu.isEnabled()
    assert [action.text() for action in menu.actions()] == ["two.json", "one.json"]
    menu.actions()[1].trigger()
    assert bar.document.experiment.name == "one.json"
    assert [action.text() for action in menu.actions()] == ["one.json", "two.json"]


def test_a_file_s_name_is_shown_as_it_is_and_its_folder_is_told(bar: Bar, tmp_path: Path) -> None:
    save_project(tmp_path / "cats & dogs.json", first_experiment())
    bar.files.open_file(tmp_path / "cats & dogs.json")
    menu = bar.menu("Open recent")
    (action,) = menu.actions()
    assert action.text() == "cats && dogs.json"  # else the space would be underlined
    assert action.toolTip() == str(tmp_path / "cats & dogs.json")
    assert menu.toolTipsVisible()
