"""The table of results as a person uses it: filter, sort, choose, copy, save."""

import csv
import io

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QTableView

from gui.models.results_model import ResultColumn, ResultRow
from gui.models.variant_results import Spread
from gui.panels.results_table import ResultsTable

LEFT = Qt.MouseButton.LeftButton
CONTROL = Qt.KeyboardModifier.ControlModifier
COLUMNS = (
    ResultColumn("name", "Name"),
    ResultColumn("loss", "Loss", "What is minimized", numeric=True),
    ResultColumn("steps", "Steps", "How many", numeric=True),
)
ROWS = (
    ResultRow("a", ("=SUM(A1)", Spread(1 / 3, 1 / 7, 3), 30)),
    ResultRow("b", ("-2 layers", Spread(0.25, 0.5, 3), -4)),
    ResultRow("c", ("two\ttabs\nlines", None, 100)),
)


@pytest.fixture
def table(themes, icons, show):
    table = show(ResultsTable(themes, icons), 480, 300)
    table.set_table(COLUMNS, ROWS)
    return table


@pytest.fixture
def heard(table):
    """What the table reported, in order."""
    events = []
    for name in ("row_chosen", "row_opened", "notice"):
        getattr(table, name).connect(lambda text, name=name: events.append((name, text)))
    return events


def view(table):
    return table.findChild(QTableView)


def filter_field(table):
    return table.findChild(QLineEdit)


def keys(table):
    return "".join(row.key for row in table.model.shown)


def place(table, row):
    return view(table).visualRect(table.model.index(row, 0)).center()


def click(table, row, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.mouseClick(view(table).viewport(), LEFT, modifiers, place(table, row))


def click_title(table, column):
    header = view(table).horizontalHeader()
    x = header.sectionViewportPosition(column) + 20
    QTest.mouseClick(header.viewport(), LEFT, pos=QPoint(x, header.height() // 2))


def test_a_title_sorts_the_other_way_and_brings_the_order_back(table):
    click_title(table, 2)
    assert keys(table) == "bac"
    click_title(table, 2)
    assert keys(table) == "cab"
    click_title(table, 2)
    assert keys(table) == "abc"


def test_the_filter_and_the_count(table):
    assert table.count_text == "3 rows"
    QTest.keyClicks(filter_field(table), "LAY")
    assert (keys(table), table.count_text) == ("b", "1 of 3 rows")
    QTest.keyClicks(filter_field(table), "x")
    assert table.message == "No row matches “LAYx”"
    assert not table.save.isEnabled()
    QTest.keyClick(filter_field(table), Qt.Key.Key_Escape)
    assert (keys(table), table.message, filter_field(table).text()) == ("abc", "", "")


def test_without_rows_it_says_what_it_was_told(table):
    table.set_empty_text("Nothing yet")
    assert table.message == ""
    table.set_table(COLUMNS, ())
    assert (table.message, table.count_text) == ("Nothing yet", "0 rows")


def test_choosing_with_mouse_and_keyboard_is_reported(table, heard):
    click(table, 1)
    QTest.keyClick(view(table), Qt.Key.Key_Down)
    QTest.keyClick(view(table), Qt.Key.Key_Return)
    click(table, 0)
    QTest.mouseDClick(view(table).viewport(), LEFT, pos=place(table, 0))
    assert heard == [
        ("row_chosen", "b"), ("row_chosen", "c"), ("row_opened", "c"),
        ("row_chosen", "a"), ("row_opened", "a"),
    ]  # fmt: skip


def test_down_in_the_filter_leads_to_the_rows(table, heard):
    filter_field(table).setFocus()
    QTest.keyClick(filter_field(table), Qt.Key.Key_Down)
    assert view(table).hasFocus()
    assert heard == [("row_chosen", "a")]


def test_what_it_is_told_is_not_reported(table, heard):
    table.set_current("c")
    assert view(table).currentIndex().row() == 2
    table.set_table(COLUMNS, ROWS[1:])
    assert (view(table).currentIndex().row(), table.current) == (1, "c")
    table.set_current("")
    assert not view(table).currentIndex().isValid()
    assert heard == []


def test_what_is_selected_stays_so_while_rows_come_go_and_are_sorted(table, heard):
    click(table, 0)
    click(table, 2, Qt.KeyboardModifier.ControlModifier)
    del heard[:]
    table.set_table(COLUMNS, [ResultRow("z", ("new", None, 0)), *ROWS])
    assert [table.model.key(row) for row in view(table).selected_rows()] == ["a", "c"]
    click_title(table, 2)
    assert [table.model.key(row) for row in view(table).selected_rows()] == ["a", "c"]
    QTest.keyClicks(filter_field(table), "tabs")
    assert [table.model.key(row) for row in view(table).selected_rows()] == ["c"]
    QTest.keyClick(filter_field(table), Qt.Key.Key_Escape)
    assert [table.model.key(row) for row in view(table).selected_rows()] == ["a", "c"]
    assert table.current == "c"
    assert heard == []


def test_a_row_chosen_while_others_are_filtered_out_is_the_only_one_selected(table):
    click(table, 0)
    QTest.keyClicks(filter_field(table), "layers")
    click(table, 0)
    filter_field(table).clear()
    assert [table.model.key(row) for row in view(table).selected_rows()] == ["b"]


def test_the_sign_of_a_variant_stands_before_its_name_in_its_colour(table, themes):
    rows = [ResultRow(row.key, row.values, place) for place, row in enumerate(ROWS)]

    def colours(row):
        cell = view(table).visualRect(table.model.index(row, 0))
        image = view(table).viewport().grab(cell).toImage()
        pixels = [
            image.pixelColor(x, y) for x in range(image.width()) for y in range(cell.height())
        ]
        return {pixel.name().upper() for pixel in pixels}

    assert themes.theme.variant(1) not in colours(1)
    table.set_table(COLUMNS, rows)
    assert themes.theme.variant(1) in colours(1)
    assert themes.theme.variant(0) not in colours(1)
    table.set_current("b")
    assert themes.theme.variant(1) in colours(1)  # of a selected row as well


def test_copying_takes_all_rows_unless_several_are_selected(table, heard):
    table.set_current("b")
    QTest.keyClick(view(table), Qt.Key.Key_C, CONTROL)
    assert QApplication.clipboard().text() == (
        "Name\tLoss (mean)\tLoss (sd)\tSteps\n"
        f"'=SUM(A1)\t{1 / 3!r}\t{1 / 7!r}\t30\n"
        "'-2 layers\t0.25\t0.5\t-4\n"
        "two tabs lines\t\t\t100\n"
    )
    click(table, 0)
    table.copy.trigger()
    assert len(QApplication.clipboard().text().splitlines()) == 1 + 3
    click(table, 1, CONTROL)
    view(table).setFocus()
    QTest.keyClick(view(table), Qt.Key.Key_C, CONTROL)
    lines = QApplication.clipboard().text().splitlines()[1:]
    assert lines == [f"'=SUM(A1)\t{1 / 3!r}\t{1 / 7!r}\t30", "'-2 layers\t0.25\t0.5\t-4"]
    assert [text for name, text in heard if name == "notice"] == [
        "Copied 3 rows", "Copied 3 rows", "Copied 2 of 3 rows",
    ]  # fmt: skip


def test_a_csv_file_has_all_rows_unless_several_are_selected(table, heard, tmp_path):
    def saved(name):
        table.save_csv(str(tmp_path / name))
        lines = list(csv.reader(io.StringIO((tmp_path / name).read_text(encoding="utf-8"))))
        return [line[0] for line in lines[1:]]

    table.set_current("b")
    assert saved("all.csv") == ["'=SUM(A1)", "'-2 layers", "two\ttabs\nlines"]
    click(table, 0)
    click(table, 1, CONTROL)
    assert saved("two.csv") == ["'=SUM(A1)", "'-2 layers"]
    assert heard[-1] == ("notice", f"Saved {tmp_path / 'two.csv'}: 2 of 3 rows")


def test_a_csv_file_has_what_is_shown_as_shown_and_nothing_rounded(table, heard, tmp_path):
    click_title(table, 2)
    QTest.keyClicks(filter_field(table), "s")
    path = tmp_path / "results.csv"
    table.save_csv(str(path))
    header, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8")))
    assert header == ["Name", "Loss (mean)", "Loss (sd)", "Steps"]
    assert rows == [
        ["'-2 layers", "0.25", "0.5", "-4"],
        ["'=SUM(A1)", repr(1 / 3), repr(1 / 7), "30"],
        ["two\ttabs\nlines", "", "", "100"],
    ]
    assert heard == [("notice", f"Saved {path}: 3 rows")]


def test_a_file_that_cannot_be_written_is_told_of(table, heard, tmp_path):
    path = tmp_path / "missing" / "results.csv"
    table.save_csv(str(path))
    assert not path.exists()
    assert heard[0][1].startswith(f"Could not write {path}")


def test_saving_asks_for_a_place(table, heard, tmp_path, monkeypatch):
    path = tmp_path / "mine"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    table.save.trigger()
    assert path.with_suffix(".csv").exists()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    table.save.trigger()
    assert len(heard) == 1


@pytest.mark.qt_log_ignore("does not support grabbing", extend=True)  # the offscreen platform
def test_the_context_menu_has_copy_and_save(table, qtbot):
    viewport = view(table).viewport()
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, QPoint(20, 20), viewport.mapToGlobal(QPoint(20, 20))
    )
    QApplication.sendEvent(viewport, event)
    menu = QApplication.activePopupWidget()
    assert [action.text() for action in menu.actions()] == ["&Copy rows", "&Save as CSV…"]
    menu.close()
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is None)


def test_a_column_grows_with_its_numbers_and_never_dances(table):
    before = view(table).columnWidth(1)
    longer = ResultRow("a", ("=SUM(A1)", Spread(-1.23456e-5, 1.23456e-5, 3), 30))
    table.set_table(COLUMNS, (longer, *ROWS[1:]))
    wider = view(table).columnWidth(1)
    assert wider > before
    table.set_table(COLUMNS, ROWS)
    assert view(table).columnWidth(1) == wider


@pytest.mark.parametrize(
    "texts",
    [("■■■■■", "❄\N{VARIATION SELECTOR-15}" * 4 + "■"), ("WWWWWWWW", "i" * 12), ("Variant 1",)],
)
@pytest.mark.parametrize("numeric", [True, False])
def test_a_column_is_as_wide_as_qt_needs_for_every_cell(table, texts, numeric):
    column = ResultColumn("text", "Text", numeric=numeric)
    rows = [ResultRow(str(at), (text,), at) for at, text in enumerate(texts)]
    table.set_table((column,), rows)
    assert view(table).columnWidth(0) > view(table).sizeHintForColumn(0)  # and the grid's line


def test_a_column_of_numbers_has_8_pixels_on_either_side_and_no_more(table):
    text = "0.0138 ± 0.0044"
    column = ResultColumn("loss", "Loss", numeric=True)
    table.set_table((column,), [ResultRow("a", (Spread(0.0138, 0.00436, 10),))])
    assert table.model.index(0, 0).data() == text
    room = view(table).columnWidth(0) - view(table).fontMetrics().horizontalAdvance(text)
    assert 16 <= room <= 20


def test_a_name_far_down_is_not_cut(table):
    rows = [ResultRow(str(at), ("short",)) for at in range(500)]
    table.set_table(COLUMNS[:1], rows)
    before = view(table).columnWidth(0)
    table.set_table(COLUMNS[:1], [*rows, ResultRow("long", ("hidden-1 + hidden-2 + hidden-3",))])
    assert view(table).columnWidth(0) > before


def test_given_numbers_are_measured_as_they_are_shown(table):
    column = ResultColumn("rate", "", numeric=True, given=True)
    table.set_table((column,), [ResultRow("a", (0.000123456,))])
    assert view(table).columnWidth(0) > view(table).sizeHintForColumn(0)


def test_the_rows_keep_room_for_four(table, qtbot):
    table.set_table(COLUMNS, ROWS)
    table.resize(480, table.minimumSizeHint().height())
    qtbot.waitUntil(lambda: table.height() == table.minimumSizeHint().height())
    assert view(table).viewport().height() >= 4 * view(table).rowHeight(0)
