"""The legend over the loss plot: a name with colour and symbol per variant, and the two dashes."""

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.plots.curve_line import DASH
from gui.plots.plot_style import Sign, draw_sign, mixed, small_font
from gui.theme import ThemeSource

ROW = 20.0
GAP = 18.0
SAMPLE = 22.0  # the short line in front of a name
NAME_WIDTH = 180.0


@dataclass(frozen=True)
class LegendEntry:
    """A variant as the legend shows it."""

    label: str
    variant_index: int
    ghost: bool = False


class LossLegend(QWidget):
    """Shows entries in rows as wide as it is, at least one row; ghosts share one pale entry."""

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._themes = themes
        self._entries: tuple[LegendEntry, ...] = ()
        self._parts = (True, True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(self.tr("Legend"))
        themes.changed.connect(self.update)

    @property
    def entries(self) -> tuple[LegendEntry, ...]:
        """The variants shown."""
        return self._entries

    def set_entries(self, entries: tuple[LegendEntry, ...]) -> None:
        """Show these variants."""
        self._entries = entries
        self._renew()

    def set_parts(self, train: bool, held_out: bool) -> None:
        """Explain solid and dashed, as far as they are drawn."""
        self._parts = (train, held_out)
        self._renew()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round((self._places(width)[1] + 1) * ROW) + 6

    def sizeHint(self) -> QSize:
        return QSize(400, self.heightForWidth(max(self.width(), 400)))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.heightForWidth(max(self.width(), 160)))

    def changeEvent(self, event: QEvent) -> None:
        """Another type takes another width."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self._themes.theme
        painter.fillRect(self.rect(), QColor(theme.panel))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setFont(small_font(self.font()))
        places, _ = self._places(self.width())
        for (kind, text, entry), place in zip(self._chips(), places, strict=True):
            if entry is not None:
                self._draw_entry(painter, place, entry)
            else:
                self._draw_part(painter, place, dashed=kind == "held out")
            painter.setPen(QColor(theme.muted if entry is None or entry.ghost else theme.text))
            words = QRectF(place.left() + SAMPLE + 6, place.top(), place.width(), ROW)
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)

    def _draw_entry(self, painter: QPainter, place: QRectF, entry: LegendEntry) -> None:
        theme = self._themes.theme
        colour = QColor(theme.variant(entry.variant_index))
        if entry.ghost:
            colour = mixed(theme.muted, theme.panel, 0.45)
        middle = place.top() + ROW / 2
        painter.setPen(QPen(colour, 1.3 if entry.ghost else 2.0))
        painter.drawLine(QLineF(place.left(), middle, place.left() + SAMPLE, middle))
        if not entry.ghost:
            centre = QPointF(place.left() + SAMPLE / 2, middle)
            sign = Sign(entry.variant_index, colour)
            draw_sign(painter, sign, centre, 4.2, QColor(theme.panel))

    def _draw_part(self, painter: QPainter, place: QRectF, dashed: bool) -> None:
        pen = QPen(QColor(self._themes.theme.muted), 1.6)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if dashed:
            pen.setDashPattern([length / 1.6 for length in DASH])
        painter.setPen(pen)
        middle = place.top() + ROW / 2
        painter.drawLine(QLineF(place.left(), middle, place.left() + SAMPLE, middle))

    def _chips(self) -> list[tuple[str, str, LegendEntry | None]]:
        """What stands in the legend, in order: kind, text, and the variant if it is one."""
        metrics = QFontMetricsF(small_font(self.font()))
        chips: list[tuple[str, str, LegendEntry | None]] = [
            ("variant", metrics.elidedText(e.label, Qt.TextElideMode.ElideRight, NAME_WIDTH), e)
            for e in self._entries
            if not e.ghost
        ]
        ghosts = [entry for entry in self._entries if entry.ghost]
        if ghosts:
            chips.append(("ghosts", self.tr("earlier runs"), ghosts[0]))
        if self._entries:
            titles = (("train", self.tr("train")), ("held out", self.tr("held-out")))
            chips += [(k, t, None) for (k, t), on in zip(titles, self._parts, strict=True) if on]
        return chips

    def _places(self, width: float) -> tuple[list[QRectF], int]:
        """Where each chip goes, and the number of the last row; the two dashes end the last row."""
        metrics = QFontMetricsF(small_font(self.font()))
        left, row, places = 12.0, 0, []
        chips = self._chips()
        sizes = [SAMPLE + 6 + metrics.horizontalAdvance(text) for _, text, _ in chips]
        parts = sum(1 for _, _, entry in chips if entry is None)
        block = sum(size + GAP for size in sizes[len(sizes) - parts :]) - GAP
        for i, size in enumerate(sizes):
            first_part = parts and i == len(sizes) - parts
            needed = block if first_part else size
            if left > 12.0 and left + needed > width - 12:
                left, row = 12.0, row + 1
            if first_part:
                left = max(left, width - 12 - block)
            places.append(QRectF(left, 4 + row * ROW, size, ROW))
            left += size + GAP
        return places, row

    def _renew(self) -> None:
        names = ", ".join(entry.label for entry in self._entries if not entry.ghost)
        self.setAccessibleDescription(names)
        self.updateGeometry()
        self.update()
