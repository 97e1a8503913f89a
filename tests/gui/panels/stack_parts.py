"""What tests of the layer stack have in common: how they find its fields and press its keys."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QMenu

from gui.models.layer_rows import Column
from gui.widgets.learning_rate_spin_box import LearningRateSpinBox

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def ids(document):
    return [layer.id for layer in document.experiment.layers]


def rate_field(stack, row):
    field = stack.grid.indexWidget(stack.grid.model().index(row, Column.RATE))
    assert isinstance(field, LearningRateSpinBox)
    return field


def press(widget, key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(widget, key, modifiers)


def texts(widget):
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def submenu(menu, title):
    return next(each for each in menu.findChildren(QMenu) if each.title() == title)


def entry(menu, text):
    return next(action for action in menu.actions() if action.text().startswith(text))
