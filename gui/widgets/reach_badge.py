"""The three words for what backprop does at a layer, each with one colour and one mark."""

from functools import lru_cache

from PySide6.QtCore import QCoreApplication, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF

from engine.backprop import Reach
from gui.theme import Theme
from gui.widgets.fonts import scaled_font

PADDING = 6
GAP = 4


def reach_word(reach: Reach) -> str:
    """The word as a person reads it."""
    words: dict[Reach, str] = {
        "updated": QCoreApplication.translate("ReachBadge", "updated"),
        "passed through": QCoreApplication.translate("ReachBadge", "passed through"),
        "not reached": QCoreApplication.translate("ReachBadge", "not reached"),
    }
    return words[reach]


def reach_explanation(reach: Reach, *, has_parameters: bool = True) -> str:
    """One sentence for the tooltip; of a layer without parameters it says another one."""
    if not has_parameters:
        return _explanation_without_parameters(reach)
    sentences: dict[Reach, str] = {
        "updated": QCoreApplication.translate(
            "ReachBadge", "Trainable: the gradient arrives here and moves the weights."
        ),
        "passed through": QCoreApplication.translate(
            "ReachBadge",
            "Frozen, and an earlier layer is trainable: the gradient goes through these weights on"
            " to it and leaves them as they are.",
        ),
        "not reached": QCoreApplication.translate(
            "ReachBadge",
            "Frozen, and no earlier layer is trainable: backprop stopped before it came here.",
        ),
    }
    return sentences[reach]


def reach_ink(reach: Reach, theme: Theme) -> str:
    """The colour of the word and its mark."""
    inks = {
        "updated": theme.trainable_ink,
        "passed through": theme.frozen_ink,
        "not reached": theme.muted,
    }
    return inks[reach]


def reach_fill(reach: Reach, theme: Theme) -> str:
    """The colour behind the word."""
    fills = {
        "updated": theme.trainable_fill,
        "passed through": theme.frozen_fill,
        "not reached": theme.window,
    }
    return fills[reach]


def badge_font(base: QFont) -> QFont:
    """A little smaller than the text beside it."""
    return scaled_font(base, 0.9)


@lru_cache(maxsize=16)  # asked for every row and frame
def reach_badge_size(reach: Reach, base: QFont) -> QSize:
    """Room that the badge takes beside text in this font."""
    metrics = QFontMetrics(badge_font(base))
    width = metrics.horizontalAdvance(reach_word(reach)) + _mark_side(metrics) + GAP
    return QSize(width + 2 * PADDING, metrics.height() + 4)


def paint_reach_badge(
    painter: QPainter, rect: QRect | QRectF, reach: Reach, theme: Theme, *, enabled: bool = True
) -> None:
    """Draw the badge at the left of the rectangle, in the middle of its height.

    Where the rectangle is too narrow for the word, the mark alone is drawn.
    """
    area = QRectF(rect)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    size = reach_badge_size(reach, painter.font())
    painter.setFont(badge_font(painter.font()))
    metrics = painter.fontMetrics()
    side = _mark_side(metrics)
    fits = area.width() >= size.width()
    width = size.width() if fits else min(area.width(), side + 2 * PADDING)
    badge = QRectF(area.left(), area.center().y() - size.height() / 2, width, size.height())
    ink = QColor(reach_ink(reach, theme) if enabled else theme.disabled)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(reach_fill(reach, theme) if enabled else theme.window))
    painter.drawRoundedRect(badge, 4, 4)
    mark = QRectF(badge.left() + PADDING, badge.center().y() - side / 2, side, side)
    _paint_mark(painter, mark, reach, ink)
    if fits:
        painter.setPen(ink)
        words = badge.adjusted(PADDING + side + GAP, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, reach_word(reach))
    painter.restore()


def _explanation_without_parameters(reach: Reach) -> str:
    if reach == "not reached":
        return QCoreApplication.translate(
            "ReachBadge",
            "Nothing to update here, and no earlier layer is trainable: backprop stopped before it"
            " came here.",
        )
    return QCoreApplication.translate(
        "ReachBadge", "Nothing to update here: the gradient goes through to earlier layers."
    )


def _mark_side(metrics: QFontMetrics) -> int:
    return max(7, round(metrics.height() * 0.55))


def _paint_mark(painter: QPainter, box: QRectF, reach: Reach, ink: QColor) -> None:
    """Updated: a filled square. Passed through: an arrow up, where it goes. Not reached: empty."""
    pen = QPen(ink, max(1.2, box.width() / 6))
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(ink if reach == "updated" else Qt.BrushStyle.NoBrush)
    inset = pen.widthF() / 2
    if reach != "passed through":
        painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), 1.5, 1.5)
        return
    tip = QPointF(box.center().x(), box.top() + inset)
    wing = box.width() * 0.34
    painter.drawLine(QPointF(tip.x(), box.bottom() - inset), tip)
    painter.drawPolyline(QPolygonF([tip + QPointF(-wing, wing), tip, tip + QPointF(wing, wing)]))
