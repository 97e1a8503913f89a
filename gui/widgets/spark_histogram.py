"""A histogram small enough for a table cell: the counts now over the counts at the start."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

Counts = Sequence[float] | NDArray[np.generic]

START_ALPHA = 90
SMALLEST_BAR = 1.5
"""Height in pixels of a bin that holds at least one weight: it must not look empty."""


def paint_spark_histogram(
    painter: QPainter,
    rect: QRect | QRectF,
    counts: Counts,
    start_counts: Counts | None,
    ink: QColor | str,
    muted: QColor | str,
) -> None:
    """Draw bars of `counts` in `ink` over `start_counts`, a pale silhouette in `muted`.

    Both share the scale, so the areas compare; the number of bins may differ. With no counts only
    the base line is drawn. Counts that are no numbers are taken as empty.
    """
    area = QRectF(rect)
    now = _clean(counts)
    start = _clean(start_counts if start_counts is not None else ())
    top = max(now.max(initial=0.0), start.max(initial=0.0))
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    pale = QColor(muted)
    pale.setAlpha(START_ALPHA)
    painter.fillRect(QRectF(area.left(), area.bottom() - 1, area.width(), 1), pale)
    if top > 0 and area.width() >= 1 and area.height() >= 2:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(pale)
        painter.drawPolygon(_outline(area, start / top))
        painter.setBrush(QColor(ink))
        painter.drawRects(_bars(area, now / top))
    painter.restore()


def _clean(counts: Counts) -> NDArray[np.float64]:
    values = np.nan_to_num(np.asarray(counts, dtype=np.float64), posinf=0.0, neginf=0.0)
    return np.maximum(values, 0.0)


def _heights(area: QRectF, shares: NDArray[np.float64]) -> list[float]:
    heights = shares * area.height()
    return [float(h) for h in np.where(shares > 0, np.maximum(heights, SMALLEST_BAR), 0.0)]


def _bars(area: QRectF, shares: NDArray[np.float64]) -> list[QRectF]:
    if not shares.size:
        return []
    width = area.width() / shares.size
    gap = 1.0 if width >= 3 else 0.0
    return [
        QRectF(area.left() + index * width, area.bottom() - height, max(width - gap, 1.0), height)
        for index, height in enumerate(_heights(area, shares))
        if height
    ]


def _outline(area: QRectF, shares: NDArray[np.float64]) -> QPolygonF:
    outline = QPolygonF()
    if not shares.size:
        return outline
    width = area.width() / shares.size
    outline.append(area.bottomLeft())
    for index, height in enumerate(_heights(area, shares)):
        left, level = area.left() + index * width, area.bottom() - height
        outline.append(QPointF(left, level))
        outline.append(QPointF(left + width, level))
    outline.append(area.bottomRight())
    return outline
