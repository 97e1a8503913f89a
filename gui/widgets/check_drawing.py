"""How a check box looks, for widgets and item views alike. Fusion's own is invisible when dark."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from gui.theme import Theme, mixed

CHECK_SIZE = 16
"""Side of a check box in device-independent pixels, at the usual font size."""


def paint_check(
    painter: QPainter,
    rect: QRect | QRectF,
    state: Qt.CheckState,
    theme: Theme,
    *,
    enabled: bool = True,
    focused: bool = False,
    hovered: bool = False,
) -> None:
    """Draw a check box in the middle of the rectangle, as large as its shorter side.

    Ticked is filled with the trainable colour; the tick's colour is the panel's, so both edges
    keep a contrast of at least 3 in either theme.
    """
    box = _square(QRectF(rect))
    unit = box.width() / 16
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if focused:
        _paint_focus(painter, box, unit, theme)
    ink, fill = _colors(theme, state, enabled, hovered)
    _paint_box(painter, box.adjusted(unit, unit, -unit, -unit), unit, ink, fill)
    painter.setPen(_mark_pen(unit, theme))
    if state == Qt.CheckState.Checked:
        painter.drawPolyline(_tick(box, unit))
    elif state == Qt.CheckState.PartiallyChecked:
        middle = box.center()
        painter.drawLine(middle - QPointF(3.2 * unit, 0), middle + QPointF(3.2 * unit, 0))
    painter.restore()


def _square(rect: QRectF) -> QRectF:
    side = min(rect.width(), rect.height())
    box = QRectF(0, 0, side, side)
    box.moveCenter(rect.center())
    return box


def _colors(theme: Theme, state: Qt.CheckState, enabled: bool, hovered: bool) -> tuple[str, str]:
    """Colours of the edge and of the inside."""
    marked = state != Qt.CheckState.Unchecked
    if not enabled:
        return theme.disabled, theme.disabled if marked else theme.window
    if marked:
        fill = mixed(theme.trainable_ink, theme.text, 0.2) if hovered else theme.trainable_ink
        return fill, fill
    return (theme.text, theme.hover) if hovered else (theme.control, theme.panel)


def _paint_box(painter: QPainter, box: QRectF, unit: float, ink: str, fill: str) -> None:
    width = 1.25 * unit
    painter.setPen(QPen(QColor(ink), width))
    painter.setBrush(QColor(fill))
    half = width / 2
    painter.drawRoundedRect(box.adjusted(half, half, -half, -half), 3 * unit, 3 * unit)


def _paint_focus(painter: QPainter, box: QRectF, unit: float, theme: Theme) -> None:
    painter.setPen(QPen(QColor(theme.accent), 2 * unit))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box.adjusted(-unit, -unit, unit, unit), 5 * unit, 5 * unit)


def _mark_pen(unit: float, theme: Theme) -> QPen:
    pen = QPen(QColor(theme.panel), 1.9 * unit)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def _tick(box: QRectF, unit: float) -> QPolygonF:
    places = ((4.6, 8.3), (7.0, 10.7), (11.4, 5.5))
    return QPolygonF([box.topLeft() + QPointF(x * unit, y * unit) for x, y in places])
