"""A table of results for Qt: any columns, rows with a lasting key, sorted and filtered in place.

Sorting and filtering are lists of places, not a proxy model: a proxy asks Python for every
comparison, which takes seconds with many thousand rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from gui.models.results_text import cell_text, spoken_cell, tip_text
from gui.models.results_values import Value, matching_places, sorted_places
from gui.widgets.tip_text import plain_tip

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
OWN_ORDER = -1
PLACE_ROLE = Qt.ItemDataRole.UserRole
"""The place of the row's variant, for the sign in its first column."""
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class ResultColumn:
    """One column: its lasting key, the words above it, and what its numbers are."""

    key: str
    title: str
    tip: str = ""
    """One sentence: what the number is."""
    numeric: bool = False
    """Numbers are right-aligned, with three significant digits."""
    given: bool = False
    """Its numbers were chosen, not measured: they are shown as they were given."""


@dataclass(frozen=True)
class ResultRow:
    """One row: a key that is kept across updates, and one value per column."""

    key: str
    values: tuple[Value, ...]
    """Text, whole numbers, numbers, a Spread (mean and deviation), or None: there is no number."""
    place: int | None = None
    """The place of its variant, whose sign stands before the first cell; None: no sign."""


def titled(column: ResultColumn, order: Qt.SortOrder | None) -> str:
    """The words above a column, with a sign if it sorts the rows.

    It stands on the side where the words need not move for it. WORKAROUND: Qt lays its own arrow
    over the end of a right-aligned title.
    """
    if order is None:
        return column.title
    sign = "▴" if order is Qt.SortOrder.AscendingOrder else "▾"
    return f"{sign} {column.title}" if column.numeric else f"{column.title} {sign}"


class ResultsModel(QAbstractTableModel):
    """The rows that match the filter, in the order of the sorted column."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[ResultColumn, ...] = ()
        self._rows: tuple[ResultRow, ...] = ()
        self._shown: list[int] = []  # places in `_rows`, as they stand on the screen
        self._words: tuple[str, ...] = ()
        self._sort_key = ""
        self._order = Qt.SortOrder.AscendingOrder

    @property
    def columns(self) -> tuple[ResultColumn, ...]:
        """The columns, from left to right."""
        return self._columns

    @property
    def rows(self) -> tuple[ResultRow, ...]:
        """All rows in their own order, whether they match the filter or not."""
        return self._rows

    @property
    def shown(self) -> tuple[ResultRow, ...]:
        """The rows that match the filter, as sorted."""
        return self.first_shown(len(self._shown))

    @property
    def sort_column(self) -> int:
        """The column that sorts the rows; OWN_ORDER where none does."""
        keys = [column.key for column in self._columns]
        return keys.index(self._sort_key) if self._sort_key in keys else OWN_ORDER

    @property
    def sort_order(self) -> Qt.SortOrder:
        """Whether small values come first."""
        return self._order

    def key(self, row: int) -> str:
        """The key of the row at this place on the screen."""
        return self._rows[self._shown[row]].key

    def first_shown(self, count: int) -> tuple[ResultRow, ...]:
        """The uppermost rows, at most so many."""
        return tuple(self._rows[place] for place in self._shown[:count])

    def place_of(self, key: str) -> int:
        """Where a row stands on the screen; -1 where the filter leaves it out."""
        found = (at for at, place in enumerate(self._shown) if self._rows[place].key == key)
        return next(found, -1)

    def set_table(self, columns: Sequence[ResultColumn], rows: Sequence[ResultRow]) -> None:
        """Show this table, filtered and sorted as the one before."""
        columns, rows = tuple(columns), tuple(rows)
        if columns != self._columns or [r.key for r in rows] != [r.key for r in self._rows]:
            self.beginResetModel()
            self._columns, self._rows = columns, rows
            self._shown = self._places()
            self.endResetModel()
        elif rows != self._rows:
            self._rows = rows
            self._rearrange()
            self._tell_of_values()

    def set_filter(self, text: str) -> None:
        """Show only rows of which every word of the text stands in one of their texts."""
        words = tuple(text.casefold().split())
        if words != self._words:
            self._words = words
            self._rearrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; OWN_ORDER brings back the rows' own order."""
        across = Qt.Orientation.Horizontal
        in_table = 0 <= column < len(self._columns)
        key = self._columns[column].key if in_table else ""
        if (key, order) != (self._sort_key, self._order):
            self._sort_key, self._order = key, order
            self._rearrange()
            if self._columns:
                self.headerDataChanged.emit(across, 0, len(self._columns) - 1)

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column, row = self._columns[index.column()], self._rows[self._shown[index.row()]]
        value = row.values[index.column()]
        found: Any = None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                found = cell_text(value, given=column.given)
            case Qt.ItemDataRole.ToolTipRole:
                whose = row.values[0] if index.column() else None
                found = tip_text(value, column.tip, of=whose if isinstance(whose, str) else "")
            case Qt.ItemDataRole.AccessibleTextRole:
                found = f"{column.title}: {spoken_cell(value)}"
            case Qt.ItemDataRole.TextAlignmentRole:
                found = _RIGHT if column.numeric else _LEFT
            case _ if role == PLACE_ROLE:
                found = row.place
        return found

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Vertical or section >= len(self._columns):
            return super().headerData(section, orientation, role)
        column = self._columns[section]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return titled(column, self._order if section == self.sort_column else None)
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(column.tip)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if column.numeric else _LEFT
        return None

    def _places(self) -> list[int]:
        """Places of the rows that match, as sorted."""
        values = [row.values for row in self._rows]
        places = matching_places(values, self._words)
        column = self.sort_column
        if column == OWN_ORDER:
            return places
        descending = self._order is Qt.SortOrder.DescendingOrder
        return sorted_places(places, [row[column] for row in values], descending=descending)

    def _rearrange(self) -> None:
        """Filter and sort anew; what was selected stays selected."""
        places = self._places()
        if places == self._shown:
            return
        if len(places) == len(self._shown) and set(places) == set(self._shown):
            self._reorder(places)
        else:
            self.beginResetModel()
            self._shown = places
            self.endResetModel()

    def _reorder(self, places: list[int]) -> None:
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        at = {place: row for row, place in enumerate(places)}
        new = [self.index(at[self._shown[index.row()]], index.column()) for index in old]
        self._shown = places
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    def _tell_of_values(self) -> None:
        if self._shown:
            last = self.index(len(self._shown) - 1, len(self._columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)
