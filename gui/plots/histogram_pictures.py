"""The first layer's weights as pictures: one for each unit, all on one scale around 0."""

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.plots.histogram_look import HistogramLook
from gui.plots.histogram_picture_canvas import EDGE, HALF, PictureCanvas, Pictures, colour_table
from gui.plots.histogram_view import LEFT
from gui.plots.plot_actions import PlotActions, PlotWords
from gui.plots.plot_export import Cell, csv_text
from gui.theme import ThemeSource
from gui.widgets.number_text import three_digits
from gui.widgets.scrolled import scrolled

LEGEND = 24  # pixels
MOST_ZOOMED = 6


class WeightPictures(QWidget):
    """A grid of the units' pictures, scrolled when they are many; Ctrl and the wheel zoom."""

    notice = Signal(str)  # how a copy or a save went

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas = PictureCanvas(themes)
        self._legend = _Legend(themes)
        self._scroll = scrolled(self._canvas)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._canvas.zoom_asked.connect(self._on_zoom_asked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._scroll, 1)
        column.addWidget(self._legend)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("First layer's weights as pictures"))
        words = PlotWords(log="", file_stem="first-layer")
        self.actions_menu = PlotActions(self, words, self.csv_text, self._on_fit_asked)
        self.actions_menu.notice.connect(self.notice)

    def set_pictures(self, pictures: Pictures | None) -> None:
        """Show these weights, (units, height, width); None shows that there are none."""
        self._canvas.set_pictures(pictures)
        self._legend.set_limit(self._canvas.limit, pictures)
        self._reflow()

    def csv_text(self) -> str:
        """Every weight of every unit as CSV."""
        pictures = self._canvas.pictures
        if pictures is None:
            return csv_text(("unit", "row", "column", "weight"), ())
        rows: list[list[Cell]] = [
            [unit + 1, row + 1, column + 1, float(weight)]
            for (unit, row, column), weight in np.ndenumerate(pictures)
        ]
        return csv_text(("unit", "row", "column", "weight"), rows)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._reflow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Plus and minus zoom, 0 fits, the arrows and page keys scroll."""
        bar = self._scroll.verticalScrollBar()
        steps = {
            Qt.Key.Key_Up: -bar.singleStep() * 2,
            Qt.Key.Key_Down: bar.singleStep() * 2,
            Qt.Key.Key_PageUp: -bar.pageStep(),
            Qt.Key.Key_PageDown: bar.pageStep(),
        }
        zooms = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Minus: -1, Qt.Key.Key_0: 0}
        if event.key() in zooms:
            self._on_zoom_asked(zooms[Qt.Key(event.key())])
        elif event.key() in steps:
            bar.setValue(bar.value() + steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Our own menu."""
        self.actions_menu.open_menu(event)

    def _on_fit_asked(self) -> None:
        self._on_zoom_asked(0)

    def _on_zoom_asked(self, step: int) -> None:
        """Larger, smaller, or with 0 as it fits."""
        zoom = self._canvas.zoom + step if step else 0
        self._canvas.zoom = min(max(zoom, 0), MOST_ZOOMED)
        self._reflow()

    def _reflow(self) -> None:
        bar = self._scroll.verticalScrollBar().sizeHint().width()
        self._canvas.fit(self._scroll.maximumViewportSize() - QSize(bar, 0))


class _Legend(QWidget):
    """The one scale of all pictures."""

    def __init__(self, themes: ThemeSource) -> None:
        super().__init__()
        self._themes = themes
        self._limit, self._shape = 0.0, (0, 0, 0)
        self.setFixedHeight(LEGEND)
        themes.changed.connect(self.update)

    def set_limit(self, limit: float, pictures: Pictures | None) -> None:
        shape = (0, 0, 0) if pictures is None else pictures.shape
        if (limit, shape) != (self._limit, self._shape):
            self._limit, self._shape = limit, shape
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._themes.theme
        look = HistogramLook(theme, 0, self.font(), log=False)
        painter.fillRect(self.rect(), look.panel)
        if not self._limit:
            return
        painter.setFont(look.font)
        painter.setPen(look.muted)
        low, high = three_digits(-self._limit), three_digits(self._limit)
        left = EDGE + look.metrics.horizontalAdvance(low) + 6
        painter.drawText(QRectF(EDGE, 0, 200, self.height()), LEFT, low)
        bar = QRectF(left, self.height() / 2 - 5, 2 * HALF / 2, 10)
        image = QImage(2 * HALF + 1, 1, QImage.Format.Format_RGB32)
        for place, colour in enumerate(colour_table(theme)[: 2 * HALF + 1]):
            image.setPixel(place, 0, colour.rgb())
        painter.drawImage(bar, image)
        units, height, width = self._shape
        words = self.tr("{0} · {1} units, {2} × {3} pixels, one scale for all").format(
            high, units, height, width
        )
        room = QRectF(bar.right() + 6, 0, self.width() - bar.right() - 18, self.height())
        fits = look.metrics.horizontalAdvance(words) <= room.width()
        painter.drawText(room, LEFT, words if fits else high)
