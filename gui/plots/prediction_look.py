"""How predictions look: colours of classes, pens and type, made once per theme and font."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from gui.plots.plot_style import hairline, mixed, small_font, symbol_path
from gui.theme import Theme

CLASS_COLOURS = {
    "light": ("#6B3FC0", "#A86A00", "#0B7A75"),
    "dark": ("#B79BFF", "#F2C14E", "#4FD1C5"),
}
"""Violet, amber and teal by scheme; another colour than any variant's beside it, told apart by
lightness and along blue and yellow, which most eyes see. A symbol is each class's second sign."""

CLASS_SYMBOLS = (0, 2, 1)  # circle, triangle, square: shapes of plot_style.symbol_path
DEPTH = {"light": 0.42, "dark": 0.44}  # of a class's colour in the fill, where it is certain


class PredictionLook:
    """Pens, fills and type that all panels share."""

    def __init__(self, theme: Theme, font: QFont) -> None:
        self.theme = theme
        self.font, self.strong = small_font(font), small_font(font, bold=True)
        self.tiny = small_font(self.font)
        self.metrics, self.strong_metrics = QFontMetricsF(self.font), QFontMetricsF(self.strong)
        self.tiny_metrics = QFontMetricsF(self.tiny)
        self.text, self.muted = QColor(theme.text), QColor(theme.muted)
        self.panel, self.problem = QColor(theme.panel), QColor(theme.problem)
        self.axis = hairline(mixed(theme.muted, theme.panel, 0.5))
        self.grid = hairline(theme.line)
        self.border = QPen(self.text, 1.4)
        self.border.setCapStyle(Qt.PenCapStyle.RoundCap)
        self.identity = hairline(theme.control)
        self.identity.setDashPattern([4.0, 3.0])
        self.probe = hairline(theme.text)
        self.selected = QPen(QColor(theme.accent), 2.0)
        self.depth = DEPTH[theme.name]
        self.point = mixed(theme.text, theme.panel, 0.55)

    def class_colour(self, index: int) -> QColor:
        """The colour of the class with this number."""
        colours = CLASS_COLOURS[self.theme.name]
        return QColor(colours[index % len(colours)])

    def draw_class(
        self, painter: QPainter, index: int, centre: QPointF, radius: float, hollow: bool
    ) -> None:
        """Draw a row of this class; hollow for held-out rows."""
        symbol = CLASS_SYMBOLS[index % len(CLASS_SYMBOLS)]
        self._draw_symbol(painter, symbol, self.class_colour(index), centre, radius, hollow)

    def draw_row(self, painter: QPainter, centre: QPointF, radius: float, hollow: bool) -> None:
        """Draw a row whose target is a number."""
        self._draw_symbol(painter, 0, self.point, centre, radius, hollow)

    def _draw_symbol(
        self,
        painter: QPainter,
        symbol: int,
        colour: QColor,
        centre: QPointF,
        radius: float,
        hollow: bool,
    ) -> None:
        """Set off from the fill by a thin edge of the panel's colour, which is thinner on a dot."""
        edge = 1.2 if hollow else 0.3 * radius
        painter.setPen(QPen(colour if hollow else self.panel, edge))
        painter.setBrush(self.panel if hollow else colour)
        painter.drawPath(symbol_path(symbol, centre, radius))

    def fitting(self, texts: tuple[str, ...], width: float) -> str:
        """The first text that there is room for, or the last, cut short."""
        for text in texts:
            if self.metrics.horizontalAdvance(text) <= width:
                return text
        return self.metrics.elidedText(texts[-1], Qt.TextElideMode.ElideRight, width)
