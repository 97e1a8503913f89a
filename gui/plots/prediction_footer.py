"""The key to the pictures of predictions, and what stands at the probe."""

from collections.abc import Callable

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.prediction_values import Boundary, FittedCurve, MostWrong, Picture, PredictedActual
from gui.plots.prediction_look import PredictionLook
from gui.theme import ThemeSource
from gui.widgets.painted_widget import PaintedWidget

FOOTER = 24  # pixels
EDGE, SWATCH, BESIDE, BETWEEN = 16.0, 12.0, 5.0, 14.0
MIDDLE = Qt.AlignmentFlag.AlignVCenter
Draw = Callable[[QPainter, QPointF], None]


class PredictionFooter(PaintedWidget):
    """The key at the left; at the right what stands at the probe, or a note."""

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(themes, parent)
        self._look = PredictionLook(themes.theme, self.font())
        self._picture: Picture | None = None
        self._told = ""
        self._note: tuple[str, ...] = ()
        self.setFixedHeight(FOOTER)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @property
    def told(self) -> str:
        """What stands at the probe."""
        return self._told

    @property
    def note(self) -> str:
        """What is to be known of all pictures, in full; empty where that is nothing."""
        return next(iter(self._note), "")

    @property
    def key(self) -> tuple[str, ...]:
        """The words of the key."""
        return tuple(words for _, words in self._entries())

    def set_picture(self, picture: Picture | None) -> None:
        """Explain pictures of this kind."""
        self._picture = picture
        self.update()

    def set_told(self, text: str) -> None:
        """Show what stands at the probe."""
        if text != self._told:
            self._told = text
            self.setAccessibleName(text)
            self.update()

    def set_note(self, texts: tuple[str, ...]) -> None:
        """Say this of all pictures while nothing is probed; the fullest first."""
        if texts != self._note:
            self._note = texts
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, FOOTER)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), self._look
        painter.fillRect(self.rect(), look.panel)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(look.font)
        room = QRectF(EDGE, 0, self.width() - 2 * EDGE, self.height())
        texts = (self._told,) if self._told else self._note
        if texts:
            painter.setPen(look.text if self._told else look.muted)
            words = look.fitting(texts, room.width())
            painter.drawText(room, MIDDLE | Qt.AlignmentFlag.AlignRight, words)
            room.setRight(room.right() - look.metrics.horizontalAdvance(words) - BETWEEN)
        for draw, words in self._entries():
            sign = SWATCH + BESIDE if draw is not None else 0
            width = sign + look.metrics.horizontalAdvance(words)
            if width > room.width():
                return
            if draw is not None:
                draw(painter, QPointF(room.left() + SWATCH / 2, room.center().y()))
            painter.setPen(look.muted)
            painter.drawText(room.adjusted(sign, 0, 0, 0), MIDDLE, words)
            room.setLeft(room.left() + width + BETWEEN)

    def _on_looks_changed(self) -> None:
        self._look = PredictionLook(self._themes.theme, self.font())
        self.update()

    def _entries(self) -> list[tuple[Draw | None, str]]:
        """The most needed first: what does not fit is left out."""
        picture = self._picture
        entries: list[tuple[Draw | None, str]] = []
        if isinstance(picture, Boundary):
            for index, name in enumerate(picture.class_names):
                entries.append((self._class_draw(index), name))
            if len(picture.held_out.targets):
                entries.append((self._row_draw(hollow=True), self.tr("hollow: held-out")))
            entries.append((self._line_draw, self.tr("equally probable")))
        elif isinstance(picture, FittedCurve):
            entries.append((self._row_draw(hollow=False), self.tr("training rows")))
            if len(picture.held_out.targets):
                entries.append((self._row_draw(hollow=True), self.tr("held-out rows")))
            if picture.y.shape[1] > 1:
                entries.append((self._line_draw, self.tr("thin: other seeds")))
        elif isinstance(picture, PredictedActual):
            entries.append((self._line_draw, self.tr("predicted = actual")))
        elif isinstance(picture, MostWrong):
            caption = self.tr("true → predicted, probability of the predicted")
            entries = [(None, caption), (None, self.tr("highest loss first"))]
        return entries

    def _class_draw(self, index: int) -> Draw:
        return lambda painter, centre: self._look.draw_class(painter, index, centre, 4.0, False)

    def _row_draw(self, hollow: bool) -> Draw:
        return lambda painter, centre: self._look.draw_row(painter, centre, 3.5, hollow)

    def _line_draw(self, painter: QPainter, centre: QPointF) -> None:
        look, picture = self._look, self._picture
        if isinstance(picture, PredictedActual):
            painter.setPen(look.identity)
        else:
            painter.setPen(look.border if isinstance(picture, Boundary) else look.probe)
        painter.drawLine(QLineF(centre.x() - 6, centre.y(), centre.x() + 6, centre.y()))
