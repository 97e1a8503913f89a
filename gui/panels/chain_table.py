"""A table of figures to read with the keyboard or the mouse, one row of it the current one."""

from PySide6.QtCore import QAbstractItemModel, QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gui.widgets.fonts import number_font, scaled_font
from gui.widgets.plain_table import set_up_rows

SMALL = 0.92
TITLE = 0.85
ROOM = 6  # pixels above and below a line of text
EDGE = 5  # pixels beside a cell's text
MARGIN = 3  # that Qt adds to a cell and not to a title
LEAST_ROWS = 3
FEWEST_CHARACTERS = 11  # of a column that gives way

_STYLE = f"""
QTableView::item {{ padding: 0px {EDGE}px; }}
QHeaderView::section {{ padding: 4px {EDGE + MARGIN}px; }}
"""


class ChainTable(QTableView):
    """Columns as wide as what they hold; one takes what is left over.

    Another can give way where there is too little room, and shortens its texts.
    """

    def __init__(
        self,
        model: QAbstractItemModel,
        stretched: int = 0,
        elided: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._stretched = stretched
        self._elided = elided
        self._set_up()
        self.setModel(model)
        model.modelReset.connect(self.fit)
        model.dataChanged.connect(self.fit)
        model.headerDataChanged.connect(self.fit)
        self._follow_font()

    def fit(self) -> None:
        """Give every column the room it needs."""
        model, header = self.model(), self.horizontalHeader()
        if model is None:
            return
        widths = [
            max(self.sizeHintForColumn(column), header.sectionSizeHint(column))
            for column in range(model.columnCount())
        ]
        least = self.fontMetrics().averageCharWidth() * FEWEST_CHARACTERS
        rest = self.viewport().width() - sum(widths)
        if rest > 0:
            widths[self._stretched] += rest
        elif self._elided is not None:
            widths[self._elided] = max(least, widths[self._elided] + rest)
        for column, width in enumerate(widths):
            self.setColumnWidth(column, width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self.model() is not None:
            self.fit()

    def _follow_font(self) -> None:
        base = self.font()
        self.setFont(number_font(scaled_font(base, SMALL)))
        self.horizontalHeader().setFont(number_font(scaled_font(base, TITLE)))
        row = self.fontMetrics().height() + ROOM
        self.verticalHeader().setDefaultSectionSize(row)
        self.setMinimumHeight(self.horizontalHeader().sizeHint().height() + LEAST_ROWS * row + 4)

    def _set_up(self) -> None:
        self.setStyleSheet(_STYLE)
        set_up_rows(self)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setMinimumSectionSize(24)
        header.setSectionsClickable(False)
        header.setFocusPolicy(Qt.FocusPolicy.NoFocus)
