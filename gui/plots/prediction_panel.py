"""One variant's panel: its sign and name, how it does now, and its picture."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPixmap

from gui.plots.prediction_drawing import PanelDrawing
from gui.plots.prediction_look import PredictionLook
from gui.widgets.variant_sign import paint_variant_sign

EDGE = 8.0  # pixels from the panel's edge to what is in it
TITLE, LINE, AFTER = 18.0, 16.0, 6.0  # pixels: the name, the numbers, and the room under them
SIGN = 22.0
HEAD = EDGE + TITLE + LINE + AFTER
LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


@dataclass(frozen=True)
class PredictionHeading:
    """A variant as its panel names it; the place gives its sign, the note says which seed."""

    variant: str
    name: str
    place: int
    note: str = ""


@dataclass(frozen=True, eq=False)
class PanelContent:
    """What a panel shows: a picture, and how the variant does in words, the fullest first."""

    drawing: PanelDrawing
    standing: tuple[str, ...]
    tip: str
    diverged: bool = False


@dataclass(frozen=True)
class _Drawn:
    frame: tuple[PredictionHeading, PredictionLook, QSizeF, float]
    content: PanelContent | None
    level: int
    picture: QPixmap


class PredictionPanel:
    """Draws one variant; what has not changed is not drawn again."""

    def __init__(self, heading: PredictionHeading) -> None:
        self.heading = heading
        self.content: PanelContent | None = None
        self._drawn: _Drawn | None = None

    @property
    def drawing(self) -> PanelDrawing | None:
        """The picture that is shown; of a diverged variant there is none."""
        if self.content is None or self.content.diverged:
            return None
        return self.content.drawing

    def level(self, width: float, look: PredictionLook) -> int:
        """The fullest of the words on how the variant does that a panel this wide has room for."""
        if self.content is None or self.content.diverged:
            return 0
        texts = self.content.standing
        fitting = (
            level
            for level, text in enumerate(texts)
            if look.metrics.horizontalAdvance(text) <= width - 2 * EDGE
        )
        return next(fitting, len(texts) - 1)

    def paint(
        self, painter: QPainter, place: QRectF, look: PredictionLook, level: int, may_renew: bool
    ) -> bool:
        """Draw it at this place, with the words of this level; whether the picture is a new one.

        Where only the content is another and it may not be renewed, the picture before stays.
        """
        kept, content = self._drawn, self.content
        frame = self.heading, look, place.size(), painter.device().devicePixelRatioF()
        stays = kept is not None and frame == kept.frame
        current = stays and kept is not None and (content, level) == (kept.content, kept.level)
        renews = not current and (may_renew or not stays or content is None)
        if kept is None or renews:
            picture = self._picture(place.size(), frame[-1], look, level)
            kept = self._drawn = _Drawn(frame, content, level, picture)
        painter.drawPixmap(place.topLeft(), kept.picture)
        return renews

    def tip_at(self, place: QRectF, point: QPointF) -> str:
        """What the words over the picture mean."""
        over = QRectF(place.left(), place.top(), place.width(), HEAD)
        return self.content.tip if self.content is not None and over.contains(point) else ""

    def _picture(self, size: QSizeF, ratio: float, look: PredictionLook, level: int) -> QPixmap:
        picture = QPixmap(max(1, round(size.width() * ratio)), max(1, round(size.height() * ratio)))
        picture.setDevicePixelRatio(ratio)
        picture.fill(look.panel)
        painter = QPainter(picture)
        place = QRectF(QPointF(0, 0), size)
        self._draw_heading(painter, place, look, level)
        body = body_of(place)
        if self.content is not None and self.content.diverged:
            painter.setPen(look.problem)
            painter.drawText(
                body,
                int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap),
                f"–\n{self.content.standing[0]}",
            )
        elif self.content is not None:
            self.content.drawing.paint(painter, body, look)
        painter.end()
        return picture

    def _draw_heading(
        self, painter: QPainter, place: QRectF, look: PredictionLook, level: int
    ) -> None:
        heading, metrics = self.heading, look.metrics
        line = QRectF(EDGE, EDGE, place.width() - 2 * EDGE, TITLE)
        sign = QRectF(line.left(), line.center().y() - 7, SIGN, 14)
        paint_variant_sign(painter, sign, heading.place, look.theme)
        note = metrics.horizontalAdvance(heading.note)
        room = line.width() - SIGN - 6 - (note + 8 if note else 0)
        painter.setFont(look.strong)
        painter.setPen(look.text)
        name = look.strong_metrics.elidedText(heading.name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(line.adjusted(SIGN + 6, 0, 0, 0), LEFT, name)
        painter.setFont(look.font)
        painter.setPen(look.muted)
        painter.drawText(line, RIGHT, heading.note)
        if self.content is not None and not self.content.diverged:
            words = look.fitting(self.content.standing[level:], line.width())
            painter.drawText(QRectF(EDGE, line.bottom(), line.width(), LINE), LEFT, words)


def body_of(place: QRectF) -> QRectF:
    """What the words leave of a panel for its picture."""
    return place.adjusted(EDGE, HEAD, -EDGE, -EDGE)
