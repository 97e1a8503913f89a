"""The picture of a backward pass: arrows through the layers and into their weights."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)

from gui.models.backprop_captions import SlowStep
from gui.models.backprop_rows import Backprop, Measures
from gui.models.backprop_text import Fact, RowText, description, row_texts
from gui.models.backprop_tips import arrow_tip, boundary_tip, fact_tip, row_tip
from gui.plots.backprop_layout import SPINE, TEXT, PicturePlaces, RowPlace, place_picture
from gui.plots.backprop_look import BackpropLook
from gui.plots.backprop_painting import Scene, paint_scene
from gui.theme import ThemeSource
from gui.widgets.painted_widget import PaintedWidget

if TYPE_CHECKING:  # at run time it brings torch
    from engine.probes import LayerMeasures

NARROWEST = 240  # pixels
BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
"""How the focus comes to who needs to see where it is; a mouse knows where it clicked."""
NO_MEASURES: Mapping[str, "LayerMeasures"] = {}


class BackpropView(PaintedWidget):
    """Input on top, a row per layer, the loss at the bottom; shows what it is told.

    `set_backprop` when layers or freezing change, `set_measures` for every look at a run.
    """

    back_asked = Signal()
    next_asked = Signal()
    pause_asked = Signal()
    end_asked = Signal()

    def __init__(self, themes: ThemeSource, backprop: Backprop) -> None:
        super().__init__(themes)
        self._look = BackpropLook(themes.theme, self.font())
        self._scene = Scene(backprop, row_texts(backprop, NO_MEASURES, NO_MEASURES))
        self._facts = [text.facts for text in self._scene.texts]  # that room was made for
        self._places: PicturePlaces | None = None
        self._by_keyboard = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumWidth(NARROWEST)
        self.setAccessibleName(self.tr("Backward pass of the selected variant"))
        self._describe()

    @property
    def backprop(self) -> Backprop:
        """What is shown."""
        return self._scene.backprop

    @property
    def texts(self) -> tuple[RowText, ...]:
        """The words and numbers as they are shown, a row per layer."""
        return self._scene.texts

    def set_backprop(self, backprop: Backprop) -> None:
        """Show this variant; its numbers come with `set_measures`."""
        self._scene = Scene(backprop, row_texts(backprop, NO_MEASURES, NO_MEASURES))
        self._places = None
        self._changed()
        self._describe()

    def set_measures(self, measures: Measures, what_if: Measures, *, halted: bool = False) -> None:
        """Show these norms; `what_if` ones where there are no real ones. `halted`: it diverged."""
        backprop, slow = self._scene.backprop, self._scene.slow
        self._scene = Scene(backprop, row_texts(backprop, measures, what_if), halted, slow)
        self._changed()

    def set_slow(self, step: SlowStep | None) -> None:
        """Light what this sub-step of slow motion is about; None: everything as it is."""
        scene = self._scene
        self._scene = Scene(scene.backprop, scene.texts, scene.halted, step)
        self.update()

    def place_of(self, layer: str) -> QRect:
        """Where a layer's row stands."""
        return self._place(layer).body.toAlignedRect()

    def place_of_arrow(self, layer: str, *, own: bool) -> QRect:
        """Where the arrow into a layer's weights is, or the one that arrives at the layer."""
        place = self._place(layer)
        if own:
            rect = QRectF(SPINE + 8, place.own.top(), TEXT - SPINE + 16, place.own.height())
        else:
            rect = QRectF(SPINE - 10, place.arrives.top(), 20, place.arrives.height())
        return rect.toAlignedRect()

    def place_of_boundary(self) -> QRect:
        """Where the line stands at which backprop stops."""
        return self._laid_out().boundary.toAlignedRect()

    def place_of_step(self, step: SlowStep) -> QRect:
        """What should be seen while this sub-step is lit."""
        places = self._laid_out()
        if step.row >= len(places.rows):
            return places.loss.toAlignedRect()
        rect = places.rows[step.row].body.united(places.rows[step.row].arrives)
        if step.part == "through" and step.row > 0:
            rect = rect.united(places.rows[step.row - 1].body)
        return rect.united(places.boundary if step.part == "stop" else rect).toAlignedRect()

    def tip_at(self, point: QPointF) -> str:
        """What is told about the place under the mouse."""
        places = self._laid_out()
        if places.boundary.contains(point):
            return boundary_tip(self._scene.backprop)
        for index, place in enumerate(places.rows):
            if place.body.united(place.arrives).contains(point):
                return self._row_tip_at(index, place, point)
        return ""

    def sizeHint(self) -> QSize:
        return QSize(300, round(self._laid_out().height))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._look.panel)
        paint_scene(painter, self._scene, self._laid_out(), self._look, QRectF(event.rect()))
        if self.hasFocus() and self._by_keyboard:
            painter.setPen(QPen(self._look.ink("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._places = None
            self._changed()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Say the numbers as they are now to who comes here by keyboard."""
        self._by_keyboard = event.reason() in BY_KEYBOARD
        self._describe()
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        signals = {
            Qt.Key.Key_Left: self.back_asked,
            Qt.Key.Key_Right: self.next_asked,
            Qt.Key.Key_Space: self.pause_asked,
            Qt.Key.Key_Escape: self.end_asked,
        }
        asked = signals.get(Qt.Key(event.key()))
        if asked is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
            return
        asked.emit()

    def _on_looks_changed(self) -> None:
        self._look = BackpropLook(self._themes.theme, self.font())
        self._places = None
        self._changed()

    def _describe(self) -> None:
        self.setAccessibleDescription(description(self._scene.backprop, self._scene.texts))

    def _place(self, layer: str) -> RowPlace:
        names = [row.name for row in self._scene.backprop.rows]
        return self._laid_out().rows[names.index(layer)]

    def _row_tip_at(self, index: int, place: RowPlace, point: QPointF) -> str:
        row, text = self._scene.backprop.rows[index], self._scene.texts[index]
        for fact, rect in zip(text.facts, place.facts, strict=False):
            if rect.contains(point):
                return fact_tip(fact.measure)
        if place.own.top() <= point.y() <= place.own.bottom():
            return arrow_tip(row, "gradient_norm", hypothetical=text.own.hypothetical)
        if point.y() > place.body.bottom() or (point.x() < TEXT and point.y() > place.own.bottom()):
            hypothetical = text.arrives.hypothetical
            return arrow_tip(row, "output_gradient_norm", hypothetical=hypothetical)
        return row_tip(row)

    def _changed(self) -> None:
        """Draw anew, and lay out anew if something takes more room than before.

        Room once taken by a last fact is kept when the fact goes: nothing jumps to and fro.
        """
        facts = [text.facts for text in self._scene.texts]
        fits = len(facts) == len(self._facts) and all(map(_fit, facts, self._facts))
        if not fits or self._places is None:
            self._facts = facts
            self._places = None
            self.setMinimumHeight(round(self._laid_out().height))
            self.updateGeometry()
        self.update()

    def _laid_out(self) -> PicturePlaces:
        if self._places is None:
            width = max(self.width(), NARROWEST)
            self._places = place_picture(self._scene.backprop, self._facts, width, self._look)
        return self._places


def _fit(facts: Sequence[Fact], kept: Sequence[Fact]) -> bool:
    """Whether facts fit where these others stood."""
    return [fact.widest for fact in facts] == [fact.widest for fact in kept[: len(facts)]]
