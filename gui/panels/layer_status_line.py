"""How the status of a layer is drawn at the left of its row's second line."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter

from gui.icons import Icons
from gui.models.layer_rows import LayerRow
from gui.models.layer_status import Status, Weight, row_status
from gui.theme import Theme
from gui.widgets.reach_badge import badge_font, paint_reach_badge, reach_badge_size

GAP = 8
SCISSORS = 14


def status_width(row: LayerRow, font: QFont) -> int:
    """Room for the whole status beside text in this font."""
    status = row_status(row)
    width = _marks_width(row, status, font)
    if status.note:
        width += QFontMetrics(_note_font(status, font)).horizontalAdvance(status.note) + 2
    return width


def paint_status(painter: QPainter, rect: QRect, row: LayerRow, theme: Theme, icons: Icons) -> None:
    """The reach as its badge, scissors where backprop is cut, then the note as far as it fits."""
    status = row_status(row)
    if status.badge:
        paint_reach_badge(painter, rect, row.reach, theme)
    if status.scissors:
        middle = rect.center().y() - SCISSORS // 2 + 1
        icons.icon("scissors").paint(painter, QRect(rect.left(), middle, SCISSORS, SCISSORS))
    left = rect.left() + _marks_width(row, status, painter.font())
    area = QRect(left, rect.top(), rect.right() - left + 1, rect.height())
    painter.save()
    painter.setFont(_note_font(status, painter.font()))
    painter.setPen(QColor(_ink(status.weight, theme)))
    text = painter.fontMetrics().elidedText(status.note, Qt.TextElideMode.ElideRight, area.width())
    painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, text)
    painter.restore()


def _marks_width(row: LayerRow, status: Status, font: QFont) -> int:
    """What stands before the note, with the gap after it."""
    if status.badge:
        badge = reach_badge_size(row.reach, font).width()
        return badge + GAP if status.note else badge
    return SCISSORS + GAP // 2 if status.scissors else 0


def _ink(weight: Weight, theme: Theme) -> str:
    inks: dict[Weight, str] = {"quiet": theme.muted, "told": theme.text, "later": theme.accent}
    return inks[weight]


def _note_font(status: Status, font: QFont) -> QFont:
    """Words in the place of the badge lean, as words about the row and not its reach."""
    note = badge_font(font)
    note.setItalic(not status.badge)
    return note
