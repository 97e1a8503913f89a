from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.widgets.flow_layout import FlowLayout


class Board(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.flow = FlowLayout(self, spacing=10)


def flow(qtbot: QtBot, widths: list[int], width: int) -> tuple[Board, list[QWidget]]:
    parent = Board()
    qtbot.addWidget(parent)
    chips = []
    for each in widths:
        chip = QWidget()
        chip.setFixedSize(each, 20)
        parent.flow.addWidget(chip)
        chips.append(chip)
    parent.resize(width, 200)
    parent.show()
    return parent, chips


def test_items_wrap_where_the_width_ends(qtbot: QtBot) -> None:
    board, chips = flow(qtbot, [100, 100, 100], 250)
    assert [(chip.x(), chip.y()) for chip in chips] == [(0, 0), (110, 0), (0, 30)]
    assert board.flow.heightForWidth(250) == 50
    assert board.flow.heightForWidth(330) == 20
    assert board.flow.heightForWidth(90) == 80


def test_an_exact_fit_does_not_wrap(qtbot: QtBot) -> None:
    board, _ = flow(qtbot, [100, 100], 400)
    assert board.flow.heightForWidth(210) == 20
    assert board.flow.heightForWidth(209) == 50


def test_a_hidden_item_leaves_no_gap(qtbot: QtBot) -> None:
    board, chips = flow(qtbot, [100, 100, 100], 400)
    chips[0].hide()
    board.flow.setGeometry(QRect(0, 0, 400, 200))
    assert chips[1].x() == 0
    assert chips[2].x() == 110


def test_an_item_can_be_put_between_and_taken_out(qtbot: QtBot) -> None:
    board, chips = flow(qtbot, [50, 50], 400)
    between = QWidget()
    between.setFixedSize(30, 20)
    board.flow.insert_widget(1, between)
    between.show()
    board.flow.setGeometry(QRect(0, 0, 400, 200))
    assert [chips[0].x(), between.x(), chips[1].x()] == [0, 60, 100]
    assert board.flow.takeAt(7) is None
    taken = board.flow.takeAt(0)
    assert taken is not None
    assert taken.widget() is chips[0]
    assert board.flow.count() == 2
