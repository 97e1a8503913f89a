"""A real window with everything behind it, and a person's hands: clicks, keys, typed numbers."""

from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QDockWidget,
    QLabel,
    QLineEdit,
    QSlider,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from engine.experiment import Experiment, LayerPlan
from engine.run import Run
from gui.app import make_parts
from gui.main_window import MainWindow, Parts
from gui.models.layer_rows import Column
from gui.panels.layer_grid import LayerGrid
from gui.panels.layer_painting import row_metrics
from gui.run_store import RunRecord
from gui.settings import Settings
from gui.widgets.learning_rate_spin_box import LearningRateSpinBox
from gui.widgets.problem_label import ProblemLabel
from gui.widgets.text_field import TextField
from gui.widgets.variant_chip import VariantChip

LEFT = Qt.MouseButton.LeftButton
NO_KEY = Qt.KeyboardModifier.NoModifier
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
CONTROLS = (QAbstractButton, QAbstractSpinBox, QCheckBox, QComboBox, QLineEdit, QSlider)


class Laboratory:
    """The program as a person has it before them."""

    def __init__(self, qtbot: QtBot, settings: Settings, experiment: Experiment) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.qtbot = qtbot
        self.parts: Parts = make_parts(app, settings, experiment)
        self.window = MainWindow(self.parts)

    # What is there

    @property
    def experiment(self) -> Experiment:
        return self.parts.document.experiment

    @property
    def state(self) -> str:
        return self.parts.controller.state

    @property
    def record(self) -> RunRecord:
        assert self.parts.store.current is not None
        return self.parts.store.current

    @property
    def run(self) -> Run:
        return self.record.run

    @property
    def grid(self) -> LayerGrid:
        return self.window.experiment_panel.stack.grid

    def plan(self, layer: str, variant: str = "all") -> LayerPlan:
        return self.experiment.variant(variant).layers[layer]

    def chip(self, name: str) -> VariantChip:
        chips = self.window.findChildren(VariantChip)
        return next(chip for chip in chips if chip.name == name)

    def button(self, name: str) -> QToolButton:
        """The visible tool button that a screen reader calls so."""
        buttons = [b for b in self.window.findChildren(QToolButton) if b.isVisible()]
        return next(button for button in buttons if button.accessibleName() == name)

    def weights(self, layer: str) -> bytes:
        """The parameters of a layer in all members, bit for bit."""
        trainer = self.run.trainer
        assert trainer is not None
        (found,) = [each for each in trainer.network.layers if each.id == layer]
        return found.flat_parameters().numpy().tobytes()

    def field(self, name: str) -> QAbstractSpinBox | QLineEdit:
        """The field of the experiment's dock that shows this value."""
        if name == "experiment_name":
            return next(
                field
                for field in self.window.findChildren(TextField)
                if field.accessibleName() == "Name of the experiment"
            )
        field = self.window.experiment_panel.findChild(QWidget, name)
        assert isinstance(field, QAbstractSpinBox | QLineEdit)
        return field

    def choice(self, name: str) -> QComboBox:
        """The choice of the experiment's dock that shows this value."""
        box = self.window.experiment_panel.findChild(QComboBox, name)
        assert isinstance(box, QComboBox)
        return box

    def dock(self, name: str) -> QDockWidget:
        dock = self.window.findChild(QDockWidget, name)
        assert isinstance(dock, QDockWidget)
        return dock

    def said(self, words: str) -> bool:
        """Whether the line at the bottom says this."""
        labels = self.window.statusBar().findChildren(QLabel)
        return any(words in label.text() for label in labels if label.isVisible())

    def problems(self) -> list[str]:
        """What stands beside the fields as wrong."""
        labels = self.window.experiment_panel.findChildren(ProblemLabel)
        return [label.problem for label in labels if label.isVisible() and label.problem]

    # What a person does

    def open(self, width: int = 1280, height: int = 800) -> None:
        self.window.resize(width, height)
        with self.qtbot.waitExposed(self.window):
            self.window.show()
        self.window.activateWindow()
        self.qtbot.waitUntil(self.window.isActiveWindow)
        self.parts.gate.start()

    def click(self, name: str) -> None:
        """Click the button that is called so."""
        QTest.mouseClick(self.button(name), LEFT)

    def open_as_it_was(self) -> None:
        """As large as the settings say."""
        with self.qtbot.waitExposed(self.window):
            self.window.show()

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = NO_KEY) -> None:
        """Press a key wherever the focus is."""
        QTest.keyClick(self.window.focusWidget() or self.window, key, modifiers)

    def click_cell(
        self, layer: str, column: Column, modifiers: Qt.KeyboardModifier = NO_KEY
    ) -> None:
        """Click into a row of the layer stack."""
        QTest.mouseClick(self.grid.viewport(), LEFT, modifiers, self.cell(layer, column))

    def cell(self, layer: str, column: Column) -> QPoint:
        """The middle of a cell's upper line, in the grid's viewport."""
        row = [each.id for each in self.experiment.layers].index(layer)
        rect = self.grid.visualRect(self.grid.model().index(row, column))
        metrics = row_metrics(self.grid.font())
        return QPoint(rect.center().x(), rect.top() + metrics.top + metrics.control // 2)

    def rate_field(self, layer: str) -> LearningRateSpinBox:
        row = [each.id for each in self.experiment.layers].index(layer)
        field = self.grid.indexWidget(self.grid.model().index(row, Column.RATE))
        assert isinstance(field, LearningRateSpinBox)
        return field

    def type_rate(self, layer: str, text: str) -> None:
        """Double-click the learning rate, type another over it, and press Enter."""
        field = self.rate_field(layer)
        line = field.findChild(QLineEdit)
        assert isinstance(line, QLineEdit)
        QTest.mouseClick(line, LEFT)
        self.qtbot.waitUntil(field.hasFocus)
        line.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)

    def enter(self, name: str, text: str) -> None:
        """Type another value into a field of the experiment's dock, and press Enter."""
        field = self.field(name)
        self.window.experiment_panel.ensureWidgetVisible(field)
        field.setFocus()
        self.qtbot.waitUntil(field.hasFocus)
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)

    def rename(self, variant: str, name: str) -> None:
        """Double-click a chip, type another name, and press Enter."""
        chip = self.chip(variant)
        QTest.mouseDClick(chip, LEFT, NO_KEY, QPoint(chip.width() // 3, chip.height() // 2))
        field = chip.findChild(QLineEdit)
        assert isinstance(field, QLineEdit)
        self.qtbot.waitUntil(field.hasFocus)
        QTest.keyClicks(field, name)
        QTest.keyClick(field, Qt.Key.Key_Return)

    def drop(self, data: QMimeData, onto: QWidget) -> None:
        """Drag something over a widget and let go, as the platform reports it."""
        place = onto.rect().center()
        copy = Qt.DropAction.CopyAction
        entering = QDragEnterEvent(place, copy, data, LEFT, NO_KEY)
        QCoreApplication.sendEvent(onto, entering)
        if entering.isAccepted():
            QCoreApplication.sendEvent(onto, QDropEvent(QPointF(place), copy, data, LEFT, NO_KEY))

    # What a person waits for

    def until_ready(self) -> None:
        self.qtbot.waitUntil(lambda: self.parts.gate.is_ready)

    def until_state(self, state: str) -> None:
        self.qtbot.waitUntil(lambda: self.state == state)

    def until_step(self, step: int) -> None:
        self.qtbot.waitUntil(lambda: self.run.step_count >= step)

    def train(self, steps: int = 20) -> None:
        """Press Run and wait until it is well under way."""
        self.until_ready()
        self.key(Qt.Key.Key_F5)
        self.qtbot.waitUntil(lambda: self.parts.store.current is not None)
        self.until_step(steps)
        self.until_state("running")

    def close(self) -> None:
        """Close the window, wait until nothing runs any more, and clear the desk."""
        self.window.close()
        self.qtbot.waitUntil(self.parts.gate.close)
        self.qtbot.waitUntil(lambda: not self.window.isVisible())

    def clear_away(self) -> None:
        """Give everything back, as the end of the program does."""
        self.parts.appearance.withdraw()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def visible_widgets(root: QWidget) -> Iterator[QWidget]:
    """The root and every widget in it that is in sight, from the outside inwards."""
    if root.isVisible():
        yield root
        for child in root.children():
            if isinstance(child, QWidget) and not child.isWindow():
                yield from visible_widgets(child)
