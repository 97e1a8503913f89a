"""Classes without a plane: the most wrong pictures, and the confusion matrix."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from engine.prediction_values import Confusion, WrongPictures
from gui.models.prediction_text import taken_text, wrong_text, wrong_told
from gui.plots.plot_export import Cell
from gui.plots.plot_style import mixed
from gui.plots.prediction_drawing import PanelDrawing
from gui.plots.prediction_look import PredictionLook

CENTRE = Qt.AlignmentFlag.AlignCenter
ELIDED = Qt.TextElideMode.ElideRight
CAPTION = 16.0  # pixels under a picture
BESIDE = 8.0  # pixels between two pictures
SMALLEST_PICTURE = 24.0
LARGEST_PICTURE = 96.0
TALLEST_CELL = 72.0  # of a confusion matrix


class PicturesDrawing(PanelDrawing):
    """Draws one variant's most wrong pictures, the worst first, as many as there is room for."""

    def __init__(self, found: WrongPictures, class_names: tuple[str, ...]) -> None:
        self._found, self._names = found, class_names
        self._images: tuple[PredictionLook, list[QImage]] | None = None

    def paint(self, painter: QPainter, body: QRectF, look: PredictionLook) -> None:
        painter.setFont(look.tiny)
        if not len(self._found.pictures):
            words = QCoreApplication.translate("predictions", "All pictures are classified rightly")
            painter.setPen(look.muted)
            painter.drawText(body, int(CENTRE | Qt.TextFlag.TextWordWrap), words)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        for number, (picture, caption) in enumerate(self._places(body, look)):
            painter.drawImage(picture, self._image(number, look))
            painter.setPen(look.problem)
            painter.drawText(caption, CENTRE, self._caption(number))

    def told(self, body: QRectF, point: QPointF, look: PredictionLook) -> str:
        found = self._found
        for number, (picture, caption) in enumerate(self._places(body, look)):
            if picture.united(caption).contains(point):
                return wrong_told(
                    self._names[found.actual[number]],
                    self._names[found.predicted[number]],
                    float(found.probability[number]),
                    float(found.losses[number]),
                )
        return ""

    def header(self) -> tuple[str, ...]:
        return "actual", "predicted", "probability", "loss"

    def rows(self) -> Iterable[tuple[Cell, ...]]:
        found = self._found
        for number in range(len(found.actual)):
            yield (
                self._names[found.actual[number]],
                self._names[found.predicted[number]],
                float(found.probability[number]),
                float(found.losses[number]),
            )

    def _caption(self, number: int) -> str:
        found = self._found
        actual, predicted = found.actual[number], found.predicted[number]
        return wrong_text(
            self._names[actual], self._names[predicted], float(found.probability[number])
        )

    def _places(self, body: QRectF, look: PredictionLook) -> Iterator[tuple[QRectF, QRectF]]:
        """Where each picture and its caption stand: whole pixels, so that none is uneven."""
        count = len(self._found.pictures)
        if not count:
            return
        widest = max(
            look.tiny_metrics.horizontalAdvance(self._caption(number)) for number in range(count)
        )
        columns, side = _arranged(body, count, widest)
        height, width = self._found.pictures.shape[1:]
        scale = max(1, int(side) // max(height, width))
        across = body.width() / columns
        rows = max(1, int((body.height() + 2) // (height * scale + CAPTION)))
        for number in range(min(count, rows * columns)):
            left = body.left() + number % columns * across
            top = body.top() + number // columns * (height * scale + CAPTION)
            picture = QRectF(
                round(left + (across - width * scale) / 2),
                round(top),
                width * scale,
                height * scale,
            )
            yield picture, QRectF(left, picture.bottom(), across, CAPTION)

    def _image(self, number: int, look: PredictionLook) -> QImage:
        if self._images is None or self._images[0] is not look:
            self._images = look, [_grey_image(each, look) for each in self._found.pictures]
        return self._images[1][number]


class ConfusionDrawing(PanelDrawing):
    """Draws one variant's confusion matrix: a row per true class, a column per predicted one."""

    def __init__(self, picture: Confusion, index: int) -> None:
        self._counts, self._names = picture.counts[index], picture.class_names

    def paint(self, painter: QPainter, body: QRectF, look: PredictionLook) -> None:
        area, totals = self._area(body, look), self._counts.sum(axis=1)
        painter.setFont(look.font)
        for row, column, cell in self._cells(area):
            count = int(self._counts[row, column])
            share = count / max(1, int(totals[row]))
            right = row == column
            ink = look.theme.accent if right else look.theme.problem
            painter.fillRect(cell, mixed(ink, look.theme.window, 0.4 * share))
            painter.setPen(look.text if count else look.muted)
            painter.setFont(look.strong if count and not right else look.font)
            painter.drawText(cell, CENTRE, f"{count:,}")
        self._draw_names(painter, body, area, look)

    def told(self, body: QRectF, point: QPointF, look: PredictionLook) -> str:
        for row, column, cell in self._cells(self._area(body, look)):
            if cell.contains(point):
                names = self._names[row], self._names[column]
                counts = self._counts[row]
                return taken_text(int(counts[column]), int(counts.sum()), *names)
        return ""

    def header(self) -> tuple[str, ...]:
        return "actual", "predicted", "rows"

    def rows(self) -> Iterable[tuple[Cell, ...]]:
        for (row, column), count in np.ndenumerate(self._counts):
            yield self._names[row], self._names[column], int(count)

    def _area(self, body: QRectF, look: PredictionLook) -> QRectF:
        widest = max(look.tiny_metrics.horizontalAdvance(name) for name in self._names)
        left = min(widest + 8, body.width() * 0.34)
        return body.adjusted(left, 32, -2, -2)

    def _cells(self, area: QRectF) -> Iterator[tuple[int, int, QRectF]]:
        count = len(self._names)
        width, height = area.width() / count, min(area.height() / count, TALLEST_CELL)
        for row in range(count):
            for column in range(count):
                cell = QRectF(
                    area.left() + column * width, area.top() + row * height, width, height
                )
                yield row, column, cell.adjusted(1, 1, -1, -1)

    def _draw_names(
        self, painter: QPainter, body: QRectF, area: QRectF, look: PredictionLook
    ) -> None:
        """The classes beside the rows and over the columns, and what the two are."""
        painter.setFont(look.tiny)
        painter.setPen(look.muted)
        words = QCoreApplication.translate("predictions", "true ↓   predicted →")
        painter.drawText(QRectF(body.left(), body.top(), body.width(), 16), 0, words)
        metrics, right = look.tiny_metrics, Qt.AlignmentFlag.AlignRight
        for row, column, cell in self._cells(area):
            if row == 0:
                over = QRectF(cell.left(), area.top() - 16, cell.width(), 16)
                name = metrics.elidedText(self._names[column], ELIDED, over.width())
                painter.drawText(over, CENTRE, name)
            if column == 0:
                beside = QRectF(
                    body.left(), cell.top(), area.left() - body.left() - 6, cell.height()
                )
                name = metrics.elidedText(self._names[row], ELIDED, beside.width())
                painter.drawText(beside, right | Qt.AlignmentFlag.AlignVCenter, name)


def _arranged(body: QRectF, count: int, widest: float) -> tuple[int, float]:
    """How many columns show all pictures as large as can be, and the side of one."""
    best = 1, SMALLEST_PICTURE
    most = max(1, int(body.width() // max(widest + BESIDE, SMALLEST_PICTURE + BESIDE)))
    for columns in range(1, min(most, count) + 1):
        rows = -(-count // columns)
        side = min(body.width() / columns - BESIDE, body.height() / rows - CAPTION)
        if side > best[1] or (columns == most and best[1] <= SMALLEST_PICTURE):
            best = columns, min(max(side, SMALLEST_PICTURE), LARGEST_PICTURE)
    return best


def _grey_image(picture: NDArray[np.float32], look: PredictionLook) -> QImage:
    """Ink on a pale ground."""
    height, width = picture.shape
    ground, ink = (
        np.array([colour.blue(), colour.green(), colour.red()], np.float32)
        for colour in (QColor(look.theme.window), look.text)
    )
    pixels = np.full((height, width, 4), 255, np.uint8)
    pixels[..., :3] = ground + picture[..., None] * (ink - ground) + 0.5
    image = QImage(pixels.tobytes(), width, height, 4 * width, QImage.Format.Format_RGB32)
    return image.copy()
