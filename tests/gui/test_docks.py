"""The docks: each in the View menu, where it stands, in tabs, remembered and put back."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QMenu, QTabBar
from pytestqt.qtbot import QtBot

from gui.app import make_parts
from gui.file_commands import first_experiment
from gui.main_window import MainWindow, Parts
from gui.settings import Settings

LEFT = Qt.MouseButton.LeftButton
NAMES = ("experiment", "backprop", "summary", "journal")
AT_FIRST = ["experiment", "backprop", "journal"]
WindowOf = Callable[..., MainWindow]


@pytest.fixture
def parts_of(qapp: QApplication, tmp_path: Path) -> Iterator[Callable[[], Parts]]:
    """Parts as a start of the program makes them; the settings are those of the last one."""
    made: list[Parts] = []

    def make() -> Parts:
        settings = Settings(tmp_path / "settings.json")
        made.append(make_parts(qapp, settings, first_experiment()))
        return made[-1]

    yield make
    for parts in made:
        parts.appearance.withdraw()


@pytest.fixture
def window_of(parts_of: Callable[[], Parts], qtbot: QtBot) -> WindowOf:
    """`(complete=True, size=None) -> window`, as after another start."""

    def make(complete: bool = True, size: tuple[int, int] | None = None) -> MainWindow:
        window = MainWindow(parts_of(), complete=complete)
        qtbot.addWidget(window)
        if size is not None:
            window.resize(*size)
        with qtbot.waitExposed(window):
            window.show()
        return window

    return make


def menu(window: MainWindow, title: str) -> QMenu:
    menus = window.menuBar().findChildren(QMenu)
    return next(each for each in menus if each.title().replace("&", "") == title)


def docks_in_sight(window: MainWindow) -> list[QDockWidget]:
    docks = window.docks.all
    return [dock for dock in docks if dock.isVisible() and not dock.visibleRegion().isEmpty()]


def in_sight(window: MainWindow) -> list[str]:
    return [dock.objectName() for dock in docks_in_sight(window)]


def settled(qtbot: QtBot, window: MainWindow) -> dict[str, QRect]:
    """Where the docks in sight stand, once nothing moves any more."""
    seen: list[dict[str, QRect]] = []

    def stands() -> bool:
        seen.append({dock.objectName(): dock.geometry() for dock in docks_in_sight(window)})
        return len(seen) > 3 and seen[-1] == seen[-2] == seen[-3]

    qtbot.waitUntil(stands)
    return seen[-1]


def click_tab(window: MainWindow, title: str) -> None:
    bars = [bar for bar in window.findChildren(QTabBar) if bar.isVisible()]
    for bar in bars:
        for place in range(bar.count()):
            if bar.tabText(place) == title:
                QTest.mouseClick(bar, LEFT, pos=bar.tabRect(place).center())
                return
    pytest.fail(f"there is no tab {title}")


def test_the_view_menu_has_every_dock_and_shows_and_hides_it(window_of: WindowOf) -> None:
    window = window_of()
    titles = [action.text() for action in menu(window, "View").actions()][: len(NAMES)]
    assert titles == ["Experiment", "Backprop", "Summary", "Journal"]
    assert {dock.objectName() for dock in window.findChildren(QDockWidget)} == set(NAMES)
    for action, dock in zip(menu(window, "View").actions(), window.docks.all, strict=False):
        assert action.isChecked()
        action.trigger()
        assert not dock.isVisible()
        action.trigger()
        assert dock.isVisible()


def test_backprop_is_in_front_and_the_summary_a_tab_behind_it(
    window_of: WindowOf, qtbot: QtBot
) -> None:
    window = window_of()
    assert window.tabifiedDockWidgets(window.docks.backprop) == [window.docks.summary]
    qtbot.waitUntil(lambda: in_sight(window) == AT_FIRST)
    click_tab(window, "Summary")
    qtbot.waitUntil(lambda: in_sight(window) == ["experiment", "summary", "journal"])
    click_tab(window, "Backprop")
    qtbot.waitUntil(lambda: in_sight(window) == AT_FIRST)


def test_the_docks_stand_beside_and_below_the_plots(window_of: WindowOf, qtbot: QtBot) -> None:
    window = window_of(size=(1280, 800))
    settled(qtbot, window)
    docks, plots = window.docks, window.centralWidget()
    assert docks.experiment.geometry().right() < plots.x()
    assert docks.backprop.x() > plots.geometry().right()
    assert docks.journal.y() > plots.geometry().bottom()
    assert docks.journal.x() >= plots.x()  # the sides are as high as the window
    assert plots.width() > 500


def test_a_layout_is_remembered_over_a_start(window_of: WindowOf, qtbot: QtBot) -> None:
    window = window_of()
    window.docks.journal.close()
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, window.docks.summary)
    window.close()
    again = window_of()
    assert "journal" not in settled(qtbot, again)
    assert again.dockWidgetArea(again.docks.summary) == Qt.DockWidgetArea.LeftDockWidgetArea
    again.all_actions.reset_layout.trigger()
    qtbot.waitUntil(lambda: in_sight(again) == AT_FIRST)
    assert again.tabifiedDockWidgets(again.docks.backprop) == [again.docks.summary]


def test_resetting_brings_back_what_floats_and_what_is_closed(
    window_of: WindowOf, qtbot: QtBot
) -> None:
    window = window_of(size=(1280, 800))
    before = settled(qtbot, window)
    window.docks.backprop.setFloating(True)
    window.docks.summary.close()
    window.docks.experiment.close()
    window.all_actions.reset_layout.trigger()
    assert not window.docks.backprop.isFloating()
    after = settled(qtbot, window)
    assert list(after) == AT_FIRST
    for name, place in before.items():
        assert abs(after[name].x() - place.x()) <= 8, name
        assert abs(after[name].width() - place.width()) <= 8, name


@pytest.mark.parametrize("size", [(1024, 700), (1280, 800)])
def test_filling_the_docks_after_the_first_paint_moves_nothing(
    window_of: WindowOf, size: tuple[int, int], qtbot: QtBot
) -> None:
    window = window_of(complete=False, size=size)
    before = settled(qtbot, window)
    assert list(before) == AT_FIRST
    window.complete()
    assert settled(qtbot, window) == before


def test_before_it_is_complete_the_window_already_works(window_of: WindowOf, qtbot: QtBot) -> None:
    window = window_of(complete=False)
    for panel in ("experiment_panel", "backprop_panel"):
        with pytest.raises(RuntimeError, match="not complete"):
            getattr(window, panel)
    window.all_actions.shortcuts.trigger()  # without the panels' keys
    window.all_actions.reset_layout.trigger()
    window.files.new()
    window.complete()
    qtbot.waitUntil(window.experiment_panel.isVisible)
    qtbot.waitUntil(window.backprop_panel.isVisible)
