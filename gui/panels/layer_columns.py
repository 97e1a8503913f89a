"""How wide the columns of the layer stack are, and the small titles above them."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from gui.models.layer_kinds import activation
from gui.models.layer_rows import Column, LayerRow
from gui.models.layer_text import activation_text, parameters_text, size_text
from gui.panels.layer_painting import EDGE, INDENT
from gui.theme import ThemeSource
from gui.widgets.fonts import number_font, scaled_font
from gui.widgets.rate_text import format_rate

FIELD_EDGES = 12
TITLE_EDGES = 7
"""Around a value that becomes a field when it is edited."""
CHEVRON_ROOM = 14
RATE_EDGES = 31
"""The arrows and edges of the learning rate's field."""
NAME_GAP = 4
LONGEST_NAME = "hidden-10"
COMFORTABLE_RATE = "3.333e-4"
NARROW_RATE = "3.3e-4"


def column_widths(
    available: int, rows: Sequence[LayerRow], titles: Mapping[Column, str], font: QFont
) -> Mapping[Column, int]:
    """Widths in pixels that fill `available` but for an edge; left out columns have no entry.

    The numbers of parameters get a column of their own where there is room for it.
    """
    text = QFontMetrics(number_font(font))
    title = QFontMetrics(title_font(font))

    def widest(column: Column, texts: Sequence[str], edges: int) -> int:
        widths = [text.horizontalAdvance(each) + edges for each in texts]
        return max(0, *widths, title.horizontalAdvance(titles[column]) + TITLE_EDGES)

    rates = [format_rate(row.learning_rate) for row in rows if row.layer.has_parameters]
    chosen = [activation(row.layer) for row in rows]
    activations = [activation_text(each) for each in chosen if each is not None]
    widths = {
        Column.UNITS: widest(Column.UNITS, [size_text(row) for row in rows], FIELD_EDGES),
        Column.ACTIVATION: widest(Column.ACTIVATION, activations, FIELD_EDGES + CHEVRON_ROOM - 5),
        Column.TRAINS: widest(Column.TRAINS, [""], 28),
        Column.RATE: widest(Column.RATE, [*rates, NARROW_RATE], RATE_EDGES),
    }
    parameters = widest(Column.PARAMETERS, [parameters_text(row) for row in rows], FIELD_EDGES)
    names = [text.horizontalAdvance(row.id) for row in rows]
    name = min(max(names), text.horizontalAdvance(LONGEST_NAME)) + INDENT + NAME_GAP
    spare = available - sum(widths.values()) - name - EDGE
    if spare >= parameters:
        widths[Column.PARAMETERS] = parameters
        spare -= parameters
    comfortable = text.horizontalAdvance(COMFORTABLE_RATE) + RATE_EDGES
    widths[Column.RATE] += max(0, min(spare, comfortable - widths[Column.RATE]))
    widths[Column.LAYER] = max(INDENT * 3, available - sum(widths.values()) - EDGE)
    return widths


def title_font(base: QFont) -> QFont:
    """The font of the columns' titles."""
    return scaled_font(base, 0.85)


class LayerHeader(QHeaderView):
    """The titles, muted and small, each standing where its column's values stand."""

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._themes = themes
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(8)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        themes.changed.connect(self.viewport().update)

    def sizeHint(self) -> QSize:
        return QSize(0, QFontMetrics(title_font(self.font())).height() + 8)

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: N803
        title = self.model().headerData(logicalIndex, Qt.Orientation.Horizontal)
        area, align = _title_place(Column(logicalIndex), rect)
        painter.save()
        painter.setFont(title_font(self.font()))
        painter.setPen(QColor(self._themes.theme.muted))
        text = painter.fontMetrics().elidedText(
            str(title), Qt.TextElideMode.ElideRight, area.width()
        )
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | align, text)
        painter.restore()


def _title_place(column: Column, rect: QRect) -> tuple[QRect, Qt.AlignmentFlag]:
    edge = FIELD_EDGES // 2
    match column:
        case Column.LAYER:
            return rect.adjusted(INDENT, 0, 0, 0), Qt.AlignmentFlag.AlignLeft
        case Column.UNITS:
            return rect.adjusted(0, 0, -edge, 0), Qt.AlignmentFlag.AlignRight
        case Column.PARAMETERS:
            return rect, Qt.AlignmentFlag.AlignRight
        case Column.TRAINS:
            return rect, Qt.AlignmentFlag.AlignHCenter
    return rect.adjusted(edge, 0, 0, 0), Qt.AlignmentFlag.AlignLeft
