"""What the variants predict right now, side by side: a panel each, common axes, one key."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.prediction_values import (
    Boundary,
    Confusion,
    FittedCurve,
    MostWrong,
    PredictedActual,
    Predictions,
)
from gui.models.prediction_text import standing_texts, standing_tip
from gui.plots.plot_actions import PlotActions, PlotWords
from gui.plots.plot_export import Cell, csv_text
from gui.plots.prediction_boundary import BoundaryDrawing
from gui.plots.prediction_canvas import PANEL_HEIGHT, PANEL_WIDTH, PredictionCanvas
from gui.plots.prediction_classes import ConfusionDrawing, PicturesDrawing
from gui.plots.prediction_curve import CurveDrawing, PredictedActualDrawing
from gui.plots.prediction_drawing import PanelDrawing
from gui.plots.prediction_footer import FOOTER, PredictionFooter
from gui.plots.prediction_layer import PlotLayer
from gui.plots.prediction_panel import PanelContent, PredictionHeading
from gui.theme import ThemeSource
from gui.widgets.choice_field import ChoiceField
from gui.widgets.scrolled import scrolled

PROBE_STEP = 0.05  # of an axis
MARGINS = 16
SEED_WIDTH = 96


class PredictionView(QWidget):
    """A panel per visible variant, wrapped to rows; more than fit are scrolled."""

    variant_chosen = Signal(str)
    opened = Signal(str)
    sight_changed = Signal()
    """Other panels can be seen than before, or the same again."""
    seed_chosen = Signal(object)  # whose networks should answer
    notice = Signal(str)  # how a copy or a save went

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layer = PlotLayer()
        self._canvas = PredictionCanvas(themes)
        self._canvas.empty_text = self.tr("Predictions appear with a run: press Run or Step")
        self._canvas.asking_text = self.tr("Asking the network…")
        self._footer = PredictionFooter(themes)
        self.seed = ChoiceField()
        self._scroll = scrolled(self._canvas)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._scroll, 1)
        self._foot = self._make_foot()
        column.addLayout(self._foot)
        self.setAccessibleName(self.tr("Predictions"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        words = PlotWords("", "predictions")
        self.actions_menu = PlotActions(self, words, self.csv_text)
        self.actions_menu.notice.connect(self.notice)
        self._canvas.chosen.connect(self.variant_chosen)
        self._canvas.opened.connect(self.opened)
        self._canvas.probed.connect(self._footer.set_told)
        self._scroll.verticalScrollBar().valueChanged.connect(self.sight_changed)

    @property
    def in_sight(self) -> tuple[str, ...]:
        """The variants whose panels can be seen, as far as they are scrolled into view."""
        if not self.isVisible():
            return ()
        top = self._scroll.verticalScrollBar().value()
        return self._canvas.between(top, top + self._scroll.viewport().height())

    @property
    def told(self) -> str:
        """What stands at the pointer or the probe, in words."""
        return self._footer.told

    @property
    def note(self) -> str:
        """What is to be known of all panels, in full; empty where that is nothing."""
        return self._footer.note

    @property
    def key(self) -> tuple[str, ...]:
        """The words of the key."""
        return self._footer.key

    @property
    def spoken(self) -> str:
        """Every variant in words, for a screen reader."""
        parts = [
            f"{panel.heading.name}: {panel.content.standing[0]}"
            for panel in self._canvas.panels.values()
            if panel.content is not None
        ]
        return "; ".join(parts) or self._canvas.waiting_text

    def set_variants(self, headings: Sequence[PredictionHeading]) -> None:
        """Show these variants, in this order. Those that stay keep their picture."""
        before = tuple(self._canvas.panels)
        self._canvas.set_headings(headings)
        if before != tuple(self._canvas.panels):
            self.sight_changed.emit()

    def set_seeds(self, seeds: Sequence[int], shown: int) -> None:
        """Offer these seeds, if there are several; the shown one answers."""
        self.seed.set_choices([(seed, self.tr("seed {0}").format(seed)) for seed in seeds])
        self.seed.set_value(shown)
        several = len(seeds) > 1
        self.seed.setVisible(several)
        self._foot.setContentsMargins(0, 4 * several, 8, 4 * several)

    def set_selected(self, variant: str) -> None:
        """Outline this variant, and scroll to it."""
        self._canvas.set_selected(variant)
        if variant in self._canvas.panels:
            place = self._canvas.place(list(self._canvas.panels).index(variant)).center()
            self._scroll.ensureVisible(round(place.x()), round(place.y()), 0, PANEL_HEIGHT // 2)

    def set_asking(self, asking: bool) -> None:
        """Whether an answer is on its way: panels without a picture say so."""
        self._canvas.set_asking(asking)

    def set_note(self, texts: tuple[str, ...]) -> None:
        """Say this of all panels, under them; the fullest first."""
        self._footer.set_note(texts)

    def set_predictions(self, predictions: Predictions) -> None:
        """Show what these variants predict; those that are not shown are passed over."""
        for index, standing in enumerate(predictions.standings):
            panel = self._canvas.panels.get(standing.variant)
            if panel is not None:
                panel.content = PanelContent(
                    drawing=self._drawing(predictions, index, panel.heading.place),
                    standing=standing_texts(predictions, index),
                    tip=standing_tip(predictions, standing),
                    diverged=bool(standing.diverged),
                )
        self._footer.set_picture(predictions.picture)
        self._canvas.tell_probe()
        self._canvas.update()

    def clear(self) -> None:
        """Back to the empty state; the panels stay."""
        for panel in self._canvas.panels.values():
            panel.content = None
        self._footer.set_picture(None)
        self._canvas.drop_probe()
        self._canvas.update()

    def csv_text(self) -> str:
        """All numbers of all panels as CSV."""
        panels = self._canvas.panels.values()
        drawings = [panel.drawing for panel in panels if panel.drawing is not None]
        header = drawings[0].header() if drawings else ()
        return csv_text((self.tr("variant"), *header), self._rows())

    def sizeHint(self) -> QSize:
        return QSize(3 * PANEL_WIDTH + MARGINS, PANEL_HEIGHT + MARGINS + FOOTER)

    def minimumSizeHint(self) -> QSize:
        return QSize(PANEL_WIDTH + MARGINS, PANEL_HEIGHT // 2 + FOOTER)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.sight_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._canvas.reflow()  # more height alone does not make a scrolled canvas larger
        self.sight_changed.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Our own menu."""
        self.actions_menu.open_menu(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A screen reader hears the variants as they are now."""
        super().focusInEvent(event)
        self.setAccessibleDescription("; ".join(filter(None, (self.spoken, self.note))))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose a variant, Enter opens it, Ctrl and arrows move the probe, Esc drops it."""
        key, moves = Qt.Key(event.key()), event.modifiers() & Qt.KeyboardModifier.ControlModifier
        directions = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, 1),
            Qt.Key.Key_Down: (0, -1),
        }
        if event.matches(QKeySequence.StandardKey.Copy):
            self.actions_menu.copy_picture()
        elif key in directions and moves:
            across, up = directions[key]
            self._canvas.move_probe(PROBE_STEP * across, PROBE_STEP * up)
        elif key in directions:
            self._choose_beside(*directions[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._canvas.selected:
            self.opened.emit(self._canvas.selected)
        elif key == Qt.Key.Key_Escape and self.told:
            self._canvas.drop_probe()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """A window that comes back may be seen again."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self.sight_changed.emit()

    def _make_foot(self) -> QHBoxLayout:
        """The key, and the choice of a seed."""
        self.seed.setAccessibleName(self.tr("Seed whose networks answer"))
        self.seed.setToolTip(
            self.tr("Which seed's networks answer here, as long as the run can be asked")
        )
        self.seed.setMinimumWidth(SEED_WIDTH)
        self.seed.hide()
        self.seed.chosen.connect(self.seed_chosen)
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 0, 8, 0)
        foot.addWidget(self._footer, 1)
        foot.addWidget(self.seed)
        return foot

    def _choose_beside(self, across: int, up: int) -> None:
        variants = list(self._canvas.panels)
        if not variants:
            return
        here = variants.index(self._canvas.selected) if self._canvas.selected in variants else 0
        there = here + across - up * self._canvas.columns
        if 0 <= there < len(variants):
            self.variant_chosen.emit(variants[there])

    def _rows(self) -> Iterator[tuple[Cell, ...]]:
        for panel in self._canvas.panels.values():
            if panel.drawing is not None:
                for row in panel.drawing.rows():
                    yield panel.heading.name, *row

    def _drawing(self, predictions: Predictions, index: int, place: int) -> PanelDrawing:
        match predictions.picture:
            case Boundary() as picture:
                return BoundaryDrawing(picture, index, self._layer)
            case FittedCurve() as picture:
                return CurveDrawing(picture, index, place, self.tr("target"), self._layer)
            case PredictedActual() as picture:
                names = self.tr("actual"), self.tr("predicted")
                return PredictedActualDrawing(picture, index, place, names, self._layer)
            case MostWrong() as picture:
                return PicturesDrawing(picture.variants[index], picture.class_names)
            case Confusion() as picture:
                return ConfusionDrawing(picture, index)
