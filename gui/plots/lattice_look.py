"""How cards look: type, pens and colours, made once per theme and font."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QFontMetrics, QFontMetricsF, QPen

from gui.plots.plot_style import hairline, mixed, small_font
from gui.theme import Theme

SIDE, TOP = 10.0, 8.0  # from a card's edge to what stands on it
UNDER_TITLE, UNDER_PATTERN, UNDER_PLOT, UNDER_LOSSES = 4.0, 6.0, 4.0, 2.0
BESIDE = 16.0  # between the curves and the numbers beside them
NUMBERS = 158.0  # wide, where they stand beside the curves
BROAD = 288.0  # a card from this width on has its numbers beside the curves
LOWEST_PLOT = 40.0
STRETCH = 64.0  # by which a card may be higher than need be
RADIUS = 6.0
DASHES = [4.0, 3.0]


class LatticeLook:
    """Fonts, pens and fills that all cards share, and where things stand on a card."""

    def __init__(self, theme: Theme, font: QFont) -> None:
        self.theme = theme
        self.font = small_font(font)
        self.strong = QFont(font)
        self.strong.setWeight(QFont.Weight.DemiBold)
        self.metrics, self.strong_metrics = QFontMetricsF(self.font), QFontMetricsF(self.strong)
        self.pattern_metrics = QFontMetrics(font)
        self.line = round(self.metrics.height() + 1)
        self.title = round(self.strong_metrics.height())
        self.text, self.muted = QColor(theme.text), QColor(theme.muted)
        self.problem, self.panel = QColor(theme.problem), QColor(theme.panel)
        self.hover = QColor(theme.hover)
        self.edge = hairline(mixed(theme.muted, theme.panel, 0.4))
        self.near_edge = hairline(mixed(theme.accent, theme.panel, 0.8))
        self.outline = QPen(QColor(theme.line), 1)
        self.chosen_outline = QPen(QColor(theme.accent), 2)
        self._pens: dict[tuple[int, bool, float], QPen] = {}
        self.axis = hairline(mixed(theme.muted, theme.panel, 0.5))

    def heights(self, width: float) -> tuple[float, float]:
        """The least and the greatest height of a card so wide."""
        head = 2 * TOP + self.title + UNDER_TITLE
        if is_broad(width):
            least = head + 4 * self.line
        else:
            least = head + 4 * self.line + UNDER_PATTERN + LOWEST_PLOT + UNDER_PLOT + UNDER_LOSSES
        return least, least + STRETCH

    def title_area(self, card: QRectF) -> QRectF:
        """Sign and name; on a broad card the pattern as well."""
        return QRectF(card.left() + SIDE, card.top() + TOP, card.width() - 2 * SIDE, self.title)

    def pattern_area(self, card: QRectF) -> QRectF:
        """Which layers train; on a narrow card the backward cost as well."""
        title = self.title_area(card)
        if is_broad(card.width()):
            return title
        return QRectF(title.left(), title.bottom() + UNDER_TITLE, title.width(), self.line)

    def plot_area(self, card: QRectF) -> QRectF:
        """The curves: left of the numbers, or between the pattern and the numbers."""
        if is_broad(card.width()):
            area = card.adjusted(SIDE, TOP + self.title + UNDER_TITLE + 2, -SIDE, -TOP - 2)
            area.setWidth(area.width() - NUMBERS - BESIDE)
            return area
        below = TOP + 3 * self.line + UNDER_LOSSES + UNDER_PLOT
        top = self.pattern_area(card).bottom() + UNDER_PATTERN
        return QRectF(card.left() + SIDE, top, card.width() - 2 * SIDE, card.bottom() - below - top)

    def number_area(self, card: QRectF, line: int) -> QRectF:
        """A line of numbers: 0 training loss, 1 held-out loss, 2 and 3 the rest."""
        plot = self.plot_area(card)
        if is_broad(card.width()):
            spare = plot.height() + 4 - 4 * self.line
            top = plot.top() - 2 + spare / 2 + line * self.line
            return QRectF(plot.right() + BESIDE, top, NUMBERS, self.line)
        top = plot.bottom() + UNDER_PLOT + line * self.line
        top += UNDER_LOSSES if line >= 2 else 0.0
        return QRectF(plot.left(), top, plot.width(), self.line)

    def curve_pen(self, place: int, held_out: bool, share: float) -> QPen:
        """A device pixel wide: wider smooth lines take several times as long to stroke.

        `share`: of the variant's colour, the rest is ground.
        """
        key = place, held_out, share
        if key not in self._pens:
            pen = hairline(mixed(self.theme.variant(place), self.theme.panel, share))
            if held_out:
                pen.setDashPattern(DASHES)
            self._pens[key] = pen
        return self._pens[key]


def is_broad(width: float) -> bool:
    """Whether the numbers of a card so wide stand beside its curves, not under them."""
    return width >= BROAD
