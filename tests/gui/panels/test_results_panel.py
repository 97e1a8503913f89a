"""The results of a run: variants or single seeds, the chosen one, and what stands around them."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QScrollArea, QTableView, QWidget

from engine.edits import apply_edit
from engine.journal import RenameVariant, SetTrainable
from engine.structure import add_variant, remove_variant
from gui.models.results_run import RunNumbers
from gui.models.variant_results import MemberNumbers
from gui.panels.results_comparison_line import ComparisonLine
from gui.panels.results_panel import ResultsPanel
from gui.widgets.segmented_choice import SegmentedChoice


def numbers_of(log, variants=("all", "first"), seeds=(7, 8)):
    numbers = MemberNumbers.before_a_run(log.shape[2]).read_on(log)
    return RunNumbers(variants, seeds, numbers, epochs=9)


@pytest.fixture
def run():
    return numbers_of(np.random.default_rng(0).random((5, 4, 4)).astype(np.float32))


@pytest.fixture
def panel(document, themes, icons, show):
    return show(ResultsPanel(document, themes, icons), 700, 500)


def column(panel, key):
    """The texts of one column, by the keys of the rows."""
    model = panel.table.model
    at = [each.key for each in model.columns].index(key)
    return {model.key(row): model.index(row, at).data() for row in range(model.rowCount())}


def choose_rows(panel, key):
    choice = panel.findChild(SegmentedChoice)
    place = choice.place_of(key).center().toPoint()
    QTest.mouseClick(choice, Qt.MouseButton.LeftButton, pos=place)


def click_row(panel, key):
    view = panel.table.findChild(QTableView)
    index = panel.table.model.index(panel.table.model.place_of(key), 0)
    place = view.visualRect(index).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_before_a_run_the_plan_is_there_and_dashes_for_numbers(panel):
    assert column(panel, "trainable") == {"all": "641", "first": "496"}
    assert column(panel, "train_loss") == {"all": "–", "first": "–"}
    assert "No run yet" in panel.state


def test_variants_or_single_seeds(panel, run):
    panel.set_run(run)
    assert set(column(panel, "train_loss")) == {"all", "first"}
    assert " ± " in column(panel, "train_loss")["first"]
    choose_rows(panel, "seeds")
    assert column(panel, "seed") == {"all/7": "7", "all/8": "8", "first/7": "7", "first/8": "8"}
    assert " ± " not in column(panel, "train_loss")["first/8"]
    choose_rows(panel, "variants")
    assert set(column(panel, "train_loss")) == {"all", "first"}


def test_a_run_s_end_takes_its_numbers_away(panel, run):
    panel.set_run(run)
    panel.set_run(None)
    assert column(panel, "epochs") == {"all": "–", "first": "–"}


def test_choosing_and_opening_name_the_variant_also_of_a_seed(panel, run):
    chosen, opened = QSignalSpy(panel.variant_chosen), QSignalSpy(panel.opened)
    click_row(panel, "first")
    panel.set_run(run)
    choose_rows(panel, "seeds")
    click_row(panel, "first/8")
    QTest.keyClick(panel.table.findChild(QTableView), Qt.Key.Key_Return)
    assert [chosen.at(i)[0] for i in range(chosen.count())] == ["first", "first"]
    assert [opened.at(i)[0] for i in range(opened.count())] == ["first"]


def test_the_selected_variant_is_the_current_row(document, panel, run):
    panel.set_run(run)
    assert panel.table.current == "all"
    document.view.select("first")
    assert panel.table.current == "first"
    choose_rows(panel, "seeds")
    assert panel.table.current == "first/7"
    document.view.select("all")
    assert panel.table.current == "all/7"


def test_the_rows_follow_the_document(document, panel, run):
    panel.set_run(run)
    name = RenameVariant(variant="first", name="Only the first")
    document.edit(apply_edit(document.experiment, name), "Rename")
    assert column(panel, "name")["first"] == "Only the first"
    freeze = SetTrainable(variant="all", layer="output", trainable=False)
    document.edit(apply_edit(document.experiment, freeze), "Freeze")
    assert column(panel, "trainable")["all"] == "632"
    document.edit(add_variant(document.experiment), "Add")
    added = document.experiment.variants[-1].id
    assert column(panel, "train_loss")[added] == "–"
    document.edit(remove_variant(document.experiment, "all"), "Delete")
    assert set(column(panel, "name")) == {"first", added}
    assert column(panel, "train_loss")["first"] != "–"


def test_what_is_hidden_does_nothing_and_is_complete_when_it_is_seen_again(document, panel, run):
    panel.hide()
    changed = QSignalSpy(panel.table.model.modelReset)
    panel.set_run(run)
    document.edit(add_variant(document.experiment), "Add")
    assert changed.count() == 0
    shown = QSignalSpy(panel.shown)
    panel.show()
    assert [shown.at(0)[0], shown.count()] == [True, 1]
    assert len(column(panel, "train_loss")) == 3
    assert column(panel, "train_loss")["all"] != "–"
    assert panel.comparison.sentences


def test_a_filter_finds_a_pattern_by_its_words(panel):
    panel.table.model.set_filter("frozen")
    assert set(column(panel, "name")) == {"first"}


class ShownWindows(QObject):
    """Notes every widget that is shown as a window of its own."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def eventFilter(self, watched, event):  # noqa: N802
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(watched)
        return False


def test_it_opens_in_its_window_and_shows_no_other_on_the_way(document, themes, icons, show, qapp):
    parent, windows = QWidget(), ShownWindows()
    qapp.installEventFilter(windows)
    panel = ResultsPanel(document, themes, icons, parent)
    show(parent, 700, 500)
    qapp.removeEventFilter(windows)
    assert windows.seen == [parent]
    assert panel.isVisible()


def scroll(panel):
    return next(
        area for area in panel.findChildren(QScrollArea) if area.widget() is panel.comparison
    )


def test_the_comparison_is_as_high_as_it_needs_and_scrolls_in_half_the_panel(
    document, panel, run, qtbot
):
    for _ in range(3):
        document.edit(add_variant(document.experiment), "Add")
    panel.set_run(run)
    panel.resize(1000, 900)
    area, view = scroll(panel), panel.table.findChild(QTableView)
    needed = panel.comparison.heightForWidth
    qtbot.waitUntil(lambda: area.height() == needed(1000) < 450)
    assert area.verticalScrollBar().maximum() == 0
    panel.resize(320, 460)
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    assert area.height() <= 230
    assert panel.comparison.height() >= needed(panel.comparison.width())
    assert view.viewport().height() >= 4 * view.rowHeight(0)
    assert panel.minimumSizeHint().height() < 460


def test_few_rows_leave_the_comparison_more_than_half(panel, run, qtbot):
    panel.set_run(run)
    panel.resize(400, 520)
    area, view = scroll(panel), panel.table.findChild(QTableView)
    qtbot.waitUntil(lambda: area.height() > 260 and area.verticalScrollBar().maximum() == 0)
    assert view.viewport().height() >= 3 * view.rowHeight(0)


def shown_strips(panel):
    lines = panel.findChildren(ComparisonLine)
    return sum(line.strip.isVisible() for line in lines)


def test_strips_stand_where_there_is_room_and_never_push_sentences_out(panel, run, qtbot):
    panel.set_run(run)
    area = scroll(panel)
    panel.resize(600, 620)
    qtbot.waitUntil(lambda: shown_strips(panel) == 3)
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() == 0)
    panel.resize(600, 380)
    qtbot.waitUntil(lambda: shown_strips(panel) == 0)
    panel.resize(600, 620)
    qtbot.waitUntil(lambda: shown_strips(panel) == 3)


def test_a_run_that_brings_sentences_makes_room_for_them(panel, run, qtbot):
    panel.resize(1000, 900)
    qtbot.waitUntil(lambda: scroll(panel).height() == panel.comparison.heightForWidth(1000))
    before = scroll(panel).height()
    panel.set_run(run)
    qtbot.waitUntil(lambda: scroll(panel).height() > before)
    assert scroll(panel).verticalScrollBar().maximum() == 0
