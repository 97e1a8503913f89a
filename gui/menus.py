"""The menu bar."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu

from gui.actions import Actions
from gui.file_commands import FileCommands, example_files, example_name
from gui.settings import Settings


def _tr(text: str) -> str:
    return QCoreApplication.translate("menus", text)


def build_menus(
    window: QMainWindow,
    actions: Actions,
    files: FileCommands,
    docks: Sequence[QDockWidget],
    settings: Settings,
) -> None:
    """Fill the window's menu bar."""
    bar = window.menuBar()
    file = bar.addMenu(_tr("&File"))
    file.addActions([actions.new, actions.open])
    file.addMenu(_examples_menu(file, files))
    file.addMenu(_recent_menu(file, files, settings))
    file.addSeparator()
    file.addActions([actions.save, actions.save_as])
    file.addSeparator()
    file.addAction(actions.quit)
    bar.addMenu(_tr("&Edit")).addActions([actions.undo, actions.redo])
    run = bar.addMenu(_tr("&Run"))
    run.addActions([actions.run, actions.step, actions.step_epoch, actions.full_speed])
    run.addAction(actions.stop)
    run.addSeparator()
    run.addActions([actions.reset, actions.new_seed])
    run.addSeparator()
    run.addActions([actions.patterns, actions.sweep])
    view = bar.addMenu(_tr("&View"))
    view.addActions([dock.toggleViewAction() for dock in docks])
    view.addAction(actions.reset_layout)
    view.addSeparator()
    view.addActions([actions.view_curves, actions.view_patterns])
    view.addActions([actions.view_results, actions.view_predictions])
    view.addAction(actions.log_axis)
    theme = view.addMenu(_tr("&Theme"))
    theme.addActions([actions.theme_system, actions.theme_light, actions.theme_dark])
    bar.addMenu(_tr("&Help")).addActions([actions.shortcuts, actions.about])


def _examples_menu(parent: QMenu, files: FileCommands) -> QMenu:
    """Filled when it is first opened: a start need not read the files for their names."""
    menu = QMenu(_tr("Open &example"), parent)

    def fill() -> None:
        if menu.isEmpty():
            for path in example_files():
                name = example_name(path).replace("&", "&&")  # a single one underlines a letter
                menu.addAction(name, partial(files.open_example, path))

    menu.aboutToShow.connect(fill)
    return menu


def _recent_menu(parent: QMenu, files: FileCommands, settings: Settings) -> QMenu:
    menu = QMenu(_tr("Open &recent"), parent)
    menu.setToolTipsVisible(True)  # two files of one name lie in different folders

    def fill() -> None:
        menu.clear()
        for path in settings.recent_files:
            name = path.name.replace("&", "&&")  # a single one underlines what follows
            menu.addAction(name, partial(files.open_file, path)).setToolTip(str(path))
        menu.setEnabled(not menu.isEmpty())

    files.recent_changed.connect(fill)
    fill()
    return menu
