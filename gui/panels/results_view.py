"""The rows of a table of results on the screen: selection, columns as wide as what they hold."""

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gui.models.results_model import OWN_ORDER, ResultsModel, titled
from gui.models.results_text import cell_text
from gui.panels.results_signs import SIGN_ROOM, VariantSignDelegate
from gui.theme import ThemeSource
from gui.widgets.fonts import number_font, scaled_font
from gui.widgets.plain_table import set_up_rows

SMALL, TITLE = 0.92, 0.85  # of the window's type
ROOM = 8  # pixels above and below a line of text, together
EDGE = 5  # pixels beside a cell's text, with the next ones 8
MARGIN = 3  # that Qt adds to a cell and not to a title
SPARE = 3  # the line beside a cell, and letters that reach a little past their advance
LEAST_ROWS = 4
LOOKED_AT = 256  # rows that are measured for the width of a column of numbers
NARROWEST, WIDEST = 40, 280
MOST_RESTORED = 1000
"""Selected rows that are found again after filtering; of more, only the current one."""

_STYLE = f"""
QTableView::item {{ padding: 0px {EDGE}px; }}
QHeaderView::section {{ padding: 4px {EDGE + MARGIN}px; }}
QHeaderView::up-arrow, QHeaderView::down-arrow {{ image: none; width: 0px; height: 0px; }}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
"""

Index = QModelIndex | QPersistentModelIndex
_ROWS = QItemSelectionModel.SelectionFlag.Rows
_ONLY = QItemSelectionModel.SelectionFlag.ClearAndSelect | _ROWS
_NOTHING = QItemSelectionModel.SelectionFlag.NoUpdate


class ResultsView(QTableView):
    """Rows that stay selected by their keys, whatever is filtered, sorted or renewed."""

    row_chosen = Signal(str)
    row_opened = Signal(str)

    def __init__(
        self, model: ResultsModel, themes: ThemeSource, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._results = model
        self._current = ""
        self._selected: frozenset[str] = frozenset()
        self._telling = True  # whether what becomes current was chosen by a person
        self._fitting = False
        self._widths: dict[str, int] = {}  # column key -> pixels
        self._set_up()
        self.setModel(model)
        self.setItemDelegateForColumn(0, VariantSignDelegate(themes, self))
        self._set_up_sorting()
        self._follow_font()
        model.modelReset.connect(self._on_reset)
        self.doubleClicked.connect(self._on_double_clicked)
        themes.changed.connect(self.viewport().update)

    @property
    def current(self) -> str:
        """The key of the current row, filtered out or not; empty where there is none."""
        return self._current

    def set_current(self, key: str) -> None:
        """Make this row the current and only selected one; reports nothing."""
        if key != self._current:
            self._current = key
            self._selected = frozenset({key})
            self._restore()
            self.scrollTo(self.currentIndex())

    def enter(self) -> None:
        """Take the keyboard, at the first row if none is current."""
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self._results.index(0, 0))

    def selected_rows(self) -> list[int]:
        """Places of the selected rows, from top to bottom."""
        ranges = self.selectionModel().selection().toList()
        return sorted({row for each in ranges for row in range(each.top(), each.bottom() + 1)})

    def fit_columns(self) -> None:
        """Widen the columns whose cells need more; none gets narrower, so that nothing dances."""
        self._fitting = True
        for at, column in enumerate(self._results.columns):
            width = max(self._needed(at), self._widths.get(column.key, 0))
            self._widths[column.key] = width
            if self.columnWidth(at) != width:
                self.setColumnWidth(at, width)
        self._fitting = False

    def minimumSizeHint(self) -> QSize:
        rows = LEAST_ROWS * self.verticalHeader().defaultSectionSize()
        around = self.horizontalHeader().sizeHint() + self.horizontalScrollBar().sizeHint()
        return QSize(super().minimumSizeHint().width(), rows + around.height())

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if self._telling and current.isValid() and current.row() != previous.row():
            self._current = self._results.key(current.row())
            self.row_chosen.emit(self._current)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        if self._telling:
            self._selected = frozenset(self._results.key(row) for row in self.selected_rows())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.row_opened.emit(self._results.key(self.currentIndex().row()))
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self.model() is not None:
            self._widths.clear()
            self.fit_columns()

    @Slot()
    def _on_reset(self) -> None:
        self._restore()
        column, header = self._results.sort_column, self.horizontalHeader()
        if header.sortIndicatorSection() != column:
            header.setSortIndicator(column, self._results.sort_order)

    @Slot(QModelIndex)
    def _on_double_clicked(self, index: QModelIndex) -> None:
        self.row_opened.emit(self._results.key(index.row()))

    @Slot(int, int, int)
    def _on_section_resized(self, at: int, before: int, width: int) -> None:
        if not self._fitting and at < len(self._results.columns):
            self._widths[self._results.columns[at].key] = width

    def _restore(self) -> None:
        """Select again, by their keys, what was selected."""
        self._telling = False
        if len(self._selected) > MOST_RESTORED:
            self._selected = frozenset({self._current})
        selection = QItemSelection()
        for row, result in enumerate(self._results.shown):
            if result.key in self._selected:
                index = self._results.index(row, 0)
                selection.append(QItemSelectionRange(index))
        self.selectionModel().select(selection, _ONLY)
        place = self._results.place_of(self._current)
        self.selectionModel().setCurrentIndex(self._results.index(place, 0), _NOTHING)
        self._telling = True

    def _needed(self, at: int) -> int:
        """Pixels that a column's title and its cells need.

        Of numbers, which are of much the same length, only the first rows are looked at.
        """
        column = self._results.columns[at]
        rows = self._results.first_shown(LOOKED_AT) if column.numeric else self._results.rows
        title = titled(column, Qt.SortOrder.AscendingOrder)
        texts = {cell_text(row.values[at], given=column.given) for row in rows}
        longest = max(map(self.fontMetrics().horizontalAdvance, texts), default=0)
        if at == 0 and any(row.place is not None for row in rows):
            longest += SIGN_ROOM
        header = self.horizontalHeader().fontMetrics().horizontalAdvance(title)
        return min(WIDEST, max(NARROWEST, longest, header) + 2 * (EDGE + MARGIN) + SPARE)

    def _follow_font(self) -> None:
        base = self.font()
        self.setFont(number_font(scaled_font(base, SMALL)))
        self.horizontalHeader().setFont(scaled_font(base, TITLE))
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + ROOM)

    def _set_up_sorting(self) -> None:
        """A click on a title sorts, a second one the other way, a third brings back the order."""
        header = self.horizontalHeader()
        header.setSortIndicator(OWN_ORDER, Qt.SortOrder.AscendingOrder)
        header.setSortIndicatorClearable(True)
        self.setSortingEnabled(True)
        header.sectionResized.connect(self._on_section_resized)

    def _set_up(self) -> None:
        self.setStyleSheet(_STYLE)
        self.setAccessibleName(self.tr("Results"))
        set_up_rows(self)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setMinimumSectionSize(24)
        header.setResizeContentsPrecision(LOOKED_AT)
