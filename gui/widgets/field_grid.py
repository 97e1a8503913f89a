"""A form of small fields, each under its name, with room below for what is wrong."""

from dataclasses import dataclass

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from gui.theme import ThemeSource
from gui.widgets.ink_label import InkLabel
from gui.widgets.problem_label import ProblemLabel

COLUMNS = 4
FIELD_EDGES = 13  # above and below the text of a field, so that all kinds are equally high


@dataclass
class FieldCell:
    """One field under its name, the problem that may stand below its row, and its place."""

    cell: QWidget
    label: InkLabel
    problem: ProblemLabel
    span: int
    shown: bool = True


class FieldGrid(QWidget):
    """Places fields row by row in the order they were added; hidden ones leave no gap."""

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._themes = themes
        self._cells: dict[str, FieldCell] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(8)
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column, 1)

    def add(
        self, name: str, title: str, field: QWidget, tip: str, *, span: int = COLUMNS // 2
    ) -> None:
        """Add a field, known as `name` from here on; without a title it stands alone."""
        label = InkLabel(self._themes, text=title)
        label.setBuddy(field)
        cell = QWidget(self)
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(label)
        column.addWidget(field)
        label.setVisible(bool(title))
        field.setMinimumHeight(field.fontMetrics().height() + FIELD_EDGES)
        field.setAccessibleName(title)
        field.setToolTip(tip)
        label.setToolTip(tip)
        self._cells[name] = FieldCell(cell, label, ProblemLabel(self._themes, self), span)
        self._arrange()

    def set_title(self, name: str, title: str) -> None:
        """Change what stands above a field."""
        self._cells[name].label.setText(title)

    def set_shown(self, name: str, shown: bool) -> None:
        """Show or hide a field."""
        cell = self._cells[name]
        if shown != cell.shown:
            cell.shown = shown
            self._arrange()

    def is_shown(self, name: str) -> bool:
        """Whether a field is there to be used."""
        return self._cells[name].shown

    def problem(self, name: str) -> str:
        """What stands beside a field as its problem."""
        return self._cells[name].problem.problem

    def set_problem(self, name: str, problem: str) -> None:
        """Say what is wrong with a field, or nothing."""
        self._cells[name].problem.set_problem(problem)

    def _arrange(self) -> None:
        """Fill the rows anew; under each row of fields lies one for their problems."""
        row, column = 0, 0
        for field in self._cells.values():
            self._grid.removeWidget(field.cell)
            self._grid.removeWidget(field.problem)
            field.cell.setVisible(field.shown)
            if not field.shown:
                field.problem.set_problem("")
                continue
            if column + field.span > COLUMNS:
                row, column = row + 1 + COLUMNS, 0
            self._grid.addWidget(field.cell, row, column, 1, field.span)
            self._grid.addWidget(field.problem, row + 1 + column, 0, 1, COLUMNS)
            column += field.span
