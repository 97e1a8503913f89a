"""Axes and the data's rows as one transparent picture, which all panels share."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QPainter, QPixmap

from engine.prediction_values import Points
from gui.plots.prediction_frame import PlotFrame
from gui.plots.prediction_look import PredictionLook

SQUARE = 70.0  # pixels of area for each row that is drawn: more would hide the fill
RADII = 2.0, 3.2  # pixels, in the smallest and the largest panels
LARGE = 120_000.0  # pixels of area


Parts = tuple[Points, Points]
"""Training rows, which are drawn filled, and held-out ones, drawn hollow."""


@dataclass(frozen=True)
class _Drawn:
    of: tuple[PlotFrame, Parts | None, QSizeF, float, PredictionLook]
    picture: QPixmap


class PlotLayer:
    """Draws axes and rows again only where they, the size or the look have changed."""

    def __init__(self) -> None:
        self._drawn: _Drawn | None = None

    def paint(
        self,
        painter: QPainter,
        body: QRectF,
        frame: PlotFrame,
        parts: Parts | None,
        look: PredictionLook,
    ) -> None:
        """Lay axes, and rows if there are any to show, over a panel's body."""
        ratio, drawn = painter.device().devicePixelRatioF(), self._drawn
        wanted = (frame, parts, body.size(), ratio, look)
        if drawn is None or wanted != drawn.of:
            drawn = self._drawn = _Drawn(wanted, _picture(*wanted))
        painter.drawPixmap(body.topLeft(), drawn.picture)


def _picture(
    frame: PlotFrame, parts: Parts | None, size: QSizeF, ratio: float, look: PredictionLook
) -> QPixmap:
    picture = QPixmap((size * ratio).toSize().expandedTo(QSize(1, 1)))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    area = frame.area(QRectF(QPointF(0, 0), size), look)
    frame.draw(painter, area, look)
    if parts is not None:
        _draw_rows(painter, area, frame, parts, look)
    painter.end()
    return picture


def _draw_rows(
    painter: QPainter,
    area: QRectF,
    frame: PlotFrame,
    parts: Parts,
    look: PredictionLook,
) -> None:
    """Draw training and held-out rows, in a small picture fewer of both."""
    surface = area.width() * area.height()
    radius = RADII[0] + (RADII[1] - RADII[0]) * min(1.0, surface / LARGE)
    share = min(1.0, surface / SQUARE / max(1, sum(len(part.targets) for part in parts)))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for part, hollow in zip(parts, (False, True), strict=True):
        count = round(share * len(part.targets))
        inputs, targets = part.inputs[:count], part.targets[:count]
        classes = targets.dtype.kind == "i"
        upright = inputs[:, 1] if classes else targets.astype(np.float32)
        places = frame.at(area, inputs[:, 0], upright)
        for place, target in zip(places, targets.tolist(), strict=True):
            if classes:
                look.draw_class(painter, target, place, radius, hollow)
            else:
                look.draw_row(painter, place, radius, hollow)
