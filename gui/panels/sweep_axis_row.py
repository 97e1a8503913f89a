"""One thing that a sweep varies: what, its values as text, and what is wrong with them."""

from collections.abc import Sequence

from pydantic import JsonValue
from PySide6.QtCore import QEvent, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from gui.icons import Icons
from gui.models.sweep_fields import SweepField, field_of
from gui.models.sweep_values import read_values, write_values
from gui.panels.sweep_field_choice import SweepFieldChoice
from gui.theme import ThemeSource
from gui.widgets.elided_field import ElidedField
from gui.widgets.fonts import number_font
from gui.widgets.ink_label import InkLabel
from gui.widgets.problem_label import ProblemLabel
from gui.widgets.problem_mark import mark_problem


class SweepAxisRow(QWidget):
    """A field and its values. What cannot be read is said at once, while it is typed."""

    changed = Signal()
    """What varies, or its values, are others."""
    removed = Signal()
    """A person wants this not to vary."""

    def __init__(self, themes: ThemeSource, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields: tuple[SweepField, ...] = ()
        self._values: tuple[JsonValue, ...] = ()
        self.field = SweepFieldChoice()
        self.field.setAccessibleName(self.tr("What varies"))
        self.text = ElidedField()
        self.text.setFont(number_font(self.text.font()))
        self.text.setAcceptDrops(False)  # a file that is dropped is no value
        self._remove = QToolButton()
        self._remove.setAutoRaise(True)
        icons.bind(self._remove, "close", "muted")
        room = self._remove.sizePolicy()
        room.setRetainSizeWhenHidden(True)
        self._remove.setSizePolicy(room)
        self._note = InkLabel(themes)
        self._note.setWordWrap(True)
        self._note.hide()
        self.problem_label = ProblemLabel(themes)
        self._assemble()
        self.field.chosen.connect(self._on_field_chosen)
        self.text.textEdited.connect(self._on_text_edited)
        self._remove.clicked.connect(self.removed)

    @property
    def path(self) -> str:
        """The path of what varies."""
        return self.field.value()

    @property
    def values(self) -> tuple[JsonValue, ...]:
        """Its values; none where the text cannot be read."""
        return self._values

    @property
    def problem(self) -> str:
        """What is wrong, as it stands below."""
        return self.problem_label.problem

    @property
    def note(self) -> str:
        """What is worth knowing of the values, as it stands below."""
        return self._note.text()

    @property
    def controls(self) -> tuple[QWidget, ...]:
        """What the tab key reaches, in its order."""
        return self.field, self._remove, self.text

    def set_fields(self, fields: Sequence[SweepField]) -> None:
        """What can be varied now; the values stay as they were written."""
        self._fields = tuple(fields)
        self.field.set_fields(fields)
        self._read()

    def set_field(self, path: str) -> None:
        """Vary this, over the values that are suggested; reports nothing."""
        field = field_of(self._fields, path)
        self.field.set_value(path)
        if field is not None:
            self.text.setText(write_values(field.values, field.suggested))
            self.text.setCursorPosition(0)
        self._read()

    def set_text(self, text: str) -> None:
        """Write other values, as a person would."""
        self.text.setText(text)
        self.text.setCursorPosition(0)
        self._read()

    def set_problem(self, problem: str) -> None:
        """What is wrong with values that could be read; empty if nothing is."""
        if self._values:
            self._show_problem(problem)

    def set_note(self, note: str) -> None:
        """What is worth knowing of the values; empty if nothing is."""
        self._note.setText(note)
        self._note.setVisible(bool(note))

    def set_values(self, path: str, values: Sequence[JsonValue]) -> None:
        """Vary this over these; reports nothing."""
        self.set_field(path)
        field = field_of(self._fields, path)
        if field is not None:
            self.set_text(write_values(field.values, values))

    def changeEvent(self, event: QEvent) -> None:
        """Where nothing can be changed there is nothing to press: a pale cross is still a cross."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self._remove.setVisible(self.isEnabled())

    @Slot(str)
    def _on_field_chosen(self, path: str) -> None:
        self.set_field(path)
        self.changed.emit()

    @Slot(str)
    def _on_text_edited(self, text: str) -> None:
        self._read()
        self.changed.emit()

    def _read(self) -> None:
        """Know the values, or why there are none."""
        field = field_of(self._fields, self.path)
        self._values = ()
        if field is None:
            self._show_problem(self.tr("The experiment has this no longer: choose another"))
            return
        name = self.tr("Values of {field}").format(field=field.name)
        self.text.setAccessibleName(name)
        self.text.setToolTip(field.tip)
        self._remove.setAccessibleName(self.tr("Do not vary {field}").format(field=field.name))
        self._remove.setToolTip(self._remove.accessibleName())
        try:
            self._values = read_values(field.values, self.text.text())
        except ValueError as error:
            self._show_problem(str(error))
        else:
            self._show_problem("")

    def _show_problem(self, problem: str) -> None:
        if problem != self.problem:
            mark_problem(self.text, problem)
            self.problem_label.set_problem(problem)

    def _assemble(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self.field, 1)
        line.addWidget(self._remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(line)
        for widget in (self.text, self._note, self.problem_label):
            column.addWidget(widget)
