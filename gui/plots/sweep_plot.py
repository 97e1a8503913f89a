"""The plot of a sweep: a measure against what varied, a curve per variant, mean and deviation."""

from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.models.sweep_curve_text import (
    across_title,
    best_caption,
    caption,
    point_text,
    up_title,
)
from gui.models.sweep_curves import SweepCurves
from gui.plots.figures import Tick
from gui.plots.live_plot import LivePlot, PlotTitles
from gui.plots.plot_actions import PlotWords
from gui.plots.plot_style import small_font
from gui.plots.sweep_drawing import DrawnCurve, Room, SweepContent, SweepDrawing
from gui.plots.sweep_export import sweep_csv
from gui.plots.sweep_legend import SweepLegend
from gui.plots.sweep_places import (
    EdgeMark,
    PlacedCurves,
    PlacedPoint,
    across_range,
    edge_marks,
    edge_rows,
    is_crowd,
    least_distance,
    place_curves,
    strip_height,
    up_range,
)
from gui.plots.sweep_pointer import SweepPointer
from gui.plots.sweep_readout import SweepReadout
from gui.plots.sweep_ticks import fitting_ticks
from gui.theme import ThemeSource
from gui.widgets.ink_label import InkLabel

translate = QCoreApplication.translate

SIGN_ROOM, DOT_ROOM = 12.0, 4.0  # pixels between values from which they do not hide each other


class SweepPlot(LivePlot):
    """Shows curves, and reports the point that a person chooses or opens."""

    point_chosen = Signal(str)
    """The key of a point that was clicked, or reached with the keyboard."""
    point_opened = Signal(str)
    """The key of a point that was double-clicked, or on which Enter was pressed."""

    def __init__(self, themes: ThemeSource, parent: QWidget | None = None) -> None:
        words = PlotWords(translate("SweepPlot", "&Logarithmic upright axis"), "sweep")
        super().__init__(themes, _titles("", ""), words, parent)
        self._shown: SweepCurves | None = None
        self._empty_text = ""
        self._placed, self._marks = PlacedCurves(), tuple[EdgeMark, ...]()
        self._pointer = SweepPointer()
        self._chosen = ""  # the key of a point
        self._named = ""  # the variant under the mouse in the legend
        self._log_by_hand = self._renewing = False
        self._drawing = SweepDrawing(self._box)
        self._legend = SweepLegend(themes)
        self._best, self._caption = InkLabel(themes, "text"), InkLabel(themes)
        self._assemble()
        self._legend.pointed.connect(self._on_name_pointed)
        self.log_toggled.connect(self._on_log_toggled)
        self.following_changed.connect(self._on_following_changed)
        self._scene.sigMouseMoved.connect(self._on_mouse_moved)
        self._theme_changed()

    @property
    def shown(self) -> SweepCurves | None:
        """The curves that are shown; None before there are any."""
        return self._shown

    @property
    def chosen(self) -> str:
        """The key of the chosen point; empty where none is, or it is not shown."""
        return self._chosen

    @property
    def legend(self) -> SweepLegend:
        """The names over the plot."""
        return self._legend

    @property
    def captions(self) -> tuple[str, str]:
        """What stands below the plot: what a point is, and where each curve is best."""
        return self._caption.text(), self._best.text()

    @property
    def content(self) -> SweepContent:
        """What is drawn."""
        return self._drawing.content

    @property
    def readout(self) -> SweepReadout | None:
        """What is said of the point that is pointed at."""
        found = self._placed.find(self._pointer.key)
        if found is None or self._shown is None:
            return None
        curve, placed = found[0].curve, found[1]
        text = point_text(self._shown, curve, placed.point)
        return SweepReadout(text, curve.place, placed.x, placed.y)

    def place_of_point(self, key: str) -> QPointF:
        """Where in this widget the point with this key is drawn."""
        (placed,) = self._points_of(key)
        on_canvas = self._canvas.mapFromScene(self._box.mapToScene(QPointF(placed.x, placed.y)))
        return QPointF(self._canvas.viewport().mapTo(self, on_canvas))

    def set_empty_text(self, text: str) -> None:
        """What to say where there is no point."""
        if text != self._empty_text:
            self._empty_text = text
            self._draw()

    def set_curves(self, shown: SweepCurves | None) -> None:
        """Show these curves, or that there are none. The view stays if it is of the same thing."""
        if shown == self._shown:
            return
        before, self._shown = self._shown, shown
        if shown is None or before is None or _what(before) != _what(shown):
            self._following, self._log_by_hand = True, False
            self._pointer.clear()
        self._legend.set_curves(shown.curves if shown is not None else ())
        keys = {p.key for c in shown.curves for p in c.points} if shown is not None else ()
        self._choose(self._chosen if self._chosen in keys else "")
        self._take_scale()
        self._renew_words()
        self._renew()

    def csv_text(self) -> str:
        """Every point that is shown, nothing rounded."""
        return "" if self._shown is None else sweep_csv(self._shown)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from point to point, Enter opens the one that is pointed at."""
        if self._pointer.press(event.key(), self._placed):
            if self._pointer.key:
                self._choose(self._pointer.key)
            readout = self.readout
            self.setAccessibleDescription(readout.text.spoken if readout else _description())
            self._draw()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._pointer.key:
            self.point_opened.emit(self._pointer.key)
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """The readout goes with the mouse."""
        super().leaveEvent(event)
        if self._pointer.by_mouse:
            self._pointer.clear()
            self._draw()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground of legend and captions, so that a picture taken is of one colour."""
        QPainter(self).fillRect(self.rect(), QColor(self.theme.panel))

    @Slot(str)
    def _on_name_pointed(self, variant: str) -> None:
        self._named = variant
        self._draw()

    @Slot(bool)
    def _on_log_toggled(self, _log: bool) -> None:
        self._log_by_hand = True
        self._renew_words()

    @Slot(bool)
    def _on_following_changed(self, _following: bool) -> None:
        self._renew_words()

    def _on_mouse_moved(self, place: QPointF) -> None:
        before = self._pointer.key
        self._pointer.move(self._placed, self._box.mapFromScene(place))
        if self._pointer.key != before:
            self._draw()

    def _on_clicked(self, click: Any) -> None:
        """A click on a point chooses it, a double click opens it; elsewhere as in every plot."""
        self._pointer.move(self._placed, self._box.mapFromScene(click.scenePos()))
        if click.button() != Qt.MouseButton.LeftButton or not self._pointer.key:
            super()._on_clicked(click)
            return
        self._choose(self._pointer.key)
        self._draw()
        if click.double():
            self.point_opened.emit(self._pointer.key)

    def _theme_changed(self) -> None:
        self._drawing.apply_theme(self.theme, self.font())
        self._renew_ticks()

    def _fit_now(self) -> None:
        self._renew()

    def _area_resized(self) -> None:
        self._renew()

    def _view_changed(self) -> None:
        if not self._renewing:
            self._place()

    def _x_ticks(self, low: float, high: float, count: float) -> list[Tick]:
        """The values that were swept, as many as have room for their words."""
        if self._shown is None or self._shown.is_empty:
            return []
        axis, width = self._shown.axis, self.view.width
        metrics = QFontMetricsF(small_font(self.font()))
        ticks = [
            tick for tick in zip(axis.places, axis.texts, strict=True) if low <= tick[0] <= high
        ]
        return fitting_ticks(ticks, width / (high - low), metrics)

    def _y_ticks(self, low: float, high: float, count: float) -> list[Tick]:
        has_numbers = self._shown is not None and bool(self._shown.means)
        return super()._y_ticks(low, high, count) if has_numbers else []

    def _take_scale(self) -> None:
        """Logarithmic where losses are wide, unless a person wants it otherwise."""
        wide = self._shown is not None and self._shown.is_wide
        if not self._log_by_hand and wide != self.log:
            self.set_log(wide)

    def _renew_words(self) -> None:
        """Titles and captions."""
        shown = self._shown
        titles = _titles("", "")
        if shown is not None and not shown.is_empty:
            titles = _titles(across_title(shown), up_title(shown, log=self.log))
        if titles != self._titles:
            self._titles = titles
            self._dress()
            for axis in (self._bottom, self._left):
                axis.resizeEvent()  # it keeps other words where the ones before were
        words = best = ""
        if shown is not None and not shown.is_empty:
            words, best = caption(shown), best_caption(shown)
            if not self._following:
                zoomed = translate("SweepPlot", "{0} · zoomed, a double click fits")
                words = zoomed.format(words)
        self._caption.setText(words)
        self._best.setText(best)

    def _renew(self) -> None:
        """Set the ranges while following, then draw everything."""
        if self._following and self._shown is not None and not self._shown.is_empty:
            area = self._box.rect()
            strip = strip_height(edge_rows(self._shown))
            self._renewing = True  # another range alone would draw everything as well
            up = up_range(self._shown, self.log, strip, area.height())
            self._set_ranges(across_range(area.width()), up)
            self._renewing = False
        self._renew_ticks()
        self._place()

    def _place(self) -> None:
        """Find the pixels of every point."""
        self._placed, self._marks = PlacedCurves(), ()
        if self._shown is not None:
            rows, view = edge_rows(self._shown), self.view
            self._placed = place_curves(self._shown, rows, view)
            self._marks = edge_marks(self._shown, rows, view)
        self._draw()

    def _draw(self) -> None:
        """Show what is placed and pointed at."""
        self._drawing.set_area(self._box.rect())
        shown = self._shown
        if shown is None or shown.is_empty:
            self._drawing.set_content(SweepContent(empty_text=self._empty_text))
            return
        self._drawing.set_content(
            SweepContent(
                curves=self._drawn_curves(shown),
                marks=self._marks,
                rings=(*self._points_of(self._chosen), *self._points_of(self._pointer.key)),
                readout=self.readout,
            )
        )

    def _drawn_curves(self, shown: SweepCurves) -> tuple[DrawnCurve, ...]:
        """In the background first; what is pointed at last."""
        crowd, raised = is_crowd(shown), self._raised()
        distance = least_distance(shown, self.view)
        room: Room = "signs" if distance >= SIGN_ROOM else "dots" if distance >= DOT_ROOM else ""
        drawn = []
        for placed in self._placed.curves:
            is_raised = placed.curve.variant == raised
            drawn.append(DrawnCurve(placed, crowd and not is_raised, is_raised, room))
        return tuple(sorted(drawn, key=lambda each: each.raised))

    def _raised(self) -> str:
        """The variant that is pointed at, in the plot or the legend; else that of the choice."""
        pointed, chosen = (self._placed.find(key) for key in (self._pointer.key, self._chosen))
        if pointed is not None:
            return pointed[0].curve.variant
        return self._named or (chosen[0].curve.variant if chosen is not None else "")

    def _points_of(self, key: str) -> list[PlacedPoint]:
        found = self._placed.find(key)
        return [] if found is None else [found[1]]

    def _choose(self, key: str) -> None:
        if key != self._chosen:
            self._chosen = key
            self.point_chosen.emit(key)

    def _assemble(self) -> None:
        below = QVBoxLayout()
        below.setContentsMargins(12, 0, 12, 4)
        below.setSpacing(4)
        for label in (self._best, self._caption):
            label.setWordWrap(True)
            below.addWidget(label)
        for axis in (self._bottom, self._left):
            axis.setTicks([[]])  # it makes ticks of its own until it is given some
        self._layout.insertWidget(0, self._legend)
        self._layout.addLayout(below)
        self._layout.setSpacing(4)


def _what(shown: SweepCurves) -> object:
    """What is drawn against what; results that come do not change it."""
    return shown.axis, shown.measure.key, shown.fixed


def _titles(across: str, up: str) -> PlotTitles:
    return PlotTitles(translate("SweepPlot", "Plot of the sweep"), _description(), across, up)


def _description() -> str:
    return translate(
        "SweepPlot",
        "What was measured against what varied. Left and Right go along a curve, Up and Down from "
        "curve to curve, Enter opens a point's experiment, 0 fits, plus and minus zoom.",
    )
