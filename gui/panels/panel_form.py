"""What the forms of the experiment have in common: fields that show the document and edit it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.checks import experiment_problems
from engine.experiment import Experiment
from engine.values import Value
from gui.document import Document
from gui.models.checked_edit import try_edit
from gui.models.field_range import field_range, field_tip
from gui.theme import ThemeSource
from gui.widgets.choice_field import ChoiceField
from gui.widgets.field_grid import FieldGrid
from gui.widgets.ink_label import InkLabel
from gui.widgets.number_field import NumberField
from gui.widgets.number_range import NumberRange, Step
from gui.widgets.text_field import TextField

AnyField = NumberField | ChoiceField | TextField
Read = Callable[[Experiment], Any]
Change = Callable[[Experiment, Any], Experiment]


@dataclass(frozen=True)
class Binding:
    """How a field gets its value from the experiment, and makes the experiment with another."""

    field: AnyField
    grid: FieldGrid
    title: str
    read: Read
    change: Change
    undo: str = ""
    """What the undo step is called, where it is not "Set" and the title."""


class PanelForm(QWidget):
    """Fields of one part of the experiment: its data or its training.

    Every field shows what is in the document. What a person enters becomes an undo step; or else
    the reason why not stands below the field, and nothing changes.
    """

    def __init__(
        self,
        document: Document,
        themes: ThemeSource,
        part: str,
        value: type[Value],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._part = part
        self._value = value
        self._bindings: dict[str, Binding] = {}
        self._running: Experiment | None = None
        self._later = InkLabel(themes, "accent", self.tr("applies at the next run"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        document.changed.connect(self._on_document_changed)

    def set_running(self, experiment: Experiment | None) -> None:
        """Say so where the run that is going has other values; None: no run is going."""
        self._running = experiment
        self._show_later()

    def _show_experiment(self) -> None:
        """Show the values of the document, and what is wrong with them."""
        for name, binding in self._bindings.items():
            binding.field.set_value(binding.read(self._document.experiment))
            self._show_problem(name)
        self._show_later()

    def _add_number(
        self,
        grid: FieldGrid,
        name: str,
        title: str,
        step: Step,
        *,
        span: int = 1,
        undo: str = "",
        numbers: NumberRange | None = None,
        read: Read | None = None,
        change: Change | None = None,
    ) -> NumberField:
        field = NumberField(numbers or field_range(self._value, name), step)
        field.edited.connect(self._on_edited)
        read, change = read or self._plain_read(name), change or self._plain_change(name)
        self._bind(name, Binding(field, grid, title, read, change, undo), span=span)
        return field

    def _add_choice(
        self,
        grid: FieldGrid,
        name: str,
        title: str,
        choices: Sequence[tuple[object, str]],
        *,
        span: int = 2,
        undo: str = "",
        read: Read | None = None,
        change: Change | None = None,
    ) -> ChoiceField:
        field = ChoiceField()
        field.set_choices(choices)
        field.chosen.connect(self._on_edited)
        read, change = read or self._plain_read(name), change or self._plain_change(name)
        self._bind(name, Binding(field, grid, title, read, change, undo), span=span)
        return field

    def _add_text(
        self, grid: FieldGrid, name: str, title: str, *, span: int, read: Read, change: Change
    ) -> TextField:
        field = TextField()
        field.edited.connect(self._on_edited)
        self._bind(name, Binding(field, grid, title, read, change), span=span)
        return field

    def _bind(self, name: str, binding: Binding, *, span: int) -> None:
        field = binding.field
        field.setObjectName(name)
        field.problem_changed.connect(self._on_problem_changed)
        tip = field_tip(self._value, name) if name in self._value.model_fields else ""
        binding.grid.add(name, binding.title, field, tip, span=span)
        self._bindings[name] = binding

    def _plain_read(self, name: str) -> Read:
        part = self._part
        return lambda experiment: getattr(getattr(experiment, part), name)

    def _plain_change(self, name: str) -> Change:
        part = self._part

        def change(experiment: Experiment, value: Any) -> Experiment:
            return experiment.replace(**{part: getattr(experiment, part).replace(**{name: value})})

        return change

    @Slot(object, object)
    def _on_document_changed(self, before: Experiment, after: Experiment) -> None:
        self._show_experiment()

    @Slot(object)
    def _on_edited(self, value: object) -> None:
        name = self.sender().objectName()
        binding = self._bindings[name]
        problem = try_edit(
            self._document,
            lambda experiment: binding.change(experiment, value),
            binding.undo or self.tr("Set {field}").format(field=binding.title),
            f"{self._part} {name}",
        )
        if problem:
            binding.field.set_problem(problem)
        else:
            binding.field.restore()

    @Slot()
    def _on_problem_changed(self) -> None:
        self._show_problem(self.sender().objectName())

    def _show_problem(self, name: str) -> None:
        """What a person entered comes first, then what is wrong with the document."""
        binding = self._bindings[name]
        path = f"{self._part}.{name}"
        found = [p for p in experiment_problems(self._document.experiment) if p.path == path]
        known = found[0].message if found else ""
        binding.grid.set_problem(name, binding.field.problem or known)

    def _show_later(self) -> None:
        present = getattr(self._document.experiment, self._part)
        running = present if self._running is None else getattr(self._running, self._part)
        self._later.setVisible(running != present)
