"""What a sweep varies: a row for each, and a button for one more."""

from collections.abc import Mapping, Sequence

from pydantic import JsonValue
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from gui.icons import Icons
from gui.models.sweep_fields import SweepField
from gui.panels.sweep_axis_row import SweepAxisRow
from gui.theme import ThemeSource

FIRST = ("learning_rate", "training.optimizer", "training.batch_size")
"""What is offered before anything else."""


class SweepAxes(QWidget):
    """The rows in the order in which they were added; the last one varies fastest."""

    changed = Signal()

    def __init__(self, themes: ThemeSource, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._themes = themes
        self._icons = icons
        self._fields: tuple[SweepField, ...] = ()
        self._rows: list[SweepAxisRow] = []
        self.add = QToolButton()
        self.add.setText(self.tr("Vary another"))
        self.add.setAutoRaise(True)
        self.add.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.add.setToolTip(self.tr("Every combination of the values is trained"))
        icons.bind(self.add, "add")
        self.add.clicked.connect(self._on_add_clicked)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self._column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)

    @property
    def rows(self) -> tuple[SweepAxisRow, ...]:
        """The rows, from top to bottom."""
        return tuple(self._rows)

    @property
    def values(self) -> tuple[tuple[str, tuple[JsonValue, ...]], ...] | None:
        """Paths and values; None where something could not be read, or varies twice."""
        found = tuple((row.path, row.values) for row in self._rows)
        if any(not values for _, values in found) or len(dict(found)) < len(found):
            return None
        return found

    def set_fields(self, fields: Sequence[SweepField]) -> None:
        """What can be varied now; rows stay, and say so where theirs is gone."""
        self._fields = tuple(fields)
        for row in self._rows:
            row.set_fields(fields)
        self._show_repeated()

    def set_values(self, values: Sequence[tuple[str, Sequence[JsonValue]]]) -> None:
        """Vary these, each over its values, and nothing else; reports nothing."""
        for row in tuple(self._rows):
            self._take_out(row)
        for path, each in values:
            self._put_in(path).set_values(path, each)
        self._show_repeated()

    def set_notes(self, notes: Mapping[str, str]) -> None:
        """What is worth knowing of the values, by path."""
        for row in self._rows:
            row.set_note(notes.get(row.path, ""))

    def set_problems(self, problems: Mapping[str, str]) -> None:
        """What is wrong with the values that could be read, by path."""
        for row in self._rows:
            row.set_problem(problems.get(row.path, ""))
        self._show_repeated()

    def add_row(self, path: str = "") -> SweepAxisRow:
        """One more row, for this path or the next that does not vary yet."""
        row = self._put_in(path or self._next_path())
        self._on_row_changed()
        return row

    @Slot()
    def _on_add_clicked(self) -> None:
        row = self.add_row()
        row.field.setFocus()
        row.field.line.selectAll()  # typing finds another one

    @Slot()
    def _on_row_changed(self) -> None:
        self._show_repeated()
        self.changed.emit()

    @Slot()
    def _on_row_removed(self) -> None:
        row = self.sender()
        if not isinstance(row, SweepAxisRow):
            return
        self._take_out(row)
        self.add.setFocus()
        self._on_row_changed()

    def _put_in(self, path: str) -> SweepAxisRow:
        row = SweepAxisRow(self._themes, self._icons)
        row.set_fields(self._fields)
        row.set_field(path)
        row.changed.connect(self._on_row_changed)
        row.removed.connect(self._on_row_removed)
        self._column.insertWidget(len(self._rows), row)
        row.show()  # at once, so that it can have the focus
        before = self.add.previousInFocusChain()
        for control in row.controls:  # new ones come after everything else in the window
            if before is not None:
                self.setTabOrder(before, control)
            before = control
        self._rows.append(row)
        return row

    def _take_out(self, row: SweepAxisRow) -> None:
        self._rows.remove(row)
        self._column.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _next_path(self) -> str:
        taken = {row.path for row in self._rows}
        offered = [*FIRST, *(field.path for field in self._fields)]
        return next((path for path in offered if path not in taken), offered[0])

    def _show_repeated(self) -> None:
        paths = [row.path for row in self._rows]
        for place, row in enumerate(self._rows):
            if row.path in paths[:place]:
                row.set_problem(self.tr("This varies already, in a row above"))
