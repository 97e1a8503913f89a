"""Painting cards: their face, which changes a few times a second, and the curves on it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPixmap

from gui.models.lattice_cards import LatticeCard
from gui.models.lattice_text import CardText, card_text, held_out_word, train_word
from gui.plots.curve_line import stroke_places
from gui.plots.lattice_curves import Area, LatticeCurves
from gui.plots.lattice_look import RADIUS, LatticeLook, is_broad
from gui.widgets.variant_pattern import paint_variant_pattern, variant_pattern_size
from gui.widgets.variant_sign import paint_variant_sign

LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
ELIDED = Qt.TextElideMode.ElideRight
SIGN = 22.0  # wide: a piece of line with the symbol on it
PALE = 0.4  # of a card whose curves are hidden
WIDE = 1.5  # pixels of the training curve


@dataclass(frozen=True)
class FaceKey:
    """What a card's face follows from."""

    card: LatticeCard
    size: QSizeF
    scale: float
    selected: bool
    hovered: bool


class CardFaces:
    """Pictures of the cards without their curves, painted anew where something has changed."""

    def __init__(self) -> None:
        self._faces: dict[str, tuple[FaceKey, QPixmap]] = {}

    def clear(self) -> None:
        """Paint all of them anew."""
        self._faces.clear()

    def face(self, key: FaceKey, look: LatticeLook) -> QPixmap:
        """The picture of a card's face, opaque."""
        known = self._faces.get(key.card.id)
        if known is not None and known[0] == key:
            return known[1]
        picture = QPixmap((key.size * key.scale).toSize())
        picture.setDevicePixelRatio(key.scale)
        picture.fill(look.panel)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_face(painter, QRectF(QPointF(), key.size), key, look)
        painter.end()
        self._faces[key.card.id] = (key, picture)
        return picture


def paint_curves(
    painter: QPainter,
    cards: Iterable[LatticeCard],
    areas: Mapping[str, Area],
    curves: LatticeCurves,
    look: LatticeLook,
) -> None:
    """Training solid, held-out dashed, in the variants' colours: all of a colour together."""
    pens: dict[tuple[int, bool], dict[str, Area]] = {}
    for card in cards:
        pen = card.result.place % len(look.theme.variants), card.hidden
        pens.setdefault(pen, {})[card.id] = areas[card.id]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    scale = painter.device().devicePixelRatioF()
    for held_out in (True, False):
        places = stroke_places((1.0 if held_out else WIDE) * scale)
        strokes = [(across / scale, up / scale) for across, up in places]
        for (colour, hidden), those in pens.items():
            path = curves.path(those, held_out, strokes)
            if not path.isEmpty():
                painter.setPen(look.curve_pen(colour, held_out, PALE if hidden else 1.0))
                painter.drawPath(path)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _paint_face(painter: QPainter, place: QRectF, key: FaceKey, look: LatticeLook) -> None:
    edge = 1.0 if key.selected else 0.5
    painter.setPen(look.chosen_outline if key.selected else look.outline)
    painter.setBrush(look.hover if key.hovered else look.panel)
    painter.drawRoundedRect(place.adjusted(edge, edge, -edge, -edge), RADIUS, RADIUS)
    painter.setOpacity(PALE if key.card.hidden else 1.0)
    painter.setFont(look.font)
    text = card_text(key.card)
    _paint_head(painter, place, key.card, text, look)
    plot = look.plot_area(place)
    painter.setPen(look.axis)
    painter.drawLine(QLineF(plot.bottomLeft(), plot.bottomRight()))
    painter.drawLine(QLineF(plot.topLeft(), plot.bottomLeft()))
    _paint_note(painter, plot, key.card, text, look)
    _paint_numbers(painter, place, text, look)


def _paint_head(
    painter: QPainter, place: QRectF, card: LatticeCard, text: CardText, look: LatticeLook
) -> None:
    """Sign, name and pattern; on a narrow card the pattern is below, with the cost beside it."""
    area, below = look.title_area(place), look.pattern_area(place)
    sign = QRectF(area.left(), area.center().y() - SIGN / 4, SIGN, SIGN / 2)
    paint_variant_sign(painter, sign, card.result.place, look.theme)
    size = QSizeF(variant_pattern_size(look.pattern_metrics, len(card.result.pattern)))
    pattern = QRectF(QPointF(below.left(), below.center().y() - size.height() / 2), size)
    name = area.adjusted(SIGN + 6, 0, 0, 0)
    if is_broad(place.width()):
        pattern.moveRight(area.right())
        name.setRight(pattern.left() - 8)
    else:
        painter.setFont(look.font)
        painter.setPen(look.muted)
        beside = below.adjusted(size.width() + 6, 0, 0, 0)
        painter.drawText(beside, RIGHT, look.metrics.elidedText(text.cost, ELIDED, beside.width()))
    paint_variant_pattern(painter, pattern, card.result.pattern, look.theme)
    painter.setFont(look.strong)
    painter.setPen(look.text)
    painter.drawText(name, LEFT, look.strong_metrics.elidedText(text.name, ELIDED, name.width()))


def _paint_note(
    painter: QPainter, plot: QRectF, card: LatticeCard, text: CardText, look: LatticeLook
) -> None:
    """In the middle of an empty plot, above the curves of another."""
    if not text.note:
        return
    painter.setFont(look.font)
    painter.setPen(look.problem if text.is_problem else look.muted)
    above = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight
    has_curves = card.result.train_loss is not None
    painter.drawText(plot, above if has_curves else Qt.AlignmentFlag.AlignCenter, text.note)


def _paint_numbers(painter: QPainter, place: QRectF, text: CardText, look: LatticeLook) -> None:
    painter.setFont(look.font)
    losses = ((train_word(), text.train), (held_out_word(), text.held_out))
    for line, (word, number) in enumerate(losses):
        area = look.number_area(place, line)
        painter.setPen(look.muted)
        painter.drawText(area, LEFT, word)
        painter.setPen(look.text)
        painter.drawText(area, RIGHT, number)
    area = look.number_area(place, 2)
    painter.setPen(look.muted)
    if is_broad(place.width()):
        painter.drawText(area, LEFT, text.best)
        area = look.number_area(place, 3)
        painter.drawText(area, RIGHT, text.cost)
    else:
        painter.drawText(area, RIGHT, text.best)
    painter.drawText(area, LEFT, text.parameters)
