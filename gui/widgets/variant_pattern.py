"""What a variant does with each layer, as tiny signs: a warm square trains, one of ice is frozen.

Where only a part of a layer's parameters trains, the square is half full. A ticked layer that is
cut off is an empty warm square; one without parameters is a pale dot, so that the others stand in
the same places in every variant.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from PySide6.QtCore import QCoreApplication, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from gui.theme import Theme

LayerSign = Literal["trains", "trains in part", "frozen", "cut off", "no parameters"]

MOST_SIGNS = 10
"""Deeper networks show this many from the input on, then two dots."""
GAP = 2


def variant_pattern_size(metrics: QFontMetrics, layers: int) -> QSize:
    """Room that the signs of this many layers take beside text of this size."""
    side = _side(metrics)
    signs = min(layers, MOST_SIGNS) + (layers > MOST_SIGNS)
    return QSize(max(0, signs * (side + GAP) - GAP), side)


def paint_variant_pattern(
    painter: QPainter,
    rect: QRect | QRectF,
    pattern: Sequence[LayerSign],
    theme: Theme,
    *,
    enabled: bool = True,
) -> None:
    """Draw one sign per layer, input first, in a rectangle of `variant_pattern_size`."""
    area = QRectF(rect)
    side = area.height()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint: Mapping[LayerSign, Callable[[QPainter, QRectF, Theme, bool], None]] = {
        "trains": _paint_training,
        "trains in part": _paint_part,
        "frozen": _paint_frozen,
        "cut off": _paint_cut_off,
        "no parameters": _paint_dot,
    }
    for place, sign in enumerate(pattern[:MOST_SIGNS]):
        square = QRectF(area.left() + place * (side + GAP), area.top(), side, side)
        paint[sign](painter, square, theme, enabled)
    if len(pattern) > MOST_SIGNS:
        _paint_more(painter, area.right(), area.center().y(), side, theme)
    painter.restore()


def describe_pattern(pattern: Sequence[LayerSign]) -> str:
    """The pattern in words, for screen readers and tooltips."""
    words: Mapping[LayerSign, str] = {
        "trains": QCoreApplication.translate("VariantPattern", "trains"),
        "trains in part": QCoreApplication.translate("VariantPattern", "trains in part"),
        "frozen": QCoreApplication.translate("VariantPattern", "frozen"),
        "cut off": QCoreApplication.translate("VariantPattern", "cut off"),
        "no parameters": QCoreApplication.translate("VariantPattern", "no parameters"),
    }
    return ", ".join(words[sign] for sign in pattern)


def _side(metrics: QFontMetrics) -> int:
    return max(9, round(metrics.height() * 0.68))


def _paint_training(painter: QPainter, square: QRectF, theme: Theme, enabled: bool) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.trainable_ink if enabled else theme.disabled))
    painter.drawRoundedRect(square, 2, 2)


def _paint_frozen(painter: QPainter, square: QRectF, theme: Theme, enabled: bool) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.frozen_fill if enabled else theme.hover))
    painter.drawRoundedRect(square, 2, 2)
    ink = QColor(theme.frozen_ink if enabled else theme.disabled)
    pen = QPen(ink, max(1.0, square.width() / 10))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    reach = square.width() * 0.36
    for angle in (90, 30, 150):
        arm = QPointF(math.cos(math.radians(angle)), math.sin(math.radians(angle))) * reach
        painter.drawLine(square.center() - arm, square.center() + arm)


def _paint_cut_off(painter: QPainter, square: QRectF, theme: Theme, enabled: bool) -> None:
    width = max(1.0, square.width() / 8)
    painter.setPen(QPen(QColor(theme.trainable_ink if enabled else theme.disabled), width))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inset = width / 2
    painter.drawRoundedRect(square.adjusted(inset, inset, -inset, -inset), 2, 2)


def _paint_part(painter: QPainter, square: QRectF, theme: Theme, enabled: bool) -> None:
    """An empty square, its lower half full."""
    _paint_cut_off(painter, square, theme, enabled)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.trainable_ink if enabled else theme.disabled))
    painter.drawRect(square.adjusted(1, square.height() / 2, -1, -1))


def _paint_dot(painter: QPainter, square: QRectF, theme: Theme, enabled: bool) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.control if enabled else theme.line))
    radius = square.width() * 0.16
    painter.drawEllipse(square.center(), radius, radius)


def _paint_more(painter: QPainter, right: float, middle: float, side: float, theme: Theme) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.muted))
    for share in (0.3, 0.7):
        painter.drawEllipse(QPointF(right - side + share * side, middle), 1.2, 1.2)
