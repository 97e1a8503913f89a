"""Text and choice fields, and the grid they stand in."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from gui.widgets.choice_field import ChoiceField
from gui.widgets.field_grid import FieldGrid
from gui.widgets.ink_label import InkLabel
from gui.widgets.text_field import TextField


@pytest.fixture
def text(qtbot):
    field = TextField()
    qtbot.addWidget(field)
    field.set_value("100")
    with qtbot.waitExposed(field):
        field.show()
    field.setFocus()
    return field


def write(field, words):
    field.selectAll()
    QTest.keyClicks(field, words)


def test_text_is_reported_at_return_and_not_before(text, qtbot):
    told = []
    text.edited.connect(told.append)
    write(text, "1, 2")
    assert told == []
    QTest.keyClick(text, Qt.Key.Key_Return)
    assert told == ["1, 2"]


def test_escape_brings_the_text_back(text):
    told = []
    text.edited.connect(told.append)
    write(text, "abc")
    QTest.keyClick(text, Qt.Key.Key_Escape)
    assert text.text() == "100"
    QTest.keyClick(text, Qt.Key.Key_Return)
    assert told == []


def test_a_refused_text_stays_to_be_corrected(text):
    told = []
    text.edited.connect(told.append)
    write(text, "abc")
    QTest.keyClick(text, Qt.Key.Key_Return)
    text.set_problem("no seed")
    QTest.keyClick(text, Qt.Key.Key_Return)
    assert told == ["abc"]
    assert text.text() == "abc"
    assert text.accessibleDescription() == "no seed"
    QTest.keyClicks(text, "d")
    assert text.problem == ""


@pytest.fixture
def choice(qtbot):
    field = ChoiceField()
    qtbot.addWidget(field)
    field.set_choices([("sgd", "SGD"), ("adam", "Adam"), ("adamw", "AdamW")])
    field.set_value("adam")
    with qtbot.waitExposed(field):
        field.show()
    field.setFocus()
    return field


def test_a_choice_is_reported_and_shown_only_when_it_is_taken(choice):
    told = []
    choice.chosen.connect(told.append)
    QTest.keyClick(choice, Qt.Key.Key_Down)
    assert told == ["adamw"]
    assert choice.currentText() == "Adam"
    choice.set_value("adamw")
    assert choice.currentText() == "AdamW"
    assert told == ["adamw"]


def test_other_choices_keep_the_value(choice):
    choice.set_choices([("adam", "Adam, said otherwise"), ("lion", "Lion")])
    assert choice.value() == "adam"
    assert choice.currentText() == "Adam, said otherwise"


def test_a_choice_that_is_not_offered_shows_nothing(choice):
    choice.set_value("lion")
    assert choice.currentIndex() == -1


@pytest.fixture
def grid(qtbot, themes):
    window = QWidget()
    qtbot.addWidget(window)
    grid = FieldGrid(themes)
    for name in ("first", "second", "third"):
        grid.add(name, name.title(), QLineEdit(), f"tip of {name}")
    column = QVBoxLayout(window)
    column.addWidget(grid)
    column.addStretch(1)
    window.resize(300, 400)
    with qtbot.waitExposed(window):
        window.show()
    yield grid
    window.close()


def places(grid):
    fields = sorted(grid.findChildren(QLineEdit), key=lambda field: field.accessibleName())
    return [field.mapTo(grid, field.rect().topLeft()) for field in fields if field.isVisible()]


def test_two_fields_share_a_row(grid):
    first, second, third = places(grid)
    assert first.y() == second.y() < third.y()
    assert first.x() == third.x() < second.x()


def test_a_hidden_field_leaves_no_gap(grid, qtbot):
    whole = places(grid)
    grid.set_shown("first", False)
    assert not grid.is_shown("first")
    qtbot.waitUntil(lambda: places(grid)[0].y() == places(grid)[1].y())
    grid.set_shown("first", True)
    qtbot.waitUntil(lambda: places(grid) == whole)


def test_a_problem_stands_under_its_row(grid, qtbot):
    below = places(grid)[2].y()
    grid.set_problem("second", "Write a number")
    assert grid.problem("second") == "Write a number"
    qtbot.waitUntil(lambda: places(grid)[2].y() > below)
    grid.set_problem("second", "")
    qtbot.waitUntil(lambda: places(grid)[2].y() == below)


def test_fields_have_names_and_tips(grid):
    names = {field.accessibleName(): field.toolTip() for field in grid.findChildren(QLineEdit)}
    assert names["Second"] == "tip of second"


def test_a_label_follows_the_theme(qtbot, themes):
    label = InkLabel(themes, "frozen_ink", "ice")
    qtbot.addWidget(label)
    assert label.palette().windowText().color().name().upper() == themes.theme.frozen_ink
    label.set_ink("muted")
    assert label.palette().windowText().color().name().upper() == themes.theme.muted
