"""The small panel at the crosshair: the epoch, and every visible curve's value there."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from gui.plots.plot_style import Sign, draw_sign, hairline
from gui.theme import Theme

LINE = 18.0
PAD = 8.0
NAME_WIDTH = 170.0
COLUMN_GAP = 14.0
MOST_ROWS = 14


@dataclass(frozen=True)
class ReadoutRow:
    """A variant's values at the epoch, as text; empty where it has none."""

    name: str
    sign: Sign
    train: str
    held_out: str
    kept: bool = False  # shown also where there is no room for all


@dataclass(frozen=True)
class Readout:
    """What the panel says."""

    epoch: str
    train_title: str
    held_out_title: str
    rows: tuple[ReadoutRow, ...]
    notes: tuple[str, ...] = ()

    @property
    def spoken(self) -> str:
        """The same in one sentence, for a screen reader."""
        parts = [self.epoch]
        for row in self.rows:
            values = [
                f"{title} {value}"
                for title, value in (
                    (self.train_title, row.train),
                    (self.held_out_title, row.held_out),
                )
                if value
            ]
            parts.append(f"{row.name}: {', '.join(values)}")
        return "; ".join((*parts, *self.notes))


class ReadoutPanel:
    """Draws a readout with this painter."""

    def __init__(self, painter: QPainter, theme: Theme, font: QFont) -> None:
        self._painter, self._theme = painter, theme
        self._metrics = QFontMetricsF(font)

    def draw(self, readout: Readout, area: QRectF, x: float) -> None:
        """Draw it beside the crosshair at x, on the side that has room."""
        rows, notes = _fitting(readout, area.height())
        names = [self._short(row.name) for row in rows]
        name_width = max(self._width(text) for text in (readout.epoch, *(n + "xxx" for n in names)))
        columns = self._columns(readout, rows)
        width = PAD * 2 + name_width + sum(column.width + COLUMN_GAP for column in columns)
        width = min(max(width, *(self._width(n) + 2 * PAD for n in ("", *notes))), area.width() - 4)
        panel = QRectF(0, 0, width, PAD * 2 + LINE * (len(rows) + len(notes) + 1) - 4)
        panel.moveLeft(x + 12 if x + 12 + width < area.right() else x - 12 - width)
        panel.moveLeft(max(area.left() + 2, panel.left()))
        panel.moveTop(max(area.top() + 2, min(area.top() + 38, area.bottom() - panel.height() - 2)))
        self._painter.setPen(hairline(self._theme.line))
        self._painter.setBrush(QColor(self._theme.panel))
        self._painter.drawRoundedRect(panel, 6, 6)
        for i, row in enumerate(rows):
            middle = QPointF(panel.left() + PAD + 4, panel.top() + PAD + LINE * (i + 1.5) - 2)
            draw_sign(self._painter, row.sign, middle, 3.6, QColor(self._theme.panel))
        inner = panel.adjusted(PAD, PAD - 2, -PAD, 0)
        self._draw_names(inner, readout.epoch, names)
        self._draw_notes(inner.translated(0, LINE * (len(rows) + 1)), notes)
        right = inner.right()
        for column in reversed(columns):
            self._draw_column(column, QRectF(right - column.width, inner.top(), column.width, LINE))
            right -= column.width + COLUMN_GAP

    def _columns(self, readout: Readout, rows: tuple[ReadoutRow, ...]) -> list["_Column"]:
        """The columns that are shown; a width for the usual value, so that they keep still."""
        columns = []
        for title, texts in (
            (readout.train_title, [row.train for row in rows]),
            (readout.held_out_title, [row.held_out for row in rows]),
        ):
            width = max(self._width(text) for text in (title, "0.00000", *texts))
            columns.append(_Column(title, texts, width))
        return columns

    def _draw_names(self, inner: QRectF, epoch: str, names: list[str]) -> None:
        line = QRectF(inner.left(), inner.top(), inner.width(), LINE)
        self._painter.setPen(QColor(self._theme.muted))
        self._painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, epoch)
        self._painter.setPen(QColor(self._theme.text))
        for i, name in enumerate(names, start=1):
            place = line.translated(16, LINE * i)
            self._painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, name)

    def _draw_notes(self, place: QRectF, notes: tuple[str, ...]) -> None:
        self._painter.setPen(QColor(self._theme.muted))
        for i, note in enumerate(notes):
            line = QRectF(place.left(), place.top() + LINE * i, place.width(), LINE)
            text = self._metrics.elidedText(note, Qt.TextElideMode.ElideMiddle, place.width())
            self._painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, text)

    def _draw_column(self, column: "_Column", head: QRectF) -> None:
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        self._painter.setPen(QColor(self._theme.muted))
        self._painter.drawText(head, right, column.title)
        self._painter.setPen(QColor(self._theme.text))
        for i, text in enumerate(column.texts, start=1):
            self._painter.drawText(head.translated(0, LINE * i), right, text)

    def _short(self, name: str) -> str:
        return self._metrics.elidedText(name, Qt.TextElideMode.ElideRight, NAME_WIDTH)

    def _width(self, text: str) -> float:
        return self._metrics.horizontalAdvance(text)


def _fitting(readout: Readout, height: float) -> tuple[tuple[ReadoutRow, ...], tuple[str, ...]]:
    """The rows that have room, in their order, and the notes; the first counts the others."""
    room = int((height - 2 * PAD) / LINE) - 1 - len(readout.notes)
    if len(readout.rows) <= min(room, MOST_ROWS):
        return readout.rows, readout.notes
    shown = max(1, min(room, MOST_ROWS) - 1)
    more = QCoreApplication.translate("LossPlot", "+ {0} more").format(len(readout.rows) - shown)
    first = sorted(range(len(readout.rows)), key=lambda at: not readout.rows[at].kept)[:shown]
    return tuple(readout.rows[at] for at in sorted(first)), (more, *readout.notes)


@dataclass(frozen=True)
class _Column:
    title: str
    texts: list[str]
    width: float
