"""The table of a backward pass's matrix products: what is computed, and what is left out."""

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent

from gui.models.backprop_rows import Backprop, CostLine
from gui.models.backprop_tips import cost_line_tip
from gui.plots.plot_style import hairline, small_font
from gui.theme import ThemeSource
from gui.widgets.painted_widget import PaintedWidget

translate = QCoreApplication.translate

GAP = 12.0  # between columns
LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class BackpropProducts(PaintedWidget):
    """A line per product: layer, product, multiply-adds; struck through where it is skipped."""

    def __init__(self, themes: ThemeSource, backprop: Backprop) -> None:
        super().__init__(themes)
        self._backprop = backprop
        self.setAccessibleName(self.tr("Matrix products of the backward pass"))
        self.set_backprop(backprop)

    @property
    def lines(self) -> tuple[CostLine, ...]:
        """What is shown, from input to output."""
        return self._backprop.costs

    def set_backprop(self, backprop: Backprop) -> None:
        """Show this variant's products."""
        self._backprop = backprop
        self.setFixedHeight(round(self._line_height() * (len(self.lines) + 1) + 6))
        self.setAccessibleDescription("; ".join(map(_spoken, self.lines)))
        self.update()

    def tip_at(self, point: QPointF) -> str:
        """What is told about the line under the mouse."""
        index = int(point.y() // self._line_height()) - 1
        return cost_line_tip(self.lines[index]) if 0 <= index < len(self.lines) else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        theme, height = self._themes.theme, self._line_height()
        font = small_font(self.font())
        painter.setFont(font)
        metrics = painter.fontMetrics()
        column = self._product_column(QFontMetricsF(font))
        painter.setPen(theme.muted)
        head = QRectF(0, 0, self.width(), height)
        painter.drawText(head, LEFT, self.tr("layer"))
        painter.drawText(head.adjusted(column, 0, 0, 0), LEFT, self.tr("product"))
        painter.drawText(head, RIGHT, self.tr("multiply-adds"))
        painter.setPen(hairline(theme.line))
        painter.drawLine(QPointF(0, height), QPointF(self.width(), height))
        former = ""
        for index, line in enumerate(self.lines):
            rect = QRectF(0, height * (index + 1) + 2, self.width(), height)
            if line.layer != former:
                former = line.layer
                painter.setFont(font)
                painter.setPen(theme.text)
                name = metrics.elidedText(former, Qt.TextElideMode.ElideMiddle, round(column - GAP))
                painter.drawText(rect, LEFT, name)
            self._draw_product(painter, rect.adjusted(column, 0, 0, 0), line, font)

    def _on_looks_changed(self) -> None:
        self.set_backprop(self._backprop)  # another type takes other room

    def _draw_product(self, painter: QPainter, rect: QRectF, line: CostLine, font: QFont) -> None:
        theme = self._themes.theme
        struck = QFont(font)
        struck.setStrikeOut(bool(line.skipped))
        painter.setFont(struck)
        painter.setPen(theme.text if line.product and not line.skipped else theme.muted)
        if line.product is None:
            painter.drawText(rect, LEFT, self.tr("none"))
            painter.drawText(rect, RIGHT, "–")
            return
        painter.drawText(rect, LEFT, line.product.text)
        painter.drawText(rect, RIGHT, f"{line.product.multiply_adds:,}")

    def _product_column(self, metrics: QFontMetricsF) -> float:
        """Where the middle column begins: after the names, but not so late that it does not fit."""
        names = max(metrics.horizontalAdvance(line.layer) for line in self.lines)
        products = max(
            metrics.horizontalAdvance(line.product.text) for line in self.lines if line.product
        )
        counts = metrics.horizontalAdvance(self.tr("multiply-adds"))
        return min(names + GAP, self.width() - products - counts - GAP)

    def _line_height(self) -> float:
        return QFontMetricsF(small_font(self.font())).height() + 4


def _spoken(line: CostLine) -> str:
    if line.product is None:
        return translate("backprop", "{layer}: no matrix product").format(layer=line.layer)
    skipped = (
        translate("backprop", "skipped") if line.skipped else translate("backprop", "computed")
    )
    return f"{line.layer}: {line.product.text} {line.product.multiply_adds:,}, {skipped}"
