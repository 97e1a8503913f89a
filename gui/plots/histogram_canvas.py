"""Where each layer's histogram stands, the paint event of all, and what is told on hover."""

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget

from gui.plots.figures import three_digits
from gui.plots.histogram_look import HistogramLook
from gui.plots.histogram_view import HistogramView
from gui.theme import ThemeSource

CELL_WIDTH, CELL_HEIGHT = 176, 132  # pixels, the least
TALLEST = 360  # a histogram does not get better beyond


class HistogramCanvas(QWidget):
    """Places the histograms and draws them all in its one paint event."""

    def __init__(self, themes: ThemeSource) -> None:
        super().__init__()
        self._themes = themes
        self.views: dict[str, HistogramView] = {}
        self.variant_index, self.log = 0, False
        self._look = HistogramLook(themes.theme, 0, self.font(), False)
        self.empty_text = self.tr("Weights appear with the first step")
        themes.changed.connect(self._on_looks_changed)

    def set_views(self, views: dict[str, HistogramView]) -> None:
        """Show these, in this order."""
        self.views = views
        self._reflow()
        self.update()

    def set_look(self, variant_index: int, log: bool) -> None:
        """Draw in this variant's colour, on this axis."""
        self.variant_index, self.log = variant_index, log
        self._on_looks_changed()

    def place(self, index: int) -> QRectF:
        """Where the histogram with this index stands."""
        columns = self._columns()
        rows = max(1, -(-len(self.views) // columns))
        width = self.width() / columns
        height = min(max(CELL_HEIGHT, self.height() / rows), TALLEST)
        return QRectF(index % columns * width, index // columns * height, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._look.panel)
        for index, view in enumerate(self.views.values()):
            place = self.place(index)
            if place.intersects(QRectF(event.rect())):
                view.paint(painter, place, self._look)
        if all(view.data is None for view in self.views.values()):
            painter.setPen(self._look.muted)
            painter.setFont(self._look.font)
            seen = QRectF(self.visibleRegion().boundingRect())
            painter.drawText(seen, Qt.AlignmentFlag.AlignCenter, self.empty_text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._reflow()

    def changeEvent(self, event: QEvent) -> None:
        """Another type is another look."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_look"):
            self._on_looks_changed()

    def event(self, event: QEvent) -> bool:
        """Tell what is under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._told_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def _on_looks_changed(self) -> None:
        theme = self._themes.theme
        self._look = HistogramLook(theme, self.variant_index, self.font(), self.log)
        self.update()

    def _told_at(self, point: QPointF) -> str:
        for index, view in enumerate(self.views.values()):
            place = self.place(index)
            if place.contains(point) and view.data is not None:
                found = view.bin_at(place, point)
                return _moved_told() if found is None else _bin_told(view, found)
        return ""

    def _columns(self) -> int:
        return max(1, min(len(self.views) or 1, self.width() // CELL_WIDTH))

    def _reflow(self) -> None:
        rows = -(-len(self.views) // self._columns())
        self.setMinimumHeight(rows * CELL_HEIGHT)


def _bin_told(view: HistogramView, index: int) -> str:
    assert view.data is not None
    text = QCoreApplication.translate(
        "HistogramGrid",
        "{0} to {1}: {2} weights now, {3} at the start\n"
        "A bar counts the layer's weights between two edges, at this step only.",
    )
    return text.format(
        three_digits(float(view.data.edges[index])),
        three_digits(float(view.data.edges[index + 1])),
        f"{view.data.counts[index]:.0f}",
        f"{view.data.start_counts[index]:.0f}",
    )


def _moved_told() -> str:
    return QCoreApplication.translate(
        "HistogramGrid",
        "moved: ‖W − W₀‖ / ‖W₀‖, how far the weights are from their start, relative to its size.\n"
        "Exactly 0 means that not a single bit has changed.",
    )
