"""How a strip of paired differences is painted: axis, band, dots above; one line of words below."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from gui.models.paired_differences import PairedDifferences, key_text, side_words, signed
from gui.plots.plot_style import hairline
from gui.theme import Theme
from gui.widgets.variant_sign import symbol_path

CARET, DOTS = 4, 20  # pixels for the sign of the mean, and below it for the dots
LANE = CARET + DOTS + 1  # all above the words
MIDDLE = CARET + DOTS / 2
LONGEST_END = "+0.00e-00"
SIGN = 3.5  # pixels, the radius of a variant's symbol before or after its name
GAP = 6.0
KEY = QSize(16, 11)  # a small picture of band and mean

_VERTICAL = Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class SeedDot:
    """A dot: its seed, where it stands, and which variant it counts for, 0 or 1, if for any."""

    seed: int
    centre: QPointF
    radius: float
    winner: int | None


def half_axis(width: int, metrics: QFontMetricsF) -> float:
    """Pixels from the zero line to where the axis ends, of a strip as wide as this.

    It depends on no number, so that strips one under the other have their ends in line.
    """
    return max(1.0, width / 2 - metrics.horizontalAdvance(LONGEST_END) - GAP)


class StripPainting:
    """One paint event's strokes, in the colours of a theme."""

    def __init__(
        self, painter: QPainter, theme: Theme, differences: PairedDifferences, size: QSize
    ) -> None:
        self._painter = painter
        self._theme = theme
        self._differences = differences
        self._size = size
        self._zero = size.width() / 2
        self._metrics = QFontMetricsF(painter.font())

    def draw_axis(self) -> None:
        """A hairline and the numbers at which it ends."""
        painter = self._painter
        reach = half_axis(self._size.width(), self._metrics)
        painter.setPen(hairline(self._theme.line))
        left, right = self._zero - reach, self._zero + reach
        painter.drawLine(QPointF(left, MIDDLE), QPointF(right, MIDDLE))
        for end in (left, right):
            painter.drawLine(QPointF(end, MIDDLE - 4), QPointF(end, MIDDLE + 4))
        if end_value := self._differences.end:
            painter.setPen(QColor(self._theme.muted))
            before = QRectF(0, CARET, left - GAP, DOTS)
            painter.drawText(before, _VERTICAL | Qt.AlignmentFlag.AlignRight, signed(-end_value))
            after = QRectF(right + GAP, CARET, before.width(), DOTS)
            painter.drawText(after, _VERTICAL | Qt.AlignmentFlag.AlignLeft, signed(end_value))

    def draw_band(self, low: float, high: float) -> None:
        """Shade from low to high, unless that is nowhere."""
        if high > low:
            self._shade(QRectF(low, CARET, high - low, DOTS))

    def draw_zero(self) -> None:
        """The line on which the two are equal."""
        self._painter.setPen(QPen(QColor(self._theme.control), 1.5))
        self._painter.drawLine(QPointF(self._zero, CARET), QPointF(self._zero, CARET + DOTS))

    def draw_mean(self, mean: float) -> None:
        """A stroke under the dots, with a caret above them."""
        self._mark(mean, 0, CARET + DOTS)

    def draw_dots(self, dots: Sequence[SeedDot], pointed: int | None) -> None:
        """Filled where a difference was found, and in colour those that count for it."""
        winner = self._differences.winner
        self._draw_alike([dot for dot in dots if dot.winner is None], self._theme.control)
        if winner is not None:
            ink = self._theme.variant(self._differences.places[winner])
            self._draw_alike([dot for dot in dots if dot.winner is not None], ink)
        self._painter.setPen(QPen(QColor(self._theme.text), 1.5))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        for dot in dots:
            if dot.seed == pointed:
                self._painter.drawEllipse(dot.centre, dot.radius + 1.5, dot.radius + 1.5)

    def write_words(self) -> None:
        """The sides, and between them the key of what is drawn beside the dots."""
        key, picture = key_text(self._differences), 0.0
        if math.isfinite(self._differences.deviation):
            picture = KEY.width() + GAP
        taken = self._metrics.horizontalAdvance(key) + picture
        left, height = (self._size.width() - taken) / 2, self._size.height() - LANE
        room = left - 2 * GAP
        self._write_side(-1, QRectF(0, LANE, room, height))
        self._write_side(1, QRectF(self._size.width() - room, LANE, room, height))
        if picture:
            top = LANE + (height - KEY.height()) / 2
            self._draw_key(QRectF(QPointF(left, top), KEY.toSizeF()))
        self._painter.setPen(QColor(self._theme.muted))
        place = QRectF(left + picture, LANE, taken, height)
        self._painter.drawText(place, _VERTICAL | Qt.AlignmentFlag.AlignLeft, key)

    def write_reading(self, text: str) -> None:
        """One seed's numbers in the place of the words."""
        place = QRectF(0, LANE, self._size.width(), self._size.height() - LANE)
        self._painter.setPen(QColor(self._theme.text))
        shown = self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        self._painter.drawText(place, Qt.AlignmentFlag.AlignCenter, shown)

    def draw_focus(self) -> None:
        """The keyboard is here; the words stay free."""
        self._painter.setPen(QPen(QColor(self._theme.accent), 1.5))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)
        outline = QRectF(0, 0, self._size.width(), LANE).adjusted(1, 1, -1, -1)
        self._painter.drawRoundedRect(outline, CARET, CARET)

    def _draw_alike(self, dots: Sequence[SeedDot], colour: str) -> None:
        """Dots of one colour, filled with a seam around them, or hollow."""
        if not dots:
            return
        is_found = self._differences.winner is not None
        ink, ground = QColor(colour), QColor(self._theme.panel)
        line = min(1.2, dots[0].radius / 3)
        radius = dots[0].radius if is_found else dots[0].radius - line / 2 - 0.3
        self._painter.setPen(QPen(ground if is_found else ink, line))
        self._painter.setBrush(ink if is_found else ground)
        for dot in dots:
            self._painter.drawEllipse(dot.centre, radius, radius)

    def _write_side(self, side: int, place: QRectF) -> None:
        """The symbol of the variant that is better here, outermost, then its name."""
        name, word = side_words(self._differences, side)
        variant = self._differences.places[self._differences.better_on(side)]
        room = place.width() - 2 * SIGN - GAP - self._metrics.horizontalAdvance(f" {word}")
        shown = self._metrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
        outer = SIGN * 1.4
        middle = place.left() + outer if side < 0 else place.right() - outer
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(QColor(self._theme.variant(variant)))
        self._painter.drawPath(symbol_path(variant, QPointF(middle, place.center().y()), SIGN))
        shift = 2 * outer + GAP / 2
        words = place.adjusted(shift, 0, 0, 0) if side < 0 else place.adjusted(0, 0, -shift, 0)
        aligned = Qt.AlignmentFlag.AlignLeft if side < 0 else Qt.AlignmentFlag.AlignRight
        self._painter.setPen(QColor(self._theme.muted))
        self._painter.drawText(words, _VERTICAL | aligned, f"{shown} {word}")

    def _draw_key(self, place: QRectF) -> None:
        """Band and mean, small."""
        self._shade(place.adjusted(0, CARET, 0, 0))
        self._mark(place.center().x(), place.top(), place.bottom())

    def _shade(self, shape: QRectF) -> None:
        self._painter.fillRect(shape, QColor(self._theme.pressed))
        self._painter.setPen(hairline(self._theme.control))
        for side in (shape.left(), shape.right()):
            self._painter.drawLine(QPointF(side, shape.top()), QPointF(side, shape.bottom()))

    def _mark(self, across: float, top: float, bottom: float) -> None:
        ink = QColor(self._theme.text)
        self._painter.setPen(QPen(ink, 1.5))
        self._painter.drawLine(QPointF(across, top + CARET / 2), QPointF(across, bottom))
        corners = [QPointF(across + x, top + y) for x, y in ((-CARET, 0), (CARET, 0), (0, CARET))]
        self._painter.setPen(Qt.PenStyle.NoPen)
        self._painter.setBrush(ink)
        self._painter.drawPolygon(QPolygonF(corners))
