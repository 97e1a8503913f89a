"""The small panel beside a point of a sweep's curves: what it is, its number, and of how many."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from gui.models.sweep_curve_text import PointText
from gui.plots.plot_style import Sign, draw_sign, hairline
from gui.theme import Theme

LINE = 18.0
PAD = 8.0
BESIDE = 14.0  # pixels between the point and the panel
INDENT = 16.0  # of the name, behind its sign
SPARE = 2.0


@dataclass(frozen=True)
class SweepReadout:
    """What is said, of the point at this place."""

    text: PointText
    place: int
    """Of the variant, for its sign."""
    x: float
    y: float


def draw_readout(painter: QPainter, theme: Theme, readout: SweepReadout, area: QRectF) -> None:
    """Draw the panel beside the point, on the side that has room."""
    text = readout.text
    lines = [(text.name, theme.text, INDENT), (text.number, theme.text, 0.0)]
    lines += [(note, theme.muted, 0.0) for note in text.notes]
    if text.head:
        lines.insert(0, (text.head, theme.muted, 0.0))
    metrics = QFontMetricsF(painter.font())
    most = area.width() - 4 - 2 * PAD
    widest = max(metrics.horizontalAdvance(words) + indent for words, _, indent in lines)
    panel = _panel(readout, min(widest + SPARE, most), len(lines), area)
    painter.setPen(hairline(theme.line))
    painter.setBrush(QColor(theme.panel))
    painter.drawRoundedRect(panel, 6, 6)
    inner = panel.adjusted(PAD, PAD - 3, -PAD, 0)
    for row, (words, ink, indent) in enumerate(lines):
        place = QRectF(inner.left() + indent, inner.top() + LINE * row, inner.width(), LINE)
        if indent:
            colour = QColor(theme.variant(readout.place))
            centre = QPointF(inner.left() + 5, place.center().y())
            draw_sign(painter, Sign(readout.place, colour), centre, 3.6, QColor(theme.panel))
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, inner.width() - indent)
        painter.setPen(QColor(ink))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, shown)


def _panel(readout: SweepReadout, width: float, lines: int, area: QRectF) -> QRectF:
    panel = QRectF(0, 0, width + 2 * PAD, LINE * lines + 2 * PAD - 6)
    right = readout.x + BESIDE
    fits = right + panel.width() <= area.right() - 2
    panel.moveLeft(right if fits else readout.x - BESIDE - panel.width())
    if panel.left() < area.left() + 2:  # room on neither side: above or below the point
        panel.moveLeft(area.left() + 2)
        below = readout.y + BESIDE
        has_room = below + panel.height() <= area.bottom()
        panel.moveTop(below if has_room else readout.y - BESIDE - panel.height())
        return panel
    top = min(readout.y - panel.height() / 2, area.bottom() - panel.height() - 2)
    panel.moveTop(max(area.top() + 2, top))
    return panel
