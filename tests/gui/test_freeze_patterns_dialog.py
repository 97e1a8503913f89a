"""The dialog that makes every freeze pattern: what it counts, and one undo step."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engine.experiment import Experiment
from engine.patterns import with_every_pattern
from gui.dialogs.freeze_patterns import FreezePatternsDialog
from gui.document import Document
from gui.icons import Icons
from gui.theme import ThemeSource
from tests.gui.every_kind import every_kind
from tests.gui.live_bench import points

LEFT = Qt.MouseButton.LeftButton


class Asked:
    """A dialog over a document."""

    def __init__(self, experiment: Experiment, qtbot: QtBot) -> None:
        self.document = Document(experiment)
        self.window = QWidget()
        qtbot.addWidget(self.window)
        themes = ThemeSource()
        self.dialog = FreezePatternsDialog(self.document, themes, Icons(themes), self.window)
        self.dialog.show()
        qtbot.waitUntil(self.dialog.isActiveWindow)

    @property
    def boxes(self) -> dict[str, QCheckBox]:
        return {box.text().split(" ")[0]: box for box in self.dialog.findChildren(QCheckBox)}

    @property
    def seeds(self) -> QAbstractSpinBox:
        found = self.dialog.findChild(QAbstractSpinBox)
        assert isinstance(found, QAbstractSpinBox)
        return found

    def button(self, text: str) -> QPushButton:
        return next(b for b in self.dialog.findChildren(QPushButton) if b.text() == text)

    def press(self, text: str) -> None:
        QTest.mouseClick(self.button(text), LEFT)

    def type_seeds(self, text: str) -> None:
        field = self.seeds
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)


@pytest.fixture
def asked(qtbot: QtBot) -> Asked:
    return Asked(points(), qtbot)


def test_make_is_one_undo_step(asked: Asked) -> None:
    before = asked.document.experiment
    assert asked.dialog.sentence == (
        "2³ = 8 patterns × 1 seed = 8 runs trained together; 6 patterns are new"
    )
    asked.press("Make")
    assert asked.document.experiment == with_every_pattern(before)
    stack = asked.document.undo_stack
    assert (stack.count(), stack.undoText()) == (1, "All freeze patterns")
    stack.undo()
    assert asked.document.experiment == before


def test_cancel_changes_nothing(asked: Asked) -> None:
    before = asked.document.experiment
    asked.boxes["hidden"].click()
    asked.press("Cancel")
    assert asked.document.experiment is before
    assert asked.document.undo_stack.count() == 0


def test_only_ticked_layers_vary(asked: Asked) -> None:
    asked.boxes["middle"].click()
    assert asked.dialog.sentence.startswith("2² = 4 patterns")
    asked.press("Make")
    made = asked.document.experiment.variants[2:]
    assert made
    assert all(each.layers["middle"].trainable for each in made)


def test_seeds_are_counted_on_from_the_first(asked: Asked) -> None:
    asked.type_seeds("10")
    QTest.keyClick(asked.seeds, Qt.Key.Key_Tab)
    assert "8 patterns × 10 seeds = 80 runs" in asked.dialog.sentence
    asked.press("Make")
    assert asked.document.experiment.training.seeds == tuple(range(1, 11))
    assert asked.document.undo_stack.count() == 1


@pytest.mark.parametrize("text", ["0", "1001", "many"])
def test_a_wrong_number_of_seeds_is_said_and_not_taken(asked: Asked, text: str) -> None:
    before = asked.document.experiment
    asked.type_seeds(text)
    QTest.keyClick(asked.seeds, Qt.Key.Key_Tab)
    assert asked.dialog.problem
    assert not asked.button("Make").isEnabled()
    asked.dialog.accept()
    assert asked.document.experiment is before
    asked.type_seeds("2")
    QTest.keyClick(asked.seeds, Qt.Key.Key_Tab)
    assert asked.dialog.problem == ""
    assert asked.button("Make").isEnabled()


def test_nothing_ticked_is_nothing_to_make(asked: Asked) -> None:
    for box in asked.boxes.values():
        box.click()
    assert asked.dialog.problem == "Tick at least one layer"
    assert not asked.button("Make").isEnabled()
    asked.boxes["output"].click()
    assert asked.button("Make").isEnabled()


def test_what_is_there_already_is_not_made_again(qtbot: QtBot) -> None:
    asked = Asked(with_every_pattern(points()), qtbot)
    assert asked.dialog.sentence.endswith("none is new")
    assert not asked.button("Make").isEnabled()
    asked.type_seeds("3")
    QTest.keyClick(asked.seeds, Qt.Key.Key_Tab)
    assert asked.button("Make").isEnabled()


def test_projections_are_offered_but_not_ticked(qtbot: QtBot) -> None:
    asked = Asked(every_kind(), qtbot)
    boxes = asked.boxes
    assert {name for name, box in boxes.items() if not box.isChecked()} == {"pca-1"}
    assert "dropout-1" not in boxes  # it has nothing to train


def test_new_patterns_are_like_the_selected_variant(qtbot: QtBot) -> None:
    document_like = points()
    last = document_like.variants[1]
    slow = {name: plan.replace(learning_rate=0.5) for name, plan in last.layers.items()}
    experiment = document_like.replace(
        variants=(document_like.variants[0], last.replace(layers=slow))
    )
    asked = Asked(experiment, qtbot)
    asked.document.view.select("last")
    late = FreezePatternsDialog(asked.document, ThemeSource(), Icons(ThemeSource()), asked.window)
    late.accept()
    made = asked.document.experiment.variants[2:]
    assert {plan.learning_rate for each in made for plan in each.layers.values()} == {0.5}


def test_the_keyboard_alone_makes_them(asked: Asked) -> None:
    QTest.keyClick(asked.dialog, Qt.Key.Key_Return)
    assert len(asked.document.experiment.variants) == 8
    assert not asked.dialog.isVisible()
