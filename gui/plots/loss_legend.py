"""The legend over the loss plot: a name with colour and symbol per variant, and the key."""

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.plots.curve_line import DASH
from gui.plots.loss_legend_chips import (
    ROW,
    SAMPLE,
    Chip,
    LegendEntry,
    LegendKey,
    PlacedChips,
    place_chips,
)
from gui.plots.loss_overlay import BestPlace, draw_best_sign
from gui.plots.plot_style import Sign, draw_sign, mixed, small_font
from gui.theme import ThemeSource
from gui.widgets.painted_widget import PaintedWidget
from gui.widgets.seed_summary_text import summary_tip, survivors_only
from gui.widgets.tip_text import plain_tip

NAME_WIDTH = 180.0
MOST_WIDTHS = 8  # of which the places are remembered


class LossLegend(PaintedWidget):
    """Shows entries in rows as wide as it is, at most three; ghosts share one pale entry."""

    pointed = Signal(object)
    """The LegendEntry under the mouse, None when it has left."""

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(themes, parent)
        self._entries: tuple[LegendEntry, ...] = ()
        self._key = LegendKey()
        self._placed: dict[int, PlacedChips] = {}  # by width
        self._under_mouse: LegendEntry | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Legend"))

    @property
    def entries(self) -> tuple[LegendEntry, ...]:
        """The variants there are; those without room are among them."""
        return self._entries

    @property
    def texts(self) -> tuple[str, ...]:
        """What is written, from left to right."""
        return tuple(chip.text for chip, _ in self._places(self.width()).chips)

    def set_content(self, entries: tuple[LegendEntry, ...], key: LegendKey) -> None:
        """Show these variants, and explain what is drawn."""
        if (entries, key) != (self._entries, self._key):
            self._entries, self._key = entries, key
            self._renew()

    def place_of(self, text: str) -> QRectF:
        """Where the chip with this text stands."""
        chips = self._places(self.width()).chips
        return next(place for chip, place in chips if chip.text == text)

    def tip_at(self, point: QPointF) -> str:
        """What is told of the chip there, as rich text; nothing where there is no more to tell."""
        chip = self._chip_at(point)
        return "" if chip is None else self._tip(chip)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(self._places(width).rows * ROW) + 6

    def sizeHint(self) -> QSize:
        return QSize(400, self.heightForWidth(max(self.width(), 400)))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.heightForWidth(max(self.width(), 160)))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        chip = self._chip_at(event.position())
        self._set_under_mouse(None if chip is None or chip.kind != "variant" else chip.entry)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._set_under_mouse(None)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme = self._themes.theme
        painter.fillRect(self.rect(), QColor(theme.panel))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setFont(small_font(self.font()))
        for chip, place in self._places(self.width()).chips:
            self._draw_sample(painter, chip, place)
            pale = chip.kind != "variant"
            painter.setPen(QColor(theme.muted if pale else theme.text))
            painter.drawText(
                place.adjusted(chip.indent, 0, 4, 0), Qt.AlignmentFlag.AlignVCenter, chip.text
            )

    def _on_looks_changed(self) -> None:
        self._renew()  # another type takes another width

    def _draw_sample(self, painter: QPainter, chip: Chip, place: QRectF) -> None:
        """The short line, or the sign, in front of a chip's text."""
        if chip.entry is not None:
            self._draw_entry(painter, place, chip.entry)
        elif chip.kind in ("train", "held out"):
            self._draw_part(painter, place, dashed=chip.kind == "held out")
        elif chip.kind == "best":
            theme = self._themes.theme
            sign = BestPlace(place.left() + SAMPLE - 6, place.top() + 2, QColor(theme.muted))
            draw_best_sign(painter, sign, place.bottom(), QColor(theme.panel))

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

    def _tip(self, chip: Chip) -> str:
        if chip.kind == "summary" and self._key.summary is not None:
            return summary_tip(self._key.summary)
        if chip.kind == "more":
            folded = self._places(self.width()).folded
            names = [f"{e.label} · {e.count}" if e.left < e.seeds else e.label for e in folded]
            return plain_tip("\n".join(names))
        if chip.kind == "best":
            text = self.tr("The epoch with the lowest held-out loss: early stopping keeps it.")
            return f"<p>{text}</p>"
        if chip.kind == "variant" and chip.entry is not None:
            return self._variant_tip(chip.entry)
        return ""

    def _variant_tip(self, entry: LegendEntry) -> str:
        """The name in full, and of which seeds line and band are."""
        lines = [f"{entry.label} · {entry.count}" if entry.count else entry.label]
        if entry.left < entry.seeds:
            lines.append(survivors_only())
        return "".join(map(plain_tip, lines))

    def _chip_at(self, point: QPointF) -> Chip | None:
        chips = self._places(self.width()).chips
        return next((chip for chip, place in chips if place.contains(point)), None)

    def _places(self, width: int) -> PlacedChips:
        if width not in self._placed:
            if len(self._placed) > MOST_WIDTHS:
                self._placed.clear()
            metrics = QFontMetricsF(small_font(self.font()))
            self._placed[width] = place_chips(
                self._entries,
                self._key,
                width,
                metrics.horizontalAdvance,
                lambda name: metrics.elidedText(name, Qt.TextElideMode.ElideRight, NAME_WIDTH),
            )
        return self._placed[width]

    def _set_under_mouse(self, entry: LegendEntry | None) -> None:
        if entry != self._under_mouse:
            self._under_mouse = entry
            self.pointed.emit(entry)

    def _renew(self) -> None:
        self._placed.clear()
        names = ", ".join(entry.label for entry in self._entries if not entry.ghost)
        self.setAccessibleDescription(names)
        self.updateGeometry()
        self.update()
