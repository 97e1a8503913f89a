"""A spin box for learning rates: exact, on a ladder, and committed only when a person is done."""

from PySide6.QtCore import Property, QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QValidator,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QMenu,
    QStyle,
    QStyleOptionSpinBox,
    QWidget,
)

from gui.widgets.fonts import number_font
from gui.widgets.rate_text import (
    CHOICES,
    MAXIMUM,
    format_rate,
    is_unfinished,
    parse_rate,
    step_decade,
    step_rate,
)

PAGE = 10  # Qt's number of steps for a page key, and for Ctrl with an arrow or the wheel


class LearningRateSpinBox(QAbstractSpinBox):
    """Shows a learning rate from 0 to 1000 and reports the one a person commits.

    What was typed and is none stays in the field, marked, until it is mended or Escape takes it
    back; the committed rate is as it was meanwhile.

    Not a QDoubleSpinBox: that one keeps its number rounded to at most 323 decimals, so the
    smallest floats would not come out as they went in.
    """

    edited = Signal(float)
    """A person committed another rate: Enter, leaving the field, a step, or the menu."""
    problem_changed = Signal(str)
    """What is wrong with the text in the field, to stand beside it; empty when nothing is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = 1e-3
        self._tip = ""
        self._problem = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the wheel must not take the focus
        self.setKeyboardTracking(False)
        self.setFont(number_font(self.font()))
        self.setAccessibleName(self.tr("Learning rate"))
        self.lineEdit().textEdited.connect(self._on_text_edited)
        self._show_value()

    @property
    def problem(self) -> str:
        """What is wrong with the text in the field; empty if nothing is."""
        return self._problem

    def value(self) -> float:
        """The committed rate, never a half-typed one."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show this rate, exactly, without reporting it. ValueError outside 0 to 1000."""
        if not 0 <= value <= MAXIMUM:
            raise ValueError(f"learning rate: {value!r} is not from 0 to {MAXIMUM:g}")
        if value != self._value:  # the same value must not disturb someone who is typing
            self._value = float(value)
            self._show_value()

    def pending_value(self) -> float:
        """What Enter would commit now; the committed rate if the text is none."""
        typed = parse_rate(self.text(), self._decimal_point())
        return self._value if typed is None else typed

    rate = Property(float, pending_value, set_value, user=True)
    """For item delegates, which ask when the field is left, before it knows that itself."""

    def commit(self) -> bool:
        """Take the text as the rate, as Enter does; False if it is none, with the problem shown."""
        value = parse_rate(self.text(), self._decimal_point())
        if value is None:
            self._set_problem(self._advice())
            return False
        self._change(value)
        return True

    def restore(self) -> None:
        """Show the committed rate again, as Escape does."""
        self._show_value()

    def rate_menu(self) -> QMenu:
        """The context menu: a rate of each decade, then what every text field offers."""
        menu = self.lineEdit().createStandardContextMenu()
        standard = menu.actions()[0]
        rates = QActionGroup(menu)
        for value in CHOICES:
            text = format_rate(value) if value else self.tr("0 (gradient only, no movement)")
            action = rates.addAction(text)
            action.setCheckable(True)
            action.setChecked(value == self._value)
            action.setData(value)
            action.triggered.connect(self._on_choice)
            menu.insertAction(standard, action)
        menu.insertSeparator(standard)
        return menu

    def stepBy(self, steps: int) -> None:
        """Move along the ladder; Qt's ten steps at once are one decade here."""
        start = self.pending_value()
        large = abs(steps) == PAGE
        self._change(step_decade(start, steps > 0) if large else step_rate(start, steps))
        self.selectAll()

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        flags = QAbstractSpinBox.StepEnabledFlag.StepNone
        if self._value > 0:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        if self._value < MAXIMUM:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepUpEnabled
        return flags

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Let everything be typed; what is no rate is shown as a problem, not swallowed."""
        valid = parse_rate(text, self._decimal_point()) is not None
        state = QValidator.State.Acceptable if valid else QValidator.State.Intermediate
        return state, text, position

    def sizeHint(self) -> QSize:
        option = QStyleOptionSpinBox()
        self.initStyleOption(option)
        metrics = self.fontMetrics()
        contents = QSize(
            metrics.horizontalAdvance("3.333e-4 "), self.lineEdit().sizeHint().height()
        )
        kind = QStyle.ContentsType.CT_SpinBox
        return self.style().sizeFromContents(kind, option, contents, self)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._is_edited():
            self.restore()
            self.selectAll()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.commit()
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)  # selects the text after Tab
        if event.reason() in (Qt.FocusReason.OtherFocusReason, Qt.FocusReason.ShortcutFocusReason):
            self.selectAll()  # opened in a table cell, or through a mnemonic

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        # The context menu takes the focus for a moment: nobody has left the field yet.
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.commit()  # what is no rate stays, with its problem, until it is mended

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()  # the list scrolls instead

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.rate_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        point = self._decimal_point()
        fine = parse_rate(text, point) is not None or is_unfinished(text, point)
        self._set_problem("" if fine else self._advice())

    @Slot()
    def _on_choice(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self._change(float(action.data()))

    def _change(self, value: float) -> None:
        before, self._value = self._value, value
        self._show_value()
        if value != before:
            self.edited.emit(value)

    def _show_value(self) -> None:
        self.lineEdit().setText(format_rate(self._value))
        self.lineEdit().setCursorPosition(0)  # the leading digits matter if not all fit
        self._set_problem("")

    def _is_edited(self) -> bool:
        return self.text() != format_rate(self._value)

    def _decimal_point(self) -> str:
        return self.locale().decimalPoint()

    def _advice(self) -> str:
        return self.tr("A rate is a number from 0 to 1000, such as 1e-3")

    def _set_problem(self, problem: str) -> None:
        if problem == self._problem:
            return
        if not self._problem:
            self._tip = self.toolTip()
        self._problem = problem
        self.setToolTip(problem or self._tip)
        self.setAccessibleDescription(problem)
        self.setProperty("problem", bool(problem))
        for widget in (self, self.lineEdit()):
            self.style().unpolish(widget)  # the style sheet looks at the property only then
            self.style().polish(widget)
        self.problem_changed.emit(problem)
