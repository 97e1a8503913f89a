"""All pictures of the first layer's weights as one image, and their colours."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QWheelEvent

from gui.plots.histogram_bars import calm_peak
from gui.plots.plot_style import mixed
from gui.theme import Theme, ThemeSource
from gui.widgets.number_text import three_digits
from gui.widgets.painted_widget import PaintedWidget

HALF = 120  # shades on either side of 0
EMPTY = 2 * HALF + 1  # the place between the pictures, in the colour table
EDGE = 12  # pixels around all of them
LEAST_SIDE, LARGEST_SIDE = 28, 168  # pixels of a picture's longer side, unless zoomed

Pictures = NDArray[np.float32]


def picture_indices(pictures: Pictures, limit: float, columns: int, gap: int) -> NDArray[np.uint8]:
    """All pictures (units, height, width) as one table of colour places, row by row.

    0 is HALF; ±limit the two ends; what is not finite is left empty.
    """
    units, height, width = pictures.shape
    rows = -(-units // columns)
    table = np.full((rows, height + gap, columns, width + gap), EMPTY, np.uint8)
    finite = np.isfinite(pictures)
    scaled = np.clip(np.where(finite, pictures, 0.0) / limit, -1.0, 1.0) * HALF + HALF
    places = np.where(finite, np.round(scaled), EMPTY).astype(np.uint8)
    padded = np.full((rows * columns, height, width), EMPTY, np.uint8)
    padded[:units] = places
    table[:, :height, :, :width] = padded.reshape(rows, columns, height, width).transpose(
        0, 2, 1, 3
    )
    return table.reshape(rows * (height + gap), columns * (width + gap))


def largest_weight(pictures: Pictures) -> float:
    """The largest finite absolute value; 0 if there is none."""
    finite = np.abs(pictures[np.isfinite(pictures)])
    return float(finite.max(initial=0.0))


class PictureCanvas(PaintedWidget):
    """All pictures as one image, in whole multiples of its pixels."""

    zoom_asked = Signal(int)

    def __init__(self, themes: ThemeSource) -> None:
        super().__init__(themes)
        self.pictures: Pictures | None = None
        self.limit, self.zoom = 0.0, 0
        self._columns, self._scale, self._gap = 1, 1, 1
        self._image: QImage | None = None

    def set_pictures(self, pictures: Pictures | None) -> None:
        self.pictures, self._image = pictures, None
        self.limit = 0.0 if pictures is None else calm_peak(self.limit, largest_weight(pictures))
        self.update()

    def fit(self, room: QSize) -> None:
        """Choose how large a pixel is drawn and how many pictures stand side by side."""
        if self.pictures is None:
            self.setMinimumSize(0, 0)
            return
        units, height, width = self.pictures.shape
        self._scale = self._fitting_scale(room) + self.zoom
        gap = 2 if self._scale < 3 else 1
        columns = self._columns_at(room.width(), self._scale, gap)
        if (columns, gap) != (self._columns, self._gap):
            self._image = None
        self._columns, self._gap = columns, gap
        rows = -(-units // columns)
        drawn = QSize(columns * (width + gap), rows * (height + gap)) * self._scale
        self.setMinimumSize(drawn + QSize(2 * EDGE - gap * self._scale, EDGE))
        self.update()

    def tip_at(self, point: QPointF) -> str:
        """The weight under the mouse."""
        if self.pictures is None:
            return ""
        units, height, width = self.pictures.shape
        x, y = int((point.x() - EDGE) // self._scale), int((point.y() - EDGE / 2) // self._scale)
        column, in_x = divmod(x, width + self._gap)
        row, in_y = divmod(y, height + self._gap)
        unit = row * self._columns + column
        inside = in_x < width and in_y < height and x >= 0 and y >= 0
        if not (inside and column < self._columns and unit < units):
            return ""
        weight = three_digits(float(self.pictures[unit, in_y, in_x]))
        return self.tr(
            "unit {0} of {1}\nrow {2}, column {3}: its weight for this pixel is {4}"
        ).format(unit + 1, units, in_y + 1, in_x + 1, weight)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), self._themes.theme
        painter.fillRect(event.rect(), QColor(theme.panel))
        if self.pictures is None or not self.pictures.size:
            painter.setPen(QColor(theme.muted))
            words = self.tr("The pictures appear with the first step")
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, words)
            return
        if self._image is None:
            self._image = self._make_image(self.pictures)
        size = self._image.size() * self._scale
        painter.drawImage(QRectF(EDGE, EDGE / 2, size.width(), size.height()), self._image)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """With Ctrl it zooms."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and event.angleDelta().y():
            self.zoom_asked.emit(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            event.ignore()

    def _on_looks_changed(self) -> None:
        self._image = None
        self.update()

    def _fitting_scale(self, room: QSize) -> int:
        """The largest whole multiple at which all fit in sight, or a side that can be seen."""
        assert self.pictures is not None
        units, height, width = (int(length) for length in self.pictures.shape)
        side = max(height, width)
        least = max(1, -(-LEAST_SIDE // side))
        for scale in range(max(least, LARGEST_SIDE // side), least, -1):
            gap = 2 if scale < 3 else 1
            rows = -(-units // self._columns_at(room.width(), scale, gap))
            if rows * (height + gap) * scale + EDGE <= room.height():
                return scale
        return least

    def _columns_at(self, width: int, scale: int, gap: int) -> int:
        assert self.pictures is not None
        units, _, pixels = (int(length) for length in self.pictures.shape)
        return max(1, min(units, (width - 2 * EDGE + gap * scale) // ((pixels + gap) * scale)))

    def _make_image(self, pictures: Pictures) -> QImage:
        limit = self.limit if self.limit > 0 else 1.0
        table = np.ascontiguousarray(picture_indices(pictures, limit, self._columns, self._gap))
        height, width = table.shape
        image = QImage(table.data, width, height, width, QImage.Format.Format_Indexed8).copy()
        colours = colour_table(self._themes.theme, lined=self._gap > 1)
        image.setColorTable([colour.rgb() for colour in colours])
        return image.convertToFormat(QImage.Format.Format_RGB32)


def colour_table(theme: Theme, lined: bool = False) -> list[QColor]:
    """Warm colours for negative weights, the panel's for 0, cold ones; the last is the gap's.

    `lined`: the gaps are narrow, so they are drawn as lines.
    """
    negative, positive = theme.variant(1), theme.variant(0)
    shares = np.linspace(1.0, 0.0, HALF + 1)[:-1].tolist()
    cold = [mixed(positive, theme.panel, share) for share in shares]
    warm = [mixed(negative, theme.panel, share) for share in shares]
    return [
        *warm,
        QColor(theme.panel),
        *reversed(cold),
        QColor(theme.line if lined else theme.panel),
    ]
