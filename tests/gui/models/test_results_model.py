"""The table of results as a Qt model: sorted, filtered, and its rows known by their keys."""

import time

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy

from gui.models.results_model import OWN_ORDER, ResultColumn, ResultRow, ResultsModel
from gui.models.results_values import Signs
from gui.models.variant_results import Spread

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal
ASCENDING, DESCENDING = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
NAN = float("nan")
COLUMNS = (
    ResultColumn("name", "Name"),
    ResultColumn("loss", "Loss", "Mean <loss>", numeric=True),
    ResultColumn("note", "Note"),
)


def row(key, loss, note=""):
    return ResultRow(key, (f"Name {key}", loss, note))


ROWS = (
    row("a", Spread(10.0, 0.1, 3), "first Part"),
    row("b", 9.5, "second part"),
    row("c", None, "other"),
    row("d", 100, "other PART"),
    row("e", NAN, ""),
)


@pytest.fixture
def model(qapp):
    model = ResultsModel()
    model.set_table(COLUMNS, ROWS)
    return model


def keys(model):
    return "".join(model.key(place) for place in range(model.rowCount()))


def test_it_is_a_proper_model_whatever_happens_to_it(qapp):
    model = ResultsModel()
    QAbstractItemModelTester(model, FATAL, model)
    model.set_table(COLUMNS, ROWS)
    model.sort(1, DESCENDING)
    model.set_filter("part")
    model.set_table(COLUMNS, [row("a", 3), *ROWS[1:]])
    model.set_filter("")
    model.set_table(COLUMNS[:2], [ResultRow("z", ("z", 1))])
    model.sort(OWN_ORDER)
    model.set_table((), ())
    assert (model.rowCount(), model.columnCount()) == (0, 0)


def test_numbers_are_sorted_as_numbers_and_missing_ones_are_last_both_ways(model):
    model.sort(1, ASCENDING)
    assert keys(model) == "badce"
    model.sort(1, DESCENDING)
    assert keys(model) == "dabce"
    model.sort(OWN_ORDER)
    assert keys(model) == "abcde"


def test_texts_are_sorted_without_regard_to_case_and_equal_ones_keep_their_order(model):
    model.sort(2, ASCENDING)
    assert keys(model) == "acdbe"
    model.set_table(COLUMNS, [row(key, 1, "same") for key in "xyz"])
    for order in (ASCENDING, DESCENDING):
        model.sort(2, order)
        assert keys(model) == "xyz"


def test_the_filter_wants_every_word_in_any_column(model):
    model.set_filter("PART")
    assert keys(model) == "abd"
    model.set_filter("part  name")
    assert keys(model) == "abd"
    model.set_filter("part other")
    assert keys(model) == "d"
    model.set_filter("nowhere")
    assert (keys(model), len(model.rows)) == ("", 5)
    model.set_filter("")
    assert keys(model) == "abcde"


def test_the_filter_reads_the_words_of_signs_and_no_numbers(model):
    rows = [ResultRow("s", ("x", 123, Signs("❄■", "frozen, trains"))), ROWS[0]]
    model.set_table(COLUMNS, rows)
    model.set_filter("frozen")
    assert keys(model) == "s"
    model.set_filter("123")
    assert keys(model) == ""


def test_new_values_keep_the_order_the_filter_and_the_places(model):
    model.set_filter("part")
    model.sort(1, ASCENDING)
    assert keys(model) == "bad"
    index = QPersistentModelIndex(model.index(0, 1))  # b
    reset = QSignalSpy(model.modelReset)
    model.set_table(COLUMNS, [ROWS[0], row("b", 50, "part"), *ROWS[2:]])
    assert keys(model) == "abd"
    assert reset.count() == 0
    assert (index.row(), index.data()) == (1, "50")


def test_the_same_table_is_not_told_of_again(model):
    changed, reset = QSignalSpy(model.dataChanged), QSignalSpy(model.modelReset)
    model.set_table(COLUMNS, (*ROWS[:4], ROWS[4]))
    assert (changed.count(), reset.count()) == (0, 0)
    model.set_table(COLUMNS, (row("a", 11), *ROWS[1:]))
    assert (changed.count(), reset.count()) == (1, 0)
    model.set_table(COLUMNS, ROWS[:3])
    assert reset.count() == 1


def test_the_sorted_column_is_known_by_its_key(model):
    model.sort(1, DESCENDING)
    model.set_table((COLUMNS[0], COLUMNS[2], COLUMNS[1]), ())
    assert model.sort_column == 2
    model.set_table(COLUMNS[:1], ())
    assert model.sort_column == OWN_ORDER


def test_the_title_of_the_sorted_column_says_which_way(model):
    def titles():
        across = Qt.Orientation.Horizontal
        return [model.headerData(column, across) for column in range(2)]

    told = QSignalSpy(model.headerDataChanged)
    model.sort(1, ASCENDING)
    assert titles() == ["Name", "▴ Loss"]
    model.sort(0, DESCENDING)
    assert titles() == ["Name ▾", "Loss"]
    model.sort(OWN_ORDER)
    assert (titles(), told.count()) == (["Name", "Loss"], 3)


def test_cells_titles_and_tips(model):
    across, tip = Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole
    assert [model.index(place, 1).data() for place in range(5)] == [
        "10.0 ± 0.10", "9.50", "–", "100", "–",
    ]  # fmt: skip
    assert model.headerData(1, across) == "Loss"
    assert model.headerData(1, across, tip) == "<p>Mean &lt;loss&gt;</p>"
    assert model.index(1, 1).data(tip) == "<p>Name b<br>9.5<br>Mean &lt;loss&gt;</p>"
    assert model.index(1, 0).data(tip) == "<p>Name b</p>"
    assert model.index(2, 1).data(Qt.ItemDataRole.AccessibleTextRole) == "Loss: no number"
    right = model.index(0, 1).data(Qt.ItemDataRole.TextAlignmentRole)
    assert right & Qt.AlignmentFlag.AlignRight
    assert model.place_of("d") == 3
    assert model.place_of("nobody") == -1


def test_ten_thousand_rows_are_sorted_and_filtered_at_once(model):
    many = [row(str(n), float(n * 7919 % 10_007), f"note{n % 13}.") for n in range(10_000)]
    began = time.thread_time()
    model.set_table(COLUMNS, many)
    model.sort(1, DESCENDING)
    model.set_filter("note7.")
    assert time.thread_time() - began < 1.0  # 0.06 s on two slow cores
    losses = [result.values[1] for result in model.shown]
    assert losses == sorted((r.values[1] for r in many if "note7." in r.values[2]), reverse=True)


def test_numbers_that_were_given_are_shown_as_they_are() -> None:
    model = ResultsModel()
    columns = (
        ResultColumn("rate", "rate", numeric=True, given=True),
        ResultColumn("loss", "loss", numeric=True),
    )
    model.set_table(columns, [ResultRow(str(rate), (rate, rate)) for rate in (1e-4, 0.003, 1e-5)])
    shown = [[model.index(row, column).data() for column in (0, 1)] for row in range(3)]
    assert [row[0] for row in shown] == ["1e-4", "3e-3", "1e-5"]
    assert shown[0][1] == "0.000100"
