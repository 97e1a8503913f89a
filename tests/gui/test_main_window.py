"""The window put together: its title, its one line of news, its docks, and who hears whom."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDockWidget,
    QLabel,
    QPushButton,
    QTableWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine.edits import apply_edit
from engine.journal import SetTrainable
from gui.app import make_parts
from gui.dialogs.about import AboutDialog
from gui.dialogs.chain_rule_dialog import ChainRuleDialog
from gui.dialogs.shortcuts import ShortcutsDialog
from gui.docks import LEFT_WIDTH, RIGHT_WIDTH
from gui.file_commands import example_files, first_experiment
from gui.main_window import MainWindow, Parts
from gui.models.layer_rows import Column
from gui.settings import Settings


@pytest.fixture
def parts(qapp: QApplication, tmp_path: Path) -> Iterator[Parts]:
    parts = make_parts(qapp, Settings(tmp_path / "settings.json"), first_experiment())
    yield parts
    parts.appearance.withdraw()


@pytest.fixture
def window(parts: Parts, qtbot: QtBot) -> MainWindow:
    window = MainWindow(parts)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    return window


def news(window: MainWindow) -> list[str]:
    """What the line at the bottom says."""
    labels = window.statusBar().findChildren(QLabel)
    return [label.text() for label in labels if label.isVisible() and label.text()]


def dock(window: MainWindow, name: str) -> QDockWidget:
    found = window.findChild(QDockWidget, name)
    assert isinstance(found, QDockWidget)
    return found


def open_dialogs(window: MainWindow) -> list[QDialog]:
    return [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]


def action_of(widget: QWidget, words: str) -> QAction:
    return next(a for a in widget.actions() if words in a.text().replace("&", ""))


def freeze(parts: Parts) -> None:
    edit = SetTrainable(variant="all", layer="hidden-1", trainable=False)
    parts.document.edit(apply_edit(parts.document.experiment, edit), "Freeze hidden-1")


def test_on_a_small_screen_the_first_window_fits_with_what_a_desktop_adds(
    window: MainWindow,
) -> None:
    assert window.screen().availableSize().height() == 800  # the screen without a screen
    assert 700 <= window.height() < 760


# The title


def test_the_title_is_the_experiment_s_name_until_it_has_a_file(
    window: MainWindow, parts: Parts, tmp_path: Path
) -> None:
    assert window.windowTitle() == f"{first_experiment().name}[*] – Frostline"
    parts.document.edit(parts.document.experiment.replace(name="Mine"), "Rename")
    assert window.windowTitle() == "Mine[*] – Frostline"
    parts.document.save(tmp_path / "that.json")
    assert window.windowTitle() == "that.json[*] – Frostline"


def test_the_title_tells_whether_anything_is_unsaved(
    window: MainWindow, parts: Parts, tmp_path: Path
) -> None:
    assert not window.isWindowModified()
    freeze(parts)
    assert window.isWindowModified()
    parts.document.undo_stack.undo()
    assert not window.isWindowModified()
    freeze(parts)
    parts.document.save(tmp_path / "that.json")
    assert not window.isWindowModified()


def test_a_name_with_qt_s_own_sign_is_shown_as_it_is(window: MainWindow, parts: Parts) -> None:
    parts.document.edit(parts.document.experiment.replace(name="a[*]b"), "Rename")
    assert window.windowTitle() == "a[*][*]b[*] – Frostline"  # doubled, Qt shows it once


# The line at the bottom


def test_news_and_problems_take_each_other_s_place(window: MainWindow) -> None:
    window.show_notice("Saved mine.json")
    assert news(window) == ["Saved mine.json"]
    window.show_problem("mine.json: is not an experiment")
    (line,) = news(window)
    assert line.endswith("mine.json: is not an experiment")
    window.show_notice("Opened other.json")
    assert news(window) == ["Opened other.json"]


def test_a_file_s_name_is_never_taken_for_markup(window: MainWindow) -> None:
    window.show_notice("Saved <b>bold</b>.json")
    window.show_problem("<img src=x>: is wrong")
    for label in window.statusBar().findChildren(QLabel):
        assert label.textFormat() == Qt.TextFormat.PlainText


def test_a_problem_of_many_lines_is_whole_in_the_tooltip_only(window: MainWindow) -> None:
    window.show_problem("\n".join(f"line {number} <b>" for number in range(20)))
    (line,) = news(window)
    assert line.count("\n") < 10
    tips = [label.toolTip() for label in window.statusBar().findChildren(QLabel)]
    assert any("line 19 &lt;b&gt;" in tip for tip in tips)


def test_what_was_done_is_said_no_longer_when_it_is_undone(
    window: MainWindow, parts: Parts
) -> None:
    freeze(parts)
    window.show_notice("Froze hidden-1")
    window.all_actions.undo.trigger()
    assert news(window) == []


def test_the_files_tell_what_they_did(window: MainWindow, tmp_path: Path) -> None:
    window.files.open_file(tmp_path / "missing.json")
    assert "missing.json" in news(window)[0]
    window.files.open_example(example_files()[0])
    assert news(window) == [f"Opened {example_files()[0].name}"]


def test_the_plots_tell_what_they_copied(window: MainWindow) -> None:
    for plot in (window.loss_plot, window.histograms.grid):
        window.show_notice("")
        action_of(plot, "Copy picture").trigger()
        assert news(window) == ["Picture copied"]
        assert not QGuiApplication.clipboard().pixmap().isNull()


# The views in the middle


def test_opening_a_view_takes_no_room_from_the_docks(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1024, 700)
    qtbot.waitUntil(lambda: window.width() == 1024)
    sides = [dock(window, "experiment"), dock(window, "backprop")]
    window.resizeDocks(sides, [LEFT_WIDTH, RIGHT_WIDTH], Qt.Orientation.Horizontal)
    qtbot.waitUntil(lambda: sides[0].width() == LEFT_WIDTH)
    room = window.views.stack.width()
    for view in ("patterns", "results", "predictions", "curves"):
        window.views.stack.show_view(view)
        assert window.views.stack.minimumSizeHint().width() <= room, view
        QApplication.sendPostedEvents()  # the layout takes what the view needs
        assert sides[0].width() == LEFT_WIDTH, view


# The plots' axis


def test_the_logarithmic_axis_is_one_wherever_it_is_set(window: MainWindow, parts: Parts) -> None:
    action = window.all_actions.log_axis
    action.trigger()
    assert window.loss_plot.log
    assert parts.settings.log_axis
    action_of(window.loss_plot, "Logarithmic").trigger()  # in the plot's own menu
    assert not window.loss_plot.log
    assert not action.isChecked()
    assert not parts.settings.log_axis


# Docks


def test_docks_are_closed_and_brought_back_from_the_menu(window: MainWindow) -> None:
    for name in ("experiment", "backprop", "summary", "journal"):
        dock(window, name).close()
        assert not dock(window, name).isVisible()
        dock(window, name).toggleViewAction().trigger()
        assert dock(window, name).isVisible()


def test_the_layout_goes_back_to_how_it_was_at_first(window: MainWindow) -> None:
    places = {name: dock(window, name).geometry() for name in ("experiment", "journal")}
    dock(window, "journal").setFloating(True)
    dock(window, "experiment").close()
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock(window, "journal"))
    window.all_actions.reset_layout.trigger()
    assert window.dockWidgetArea(dock(window, "journal")) == Qt.DockWidgetArea.BottomDockWidgetArea
    assert dock(window, "experiment").isVisible()
    assert dock(window, "experiment").x() == places["experiment"].x()


def test_the_experiment_dock_can_wait_until_after_the_first_paint(
    parts: Parts, qtbot: QtBot
) -> None:
    window = MainWindow(parts, complete=False)
    qtbot.addWidget(window)
    with pytest.raises(RuntimeError, match="not complete"):
        _ = window.experiment_panel
    with qtbot.waitExposed(window):
        window.show()
    freeze(parts)
    window.complete()
    qtbot.waitUntil(window.experiment_panel.isVisible)
    model = window.experiment_panel.stack.grid.model()
    assert model.rowCount() == 3
    box = model.index(0, Column.TRAINS).data(Qt.ItemDataRole.CheckStateRole)
    assert box == Qt.CheckState.Unchecked


@pytest.mark.parametrize("remembered", [b"", b"\x01", b"nonsense " * 20, bytes(range(256))])
def test_a_layout_that_makes_no_sense_is_passed_over(
    parts: Parts, qtbot: QtBot, remembered: bytes
) -> None:
    parts.settings.window_geometry = QByteArray(remembered)
    parts.settings.window_state = QByteArray(remembered)
    window = MainWindow(parts)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    assert window.width() > 700
    assert dock(window, "experiment").isVisible()
    assert window.run_bar.isVisible()


# Dialogs


@pytest.mark.parametrize(("name", "kind"), [("about", AboutDialog), ("shortcuts", ShortcutsDialog)])
def test_a_dialog_opens_closes_and_leaves_nothing(
    window: MainWindow, name: str, kind: type[QDialog], qtbot: QtBot
) -> None:
    for _ in range(3):
        getattr(window.all_actions, name).trigger()
        (dialog,) = open_dialogs(window)
        assert isinstance(dialog, kind)
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.findChildren(QDialog) == [])


def test_the_list_of_keys_has_the_window_s_and_the_panels(window: MainWindow) -> None:
    window.all_actions.shortcuts.trigger()
    (dialog,) = open_dialogs(window)
    table = dialog.findChild(QTableWidget)
    assert isinstance(table, QTableWidget)
    cells, rows = table.model(), range(table.rowCount())
    listed = {cells.index(row, 0).data(): cells.index(row, 1).data() for row in rows}
    assert listed["Run"] == "F5"
    assert listed["Add layer"] == "Ins"
    assert listed["Rename variant"] == "F2"
    assert listed["Slow motion: end"] == "Esc"
    assert set(window.backprop_panel.shortcuts()) <= set(listed.items())
    assert all(listed.values())
    dialog.reject()


def test_the_chain_rule_check_closes_with_the_window(window: MainWindow) -> None:
    words = "Chain-rule check…"
    buttons = window.backprop_panel.findChildren(QPushButton)
    button = next(each for each in buttons if each.text() == words)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    (dialog,) = open_dialogs(window)
    assert isinstance(dialog, ChainRuleDialog)
    window.close()
    assert not dialog.isVisible()


# Themes


def test_the_theme_that_is_in_force_is_the_one_that_is_ticked(
    window: MainWindow, parts: Parts
) -> None:
    actions = window.all_actions
    assert actions.theme_system.isChecked()
    actions.theme_dark.trigger()
    assert parts.themes.theme.dark
    assert parts.settings.theme == "dark"
    assert [a.isChecked() for a in (actions.theme_system, actions.theme_light)] == [False, False]
