"""The loss plot: training and held-out loss of every variant over the epochs, live."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from gui.plots.figures import Extent, Tick, calm_range, linear_ticks
from gui.plots.live_plot import LivePlot, PlotTitles, nearest_place
from gui.plots.loss_content import (
    all_epochs,
    dots_at,
    line_ends,
    loss_table,
    mark_places,
    mark_texts,
    problems,
    read_at,
    sound_curves,
    thinning_note,
)
from gui.plots.loss_curve import CurveData, LossCurve
from gui.plots.loss_inputs import CurveStyle, EditMark
from gui.plots.loss_legend import LegendEntry, LossLegend
from gui.plots.loss_overlay import LossOverlay, OverlayContent
from gui.plots.loss_readout import Readout
from gui.plots.plot_actions import PlotWords
from gui.plots.series import AnyFloatArray, FloatArray
from gui.theme import ThemeSource

RENEWAL = 0.25  # seconds between two renewals of the ranges
GUTTER = (150.0, 64.0)  # pixels right of the last epoch: for value and name, for the value only
DEFAULT_EPOCHS = 100.0


class LossPlot(LivePlot):
    """Curves over epochs in a frame that keeps still.

    `set_curves`, `set_marks` and the other settings are for rare changes. In a frame call
    `set_data` for each curve and then `finish_frame` once.
    """

    epoch_chosen = Signal(float)  # a click, or Enter, at this epoch

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        super().__init__(themes, _titles(), _words(), parent)
        self._curves: dict[str, LossCurve] = {}
        self._marks: tuple[EditMark, ...] = ()
        self._parts = (True, True)
        self._planned = DEFAULT_EPOCHS
        self._renewed_at: float | None = None
        self._y_range: Extent | None = None
        self._crosshair: float | None = None  # epoch
        self._chosen: float | None = None  # epoch
        self._pointer: float | None = None  # pixels from the left edge
        self._legend = LossLegend(themes, self)
        self._layout.insertWidget(0, self._legend)
        self._overlay = LossOverlay(self._box)
        self._owed = QTimer(self)
        self._owed.setSingleShot(True)
        self._owed.setInterval(round(RENEWAL * 1000))
        self._owed.timeout.connect(self._on_renewal_owed)
        self._scene.sigMouseMoved.connect(self._on_mouse_moved)
        self._theme_changed()
        self.clear()

    @property
    def crosshair(self) -> float | None:
        """The epoch at the crosshair, None while it is hidden."""
        return self._crosshair

    @property
    def readout(self) -> Readout | None:
        """What the panel at the crosshair says."""
        if self._crosshair is None:
            return None
        return read_at(self._shown(), self._crosshair, self._parts, self.theme)

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
            curve.set_visible(self._is_shown(style))
            self._curves[style.key] = curve
        for curve in old.values():
            self._box.removeItem(curve.line)
            self._box.removeItem(curve.band)
        entries = [LegendEntry(s.label, s.variant_index, s.ghost) for s in styles]
        self._legend.set_entries(tuple(dict.fromkeys(entries)))
        self._renew()

    def set_data(
        self,
        key: str,
        epochs: AnyFloatArray,
        mean: AnyFloatArray,
        low: AnyFloatArray | None = None,
        high: AnyFloatArray | None = None,
    ) -> None:
        """Show a curve's data: epochs ascending and mean (n,), and a band (n,) if there is one.

        The arrays are only read; they may be views of a log that grows.
        """
        self._curves[key].take(CurveData(epochs, mean, low, high), self.view)

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

    def set_visible_parts(self, train: bool, held_out: bool) -> None:
        """Show training curves, held-out curves, or both."""
        self._parts = (train, held_out)
        self._legend.set_parts(train, held_out)
        for curve in self._curves.values():
            curve.set_visible(self._is_shown(curve.style))
        self._renew()

    def set_diverged(self, key: str, epoch: float, text: str) -> None:
        """Put a badge at this curve's end: it went non-finite at this epoch. No text, no badge."""
        badge = (epoch, text) if text else None
        if badge != self._curves[key].diverged:
            self._curves[key].diverged = badge
            self._renew()

    def clear(self) -> None:
        """Back to the empty state: no curves, no marks."""
        self._marks, self._crosshair, self._pointer = (), None, None
        self._renewed_at, self._y_range = None, None
        self.set_curves(())
        self.fit()

    def csv_text(self) -> str:
        """Every point of every visible curve, as measured: one row per curve and epoch."""
        return loss_table(self._shown())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right move the crosshair an epoch, Home and End to the ends, Esc hides it."""
        places = all_epochs(self._shown())
        key = event.key()
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if key in steps and places.size:
            self._move_crosshair(places, steps[Qt.Key(key)])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and places.size:
            self._set_crosshair(float(places[0 if key == Qt.Key.Key_Home else -1]))
        elif key == Qt.Key.Key_Escape and self._crosshair is not None:
            self._set_crosshair(None)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._crosshair is not None:
            self.epoch_chosen.emit(self._crosshair)
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """The crosshair goes with the mouse."""
        super().leaveEvent(event)
        if self._pointer is not None:
            self._pointer = None
            self._set_crosshair(None)

    def _on_mouse_moved(self, place: QPointF) -> None:
        if not self._box.sceneBoundingRect().contains(place):
            self._pointer = None
            self._set_crosshair(None)
            return
        self._pointer = float(self._box.mapFromScene(place).x())
        places = all_epochs(self._shown())
        if places.size:
            index = nearest_place(places, self.view.data_x(self._pointer))
            self._set_crosshair(float(places[index]))
        else:
            self._renew_overlay()

    def _on_renewal_owed(self) -> None:
        self._renew()

    def _clicked(self, x: float) -> None:
        places = all_epochs(self._shown())
        if places.size:
            self.epoch_chosen.emit(float(places[nearest_place(places, x)]))

    def _fit_now(self) -> None:
        self._y_range = None
        self._renew()

    def _view_changed(self) -> None:
        view = self.view
        for curve in self._curves.values():
            curve.settle(view)
        self._renew_overlay()

    def _area_resized(self) -> None:
        self._renew()

    def _theme_changed(self) -> None:
        for curve in self._curves.values():
            curve.apply_theme(self.theme)
        self._overlay.apply_theme(self.theme, self.font())
        self._renew_overlay()

    def _x_ticks(self, low: float, high: float, count: float) -> list[Tick]:
        """Whole epochs, none beyond the last there will be."""
        ticks = linear_ticks(low, high, count, whole=True)
        return [tick for tick in ticks if 0 <= tick[0] <= self._last_epoch() + 1e-9]

    def _y_ticks(self, low: float, high: float, count: float) -> list[Tick]:
        return super()._y_ticks(low, high, count) if self._shown() else []

    def _renew(self) -> None:
        """Read all data anew, set the ranges while following, draw everything."""
        self._owed.stop()
        for curve in self._curves.values():
            curve.read(self._log)
        if not self._shown():
            self._crosshair = None
        if self._following:
            self._follow()
        self._renew_ticks()
        self._view_changed()

    def _renew_overlay(self) -> None:
        """Draw what stands over the curves."""
        view, shown, epoch = self.view, self._shown(), self._crosshair
        crosshair = None if epoch is None else view.place(epoch, 0.0)[0]
        pointer = self._pointer if self._pointer is not None else crosshair
        plan = view.place(self._last_epoch(), 0.0)[0]
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
                notes=self._remarks(),
                problems=problems(shown),
            )
        )

    def _remarks(self) -> tuple[str, ...]:
        zoomed = () if self._following else (self.tr("zoomed · double-click to follow"),)
        return thinning_note(self._shown()) + zoomed

    def _follow(self) -> None:
        width = max(self._box.rect().width(), 200.0)
        last = self._last_epoch()
        gutter = GUTTER[0] if width > 520 else GUTTER[1]
        data = self._data_extent()
        if data is not None:
            self._y_range = calm_range(self._y_range, data, self._log)
        y = self._y_range if data is not None and self._y_range is not None else (0.0, 1.0)
        self._set_ranges((0.0, last * width / (width - gutter)), y)

    def _data_extent(self) -> Extent | None:
        """Lowest and highest value shown; of a diverged curve only when there is no other."""
        shown = self._shown()
        found = [e for e in (curve.extent for curve in sound_curves(shown)) if e is not None]
        if not found:
            found = [e for e in (curve.extent for curve in shown) if e is not None]
        return (min(e[0] for e in found), max(e[1] for e in found)) if found else None

    def _last_epoch(self) -> float:
        """The right end of the frame: the plan, or further if the data already are."""
        ends = [float(c.data.epochs[-1]) for c in self._shown()]
        reached = max(ends, default=0.0)
        return self._planned if reached <= self._planned else float(math.ceil(reached * 1.2))

    def _shown(self) -> list[LossCurve]:
        """The curves that are visible and have data."""
        return [c for c in self._curves.values() if c.visible and not c.is_empty]

    def _is_shown(self, style: CurveStyle) -> bool:
        return self._parts[1] if style.held_out else self._parts[0]

    def _new_curve(self, style: CurveStyle) -> LossCurve:
        curve = LossCurve(style)
        curve.apply_theme(self.theme)
        self._box.addItem(curve.line, ignoreBounds=True)
        self._box.addItem(curve.band, ignoreBounds=True)
        return curve

    def _move_crosshair(self, places: FloatArray, step: int) -> None:
        """To the neighbouring epoch; from the right end when there is no crosshair yet."""
        if self._crosshair is None:
            index = places.size - 1
        else:
            index = nearest_place(places, self._crosshair) + step
        self._set_crosshair(float(places[min(max(index, 0), places.size - 1)]))

    def _set_crosshair(self, epoch: float | None) -> None:
        if epoch == self._crosshair and self._pointer is None:
            return
        self._crosshair = epoch
        if self._pointer is None:
            readout = self.readout
            self.setAccessibleDescription(
                _titles().description if readout is None else readout.spoken
            )
        self._renew_overlay()


def _titles() -> PlotTitles:
    return PlotTitles(
        name=QCoreApplication.translate("LossPlot", "Loss plot"),
        description=QCoreApplication.translate(
            "LossPlot",
            "Loss over the epochs. Left and Right read the values, 0 fits, plus and minus zoom.",
        ),
        x=QCoreApplication.translate("LossPlot", "epoch"),
        y=QCoreApplication.translate("LossPlot", "loss"),
    )


def _words() -> PlotWords:
    return PlotWords(QCoreApplication.translate("LossPlot", "&Logarithmic loss"), "loss")
