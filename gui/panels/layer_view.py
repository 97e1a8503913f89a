"""How the layer stack looks: rows of two lines that fit the width, without scrolling sideways."""

from collections.abc import Mapping, Sequence
from string import Template

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtGui import (
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QSizePolicy,
    QTableView,
    QToolTip,
    QWidget,
)

from gui.icons import Icons
from gui.models.layer_rows import Column
from gui.models.layer_status import status_tip
from gui.models.layer_table import LayerTable
from gui.models.layer_text import cell_tip
from gui.panels.layer_columns import LayerHeader, column_widths
from gui.panels.layer_painting import (
    Part,
    paint_row,
    paint_second_line,
    row_metrics,
    second_line,
)
from gui.theme import ThemeSource

Index = QModelIndex | QPersistentModelIndex

NARROWEST = 240
PREFERRED = 380

_STYLE = Template("""
QTableView, QTableView:focus { selection-background-color: transparent; background: transparent;
  border: none; }
QAbstractSpinBox:disabled { color: $muted; background: transparent; border-color: transparent; }
QAbstractSpinBox::up-arrow:disabled, QAbstractSpinBox::down-arrow:disabled { image: none; }
""")


class LayerView(QTableView):
    """Shows a LayerTable as high as its rows; live figures repaint the second lines only."""

    def __init__(
        self,
        table: LayerTable,
        themes: ThemeSource,
        icons: Icons,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._table = table
        self._themes = themes
        self._icons = icons
        self.setHorizontalHeader(LayerHeader(themes, self))
        self._set_up()
        self.setModel(table)
        for changed in (table.rowsInserted, table.rowsRemoved, table.rowsMoved, table.modelReset):
            changed.connect(self._on_rows_changed)
        themes.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self._fit()

    def row_rect(self, row: int) -> QRect:
        """The whole row in the viewport."""
        top = self.rowViewportPosition(row)
        return QRect(0, top, self.viewport().width(), self.rowHeight(row))

    def shown_parts(self, row: int) -> tuple[Part, ...]:
        """Which parts of the row's second line find room."""
        return tuple(self._second_line(row))

    def sizeHint(self) -> QSize:
        height = self.horizontalHeader().sizeHint().height() + self.verticalHeader().length()
        return QSize(PREFERRED, height)

    def minimumSizeHint(self) -> QSize:
        return QSize(NARROWEST, self.sizeHint().height())

    def dataChanged(self, first: Index, last: Index, roles: Sequence[int] = ()) -> None:
        if first.column() >= Column.MOVED:  # live figures: no column of their own, and often
            for row in range(first.row(), last.row() + 1):
                self.viewport().update(self._second_line_rect(row))
            return
        super().dataChanged(first, last, list(roles))
        self._fit()
        self.updateEditorGeometries()
        self.viewport().update()  # a row is more than its cells

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.viewport().update()  # the edge of a row is more than its cells

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # every row is visible; what is around scrolls

    def paintEvent(self, event: QPaintEvent) -> None:
        rows = range(self._table.rowCount())
        rows_in_sight = [row for row in rows if self.row_rect(row).intersects(event.rect())]
        painter = QPainter(self.viewport())
        for row in rows_in_sight:
            self._paint_ground(painter, row)
        painter.end()
        if not self._is_within_second_lines(event.region()):
            super().paintEvent(event)  # the cells: the first lines
        painter = QPainter(self.viewport())
        for row in rows_in_sight:
            shown = self._table.rows[row]
            telemetry = self._table.telemetry(shown.id)
            places = self._second_line(row)
            theme = self._themes.theme
            paint_second_line(painter, places, shown, telemetry, theme, self._icons)
        painter.end()

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            tip = self._second_line_tip(event.pos())
            if tip:
                QToolTip.showText(event.globalPos(), tip, self.viewport())
                return True
        return super().viewportEvent(event)

    @Slot()
    def _on_theme_changed(self) -> None:
        """Rows draw their own selection; the rate of a frozen row is readable but no field."""
        self.setStyleSheet(_STYLE.substitute(muted=self._themes.theme.muted))
        self.viewport().update()

    @Slot()
    def _on_rows_changed(self) -> None:
        self._fit()
        self.updateGeometry()

    def _set_up(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(8)
        self.setMouseTracking(True)

    def _fit(self) -> None:
        """Give the columns the width there is, and the rows the height of the font."""
        if not self._table.rows:
            return
        titles = {
            column: str(self._table.headerData(column, Qt.Orientation.Horizontal))
            for column in Column
        }
        available = self.viewport().width()
        widths = column_widths(available, self._table.rows, titles, self.font())
        for column in Column:
            self.setColumnHidden(column, column not in widths)
            if column in widths:
                self.setColumnWidth(column, widths[column])
        height = row_metrics(self.font()).height
        if self.verticalHeader().defaultSectionSize() != height:
            self.verticalHeader().setDefaultSectionSize(height)
            self.updateGeometry()

    def _paint_ground(self, painter: QPainter, row: int) -> None:
        selected = self.selectionModel().isRowSelected(row, self.rootIndex())
        paint_row(
            painter,
            self.row_rect(row),
            self._table.rows[row],
            self._themes.theme,
            selected=selected,
            focused=self.hasFocus() or self.isAncestorOf(self.window().focusWidget()),
        )

    def _is_within_second_lines(self, region: QRegion) -> bool:
        """Whether only what a run renews many times a second is to be painted."""
        for row in range(self._table.rowCount()):
            region = region.subtracted(self._second_line_rect(row))
        return region.isEmpty()

    def _second_line_rect(self, row: int) -> QRect:
        metrics = row_metrics(self.font())
        rect = self.row_rect(row)
        top = rect.top() + metrics.top + metrics.control
        return QRect(rect.left(), top, rect.width(), metrics.second)

    def _second_line(self, row: int) -> Mapping[Part, QRect]:
        shown = self._table.rows[row]
        return second_line(
            self._second_line_rect(row),
            shown,
            self._table.telemetry(shown.id),
            self.font(),
            with_parameters=self.isColumnHidden(Column.PARAMETERS),
        )

    def _second_line_tip(self, position: QPoint) -> str:
        row = self.rowAt(position.y())
        if row < 0 or not self._second_line_rect(row).contains(position):
            return ""
        shown = self._table.rows[row]
        columns: dict[Part, Column] = {
            "parameters": Column.PARAMETERS,
            "moved": Column.MOVED,
            "histogram": Column.HISTOGRAM,
        }
        for part, rect in self._second_line(row).items():
            if part in columns and rect.contains(position):
                return cell_tip(columns[part], shown)
        return status_tip(shown)
