import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from gui.icons import Icons
from gui.theme import ThemeSource
from gui.widgets.tip_text import plain_tip
from gui.widgets.variant_chip import VariantChip
from tests.gui.widgets.pictures import count

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def chip(qtbot: QtBot, themes: ThemeSource, icons: Icons) -> VariantChip:
    chip = VariantChip(themes, icons)
    qtbot.addWidget(chip)
    chip.set_value("First only", 0, ["trains", "frozen", "frozen"])
    chip.resize(chip.sizeHint())
    chip.show()
    chip.activateWindow()
    chip.setFocus()
    qtbot.waitUntil(chip.hasFocus)
    return chip


def field(chip: VariantChip) -> QLineEdit:
    found = chip.findChild(QLineEdit)
    assert isinstance(found, QLineEdit)
    return found


def eye(chip: VariantChip) -> QToolButton:
    found = chip.findChild(QToolButton)
    assert isinstance(found, QToolButton)
    return found


def test_click_and_space_select(chip: VariantChip) -> None:
    selections: list[None] = []
    chip.selected.connect(lambda: selections.append(None))
    QTest.mouseClick(chip, LEFT, pos=QPoint(12, chip.height() // 2))
    QTest.keyClick(chip, Qt.Key.Key_Space)
    QTest.keyClick(chip, Qt.Key.Key_Return)
    assert len(selections) == 3
    assert not chip.is_selected  # whoever listens decides, then shows it


def test_double_click_renames_in_place(chip: VariantChip) -> None:
    names: list[str] = []
    chip.rename_requested.connect(names.append)
    QTest.mouseDClick(chip, LEFT, pos=QPoint(40, chip.height() // 2))
    assert field(chip).isVisible()
    QTest.keyClicks(field(chip), "  Only the first ")
    QTest.keyClick(field(chip), Qt.Key.Key_Return)
    assert names == ["Only the first"]
    assert not field(chip).isVisible()
    assert chip.hasFocus()
    assert chip.name == "First only"


def test_f2_renames_and_leaving_the_field_keeps_what_was_typed(chip: VariantChip) -> None:
    names: list[str] = []
    chip.rename_requested.connect(names.append)
    QTest.keyClick(chip, Qt.Key.Key_F2)
    QTest.keyClicks(field(chip), "A")
    chip.setFocus()
    assert names == ["A"]


@pytest.mark.parametrize("text", ["", "   ", "First only"])
def test_no_name_or_the_same_name_is_not_reported(chip: VariantChip, text: str) -> None:
    names: list[str] = []
    chip.rename_requested.connect(names.append)
    chip.start_rename()
    field(chip).clear()
    QTest.keyClicks(field(chip), text)
    QTest.keyClick(field(chip), Qt.Key.Key_Return)
    assert names == []


def test_escape_drops_the_new_name(chip: VariantChip) -> None:
    names: list[str] = []
    chip.rename_requested.connect(names.append)
    chip.start_rename()
    QTest.keyClicks(field(chip), "Other")
    QTest.keyClick(field(chip), Qt.Key.Key_Escape)
    assert names == []
    assert not field(chip).isVisible()


def test_the_eye_asks_to_hide_and_to_show(chip: VariantChip) -> None:
    wishes: list[bool] = []
    chip.visibility_toggled.connect(wishes.append)
    QTest.mouseClick(eye(chip), LEFT)
    assert wishes == [False]
    assert chip.is_shown
    chip.set_shown(False)
    QTest.mouseClick(eye(chip), LEFT)
    assert wishes == [False, True]


def test_setting_values_reports_nothing(chip: VariantChip) -> None:
    reports: list[object] = []
    chip.selected.connect(lambda: reports.append("selected"))
    chip.rename_requested.connect(reports.append)
    chip.visibility_toggled.connect(reports.append)
    chip.set_value("Other", 1, ["trains"])
    chip.set_selected(True)
    chip.set_shown(False)
    assert reports == []


def test_it_says_in_words_what_it_shows(chip: VariantChip) -> None:
    assert chip.accessibleName() == "Variant First only: trains, frozen, frozen"
    assert chip.accessibleDescription() == ""
    chip.set_shown(False)
    assert chip.accessibleDescription() == "hidden in the plots"
    assert eye(chip).accessibleName() == "Show First only in the plots"


def test_screen_readers_see_a_button_and_whether_it_is_selected(chip: VariantChip) -> None:
    spoken = QAccessible.queryAccessibleInterface(chip)
    assert spoken.state().checkable
    assert not spoken.state().checked
    chip.set_selected(True)
    assert spoken.state().checked
    assert spoken.text(QAccessible.Text.Name) == chip.accessibleName()


def test_markup_in_a_name_is_shown_as_it_is(chip: VariantChip) -> None:
    chip.set_value("<b>x</b>", 0, ["trains"])
    assert "<b>" not in chip.toolTip()
    assert "&lt;b&gt;" in chip.toolTip()
    assert chip.toolTip() == plain_tip("<b>x</b>\ntrains")


def test_it_shows_its_colour_and_pattern(chip: VariantChip, themes: ThemeSource) -> None:
    theme = themes.theme
    picture = chip.grab().toImage()
    assert count(picture, theme.variant(0)) > 10
    assert count(picture, theme.trainable_ink) > 20
    chip.set_value("First only", 1, ["frozen", "frozen", "frozen"])
    picture = chip.grab().toImage()
    assert count(picture, theme.variant(0)) == 0
    assert count(picture, theme.variant(1)) > 10
    assert count(picture, theme.trainable_ink) == 0


def test_a_hidden_variant_loses_its_colour(chip: VariantChip, themes: ThemeSource) -> None:
    chip.set_shown(False)
    assert count(chip.grab().toImage(), themes.theme.variant(0)) == 0


def test_selection_and_focus_look_different(chip: VariantChip, themes: ThemeSource) -> None:
    focused = chip.grab().toImage()
    chip.clearFocus()
    plain = chip.grab().toImage()
    chip.set_selected(True)
    selected = chip.grab().toImage()
    assert count(plain, themes.theme.accent) == 0
    assert count(focused, themes.theme.accent) > 100
    assert count(selected, themes.theme.selection) > 100
    assert focused != selected


def test_a_long_name_is_shortened_and_a_deep_network_summed_up(chip: VariantChip) -> None:
    chip.set_value("A", 0, ["trains"] * 3)
    short = chip.sizeHint().width()
    chip.set_value("A" * 80, 0, ["trains"] * 64)
    assert short < chip.sizeHint().width() < 60 * chip.fontMetrics().averageCharWidth()
    assert "A" * 80 in chip.toolTip()
