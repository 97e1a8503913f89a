import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QToolButton

from engine.backprop import variant_counts
from engine.patterns import with_every_pattern
from engine.structure import add_variant, remove_variant
from gui.panels.variants import VariantsPanel
from gui.widgets.problem_label import ProblemLabel
from gui.widgets.variant_chip import VariantChip


@pytest.fixture
def panel(document, themes, icons, show):
    return show(VariantsPanel(document, themes, icons), 330, 200)


def problem_of(panel):
    return panel.findChild(ProblemLabel).problem


def names(document):
    return [variant.name for variant in document.experiment.variants]


def press(widget, key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(widget, key, modifiers)


def click(chip):
    place = chip.rect().center()
    place.setX(12)
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton, pos=place)


def rename(chip, name):
    field = chip.findChild(QLineEdit)
    field.selectAll()
    QTest.keyClicks(field, name)
    press(field, Qt.Key.Key_Return)


def test_a_chip_per_variant_and_a_click_selects(document, panel):
    assert [chip.name for chip in panel.chips] == names(document)
    assert [chip.is_selected for chip in panel.chips] == [True, False]
    click(panel.chips[1])
    assert document.view.selected_variant == "first"
    assert [chip.is_selected for chip in panel.chips] == [False, True]
    assert document.undo_stack.count() == 0


def test_a_double_click_renames(document, panel):
    chip = panel.chips[0]
    place = chip.rect().center()
    place.setX(12)
    QTest.mouseDClick(chip, Qt.MouseButton.LeftButton, pos=place)
    assert chip.findChild(QLineEdit).isVisible()
    rename(chip, "Everything")
    assert names(document)[0] == "Everything"
    assert document.undo_stack.undoText() == "Rename All trainable"
    document.undo_stack.undo()
    assert panel.chips[0].name == "All trainable"


def test_f2_renames_the_chip_with_the_keyboard(document, panel):
    panel.chips[1].setFocus()
    press(panel.chips[1], Qt.Key.Key_F2)
    assert panel.chips[1].findChild(QLineEdit).isVisible()
    rename(panel.chips[1], "Lowest")
    assert names(document)[1] == "Lowest"


def test_plus_adds_a_variant_and_selects_it(document, panel):
    button = next(b for b in panel.findChildren(QToolButton) if b.toolTip() == "Add variant")
    button.click()
    assert len(panel.chips) == 3
    assert document.view.selected_variant == document.experiment.variants[-1].id
    assert all(plan.trainable for plan in document.experiment.variants[-1].layers.values())
    document.undo_stack.undo()
    assert len(panel.chips) == 2
    assert document.view.selected_variant == "first"


def test_a_variant_is_duplicated_beside_itself(document, panel):
    panel.chips[0].setFocus()
    press(panel.chips[0], Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert names(document) == ["All trainable", "All trainable copy", "First layer only"]
    assert [chip.name for chip in panel.chips] == names(document)
    assert document.undo_stack.undoText() == "Duplicate All trainable"


def test_delete_removes_the_chip_with_the_keyboard_and_one_stays(document, panel):
    panel.chips[1].setFocus()
    press(panel.chips[1], Qt.Key.Key_Delete)
    assert names(document) == ["All trainable"]
    assert panel.chips[0].hasFocus()
    assert not panel.remove.isEnabled()
    press(panel.chips[0], Qt.Key.Key_Delete)
    assert names(document) == ["All trainable"]
    document.undo_stack.undo()
    assert names(document) == ["All trainable", "First layer only"]
    assert panel.remove.isEnabled()


def test_hiding_is_seen_but_not_an_edit(document, panel):
    panel.chips[1].visibility_toggled.emit(False)
    assert document.view.hidden == {"first"}
    assert [chip.is_shown for chip in panel.chips] == [True, False]
    panel.chips[1].setFocus()
    panel.hide_or_show.trigger()
    assert document.view.hidden == set()
    assert document.undo_stack.count() == 0


def test_the_pattern_on_a_chip_follows_the_layers(document, panel):
    assert "trains, frozen, frozen" in panel.chips[1].accessibleName()
    variant = document.experiment.variant("first")
    plans = {**variant.layers, "output": variant.layers["output"].replace(trainable=True)}
    variants = (document.experiment.variants[0], variant.replace(layers=plans))
    document.edit(document.experiment.replace(variants=variants), "unfreeze")
    assert "trains, frozen, trains" in panel.chips[1].accessibleName()


def test_eight_chips_wrap_and_stay_inside(document, panel, qtbot):
    for _ in range(6):
        document.edit(add_variant(document.experiment), "Add variant")
    qtbot.waitUntil(lambda: len({chip.y() for chip in panel.chips}) > 2)
    assert all(chip.geometry().right() <= panel.width() for chip in panel.chips)
    places = [(chip.y(), chip.x()) for chip in panel.chips]
    assert places == sorted(places)


def test_chips_of_removed_variants_are_gone(document, panel, qtbot):
    document.edit(add_variant(document.experiment), "Add variant")
    document.undo_stack.undo()
    qtbot.waitUntil(lambda: len(panel.findChildren(VariantChip)) == 2)


def test_many_chips_scroll_and_the_selected_one_is_in_sight(document, panel, qtbot):
    document.edit(with_every_pattern(document.experiment), "All freeze patterns")
    for _ in range(3):
        document.edit(add_variant(document.experiment), "Add variant")
    qtbot.waitUntil(lambda: panel.height() < 260)
    last = document.experiment.variants[-1].id
    document.view.select(last)
    chip = panel.chips[-1]
    qtbot.waitUntil(lambda: chip.visibleRegion().boundingRect().height() == chip.height())


def test_capacity_fair_controls_are_added_in_one_step(document, panel):
    panel.chips[1].setFocus()
    panel.add_controls.trigger()
    assert document.undo_stack.undoText() == "Add controls for First layer only"
    added = document.experiment.variants[2:]
    assert [variant_counts(document.experiment, variant).trainable for variant in added] == [496]
    panel.add_controls.trigger()
    assert problem_of(panel) == "Its controls are there already"
    document.undo_stack.undo()
    assert names(document) == ["All trainable", "First layer only"]


def test_there_are_no_controls_of_a_variant_that_trains_everything(document, panel):
    panel.chips[0].setFocus()
    panel.add_controls.trigger()
    assert "trains every parameter" in problem_of(panel)
    assert document.undo_stack.count() == 0


def test_every_freeze_pattern_can_be_asked_for(panel, qtbot):
    (button,) = [b for b in panel.findChildren(QToolButton) if b.text().startswith("All freeze")]
    with qtbot.waitSignal(panel.patterns_wanted):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_selected_and_hidden_variant_can_go(document, panel):
    """The view tells of what is hidden before it selects another variant."""
    document.view.select("first")
    document.view.set_hidden("first", True)
    document.edit(remove_variant(document.experiment, "first"), "Delete variant")
    assert [chip.is_selected for chip in panel.chips] == [True]
