"""Draws the backprop picture in its places; pure of what it is told, it holds nothing."""

import math
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from engine.layer_specs import Residual
from gui.models.backprop_captions import Arrow, SlowStep
from gui.models.backprop_rows import Backprop, BackpropRow
from gui.models.backprop_text import ArrowText, Fact, RowText, boundary_sentence, boundary_text
from gui.models.layer_kinds import kind_word
from gui.models.measure_text import USUAL_RATIO
from gui.plots.backprop_layout import (
    GAUGE,
    SPINE,
    TEXT,
    TIP,
    PicturePlaces,
    RowPlace,
)
from gui.plots.backprop_look import (
    RADIUS,
    BackpropLook,
    arrow_aside,
    arrow_up,
    arrow_width,
    draw_sign,
    draw_way_round,
)
from gui.plots.plot_style import mixed
from gui.widgets.reach_badge import paint_reach_badge, reach_badge_size

translate = QCoreApplication.translate

LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
ELIDED = Qt.TextElideMode.ElideRight
CLEAR = RADIUS + 2.0  # from a sign's centre to an arrow
FEWEST_LETTERS = 6  # of a name that are shown before its badge loses the word
SHORTEST_NAME = 56.0  # pixels: rather than shorten a name further its kind is left out


@dataclass(frozen=True)
class Scene:
    """What the picture shows: the variant, its numbers, and the sub-step of slow motion."""

    backprop: Backprop
    texts: tuple[RowText, ...]
    halted: bool = False
    """The run diverged: nothing flows any more."""
    slow: SlowStep | None = None

    def flows_through(self, index: int) -> bool:
        """Whether the gradient goes on from a layer to the one below."""
        lowest = self.backprop.lowest
        return not self.halted and lowest is not None and index > lowest


def paint_scene(
    painter: QPainter, scene: Scene, places: PicturePlaces, look: BackpropLook, clip: QRectF
) -> None:
    """Draw everything that lies within the clip."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    visible = [
        i for i, row in enumerate(places.rows) if row.body.adjusted(0, -40, 0, 60).intersects(clip)
    ]
    for index in visible:
        _draw_ground(painter, scene, places.rows[index], index, look)
    _draw_ends(painter, scene, places, look)
    for index in visible:
        _draw_flow(painter, scene, places, index, look)
    for index in visible:
        _draw_row(painter, scene, places.rows[index], index, look)
    _draw_boundary(painter, scene, places, look)


def _draw_ground(
    painter: QPainter, scene: Scene, place: RowPlace, index: int, look: BackpropLook
) -> None:
    """Ice under a frozen layer; a ring of the accent round the one that slow motion is at."""
    row, slow = scene.backprop.rows[index], scene.slow
    painter.setPen(Qt.PenStyle.NoPen)
    if row.frozen:
        painter.setBrush(look.pale_ice if row.reach == "not reached" else look.ice)
        painter.drawRoundedRect(place.body, 6, 6)
    if slow is not None and slow.part != "loss" and slow.row == index:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.ink("accent"), 1.5))
        painter.drawRoundedRect(place.body.adjusted(0.75, 0.75, -0.75, -0.75), 6, 6)


def _draw_ends(painter: QPainter, scene: Scene, places: PicturePlaces, look: BackpropLook) -> None:
    """The input on top and the loss at the bottom."""
    for rect, words, ink in (
        (places.input, _input_words(scene), look.muted),
        (places.loss, translate("backprop", "loss"), look.text),
    ):
        centre = QPointF(SPINE, rect.center().y())
        lit = scene.slow is not None and scene.slow.part == "loss" and rect is places.loss
        painter.setPen(Qt.PenStyle.NoPen)
        if lit:
            painter.setBrush(look.halo)
            painter.drawEllipse(centre, 10, 10)
        painter.setBrush(ink)
        painter.drawEllipse(centre, 4, 4)
        painter.setPen(look.ink("accent") if lit else ink)
        painter.setFont(look.name_font if rect is places.loss else look.font)
        painter.drawText(rect, LEFT, words)
    top = places.rows[0].sign_y - CLEAR
    painter.setPen(look.forward)
    painter.drawLine(QPointF(SPINE, places.input.center().y() + 7), QPointF(SPINE, top))


def _draw_flow(
    painter: QPainter, scene: Scene, places: PicturePlaces, index: int, look: BackpropLook
) -> None:
    """The arrow that arrives at a layer from below, its norm, and the one into its weights."""
    row, text = scene.backprop.rows[index], scene.texts[index]
    below = index + 1
    last = below == len(places.rows)
    start = places.loss_y - 6 if last else places.rows[below].sign_y - CLEAR
    place = places.rows[index]
    if row.reach == "updated" or text.own.hypothetical:
        # an outline begins beside the way up; what is filled begins beneath it
        left = SPINE + _width(scene, text.arrives) / 2 if text.own.hypothetical else SPINE
        path = arrow_aside(left, place.own.center().y(), TIP, _width(scene, text.own))
        ink = look.flow("updated")
        _draw_arrow(painter, scene, index, "own", path, text.own, ink, look)
    if row.reach != "not reached" or text.arrives.hypothetical:
        came_through = None if last else scene.backprop.rows[below].reach
        path = arrow_up(SPINE, start, place.sign_y + CLEAR, _width(scene, text.arrives))
        ink = look.flow(came_through)
        _draw_arrow(painter, scene, index, "arrives", path, text.arrives, ink, look)
    else:
        painter.setPen(look.forward)
        painter.drawLine(QPointF(SPINE, place.sign_y + CLEAR), QPointF(SPINE, start))
    stage = scene.slow.stage(index, "arrives") if scene.slow else "done"
    dim = row.reach == "not reached" or stage == "upcoming"
    _draw_number(painter, place.arrives, text.arrives, look, dim=dim)


def _width(scene: Scene, text: ArrowText) -> float:
    return arrow_width(None if scene.halted else text.norm)


def _draw_arrow(
    painter: QPainter,
    scene: Scene,
    index: int,
    arrow: Arrow,
    path: QPainterPath,
    text: ArrowText,
    ink: QColor,
    look: BackpropLook,
) -> None:
    if text.hypothetical:
        pen = QPen(mixed(ink.name(), look.theme.panel, 0.8), 1.2)
        pen.setDashPattern([3.0, 2.5])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        return
    stage = scene.slow.stage(index, arrow) if scene.slow is not None else "done"
    if stage == "lit":
        painter.setPen(look.halo_pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
    painter.setPen(Qt.PenStyle.NoPen)
    pale = scene.halted or stage == "upcoming"
    painter.setBrush(mixed(look.theme.muted, look.theme.panel, 0.3) if pale else ink)
    painter.drawPath(path)


def _draw_number(
    painter: QPainter, rect: QRectF, text: ArrowText, look: BackpropLook, *, dim: bool
) -> None:
    """A norm and, muted, where its arrow leads."""
    painter.setFont(look.small if text.hypothetical else look.strong)
    metrics = look.metrics if text.hypothetical else look.strong_metrics
    if text.is_broken:
        painter.setPen(look.problem)
    else:
        painter.setPen(look.muted if dim or text.norm is None else look.text)
    painter.drawText(rect, LEFT, text.number)
    left = metrics.horizontalAdvance(text.number) + 5
    rest = rect.adjusted(left, 0, 0, 0)
    painter.setFont(look.small)
    painter.setPen(look.muted)
    painter.drawText(rest, LEFT, look.metrics.elidedText(text.words, ELIDED, rest.width()))


def _draw_row(
    painter: QPainter, scene: Scene, place: RowPlace, index: int, look: BackpropLook
) -> None:
    row, text = scene.backprop.rows[index], scene.texts[index]
    alive = row.reach != "not reached"
    centre = QPointF(SPINE, place.sign_y)
    if isinstance(row.layer, Residual) and scene.flows_through(index):
        draw_way_round(painter, centre, look.flow(row.reach))
    draw_sign(painter, centre, row.sign, look, alive)
    _draw_title(painter, row, place.title, look)
    has_arrow = row.reach == "updated" or text.own.hypothetical
    own = place.own.adjusted(TIP + 6 - TEXT, 0, 0, 0) if has_arrow else place.own
    if row.layer.has_parameters:
        stage = scene.slow.stage(index, "own") if scene.slow else "done"
        _draw_number(painter, own, text.own, look, dim=not alive or stage == "upcoming")
    else:
        painter.setFont(look.small)
        painter.setPen(look.muted)
        words = look.metrics.elidedText(text.own.words, ELIDED, own.width())
        painter.drawText(own, LEFT, words)
    for fact, rect in zip(text.facts, place.facts, strict=False):  # room may be kept for more
        _draw_fact(painter, rect, fact, look, alive)


def _draw_title(painter: QPainter, row: BackpropRow, rect: QRectF, look: BackpropLook) -> None:
    """Name, kind where there is room for it, and the word for what backprop does."""
    painter.setFont(look.font)
    badge = float(reach_badge_size(row.reach, look.font).width())
    readable = FEWEST_LETTERS * look.name_metrics.averageCharWidth()
    if rect.width() - badge - 6 < min(readable, look.name_metrics.horizontalAdvance(row.name)):
        badge = look.metrics.height() + 6  # its mark alone: whose it is matters more
    side = rect.adjusted(rect.width() - badge, 0, 0, 0)
    paint_reach_badge(painter, side, row.reach, look.theme)
    room = rect.width() - badge - 6
    kind = "" if row.layer.kind == "dense" else kind_word(row.layer.kind)
    if kind == row.name or look.metrics.horizontalAdvance(kind) + SHORTEST_NAME > room:
        kind = ""
    reserved = look.metrics.horizontalAdvance(kind) + 6 if kind else 0.0
    elided = look.name_metrics.elidedText(row.name, Qt.TextElideMode.ElideMiddle, room - reserved)
    painter.setFont(look.name_font)
    painter.setPen(look.muted if row.reach == "not reached" else look.text)
    painter.drawText(rect, LEFT, elided)
    if kind:
        left = look.name_metrics.horizontalAdvance(elided) + 6
        painter.setFont(look.small)
        painter.setPen(look.muted)
        painter.drawText(rect.adjusted(left, 1, 0, 1), LEFT, kind)


def _draw_fact(
    painter: QPainter, rect: QRectF, fact: Fact, look: BackpropLook, alive: bool
) -> None:
    painter.setFont(look.small)
    keeps_ink = alive or fact.ink in ("problem", "frozen_ink")
    painter.setPen(look.ink(fact.ink) if keeps_ink else look.muted)
    room = rect.width() - (GAUGE if fact.has_gauge else 0)
    painter.drawText(rect, LEFT, look.metrics.elidedText(fact.text, ELIDED, room))
    if fact.has_gauge:
        _draw_gauge(painter, rect, fact.ratio, look)


def _draw_gauge(painter: QPainter, rect: QRectF, ratio: float | None, look: BackpropLook) -> None:
    """Two decades either way around the usual ratio, with a dot where the layer's ratio is."""
    right, middle = rect.right() - 4, rect.center().y() + 0.5
    left = right - (GAUGE - 12)
    centre = (left + right) / 2
    painter.setPen(look.gauge)
    painter.drawLine(QPointF(left, middle), QPointF(right, middle))
    painter.drawLine(QPointF(centre, middle - 3.5), QPointF(centre, middle + 3.5))
    if ratio is None or not ratio > 0:
        return
    share = (math.log10(ratio) - math.log10(USUAL_RATIO)) / 2
    x = centre + min(max(share, -1.0), 1.0) * (right - left) / 2
    painter.setPen(QPen(look.panel, 1))
    painter.setBrush(look.ink("trainable_ink"))
    painter.drawEllipse(QPointF(x, middle), 3.5, 3.5)


def _draw_boundary(
    painter: QPainter, scene: Scene, places: PicturePlaces, look: BackpropLook
) -> None:
    """The line where backprop stops, with its words on it."""
    rect = places.boundary
    lit = scene.slow is not None and scene.slow.part == "stop"
    ink = look.ink("accent") if lit else look.boundary
    room = rect.right() - TEXT - 8
    words = boundary_sentence(scene.backprop)
    if look.strong_metrics.horizontalAdvance(words) + 16 > room:
        words = boundary_text(scene.backprop)
    painter.setFont(look.strong)
    elided = look.strong_metrics.elidedText(words, ELIDED, room)
    width = look.strong_metrics.horizontalAdvance(elided)
    pen = QPen(ink, 1.5)
    painter.setPen(pen)
    middle = rect.center().y()
    painter.drawLine(QPointF(rect.left(), middle), QPointF(TEXT - 6, middle))
    painter.drawLine(QPointF(TEXT + width + 6, middle), QPointF(rect.right(), middle))
    painter.drawText(rect.adjusted(TEXT - rect.left(), 0, 0, 0), LEFT, elided)


def _input_words(scene: Scene) -> str:
    return translate("backprop", "input {count}").format(count=f"{scene.backprop.inputs:,}")
