"""A list to choose one value from."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter, QWidget

ARROW_ROOM = 34  # the arrow and the edges
MOST_SEEN = 20  # choices in the list before it scrolls
LIST_EDGES = 4  # beside a choice in the list


class ChoiceField(QComboBox):
    """Shows one of several values and reports the one a person chooses."""

    chosen = Signal(object)
    problem_changed = Signal(str)
    """Why the choice was refused, to stand beside the field; empty when it was not."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: object = None
        self._problem = ""
        self._choices: tuple[tuple[object, str], ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the wheel must not take the focus
        self.setMaxVisibleItems(MOST_SEEN)
        self.activated.connect(self._on_activated)

    @property
    def problem(self) -> str:
        """Why the last choice was refused; empty if it was not."""
        return self._problem

    def value(self) -> object:
        """The value shown."""
        return self._value

    def set_choices(self, choices: Sequence[tuple[object, str]]) -> None:
        """Offer these values under these texts."""
        if tuple(choices) == self._choices:
            return
        self._choices = tuple(choices)
        self.clear()
        self.addItems([text for _, text in choices])
        self.restore()

    def set_value(self, value: object) -> None:
        """Show this value without reporting it."""
        if value != self._value:
            self._value = value
            self.restore()

    def restore(self) -> None:
        """Show the value again in place of what was chosen."""
        values = [value for value, _ in self._choices]
        self.setCurrentIndex(values.index(self._value) if self._value in values else -1)
        self.set_problem("")

    def set_problem(self, problem: str) -> None:
        """Say why a choice was refused; the words stand beside the field."""
        if problem != self._problem:
            self._problem = problem
            self.setAccessibleDescription(problem)
            self.problem_changed.emit(problem)

    def sizeHint(self) -> QSize:
        return QSize(48, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def showPopup(self) -> None:
        """A narrow field has a list as wide as its longest choice."""
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + LIST_EDGES)
        super().showPopup()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()  # what is around scrolls instead

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentText = option.fontMetrics.elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, self.width() - ARROW_ROOM
        )
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        """Report the choice; whoever takes it shows it with set_value."""
        value = self._choices[index][0]
        self.restore()
        if value != self._value:
            self.chosen.emit(value)
