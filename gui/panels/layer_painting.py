"""How a row of the layer stack is drawn: two lines, the upper one in columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from gui.icons import Icons
from gui.models.layer_rows import Counts, LayerRow, LayerTelemetry
from gui.models.layer_text import moved_words, parameters_words
from gui.panels.layer_status_line import paint_status, status_width
from gui.theme import Theme
from gui.widgets.fonts import number_font
from gui.widgets.reach_badge import badge_font, reach_badge_size
from gui.widgets.spark_histogram import paint_spark_histogram

INDENT = 16
"""From the row's left edge, where the grip is, to the name."""
EDGE = 8
SPARK_WIDTH = 50
MOST_BARS = 25
RADIUS = 5.0

Part = Literal["status", "parameters", "moved", "histogram"]


@dataclass(frozen=True)
class RowMetrics:
    """Heights of a row in device-independent pixels, from the font."""

    top: int
    control: int
    second: int
    bottom: int

    @property
    def height(self) -> int:
        """The whole row, with the gap below it."""
        return self.top + self.control + self.second + self.bottom


@lru_cache(maxsize=16)  # asked for every cell and frame
def row_metrics(font: QFont) -> RowMetrics:
    """The heights that fit this font."""
    control = QFontMetrics(font).height() + 13
    second = reach_badge_size("passed through", font).height() + 2
    return RowMetrics(top=4, control=control, second=second, bottom=6)


def paint_row(
    painter: QPainter, rect: QRect, row: LayerRow, theme: Theme, *, selected: bool, focused: bool
) -> None:
    """The ground of a row: ice where it is frozen, an edge where it is selected.

    Below a detached one, where its outputs go up, a dashed line: no gradient comes down there.
    """
    body = QRectF(rect).adjusted(0.75, 0.75, -0.75, -2.75)
    plain = theme.hover if selected else theme.panel
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(theme.frozen_fill if row.frozen else plain))
    painter.setPen(Qt.PenStyle.NoPen)
    if selected:
        painter.setPen(QPen(QColor(theme.accent if focused else theme.control), 1.5))
    painter.drawRoundedRect(body, RADIUS, RADIUS)
    if row.plan.detached:
        cut = QPen(QColor(theme.text), 1, Qt.PenStyle.CustomDashLine)
        cut.setDashPattern([4, 3])
        painter.setPen(cut)
        line = rect.bottom() - 0.5
        painter.drawLine(QPointF(rect.left() + INDENT, line), QPointF(rect.right() - EDGE, line))


def second_line(
    rect: QRect,
    row: LayerRow,
    telemetry: LayerTelemetry | None,
    font: QFont,
    *,
    with_parameters: bool,
) -> Mapping[Part, QRect]:
    """Where the parts of the second line stand: the status on the left, numbers from the right.

    What finds no room beside the status is left out, the least telling first.
    """
    numbers = QFontMetrics(number_font(badge_font(font)))
    wanted: list[tuple[Part, int]] = []
    if telemetry is not None and row.layer.has_parameters:
        wanted.append(("histogram", SPARK_WIDTH))
        wanted.append(("moved", numbers.horizontalAdvance(moved_words(telemetry)) + 1))
    if with_parameters:
        wanted.append(("parameters", numbers.horizontalAdvance(parameters_words(row)) + 1))
    left, right = rect.left() + INDENT, rect.right() - EDGE
    width = min(status_width(row, font), right - left)
    places: dict[Part, QRect] = {"status": QRect(left, rect.top(), width, rect.height())}
    for part, needed in wanted:
        if right - needed < left + width + EDGE:
            break
        places[part] = QRect(right - needed, rect.top(), needed, rect.height())
        right -= needed + EDGE
    return places


def paint_second_line(
    painter: QPainter,
    places: Mapping[Part, QRect],
    row: LayerRow,
    telemetry: LayerTelemetry | None,
    theme: Theme,
    icons: Icons,
) -> None:
    """Draw the parts in their places; the painter's font is the table's."""
    paint_status(painter, places["status"], row, theme, icons)
    painter.save()
    painter.setFont(number_font(badge_font(painter.font())))
    painter.setPen(QColor(theme.muted))
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
    if "parameters" in places:
        painter.drawText(places["parameters"], flags, parameters_words(row))
    if telemetry is not None and "moved" in places:
        painter.drawText(places["moved"], flags, moved_words(telemetry))
    painter.restore()
    if telemetry is not None and "histogram" in places:
        area = places["histogram"].adjusted(0, 3, 0, -1)
        ink = theme.frozen_ink if row.frozen else theme.trainable_ink
        counts, start_counts = coarse(telemetry.counts), coarse(telemetry.start_counts)
        paint_spark_histogram(painter, area, counts, start_counts, ink, theme.control)


def coarse(counts: Counts) -> NDArray[np.float64]:
    """The counts in at most MOST_BARS bins of equal width: bars need pixels to be told apart."""
    fine = np.asarray(counts, dtype=np.float64)
    together = -(-fine.size // MOST_BARS)  # rounded up
    if together <= 1 or fine.size % together:
        return fine
    return np.asarray(fine.reshape(-1, together).sum(axis=1))
