"""The whole window looked at by a machine: names, reach of the keyboard, and nothing cut off."""

import gc
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtGui import QAccessible, QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenuBar,
    QPushButton,
    QSlider,
    QToolBar,
    QToolButton,
    QWidget,
)

from gui.dialogs.chain_rule_dialog import ChainRuleDialog
from gui.models.layer_rows import Column
from gui.panels.chain_rule import ChainRulePanel
from gui.plots.live_plot import LivePlot
from gui.widgets.segmented_choice import SegmentedChoice
from tests.e2e.laboratory import LEFT, Laboratory, visible_widgets
from tests.gui.contrast import contrast

SMALLEST = (1024, 700)
INTERACTIVE = (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QSlider,
    LivePlot,
    SegmentedChoice,
)
OWN_TIPS = (LivePlot, QLineEdit, SegmentedChoice)
"""What has no tip as a whole: its parts have, or the words beside it."""
ENOUGH_TABS = 300


@pytest.fixture(params=["light", "dark"])
def dressed(laboratory: Laboratory, request: pytest.FixtureRequest) -> Laboratory:
    """The window at its smallest in both themes, with a run and everything unfolded."""
    actions = laboratory.window.all_actions
    {"light": actions.theme_light, "dark": actions.theme_dark}[request.param].trigger()
    laboratory.window.resize(*SMALLEST)
    for button in laboratory.window.findChildren(QToolButton):
        if button.text() == "More":
            button.click()
    laboratory.train()
    laboratory.click_cell("hidden-2", Column.TRAINS)
    laboratory.qtbot.waitUntil(lambda: bool(laboratory.window.journal.lines))
    return laboratory


def spoken(widget: QWidget) -> str:
    """What a screen reader calls a widget."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface is not None else ""


def told(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.objectName()!r} in {type(widget.parent()).__name__}"


def tip_of(widget: QWidget) -> str:
    """What is said when the mouse rests on it: without a tip of its own, its parent's."""
    parent = widget.parentWidget()
    around = parent is not None and parent.focusProxy() is widget
    return widget.toolTip() or (parent.toolTip() if around else "")


def is_part_of_another(widget: QWidget) -> bool:
    """The line in a spin box, the buttons of a tool bar's own: what speaks is around them."""
    parent = widget.parent()
    inner = isinstance(parent, QAbstractSpinBox | QComboBox | QMenuBar)
    return inner or widget.objectName().startswith("qt_")


def controls_in(root: QWidget) -> list[QWidget]:
    return [
        widget
        for widget in visible_widgets(root)
        if isinstance(widget, INTERACTIVE) and not is_part_of_another(widget)
    ]


def nameless_in(root: QWidget) -> list[str]:
    """Controls that a screen reader has no name for, or that do not say what they are for."""
    controls = controls_in(root)
    plots_aside = [widget for widget in controls if not isinstance(widget, OWN_TIPS)]
    silent = [widget for widget in controls if not spoken(widget).strip()]
    return [told(widget) for widget in [*silent, *(w for w in plots_aside if not tip_of(w))]]


def sideways_in(root: QWidget) -> list[str]:
    areas = [w for w in visible_widgets(root) if isinstance(w, QAbstractScrollArea)]
    return [told(area) for area in areas if area.horizontalScrollBar().isVisible()]


def cut_in(root: QWidget) -> list[str]:
    return [f"{told(w)} {text_of(w)!r}" for w in visible_widgets(root) if is_cut(w)]


def test_every_control_in_sight_has_a_name_and_says_what_it_is_for(dressed: Laboratory) -> None:
    assert len(controls_in(dressed.window)) > 30
    assert nameless_in(dressed.window) == []


def test_the_summary_s_tab_is_as_well_kept(dressed: Laboratory) -> None:
    dock = dressed.window.docks.summary
    dock.raise_()
    dressed.qtbot.waitUntil(lambda: not dock.visibleRegion().isEmpty())
    assert len(controls_in(dock)) > 0
    assert nameless_in(dock) == []
    assert sideways_in(dock) == []
    assert cut_in(dock) == []


def test_the_chain_rule_check_is_as_well_kept(dressed: Laboratory) -> None:
    buttons = dressed.window.backprop_panel.findChildren(QPushButton)
    button = next(each for each in buttons if "Chain-rule" in each.text())
    QTest.mouseClick(button, LEFT)
    dialog = dressed.window.findChild(ChainRuleDialog)
    assert isinstance(dialog, ChainRuleDialog)
    assert cut_in(dialog) == []  # before the answer is there, too
    panel = dialog.findChild(ChainRulePanel)
    assert isinstance(panel, ChainRulePanel)
    dressed.qtbot.waitUntil(lambda: panel.sentence != "")
    assert len(controls_in(dialog)) > 8
    assert nameless_in(dialog) == []
    assert sideways_in(dialog) == []
    dialog.resize(dialog.minimumSizeHint())
    dressed.qtbot.waitUntil(lambda: cut_in(dialog) == [])


@pytest.mark.parametrize("name", ["backprop", "summary"])
def test_words_and_grounds_of_the_new_docks_differ_enough(dressed: Laboratory, name: str) -> None:
    """Of every label the ink that it is drawn in, on the panel below it."""
    dock = dressed.dock(name)
    dock.raise_()
    dressed.qtbot.waitUntil(lambda: not dock.visibleRegion().isEmpty())
    panel = dressed.parts.themes.theme.panel
    labels = [w for w in visible_widgets(dock) if isinstance(w, QLabel) and w.text()]
    assert len(labels) > 3
    inks = {label.palette().color(label.foregroundRole()).name() for label in labels}
    assert [ink for ink in inks if contrast(ink, panel) < 4.5] == []


def test_tab_reaches_every_control_and_comes_back_to_the_run_bar(dressed: Laboratory) -> None:
    wanted = {
        widget
        for widget in visible_widgets(dressed.window)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isEnabled()
        and not is_part_of_another(widget)
        and widget.focusProxy() is None
    }
    reached = set(tabbed(dressed))
    assert len(wanted) > 20
    # On the way through the rows the last one became the current one: not all can be done to it.
    missed = [widget for widget in wanted - reached if widget.isEnabled()]
    assert [told(widget) for widget in missed] == []
    rates = {dressed.rate_field(layer.id) for layer in dressed.experiment.layers}
    assert {rate for rate in rates if rate.isEnabled()} <= reached


def tabbed(laboratory: Laboratory) -> Iterator[QWidget]:
    """What has the focus after each press of Tab, from the run button around to it again."""
    start = laboratory.button("Pause")
    start.setFocus()
    laboratory.qtbot.waitUntil(start.hasFocus)
    for _ in range(ENOUGH_TABS):
        focused = QApplication.focusWidget()
        assert focused is not None, "the focus was lost"
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None, "the focus was lost"
        yield focused
        if focused is start:
            return
    pytest.fail("Tab never came back to where it began")


def test_nothing_in_sight_is_cut_off_or_scrolls_sideways(dressed: Laboratory) -> None:
    assert sideways_in(dressed.window) == []
    assert cut_in(dressed.window) == []


def text_of(widget: QWidget) -> str:
    if isinstance(widget, QComboBox):
        return widget.currentText()
    if isinstance(widget, QToolButton):
        icon_only = widget.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
        return "" if icon_only or widget.text() == "" else widget.text()
    if isinstance(widget, QAbstractButton | QLabel):
        return widget.text()
    return ""


def is_cut(widget: QWidget) -> bool:
    """Whether a widget's words need more room than it has."""
    text = text_of(widget).replace("&", "")
    if not text or is_part_of_another(widget):
        return False
    needed = QFontMetrics(widget.font()).horizontalAdvance(text)
    if isinstance(widget, QLabel) and widget.wordWrap():
        return widget.height() < widget.heightForWidth(widget.width())
    if isinstance(widget, QToolButton):
        return widget.width() < widget.minimumSizeHint().width()
    if isinstance(widget, QComboBox):
        return widget.width() < needed
    return widget.width() < needed


def test_the_window_can_be_as_small_as_it_must(laboratory: Laboratory) -> None:
    laboratory.window.resize(*SMALLEST)
    size = laboratory.window.size()
    assert (size.width(), size.height()) == SMALLEST
    bar = laboratory.window.findChild(QToolBar)
    assert isinstance(bar, QToolBar)
    laboratory.qtbot.waitUntil(lambda: bar.width() == SMALLEST[0])
    laboratory.qtbot.waitUntil(laboratory.window.run_bar.pace.isVisible)


def test_a_long_message_neither_widens_the_window_nor_hides_the_work(
    laboratory: Laboratory,
) -> None:
    laboratory.window.resize(*SMALLEST)
    laboratory.window.show_notice("Opened " + "a long name " * 40)
    laboratory.qtbot.waitUntil(lambda: laboratory.said("Opened"))
    assert laboratory.window.minimumSizeHint().width() <= SMALLEST[0]
    assert laboratory.window.width() == SMALLEST[0]
    laboratory.window.show_problem("\n".join(f"layers[{n}]: is wrong" for n in range(40)))
    laboratory.qtbot.waitUntil(lambda: laboratory.said("layers[0]"))
    assert laboratory.window.height() == SMALLEST[1]
    assert laboratory.window.loss_plot.height() > 100
    assert laboratory.said("35 lines more")
    tips = [label.toolTip() for label in laboratory.window.statusBar().findChildren(QLabel)]
    assert any("layers[39]" in tip for tip in tips)


def test_a_click_into_the_plot_keeps_the_keys_working(laboratory: Laboratory) -> None:
    laboratory.train()
    QTest.mouseClick(laboratory.window.loss_plot, LEFT)
    laboratory.key(Qt.Key.Key_F5)
    laboratory.until_state("paused")


def test_no_count_of_references_is_lost_in_words_and_frames(laboratory: Laboratory) -> None:
    """PySide6 6.12 on Python 3.11 loses one to None in every call that returns nothing.

    PySide6 6.10 adds five with every picture that is painted on: that costs nothing, and is let be.
    """
    label, loop, frames = QLabel(), QEventLoop(), [0]

    def count(_snapshot: object) -> None:
        frames[0] -= 1
        if frames[0] == 0:
            loop.quit()

    def draw(more: int) -> None:
        """Wait for frames in one piece: each of qtbot's waits leaves references of its own."""
        frames[0] = more
        loop.exec()
        gc.collect()  # nobody else collects in so short a time

    before = sys.getrefcount(None)
    for number in range(2_000):
        label.setText(str(number))
    assert abs(sys.getrefcount(None) - before) < 20
    laboratory.train()
    laboratory.parts.controller.frame.connect(count)
    draw(40)  # until what is made once is there
    before = sys.getrefcount(None)
    draw(200)
    assert before - sys.getrefcount(None) < 100
