"""The loss plot: training and held-out loss of every variant over the epochs, live."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from engine.seed_bands import SeedSummary
from gui.plots.figures import Extent, Tick, calm_range, linear_ticks
from gui.plots.live_plot import LivePlot, nearest_place
from gui.plots.loss_content import (
    all_epochs,
    best_places,
    company,
    data_extent,
    dots_at,
    epochs_in_view,
    last_epoch,
    legend_entries,
    line_ends,
    mark_places,
    mark_texts,
    problems,
    remarks,
    seed_ring,
)
from gui.plots.loss_curve import CurveData, LossCurve
from gui.plots.loss_inputs import CurveStyle, EditMark
from gui.plots.loss_legend import LossLegend
from gui.plots.loss_legend_chips import FEW, LEGEND_ROWS, LegendEntry, LegendKey
from gui.plots.loss_overlay import LossOverlay, OverlayContent
from gui.plots.loss_pointer import LossPointer
from gui.plots.loss_reading import read_at, reading_notes
from gui.plots.loss_readout import Readout
from gui.plots.loss_seeds import SeedLines
from gui.plots.loss_table import loss_table
from gui.plots.loss_words import titles, words
from gui.plots.series import AnyFloatArray, FloatArray
from gui.theme import ThemeSource

RENEWAL = 0.25  # seconds between two renewals of the ranges
LOW = 300  # pixels of height below which a legend of many takes a row less
DEFAULT_EPOCHS = 100.0


class LossPlot(LivePlot):
    """Curves over epochs in a frame that keeps still.

    `set_curves`, `set_marks` and the other settings are for rare changes. In a frame call
    `set_data` for each curve and then `finish_frame` once. The seeds of the curve that the mouse,
    the legend or Up and Down point at are shown as thin lines.
    """

    came_into_view = Signal()
    epoch_chosen = Signal(float)  # a click, or Enter, at this epoch

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(themes, titles(), words(), parent)
        self._curves: dict[str, LossCurve] = {}
        self._marks: tuple[EditMark, ...] = ()
        self._planned = DEFAULT_EPOCHS
        self._renewed_at: float | None = None
        self._y_range: Extent | None = None
        self._pointer = LossPointer()
        self._chosen: float | None = None  # epoch
        self._summary = SeedSummary()
        self._renewing = False
        self._legend = LossLegend(themes, self)
        self._legend.pointed.connect(self._on_legend_pointed)
        self._layout.insertWidget(0, self._legend)
        self._overlay = LossOverlay(self._box)
        self._seed_lines = SeedLines()
        self._box.addItem(self._seed_lines.item, ignoreBounds=True)
        self._owed = QTimer(self)
        self._owed.setSingleShot(True)
        self._owed.setInterval(round(RENEWAL * 1000))
        self._owed.timeout.connect(self._renew)
        self._scene.sigMouseMoved.connect(self._on_mouse_moved)
        self._theme_changed()
        self.clear()

    @property
    def crosshair(self) -> float | None:
        """The epoch at the crosshair, None while it is hidden."""
        return self._pointer.epoch

    @property
    def readout(self) -> Readout | None:
        """What the panel at the crosshair says."""
        epoch, shown, view = self._pointer.epoch, self._shown(), self.view
        if epoch is None:
            return None
        pointed = self._pointer.curve
        notes = reading_notes(shown, pointed, self._pointer.seed(view), epoch, view)
        return read_at(shown, epoch, self.theme, pointed, notes)

    @property
    def seed_lines(self) -> tuple[FloatArray, FloatArray]:
        """The single seeds that are drawn: epochs and values, NaN after each; empty if none."""
        return self._seed_lines.points

    @property
    def legend(self) -> LossLegend:
        """The names over the plot."""
        return self._legend

    @property
    def notes(self) -> tuple[str, ...]:
        """The small print in the corner: gaps, clipped values, thinning, zoom."""
        return problems(self._shown()) + self._remarks()

    def set_curves(self, styles: Sequence[CurveStyle]) -> None:
        """Make these the curves. One whose key was there before keeps its data."""
        old, self._curves = self._curves, {}
        for style in styles:
            curve = old.pop(style.key, None) or self._new_curve(style)
            if curve.style != style:
                curve.restyle(style, self.theme)
            self._curves[style.key] = curve
        for curve in old.values():
            self._box.removeItem(curve.line)
            self._box.removeItem(curve.band)
        self._renew()

    def set_data(
        self,
        key: str,
        epochs: AnyFloatArray,
        mean: AnyFloatArray,
        low: AnyFloatArray | None = None,
        high: AnyFloatArray | None = None,
        seeds: AnyFloatArray | None = None,
    ) -> None:
        """Show a curve's data: epochs ascending and mean (n,), and a band (n,) if there is one.

        seeds (n, S), or a row less where the last epoch is unfinished: the values behind it, in the
        order of its style's seeds. The arrays are only read; they may be views of a log that grows.
        """
        self._curves[key].take(CurveData(epochs, mean, low, high, seeds), self.view)

    def set_summary(self, summary: SeedSummary) -> None:
        """Say what line and band of several seeds are; their data are to be set anew."""
        self._summary = summary
        for curve in self._curves.values():
            curve.forget()
        self._renew_legend()

    def finish_frame(self, now: float) -> None:
        """Complete a frame. `now`, in seconds, only ever grows; ranges follow at most at 4 Hz."""
        if self._renewed_at is None or now - self._renewed_at >= RENEWAL:
            self._renewed_at = now
            self._renew()
            return
        if not self._owed.isActive():
            self._owed.start()  # so that the last frame of a run is not left half settled
        self._renew_overlay()

    def set_epochs(self, total: float) -> None:
        """The planned number of epochs: the frame into which the curves grow."""
        self._planned = max(float(total), 1.0)
        self._renew()

    def set_marks(self, marks: Sequence[EditMark]) -> None:
        """Show these edits as upright marks."""
        self._marks = tuple(marks)
        self._renew_overlay()

    def set_chosen_epoch(self, epoch: float | None) -> None:
        """Mark the epoch that the other plots show; None while they show the latest step."""
        if epoch != self._chosen:
            self._chosen = epoch
            self._renew_overlay()

    def set_diverged(self, key: str, epoch: float, text: str) -> None:
        """Put a badge at this curve's end: it went non-finite at this epoch. No text, no badge."""
        badge = (epoch, text) if text else None
        if badge != self._curves[key].diverged:
            self._curves[key].diverged = badge
            self._renew()

    def clear(self) -> None:
        """Back to the empty state: no curves, no marks."""
        self._marks = ()
        self._pointer.clear()
        self._renewed_at, self._y_range = None, None
        self.set_curves(())
        self.fit()

    def csv_text(self) -> str:
        """Every point of every visible curve, as measured: one row per curve and epoch."""
        return loss_table(self._shown(), self._summary)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right move the crosshair an epoch, Home and End to the ends, Esc hides it.

        Up and Down go from curve to curve at the crosshair and show the seeds.
        """
        if self._pointer.press(event.key(), self._shown(), self.view):
            self._pointer_moved()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.crosshair is not None:
            self.epoch_chosen.emit(self.crosshair)
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """The crosshair goes with the mouse."""
        super().leaveEvent(event)
        if self._pointer.place is not None:
            self._pointer.leave()
            self._pointer_moved()

    def showEvent(self, event: QShowEvent) -> None:
        """Whoever fills the plot may have spared it while it was hidden."""
        super().showEvent(event)
        self.came_into_view.emit()

    def _on_mouse_moved(self, place: QPointF) -> None:
        if not self._box.sceneBoundingRect().contains(place):
            self._pointer.leave()
            self._pointer_moved()
            return
        on_box = self._box.mapFromScene(place)
        self._pointer.move(on_box)
        places = all_epochs(self._shown())
        if places.size:
            index = nearest_place(places, self.view.data_x(on_box.x()))
            self._pointer.set_epoch(float(places[index]))
        self._pointer_moved()

    def _on_legend_pointed(self, entry: LegendEntry | None) -> None:
        """Show the seeds of the variant under the mouse: its training curve's, if there is one."""
        if self._pointer.place is not None:
            self._pointer.leave()  # the mouse has gone from the curves to the legend
        variant = None if entry is None else (entry.label, entry.variant_index, entry.ghost)
        own = [c.style for c in self._shown() if c.style.variant == variant]
        own.sort(key=lambda style: style.held_out)
        self._pointer.pick(own[0].key if own else None)
        self._point()
        self._renew_overlay()

    def _clicked(self, x: float) -> None:
        places = all_epochs(self._shown())
        if places.size:
            self.epoch_chosen.emit(float(places[nearest_place(places, x)]))

    def _fit_now(self) -> None:
        self._y_range = None
        self._renew()

    def _view_changed(self) -> None:
        if self._renewing:
            return
        view = self.view
        for curve in self._curves.values():
            curve.settle(view)
        self._point()
        self._renew_overlay()

    def _area_resized(self) -> None:
        self._renew()

    def _theme_changed(self) -> None:
        for curve in self._curves.values():
            curve.apply_theme(self.theme)
        self._overlay.apply_theme(self.theme, self.font())
        self._point()
        self._renew_overlay()

    def _x_ticks(self, low: float, high: float, count: float) -> list[Tick]:
        """Whole epochs, none beyond the last there will be."""
        ticks = linear_ticks(low, high, count, whole=True)
        return [
            tick
            for tick in ticks
            if 0 <= tick[0] <= last_epoch(self._shown(), self._planned) + 1e-9
        ]

    def _y_ticks(self, low: float, high: float, count: float) -> list[Tick]:
        return super()._y_ticks(low, high, count) if self._shown() else []

    def _renew(self) -> None:
        """Read all data anew, set the ranges while following, draw everything."""
        self._owed.stop()
        for curve in self._curves.values():
            curve.read(self._log)
        if not self._shown():
            self._pointer.set_epoch(None)
        self._renew_legend()
        if self._following:
            self._renewing = True  # another range alone would draw everything as well
            self._follow()
            self._renewing = False
        self._renew_ticks()
        self._view_changed()

    def _renew_overlay(self) -> None:
        """Draw what stands over the curves."""
        view, shown, epoch = self.view, self._shown(), self._pointer.epoch
        crosshair = None if epoch is None else view.place(epoch, 0.0)[0]
        place, seed = self._pointer.place, self._pointer.seed(view)
        pointer = crosshair if place is None else place.x()
        plan = view.place(last_epoch(self._shown(), self._planned), 0.0)[0]
        self._overlay.set_area(self._box.rect())
        self._overlay.set_content(
            OverlayContent(
                empty_text="" if shown else self.tr("Press Run to see the loss"),
                ends=line_ends(shown, view, self.theme),
                marks=mark_places(self._marks, view, self.theme),
                mark_texts=() if pointer is None else mark_texts(self._marks, view, pointer),
                end_of_plan=plan if 0 <= plan <= view.width else None,
                crosshair=crosshair,
                chosen=None if self._chosen is None else view.place(self._chosen, 0.0)[0],
                readout=self.readout,
                dots=() if epoch is None else dots_at(shown, epoch, view, self.theme),
                rings=seed_ring(self._pointer.curve, seed, view, self.theme),
                best=best_places(shown, view),
                notes=self._remarks(),
                problems=problems(shown),
            )
        )

    def _remarks(self) -> tuple[str, ...]:
        return remarks(self._shown(), self._following)

    def _follow(self) -> None:
        data = data_extent(self._shown())
        if data is not None:
            self._y_range = calm_range(self._y_range, data, self._log)
        y = self._y_range if data is not None and self._y_range is not None else (0.0, 1.0)
        self._set_ranges(
            epochs_in_view(last_epoch(self._shown(), self._planned), self._box.rect().width()), y
        )

    def _shown(self) -> list[LossCurve]:
        """The curves that have data."""
        return [curve for curve in self._curves.values() if not curve.is_empty]

    def _new_curve(self, style: CurveStyle) -> LossCurve:
        curve = LossCurve(style)
        curve.apply_theme(self.theme)
        self._box.addItem(curve.line, ignoreBounds=True)
        self._box.addItem(curve.band, ignoreBounds=True)
        return curve

    def _renew_legend(self) -> None:
        """Variants with the seeds they have left, and what of all is drawn."""
        entries = legend_entries(list(self._curves.values()))
        few = sum(not entry.ghost for entry in entries) <= FEW
        key = LegendKey(
            rows=LEGEND_ROWS if few or self.height() >= LOW else LEGEND_ROWS - 1,
            best=any(curve.best for curve in self._shown()),
            summary=self._summary if any(entry.seeds > 1 for entry in entries) else None,
        )
        self._legend.set_content(entries, key)

    def _point(self) -> None:
        """Show the seeds of the curve that is pointed at, and lift it and what is selected."""
        shown, view = self._shown(), self.view
        pointed = self._pointer.find(shown, view)
        around = company(shown)
        for curve in shown:
            curve.set_company(around, curve is pointed or curve.style.selected, view)
        if pointed is None:
            self._seed_lines.hide()
        else:
            self._seed_lines.show(pointed, view, self.theme)

    def _pointer_moved(self) -> None:
        """Show what is pointed at; by key also to a screen reader."""
        self._point()
        if self._pointer.place is None:
            readout = self.readout
            self.setAccessibleDescription(
                titles().description if readout is None else readout.spoken
            )
        self._renew_overlay()
