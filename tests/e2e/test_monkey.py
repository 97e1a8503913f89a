"""A monkey at the window: anything in sight, in any order, while it trains; nothing may break."""

import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QAction, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QDockWidget,
    QLineEdit,
    QMenu,
    QSlider,
    QWidget,
)

from engine.experiment import parse_experiment
from gui.models.layer_rows import Column
from gui.panels.variants import VariantsPanel
from gui.widgets.variant_chip import VariantChip
from tests.e2e.conftest import LaboratoryOf
from tests.e2e.laboratory import LEFT, NO_KEY, Laboratory, visible_widgets

ACTIONS = int(os.environ.get("FROSTLINE_MONKEY_ACTIONS", "500"))
SEEDS = range(1, 1 + int(os.environ.get("FROSTLINE_MONKEY_SEEDS", "2")))
SETTLED_EVERY = 20  # actions between two waits for the worker to have taken everything
LONGEST = 10.0  # seconds for any one action on a busy machine; a person would call it hung

Key, Modifier = Qt.Key, Qt.KeyboardModifier
KEYS = [
    *((key, NO_KEY) for key in (Key.Key_F5, Key.Key_F10, Key.Key_Space, Key.Key_Return)),
    *((key, NO_KEY) for key in (Key.Key_Tab, Key.Key_Escape, Key.Key_Delete, Key.Key_Insert)),
    *((key, NO_KEY) for key in (Key.Key_Up, Key.Key_Down, Key.Key_PageUp, Key.Key_PageDown)),
    *((key, NO_KEY) for key in (Key.Key_Home, Key.Key_End, Key.Key_F2, Key.Key_T, Key.Key_5)),
    *((key, Modifier.ShiftModifier) for key in (Key.Key_F5, Key.Key_F10, Key.Key_Backtab)),
    *((key, Modifier.ControlModifier) for key in (Key.Key_Z, Key.Key_Y, Key.Key_R, Key.Key_D)),
    *((key, Modifier.ControlModifier) for key in (Key.Key_Up, Key.Key_Down, Key.Key_L)),
    *((key, Modifier.ControlModifier) for key in (Key.Key_End, Key.Key_A, Key.Key_C)),
]
TEXTS = (
    *("3e-3", "0", "1", "2", "3", "7", "16", "0.5", "40", "100", "1e-4", "1-3", "4, 9", "1e9"),
    *("-1", "", "abc", "1e", "nan", "inf", "99999999999999999999", "<b>x</b>", "../x", " "),
)


class Monkey:
    """Does one thing after the other, chosen by its dice, and writes down what."""

    def __init__(self, laboratory: Laboratory, seed: int) -> None:
        self.laboratory = laboratory
        self.dice = random.Random(seed)
        self.diary: list[str] = []
        self._deeds: list[tuple[int, Callable[[], str]]] = [
            (6, self._press_key),
            (5, self._click_button),
            (5, self._click_row),
            (4, self._type_into_field),
            (3, self._trigger_action),
            (2, self._choose_in_box),
            (2, self._slide),
            (2, self._play_with_plot),
            (1, self._rename_chip),
            (1, self._resize),
        ]

    def act(self) -> None:
        """One deed; whatever it opens is dealt with at once, also from within."""
        if not self.laboratory.grid.isVisible():
            self.laboratory.window.all_actions.reset_layout.trigger()
        (deed,) = self.dice.choices(
            [deed for _, deed in self._deeds], [weight for weight, _ in self._deeds]
        )
        QTimer.singleShot(0, self._deal_with_what_opened)
        self.diary.append(deed.__name__)
        self.diary[-1] = f"{deed.__name__}: {deed()}"
        self._deal_with_what_opened()

    def _deal_with_what_opened(self) -> None:
        for _ in range(20):
            popup, dialog = QApplication.activePopupWidget(), QApplication.activeModalWidget()
            if isinstance(popup, QMenu):
                harmless = [a for a in popup.actions() if is_harmless(a)]
                if harmless and self.dice.random() < 0.5:
                    self.dice.choice(harmless).trigger()
                popup.close()
            elif popup is not None:
                QTest.keyClick(popup, self.dice.choice([Key.Key_Down, Key.Key_Up]))
                QTest.keyClick(popup, self.dice.choice([Key.Key_Return, Key.Key_Escape]))
                popup.hide()
            elif isinstance(dialog, QDialog):
                dialog.reject()
            else:
                return

    def _visible(self, kind: type[QWidget] | tuple[type[QWidget], ...]) -> list[QWidget]:
        window = self.laboratory.window
        floating = [dock for dock in window.findChildren(QDockWidget) if dock.isFloating()]
        found = [widget for root in (window, *floating) for widget in visible_widgets(root)]
        return [widget for widget in found if isinstance(widget, kind) and widget.isEnabled()]

    def _press_key(self) -> str:
        key, modifiers = self.dice.choice(KEYS)
        focused = QApplication.focusWidget() or self.laboratory.window
        QTest.keyClick(focused, key, modifiers)
        return f"{modifiers.name} {key.name} on {type(focused).__name__}"

    def _click_button(self) -> str:
        button = self.dice.choice(self._visible(QAbstractButton))
        name = button.accessibleName()
        QTest.mouseClick(button, LEFT)
        return name

    def _click_row(self) -> str:
        layer = self.dice.choice([layer.id for layer in self.laboratory.experiment.layers])
        column = self.dice.choice([Column.LAYER, Column.UNITS, Column.TRAINS, Column.TRAINS])
        modifiers = self.dice.choice([NO_KEY, NO_KEY, Modifier.ShiftModifier])
        self.laboratory.click_cell(layer, column, modifiers)
        return f"{layer} {column.name}"

    def _type_into_field(self) -> str:
        field = self.dice.choice(self._visible((QAbstractSpinBox, QLineEdit)))
        text = self.dice.choice(TEXTS)
        field.setFocus()
        if isinstance(field, QAbstractSpinBox | QLineEdit):
            field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, self.dice.choice([Key.Key_Return, Key.Key_Tab, Key.Key_Escape]))
        return repr(text)

    def _trigger_action(self) -> str:
        window = self.laboratory.window
        menus = window.menuBar().findChildren(QMenu)
        actions = [a for menu in menus for a in menu.actions() if is_harmless(a)]
        action = self.dice.choice([a for a in actions if a is not window.all_actions.quit])
        words = action.text()
        action.trigger()
        return words

    def _choose_in_box(self) -> str:
        box = self.dice.choice(self._visible(QComboBox))
        box.setFocus()
        key = self.dice.choice([Key.Key_Up, Key.Key_Down, Key.Key_Home])
        QTest.keyClick(box, key)
        return f"{box.objectName()} {key.name}"

    def _slide(self) -> str:
        slider = self.dice.choice(self._visible(QSlider))
        key = self.dice.choice([Key.Key_Home, Key.Key_End, Key.Key_Left, Key.Key_Right])
        QTest.keyClick(slider, key)
        return key.name

    def _play_with_plot(self) -> str:
        plot = self.laboratory.window.loss_plot
        inside = plot.childAt(plot.rect().center()) or plot
        places = [
            QPoint(self.dice.randrange(inside.width()), self.dice.randrange(inside.height()))
            for _ in range(2)
        ]
        QTest.mousePress(inside, LEFT, NO_KEY, places[0])
        QTest.mouseMove(inside, places[1])
        QTest.mouseRelease(inside, LEFT, NO_KEY, places[1])
        turned = QWheelEvent(
            QPointF(places[0]),
            QPointF(inside.mapToGlobal(places[0])),
            QPoint(),
            QPoint(0, self.dice.choice([-120, 120])),
            Qt.MouseButton.NoButton,
            NO_KEY,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(inside, turned)
        return str(places)

    def _rename_chip(self) -> str:
        chip = self.dice.choice(self._visible(VariantChip))
        assert isinstance(chip, VariantChip)
        QTest.mouseDClick(chip, LEFT, NO_KEY, QPoint(chip.width() // 3, chip.height() // 2))
        text = self.dice.choice(TEXTS)
        field = chip.findChild(QLineEdit)
        assert isinstance(field, QLineEdit)
        QTest.keyClicks(field, text)
        QTest.keyClick(field, self.dice.choice([Key.Key_Return, Key.Key_Escape]))
        return repr(text)

    def _resize(self) -> str:
        size = self.dice.choice([(1024, 700), (1280, 800), (1920, 1080)])
        self.laboratory.window.resize(*size)
        return str(size)


def is_harmless(action: QAction) -> bool:
    """Whether it can be done without a dialog of the system's; a menu in a menu is none."""
    words = action.text()
    return bool(words) and action.isEnabled() and not action.isSeparator() and "…" not in words


def check(laboratory: Laboratory) -> None:
    """What must hold between any two things a person does."""
    experiment, document = laboratory.experiment, laboratory.parts.document
    assert parse_experiment(experiment.to_json()) == experiment
    variants = {variant.id for variant in experiment.variants}
    assert document.view.selected_variant in variants
    assert document.view.hidden <= variants
    rows = laboratory.grid.model().rowCount()
    assert rows == len(experiment.layers)
    for layer in experiment.layers:
        plan = laboratory.plan(layer.id, document.view.selected_variant)
        field = laboratory.rate_field(layer.id)
        assert field.value() == plan.learning_rate
        assert field.isEnabled() == plan.trainable
    panel = laboratory.window.experiment_panel.findChild(VariantsPanel)
    assert isinstance(panel, VariantsPanel)
    assert [chip.name for chip in panel.chips] == [each.name for each in experiment.variants]
    assert laboratory.parts.gate.worker.alive
    assert laboratory.state != "failed"


def settle(laboratory: Laboratory) -> None:
    """Wait until the worker took everything, and compare what it trains with what it was told."""
    if laboratory.parts.store.current is None or laboratory.state == "stopped":
        return
    told = laboratory.parts.controller

    def agrees() -> bool:
        if laboratory.run.status in ("stopped", "failed"):
            return True
        return laboratory.run.experiment == told.running_experiment

    laboratory.qtbot.waitUntil(agrees)


@pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard")  # for popups
@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_is_done_the_window_and_the_training_stay_whole(
    laboratory_of: LaboratoryOf, seed: int, tmp_path: Path
) -> None:
    laboratory = laboratory_of()
    laboratory.open(1024, 700)
    laboratory.until_ready()
    laboratory.parts.document.save(tmp_path / "monkey.json")  # so that Save asks for nothing
    laboratory.key(Key.Key_F5)
    monkey = Monkey(laboratory, seed)
    try:
        for number in range(ACTIONS):
            began = time.perf_counter()
            monkey.act()
            took = time.perf_counter() - began
            assert took < LONGEST, f"action {number} took {took:.1f} s"
            laboratory.qtbot.wait(1)  # what was only asked for, such as another layout, is done
            if laboratory.parts.document.path is None:
                laboratory.parts.document.save(tmp_path / "monkey.json")
            check(laboratory)
            if number % SETTLED_EVERY == 0:
                settle(laboratory)
    except BaseException as error:
        error.add_note(f"seed {seed}, action {len(monkey.diary)}; the last of them:")
        error.add_note("\n".join(monkey.diary[-25:]))
        raise
    while laboratory.parts.document.undo_stack.canUndo():
        laboratory.parts.document.undo_stack.undo()
        check(laboratory)
