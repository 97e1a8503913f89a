"""How the cells in the upper line of a layer's row are drawn."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem, QTableView

from gui.icons import Icons
from gui.models.layer_kinds import activation, has_box
from gui.models.layer_rows import Column, LayerRow
from gui.models.layer_table import LayerTable
from gui.models.layer_text import activation_text, parameters_text, size_text
from gui.panels.layer_painting import INDENT, row_metrics
from gui.theme import Theme
from gui.widgets.check_drawing import CHECK_SIZE, paint_check
from gui.widgets.fonts import number_font
from gui.widgets.rate_text import MAXIMUM

CELL_PADDING = 4
CHEVRON_ROOM = 14
FLAKE = 13

Index = QModelIndex | QPersistentModelIndex


def control_rect(option: QStyleOptionViewItem) -> QRect:
    """The upper line of a cell."""
    metrics = row_metrics(option.font)
    rect = option.rect
    return QRect(rect.left(), rect.top() + metrics.top, rect.width(), metrics.control)


def paint_cell(
    painter: QPainter, option: QStyleOptionViewItem, index: Index, theme: Theme, icons: Icons
) -> None:
    """Draw one cell; the ground of the row is there already."""
    row: LayerRow = index.data(LayerTable.RowRole)
    cell = control_rect(option)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(number_font(option.font))
    match Column(index.column()):
        case Column.LAYER:
            _paint_name(painter, cell.adjusted(0, 0, _spare(option, row), 0), row, theme, option)
        case Column.TRAINS:
            _paint_box(painter, cell, row, theme, option)
        case Column.ACTIVATION:
            _paint_activation(painter, cell, row, theme, option)
        case Column.UNITS:
            _paint_units(painter, cell, row, theme, option)
        case Column.PARAMETERS:
            ink = theme.text if row.layer.has_parameters else theme.muted
            _paint_number(painter, cell, parameters_text(row), ink)
        case Column.RATE:
            if row.layer.has_parameters and row.learning_rate > MAXIMUM:  # more than the field has
                _paint_number(painter, cell.adjusted(0, 0, -20, 0), str(index.data()), theme.muted)
            if row.frozen:
                _paint_flake(painter, cell, icons)
    painter.restore()


def _spare(option: QStyleOptionViewItem, row: LayerRow) -> int:
    """Room for the name of a layer that has nothing to show beside it."""
    view = option.widget
    if not isinstance(view, QTableView) or size_text(row):
        return 0
    return view.columnWidth(Column.UNITS)


def _paint_name(
    painter: QPainter, cell: QRect, row: LayerRow, theme: Theme, option: QStyleOptionViewItem
) -> None:
    if not row.is_output:
        middle = QPointF(cell.left() + INDENT / 2, QRectF(cell).center().y())
        _paint_grip(painter, middle, theme.text if _is_hovered(option) else theme.control)
    area = cell.adjusted(INDENT, 0, 0, 0)
    name = painter.fontMetrics().elidedText(row.id, Qt.TextElideMode.ElideMiddle, area.width())
    painter.setPen(QColor(theme.text))
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, name)


def _paint_flake(painter: QPainter, cell: QRect, icons: Icons) -> None:
    """Where a trainable layer's field has its arrows."""
    flake = QRect(cell.right() - FLAKE - 2, cell.center().y() - FLAKE // 2, FLAKE, FLAKE)
    icons.icon("snowflake", "frozen").paint(painter, flake)


def _is_hovered(option: QStyleOptionViewItem) -> bool:
    return bool(option.state & QStyle.StateFlag.State_MouseOver)


def _is_current(option: QStyleOptionViewItem) -> bool:
    return bool(option.state & QStyle.StateFlag.State_HasFocus)


def _paint_box(
    painter: QPainter, cell: QRect, row: LayerRow, theme: Theme, option: QStyleOptionViewItem
) -> None:
    if not has_box(row.layer):
        return
    box = QRect(0, 0, CHECK_SIZE, CHECK_SIZE)
    box.moveCenter(cell.center())
    state = Qt.CheckState.Checked if row.trainable else Qt.CheckState.Unchecked
    paint_check(
        painter, box, state, theme, focused=_is_current(option), hovered=_is_hovered(option)
    )


def _paint_activation(
    painter: QPainter, cell: QRect, row: LayerRow, theme: Theme, option: QStyleOptionViewItem
) -> None:
    chosen = activation(row.layer)
    if chosen is None:
        return
    _paint_field_edge(painter, cell, theme, option)
    area = cell.adjusted(CELL_PADDING + 2, 0, -CHEVRON_ROOM, 0)
    text = painter.fontMetrics().elidedText(
        activation_text(chosen), Qt.TextElideMode.ElideRight, area.width()
    )
    painter.setPen(QColor(theme.text))
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, text)
    middle = QPointF(area.right() + CHEVRON_ROOM / 2, QRectF(cell).center().y())
    _paint_chevron(painter, middle, theme.muted)


def _paint_units(
    painter: QPainter, cell: QRect, row: LayerRow, theme: Theme, option: QStyleOptionViewItem
) -> None:
    text = size_text(row)
    if text and (not row.is_output or _is_current(option)):
        _paint_field_edge(painter, cell, theme, option)
    area = cell.adjusted(0, 0, -CELL_PADDING - 2, 0)
    painter.setPen(QColor(theme.muted if row.is_output else theme.text))
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
    painter.drawText(area, flags, text)


def _paint_number(painter: QPainter, cell: QRect, text: str, color: str) -> None:
    painter.setPen(QColor(color))
    painter.drawText(cell, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)


def _paint_field_edge(
    painter: QPainter, cell: QRect, theme: Theme, option: QStyleOptionViewItem
) -> None:
    """Under the mouse or the keyboard a value shows that it is a field."""
    if not (_is_hovered(option) or _is_current(option)):
        return
    current = _is_current(option)
    painter.setPen(QPen(QColor(theme.accent if current else theme.control), 2 if current else 1))
    painter.setBrush(QColor(theme.panel))
    painter.drawRoundedRect(QRectF(cell).adjusted(2, 1, -1, -1), 5, 5)


def _paint_grip(painter: QPainter, middle: QPointF, color: str) -> None:
    """Six dots: a row can be dragged here."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    for column in (-2.0, 2.0):
        for line in (-4.0, 0.0, 4.0):
            painter.drawEllipse(middle + QPointF(column, line), 1.0, 1.0)


def _paint_chevron(painter: QPainter, middle: QPointF, color: str) -> None:
    """A small arrow down: a list opens here."""
    pen = QPen(QColor(color), 1.4)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    tip = middle + QPointF(0, 1.5)
    painter.drawPolyline(QPolygonF([tip + QPointF(-3, -3), tip, tip + QPointF(3, -3)]))
