"""How the rows of the network's summary are drawn."""

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from engine.summary import SummaryRow, shape_text
from gui.models.summary_table import SummaryTable
from gui.models.summary_text import SummaryColumn, kind_line, layer_sign, short_shape
from gui.theme import Theme, ThemeSource
from gui.widgets.fonts import number_font, scaled_font
from gui.widgets.variant_pattern import paint_variant_pattern, variant_pattern_size
from gui.widgets.variant_sign import paint_variant_sign

EDGE = 4
"""Left and right of what stands in a cell."""
RADIUS = 5.0
SMALL = 0.85
SIGN = QSize(20, 14)

Index = QModelIndex | QPersistentModelIndex


class SummaryCells(QStyledItemDelegate):
    """What both tables' cells share; how wide they are follows from the texts in them."""

    def __init__(self, themes: ThemeSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._themes = themes
        self._narrow = False

    def set_narrow(self, narrow: bool) -> None:
        """Write short what can be said in fewer letters, or at length again."""
        self._narrow = narrow

    def width(self, font: QFont, index: Index) -> int:
        """Pixels that a cell needs as it is written now."""
        return _text_width(number_font(font), str(index.data())) + 2 * EDGE

    def height(self, font: QFont) -> int:
        """Pixels that every row needs, with the gap below it."""
        return QFontMetrics(font).height() + 10

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self.width(option.font, index), self.height(option.font))


class SummaryDelegate(SummaryCells):
    """Draws a layer: its id over its kind, and ice where it is frozen."""

    def width(self, font: QFont, index: Index) -> int:
        row: SummaryRow = index.data(SummaryTable.RowRole)
        match SummaryColumn(index.column()):
            case SummaryColumn.TRAINS:
                return variant_pattern_size(QFontMetrics(font), 1).width() + 2 * EDGE
            case SummaryColumn.SHAPE:
                return _text_width(number_font(font), self._shape(row)) + 2 * EDGE
            case SummaryColumn.LAYER:
                kind = _text_width(_small(font), kind_line(row)) + 2 * EDGE
                return max(kind, super().width(font, index))
        return super().width(font, index)

    def height(self, font: QFont) -> int:
        return super().height(font) + QFontMetrics(_small(font)).height()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: SummaryRow = index.data(SummaryTable.RowRole)
        theme = self._themes.theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = theme.frozen_fill if row.trainable is False else None
        _paint_ground(painter, option, index, ground, theme)
        cell = option.rect.adjusted(EDGE, 3, -EDGE, -5)
        painter.setFont(number_font(option.font))
        painter.setPen(QColor(theme.muted if row.trainable is None else theme.text))
        match SummaryColumn(index.column()):
            case SummaryColumn.LAYER:
                _paint_layer(painter, cell, row, option.font, theme)
            case SummaryColumn.TRAINS if row.trainable is not None:
                _paint_sign(painter, cell, row, theme)
            case SummaryColumn.SHAPE:
                painter.drawText(cell, _alignment(index), self._shape(row))
            case _:
                painter.drawText(cell, _alignment(index), str(index.data()))
        painter.restore()

    def _shape(self, row: SummaryRow) -> str:
        return short_shape(row.shape) if self._narrow else shape_text(row.shape)


class TotalsDelegate(SummaryCells):
    """Draws a variant: the sign of its curve, its name, and its numbers."""

    def width(self, font: QFont, index: Index) -> int:
        sign = 0 if index.column() else SIGN.width() + EDGE
        return super().width(font, index) + sign

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = self._themes.theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_ground(painter, option, index, None, theme)
        cell = option.rect.adjusted(EDGE, 2, -EDGE, -4)
        if index.column() == 0:
            top = cell.center().y() - SIGN.height() // 2
            place = QRect(QPoint(cell.left(), top), SIGN)
            paint_variant_sign(painter, place, index.row(), theme)
            cell.setLeft(place.right() + EDGE)
        painter.setFont(number_font(option.font))
        painter.setPen(QColor(theme.text))
        metrics = painter.fontMetrics()
        text = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, cell.width())
        painter.drawText(cell, index.data(Qt.ItemDataRole.TextAlignmentRole), text)
        painter.restore()


def _paint_ground(
    painter: QPainter, option: QStyleOptionViewItem, index: Index, fill: str | None, theme: Theme
) -> None:
    """A cell's part of the whole row's ground: its fill, and an edge where it is chosen."""
    view = option.widget
    if not isinstance(view, QAbstractItemView):
        return
    selected = bool(option.state & QStyle.StateFlag.State_Selected)
    focused = view.hasFocus() and view.currentIndex().row() == index.row()
    ground = theme.hover if fill is None and selected else fill
    if ground is None and not focused:
        return
    row = QRectF(0, option.rect.top(), view.viewport().width(), option.rect.height())
    painter.save()
    painter.setClipRect(option.rect)
    painter.setPen(Qt.PenStyle.NoPen)
    if ground is not None:
        painter.setBrush(QColor(ground))
    if selected or focused:
        painter.setPen(QPen(QColor(theme.accent if focused else theme.control), 1.5))
    painter.drawRoundedRect(row.adjusted(0.75, 0.75, -0.75, -2.75), RADIUS, RADIUS)
    painter.restore()


def _paint_layer(
    painter: QPainter, cell: QRect, row: SummaryRow, font: QFont, theme: Theme
) -> None:
    upper = QRect(cell.topLeft(), QSize(cell.width(), QFontMetrics(font).height()))
    painter.setFont(number_font(font))
    painter.setPen(QColor(theme.text))
    name = QFontMetrics(painter.font()).elidedText(
        row.layer, Qt.TextElideMode.ElideMiddle, cell.width()
    )
    painter.drawText(upper, Qt.AlignmentFlag.AlignVCenter, name)
    painter.setFont(_small(font))
    painter.setPen(QColor(theme.frozen_ink if row.trainable is False else theme.muted))
    kind = painter.fontMetrics().elidedText(
        kind_line(row), Qt.TextElideMode.ElideRight, cell.width()
    )
    lower = QRect(cell.left(), upper.bottom() + 1, cell.width(), cell.bottom() - upper.bottom())
    painter.drawText(lower, Qt.AlignmentFlag.AlignVCenter, kind)


def _paint_sign(painter: QPainter, cell: QRect, row: SummaryRow, theme: Theme) -> None:
    """A warm square trains, a flake is frozen; an empty square is ticked, but cut off."""
    size = variant_pattern_size(painter.fontMetrics(), 1)
    place = QRect(0, 0, size.width(), size.height())
    place.moveCenter(cell.center())
    paint_variant_pattern(painter, place, [layer_sign(row)], theme)


def _text_width(font: QFont, text: str) -> int:
    return QFontMetrics(font).horizontalAdvance(text) + 1  # letters reach past what fonts state


def _alignment(index: Index) -> Qt.AlignmentFlag:
    sides = {
        SummaryColumn.PARAMETERS: Qt.AlignmentFlag.AlignRight,
        SummaryColumn.TRAINS: Qt.AlignmentFlag.AlignHCenter,
    }
    side = sides.get(SummaryColumn(index.column()), Qt.AlignmentFlag.AlignLeft)
    return side | Qt.AlignmentFlag.AlignVCenter


def _small(font: QFont) -> QFont:
    return scaled_font(font, SMALL)
