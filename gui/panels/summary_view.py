"""A table as high as its rows that never scrolls sideways, for the network's summary."""

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableView, QWidget

from gui.panels.summary_painting import EDGE, SummaryCells
from gui.widgets.fonts import scaled_font
from gui.widgets.plain_table import set_up_rows

NARROWEST = 228
TITLE_SIZE = 0.85
LEAST_FIRST = 48
"""Pixels that the first column keeps, whatever the others would like."""

_STYLE = f"""
QTableView, QTableView:focus {{ selection-background-color: transparent; background: transparent;
  border: none; }}
QHeaderView::section {{ padding: 4px {EDGE}px; }}
"""

Index = QModelIndex | QPersistentModelIndex


class SummaryView(QTableView):
    """Rows to read, one of them the current one; the first column takes what is left over.

    Past `most_rows` it scrolls by itself, else whatever is around it does.
    """

    current_moved = Signal(QRect)
    """The part of this widget where the keyboard went."""

    def __init__(
        self,
        model: QAbstractItemModel,
        cells: SummaryCells,
        most_rows: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._cells = cells
        self._most_rows = most_rows
        self._set_up()
        cells.setParent(self)
        self.setItemDelegate(cells)
        self.setModel(model)
        model.modelReset.connect(self._on_content_changed)
        model.dataChanged.connect(self._on_content_changed)
        self._on_content_changed()

    def sizeHint(self) -> QSize:
        rows = min(self._most_rows, self.model().rowCount())
        height = self.horizontalHeader().sizeHint().height()
        return QSize(NARROWEST, height + rows * self.verticalHeader().defaultSectionSize())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and self.hasFocus():
            row = self.visualRect(current).translated(0, self.horizontalHeader().height())
            self.current_moved.emit(row)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.model() is not None:
            self._on_content_changed()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.verticalScrollBar().maximum() == 0:
            event.ignore()  # what is around scrolls
            return
        super().wheelEvent(event)

    @Slot()
    def _on_content_changed(self) -> None:
        self.horizontalHeader().setFont(scaled_font(self.font(), TITLE_SIZE))
        self.verticalHeader().setDefaultSectionSize(self._cells.height(self.font()))
        self._fit()
        self.updateGeometry()

    def _fit(self) -> None:
        """Give every column what it needs and the first one the rest; short, where that is little.

        Whether all of it fits at length is found out by trying.
        """
        available = self.viewport().width()
        columns = range(1, self.model().columnCount())
        for narrow in (False, True):
            self._cells.set_narrow(narrow)
            widths = [self._width(column) for column in columns]
            rest = available - sum(widths)
            if rest >= self._width(0):
                break
        for column, width in zip(columns, widths, strict=True):
            self.setColumnWidth(column, width)
        self.setColumnWidth(0, max(LEAST_FIRST, rest))
        self.viewport().update()

    def _width(self, column: int) -> int:
        """Pixels that the cells of a column and its title need."""
        model, font = self.model(), self.font()
        title = str(model.headerData(column, Qt.Orientation.Horizontal))
        metrics = self.horizontalHeader().fontMetrics()
        widths = [
            self._cells.width(font, model.index(row, column)) for row in range(model.rowCount())
        ]
        return max([metrics.horizontalAdvance(title) + 2 * EDGE + 1, *widths])

    def _set_up(self) -> None:
        self.setStyleSheet(_STYLE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        set_up_rows(self)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(8)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionsClickable(False)
        header.setFocusPolicy(Qt.FocusPolicy.NoFocus)
