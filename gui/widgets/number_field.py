"""A field for one number: anything can be typed, only what is valid is reported."""

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QWidget

from gui.widgets.fonts import number_font
from gui.widgets.number_range import NumberRange, Step, field_text
from gui.widgets.problem_mark import mark_problem
from gui.widgets.undo_keys import UndoKeys


class NumberField(QAbstractSpinBox):
    """Shows a number and reports the one a person commits; says what is wrong with other text."""

    edited = Signal(object)
    """A person committed another number (None where the range is optional and the field empty)."""
    problem_changed = Signal(str)
    """What is wrong with the text, to stand beside the field; empty when nothing is."""

    def __init__(self, numbers: NumberRange, step: Step, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbers = numbers
        self._step = step
        self._value: float | None = None
        self._problem = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the wheel must not take the focus
        self.setKeyboardTracking(False)
        self.setFont(number_font(self.font()))
        self.lineEdit().textEdited.connect(self._on_text_edited)
        UndoKeys(self)

    @property
    def problem(self) -> str:
        """What is wrong with the field; empty if nothing is."""
        return self._problem

    def value(self) -> float | None:
        """The number last shown or committed, never a half-typed one."""
        return self._value

    def set_value(self, value: float | None) -> None:
        """Show this number, exactly, without reporting it."""
        if value != self._value:  # the same value must not disturb someone who is typing
            self._value = value
            self.restore()

    def restore(self) -> None:
        """Show the value again in place of what was typed."""
        self.lineEdit().setText(field_text(self._value))
        self.set_problem("")

    def set_problem(self, problem: str) -> None:
        """Mark the field; the text itself stands beside it."""
        if problem == self._problem:
            return
        self._problem = problem
        mark_problem(self, problem)
        self.problem_changed.emit(problem)

    def set_placeholder(self, text: str) -> None:
        """What an empty field means."""
        self.lineEdit().setPlaceholderText(text)

    def stepBy(self, steps: int) -> None:
        self._report(self._numbers.stepped(self._value, steps, self._step))
        self.selectAll()

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        flags = QAbstractSpinBox.StepEnabledFlag
        return flags.StepUpEnabled | flags.StepDownEnabled

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Let everything be typed; what is not valid is shown as a problem, not swallowed."""
        return QValidator.State.Acceptable, text, position

    def sizeHint(self) -> QSize:
        return QSize(48, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text() != field_text(self._value):
            self.restore()
            self.selectAll()
            return
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._commit()
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:  # its own context menu
            self._commit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()  # what is around scrolls instead

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        self.set_problem("")  # typing is not wrong yet

    def _commit(self) -> None:
        if self.text() == field_text(self._value):
            return
        try:
            self._report(self._numbers.parse(self.text()))
        except ValueError as error:
            self.set_problem(str(error))

    def _report(self, value: float | None) -> None:
        """Report another number; whoever takes it shows it with set_value, or says why not."""
        if value == self._value:
            self.restore()
        else:
            self.edited.emit(value)
